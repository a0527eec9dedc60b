"""A referral's way: never to whom a complaint accuses, back in time, counted when it is not enough."""

from __future__ import annotations

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

import pytest
import time_machine

from appeals.actions import close, correct, take
from appeals.journal import faults
from appeals.kinds import Kind, NoticeReason
from appeals.lifecycle import Status
from appeals.models import Appeal, Clock, Notice
from appeals.tests.world import appeal, at_once, outcome, person, placed, structure
from callcenter.errors import AlreadyDone, NotAllowed, RuleBroken, StaleForm
from people.models import AuditEntry, Delegation, Position, Role, Structure, User
from people.models.structure import Category
from routing.actions import (
    accept,
    approve,
    draft,
    refer,
    reject,
    return_referral,
    rework,
    see,
    take_answer,
    withdraw,
)
from routing.lifecycle import RStatus
from routing.models import Referral, ReferralKind


def baku(month: int, day: int, hour: int = 18) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, tzinfo=ZoneInfo("Asia/Baku"))


MONDAY = baku(3, 2, 10)


@pytest.fixture
def operator(db) -> User:
    return person(surname="Quliyeva")


@pytest.fixture
def dvx(db) -> Structure:
    return structure("dvx")


@pytest.fixture
def executor(dvx) -> User:
    return placed(dvx)


@pytest.fixture
def boss(dvx) -> User:
    return placed(dvx, Position.HEAD)


def sent(operator: User, to: Structure, one: Appeal | None = None, **more: object) -> Referral:
    one = one or appeal(operator)
    return refer(one.pk, by=operator, structure=to, client_id=uuid.uuid4(), **more)


def status_of(referral: Referral) -> tuple[str, str]:
    """Where the referral and its appeal stand."""
    kept = Referral.objects.select_related("appeal").get(pk=referral.pk)
    return kept.status, kept.appeal.status


# --- Sending ------------------------------------------------------------------


def test_a_referral_has_a_term_of_its_own_in_working_days(operator, dvx):
    with time_machine.travel(MONDAY, tick=False):
        usual, short = sent(operator, dvx), sent(operator, dvx, days=2)
        own = sent(operator, structure("own", answers_within=5))
    assert [row.due_at for row in (usual, short, own)] == [baku(3, 16), baku(3, 4), baku(3, 9)]
    kept = Appeal.objects.get(pk=usual.appeal_id)
    assert (kept.status, kept.responsible) == (Status.REFERRED, dvx)
    assert usual.clock.use == Clock.Use.REFERRAL


def test_the_same_form_sent_twice_makes_one_referral(operator, dvx):
    one, client_id = appeal(operator), uuid.uuid4()
    made = {refer(one.pk, by=operator, structure=dvx, client_id=client_id).pk for _ in range(2)}
    assert len(made) == Referral.objects.count() == 1


@pytest.mark.parametrize("days", [0, 91, -1])
def test_a_term_out_of_range_is_refused(days, operator, dvx):
    with pytest.raises(RuleBroken) as refused:
        sent(operator, dvx, days=days)
    assert refused.value.field == "days"
    assert not Referral.objects.exists()


def test_nothing_is_sent_to_a_structure_that_ended(operator):
    ended = structure("old", valid_to=dt.date(2021, 1, 1))
    with pytest.raises(RuleBroken) as refused:
        sent(operator, ended)
    assert (refused.value.code, refused.value.field) == ("structure_ended", "structure")


def test_what_goes_outside_waits_three_days_for_its_letter(operator):
    with time_machine.travel(MONDAY, tick=False):
        made = sent(operator, structure("nk", category=Category.OUTSIDE))
    assert (made.kind, made.status, made.due_at) == (ReferralKind.OUTSIDE, "sent", baku(3, 5))
    assert not Notice.objects.filter(appeal=made.appeal, reason=NoticeReason.FORWARDED).exists()


@pytest.mark.parametrize("role", [r for r in Role if r not in ("operator", "sector_head")])
def test_only_the_sector_refers(role, operator, dvx):
    one = appeal(operator)
    with pytest.raises(NotAllowed):
        refer(one.pk, by=person(role), structure=dvx, client_id=uuid.uuid4())
    assert not Referral.objects.exists()


@pytest.mark.parametrize("kind", [ReferralKind.CONSULTATION, ReferralKind.DOCUMENT])
def test_asking_an_opinion_or_a_paper_leaves_the_appeal_where_it_is(kind, operator, dvx, boss):
    one = appeal(operator)
    take(one.pk, by=operator)
    asked = sent(operator, dvx, one, kind=kind, question="Rəyiniz?")
    assert status_of(asked) == (RStatus.SENT, Status.CONSIDERED)
    accept(asked.pk, by=boss)
    approve(asked.pk, by=boss, text="Rəyimiz müsbətdir")
    assert status_of(asked) == (RStatus.ANSWERED, Status.CONSIDERED)
    rework(asked.pk, by=operator, reason="Əsaslandırın")
    assert status_of(asked) == (RStatus.REWORK, Status.CONSIDERED)
    kept = Appeal.objects.get(pk=one.pk)
    assert (kept.responsible, kept.answer_text) == (None, "")


# --- Code of Administrative Offences 594-1.1.2 --------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("target", ["accused", "below", "far below"])
def test_a_complaint_never_goes_to_whom_it_accuses_nor_below(target, operator, dvx):
    below = structure("dvx-ganja", dvx)
    to = {"accused": dvx, "below": below, "far below": structure("dvx-ganja-1", below)}[target]
    one = appeal(operator, kind=Kind.COMPLAINT, complained_structure=dvx)
    with pytest.raises(RuleBroken) as refused:
        sent(operator, to, one)
    assert (refused.value.code, refused.value.field) == ("complained_about", "structure")
    assert not Referral.objects.exists()
    assert not one.clocks.filter(use=Clock.Use.REFERRAL).exists()
    assert Appeal.objects.get(pk=one.pk).status == Status.REGISTERED
    [tried] = AuditEntry.objects.filter(kind="refused.referral")
    assert (tried.actor, tried.object_ref, tried.detail["structure"]) == (
        operator, str(one.pk), to.code
    )  # fmt: skip
    entry = one.entries.get(kind="referral.refused")
    assert entry.changes["structure"] == to.name_az
    assert list(faults()) == []


@pytest.mark.parametrize("asked", ReferralKind.values)
def test_no_kind_of_referral_goes_round_it(asked, operator, dvx):
    one = appeal(operator, kind=Kind.COMPLAINT, complained_structure=dvx)
    with pytest.raises(RuleBroken, match="DVX"):
        sent(operator, dvx, one, kind=asked)
    assert not Referral.objects.exists()


def test_it_may_go_above_and_beside_even_when_the_code_begins_alike(operator, dvx):
    branch = structure("ganja", dvx)
    one = appeal(operator, kind=Kind.COMPLAINT, complained_structure=branch)
    assert sent(operator, dvx, one).status == RStatus.SENT
    assert sent(operator, structure("ganja-2", dvx), one).status == RStatus.SENT


def test_a_person_complained_about_sees_and_does_nothing(operator, dvx, executor, boss):
    one = appeal(operator, kind=Kind.COMPLAINT, complained_user=executor)
    made = sent(operator, dvx, one)
    assert not Referral.objects.visible_to(executor).exists()
    assert Referral.objects.visible_to(boss).get() == made
    with pytest.raises(NotAllowed):
        accept(made.pk, by=executor)


# --- The structure's work -----------------------------------------------------


def test_from_the_inbox_to_the_applicant(operator, dvx, executor, boss):
    made = sent(operator, dvx, question="Yoxlayın")
    assert see(made.pk, by=boss).seen_at is not None
    accept(made.pk, by=boss, executor=executor)
    draft(made.pk, by=executor, text="Qaralama")
    assert status_of(made) == (RStatus.TO_APPROVE, Status.REFERRED)
    reject(made.pk, by=boss, reason="Maddə yoxdur")
    draft(made.pk, by=executor, text="Yoxlanıldı, pozuntu aradan qaldırıldı")
    approve(made.pk, by=boss)
    assert status_of(made) == (RStatus.ANSWERED, Status.ANSWERED)
    take_answer(made.pk, by=operator)
    done = close(made.appeal_id, by=operator, outcome=outcome())
    assert done.answer_text == "Yoxlanıldı, pozuntu aradan qaldırıldı"
    kept = Referral.objects.get(pk=made.pk)
    assert (kept.status, kept.executor, kept.approved_by) == (RStatus.TAKEN, executor, boss)
    assert kept.clock.stopped_at == kept.answered_at
    told = done.entries.order_by("sequence").values_list("kind", flat=True)
    kinds = [kind for kind in told if "." in kind]
    steps = ["send", "see", "accept", "draft", "reject", "draft", "approve", "take_answer"]
    assert kinds == [f"referral.{name}" for name in steps]
    assert list(faults()) == []


def test_the_first_look_is_told_once(operator, dvx, executor, boss):
    made = sent(operator, dvx)
    first = see(made.pk, by=executor).seen_at
    assert see(made.pk, by=boss).seen_at == first
    assert made.appeal.entries.filter(kind="referral.see").count() == 1
    with pytest.raises(NotAllowed):
        see(made.pk, by=placed(structure("other")))


def test_only_people_of_the_structure_are_named_executors(operator, dvx, boss):
    made = sent(operator, dvx)
    with pytest.raises(RuleBroken) as refused:
        accept(made.pk, by=boss, executor=placed(structure("other")))
    assert refused.value.field == "executor"
    assert status_of(made)[0] == RStatus.SENT


def test_who_acts_for_the_head_accepts_and_approves_in_the_head_s_place(operator, dvx, boss):
    deputy = placed(structure("other"))
    Delegation.objects.create(
        principal=boss, delegate=deputy, valid_from="2020-01-01", order_number="7",
        order_on="2020-01-01",
    )  # fmt: skip
    made = sent(operator, dvx)
    accept(made.pk, by=deputy)
    approve(made.pk, by=deputy, text="Cavab")
    entry = made.appeal.entries.get(kind="referral.approve")
    assert (entry.actor, entry.acting_for_name) == (deputy, boss.name)


def test_an_operator_acting_for_one_structure_does_not_act_for_another(operator, dvx, executor):
    elsewhere = sent(operator, structure("other"))
    Delegation.objects.create(
        principal=executor, delegate=operator, valid_from="2020-01-01", order_number="8",
        order_on="2020-01-01",
    )  # fmt: skip
    again = User.objects.get(pk=operator.pk)
    with pytest.raises(NotAllowed):
        accept(elsewhere.pk, by=again)
    assert accept(sent(again, dvx).pk, by=again).executor == again


def test_a_head_approves_only_in_the_structures_headed(operator, dvx, executor):
    made = sent(operator, dvx)
    accept(made.pk, by=executor)
    with pytest.raises(NotAllowed):
        approve(made.pk, by=executor, text="Cavab")
    with pytest.raises(NotAllowed):
        approve(made.pk, by=placed(structure("other"), Position.HEAD), text="Cavab")


@pytest.mark.parametrize("verb", [draft, approve])
def test_an_empty_answer_is_refused(verb, operator, dvx, boss):
    made = sent(operator, dvx)
    accept(made.pk, by=boss)
    with pytest.raises(RuleBroken) as refused:
        verb(made.pk, by=boss, text=" \n")
    assert (refused.value.code, refused.value.field) == ("answer_required", "text")
    assert status_of(made) == (RStatus.ACCEPTED, Status.REFERRED)


def test_what_is_not_theirs_comes_back_with_a_reason_and_whose_it_is(operator, dvx, executor):
    theirs = structure("gomruk")
    made = sent(operator, dvx)
    with pytest.raises(RuleBroken) as refused:
        return_referral(made.pk, by=executor, reason=" ")
    assert refused.value.field == "note"
    return_referral(made.pk, by=executor, reason="Gömrük məsələsidir", belongs_to=theirs)
    assert status_of(made) == (RStatus.RETURNED, Status.CONSIDERED)
    kept = Referral.objects.select_related("appeal", "clock").get(pk=made.pk)
    assert (kept.return_reason, kept.belongs_to) == ("Gömrük məsələsidir", theirs)
    assert kept.appeal.responsible is None
    assert kept.clock.stopped_at == kept.finished_at


def test_rework_is_counted_and_the_term_goes_on_for_what_was_left(operator, dvx, boss):
    with time_machine.travel(MONDAY, tick=False):
        made = sent(operator, dvx, days=5)
        accept(made.pk, by=boss)
    with time_machine.travel(baku(3, 4, 10), tick=False):  # one day used
        approve(made.pk, by=boss, text="Cavab")
    with time_machine.travel(baku(3, 16, 10), tick=False):
        rework(made.pk, by=operator, reason="Əsas göstərilməyib")
    assert status_of(made) == (RStatus.REWORK, Status.REFERRED)
    kept = Referral.objects.select_related("clock").get(pk=made.pk)
    assert (kept.rework_count, kept.answered_at, kept.due_at) == (1, None, baku(3, 19))
    assert (kept.clock.stopped_at, kept.clock.due_at) == (None, kept.due_at)
    with time_machine.travel(baku(3, 17, 10), tick=False):
        approve(made.pk, by=boss, text="Əsası: 50.1")
    again = Referral.objects.get(pk=made.pk)
    assert (again.status, again.is_late) == (RStatus.ANSWERED, False)


def test_an_ended_appeal_is_reopened_before_rework(operator, dvx, boss):
    made = sent(operator, dvx)
    accept(made.pk, by=boss)
    approve(made.pk, by=boss, text="Cavab")
    close(made.appeal_id, by=operator, outcome=outcome())
    with pytest.raises(RuleBroken) as refused:
        rework(made.pk, by=operator, reason="Əsas?")
    assert refused.value.code == "appeal_ended"
    assert status_of(made) == (RStatus.ANSWERED, Status.CLOSED)


def test_the_sector_takes_back_what_it_sent(operator, dvx):
    made = sent(operator, dvx)
    withdraw(made.pk, by=operator, reason="Səhv ünvan")
    assert status_of(made) == (RStatus.WITHDRAWN, Status.CONSIDERED)
    assert Referral.objects.get(pk=made.pk).clock.stopped_at is not None


def test_the_appeal_is_answered_with_the_last_of_its_structures(operator, dvx, boss):
    """An opinion still asked for does not hold the answer back."""
    other = structure("other")
    other_boss = placed(other, Position.HEAD)
    one = appeal(operator)
    first, second = sent(operator, dvx, one), sent(operator, other, one)
    sent(operator, structure("third"), one, kind=ReferralKind.CONSULTATION)
    for made, by, expected in (
        (first, boss, Status.REFERRED), (second, other_boss, Status.ANSWERED)
    ):  # fmt: skip
        accept(made.pk, by=by)
        approve(made.pk, by=by, text="Cavab")
        assert status_of(made) == (RStatus.ANSWERED, expected)


# --- Two at once --------------------------------------------------------------


def test_an_old_form_is_stale(operator, dvx, executor, boss):
    made = sent(operator, dvx)
    accept(made.pk, by=boss, executor=executor, version=made.version)
    with pytest.raises(StaleForm):
        draft(made.pk, by=executor, text="Cavab", version=made.version)


def test_two_who_accept_at_once_are_one_who_accepts_and_one_who_is_told(committed):
    operator, dvx = person(), structure("dvx")
    people = [placed(dvx), placed(dvx)]
    made = sent(operator, dvx)
    told = at_once([lambda by=by: accept(made.pk, by=by) for by in people])
    [late] = [row for row in told if isinstance(row, AlreadyDone)]
    winner = Referral.objects.get(pk=made.pk).executor
    assert winner.name in str(late)
    assert made.appeal.entries.filter(kind="referral.accept").count() == 1


def test_two_structures_answering_at_once_leave_the_appeal_answered(committed):
    operator, one = person(), None
    heads = []
    one = appeal(operator)
    for code in ("dvx", "other"):
        place = structure(code)
        by = placed(place, Position.HEAD)
        made = sent(operator, place, one)
        accept(made.pk, by=by)
        heads.append((made.pk, by))
    told = at_once([lambda a=a: approve(a[0], by=a[1], text="Cavab") for a in heads])
    assert all(isinstance(row, Referral) for row in told), told
    assert Appeal.objects.get(pk=one.pk).status == Status.ANSWERED
    assert list(faults()) == []


def test_a_complaint_corrected_meanwhile_is_still_kept_from_whom_it_accuses(operator, dvx):
    one = appeal(operator, kind=Kind.COMPLAINT)
    correct(one.pk, by=operator, values={"complained_structure_id": dvx.pk})
    with pytest.raises(RuleBroken):
        sent(operator, dvx, one)
    assert not Referral.objects.exists()
