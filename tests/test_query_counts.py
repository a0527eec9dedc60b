"""How many times each page asks the database: kept in query_counts.json, the same however much there is.

A page that asks more often than written down fails; so does one that asks less, until the smaller
number is written down (`QUERY_COUNTS=write`), so that it never creeps back.
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from appeals.actions import note, save_draft
from appeals.alerting import about
from appeals.models import Appeal
from people.alerts import tell
from reports.actions import ask_export, save_own, write_export
from reports.own import Question
from routing.actions import refer, save_template
from routing.rules.actions import save_rule
from tests.addresses import RULE, Story, tell_outside, tell_story
from tests.test_access import clients_of, table

pytestmark = pytest.mark.django_db
KEPT = Path(__file__).with_name("query_counts.json")
#: As many more of everything a list shows.
MORE = 6


def grow(story: Story, make_appeal: Callable[..., Appeal], more: int) -> None:
    """The same story with so many more of everything in it."""
    cast, appeal = story.cast, story.appeal
    for n in range(more):
        another = make_appeal(applicant=appeal.applicant)
        refer(another.pk, by=cast.head, structure=cast.unit, client_id=uuid.uuid4(), question="?")
        if n < 2:  # it makes several appeals, and a list of one page stays one of one page
            tell_outside(cast, make_appeal)
        note(appeal.pk, by=cast.aysel, text=f"Qeyd {n}")
        save_draft(uuid.uuid4(), by=cast.aysel, form="intake", values={"text": [f"{n}"]})
        tell(cast.aysel, "appeal.given", by=cast.head, **about(another))
        save_template(
            None,
            by=cast.unit_head,
            structure=cast.unit,
            topic=None,
            title=f"C {more} {n}",
            text="Mətn",
        )
        save_rule(by=cast.head, values={**RULE, "name": f"Q {more} {n}", "structure": cast.other})
        export = ask_export({}, "csv", by=cast.head, language="az", client_id=uuid.uuid4())
        write_export(export.pk)
        save_own(Question(measures=("received",), by="kind"), by=cast.head, name=f"H {more} {n}")


def readers(who: str) -> str:
    """The one of those who may open it whose page shows the most."""
    return next(letter for letter in "HOSUADMXN" if letter in who)


def counts(
    clients: dict[str, list[Client]], story: Story, before: dict[str, int] | None = None
) -> dict[str, int]:
    """Queries of each page when what is kept for all requests is at hand.

    For that it is asked twice; once it is known how often it asked before, only when it seems to ask more.
    """
    found = {}
    for name, method, who in table():
        if method != "GET":
            continue
        browser, outside = clients[readers(who)]
        client = outside if name.startswith("api-") and name != "api-docs" else browser
        for _time in range(2):
            with transaction.atomic(), CaptureQueriesContext(connection) as asked:
                client.get(story.address(name))
                transaction.set_rollback(True)
            if before is not None and len(asked) <= before[name]:
                break
        found[name] = len(asked)
    return found


def test_each_page_asks_as_often_as_written_down_however_much_there_is(
    cast, make_appeal, program, empty_cache, monkeypatch
):
    monkeypatch.setattr("sector.keeping.KEPT_FOR", 0)  # a kept dashboard asks nothing
    monkeypatch.setattr("people.alerts.SEEN_FOR", 10**9)  # never over between two pages
    story = tell_story(cast, make_appeal)
    clients = clients_of(story, program)
    grow(story, make_appeal, 1)
    few = counts(clients, story)
    grow(story, make_appeal, MORE)
    many = counts(clients, story, before=few)
    grown = {name: (few[name], many[name]) for name in few if many[name] > few[name]}
    assert not grown, f"asks more when there is more: {grown}"
    if os.environ.get("QUERY_COUNTS") == "write":
        KEPT.write_text(json.dumps(many, indent=1, sort_keys=True) + "\n")
    kept = json.loads(KEPT.read_text())
    changed = {
        name: (kept.get(name), many.get(name))
        for name in sorted({*kept, *many}) if kept.get(name) != many.get(name)
    }  # fmt: skip
    assert not changed, f"(written down, asked): {changed}; QUERY_COUNTS=write after looking at it"
