"""Examples of the description."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample


def _answer(name: str, value: Any) -> OpenApiExample:
    return OpenApiExample(name, value=value, response_only=True, status_codes=["200"])


FIGURE = _answer(
    "Share in time",
    {
        "code": "on_time",
        "name": "Vaxtında başa çatıb",
        "definition": "Dövrdə başa çatan və müddəti olan müraciətlərdən müddətində bitənlər.",
        "source": "Law 1308-IVQ, article 10",
        "measure": "share",
        "unit": "per_cent",
        "unit_name": "%",
        "takes_period": True,
        "dimensions": ["kind", "topic", "structure", "region", "channel", "language", "time"],
        "more_is_better": True,
    },
)
READING = _answer(
    "In time, by structure",
    {
        "value": 91.7,
        "count": 1100,
        "of": 1200,
        "code": "on_time",
        "name": "Vaxtında başa çatıb",
        "unit": "per_cent",
        "period": {"first": "2026-10-01", "last": "2026-10-31"},
        "missing": "",
        "filled_at": "2026-11-25T10:15:00+04:00",
        "address": "https://appeals.example.az/appeals/?figure=on_time~2026-10-01..2026-10-31",
        "parts": [{"value": 93.4, "count": 710, "of": 760, "key": "dvx", "label": "DVX"}],
    },
)
APPEAL_FACT = _answer(
    "Appeal",
    {
        "appeal": 1204,
        "kind": "application",
        "status": "closed",
        "topic": "tax-voen",
        "region": "baku",
        "channel": "phone",
        "language": "az",
        "structure": "dvx",
        "outcome": "explained",
        "ground": None,
        "registrar": 5,
        "owner": 5,
        "closer": 5,
        "is_open": False,
        "is_merged": False,
        "is_restricted": False,
        "registered_on": "2026-10-05",
        "closed_on": "2026-10-09",
        "due_at": "2026-10-26T18:00:00+04:00",
        "days": 4.0,
        "is_late": False,
        "is_first_contact": False,
        "came_back": None,
        "is_repeat": False,
        "referrals": 1,
        "returns": 0,
        "reworks": 0,
        "reopenings": 0,
        "extensions": 0,
        "rating": 5,
    },
)
REFERRAL_FACT = _answer(
    "Referral",
    {
        "referral": 311,
        "appeal": 1204,
        "kind": "execution",
        "status": "taken",
        "structure": "dvx",
        "appeal_kind": "application",
        "topic": "tax-voen",
        "region": "baku",
        "channel": "phone",
        "language": "az",
        "is_open": False,
        "is_restricted": False,
        "sent_on": "2026-10-05",
        "answered_on": "2026-10-08",
        "finished_on": "2026-10-09",
        "due_at": "2026-10-19T18:00:00+04:00",
        "days": 3.1,
        "is_late": False,
        "is_returned": False,
        "reworks": 0,
    },
)
STEP_FACT = _answer(
    "Stay",
    {
        "appeal": 1204,
        "referral": None,
        "sequence": 3,
        "status": "referred",
        "action": "refer",
        "actor": 5,
        "started_at": "2026-10-05T10:20:00+04:00",
        "ended_at": "2026-10-08T12:40:00+04:00",
        "seconds": 267600,
    },
)
OPEN_FACT = _answer(
    "Open days",
    {
        "appeal": 1204,
        "referral": None,
        "first": "2026-10-05",
        "last": "2026-10-07",
        "status": "referred",
        "overdue_from": None,
    },
)
