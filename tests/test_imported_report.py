"""What was imported is counted by the periodic report as plain pandas counts it over the file."""

from __future__ import annotations

import datetime as dt
import io
import shutil
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from django.core.management import call_command
from django.utils import translation

from appeals.journal import faults
from appeals.models import Appeal, Entry
from people.models import Role, Structure, User
from reports.facts.checking import differences
from reports.facts.filling import fill
from reports.figures.computing import Asked, read
from reports.figures.report import names_of, split_table, totals
from reports.figures.splitting import over_time, split
from reports.periods import Period
from reports.tests.asking import rows_of

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parent.parent
MADE = ROOT / "appeals" / "importing" / "samples" / "requests.csv"
REAL = ROOT.parent / "shared" / "data" / "nyc311.csv"
#: The made sample always; the real file of the city wherever it lies beside the repository.
FILES = [path for path in (MADE, REAL) if path.exists()]
CODES = (
    "received", "ended", "ended_late", "on_time", "referred", "at_once", "repeats", "left",
    "backlog", "backlog_overdue", "median_days", "p90_days",
)  # fmt: skip
STAMP = "%m/%d/%Y %I:%M:%S %p"


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def counted(request, directory, tmp_path) -> pd.DataFrame:
    """The file imported, and the same file as pandas reads it."""
    path = tmp_path / request.param.name
    shutil.copy(request.param, path)
    out = io.StringIO()
    call_command("import_appeals", path, stdout=out)
    while fill():
        pass
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    assert f"accepted {len(rows)}, rejected 0, already there 0" in out.getvalue()
    for column in ("Created Date", "Closed Date", "Due Date"):
        rows[column] = pd.to_datetime(rows[column], format=STAMP)
    rows["is_closed"] = rows["Status"] == "Closed"
    rows["Closed Date"] = rows["Closed Date"].where(rows["is_closed"])
    # A closing at midnight is a day without an hour: not before its own registration.
    same_day = rows["Closed Date"].dt.date == rows["Created Date"].dt.date
    early = same_day & (rows["Closed Date"] < rows["Created Date"])
    rows["Closed Date"] = rows["Closed Date"].mask(early, rows["Created Date"])
    return rows


def test_the_report_over_each_year_equals_plain_counts(counted) -> None:
    years = range(counted["Created Date"].dt.year.min(), counted["Created Date"].dt.year.max() + 1)
    assert len(years) > 1
    for year in years:
        told = totals(Period(dt.date(year, 1, 1), dt.date(year, 12, 31)))
        came = counted[counted["Created Date"].dt.year == year]
        ended = counted[counted["Closed Date"].dt.year == year]
        timed = ended[ended["Due Date"].notna()]
        late = int((timed["Closed Date"] > timed["Due Date"]).sum())
        assert told.received == len(came)
        kinds = (
            told.proposals + told.applications + told.complaints + told.inquiries + told.questions
        )
        assert kinds == len(came)
        assert told.referred == int((came["Agency"] != "").sum())
        assert (told.ended, told.ended_late) == (len(ended), late)
        share = round(Decimal(100 * (len(timed) - late)) / len(timed), 1) if len(timed) else None
        assert told.on_time_share == share
        days = (ended["Closed Date"] - ended["Created Date"]).dt.total_seconds() / 86400
        assert (told.median_days is None) == ended.empty or days.median() == 0
        if told.median_days is not None:
            assert abs(float(told.median_days) - days.median()) <= 0.05
        end = pd.Timestamp(year + 1, 1, 1)
        open_then = counted["Closed Date"].isna() | (counted["Closed Date"] >= end)
        overdue = open_then & (counted["Created Date"] < end) & (counted["Due Date"] < end)
        assert told.overdue == int(overdue.sum())


def test_the_splits_equal_plain_counts(counted) -> None:
    period = Period(
        counted["Created Date"].min().date(), counted["Created Date"].max().date()
    )  # fmt: skip
    with translation.override("en"):
        by_structure = split_table(
            period, "structures", "Structure", "responsible_id", names_of("responsible")
        )
        names = dict(Structure.objects.values_list("name_en", "short_en"))
        by_topic = split_table(period, "topics", "Topic", "topic_id", names_of("topic"))
        by_channel = split_table(period, "channels", "Channel", "channel", {})
    told = {names[row[0]]: row[1] for row in by_structure.rows}
    plain = counted["Agency"].replace({"DCA": "DCA", "DOITT": "OTI"}).value_counts().to_dict()
    assert told == plain
    assert sum(row[1] for row in by_channel.rows) == len(counted)
    noise = counted["Complaint Type"].str.contains("Noise").sum()
    assert {row[0]: row[1] for row in by_topic.rows}["Noise"] == noise
    phone = Appeal.objects.filter(channel="phone").count()
    assert phone == (counted["Open Data Channel Type"] == "PHONE").sum()


def test_the_figures_over_each_year_equal_plain_counts(counted) -> None:
    """The same through facts: each figure with its list, day by day and by its dimensions."""
    head = User.objects.create(username="mudir", role=Role.SECTOR_HEAD)
    years = range(counted["Created Date"].dt.year.min(), counted["Created Date"].dt.year.max() + 1)
    for year in years:
        told = read(CODES, Asked(head, Period(dt.date(year, 1, 1), dt.date(year, 12, 31))))
        came = counted[counted["Created Date"].dt.year == year]
        ended = counted[counted["Closed Date"].dt.year == year]
        timed = ended[ended["Due Date"].notna()]
        in_time = int((timed["Closed Date"] <= timed["Due Date"]).sum())
        end = pd.Timestamp(year + 1, 1, 1)
        is_open = counted["Closed Date"].isna() | (counted["Closed Date"] >= end)
        still = counted[is_open & (counted["Created Date"] < end)]
        plain = {
            "received": len(came), "ended": len(ended), "on_time": in_time,
            "ended_late": len(timed) - in_time, "referred": int((came["Agency"] != "").sum()),
            "at_once": 0, "repeats": 0, "left": 0, "backlog": len(still),
            "backlog_overdue": int((still["Due Date"] < end).sum()),
        }  # fmt: skip
        assert {code: told[code].count for code in plain} == plain, year
        assert told["on_time"].of == len(timed)
        for code in ("received", "ended_late", "on_time", "backlog", "backlog_overdue"):
            assert rows_of(head, told[code].url) == plain[code], (year, code)
        days = (ended["Closed Date"] - ended["Created Date"]).dt.total_seconds() / 86400
        for code, share in (("median_days", 0.5), ("p90_days", 0.9)):
            value = told[code].value
            assert (value is None) == ended.empty
            assert value is None or abs(float(value) - days.quantile(share)) <= 0.1, (year, code)
    first, last = counted["Created Date"].min().date(), counted["Created Date"].max().date()
    asked = Asked(head, Period(first, last))
    keys = dict(Structure.objects.values_list("short_en", "pk"))
    parts = {part.key: part for part in split(["received"], "structure", asked)}
    agencies = counted["Agency"].replace({"DOITT": "OTI"}).value_counts().to_dict()
    assert {str(keys[name]): n for name, n in agencies.items()} == {
        key: part.readings["received"].count for key, part in parts.items()
    }
    by_day = over_time("received", asked)
    assert sum(step.reading.count for step in by_day) == len(counted)
    week = Asked(head, Period(last - dt.timedelta(days=6), last))
    per_day = counted["Created Date"].dt.date.value_counts()
    for step in over_time("received", week):
        assert step.reading.count == per_day.get(step.period.first, 0)
    assert list(differences()) == []


def test_history_keeps_its_own_days_and_says_that_it_came_from_elsewhere(counted) -> None:
    assert list(faults()) == []
    assert not Entry.objects.filter(is_imported=False).exists()
    first = counted.sort_values("Created Date").iloc[0]
    appeal = Appeal.objects.get(source_key=first["Unique Key"])
    entries = list(appeal.entries.order_by("sequence"))
    assert entries[0].kind == "import"
    days = [entry.at for entry in entries]
    assert days[0] == appeal.registered_at == first["Created Date"].tz_localize("Asia/Baku")
    if first["is_closed"]:
        assert days[-1] == appeal.closed_at == first["Closed Date"].tz_localize("Asia/Baku")
    assert not Appeal.objects.filter(notices__isnull=False).exists()
