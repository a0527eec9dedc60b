"""Questions put into SQL once give what the query set gives, for every reader and every value."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from appeals.models import Appeal, Entry, Note
from callcenter.kept import Kept
from people.standing import Reader
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_rows_are_the_objects_of_the_query_set(cast: Cast, make_appeal) -> None:
    appeals = [make_appeal(), make_appeal()]
    ask = Kept(
        lambda reader, number: (
            Appeal.objects.visible_to(reader.user)
            .select_related("topic", "owner", "outcome")
            .defer("text")
            .filter(number=number)
        )
    )
    for appeal in appeals:
        [found] = ask(Reader.of(cast.operator), number=appeal.number)
        assert found == appeal
        assert found.topic == appeal.topic
        assert found.registered_at == appeal.registered_at
        assert found.get_deferred_fields() == {"text"}
        assert found.text == appeal.text
    assert ask(Reader.of(cast.operator), number="there is none") == []


def test_columns_come_as_the_query_set_gives_them(cast: Cast, make_appeal) -> None:
    appeal = make_appeal()
    entries = Entry.objects.filter(appeal=appeal).order_by("sequence")
    pairs = Kept(
        lambda _fixed, appeal: (
            Entry.objects.filter(appeal=appeal)
            .order_by("sequence")
            .values_list("changes", "actor_name")
        )
    )
    flat = Kept(
        lambda _fixed, appeal: (
            Entry.objects.filter(appeal=appeal)
            .order_by("sequence")
            .values_list("changes", flat=True)
        )
    )
    assert pairs(appeal=appeal.pk) == list(entries.values_list("changes", "actor_name"))
    assert flat(appeal=appeal.pk) == list(entries.values_list("changes", flat=True))


def test_one_readers_question_is_not_anothers(cast: Cast, make_appeal) -> None:
    appeal = make_appeal()
    Appeal.objects.filter(pk=appeal.pk).update(
        is_restricted=True, owner=cast.head, registered_by=cast.head
    )
    ask = Kept(lambda reader, pk: Appeal.objects.visible_to(reader.user).filter(pk=pk))
    assert ask(Reader.of(cast.head), pk=appeal.pk) == [appeal]
    assert ask(Reader.of(cast.operator), pk=appeal.pk) == []
    assert ask(Reader.of(cast.admin), pk=appeal.pk) == []


def test_moments_are_values_too_and_no_number_is_too_large(make_appeal) -> None:
    appeal, now = make_appeal(), timezone.now()
    since = Kept(lambda _fixed, at: Appeal.objects.filter(registered_at__gte=at))
    assert since(at=now - dt.timedelta(days=1)) == [appeal]
    assert since(at=now + dt.timedelta(days=1)) == []
    by_key = Kept(lambda _fixed, pk: Appeal.objects.filter(pk=pk))
    assert by_key(pk=10**30) == []


def test_what_cannot_be_kept_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="every value"):
        Kept(lambda _fixed, pk: Note.objects.all())(pk=1)
    with pytest.raises(ValueError, match="asked after it"):
        Kept(lambda _fixed: Appeal.objects.prefetch_related("entries"))()
