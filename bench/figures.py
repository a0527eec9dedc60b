"""Dashboards and figures: from kept days and from the facts; making the facts anew."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.management import call_command

from bench.loading import after_load
from bench.measures import Ask, Bench, measure
from reports.facts.filling import rebuild
from reports.facts.months import mark_months
from reports.facts.rises import find_rises


@after_load
def make_facts() -> None:
    """What the rows tell; the trigger on the journal rests during a load."""
    rebuild()
    mark_months()


@measure("dashboard: the head's today", target_ms=50, times=60)
def today(bench: Bench) -> Ask:
    reader = bench.signed_in("head")
    return lambda: reader.get("/today/")


@measure("dashboard: this year, against the last", target_ms=50, times=40)
def this_year(bench: Bench) -> Ask:
    reader = bench.signed_in("head")
    return lambda: reader.get("/today/?period=year&compare=year")


@measure("dashboard: management's review", target_ms=50, times=40)
def review(bench: Bench) -> Ask:
    reader = bench.signed_in("management")
    return lambda: reader.get("/review/")


@measure("dashboard: an operator's day", target_ms=50, times=40)
def my_day(bench: Bench) -> Ask:
    reader = bench.signed_in("operator1")
    return lambda: reader.get("/figures/my-day/")


@measure("dashboard: a structure's own", target_ms=50, times=40)
def ours(bench: Bench) -> Ask:
    reader = bench.signed_in("head-dvx")
    return lambda: reader.get("/figures/ours/")


def _filtered(bench: Bench) -> str:
    topic, region = bench.rows(
        "SELECT t.parent_id, r.id FROM appeals_topic t, appeals_region r"
        " WHERE t.parent_id IS NOT NULL ORDER BY t.id, r.id LIMIT 1"
    )[0]
    return f"topic={topic}&region={region}&kind=complaint&language=az&period=year&compare=year"


@measure("figure: received, a year under four filters, by channel", target_ms=200, times=30)
def received(bench: Bench) -> Ask:
    reader, query = bench.signed_in("head"), _filtered(bench)
    return lambda: reader.get(f"/figures/of/received/?by=channel&{query}")


@measure("figure: median days, last year, one channel, by structure", target_ms=200, times=30)
def median(bench: Bench) -> Ask:
    reader = bench.signed_in("head")
    return lambda: reader.get(
        "/figures/of/median_days/?by=structure&period=last_year&channel=phone"
    )


@measure("figure: backlog, last year, two filters, by region", target_ms=200, times=30)
def backlog(bench: Bench) -> Ask:
    reader = bench.signed_in("head")
    return lambda: reader.get(
        "/figures/of/backlog/?by=region&period=last_year&channel=phone&kind=complaint"
    )


@measure("figure: the list it opens, a year", target_ms=200, times=30)
def opened(bench: Bench) -> Ask:
    reader = bench.signed_in("head")
    last = dt.date.today()
    span = f"{last - dt.timedelta(days=365):%Y-%m-%d}..{last:%Y-%m-%d}"
    return lambda: reader.get(f"/appeals/?figure=ended_late~{span}&kind=complaint")


@measure("facts: all made anew", target_ms=300_000, times=1, warm_up=0)
def made_anew(bench: Bench) -> Any:
    def ask() -> None:
        call_command("rebuild_facts", verbosity=0)

    return ask


@measure("facts: rises of a day", target_ms=1000, times=5, warm_up=1)
def rises(bench: Bench) -> Any:
    def ask() -> None:
        find_rises(dt.date.today())

    return ask
