"""Figures and facts for other programs: the pages' own numbers, told once more only when changed."""

from __future__ import annotations

import datetime as dt
import uuid
from pathlib import Path

import pytest
from django.utils import timezone

from appeals import actions
from appeals.kinds import Kind
from appeals.models import Appeal, Outcome, Topic
from reports.api import changes
from reports.facts.filling import fill, rebuild
from reports.figures.computing import Asked, read
from reports.figures.registry import Grain, figures
from reports.models import AppealFact
from reports.periods import Period
from routing import actions as routing
from tests.cast import Cast, appeal_maker, make_cast

pytestmark = pytest.mark.django_db
FIGURES, APPEALS = "/api/v1/figures/", "/api/v1/facts/appeals/"


@pytest.fixture(scope="module")
def cast(told_once: Path) -> Cast:
    return make_cast()


@pytest.fixture(scope="module")
def sector(cast: Cast) -> Cast:
    """One answered at once, a restricted one of another operator, two referred."""
    make_appeal = appeal_maker(cast)
    satisfied = Outcome.objects.get(code="satisfied")
    make_appeal(kind=Kind.QUESTION, answer="Bəli", outcome=satisfied, caller_phone="0501110001")
    make_appeal(by=cast.operator, kind=Kind.COMPLAINT, is_corruption=True)
    for structure in (cast.unit, cast.other):
        made = make_appeal(caller_phone="0501110002")
        routing.refer(made.pk, by=cast.head, structure=structure, client_id=uuid.uuid4())
    fill()
    return cast


def followed(client, address: str) -> tuple[list[dict], str]:
    """All rows from an address on, and the cursor to come back with."""
    rows: list[dict] = []
    for _turn in range(99):
        page = client.get(address).json()
        rows += page["results"]
        if page["next"] is None:
            return rows, page["cursor"]
        address = page["next"]
    raise AssertionError("the pages do not end")


def test_every_figure_is_the_one_of_the_pages(sector, program) -> None:
    today = timezone.localdate()
    month = Period(today.replace(day=1), today)
    for reader in (sector.head, sector.manager, sector.operator, sector.unit_user):
        client = program(reader, "figures.read")
        told = client.get(FIGURES).json()
        everything = reader is not sector.unit_user
        assert {one["code"] for one in told} == {
            one.code for one in figures() if everything or one.grain is Grain.REFERRAL
        }
        known = read([one["code"] for one in told], Asked(reader, month))
        for code, reading in known.items():
            answer = client.get(f"{FIGURES}{code}/").json()
            if reading.is_known:
                assert (answer["count"], answer["of"]) == (reading.count, reading.of), code
                value = None if reading.value is None else float(reading.value)
                assert answer["value"] == value, code
            else:
                assert (answer["value"], answer["missing"]) == (None, reading.missing)
        assert client.get(FIGURES + "received/").status_code == (200 if everything else 404)


def test_a_figure_is_cut_and_split_by_codes(sector, program) -> None:
    client = program(sector.head, "figures.read")
    answer = client.get(FIGURES + "received/?by=structure&topic=tax&period=this_year").json()
    assert answer["value"] == 4
    assert {part["key"]: part["count"] for part in answer["parts"]} == {
        "dvx": 1, "kobia": 1, "": 2,
    }  # fmt: skip
    by_day = client.get(FIGURES + "received/?by=time").json()["parts"]
    assert by_day[-1] == {
        "value": 4, "count": 4, "of": None, "key": f"{timezone.localdate():%Y-%m-%d}",
        "label": f"{timezone.localdate():%d.%m}",
    }  # fmt: skip
    assert client.get(FIGURES + "received/?kind=complaint").json()["count"] == 1


@pytest.mark.parametrize(
    ("query", "field"),
    [("period=never", "period"), ("period=1900", "period"), ("by=nothing", "by"), ("by=ground&x=1", ""),
     ("period=2026-10-31..2026-10-01", "period"), ("topic=none", "topic"), ("kind=x", "kind")],
)  # fmt: skip
def test_what_is_not_understood_is_named(sector, program, query, field) -> None:
    answer = program(sector.head, "figures.read").get(f"{FIGURES}received/?{query}")
    assert answer.status_code == (400 if field else 200)
    assert [one["field"] for one in answer.json().get("errors", [])] == ([field] if field else [])


def test_a_figure_of_now_takes_no_period_and_no_line(sector, program) -> None:
    client = program(sector.head, "figures.read")
    assert client.get(FIGURES + "open/?period=2020").json()["period"] is None
    assert client.get(FIGURES + "open/?by=time").status_code == 400
    assert client.get(FIGURES + "open/?by=closer").status_code == 400


def test_scopes_are_apart(sector, program) -> None:
    for scope, allowed, refused in (
        ("figures.read", FIGURES, APPEALS),
        ("facts.read", APPEALS, FIGURES),
    ):
        client = program(sector.head, scope)
        assert client.get(allowed).status_code == 200
        assert client.get(refused).status_code == 403


def test_only_what_changed_is_told_again(sector, program, make_appeal) -> None:
    client = program(sector.head, "facts.read")
    rows, cursor = followed(client, APPEALS + "?limit=2")
    assert len(rows) == len({row["appeal"] for row in rows}) == Appeal.objects.count() == 4
    assert followed(client, f"{APPEALS}?cursor={cursor}") == ([], cursor)
    first = Appeal.objects.order_by("pk").first()
    actions.note(first.pk, by=sector.head, text="Qeyd")
    new = make_appeal(caller_phone="0501119999", topic=Topic.objects.get(code="tax-vat"))
    fill()
    again, _cursor = followed(client, f"{APPEALS}?cursor={cursor}")
    assert {row["appeal"] for row in again} == {first.pk, new.pk}
    rebuild()
    everything, _cursor = followed(client, f"{APPEALS}?cursor={cursor}")
    assert len(everything) == 5


def test_facts_are_told_under_the_rights_of_the_token(sector, program) -> None:
    restricted = Appeal.objects.get(is_restricted=True).pk

    def seen(user, grain: str) -> list[dict]:
        return followed(program(user, "facts.read"), f"/api/v1/facts/{grain}/")[0]

    for user, knows in ((sector.head, True), (sector.operator, True), (sector.auditor, True),
                        (sector.aysel, False), (sector.manager, False)):  # fmt: skip
        for grain in ("appeals", "steps", "open-days"):
            rows = seen(user, grain)
            assert (restricted in {row["appeal"] for row in rows}) is knows, (user, grain)
    sent = seen(sector.unit_user, "referrals")
    assert [row["structure"] for row in sent] == ["dvx"]
    steps = seen(sector.unit_user, "steps")
    assert {row["referral"] for row in steps} == {sent[0]["referral"]}
    assert program(sector.unit_user, "facts.read").get(APPEALS).status_code == 404
    assert "applicant" not in seen(sector.head, "appeals")[0]


def test_a_structures_token_reads_only_its_own(sector, program) -> None:
    client = program(sector.unit_user, "facts.read", structure=sector.unit)
    rows, _cursor = followed(client, "/api/v1/facts/referrals/?limit=1")
    assert [row["structure"] for row in rows] == ["dvx"]


def test_facts_are_filtered(sector, program) -> None:
    client = program(sector.head, "facts.read")
    today = timezone.localdate()
    for query, count in (
        ("kind=complaint", 1), ("topic=tax", 4), ("topic=property", 0), ("structure=dvx", 1),
        ("is_open=false", 1), (f"since={today:%Y-%m-%d}", 4), ("until=2020-01-01", 0),
    ):  # fmt: skip
        assert len(followed(client, f"{APPEALS}?{query}")[0]) == count, query
    for wrong in ("topic=none", "kind=x", "since=31.02.2026", "cursor=-1", "cursor=x", "limit=0"):
        assert client.get(f"{APPEALS}?{wrong}").status_code == 400, wrong


def test_a_page_looks_at_a_bounded_stretch_and_misses_nothing(sector, program, monkeypatch) -> None:
    """Rare rows among many: pages may be empty, all of them together are complete."""
    monkeypatch.setattr(changes, "STRETCH", 2)
    client = program(sector.head, "facts.read")
    for query in ("kind=complaint", "limit=1", "limit=3", ""):
        rows, cursor = followed(client, f"{APPEALS}?{query}")
        assert len(rows) == (1 if "kind" in query else 4), query
    assert int(cursor) == AppealFact.objects.order_by("-change").first().change


def test_a_page_of_facts_asks_as_often_for_many_rows_as_for_one(
    sector, program, make_appeal, django_assert_max_num_queries
) -> None:
    for turn in range(6):
        make_appeal(caller_phone=f"050111000{turn}")
    fill()
    client = program(sector.head, "facts.read")
    client.get(APPEALS)
    with django_assert_max_num_queries(8):
        assert len(client.get(APPEALS).json()["results"]) == 10


def test_days_of_facts_are_those_of_baku(sector, program) -> None:
    row = program(sector.head, "facts.read").get(APPEALS).json()["results"][0]
    assert row["registered_on"] == f"{timezone.localdate():%Y-%m-%d}"
    assert (row["is_first_contact"], row["came_back"], row["days"]) == (True, False, 0)
    assert dt.datetime.fromisoformat(row["due_at"]).utcoffset() == dt.timedelta(hours=4)
