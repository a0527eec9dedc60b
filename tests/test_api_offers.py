"""The API offers what the pages do with appeals: each step and each page address has its call, or
stands here with the reason why not."""

from __future__ import annotations

import uuid

import pytest
from django.utils import timezone

from appeals.actions import close, link, take
from appeals.api.steps import STEPS
from appeals.kinds import Kind
from appeals.lifecycle import ACTIONS, Action
from appeals.models import AppealLink, Notice, Outcome, Watch
from people.models import AuditEntry
from routing import actions as routing
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
    "appeal-referrals": "api-appeal-referrals",
    "appeal-repeat": "api-appeal-repeat",
    "appeal-reveal": "api-appeal-reveal",
    "appeal-term": "api-appeal-terms",
    "appeal-unlink": "api-appeal-unlink",
    "appeal-watch": "api-appeal-watch",
    "appeals": "api-appeals",
    "applicant": "api-applicant",
    "applicant-edit": "api-applicants",
    "applicant-reveal": "api-applicant-reveal",
    "applicants-find": "api-applicants-find",
    "consult": "api-appeal-refer",
    "desk": "api-appeals",
    "file": "api-file",
    "file-detach": "api-file",
    "list-views": "api-views",
    "notice": "api-appeal-notices",
    "notice-again": "api-notice-again",
    "notice-numbers": "api-appeal-reveal",
    "notice-told": "api-notice-told",
    "notices": "api-appeal-notices",
    "refer": "api-appeal-refer",
    "reply-with": "api-appeal-reply",
    "search": "api-appeals",
    "state-code": "api-appeal-code",
}
#: Beginnings of the names of pages that are about appeals.
ABOUT_APPEALS = (
    "appeal", "applicant", "bulk", "consult", "contact", "desk", "dissatisfied", "draft", "file", "letter",
    "list", "notice", "rate", "rating", "refer", "reply", "search", "state", "view",
)  # fmt: skip
#: Page addresses that are about people at screens.
ONLY_PAGES = {
    "bulk-go": "a program takes the step for each, with a key of its own; the preview is for people",
    "bulk-new": "as above",
    "bulk-run": "as above",
    "contact-drop": "a number that is none any more is judged by a person on the line",
    "contact-prefer": "as above",
    "desk-again": "fills the form of a person in a call",
    "desk-card": "a piece of the desk; the same is told by applicants and lists",
    "desk-check": "as above",
    "desk-questions": "as above; the questions of a topic come with topics",
    "desk-similar": "as above",
    "desk-term": "as above",
    "desk-who": "as above",
    "dissatisfied": "the head reads what people are not content with, and judges it",
    "draft-drop": "unfinished typing of a person",
    "draft-file-drop": "as above",
    "draft-files": "as above",
    "draft-save": "as above",
    "drafts": "as above",
    "file-preview": "a picture of a file for a screen; a program takes the file",
    "letter": "paper, a printer and a post office are a person's",
    "letter-do": "as above",
    "letter-file": "as above",
    "letters": "as above",
    "letters-do": "as above",
    "letters-print": "as above",
    "list-columns": "how a screen shows a list",
    "rate": "the applicant's own page",
    "rate-complaint": "as above",
    "rating-complaint": "the head's own judgement",
    "rating-handled": "as above",
    "referral": "of structures, and theirs in the API: referrals/",
    "referral-do": "as above",
    "referral-draft": "as above",
    "referral-files": "as above",
    "state": "the applicant's own page",
    "state-reception": "as above",
    "view-drop": "a list kept for a screen; its query is told by views",
    "view-edit": "as above",
    "view-new": "as above",
    "appeal-people": "offers names while a person types a note",
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


def test_every_page_about_appeals_has_its_call_or_its_reason():
    names = set(named_addresses())
    pages = {name for name in names if name.startswith(ABOUT_APPEALS)}
    decided = set(CALLS) | set(ONLY_PAGES)
    assert pages == decided, pages ^ decided
    assert not set(CALLS) & set(ONLY_PAGES)
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

    def test_a_notice_that_did_not_arrive_is_sent_again_or_told(self, program, cast, make_appeal):
        appeal = make_appeal()
        failed = appeal.notices.get()
        Notice.objects.filter(pk=failed.pk).update(state="failed", failed_at=timezone.now())
        client = program(cast.aysel)
        told = client.get(f"{APPEALS}{appeal.pk}/notices/").json()
        assert [row["id"] for row in told] == [failed.pk] and told[0]["waits_for_a_person"]
        assert "recipient" not in told[0] and "text" not in told[0]
        again = f"/api/v1/notices/{failed.pk}/again/"
        assert client.post(again, {"channel": "letter"}, headers=key()).status_code == 409
        made = client.post(again, {"channel": told[0]["ways"][0]}, headers=key())
        assert made.status_code == 200 and made.json()["id"] != failed.pk
        second = client.post(f"/api/v1/notices/{failed.pk}/told/", headers=key())
        assert second.status_code == 409
        hidden = make_appeal(by=cast.head, is_restricted=True).notices.first()
        if hidden is not None:
            assert client.post(f"/api/v1/notices/{hidden.pk}/told/").status_code == 404

    def test_the_code_is_told_once_more_and_the_look_is_written_down(
        self, program, cast, make_appeal
    ):
        appeal = make_appeal()
        answer = program(cast.aysel).post(f"{APPEALS}{appeal.pk}/code/", headers=key())
        assert answer.json() == {"number": appeal.number, "code": appeal.state_code}
        assert AuditEntry.objects.filter(kind="look.state_code", actor=cast.aysel).count() == 1
        assert program(cast.auditor).post(f"{APPEALS}{appeal.pk}/code/").status_code == 404

    def test_the_structures_answers_become_the_reply(self, program, cast, make_appeal):
        appeal, client = make_appeal(), program(cast.aysel)
        sent = routing.refer(
            appeal.pk, by=cast.aysel, structure=cast.unit, kind="execution", client_id=uuid.uuid4()
        )
        address = f"{APPEALS}{appeal.pk}/reply/"
        body = {"referrals": [sent.pk], "outcome": "explained"}
        assert client.post(address, body, headers=key()).status_code == 409
        routing.accept(sent.pk, by=cast.unit_user)
        routing.draft(sent.pk, by=cast.unit_user, text="Layihə")
        assert client.get(f"{APPEALS}{appeal.pk}/referrals/").json()[0]["answer"] == ""
        routing.approve(sent.pk, by=cast.unit_head, text="Qurumun cavabı")
        told = client.get(f"{APPEALS}{appeal.pk}/referrals/").json()
        assert told[0]["structure"]["code"] == cast.unit.code
        assert told[0]["answer"] == "Qurumun cavabı"
        answer = client.post(address, body, headers=key())
        assert answer.status_code == 200 and answer.json()["status"] == "closed"
        appeal.refresh_from_db()
        assert appeal.answer_text == "Qurumun cavabı"
