"""The API offers what the pages do with appeals: each step and each page address has its call, or
stands here with the reason why not."""

from __future__ import annotations

import uuid

import pytest

from appeals.actions import close, link, take
from appeals.api.steps import STEPS
from appeals.kinds import Kind
from appeals.lifecycle import ACTIONS, Action
from appeals.models import AppealLink, Outcome, Watch
from people.models import AuditEntry
from routing.models import Referral
from tests.addresses import named_addresses

APPEALS = "/api/v1/appeals/"
#: Steps whose call has a name of its own.
CALLED_OTHERWISE = {
    Action.REGISTER: "api-appeals",
    Action.ATTACH: "api-files",
    Action.REFER: "api-appeal-refer",
    Action.INVITE: "api-appeal-invite",
    Action.RECEPTION_STEP: "api-reception-confirm",
    Action.REFERRAL_STEP: "api-referral-accept",
    Action.REFERRAL_RETURNED: "api-referral-return",
    Action.REFERRAL_ANSWERED: "api-referral-answer",
}
#: Steps no program takes, and why.
ABSENT = {
    Action.IMPORT: "whole journals are taken over by manage.py import_appeals, once",
    Action.TOUCH: "written by the system beside what really happened",
    Action.RECOMPUTE: "follows a change of the working calendar",
}
#: Page addresses of an appeal and the call for the same.
CALLS = {
    "appeal": "api-appeal",
    "appeal-do": "api-step-note",
    "appeal-files": "api-files",
    "appeal-journal": "api-appeal-journal",
    "appeal-repeat": "api-appeal-repeat",
    "appeal-reveal": "api-appeal-reveal",
    "appeal-term": "api-appeal-terms",
    "appeal-unlink": "api-appeal-unlink",
    "appeal-watch": "api-appeal-watch",
    "appeals": "api-appeals",
    "list-views": "api-views",
    "refer": "api-appeal-refer",
}
#: Page addresses that are about people at screens.
ONLY_PAGES = {
    "appeal-people": "offers names while a person types a note",
    "appeal-referrals": "a piece of the page; a structure's program reads its own referrals",
    "appeal-presence": "who has the page open",
}


def test_every_step_of_the_table_has_its_call_or_its_reason():
    offered = set(STEPS) | set(CALLED_OTHERWISE) | set(ABSENT)
    assert set(ACTIONS) == offered
    assert not set(STEPS) & (set(CALLED_OTHERWISE) | set(ABSENT))
    names = named_addresses()
    for action in STEPS:
        assert f"api-step-{action}" in names
    assert set(CALLED_OTHERWISE.values()) <= set(names)


def test_every_page_of_an_appeal_has_its_call_or_its_reason():
    names = set(named_addresses())
    pages = {name for name in names if name == "appeal" or name.startswith("appeal-")}
    assert pages <= set(CALLS) | set(ONLY_PAGES), pages - set(CALLS) - set(ONLY_PAGES)
    assert set(CALLS.values()) <= names


def key() -> dict[str, str]:
    return {"Idempotency-Key": uuid.uuid4().hex}


@pytest.mark.django_db
class TestBeside:
    """The calls that are no steps of the table."""

    def test_watching(self, program, cast, make_appeal):
        appeal, client = make_appeal(), program(cast.manager)
        address = f"{APPEALS}{appeal.pk}/watch/"
        assert client.get(address).json() == {"is_watching": False}
        for _turn in range(2):
            assert client.put(address).json() == {"is_watching": True}
        assert Watch.objects.get().user == cast.manager
        assert client.delete(address).json() == {"is_watching": False}
        hidden = make_appeal(by=cast.head, is_restricted=True)
        assert client.put(f"{APPEALS}{hidden.pk}/watch/").status_code == 404

    def test_a_link_is_taken_back_and_a_repeat_is_marked(self, program, cast, make_appeal):
        first, second = make_appeal(), make_appeal()
        link(first.pk, by=cast.aysel, to=second.pk)
        client = program(cast.aysel)
        answer = client.post(f"{APPEALS}{first.pk}/unlink/", {"other": second.pk}, headers=key())
        assert answer.status_code == 200
        assert not AppealLink.objects.exists()
        explained = Outcome.objects.get(code="explained")
        close(first.pk, by=cast.aysel, outcome=explained, text="Cavab")
        address = f"{APPEALS}{second.pk}/repeat-of/"
        assert client.post(address, {"other": first.pk}, headers=key()).status_code == 200
        second.refresh_from_db()
        assert second.repeat_of == first
        assert client.post(address, {"other": first.pk}, headers=key()).status_code == 409

    def test_terms_are_told_with_their_source(self, program, cast, make_appeal):
        told = program(cast.auditor).get(f"{APPEALS}{make_appeal().pk}/terms/").json()
        assert told[0]["basis"]
        assert told[0]["due_at"]

    def test_saved_views_are_told_with_the_query_of_their_list(self, program, cast, make_appeal):
        from appeals.actions.saved import save_view

        take(make_appeal().pk, by=cast.aysel)
        save_view(
            by=cast.head, client_id=uuid.uuid4(), name="Açıqlar", shared_with="everyone",
            query={"tab": "open", "kind": "application"},
        )  # fmt: skip
        save_view(by=cast.head, client_id=uuid.uuid4(), name="Öz", query={"tab": "mine"})
        client = program(cast.aysel)
        views = client.get("/api/v1/views/").json()["results"]
        assert [view["name"] for view in views] == ["Açıqlar"]
        assert views[0]["query"] == {"list": "open", "kind": "application"}
        assert len(client.get(APPEALS, views[0]["query"]).json()["results"]) == 1

    def test_referring_once_for_one_key(self, program, cast, make_appeal):
        appeal, client = make_appeal(), program(cast.aysel)
        same = key()
        for _turn in range(2):
            answer = client.post(
                f"{APPEALS}{appeal.pk}/refer/", {"structure": "dvx", "question": "Həll edin"},
                headers=same,
            )  # fmt: skip
            assert answer.status_code == 201, answer.json()
        assert answer.json()["appeal"]["status"] == "referred"
        assert Referral.objects.get().pk == answer.json()["referral"]

    def test_a_complaint_is_not_referred_to_those_it_is_about(self, program, cast, make_appeal):
        complaint = make_appeal(kind=Kind.COMPLAINT, complained_structure=cast.unit)
        answer = program(cast.aysel).post(
            f"{APPEALS}{complaint.pk}/refer/", {"structure": "dvx"}, headers=key()
        )
        assert (answer.status_code, answer.json()["code"]) == (409, "complained_about")
        assert AuditEntry.objects.filter(kind="refused.referral").exists()
