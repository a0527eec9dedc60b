"""Examples of the description; invented people."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample

_PERSON = {"id": 31, "name": "Cəfərova Günel"}
_ROW: dict[str, Any] = {
    "id": 512,
    "number": "ÇM-2026-001204",
    "kind": "execution",
    "status": "accepted",
    "appeal_kind": "application",
    "topic": {"id": 41, "code": "tax-voen", "name": "VÖEN-in alınması"},
    "is_co_executor": False,
    "executor": _PERSON,
    "sent_at": "2026-11-25T10:20:00+04:00",
    "due_at": "2026-12-09T18:00:00+04:00",
    "answered_at": None,
    "rework_count": 0,
    "version": 2,
}
_FILE = {
    "id": "5f1f9f6e-4c0c-4d9f-9a53-0a8a7c6f4a10",
    "name": "ərizə.pdf",
    "size": 48213,
    "content_type": "application/pdf",
    "sha256": "9f0c5d2b6a7e4c1f8d3b2a1908f7e6d5c4b3a29180f7e6d5c4b3a2918f7e6d5c",
    "url": "https://appeals.example.az/api/v1/referrals/512/files/5f1f9f6e-4c0c-4d9f-9a53-0a8a7c6f4a10/",
}


def _answer(name: str, value: Any, status: str = "200") -> OpenApiExample:
    return OpenApiExample(name, value=value, response_only=True, status_codes=[status])


def _request(name: str, value: Any) -> OpenApiExample:
    return OpenApiExample(name, value=value, request_only=True)


ROW = _answer("Row", _ROW)
PERSON = _answer("Person", _PERSON)
REFERRAL = _answer(
    "Referral",
    {
        **_ROW,
        "question": "VÖEN nə üçün verilməyib?",
        "text": "Kassa aparatı qeydiyyata düşmür.",
        "files": [_FILE],
        "answer": "",
        "answer_files": [],
        "parts": [],
        "seen_at": "2026-11-25T10:31:00+04:00",
        "accepted_at": "2026-11-25T10:40:00+04:00",
        "finished_at": None,
        "approved_by": None,
        "return_ground": "",
        "return_reason": "",
        "belongs_to": None,
        "extension_asked": None,
        "steps": ["return", "extension", "draft", "assign"],
    },
)
STATE = _answer(
    "State",
    {
        "id": 512,
        "number": "ÇM-2026-001204",
        "status": "accepted",
        "executor": _PERSON,
        "due_at": "2026-12-09T18:00:00+04:00",
        "version": 2,
        "steps": ["return", "extension", "draft", "assign"],
    },
)
STEPS: dict[str, list[OpenApiExample]] = {
    "accept": [_request("Accept", {"executor": 31, "version": 1})],
    "assign": [_request("Assign", {"executor": 31})],
    "return": [
        _request(
            "Not ours",
            {"ground": "not_ours", "belongs_to": "kobia", "reason": "Sahibkarlığa aiddir."},
        )
    ],
    "extension": [_request("Extension", {"days": 5, "reason": "Sənəd gözlənilir."})],
    "draft": [_request("Draft", {"text": "VÖEN e-taxes.gov.az vasitəsilə alınır."})],
    "answer": [_request("Answer", {"text": "VÖEN e-taxes.gov.az vasitəsilə alınır."})],
}
