"""Prints one demo sign-in per role."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from people.models import Role, User

#: Only for the demo world, which exists only where DEBUG is on.
PASSWORD = "demo"


class Command(BaseCommand):
    help = "Print one demo sign-in per role."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            return
        self.stdout.write("Demo sign-ins. Everybody knows this password: for trying out only.")
        for role in Role:
            user = User.objects.filter(role=role, is_demo=True).order_by("id").first()
            if user is not None:
                self.stdout.write(f"  {role.value:16} {user.username:16} {PASSWORD}")
