"""Every turn a referral's life can take beyond the plain one: joint work, letters outside, what is
only read, rerouting, longer terms, answers that come on paper, and the applicant's reply."""

from __future__ import annotations

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from appeals.actions import ask_applicant, take
from appeals.journal import faults
from appeals.kinds import Kind, NoticeReason
from appeals.lifecycle import Status
from appeals.models import Appeal, Notice, NoticeTemplate, TermRule
from appeals.tests.world import appeal, at_once, outcome, person, placed, put, structure, term_rule
from callcenter.errors import AlreadyDone, NotAllowed, RuleBroken, StaleForm
from people.models import AuditEntry, Position, Structure, User
from people.models.structure import Category
from routing import actions
from routing.lifecycle import RStatus
from routing.models import Referral, ReferralKind, ReturnGround


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
def kobia(db) -> Structure:
    return structure("kobia")


@pytest.fixture
def executor(dvx) -> User:
    return placed(dvx)


@pytest.fixture
def boss(dvx) -> User:
    return placed(dvx, Position.HEAD)


def sent(operator: User, to: Structure, one: Appeal | None = None, **more: object) -> Referral:
    one = one or appeal(operator)
    return actions.refer(one.pk, by=operator, structure=to, client_id=uuid.uuid4(), **more)


def fresh(referral: Referral) -> Referral:
    return Referral.objects.select_related("appeal", "clock").get(pk=referral.pk)


def refused(verb, *args, **kwargs) -> tuple[str, str]:
    with pytest.raises(RuleBroken) as broken:
        verb(*args, **kwargs)
    return broken.value.code, broken.value.field


# --- Joint execution ------------------------------------------------------------


@pytest.fixture
def joint(operator, dvx, kobia) -> Referral:
    return sent(
        operator, dvx, kind=ReferralKind.JOINT, co_executors=[kobia], days=10, question="Birgə"
    )


def test_co_executors_get_the_same_question_earlier_and_do_not_get_the_appeal(joint, dvx, kobia):
    part = joint.parts.get()
    assert (part.structure, part.question, part.kind) == (kobia, "Birgə", ReferralKind.JOINT)
    assert part.due_at < joint.due_at
    assert fresh(joint).appeal.responsible == dvx


def test_the_main_executor_answers_after_the_contributions(joint, boss, kobia):
    part, helper = joint.parts.get(), placed(kobia, Position.HEAD)
    actions.accept(joint.pk, by=boss)
    assert refused(actions.approve, joint.pk, by=boss, text="Cavab") == (
        "parts_open", "without_parts",
    )  # fmt: skip
    actions.accept(part.pk, by=helper)
    actions.approve(part.pk, by=helper, text="Bizim hissə")
    assert fresh(joint).appeal.status == Status.REFERRED  # a part moves nothing
    actions.approve(joint.pk, by=boss, text="Ümumi cavab")
    kept = fresh(joint).appeal
    assert (kept.status, kept.answer_text) == (Status.ANSWERED, "Ümumi cavab")


def test_who_does_not_wait_says_so_and_the_parts_end(joint, boss):
    actions.accept(joint.pk, by=boss)
    actions.approve(joint.pk, by=boss, text="Cavab", without_parts=True)
    part = joint.parts.select_related("clock").get()
    assert part.status == RStatus.WITHDRAWN
    assert part.clock.stopped_at is not None
    note = part.appeal.entries.get(referral_ref=part.pk, kind="referral.withdraw").note
    assert boss.name in note
    assert list(faults()) == []


def test_withdrawing_the_main_referral_withdraws_its_parts(joint, operator):
    actions.withdraw(joint.pk, by=operator, reason="Səhv")
    assert joint.parts.get().status == RStatus.WITHDRAWN
    assert fresh(joint).appeal.status == Status.CONSIDERED


def test_a_co_executor_may_join_later_but_not_twice(joint, operator, kobia):
    third = structure("third")
    added = actions.add_co_executor(joint.pk, by=operator, structure=third, client_id=uuid.uuid4())
    assert added.main == joint
    for again in (kobia, joint.structure, third):
        assert refused(
            actions.add_co_executor, joint.pk, by=operator, structure=again, client_id=uuid.uuid4()
        ) == ("same_structure", "structure")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"kind": ReferralKind.EXECUTION}, "not_joint"),
        ({"kind": ReferralKind.JOINT, "same": True}, "same_structure"),
        ({"kind": ReferralKind.JOINT, "outside": True}, "outside_co_executor"),
    ],
)
def test_impossible_co_executors_are_refused(more, code, operator, dvx, kobia):
    other = dvx if more.pop("same", False) else kobia
    if more.pop("outside", False):
        other = structure("nk", category=Category.OUTSIDE)
    found = refused(sent, operator, dvx, co_executors=[other], **more)
    assert found == (code, "co_executors")
    assert not Referral.objects.exists()


def test_the_accused_is_no_co_executor_either(operator, dvx, kobia):
    one = appeal(operator, kind=Kind.COMPLAINT, complained_structure=kobia)
    found = refused(
        sent, operator, dvx, one, kind=ReferralKind.JOINT, co_executors=[structure("k", kobia)]
    )
    assert found == ("complained_about", "co_executors")
    assert AuditEntry.objects.filter(kind="refused.referral").count() == 1


# --- Only read, only forwarded, asked at once --------------------------------------


def test_what_is_sent_for_information_ends_when_it_is_read(operator, dvx, executor, boss):
    made = sent(operator, dvx, kind=ReferralKind.INFORMATION)
    actions.see(made.pk, by=executor)
    kept = fresh(made)
    assert (kept.status, kept.is_open) == (RStatus.NOTED, False)
    assert kept.clock.stopped_at is not None
    assert actions.see(made.pk, by=boss).status == RStatus.NOTED
    assert made.appeal.entries.filter(kind="referral.read").count() == 1
    assert refused(actions.accept, made.pk, by=executor)[0] == "not_of_this_kind"


def test_the_applicant_is_told_the_number_and_date_of_the_letter(operator):
    NoticeTemplate.objects.create(
        reason=NoticeReason.FORWARDED, channel="sms", text_az="{forward_number}, {forward_date}"
    )
    one = appeal(operator)
    made = sent(operator, structure("nk", category=Category.OUTSIDE), one, letter_number="10-2/145")
    kept = fresh(made)
    today = timezone.localdate()
    assert (kept.status, kept.letter_number, kept.letter_on) == ("forwarded", "10-2/145", today)
    assert kept.appeal.status == Status.CONSIDERED
    told = Notice.objects.get(appeal=one, reason=NoticeReason.FORWARDED)
    assert told.text == f"10-2/145, {today:%d.%m.%Y}"


@pytest.mark.parametrize(
    ("number", "ago", "field"), [(" ", 0, "letter_number"), ("1", 400, "letter_on"),
                                 ("1", -1, "letter_on"), ("9" * 61, 0, "letter_number")],
)  # fmt: skip
def test_a_letter_has_a_number_and_a_possible_date(number, ago, field, operator):
    made = sent(operator, structure("nk", category=Category.OUTSIDE))
    day = timezone.localdate() - dt.timedelta(days=ago)
    found = refused(actions.forward, made.pk, by=operator, letter_number=number, letter_on=day)
    assert found[1] == field
    assert fresh(made).status == RStatus.SENT
    assert not Notice.objects.filter(appeal=made.appeal, reason=NoticeReason.FORWARDED).exists()


def test_inside_the_ministry_nothing_is_forwarded(operator, dvx):
    assert refused(sent, operator, dvx, kind=ReferralKind.OUTSIDE) == ("not_outside", "kind")


def test_the_term_of_forwarding_is_that_of_the_law(operator):
    TermRule.objects.create(
        code="forward", kind=Kind.APPLICATION, step=TermRule.Step.FORWARD, quantity=3,
        unit="working_days", source="1308-IVQ 7.10", certainty="Q2", valid_from="2020-01-01",
    )  # fmt: skip
    with time_machine.travel(MONDAY, tick=False):
        made = sent(operator, structure("nk", category=Category.OUTSIDE))
    assert (made.due_at, made.clock.basis) == (baku(3, 5), "1308-IVQ 7.10")


def test_an_opinion_is_given_at_once_by_whoever_knows_it(operator, dvx, executor):
    one = appeal(operator)
    take(one.pk, by=operator)
    asked = sent(operator, dvx, one, kind=ReferralKind.CONSULTATION, question="Rüsum neçədir?")
    actions.answer(asked.pk, by=executor, text="30 manat")
    kept = fresh(asked)
    assert (kept.status, kept.executor, kept.answer_text) == ("answered", executor, "30 manat")
    assert kept.appeal.status == Status.CONSIDERED
    plain = sent(operator, dvx)
    assert refused(actions.answer, plain.pk, by=executor, text="x")[0] == "not_of_this_kind"


def test_terms_of_asking_are_settings(operator, dvx):
    with time_machine.travel(MONDAY, tick=False):
        opinion = sent(operator, dvx, kind=ReferralKind.CONSULTATION)
        paper = sent(operator, dvx, kind=ReferralKind.DOCUMENT)
    assert (opinion.due_at, paper.due_at) == (baku(3, 3), baku(3, 9))


def test_execution_ends_before_the_appeals_own_term(operator, dvx):
    term_rule(Kind.APPLICATION, 5)
    with time_machine.travel(MONDAY, tick=False):
        usual = sent(operator, dvx)
        typed = sent(operator, dvx, days=9)
    assert (usual.due_at, typed.due_at) == (baku(3, 5), baku(3, 13))


# --- Returned and rerouted -----------------------------------------------------------


def test_not_our_competence_names_whose(operator, dvx, executor, kobia):
    made = sent(operator, dvx)
    ground = ReturnGround.NOT_OURS
    for whose, code in ((None, "belongs_to_required"), (dvx, "same_structure")):
        found = refused(
            actions.return_referral, made.pk, by=executor, reason="Bizim deyil", ground=ground,
            belongs_to=whose,
        )  # fmt: skip
        assert found == (code, "belongs_to")
    assert fresh(made).status == RStatus.SENT
    actions.return_referral(
        made.pk, by=executor, reason="Bizim deyil", ground=ground, belongs_to=kobia
    )
    assert fresh(made).return_ground == ReturnGround.NOT_OURS


def test_one_action_sends_it_on_to_the_structure_named(operator, dvx, executor, kobia):
    made = sent(operator, dvx, question="Yoxlayın", shares_files=False)
    actions.return_referral(made.pk, by=executor, reason="Bizim deyil", belongs_to=kobia)
    client_id = uuid.uuid4()
    again = actions.reroute(made.pk, by=operator, client_id=client_id)
    assert actions.reroute(made.pk, by=operator, client_id=client_id) == again
    assert (again.structure, again.question, again.shares_files) == (kobia, "Yoxlayın", False)
    assert (again.rerouted_from, fresh(made).status) == (made, RStatus.REROUTED)
    kept = fresh(again).appeal
    assert (kept.status, kept.responsible) == (Status.REFERRED, kobia)
    assert list(faults()) == []


def test_a_referral_still_out_is_rerouted_with_a_reason_and_takes_its_parts_along(joint, operator):
    third = structure("third")
    assert refused(
        actions.reroute, joint.pk, by=operator, client_id=uuid.uuid4(), structure=third
    ) == ("note_required", "reason")
    again = actions.reroute(
        joint.pk, by=operator, client_id=uuid.uuid4(), structure=third, reason="Səhv ünvan"
    )
    assert again.parts.count() == 1
    assert fresh(joint).clock.stopped_at is not None
    assert refused(
        actions.reroute, again.pk, by=operator, client_id=uuid.uuid4(), structure=third,
        reason="Yenə",
    ) == ("same_structure", "structure")  # fmt: skip


def test_rerouting_never_reaches_the_accused(operator, dvx, executor, kobia):
    one = appeal(operator, kind=Kind.COMPLAINT, complained_structure=kobia)
    made = sent(operator, dvx, one)
    actions.return_referral(made.pk, by=executor, reason="Bizim deyil", belongs_to=kobia)
    found = refused(actions.reroute, made.pk, by=operator, client_id=uuid.uuid4())
    assert found == ("complained_about", "structure")
    assert fresh(made).status == RStatus.RETURNED
    assert AuditEntry.objects.filter(kind="refused.referral").count() == 1


def test_a_structure_that_ended_names_its_successor(operator, kobia):
    old = structure("old", valid_to=dt.date(2021, 1, 1), successor=kobia)
    with pytest.raises(RuleBroken, match="KOBIA"):
        sent(operator, old)


# --- The clock ---------------------------------------------------------------------------


def test_a_longer_term_is_asked_decided_and_counted_on_the_referrals_own_clock(
    operator, dvx, executor
):
    with time_machine.travel(MONDAY, tick=False):
        made = sent(operator, dvx, days=5)
        actions.accept(made.pk, by=executor)
        actions.ask_extension(made.pk, by=executor, days=3, reason="Arxiv sənədi gözlənilir")
        with pytest.raises(AlreadyDone):
            actions.ask_extension(made.pk, by=executor, days=3, reason="Yenə")
        actions.decide_extension(made.pk, by=operator, is_granted=True)
    kept = fresh(made)
    assert (kept.due_at, kept.clock.due_at, kept.status) == (baku(3, 12), baku(3, 12), "accepted")
    assert kept.appeal.status == Status.REFERRED
    with time_machine.travel(MONDAY, tick=False):
        found = refused(actions.ask_extension, made.pk, by=executor, days=3, reason="Bir də")
    assert found[0] == "extended_enough"


def test_a_refused_extension_says_why_and_moves_nothing(operator, dvx, executor):
    with time_machine.travel(MONDAY, tick=False):
        made = sent(operator, dvx, days=5)
        actions.accept(made.pk, by=executor)
        actions.ask_extension(made.pk, by=executor, days=3, reason="Gecikirik")
        assert refused(actions.decide_extension, made.pk, by=operator, is_granted=False) == (
            "note_required", "note",
        )  # fmt: skip
        actions.decide_extension(made.pk, by=operator, is_granted=False, note="Müddət kifayətdir")
    assert fresh(made).due_at == baku(3, 9)


def test_overdue_is_a_state_of_the_clock(operator, dvx, boss):
    with time_machine.travel(MONDAY, tick=False):
        made = sent(operator, dvx, days=1)
    assert not made.is_overdue(baku(3, 3, 17))
    assert made.is_overdue(baku(3, 3, 19))
    actions.accept(made.pk, by=boss)
    actions.approve(made.pk, by=boss, text="Cavab")
    assert not fresh(made).is_overdue(baku(12, 1))


# --- Answers and the applicant's reply ---------------------------------------------------


def answered(operator: User, to: Structure, one: Appeal, text: str) -> Referral:
    made = sent(operator, to, one)
    boss = placed(to, Position.HEAD)
    actions.accept(made.pk, by=boss)
    return actions.approve(made.pk, by=boss, text=text)


def test_an_accepted_answer_becomes_the_reply_with_one_action(operator, dvx):
    one = appeal(operator)
    made = answered(operator, dvx, one, "Pozuntu aradan qaldırıldı")
    actions.reply_with(one.pk, by=operator, referral_ids=[made.pk], outcome=outcome())
    kept = fresh(made)
    assert (kept.status, kept.appeal.status) == (RStatus.TAKEN, Status.CLOSED)
    assert kept.used_at is not None
    assert kept.appeal.answer_text == "Pozuntu aradan qaldırıldı"
    assert kept.appeal.answer_source == f"DVX, {timezone.localdate():%d.%m.%Y}"
    assert Notice.objects.filter(appeal=one, reason=NoticeReason.ANSWERED).count() == 1
    assert list(faults()) == []


def test_several_answers_are_told_together_each_with_whose_it_is(operator, dvx, kobia):
    one = appeal(operator)
    first, second = sent(operator, dvx, one), sent(operator, kobia, one)
    for made, text in ((first, "Bir"), (second, "İki")):
        boss = placed(made.structure, Position.HEAD)
        actions.accept(made.pk, by=boss)
        actions.approve(made.pk, by=boss, text=text)
    assert fresh(first).appeal.answer_text == "DVX:\nBir\n\nKOBIA:\nİki"
    actions.reply_with(one.pk, by=operator, referral_ids=[first.pk, second.pk], outcome=outcome())
    kept = fresh(first).appeal
    assert kept.answer_text == "DVX:\nBir\n\nKOBIA:\nİki"
    assert "DVX" in kept.answer_source and "KOBIA" in kept.answer_source


def test_a_reply_is_all_or_nothing(operator, dvx, kobia):
    one = appeal(operator)
    made = answered(operator, dvx, one, "Cavab")
    open_one = sent(operator, kobia, one, kind=ReferralKind.CONSULTATION)
    version = fresh(made).appeal.version
    reply = {"by": operator, "referral_ids": [made.pk], "outcome": outcome()}
    assert refused(actions.reply_with, one.pk, **reply) == ("still_open", "note")
    assert refused(actions.reply_with, one.pk, **{**reply, "outcome": None})[1] == "outcome"
    asked = {**reply, "referral_ids": [made.pk, open_one.pk]}
    assert refused(actions.reply_with, one.pk, **asked)[0] == "not_answered"
    with pytest.raises(StaleForm):
        actions.reply_with(one.pk, **reply, version=version - 1)
    with pytest.raises(NotAllowed):
        actions.reply_with(one.pk, **{**reply, "referral_ids": [made.pk, sent(operator, dvx).pk]})
    kept = fresh(made)
    assert (kept.status, kept.appeal.version, kept.used_at) == ("answered", version, None)
    actions.reply_with(one.pk, **reply, note="Rəyə ehtiyac qalmadı", version=version)
    assert fresh(open_one).status == RStatus.WITHDRAWN


def test_an_answer_on_paper_is_recorded_with_its_source(operator, dvx):
    made = sent(operator, dvx, kind=ReferralKind.DECISION)
    assert refused(actions.record_answer, made.pk, by=operator, text=" ")[1] == "text"
    actions.record_answer(made.pk, by=operator, text="Razılaşdırılıb", source="№ 12/5, 24.11.2026")
    kept = fresh(made)
    assert (kept.status, kept.appeal.status) == (RStatus.ANSWERED, Status.ANSWERED)
    assert "№ 12/5" in kept.appeal.answer_source


def test_document_circulation_records_an_answer_with_nobody_at_the_keyboard(operator, dvx):
    made = sent(operator, dvx, kind=ReferralKind.DECISION)
    actions.record_answer(made.pk, by=None, text="Razılaşdırılıb", source="ESD 44")
    assert fresh(made).appeal.entries.get(kind="referral.record_answer").actor is None


# --- Bad input: nothing lost ---------------------------------------------------------------


def test_an_executor_who_left_is_replaced(operator, dvx, executor, boss):
    made = sent(operator, dvx)
    actions.accept(made.pk, by=executor)
    put(executor, is_active=False)
    other = placed(dvx)
    assert refused(
        actions.assign, made.pk, by=boss, executor=placed(structure("else"))
    )[1] == "executor"  # fmt: skip
    actions.assign(made.pk, by=boss, executor=other)
    assert fresh(made).executor == other


def test_an_answer_to_a_withdrawn_referral_says_so(operator, dvx, executor):
    made = sent(operator, dvx)
    actions.accept(made.pk, by=executor)
    actions.withdraw(made.pk, by=operator, reason="Artıq lazım deyil")
    with pytest.raises(RuleBroken, match="Geri|Withdrawn|withdrawn|geri"):
        actions.draft(made.pk, by=executor, text="Cavab")


def test_a_waiting_appeal_is_not_rerouted_and_nothing_is_half_done(operator, dvx, executor, kobia):
    made = sent(operator, dvx)
    actions.return_referral(made.pk, by=executor, reason="Bizim deyil", belongs_to=kobia)
    ask_applicant(made.appeal_id, by=operator, question="Ünvan?")
    assert refused(actions.reroute, made.pk, by=operator, client_id=uuid.uuid4())[0] == (
        "not_possible"
    )
    assert fresh(made).status == RStatus.RETURNED
    assert Referral.objects.count() == 1


def test_many_are_accepted_at_once_and_the_taken_ones_are_told(operator, dvx, executor, boss):
    rows = [sent(operator, dvx) for _turn in range(3)]
    actions.accept(rows[1].pk, by=boss)
    accepted, told = actions.accept_many({row.pk: row.version for row in rows}, by=executor)
    assert [row.pk for row in accepted] == [rows[0].pk, rows[2].pk]
    assert boss.name in str(told[rows[1].pk])
    assert {fresh(row).executor for row in rows} == {executor, boss}


def test_two_who_answer_at_once_are_one_answer_and_one_who_is_told(committed):
    operator, dvx = person(), structure("dvx")
    heads = [placed(dvx, Position.HEAD) for _turn in range(2)]
    made = sent(operator, dvx)
    actions.accept(made.pk, by=heads[0])
    version = fresh(made).version
    told = at_once([
        lambda by=by: actions.approve(made.pk, by=by, text=f"Cavab {by.pk}", version=version)
        for by in heads
    ])  # fmt: skip
    [late] = [row for row in told if isinstance(row, AlreadyDone)]
    kept = fresh(made)
    assert kept.approved_by.name in str(late)
    assert kept.answer_text == f"Cavab {kept.approved_by_id}"
    assert kept.appeal.answer_text == kept.answer_text
    assert list(faults()) == []
