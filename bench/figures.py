"""Dashboards and figures: from kept days and from the facts; making the facts anew."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.management import call_command

from bench.client import Answer
from bench.loading import after_load
from bench.measures import Ask, Bench, measure
from reports.facts.filling import fill, rebuild
from reports.facts.months import mark_months
from reports.facts.rises import find_rises


@after_load
def make_facts() -> None:
    """What the rows tell; the trigger on the journal rests during a load."""
    rebuild()
    mark_months()


_told: list[int] = []


def _told_to_the_end() -> None:
    """As beat leaves it: days whole after a making that was stopped, every month marked. Once a run."""
    if not _told:
        _told.append(fill(limit=0))
        mark_months()


def _page(bench: Bench, who: str, address: str, *, cold: bool = False) -> Ask:
    """A page as its reader opens it; cold: with nothing kept, figures and rights included."""
    _told_to_the_end()
    reader = bench.signed_in(who)

    def ask() -> Answer:
        if cold:
            bench.forget_kept()
        return reader.get(address)

    return ask


@measure("dashboard: the head's today", target_ms=50, times=60)
def today(bench: Bench) -> Ask:
    return _page(bench, "head", "/today/")


@measure("dashboard, cold: the head's today", target_ms=300, times=30)
def today_cold(bench: Bench) -> Ask:
    return _page(bench, "head", "/today/", cold=True)


@measure("dashboard, cold: this year under two filters, against the last", target_ms=300, times=30)
def this_year_cold(bench: Bench) -> Ask:
    return _page(
        bench, "head", "/today/?period=year&compare=year&channel=phone&language=az", cold=True
    )


@measure("dashboard, cold: management's review", target_ms=300, times=30)
def review_cold(bench: Bench) -> Ask:
    return _page(bench, "management", "/review/", cold=True)


@measure("dashboard, cold: an operator's day", target_ms=300, times=30)
def my_day_cold(bench: Bench) -> Ask:
    return _page(bench, "operator1", "/figures/my-day/", cold=True)


@measure("dashboard, cold: a structure's own", target_ms=300, times=30)
def ours_cold(bench: Bench) -> Ask:
    return _page(bench, "head-dvx", "/figures/ours/", cold=True)


@measure("dashboard, cold: discipline of terms", target_ms=300, times=30)
def discipline_cold(bench: Bench) -> Ask:
    return _page(bench, "head", "/figures/discipline/", cold=True)


@measure("dashboard: this year, against the last", target_ms=50, times=40)
def this_year(bench: Bench) -> Ask:
    return _page(bench, "head", "/today/?period=year&compare=year")


@measure("dashboard: management's review", target_ms=50, times=40)
def review(bench: Bench) -> Ask:
    return _page(bench, "management", "/review/")


@measure("dashboard: an operator's day", target_ms=50, times=40)
def my_day(bench: Bench) -> Ask:
    return _page(bench, "operator1", "/figures/my-day/")


@measure("dashboard: a structure's own", target_ms=50, times=40)
def ours(bench: Bench) -> Ask:
    return _page(bench, "head-dvx", "/figures/ours/")


def _filtered(bench: Bench) -> str:
    topic, region = bench.rows(
        "SELECT t.parent_id, r.id FROM appeals_topic t, appeals_region r"
        " WHERE t.parent_id IS NOT NULL ORDER BY t.id, r.id LIMIT 1"
    )[0]
    return f"topic={topic}&region={region}&kind=complaint&language=az&period=year&compare=year"


@measure("figure: received, a year under four filters, by channel", target_ms=200, times=30)
def received(bench: Bench) -> Ask:
    return _page(bench, "head", f"/figures/of/received/?by=channel&{_filtered(bench)}")


@measure("figure: in time, a year under two common filters, by region", target_ms=200, times=30)
def on_time(bench: Bench) -> Ask:
    query = "period=last_year&compare=year&channel=phone&language=az"
    return _page(bench, "head", f"/figures/of/on_time/?by=region&{query}")


@measure("figure: referrals sent, last year, one channel, by topic", target_ms=200, times=30)
def sent(bench: Bench) -> Ask:
    query = "period=last_year&compare=year&channel=phone"
    return _page(bench, "head", f"/figures/of/sent/?by=topic&{query}")


@measure("figure: notices in time, last year, two filters, by region", target_ms=200, times=30)
def notices(bench: Bench) -> Ask:
    query = "period=last_year&compare=year&channel=phone&language=az"
    return _page(bench, "head", f"/figures/of/notices_in_time/?by=region&{query}")


@measure("figure: median days, last year, one channel, by structure", target_ms=200, times=30)
def median(bench: Bench) -> Ask:
    return _page(
        bench, "head", "/figures/of/median_days/?by=structure&period=last_year&channel=phone"
    )


@measure("figure: backlog, last year, two filters, by region", target_ms=200, times=30)
def backlog(bench: Bench) -> Ask:
    return _page(
        bench,
        "head",
        "/figures/of/backlog/?by=region&period=last_year&channel=phone&kind=complaint",
    )


@measure("figure: the list it opens, a year", target_ms=30, times=30)
def opened(bench: Bench) -> Ask:
    last = dt.date.today()
    span = f"{last - dt.timedelta(days=365):%Y-%m-%d}..{last:%Y-%m-%d}"
    return _page(bench, "head", f"/appeals/?figure=ended_late~{span}&order=closed&kind=complaint")


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
