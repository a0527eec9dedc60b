"""Registering and working an appeal, step by step, as the charter and the law tell it."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import time_machine
from django.utils import timezone

from appeals.actions import (
    answer,
    assign,
    close,
    correct,
    leave,
    note,
    register,
    reopen,
    send_back,
    take,
    withdraw,
)
from appeals.kinds import Kind, NoticeReason
from appeals.lifecycle import Status
from appeals.models import (
    Appeal,
    AppealLink,
    Applicant,
    Entry,
    Note,
    Notice,
    RegistrationYear,
    Topic,
)
from appeals.tests.world import (
    LONG_AGO,
    appeal,
    ground,
    intake,
    outcome,
    person,
    structure,
    term_rule,
    topic,
)
from callcenter.errors import AlreadyDone, NotAllowed, RuleBroken, StaleForm
from people.models import Role, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator() -> User:
    return person(surname="Quliyeva")


@pytest.fixture
def head() -> User:
    return person(Role.SECTOR_HEAD, surname="Həsənov")


def test_the_same_form_sent_twice_makes_one_appeal(operator):
    client_id = uuid.uuid4()
    first = register(by=operator, client_id=client_id, intake=intake())
    again = register(by=operator, client_id=client_id, intake=intake(text="Başqa mətn"))
    assert again.pk == first.pk
    assert Appeal.objects.count() == 1
    assert first.entries.count() == 1


def test_a_client_id_of_another_person_opens_nothing(operator):
    client_id = uuid.uuid4()
    register(by=operator, client_id=client_id, intake=intake())
    with pytest.raises(NotAllowed):
        register(by=person(), client_id=client_id, intake=intake())


def test_an_appeal_is_registered_to_its_operator_and_the_applicant_is_owed_the_number(operator):
    one = appeal(operator)
    assert (one.status, one.owner, one.registered_by) == (Status.REGISTERED, operator, operator)
    owed = Notice.objects.get(appeal=one)
    assert owed.reason == NoticeReason.REGISTERED
    assert owed.recipient == "+994501112233"


def test_answered_at_once_is_closed_in_one_save(operator):
    term_rule(Kind.QUESTION, 1)
    one = appeal(operator, kind=Kind.QUESTION, answer="Saat 9-dan 18-dək", outcome=outcome())
    kept = Appeal.objects.get(pk=one.pk)
    assert (kept.status, kept.is_open, kept.is_first_contact) == (Status.CLOSED, False, True)
    assert kept.closed_at == kept.answered_at == kept.registered_at
    assert kept.version == 1
    assert list(kept.entries.order_by("sequence").values_list("kind", flat=True)) == [
        "register",
        "close",
    ]
    assert kept.clocks.get().stopped_at == kept.closed_at
    assert not Notice.objects.filter(appeal=kept).exists()


def test_an_appeal_nobody_can_be_told_about_owes_no_notice(operator):
    one = appeal(operator, caller_phone="")
    assert one.is_anonymous
    assert not Notice.objects.filter(appeal=one).exists()


def test_matters_of_one_contact_are_linked(operator):
    visit = uuid.uuid4()
    first, second = (
        register(by=operator, client_id=uuid.uuid4(), intake=intake(), visit=visit)
        for _ in range(2)
    )
    link = AppealLink.objects.get()
    assert (link.first_id, link.second_id) == (first.pk, second.pk)


def test_a_report_of_corruption_is_restricted_from_the_first_moment(operator):
    assert appeal(operator, kind=Kind.COMPLAINT, is_corruption=True).is_restricted


def _retired() -> Topic:
    return Topic.objects.create(
        code="old", path="/old/", name_az="Köhnə", valid_from=LONG_AGO, valid_to=LONG_AGO
    )


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        (lambda: {"text": " \n "}, "text_required", "text"),
        (lambda: {"text": "a" * 100_001}, "text_too_long", "text"),
        (lambda: {"answer": "a" * 100_001, "outcome": outcome()}, "text_too_long", "answer"),
        (lambda: {"topic": _retired()}, "topic_retired", "topic"),
        (lambda: {"kind": "rumour"}, "kind_required", "kind"),
        (
            lambda: {"complained_structure": structure("dvx")},
            "not_a_complaint",
            "complained_structure",
        ),
        (lambda: {"answer": "Cavab"}, "outcome_required", "outcome"),
    ],
)
def test_what_cannot_be_registered_names_its_field_and_writes_nothing(wrong, code, field, operator):
    with pytest.raises(RuleBroken) as refused:
        appeal(operator, **wrong())
    assert (refused.value.code, refused.value.field) == (code, field)
    assert not Appeal.objects.exists()
    assert not Entry.objects.exists()
    assert not RegistrationYear.objects.exists()


@pytest.mark.parametrize("role", [r for r in Role if r not in ("operator", "sector_head")])
def test_only_the_sector_registers(role):
    with pytest.raises(NotAllowed):
        appeal(person(role))


def test_a_form_older_than_the_appeal_is_stale_and_changes_nothing(operator):
    one = appeal(operator)
    take(one.pk, by=operator, version=1)
    with pytest.raises(StaleForm):
        correct(one.pk, by=operator, values={"text": "Yeni mətn"}, version=1)
    kept = Appeal.objects.get(pk=one.pk)
    assert (kept.text, kept.version) == ("Kassa aparatı işləmir", 2)


def test_doing_it_twice_names_who_did_it_and_when(operator, head):
    one = appeal(operator)
    with time_machine.travel(dt.datetime(2026, 3, 2, 8, 3, tzinfo=dt.UTC), tick=False):
        take(one.pk, by=operator)
    with pytest.raises(AlreadyDone) as told:
        take(one.pk, by=head)
    assert "Quliyeva Ad" in str(told.value)
    assert "12:03" in str(told.value)
    assert Appeal.objects.get(pk=one.pk).owner == operator
    assert one.entries.filter(kind="take").count() == 1


def test_closing_twice_tells_the_applicant_once(operator):
    one = appeal(operator)
    close(one.pk, by=operator, outcome=outcome(), text="Cavab")
    with pytest.raises(AlreadyDone):
        close(one.pk, by=operator, outcome=outcome(), text="Cavab")
    assert Notice.objects.filter(appeal=one, reason=NoticeReason.ANSWERED).count() == 1


def test_closing_what_was_answered_at_once_names_who_answered(operator, head):
    one = appeal(operator, answer="Cavab", outcome=outcome())
    with pytest.raises(AlreadyDone, match="Quliyeva"):
        close(one.pk, by=head, outcome=outcome(), text="Cavab")


def test_an_answer_is_checked_sent_back_and_told_when_closing(operator, head):
    one = appeal(operator)
    take(one.pk, by=operator)
    answer(one.pk, by=operator, text="Birinci cavab", source="Vergi Məcəlləsi 50")
    send_back(one.pk, by=head, reason="Maddəni göstərin")
    answer(one.pk, by=operator, text="İkinci cavab", source="Vergi Məcəlləsi 50.1")
    done = close(one.pk, by=head, outcome=outcome(), told_by_phone=True)
    assert (done.status, done.answer_text) == (Status.CLOSED, "İkinci cavab")
    kept = Appeal.objects.get(pk=one.pk)
    assert kept.answer_source == "Vergi Məcəlləsi 50.1"
    assert kept.is_first_contact is False
    told = Notice.objects.get(appeal=one, reason=NoticeReason.ANSWERED)
    assert (told.state, told.told_by) == ("delivered", head)


@pytest.mark.parametrize(
    ("values", "field"),
    [({"outcome": None, "text": "Cavab"}, "outcome"), ({"text": " "}, "text")],
)
def test_nothing_is_closed_without_outcome_and_answer(values, field, operator):
    one = appeal(operator)
    with pytest.raises(RuleBroken) as refused:
        close(one.pk, by=operator, **{"outcome": outcome(), **values})
    assert refused.value.field == field
    assert Appeal.objects.get(pk=one.pk).status == Status.REGISTERED


def test_left_without_consideration_tells_the_ground_and_reopens_when_it_falls_away(operator):
    one = appeal(operator)
    leave(one.pk, by=operator, ground=ground(), reason="Qətnamə qüvvədədir")
    assert Notice.objects.filter(appeal=one, reason=NoticeReason.LEFT).count() == 1
    reopen(one.pk, by=operator, reason="Qətnamə ləğv edilib")
    kept = Appeal.objects.get(pk=one.pk)
    assert (kept.status, kept.ground, kept.closed_at) == (Status.CONSIDERED, None, None)


def test_a_withdrawn_appeal_ends_with_that_outcome(operator):
    outcome("withdrawn")
    one = appeal(operator)
    withdraw(one.pk, by=operator, reason="Məsələ həll olunub")
    kept = Appeal.objects.get(pk=one.pk)
    assert (kept.status, kept.outcome.code) == (Status.CLOSED, "withdrawn")


def test_the_head_gives_work_only_to_people_of_the_sector(operator, head):
    one = appeal(operator)
    other = person()
    assign(one.pk, by=head, to=other)
    assert Appeal.objects.get(pk=one.pk).owner == other
    with pytest.raises(RuleBroken) as refused:
        assign(one.pk, by=head, to=person(Role.STRUCTURE_USER))
    assert refused.value.field == "to"
    with pytest.raises(NotAllowed):
        assign(one.pk, by=operator, to=operator)


def test_a_correction_tells_old_and_new_and_counts_the_version(operator):
    one = appeal(operator)
    other = Topic.objects.create(
        code="customs", path="/customs/", name_az="Gömrük", valid_from=LONG_AGO
    )
    correct(one.pk, by=operator, values={"topic_id": other.pk, "text": "Gömrükdə gecikmə"})
    kept = Appeal.objects.get(pk=one.pk)
    assert (kept.topic, kept.text, kept.version) == (other, "Gömrükdə gecikmə", 2)
    changes = kept.entries.last().changes
    assert changes == {"topic_id": [topic().pk, other.pk], "text": "changed"}
    with pytest.raises(RuleBroken) as refused:
        correct(one.pk, by=operator, values={"text": " "})
    assert refused.value.field == "text"
    with pytest.raises(ValueError, match="number"):
        correct(one.pk, by=operator, values={"number": "1"})


def test_only_a_complaint_keeps_whom_it_complains_about(operator):
    one = appeal(operator, kind=Kind.COMPLAINT, complained_structure=structure("dvx"))
    with pytest.raises(RuleBroken) as refused:
        correct(one.pk, by=operator, values={"kind": Kind.PROPOSAL})
    assert refused.value.field == "complained_structure"
    correct(one.pk, by=operator, values={"kind": Kind.PROPOSAL, "complained_structure_id": None})
    assert Appeal.objects.get(pk=one.pk).complained_structure is None


def test_an_applicant_found_later_gives_an_anonymous_appeal_its_term(operator):
    term_rule(Kind.APPLICATION, 15)
    one = appeal(operator, caller_phone="")
    assert one.due_at is None
    found = Applicant.objects.create(surname="Məmmədov", given_name="Əli")
    correct(one.pk, by=operator, values={"applicant_id": found.pk})
    kept = Appeal.objects.get(pk=one.pk)
    assert kept.is_anonymous is False
    assert kept.due_at > timezone.now()


def test_an_internal_note_is_proved_but_not_told_by_the_journal(operator):
    one = appeal(operator)
    written = note(one.pk, by=operator, text="Əli Məmmədovun atası zəng etdi")
    assert Note.objects.get() == written
    assert written.entry.is_internal
    assert "Məmmədov" not in written.entry.note
    assert len(written.entry.personal_digest) == 64


def test_an_unknown_appeal_is_answered_like_a_forbidden_one(operator):
    with pytest.raises(NotAllowed):
        take(10**9, by=operator)
