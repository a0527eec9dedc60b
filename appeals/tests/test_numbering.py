"""Numbers run without a gap within the year of Baku, whoever registers at once."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection, transaction

from appeals.actions import register
from appeals.models import Appeal, RegistrationYear
from appeals.numbering import next_number
from appeals.tests.world import appeal, at_once, intake, person
from callcenter.errors import Busy, RuleBroken
from people.models import LegalNumber

IN_2026 = dt.datetime(2026, 6, 1, 8, tzinfo=dt.UTC)


@pytest.mark.django_db
def test_the_first_of_the_year_and_the_next():
    with time_machine.travel(IN_2026, tick=False):
        numbers = [appeal().number for _ in range(2)]
    assert numbers == ["ÇM-2026-000001", "ÇM-2026-000002"]


@pytest.mark.django_db
def test_the_mask_is_a_setting():
    LegalNumber.objects.update_or_create(
        code="registration_mask",
        defaults={"value": "{serial}/{year}", "label_az": "Nömrə", "certainty": "K"},
    )
    with time_machine.travel(IN_2026, tick=False):
        assert appeal().number == "1/2026"


@pytest.mark.django_db
def test_what_is_refused_or_rolled_back_gives_its_number_back():
    with time_machine.travel(IN_2026, tick=False):
        appeal()
        with pytest.raises(RuleBroken):
            appeal(text="")
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            assert appeal().serial == 2
            raise ZeroDivisionError
        assert appeal().number == "ÇM-2026-000002"
    assert RegistrationYear.objects.get().last == 2


@pytest.mark.django_db
def test_the_new_year_begins_at_midnight_in_baku():
    """20:00 in Greenwich is midnight in Baku."""
    with time_machine.travel(dt.datetime(2026, 12, 31, 19, 59, 59, tzinfo=dt.UTC), tick=False):
        old = [appeal().number for _ in range(2)]
    with time_machine.travel(dt.datetime(2026, 12, 31, 20, 0, tzinfo=dt.UTC), tick=False):
        new = appeal().number
    assert old == ["ÇM-2026-000001", "ÇM-2026-000002"]
    assert new == "ÇM-2027-000001"


@pytest.mark.django_db
def test_a_late_entry_of_the_old_year_goes_on_with_its_run():
    assert next_number(IN_2026)[1:] == (2026, 1)
    assert next_number(IN_2026 + dt.timedelta(days=365))[1:] == (2027, 1)
    assert next_number(IN_2026)[1:] == (2026, 2)


def test_twenty_operators_at_once_leave_no_gap_and_make_no_twins(committed):
    people, one = [person() for _ in range(20)], intake()
    shared = uuid.uuid4()  # a form sent twice by its operator

    def job(n: int):
        client_id = shared if n in (0, 1) else uuid.uuid4()
        by = people[0] if n in (0, 1) else people[n]
        return lambda: register(by=by, client_id=client_id, intake=one)

    made = at_once([job(n) for n in range(20)])
    assert all(isinstance(row, Appeal) for row in made), made
    assert made[0].pk == made[1].pk
    serials = sorted(Appeal.objects.values_list("serial", flat=True))
    assert serials == list(range(1, 20))
    assert RegistrationYear.objects.get().last == 19
    assert Appeal.objects.values("number").distinct().count() == 19


def test_a_year_held_too_long_is_busy_and_takes_no_number(committed):
    by, client_id = person(), uuid.uuid4()
    appeal(by)
    held, free = threading.Event(), threading.Event()

    def colleague() -> None:
        try:
            with transaction.atomic():
                RegistrationYear.objects.select_for_update().get()
                held.set()
                free.wait(timeout=20)
        finally:
            connection.close()

    thread = threading.Thread(target=colleague)
    thread.start()
    try:
        assert held.wait(timeout=20)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '50ms'")
        with pytest.raises(Busy):
            register(by=by, client_id=client_id, intake=intake())
    finally:
        free.set()
        thread.join()
    assert register(by=by, client_id=client_id, intake=intake()).serial == 2


def test_fifty_at_once_across_new_years_midnight_in_baku(committed):
    """The clock strikes while fifty are registering: each year's numbers run from one without a
    gap, none is given twice, and each appeal bears the year of the day it was received."""
    people, one = [person() for _ in range(50)], intake()
    before = dt.datetime(2026, 12, 31, 19, 59, 59, 900_000, tzinfo=dt.UTC)
    after = dt.datetime(2026, 12, 31, 20, 0, 0, 100_000, tzinfo=dt.UTC)
    counted, struck = threading.Lock(), threading.Event()
    saved: list[int] = []

    with time_machine.travel(before, tick=False) as traveller:

        def job(n: int):
            def run() -> Appeal:
                if n >= 30:  # the last twenty call after midnight, the others may straddle it
                    assert struck.wait(timeout=60)
                made = register(by=people[n], client_id=uuid.uuid4(), intake=one)
                with counted:
                    saved.append(made.pk)
                    if len(saved) == 10:
                        traveller.move_to(after, tick=False)
                        struck.set()
                return made

            return run

        made = at_once([job(n) for n in range(50)])

    assert all(isinstance(row, Appeal) for row in made), made
    rows = list(Appeal.objects.all())
    assert len({row.number for row in rows}) == len(rows) == 50
    years = {2026: [], 2027: []}
    for row in rows:
        received = row.received_at.astimezone(ZoneInfo("Asia/Baku"))
        assert row.registered_at == row.received_at
        assert row.year == received.year
        assert row.number == f"ÇM-{row.year}-{row.serial:06d}"
        years[row.year].append(row.serial)
    for serials in years.values():
        assert sorted(serials) == list(range(1, len(serials) + 1))
    assert len(years[2026]) >= 10
    assert len(years[2027]) >= 20
    assert dict(RegistrationYear.objects.values_list("year", "last")) == {
        year: len(serials) for year, serials in years.items()
    }
