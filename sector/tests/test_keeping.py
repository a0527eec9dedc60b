"""What is kept of a dashboard is never another person's, nor of facts that were made again."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from people.models import Delegation, Role
from reports.facts.filling import fill
from sector import keeping

pytestmark = pytest.mark.django_db

#: The reader, the rights, what the facts are told by, and the alerts in the bar.
ASKED_OF_KEPT = 6


def content(client, name: str = "today", **query: str) -> str:
    """The page without what belongs to the request, such as tokens."""
    page = client.get(reverse(name), query)
    assert page.status_code == 200
    return re.search(r"<main.*</main>", page.text, re.S)[0]


def test_a_kept_page_asks_no_figure_and_shows_the_same(cast, client, make_appeal):
    make_appeal()
    fill()
    client.force_login(cast.head)
    first = content(client)
    with CaptureQueriesContext(connection) as asked:
        assert content(client) == first
    assert len(asked) <= ASKED_OF_KEPT
    assert not [q for q in asked.captured_queries if "appeals_appeal" in q["sql"]]


def test_new_facts_are_shown_at_once(cast, client, make_appeal):
    client.force_login(cast.head)
    before = content(client)
    make_appeal()
    fill()
    assert content(client) != before


def test_nothing_is_kept_across_people_rights_languages_and_addresses(cast, client, make_appeal):
    make_appeal(by=cast.operator, is_corruption=True)  # only some may see it
    fill()
    client.force_login(cast.head)
    of_head = content(client)
    client.force_login(cast.manager)
    of_manager = content(client)
    assert of_manager != of_head
    assert content(client, period="year") != of_manager
    assert content(client, wall="1") != of_manager
    today = timezone.localdate()
    Delegation.objects.create(
        principal=cast.head, delegate=cast.manager, valid_from=today,
        valid_to=today + dt.timedelta(days=1), order_number="1", order_on=today,
    )  # fmt: skip
    assert content(client) != of_manager
    client.post(reverse("set_language"), {"language": "en"})
    assert "Needs attention" in content(client)


def test_without_the_cache_it_is_computed_again(cast, client, make_appeal, monkeypatch):
    monkeypatch.setattr(keeping, "KEPT_FOR", 0)
    client.force_login(cast.head)
    content(client)
    with CaptureQueriesContext(connection) as asked:
        content(client)
    assert [q for q in asked.captured_queries if "appeals_appeal" in q["sql"]]
    assert cast.head.role == Role.SECTOR_HEAD
