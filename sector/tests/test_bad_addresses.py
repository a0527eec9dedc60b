"""Addresses edited by hand, on every dashboard: told in words, never a failure."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from appeals.models import Topic
from reports.facts.filling import fill

pytestmark = pytest.mark.django_db

#: Each dashboard with who reads it.
BOARDS = [
    ("head", "today", {}, ""), ("head", "today", {}, "wall=1&"), ("manager", "today", {}, ""),
    ("manager", "review", {}, ""), ("auditor", "review", {}, ""), ("aysel", "my-day", {}, ""),
    ("unit_user", "our-figures", {}, ""), ("head", "figure", {"code": "received"}, ""),
    ("head", "figure", {"code": "median_days"}, "by=topic&"),
    ("manager", "figure", {"code": "backlog"}, ""), ("head", "figure", {"code": "overdue"}, ""),
    ("head", "figure", {"code": "notices_in_time"}, ""),
    ("other_user", "figure", {"code": "sent"}, "by=structure&"),
]  # fmt: skip
SAID = '<div role="alert">'
#: What cannot be read; the first of them are tried on every dashboard, the others on some.
BROKEN = [
    "period=days&since=05.10.2026&until=01.10.2026", "since=01.01.1900&until=31.12.1900",
    "period=never", "topic=999999", "topic=x%00y", "since=31.02.2026",
    "since=2026-10-05&until=2026-10-01", "since=01.01.1900", "until=01.01.3000", "kind=nothing", "topic=tax", "structure=-1",
    "since=00.00.0000", "region=99999999999999999999", "channel=%F0%9F%93%9E", "language=de",
    "compare=x", "topic=1&topic=999999", "since=01.01.0001&until=31.12.9999",
]  # fmt: skip


@pytest.fixture
def signed_in(cast, make_appeal, client):
    """Asks as a person of the cast."""
    make_appeal()
    fill()

    def ask(who: str, name: str, kwargs: dict[str, str], query: str):
        client.force_login(getattr(cast, who))
        return client.get(f"{reverse(name, kwargs=kwargs)}?{query}")

    return ask


@pytest.mark.parametrize("query", BROKEN)
def test_what_cannot_be_read_is_said_on_every_dashboard(signed_in, query) -> None:
    for who, name, kwargs, more in BOARDS if query in BROKEN[:6] else BOARDS[::5]:
        page = signed_in(who, name, kwargs, more + query)
        assert page.status_code == 200, (name, query)
        form = page.context["board"].form
        assert form.errors, (name, query)
        assert SAID in page.text, (name, query)
        for errors in form.errors.values():
            for error in errors:
                assert str(error) in page.text.replace("&quot;", '"').replace("&#x27;", "'")


@pytest.mark.parametrize(
    "query",
    ["by=nothing", "by=", "x=1&y=%00", "figure=received", "period=&kind=", "wall=0&by=closer"],
)
def test_what_means_nothing_changes_nothing(signed_in, query) -> None:
    for who, name, kwargs, more in BOARDS[::3]:
        page = signed_in(who, name, kwargs, more + query)
        assert page.status_code == 200 and SAID not in page.text, (name, query)


def test_a_retired_topic_is_counted_and_said_to_be_retired(signed_in) -> None:
    topic = Topic.objects.get(code="tax-voen")
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    Topic.objects.filter(pk=topic.pk).update(valid_to=yesterday)
    for who, name, kwargs, more in BOARDS:
        page = signed_in(who, name, kwargs, f"{more}topic={topic.pk}")
        assert page.status_code == 200 and topic.name in page.text, name
        assert 'class="notice is-warn"' in page.text and SAID not in page.text, name
    page = signed_in("head", "today", {}, f"topic={topic.pk}&compare=nothing")
    assert {stat.code: stat.value for stat in page.context["stats"]}["received"] == "1"


def test_a_period_nothing_is_kept_of_says_since_when_there_is(signed_in) -> None:
    page = signed_in("head", "today", {}, "since=01.01.2010&until=31.01.2010&compare=year")
    stats = {stat.code: stat for stat in page.context["stats"]}
    since = f"{timezone.localdate():%d.%m.%Y}"
    for code in ("received", "on_time", "median_days", "backlog"):
        assert stats[code].value == "–" and since in stats[code].hint, code
        assert not stats[code].url
    assert all(
        reading is None for series in page.context["lines"].series for reading in series.values
    )
