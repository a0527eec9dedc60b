"""Makes a person who signs in, and prints the first password: the way in for the first administrator."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from callcenter.errors import RuleBroken
from people.actions.users import add_user
from people.models import Role


class Command(BaseCommand):
    """`manage.py add_user NAME --role administrator --surname … --given-name …`."""

    help = "Make a person who signs in. The first password is printed once and opens one page."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--surname", required=True)
        parser.add_argument("--given-name", required=True)
        parser.add_argument("--role", choices=Role.values, default=Role.OPERATOR)
        parser.add_argument("--email", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        values = {
            "username": options["username"], "last_name": options["surname"],
            "first_name": options["given_name"], "role": options["role"],
            "email": options["email"],
        }  # fmt: skip
        try:
            made, password = add_user(by=None, values=values)
        except RuleBroken as broken:
            raise CommandError(broken.message) from broken
        self.stdout.write(
            f"{made.username} ({made.get_role_display()}), first password: {password}"
        )
