"""The verbs of people: the only code that writes them. Pages, API and tests call these."""

from people.actions.tokens import make_token, revoke_token, use_token

__all__ = ["make_token", "revoke_token", "use_token"]
