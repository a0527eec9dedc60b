"""The demo world: built by the verbs, so every rule was kept in it."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from appeals.journal import faults
from appeals.models import Appeal
from routing.demo.world import build

pytestmark = pytest.mark.django_db


def test_the_world_holds_by_the_rules() -> None:
    call_command("load_directory", verbosity=0)
    build(5, 7, 6)
    assert list(faults()) == []
    rows = list(Appeal.objects.order_by("number").values_list("kind", "text", "topic__code"))
    assert len(rows) > 10


def test_it_refuses_where_debug_is_off(settings) -> None:
    settings.DEBUG = False
    with pytest.raises(CommandError):
        call_command("demo")
