"""The work itself: opening an appeal, registering, answering, closing."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from bench.client import Answer
from bench.floor import rows_of
from bench.measures import Ask, Bench, Setup, measure

ONE = """
SELECT a.*, t.name_az, p.surname, p.given_name, u.last_name, s.name_az FROM appeals_appeal a
JOIN appeals_topic t ON t.id = a.topic_id LEFT JOIN appeals_applicant p ON p.id = a.applicant_id
LEFT JOIN people_user u ON u.id = a.owner_id LEFT JOIN people_structure s ON s.id = a.responsible_id
WHERE a.number = %s
"""
ENTRIES = "SELECT at, actor_name, kind, note, changes FROM appeals_entry WHERE appeal_id = %s ORDER BY sequence DESC"
REFERRALS = "SELECT structure_name, status, due_at FROM routing_referral WHERE appeal_id = %s"


def _with_journal(bench: Bench, length: int) -> tuple[int, str]:
    """An appeal in the middle of the table with so many entries."""
    found = bench.rows(
        "SELECT id, number FROM appeals_appeal WHERE journal_length BETWEEN %s AND %s AND id > %s "
        "AND NOT is_restricted ORDER BY id LIMIT 1",
        length if length < 100 else length - 10,
        length,
        bench.appeals // 2 if length < 100 else 0,
    )
    return found[0]


def _open_floor(length: int) -> Setup:
    def setup(bench: Bench) -> Ask:
        pk, number = _with_journal(bench, length)
        return rows_of((ONE, (number,)), (ENTRIES, (pk,)), (REFERRALS, (pk,)))(bench)

    return setup


def _opening(length: int) -> Setup:
    def setup(bench: Bench) -> Ask:
        _pk, number = _with_journal(bench, length)
        reader = bench.signed_in("operator1")
        return lambda: reader.get(f"/appeals/{quote(number)}/")

    return setup


measure("open: an appeal with 5 entries", target_ms=30, floor=_open_floor(5))(_opening(5))
measure("open: an appeal with 200 entries", target_ms=30, floor=_open_floor(200))(_opening(200))
measure("open: an appeal with 500 entries", target_ms=60, floor=_open_floor(500))(_opening(500))


@measure("desk: the empty form", target_ms=30)
def desk(bench: Bench) -> Ask:
    reader = bench.signed_in("operator1")
    return lambda: reader.get("/desk/")


def _intake(bench: Bench, **more: object) -> dict[str, Any]:
    topic = bench.rows("SELECT id FROM appeals_topic WHERE code = 'tax-voen'")[0][0]
    region = bench.rows("SELECT id FROM appeals_region ORDER BY id LIMIT 1")[0][0]
    return {
        "kind": "application", "topic": topic, "channel": "phone", "language": "az",
        "q_payer_kind": "fiziki şəxs",  # what the topic asks
        "text": "VÖEN şəhadətnaməsini itirib, dublikatının verilməsini xahiş edir.",
        "region": region, "caller_phone": "0501234567", "applicant": bench.appeals // 5, **more,
    }  # fmt: skip


def _register_floor(bench: Bench) -> Ask:
    """The least that could be written: the appeal, its journal entry, its clock, in one transaction."""
    columns = "kind, topic_id, text, channel, language, region_id, applicant_id, caller_phone"
    own = bench.rows("SELECT max(id) FROM appeals_appeal")[0][0]
    copied = [
        row[0]
        for row in bench.rows(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'appeals_appeal' "
            "AND is_generated = 'NEVER' AND column_name NOT IN ('id', 'client_id', 'number', 'serial')"
        )
    ]
    names = ", ".join(copied)
    insert = (
        f"INSERT INTO appeals_appeal (client_id, number, serial, {names}) "
        f"SELECT %s, %s, 0, {names} FROM appeals_appeal WHERE id = %s RETURNING id"
    )
    assert columns
    connection = bench.connection

    def ask() -> Answer | None:
        given = uuid.uuid4()
        connection.autocommit = False
        with connection.cursor() as cursor:
            cursor.execute(insert, [str(given), f"f-{given}", own])
            pk = cursor.fetchone()[0]
            cursor.execute(
                "INSERT INTO appeals_entry (appeal_id, sequence, at, written_at, actor_name, "
                "acting_for_name, kind, note, changes, personal_digest, is_imported, is_internal, "
                "previous_hash, hash) VALUES (%s, 1, now(), now(), 'x', '', 'register', '', '{}', '', "
                "false, false, '', '')",
                [pk],
            )
            cursor.execute(
                "INSERT INTO appeals_clock (appeal_id, use, basis, quantity, unit, started_at, due_at) "
                "VALUES (%s, 'appeal', '', 15, 'working_days', now(), now())",
                [pk],
            )
        connection.rollback() if pk < 0 else connection.commit()
        connection.autocommit = True
        return None

    return ask


@measure("register: to be considered", target_ms=30, floor=_register_floor, times=40)
def registered(bench: Bench) -> Ask:
    reader = bench.signed_in("operator1")
    reader.get("/desk/")
    values = _intake(bench)
    return lambda: reader.post("/desk/", values | {"client_id": uuid.uuid4()})


@measure("register: answered at once", target_ms=30, times=40)
def registered_answered(bench: Bench) -> Ask:
    reader = bench.signed_in("operator1")
    reader.get("/desk/")
    outcome = bench.rows("SELECT id FROM appeals_outcome WHERE code = 'explained'")[0][0]
    values = _intake(
        bench, kind="question", answer="Qayda izah edildi, müraciətçi razı qaldı.", outcome=outcome
    )
    return lambda: reader.post("/desk/", values | {"client_id": uuid.uuid4()})


def _considered(bench: Bench, count: int) -> Iterator[tuple[int, int]]:
    return iter(
        bench.rows(
            "SELECT id, version FROM appeals_appeal WHERE is_open AND status = 'considered' "
            "AND NOT is_restricted ORDER BY id DESC LIMIT %s",
            count,
        )
    )


@measure("answer: prepared by the sector", target_ms=30, times=40)
def answered(bench: Bench) -> Ask:
    reader = bench.signed_in("operator1")
    reader.get("/desk/")
    waiting = _considered(bench, 60)

    def ask() -> Answer:
        pk, version = next(waiting)
        values = {"text": "Məsələ araşdırıldı və izah edildi.", "version": version}
        return reader.post(f"/appeal/{pk}/do/answer/", values)

    return ask


@measure("answer: told and closed", target_ms=30, times=40)
def closed(bench: Bench) -> Ask:
    reader = bench.signed_in("operator1")
    reader.get("/desk/")
    outcome = bench.rows("SELECT id FROM appeals_outcome WHERE code = 'explained'")[0][0]
    waiting = _considered(bench, 60)

    def ask() -> Answer:
        pk, version = next(waiting)
        values = {
            "outcome": outcome, "text": "Məsələ araşdırıldı və izah edildi.", "version": version,
        }  # fmt: skip
        return reader.post(f"/appeal/{pk}/do/close/", values)

    return ask
