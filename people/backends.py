"""Who asks: every request's user, with where they stand and what is unread, read in one statement."""

from __future__ import annotations

from django.contrib.auth.backends import ModelBackend

from people.models import User
from people.standing import asking


class Asking(ModelBackend):
    """Signing in is Django's; only how a signed-in person is read again is ours."""

    def get_user(self, user_id: int) -> User | None:
        user = asking(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None
