"""Facts follow the journal, and made again are the same."""

from __future__ import annotations

import datetime as dt
import io
import uuid

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from appeals import actions
from appeals.models import Appeal, Outcome, Rating, Topic
from callcenter.worktime import BAKU
from reports.facts.checking import GIVEN, differences
from reports.facts.filling import fill, rebuild
from reports.figures.computing import Asked, read
from reports.models import AppealFact, DayFact, OpenFact, ReferralFact, StaleAppeal, StepFact
from reports.periods import Period
from routing import actions as routing

pytestmark = pytest.mark.django_db


def at(day: int, hour: int = 10) -> dt.datetime:
    return dt.datetime(2026, 10, day, hour, tzinfo=BAKU)


@pytest.fixture
def story(make_appeal, cast) -> Appeal:
    """An appeal referred, returned, referred again, answered, reworked, closed and reopened,
    and one corrected; facts filled after every step."""
    satisfied = Outcome.objects.get(code="satisfied")

    def day(number: int, step):
        with time_machine.travel(at(number), tick=False):
            done = step()
            fill()
            return done

    def send(appeal: Appeal, structure) -> int:
        return routing.refer(
            appeal.pk, by=cast.head, structure=structure, client_id=uuid.uuid4()
        ).pk

    made = day(1, make_appeal)
    sent = day(2, lambda: send(made, cast.other))
    day(3, lambda: routing.return_referral(sent, by=cast.other_user, reason="Bizim deyil"))
    sent = day(4, lambda: send(made, cast.unit))
    day(5, lambda: routing.accept(sent, by=cast.unit_user))
    day(6, lambda: routing.approve(sent, by=cast.unit_head, text="Cavab"))
    day(7, lambda: routing.rework(sent, by=cast.head, reason="Natamam"))
    day(8, lambda: routing.approve(sent, by=cast.unit_head, text="Tam cavab"))
    day(9, lambda: actions.close(made.pk, by=cast.head, outcome=satisfied))
    day(12, lambda: actions.reopen(made.pk, by=cast.head, reason="Narazıdır"))
    other = day(13, lambda: make_appeal(caller_phone="0501110009"))
    day(14, lambda: actions.ask_applicant(other.pk, by=cast.aysel, question="Sənəd?"))
    topic = Topic.objects.exclude(pk=other.topic_id).filter(children=None).first()
    day(15, lambda: actions.correct(other.pk, by=cast.aysel, values={"topic_id": topic.pk}))
    return made


def test_an_appeal_becomes_facts(make_appeal, cast) -> None:
    with time_machine.travel(at(5), tick=False):
        made = make_appeal()
    with time_machine.travel(at(6), tick=False):
        actions.take(made.pk, by=cast.aysel)
    with time_machine.travel(at(9), tick=False):
        actions.close(
            made.pk, by=cast.aysel, outcome=Outcome.objects.get(code="satisfied"), text="Cavab"
        )
    assert fill() == 1
    assert not StaleAppeal.objects.exists()
    fact = AppealFact.objects.get()
    assert (fact.registered_on.day, fact.closed_on.day, fact.took) == (5, 9, 40)
    assert (fact.registrar, fact.closer, fact.is_late) == (cast.aysel, cast.aysel, False)
    steps = StepFact.objects.order_by("sequence").values_list("status", "dwelt")
    assert list(steps) == [("registered", 86400), ("considered", 3 * 86400), ("closed", None)]
    stays = OpenFact.objects.order_by("first_on").values_list("first_on__day", "last_on__day")
    assert list(stays) == [(5, 5), (6, 8)]
    days = DayFact.objects.filter(dimension="").order_by("day")
    assert [(row.day.day, row.received, row.ended, row.opened) for row in days] == [
        (5, 1, 0, 1), (9, 0, 1, -1),
    ]  # fmt: skip


def kept() -> dict[str, list]:
    """Every fact there is, without what the database gives anew."""
    return {
        model.__name__: sorted(
            (tuple(str(value) for value in row) for row in model.objects.values_list(*names)),
        )
        for model in (AppealFact, StepFact, OpenFact, ReferralFact, DayFact)
        for names in [[field.attname for field in model._meta.fields if field.name not in GIVEN]]
    }


def test_facts_made_again_are_the_facts_kept(story) -> None:
    """Filled after every step, filled at once, or rebuilt: the same rows."""
    before = kept()
    assert all(before.values())
    assert rebuild() == Appeal.objects.count()
    assert kept() == before
    assert list(differences()) == []
    DayFact.objects.all().delete()
    AppealFact.objects.update(is_repeat=True)
    rebuild()
    assert kept() == before


def test_what_differs_is_named(story) -> None:
    AppealFact.objects.filter(pk=story.pk).update(is_repeat=True)
    StepFact.objects.filter(appeal_id=story.pk).first().delete()
    DayFact.objects.filter(dimension="kind").first().delete()
    found = list(differences())
    assert {difference.table for difference in found} == {
        "reports_appealfact", "reports_stepfact", "reports_dayfact",
    }  # fmt: skip
    with pytest.raises(CommandError, match="differences"):
        call_command("check_facts", stdout=io.StringIO())


def test_a_first_start_makes_them_before_anybody_looks_and_a_later_one_leaves_them(
    make_appeal,
) -> None:
    make_appeal()
    assert not AppealFact.objects.exists()
    call_command("rebuild_facts", "--first", verbosity=0, stdout=io.StringIO())
    made = AppealFact.objects.get().change
    call_command("rebuild_facts", "--first", verbosity=0, stdout=io.StringIO())
    assert AppealFact.objects.get().change == made
    call_command("rebuild_facts", verbosity=0, stdout=io.StringIO())
    assert AppealFact.objects.get().change > made


def test_the_same_made_twice_changes_nothing(story) -> None:
    before = kept()
    StaleAppeal.objects.create(appeal_id=story.pk)
    StaleAppeal.objects.create(appeal_id=story.pk)
    assert fill() == 1
    assert kept() == before


def test_a_rating_is_of_the_end_it_was_given_after(make_appeal, cast) -> None:
    """Reopened and ended again, the appeal is not rated until it is rated again."""
    satisfied = Outcome.objects.get(code="satisfied")
    made = make_appeal()

    def rated(score: int) -> None:
        reason = Rating.Reason.values[0] if score < 3 else ""
        actions.rate(made.pk, by=cast.head, score=score, reason=reason)

    def told() -> int | None:
        fill()
        return AppealFact.objects.get().rating

    actions.close(made.pk, by=cast.head, outcome=satisfied, text="Cavab")
    rated(2)
    assert told() == 2
    today = timezone.localdate()
    reading = read(["satisfaction"], Asked(cast.head, Period(today, today)))["satisfaction"]
    assert (reading.count, reading.value) == (1, 2)
    actions.reopen(made.pk, by=cast.head, reason="Narazıdır")
    assert told() is None
    actions.close(made.pk, by=cast.head, outcome=satisfied, text="Yeni cavab")
    assert told() is None
    rated(5)
    assert told() == 5
    assert list(differences()) == []
