"""The pages of people: the first page, alerts, the administrator's tokens."""

from people.views.alerts import alert_open, alerts, alerts_bell, alerts_read
from people.views.home import home
from people.views.tokens import token_revoke, tokens

__all__ = [
    "alert_open",
    "alerts",
    "alerts_bell",
    "alerts_read",
    "home",
    "token_revoke",
    "tokens",
]
