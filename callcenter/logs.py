"""Logs: one line or one JSON object per record, each with the request it belongs to."""

from __future__ import annotations

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

request_id: ContextVar[str] = ContextVar("request_id", default="-")


class RequestFilter(logging.Filter):
    """Puts the request's id on every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        return True


class JsonFormatter(logging.Formatter):
    """One JSON object a line, as log collectors read it."""

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request": getattr(record, "request_id", "-"),
        }
        if record.exc_info:
            entry["error"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False)


def config(formatter: str, level: str) -> dict[str, Any]:
    """Django's LOGGING: everything to the standard output, as `lines` or as `json`."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request": {"()": "callcenter.logs.RequestFilter"}},
        "formatters": {
            "lines": {"format": "{levelname:<7} {name}: {message} [{request_id}]", "style": "{"},
            "json": {"()": "callcenter.logs.JsonFormatter"},
        },
        "handlers": {
            "out": {
                "class": "logging.StreamHandler",
                "filters": ["request"],
                "formatter": formatter,
            },
        },
        "root": {"handlers": ["out"], "level": level},
        "loggers": {"axes": {"level": "WARNING"}, "django.server": {"level": "WARNING"}},
    }
