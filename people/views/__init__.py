"""The pages of people: the first page, alerts."""

from people.views.alerts import alert_open, alerts, alerts_bell, alerts_read
from people.views.home import home

__all__ = ["alert_open", "alerts", "alerts_bell", "alerts_read", "home"]
