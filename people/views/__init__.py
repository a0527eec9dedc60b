"""The pages of people: the first page, alerts, one's own page; users, tokens and the audit journal."""

from people.views.alerts import alert_open, alerts, alerts_bell, alerts_read
from people.views.home import home
from people.views.own import own_page
from people.views.tokens import token_revoke, tokens
from people.views.trail import trail
from people.views.users import (
    delegation_end,
    user,
    user_back,
    user_delegate,
    user_leave,
    user_let_in,
    user_new,
    user_password,
    users,
)

__all__ = [
    "alert_open",
    "alerts",
    "alerts_bell",
    "alerts_read",
    "delegation_end",
    "home",
    "own_page",
    "token_revoke",
    "tokens",
    "trail",
    "user",
    "user_back",
    "user_delegate",
    "user_leave",
    "user_let_in",
    "user_new",
    "user_password",
    "users",
]
