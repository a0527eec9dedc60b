#!/usr/bin/env python
"""Every command of the project; starts the embedded servers when they are needed and down."""

import os
import sys

from callcenter import embedded

# These neither read the database nor send a task.
WITHOUT_SERVERS = {
    "stop_servers",
    "help",
    "version",
    "makemessages",
    "compile_messages",
    "collectstatic",
}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "callcenter.settings")
    # A command may work as long as it needs; only requests are cut short.
    os.environ.setdefault("STATEMENT_TIMEOUT", "0")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if command not in WITHOUT_SERVERS and "--help" not in sys.argv:
        embedded.start()
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
