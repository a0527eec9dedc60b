"""The journal only grows, proves itself, names what was tampered with, and keeps no personal data."""

from __future__ import annotations

import json
import threading

import pytest
from django.db import IntegrityError, connection, transaction

from appeals.actions import close, correct, hold, note, reopen, take
from appeals.journal import Fault, faults
from appeals.models import Appeal, Entry
from appeals.tests.world import PHONE, appeal, at_once, outcome, person
from callcenter.errors import AlreadyDone, Busy
from people.audit import audit
from people.models import Delegation, Role

SECRET = "Qonşum Əli Məmmədov kassa aparatı saxlamır"


@pytest.fixture
def story() -> Appeal:
    """An appeal with several entries."""
    by = person(surname="Quliyeva")
    one = appeal(by, text=SECRET)
    take(one.pk, by=by)
    close(one.pk, by=by, outcome=outcome(), text="Cavab: Əli Məmmədova xəbərdarlıq edildi")
    reopen(one.pk, by=by, reason="Yeni faktlar")
    return Appeal.objects.get(pk=one.pk)


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["appeals_entry", "people_auditentry"])
@pytest.mark.parametrize(
    "order", ["UPDATE {} SET kind = 'x'", "DELETE FROM {}", "TRUNCATE {} CASCADE"]
)
def test_the_database_itself_refuses_to_change_a_journal(table, order, story):
    audit("look.applicant", by=None)
    connection.check_constraints()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(order.format(table))
    assert Entry.objects.filter(appeal=story).count() == 4


@pytest.mark.django_db
def test_the_chain_holds_and_the_appeal_keeps_its_head(story):
    entries = list(story.entries.order_by("sequence"))
    assert [row.sequence for row in entries] == [1, 2, 3, 4]
    assert [row.kind for row in entries] == ["register", "take", "close", "reopen"]
    assert [row.previous_hash for row in entries] == ["", *(row.hash for row in entries[:-1])]
    assert (story.journal_length, story.journal_head) == (4, entries[-1].hash)
    assert list(faults()) == []


def _tamper(order: str, *values: object) -> None:
    """What only somebody with the keys of the database can do."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(order, values)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("order", "sequence", "reason"),
    [
        ("UPDATE appeals_entry SET actor_name = 'Başqası' WHERE sequence = 2", 2, "was changed"),
        (
            "UPDATE appeals_entry SET at = at - interval '1 day' WHERE sequence = 3",
            3,
            "was changed",
        ),
        ("UPDATE appeals_entry SET changes = '{}' WHERE sequence = 2", 2, "was changed"),
        ("UPDATE appeals_entry SET previous_hash = 'x' WHERE sequence = 3", 3, "does not follow"),
        ("DELETE FROM appeals_entry WHERE sequence = 2", 2, "is missing"),
        (
            "DELETE FROM appeals_notice; DELETE FROM appeals_entry WHERE sequence = 4",
            4,
            "missing at the end",
        ),
        (
            "DELETE FROM appeals_notice; DELETE FROM appeals_rating; DELETE FROM appeals_entry",
            1,
            "missing at the end",
        ),
    ],
)
def test_a_tampered_entry_is_named(order, sequence, reason, story):
    _tamper(order)
    other = appeal()  # a sound neighbour is not accused
    [fault] = faults()
    assert isinstance(fault, Fault)
    assert (fault.appeal_number, fault.sequence) == (story.number, sequence)
    assert reason in fault.reason
    assert other.number != fault.appeal_number


@pytest.mark.django_db
def test_text_answer_and_telephone_are_proved_but_not_written(story):
    by = story.registered_by
    correct(story.pk, by=by, values={"text": f"{SECRET}, {PHONE}", "complained_official": "Əli"})
    note(story.pk, by=by, text=f"Zəng: {PHONE} Məmmədov")
    whole = json.dumps(list(story.entries.values()), default=str, ensure_ascii=False)
    for personal in (SECRET, "Məmmədov", PHONE, PHONE[1:], story.answer_text):
        assert personal not in whole
    assert story.entries.get(kind="correct").changes == {
        "text": "changed", "complained_official": "changed"
    }  # fmt: skip
    assert story.entries.get(kind="register").personal_digest


@pytest.mark.django_db
def test_who_acts_for_another_is_written_with_both_names():
    head, deputy = person(Role.SECTOR_HEAD, "Həsənov"), person(surname="Quliyeva")
    one = appeal(deputy)
    Delegation.objects.create(
        principal=head, delegate=deputy, valid_from="2020-01-01", order_number="12",
        order_on="2020-01-01",
    )  # fmt: skip
    del deputy._standing
    take(one.pk, by=deputy)
    entry = one.entries.get(kind="take")
    assert (entry.actor_name, entry.acting_for_name) == ("Quliyeva Ad", "Həsənov Ad")


@pytest.mark.django_db
def test_a_step_that_fails_leaves_neither_change_nor_entry(story):
    with pytest.raises(IntegrityError), transaction.atomic():
        correct(story.pk, by=story.registered_by, values={"topic_id": 10**9})
        connection.check_constraints()
    assert Appeal.objects.get(pk=story.pk).version == story.version
    assert story.entries.count() == 4


def test_two_who_take_at_once_are_one_who_takes_and_one_who_is_told(committed):
    first, second = person(surname="Birinci"), person(surname="İkinci")
    one = appeal(first)
    told = at_once([lambda by=by: take(one.pk, by=by) for by in (first, second)])
    [late] = [row for row in told if isinstance(row, AlreadyDone)]
    kept = Appeal.objects.get(pk=one.pk)
    assert kept.owner.last_name in str(late)
    assert one.entries.filter(kind="take").count() == 1
    assert list(faults()) == []


def test_a_held_appeal_is_busy_and_nothing_is_written(committed):
    by = person()
    one = appeal(by)
    held, free = threading.Event(), threading.Event()

    def colleague() -> None:
        try:
            with hold(one.pk):
                held.set()
                free.wait(timeout=20)
        finally:
            connection.close()

    thread = threading.Thread(target=colleague)
    thread.start()
    try:
        assert held.wait(timeout=20)
        with connection.cursor() as cursor:
            cursor.execute("SHOW lock_timeout")
            assert cursor.fetchone() == ("3s",)
            cursor.execute("SET lock_timeout = '50ms'")
        with pytest.raises(Busy):
            take(one.pk, by=by)
    finally:
        free.set()
        thread.join()
    take(one.pk, by=by)
    assert one.entries.filter(kind="take").count() == 1
