"""Examples of the description; invented people."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample

_TOPIC = {"id": 41, "code": "tax-voen", "name": "VÖEN-in alınması"}
_ROW: dict[str, Any] = {
    "id": 1204,
    "number": "ÇM-2026-001204",
    "kind": "application",
    "status": "registered",
    "channel": "web",
    "language": "az",
    "topic": _TOPIC,
    "applicant": {"id": 77, "name": "Əliyev Vüsal Kamal oğlu"},
    "caller_phone": "+994 50 ••• •• 56",
    "owner": {"id": 5, "name": "Məmmədova Aysel"},
    "responsible": None,
    "outcome": None,
    "registered_at": "2026-11-25T10:15:00+04:00",
    "due_at": "2026-12-16T18:00:00+04:00",
    "closed_at": None,
    "is_restricted": False,
    "is_anonymous": False,
    "version": 1,
}
_APPLICANT = {
    "id": 77,
    "kind": "person",
    "name": "Əliyev Vüsal Kamal oğlu",
    "language": "az",
    "numbers": [{"label": "FIN", "value": "5A•••••"}],
    "version": 1,
}
_APPEAL = {
    **_ROW,
    "inquiry_sort": "",
    "text": "Kassa aparatı qeydiyyata düşmür.",
    "topic_answers": {},
    "region": {"id": 3, "code": "baku", "name": "Bakı"},
    "applicant": _APPLICANT,
    "complained_structure": None,
    "complained_official": "",
    "is_corruption": False,
    "is_collective": False,
    "is_first_contact": False,
    "ground": None,
    "answer_text": "",
    "answer_source": "",
    "registered_by": {"id": 5, "name": "Məmmədova Aysel"},
    "received_at": "2026-11-25T10:15:00+04:00",
    "answered_at": None,
    "moved_at": "2026-11-25T10:15:00+04:00",
    "contact_count": 1,
    "reopened_count": 0,
    "files": [],
    "steps": ["take", "answer", "close", "note"],
}


def _answer(name: str, value: Any, status: str = "200") -> OpenApiExample:
    return OpenApiExample(name, value=value, response_only=True, status_codes=[status])


def _request(name: str, value: Any) -> OpenApiExample:
    return OpenApiExample(name, value=value, request_only=True)


ROW = _answer("Row", _ROW)
APPEAL = _answer("Appeal", _APPEAL)
REGISTER = _request(
    "New appeal",
    {
        "kind": "application",
        "topic": "tax-voen",
        "text": "Kassa aparatı qeydiyyata düşmür.",
        "channel": "web",
        "caller_phone": "+994501112233",
        "new_applicant": {
            "surname": "Əliyev",
            "given_name": "Vüsal",
            "patronymic": "Kamal oğlu",
            "phones": ["+994501112233"],
        },
    },
)
REGISTERED = _answer("Registered", {**_APPEAL, "state_code": "04817726"}, "201")
NEW_APPLICANT = _request(
    "New applicant", {"surname": "Əliyev", "given_name": "Vüsal", "phones": ["+994501112233"]}
)
FIND = _request("By telephone", {"q": "050 111 22 33"})
APPLICANT = OpenApiExample("Applicant", value=_APPLICANT, response_only=True)
ENTRY = _answer(
    "Entry",
    {
        "sequence": 2,
        "at": "2026-11-25T10:20:00+04:00",
        "kind": "take",
        "label": "Baxılmağa götürüldü",
        "actor": "Məmmədova Aysel",
        "acting_for": "",
        "changes": {"status": ["registered", "considered"]},
        "note": "",
        "is_internal": False,
        "hash": "9f0c5d2b6a7e4c1f8d3b2a1908f7e6d5c4b3a29180f7e6d5c4b3a2918f7e6d5c",
    },
)
TOPIC = _answer(
    "Topic",
    {
        **_TOPIC,
        "parent": "tax",
        "path": "/tax/tax-voen/",
        "is_outside": False,
        "questions": [],
    },
)
STATE = _answer(
    "State",
    {
        "id": 1204,
        "number": "ÇM-2026-001204",
        "status": "considered",
        "due_at": "2026-12-16T18:00:00+04:00",
        "version": 2,
        "steps": ["answer", "close", "note"],
    },
)
NOTICE = _answer(
    "Notice that did not arrive",
    {
        "id": 3391,
        "reason": "registered",
        "channel": "sms",
        "state": "failed",
        "owed_at": "2026-11-25T10:15:02+04:00",
        "sent_at": "2026-11-25T10:15:04+04:00",
        "delivered_at": None,
        "waits_for_a_person": True,
        "ways": ["sms", "email"],
    },
)
CODE = _answer("Code", {"number": "ÇM-2026-001204", "code": "40718263"})
STEPS: dict[str, list[OpenApiExample]] = {
    "take": [_request("Take", {"version": 1})],
    "note": [_request("Note", {"text": "Sabah yenidən zəng ediləcək."})],
    "close": [
        _request(
            "Inform and close",
            {
                "outcome": "explained",
                "text": "VÖEN e-taxes.gov.az vasitəsilə alınır.",
                "version": 2,
            },
        )
    ],
    "correct": [_request("Another topic", {"topic": "tax-voen", "version": 2})],
}
