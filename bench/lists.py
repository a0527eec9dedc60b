"""The work lists: first page, deep page, cut by structure and overdue."""

from __future__ import annotations

import datetime as dt

from bench.floor import LISTED, listed, rows_of
from bench.measures import Ask, Bench, measure

NEWEST = "ORDER BY a.registered_at DESC, a.id DESC LIMIT 26"


@measure("list: all, first page", target_ms=30, floor=listed(NEWEST))
def first_page(bench: Bench) -> Ask:
    reader = bench.signed_in("operator1")
    return lambda: reader.get("/appeals/")


def _middle(bench: Bench) -> tuple[dt.datetime, int]:
    return bench.rows(
        "SELECT registered_at, id FROM appeals_appeal WHERE id = %s", bench.appeals // 2
    )[0]


def _deep_floor(bench: Bench) -> Ask:
    at, pk = _middle(bench)
    tail = f"WHERE (a.registered_at, a.id) < (%s, %s) {NEWEST}"
    return rows_of((LISTED + tail, (at, pk)))(bench)


@measure("list: all, the middle of the table", target_ms=30, floor=_deep_floor)
def deep_page(bench: Bench) -> Ask:
    at, pk = _middle(bench)
    reader = bench.signed_in("operator1")
    cursor = f"{at.astimezone(dt.UTC):%Y%m%d%H%M%S%f}-{pk}"
    return lambda: reader.get(f"/appeals/?after={cursor}")


@measure(
    "list: open, by due date",
    target_ms=30,
    floor=listed("WHERE a.is_open ORDER BY a.due_at, a.id LIMIT 26"),
)
def open_ones(bench: Bench) -> Ask:
    reader = bench.signed_in("operator1")
    return lambda: reader.get("/appeals/?tab=open")


@measure(
    "list: mine",
    target_ms=30,
    floor=listed(
        "WHERE a.is_open AND a.owner_id = (SELECT id FROM people_user WHERE username = 'operator1') "
        "ORDER BY a.due_at, a.id LIMIT 26"
    ),
)
def mine(bench: Bench) -> Ask:
    reader = bench.signed_in("operator1")
    return lambda: reader.get("/appeals/?tab=mine")


BRANCH = "s.path LIKE '/ministry/dvx/%%'"
OVERDUE = "WHERE a.is_open AND a.due_at < now() AND a.status <> 'waiting'"


def _structure(bench: Bench) -> int:
    found: int = bench.rows("SELECT id FROM people_structure WHERE code = 'dvx'")[0][0]
    return found


@measure(
    "list: overdue of a structure",
    target_ms=30,
    floor=listed(
        f"{OVERDUE} AND s.path LIKE (SELECT path || '%%' FROM people_structure WHERE code = 'dvx') "
        "ORDER BY a.due_at, a.id LIMIT 26"
    ),
)
def overdue_of_a_structure(bench: Bench) -> Ask:
    head = bench.signed_in("head")
    pk = _structure(bench)
    return lambda: head.get(f"/appeals/?tab=overdue&structure={pk}")


@measure(
    "list: all of a structure",
    target_ms=30,
    floor=listed(
        f"WHERE s.path LIKE (SELECT path || '%%' FROM people_structure WHERE code = 'dvx') {NEWEST}"
    ),
)
def all_of_a_structure(bench: Bench) -> Ask:
    head = bench.signed_in("head")
    pk = _structure(bench)
    return lambda: head.get(f"/appeals/?structure={pk}")


@measure("list: a small structure without any", target_ms=30)
def of_an_idle_structure(bench: Bench) -> Ask:
    """The worst case of a list ordered by date: hardly a row fits."""
    head = bench.signed_in("head")
    pk = bench.rows("SELECT id FROM people_structure WHERE code = 'dept-hr'")[0][0]
    return lambda: head.get(f"/appeals/?structure={pk}")


@measure("list: one topic, one kind, one region", target_ms=30)
def narrowed(bench: Bench) -> Ask:
    head = bench.signed_in("head")
    topic, region = bench.rows(
        "SELECT topic_id, region_id FROM appeals_appeal WHERE kind = 'proposal' ORDER BY id LIMIT 1"
    )[0]
    return lambda: head.get(f"/appeals/?topic={topic}&region={region}&kind=proposal")


@measure("list: a rare status", target_ms=30)
def merged(bench: Bench) -> Ask:
    head = bench.signed_in("head")
    return lambda: head.get("/appeals/?status=merged")


@measure("list: closed this month", target_ms=30)
def closed(bench: Bench) -> Ask:
    head = bench.signed_in("head")
    return lambda: head.get("/appeals/?tab=closed")
