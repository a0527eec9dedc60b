"""The only code that writes reports; every verb passes the gate."""

from reports.actions.blocks import order_blocks
from reports.actions.building import (
    ask_periodic_report,
    ask_report,
    build,
    retry,
    unfinished,
)
from reports.actions.commenting import comment, drop_draft, keep_draft
from reports.actions.exporting import (
    ask_export,
    expire_exports,
    unfinished_exports,
    write_export,
)
from reports.actions.own import (
    ask_own_mails,
    delete_own,
    due_own_mails,
    save_own,
    send_own,
)
from reports.actions.presenting import (
    archive,
    audience,
    deliver,
    due_deliveries,
    mark_read,
    present,
)
from reports.actions.signing import correct, sign

__all__ = [
    "ask_own_mails", "delete_own", "due_own_mails", "save_own", "send_own",
    "archive", "ask_export", "expire_exports", "unfinished_exports", "write_export",
    "ask_periodic_report", "ask_report", "audience", "build", "comment", "correct",
    "deliver", "drop_draft", "due_deliveries", "keep_draft", "mark_read", "order_blocks",
    "present", "retry", "sign", "unfinished",
]  # fmt: skip
