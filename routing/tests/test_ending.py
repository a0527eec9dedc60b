"""An appeal does not end over a referral that still runs, unless for a reason that is told."""

from __future__ import annotations

import uuid

import pytest

from appeals.actions import close, leave, take, withdraw
from appeals.kinds import Kind
from appeals.models import Appeal, Ground, Outcome
from appeals.terms import answer_clock
from callcenter.errors import NotAllowed, RuleBroken, StaleForm
from routing.actions import refer
from routing.lifecycle import RStatus
from routing.models import Referral, ReferralKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def explained(directory) -> Outcome:
    return Outcome.objects.get(code="explained")


def referred(one: Appeal, cast, kind=ReferralKind.EXECUTION, to=None) -> Referral:
    return refer(
        one.pk, by=cast.aysel, structure=to or cast.unit, client_id=uuid.uuid4(), kind=kind,
        question="Yoxlayın",
    )  # fmt: skip


def test_closing_over_an_open_referral_needs_a_reason(make_appeal, cast, explained):
    one = make_appeal()
    asked = referred(one, cast, ReferralKind.CONSULTATION)
    with pytest.raises(RuleBroken) as refused:
        close(one.pk, by=cast.aysel, outcome=explained, text="Cavab")
    assert (refused.value.code, refused.value.field) == ("still_open", "note")
    assert asked.structure_name in str(refused.value)
    close(one.pk, by=cast.aysel, outcome=explained, text="Cavab", note="Cavab özümüzdə tapıldı")
    asked.refresh_from_db()
    assert asked.status == RStatus.WITHDRAWN
    assert asked.clock.stopped_at is not None
    kinds = list(one.entries.order_by("sequence").values_list("kind", flat=True))
    assert kinds[-2:] == ["referral.withdraw", "close"]


@pytest.mark.parametrize("ending", ["close", "withdraw", "leave"])
def test_every_end_takes_all_open_referrals_back_with_its_reason(
    ending, make_appeal, cast, explained
):
    one = make_appeal()
    rows = [referred(one, cast), referred(one, cast, ReferralKind.JOINT, cast.other)]
    reason = "Müraciətçi fikrini dəyişib"
    if ending == "close":
        close(one.pk, by=cast.aysel, outcome=explained, text="Cavab", note=reason)
    elif ending == "withdraw":
        withdraw(one.pk, by=cast.aysel, reason=reason)
    else:
        leave(one.pk, by=cast.aysel, ground=Ground.objects.first(), reason=reason)
    assert {Referral.objects.get(pk=row.pk).status for row in rows} == {RStatus.WITHDRAWN}
    assert not Appeal.objects.get(pk=one.pk).is_open
    assert answer_clock(one).stopped_at is not None
    assert not one.clocks.filter(stopped_at__isnull=True).exists()


def test_a_refused_end_leaves_the_referral_running(make_appeal, cast, explained):
    one = make_appeal(kind=Kind.COMPLAINT)
    row = referred(one, cast)
    version = Appeal.objects.get(pk=one.pk).version
    with pytest.raises(RuleBroken):  # no answer is written
        close(one.pk, by=cast.aysel, outcome=explained, note="Səbəb")
    with pytest.raises(StaleForm):
        close(
            one.pk, by=cast.aysel, outcome=explained, text="Cavab", note="Səbəb",
            version=version - 1,
        )  # fmt: skip
    with pytest.raises(NotAllowed):
        close(one.pk, by=cast.manager, outcome=explained, text="Cavab", note="Səbəb")
    row.refresh_from_db()
    assert row.status == RStatus.SENT
    close(one.pk, by=cast.aysel, outcome=explained, text="Cavab", note="Səbəb", version=version)
    assert not Appeal.objects.get(pk=one.pk).is_open


def test_without_referrals_no_reason_is_needed(make_appeal, cast, explained):
    one = make_appeal()
    take(one.pk, by=cast.aysel)
    close(one.pk, by=cast.aysel, outcome=explained, text="Cavab")
    assert Appeal.objects.get(pk=one.pk).closed_at is not None
