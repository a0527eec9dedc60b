"""The work lists of the sector, one by one, over a story that goes through the structures."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.test import Client
from django.utils import timezone

from appeals.actions import answer, ask_applicant, take
from appeals.actions.watching import watch
from appeals.listing import Listing
from appeals.models import Appeal
from reports.exports.filtering import kept, rows_for
from routing.actions import refer, return_referral

pytestmark = pytest.mark.django_db
APPEALS = "/appeals/"


def test_the_work_lists(cast, make_appeal):
    free, mine, theirs, waiting, sent = (make_appeal(by=cast.head) for _turn in range(5))
    Appeal.objects.filter(pk__in=[free.pk, sent.pk]).update(owner=None)  # as a form of the web is
    take(mine.pk, by=cast.aysel)
    take(theirs.pk, by=cast.operator)
    take(waiting.pk, by=cast.aysel)
    ask_applicant(waiting.pk, by=cast.aysel, question="Ünvan?")
    referral = refer(sent.pk, by=cast.aysel, structure=cast.unit, client_id=uuid.uuid4())
    client = Client()
    client.force_login(cast.aysel)

    def tab(code: str) -> set[int]:
        answer = client.get(f"{APPEALS}?tab={code}")
        return {row.pk for row in answer.context["page"].rows}

    assert tab("mine") == {mine.pk, waiting.pk}
    assert tab("team") == {mine.pk, theirs.pk}
    assert tab("unassigned") == {free.pk, sent.pk}
    assert tab("waiting") == {waiting.pk}
    assert tab("returned") == set()
    return_referral(referral.pk, by=cast.unit_user, reason="Bizim işimiz deyil")
    assert tab("returned") == {sent.pk}
    refer(sent.pk, by=cast.aysel, structure=cast.other, client_id=uuid.uuid4())
    assert tab("returned") == set()


def test_due_today_overdue_and_to_check(cast, make_appeal):
    now = timezone.now()
    late, today, later, checked = (make_appeal() for _turn in range(4))
    ends = timezone.localtime(now).replace(hour=23, minute=59)
    for appeal, due in (
        (late, now - dt.timedelta(days=2)),
        (today, ends),
        (later, now + dt.timedelta(days=9)),
    ):
        Appeal.objects.filter(pk=appeal.pk).update(due_at=due)
    answer(checked.pk, by=cast.aysel, text="Cavab")
    client = Client()
    client.force_login(cast.head)
    found = {
        code: {row.pk for row in client.get(f"{APPEALS}?tab={code}").context["page"].rows}
        for code in ("today", "overdue", "check")
    }
    assert found == {"today": {today.pk}, "overdue": {late.pk}, "check": {checked.pk}}


@pytest.mark.parametrize(
    "query",
    [
        {}, {"tab": "open", "kind": "application"}, {"tab": "returned"}, {"tab": "watched"},
        {"tab": "mine"}, {"q": "kassa"}, {"restricted": "yes"}, {"lately": "week", "late": "no"},
    ],
)  # fmt: skip
def test_the_export_holds_what_the_list_shows(cast, make_appeal, query):
    made = [make_appeal(by=cast.head) for _turn in range(3)]
    make_appeal(by=cast.head, is_restricted=True, text="Başqa")
    watch(made[0].pk, by=cast.head)
    listing = Listing(cast.head, query)
    assert set(rows_for(cast.head, kept(query))) == set(listing.narrowed)
    client = Client()
    client.force_login(cast.head)
    address = client.get(APPEALS, query).context["export_url"]
    form = client.get(address).context["form"]
    assert {name: str(form.initial[name]) for name in query} == query
    assert set(query) <= set(form.fields)


def test_the_export_is_offered_only_to_those_who_have_it(cast, make_appeal):
    make_appeal()
    for user, is_offered in ((cast.head, True), (cast.manager, True), (cast.aysel, False)):
        client = Client()
        client.force_login(user)
        assert bool(client.get(APPEALS).context["export_url"]) is is_offered
