"""Alerts: told once per thing, in the reader's language, only of what the reader may see, live after commit."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from appeals.actions import assign, correct
from appeals.alerting import about
from appeals.models import Appeal
from callcenter import live
from people import alerts
from people.alerts import KEPT_FOR, forget_old, mark_read, shown, tell, unread_count, unread_shown
from people.models import Alert
from people.standing import asking

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard(monkeypatch) -> list[tuple[tuple[str, ...], dict[str, object]]]:
    """What the open pages were told."""
    told: list[tuple[tuple[str, ...], dict[str, object]]] = []
    monkeypatch.setattr(
        live, "publish", lambda channels, event: told.append((tuple(channels), event))
    )
    return told


def lines(user) -> list[str]:
    rows = Alert.objects.filter(user=user).order_by("-at", "-id").select_related("actor")
    return [line["words"] for line in shown(user, rows)]


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_until_it_is_read_one_thing_is_one_line(cast, make_appeal) -> None:
    appeal = make_appeal()
    for _turn in range(3):
        tell(cast.operator, "appeal.given", by=cast.head, **about(appeal))
    assert Alert.objects.get().count == 3
    mark_read(cast.operator)
    tell(cast.operator, "appeal.given", by=cast.head, **about(appeal))
    assert sorted(Alert.objects.values_list("count", flat=True)) == [1, 3]
    assert unread_count(cast.operator) == 1


def test_nobody_is_told_what_they_did_and_who_left_is_not_told(cast, make_appeal) -> None:
    cast.operator.is_active = False
    tell([cast.aysel, cast.operator], "appeal.given", by=cast.aysel, **about(make_appeal()))
    assert not Alert.objects.exists()


def test_a_kind_nobody_named_is_a_mistake_of_the_program(cast) -> None:
    with pytest.raises(ValueError, match="unknown kind"):
        tell(cast.aysel, "nothing.known")


def test_the_words_are_in_the_readers_language_and_name_the_actor(cast, make_appeal) -> None:
    appeal = make_appeal()
    tell(cast.operator, "appeal.given", by=cast.head, **about(appeal))
    with translation.override("en"):
        assert lines(cast.operator) == [f"Həsənov Elçin gave you appeal {appeal.number}"]


def test_what_became_restricted_is_neither_shown_nor_counted(cast, make_appeal) -> None:
    appeal = make_appeal()
    tell(cast.operator, "appeal.given", by=cast.head, **about(appeal))
    assert unread_count(cast.operator) == len(lines(cast.operator)) == 1
    correct(appeal.pk, by=cast.head, values={"is_restricted": True})
    assert unread_count(cast.operator) == len(lines(cast.operator)) == 0
    for name in ("alerts", "alerts-bell"):
        assert appeal.number not in signed_in(cast.operator).get(reverse(name)).text


def test_it_is_told_live_after_the_commit_and_never_before(
    cast, heard, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        with transaction.atomic():
            tell([cast.operator, cast.head], "appeal.given", by=cast.aysel, values={"number": "1"})
            assert not heard
    channels = tuple(f"user:{pk}" for pk in sorted([cast.operator.pk, cast.head.pk]))
    assert heard == [(channels, {"topic": "alerts"})]


def test_the_bell_counts_opens_and_clears(cast, make_appeal) -> None:
    appeal = make_appeal()
    tell(cast.operator, "appeal.given", by=cast.head, **about(appeal))
    client = signed_in(cast.operator)
    assert 'badge is-info">1<' in client.get(reverse("appeals")).text
    assert appeal.number in client.get(reverse("alerts-bell")).text
    answer = client.get(reverse("alert-open", args=[Alert.objects.get().pk]))
    assert answer["Location"] == appeal.get_absolute_url()
    assert unread_count(cast.operator) == 0
    tell(cast.operator, "appeal.given", by=cast.head, **about(appeal))
    client.post(reverse("alerts-read"))
    assert unread_count(cast.operator) == 0


def test_a_page_counts_what_is_unread_now_and_asks_of_the_same_things_only_now_and_then(
    cast, make_appeal, monkeypatch
) -> None:
    asked: list[set[str]] = []
    guard = alerts._guards["appeal"]
    monkeypatch.setitem(
        alerts._guards, "appeal", lambda user, keys: asked.append(keys) or guard(user, keys)
    )
    monkeypatch.setattr(alerts, "SEEN_FOR", 10**9)

    def number() -> int:
        return unread_shown(asking(cast.operator.pk))

    tell(cast.operator, "appeal.given", by=cast.head, **about(make_appeal()))
    assert [number(), number()] == [1, 1]
    assert len(asked) == 1
    tell(cast.operator, "appeal.given", by=cast.head, **about(make_appeal()))
    assert number() == 2
    mark_read(cast.operator)
    assert number() == 0
    assert len(asked) == 2


def test_what_is_seen_no_more_is_counted_for_seconds_only(cast, make_appeal, monkeypatch) -> None:
    appeal, now = make_appeal(), [0.0]
    tell(cast.aysel, "appeal.given", by=cast.head, **about(appeal))
    monkeypatch.setattr(alerts.time, "monotonic", lambda: now[0])
    assert unread_shown(asking(cast.aysel.pk)) == 1
    Appeal.objects.filter(pk=appeal.pk).update(
        is_restricted=True, owner=cast.head, registered_by=cast.head
    )
    now[0] += alerts.SEEN_FOR
    assert unread_shown(asking(cast.aysel.pk)) == 0


def test_somebody_elses_alert_is_no_page(cast, make_appeal) -> None:
    tell(cast.operator, "appeal.given", by=cast.head, **about(make_appeal()))
    address = reverse("alert-open", args=[Alert.objects.get().pk])
    assert signed_in(cast.head).get(address).status_code == 404
    assert unread_count(cast.operator) == 1


def test_the_list_is_paged_without_a_gap(cast) -> None:
    now = timezone.now()
    Alert.objects.bulk_create(
        Alert(user=cast.aysel, kind="appeal.given", values={"number": f"N-{i}"}, at=now)
        for i in range(60)
    )
    client, address, seen = signed_in(cast.aysel), reverse("alerts"), 0
    while address:
        page = client.get(address)
        seen += len(page.context["lines"])
        address = page.context["next_url"] and reverse("alerts") + page.context["next_url"]
    assert seen == 60


def test_old_ones_are_forgotten(cast) -> None:
    old = timezone.now() - KEPT_FOR - dt.timedelta(hours=1)
    Alert.objects.create(user=cast.aysel, kind="appeal.given", at=old)
    kept = Alert.objects.create(user=cast.aysel, kind="appeal.given")
    assert forget_old() == 1
    assert Alert.objects.get() == kept


def test_who_is_given_work_is_told(cast, make_appeal) -> None:
    assign(make_appeal().pk, by=cast.head, to=cast.operator)
    assert unread_count(cast.operator) == 1
