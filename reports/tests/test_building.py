"""Building: once under two beats, taken up after a killed worker, on working mornings."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import threading

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from callcenter.errors import NotAllowed, RuleBroken
from people.models import AuditEntry
from reports import actions
from reports.actions import building
from reports.blocks import BLOCKS, default_order
from reports.composing import compose, order_of
from reports.lifecycle import Status
from reports.models import ReportRun
from reports.periods import Period, Sort, parse
from tests.cast import Cast

OCTOBER = parse("2026-10")


@pytest.mark.parametrize(
    ("today", "sort", "first", "last"),
    [
        ("2026-11-02", Sort.MONTHLY, "2026-10-01", "2026-10-31"),  # the 1st was a Sunday
        ("2026-11-01", Sort.MONTHLY, None, None),
        ("2026-11-04", Sort.MONTHLY, "2026-10-01", "2026-10-31"),  # a missed morning is made good
        ("2026-11-20", Sort.MONTHLY, None, None),
        ("2026-10-01", Sort.QUARTERLY, "2026-07-01", "2026-09-30"),
        ("2026-07-01", Sort.HALF_YEAR, "2026-01-01", "2026-06-30"),
        ("2026-11-23", Sort.WEEKLY, "2026-11-16", "2026-11-22"),
        ("2026-11-24", Sort.DAILY, "2026-11-23", "2026-11-23"),
        ("2026-11-23", Sort.DAILY, "2026-11-20", "2026-11-22"),  # Monday tells Friday to Sunday
    ],
)
def test_reports_come_on_the_first_working_day_after_their_period(
    directory: None, today: str, sort: Sort, first: str | None, last: str | None
) -> None:
    run = actions.ask_periodic_report(dt.date.fromisoformat(today), sort)
    if first is None:
        assert run is None
        return
    assert run is not None
    assert (str(run.first), str(run.last), run.sort) == (first, last, sort)


def test_the_annual_report_waits_for_the_first_working_day_of_january(directory: None) -> None:
    # 1 and 2 January are holidays, 3 January 2027 is a Sunday.
    assert actions.ask_periodic_report(dt.date(2027, 1, 2), Sort.ANNUAL) is None
    calendar = building.working_calendar()
    due = calendar.next_working(dt.date(2026, 12, 31))
    run = actions.ask_periodic_report(due, Sort.ANNUAL)
    assert run is not None and (run.first, run.last) == (dt.date(2026, 1, 1), dt.date(2026, 12, 31))


def test_two_beats_at_once_build_one_report(committed: None) -> None:
    gate = threading.Barrier(2)

    def beat() -> None:
        gate.wait()
        try:
            run = actions.ask_periodic_report(dt.date(2026, 11, 2))
            assert run is not None
            actions.build(run.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=beat) for _n in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    run = ReportRun.objects.get()
    if run.state != Status.BUILT:  # the second came while the first was still building
        run = actions.build(run.pk)
    assert run.state == Status.BUILT
    kinds = list(AuditEntry.objects.filter(object_ref=str(run.pk)).values_list("kind", flat=True))
    assert (kinds.count("report.ask"), kinds.count("report.finish")) == (1, 1)


KILLED = """
import os, django, time
django.setup()
from django.conf import settings
settings.DATABASES["default"]["NAME"] = os.environ["TEST_DATABASE"]
from django.db import connections
connections["default"].settings_dict["NAME"] = os.environ["TEST_DATABASE"]
from reports.actions import building
real = building.compose
def slow(period, sort, language, at, tell):
    tell(1, 2)
    print("building", flush=True)
    time.sleep(60)
building.compose = slow
building.build(int(os.environ["RUN"]))
"""


def test_a_worker_killed_in_the_middle_leaves_no_half_report(committed: None) -> None:
    run = ReportRun.objects.create(first=OCTOBER.first, last=OCTOBER.last, sort=OCTOBER.sort)
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "callcenter.settings",
        "TEST_DATABASE": connection.settings_dict["NAME"],
        "RUN": str(run.pk),
    }
    worker = subprocess.Popen(
        [sys.executable, "-c", KILLED], cwd=settings.BASE_DIR, env=environment,
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert worker.stdout is not None
    assert worker.stdout.readline().strip() == "building"
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    run.refresh_from_db()
    assert run.state == Status.BUILDING and run.document is None and not run.digest
    # While it may still be alive nobody takes it; then the next sweep does.
    assert actions.unfinished() == []
    assert actions.build(run.pk).state == Status.BUILDING
    silent = timezone.now() - building.ABANDONED_AFTER - dt.timedelta(seconds=1)
    ReportRun.objects.filter(pk=run.pk).update(beat_at=silent)
    assert actions.unfinished() == [run.pk]
    built = actions.build(run.pk)
    assert built.state == Status.BUILT and built.progress == 100
    assert actions.unfinished() == []


@pytest.mark.django_db
def test_a_build_that_was_taken_over_writes_nothing(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = actions.ask_report(OCTOBER, by=cast.head)

    def slow(*args: object) -> object:
        ReportRun.objects.filter(pk=run.pk).update(claim="00000000-0000-4000-8000-000000000000")
        return compose(*args)

    monkeypatch.setattr(building, "compose", slow)
    actions.build(run.pk)
    run.refresh_from_db()
    assert run.state == Status.BUILDING and run.document is None


@pytest.mark.django_db
def test_progress_grows_with_the_blocks(cast: Cast) -> None:
    told: list[tuple[int, int]] = []
    compose(
        OCTOBER, Sort.MONTHLY, "az", timezone.now(), lambda done, total: told.append((done, total))
    )
    total = len(default_order(Sort.MONTHLY))
    assert told == [(at, total) for at in range(1, total + 1)]


@pytest.mark.django_db
def test_an_administrator_orders_the_blocks_and_built_reports_keep_theirs(cast: Cast) -> None:
    before = actions.build(actions.ask_report(OCTOBER, by=cast.head).pk)
    actions.order_blocks(Sort.MONTHLY, ["kinds", "totals"], by=cast.admin)
    assert order_of(Sort.MONTHLY) == ["kinds", "totals"]
    assert order_of(Sort.ANNUAL) == default_order(Sort.ANNUAL)
    after = actions.build(actions.ask_report(OCTOBER, by=cast.head).pk)
    codes = [block["table"]["code"] for block in after.document["blocks"] if block["is"] == "table"]
    assert codes == ["kinds", "totals"]
    digest = before.digest
    before.refresh_from_db()
    assert before.digest == digest
    told = AuditEntry.objects.get(kind="report.blocks")
    assert told.detail["new"] == ["kinds", "totals"]
    with pytest.raises(NotAllowed):
        actions.order_blocks(Sort.MONTHLY, ["kinds"], by=cast.aysel)
    for wrong in ([], ["nothing"], ["kinds", "kinds"]):
        with pytest.raises(RuleBroken):
            actions.order_blocks(Sort.MONTHLY, wrong, by=cast.admin)
    assert set(order_of(Sort.MONTHLY)) <= set(BLOCKS)


def test_the_daily_brief_after_a_rest_names_all_its_days() -> None:
    friday_to_sunday = Period(dt.date(2026, 11, 20), dt.date(2026, 11, 22))
    assert friday_to_sunday.previous().last == dt.date(2026, 11, 19)
