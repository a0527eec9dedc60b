"""The only code that writes reports; every verb passes the gate."""

from reports.actions.building import (
    ask_periodic_report,
    ask_report,
    build,
    retry,
    unfinished,
)

__all__ = ["ask_periodic_report", "ask_report", "build", "retry", "unfinished"]
