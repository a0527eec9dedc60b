"""Every figure of the head's page leads to a list of just as many."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from appeals.actions import register, take
from appeals.actions.intake import Intake
from appeals.kinds import Kind
from appeals.models import Appeal, Topic
from appeals.tests import world
from people.models import Role, User
from routing import actions as routing
from sector import figures

pytestmark = pytest.mark.django_db


@pytest.fixture
def head() -> User:
    """A small sector: five appeals, one restricted, one taken, one overdue."""
    head = User.objects.create_user("head", password="x", role=Role.SECTOR_HEAD)
    operator = User.objects.create_user("operator", password="x", role=Role.OPERATOR)
    topic = Topic.objects.create(
        code="t", path="/t/", name_az="Mövzu", valid_from=dt.date(2020, 1, 1)
    )
    for at in range(5):
        intake = Intake(
            kind=Kind.COMPLAINT if at else Kind.QUESTION,
            topic=topic,
            text=f"Mətn {at}",
            caller_phone="0502123456",
            is_corruption=at == 4,
        )
        made = register(by=operator, client_id=uuid.uuid4(), intake=intake)
    take(made.pk, by=operator)
    Appeal.objects.filter(pk=made.pk).update(due_at=timezone.now() - dt.timedelta(days=1))
    return head


def listed(client: Client, url: str) -> int:
    page = client.get(url)
    assert page.status_code == 200
    return len(page.context["page"].rows)


def test_every_figure_equals_its_list(client, head) -> None:
    manager = User.objects.create_user("manager", password="x", role=Role.MANAGEMENT)
    for reader, seen in ((head, 5), (manager, 4)):
        client.force_login(reader)
        page = client.get(reverse("today"))
        assert page.status_code == 200
        told = [*page.context["now"], *page.context["statuses"], *page.context["kinds"]]
        for figure in told:
            assert listed(client, figure.url) == figure.value, figure.label
        assert sum(figure.value for figure in page.context["statuses"]) == seen


def test_the_page_asks_as_much_of_a_small_table_as_of_a_large(
    client, head, django_assert_max_num_queries
) -> None:
    client.force_login(head)
    client.get(reverse("today"))
    with django_assert_max_num_queries(14):
        client.get(reverse("today"))


def test_nobody_else_finds_it(client, head) -> None:
    for role in (Role.OPERATOR, Role.STRUCTURE_USER, Role.ADMINISTRATOR, Role.AUDITOR):
        other = User.objects.create_user(f"other-{role}", password="x", role=role)
        client.force_login(other)
        assert client.get(reverse("today")).status_code == 404


def test_a_structures_figures_are_those_of_its_branch_as_in_the_list(client, head) -> None:
    a = world.structure("a")
    below = world.structure("a-ganja", a)
    operator = world.person()
    late = timezone.now() - dt.timedelta(days=1)
    for where in (a, below, below):
        sent = world.appeal(operator)
        routing.refer(sent.pk, by=operator, structure=where, client_id=uuid.uuid4())
    world.put(sent, due_at=late)
    client.force_login(head)
    rows = client.get(reverse("today")).context["structures"]
    assert [(row.structure, row.open, row.overdue) for row in rows] == [(a, 3, 1), (below, 2, 1)]
    for row in rows:
        assert listed(client, row.url) == row.open
        assert listed(client, row.overdue_url) == row.overdue


def test_the_share_in_time_opens_what_was_closed(client, head) -> None:
    now = timezone.now()
    operator = world.person()
    for due in (now - dt.timedelta(days=1), now + dt.timedelta(days=1), None):
        world.put(world.appeal(operator), status="closed", closed_at=now, due_at=due)
    client.force_login(head)
    told = client.get(reverse("today")).context["on_time"]
    # The one without a term is closed, but neither in time nor late.
    assert (told.share, told.ended.value) == (50.0, 3)
    assert listed(client, told.ended.url) == 3


def test_who_waits_for_the_applicant_needs_no_attention(head) -> None:
    waiting = world.appeal(world.person())
    world.put(waiting, status="waiting", due_at=timezone.now() - dt.timedelta(days=9))
    assert waiting not in figures.attention(head, timezone.now())


def test_an_appeal_of_nobody_is_shown_too(client, head) -> None:
    Appeal.objects.update(owner=None, responsible=None, due_at=timezone.now())
    client.force_login(head)
    assert client.get(reverse("today")).status_code == 200
