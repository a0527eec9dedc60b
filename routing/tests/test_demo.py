"""The demo world: built by the verbs, so every rule was kept in it."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json

import pytest
import time_machine
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction
from django.db.models import F, Q

from appeals.journal import faults
from appeals.models import Appeal, Entry
from callcenter.worktime import BAKU
from people.models import Role, User
from routing.demo.world import build
from routing.models import Referral

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def an_ordinary_friday():
    """The days before it are working days, whatever today is."""
    with time_machine.travel(dt.datetime(2026, 6, 12, 12, tzinfo=BAKU), tick=False):
        yield


class _Undone(Exception):
    """Takes a built world back."""


def _digest(days: int, seed: int) -> str:
    """A world in words: no keys, no codes made at random by the product itself."""
    rows: list[object] = []
    with pytest.raises(_Undone), transaction.atomic():
        build(days, seed, 8)
        rows += Appeal.objects.order_by("number").values_list(
            "number", "kind", "text", "topic__code", "status", "caller_phone", "due_at",
            "applicant__surname", "owner__username", "outcome__code",
        )  # fmt: skip
        rows += Entry.objects.order_by("appeal__number", "sequence").values_list(
            "appeal__number", "sequence", "at", "actor_name", "kind", "note"
        )
        raise _Undone
    assert rows
    return hashlib.sha256(json.dumps(rows, default=str).encode()).hexdigest()


def test_one_seed_is_one_world_and_another_seed_another(directory) -> None:
    first = _digest(3, 7)
    assert first == _digest(3, 7)
    assert first != _digest(3, 8)


def test_the_world_holds_by_the_rules(directory) -> None:
    build(30, 7, 12)
    assert list(faults()) == []
    appeals = Appeal.objects.all()
    at_once = appeals.filter(is_first_contact=True).count() / appeals.count()
    assert 0.8 < at_once < 0.97
    assert Referral.objects.filter(status="taken").exists()
    # A complaint never goes to the accused, nor to anything under it.
    assert not Referral.objects.filter(
        appeal__complained_structure__isnull=False,
        structure__path__startswith=F("appeal__complained_structure__path"),
    ).exists()
    # Nothing happens before it was registered, and nothing is answered without an outcome.
    assert not Entry.objects.filter(at__lt=F("appeal__registered_at")).exists()
    assert not appeals.filter(Q(status="closed") & Q(outcome=None)).exists()


def test_it_refuses_where_debug_is_off(settings) -> None:
    settings.DEBUG = False
    with pytest.raises(CommandError):
        call_command("demo")


def test_it_makes_nothing_where_there_are_appeals(settings, make_appeal) -> None:
    settings.DEBUG = True
    make_appeal()
    out = io.StringIO()
    call_command("demo", stdout=out)
    assert out.getvalue().strip() == "Nothing was made; appeals there already: 1."
    assert Appeal.objects.count() == 1


def test_every_role_has_a_sign_in_where_debug_is_on(settings, directory) -> None:
    settings.DEBUG = True
    build(1, 7, 4)
    out = io.StringIO()
    call_command("signins", stdout=out)
    lines = out.getvalue().splitlines()
    assert "trying out only" in lines[0]
    assert [line.split()[0] for line in lines[1:]] == list(Role.values)
    for line in lines[1:]:
        assert User.objects.get(username=line.split()[1]).check_password("demo")

    settings.DEBUG = False
    out = io.StringIO()
    call_command("signins", stdout=out)
    assert out.getvalue() == ""
