"""A world several times as busy, made out of a measured one: `python -m bench grow --times 10`.

Every appeal, applicant, contact, referral and fact of the measured database stands in the grown one
so many times, in the order of time: the same days, so many times the traffic. Copies have numbers,
telephones and keys of their own and the same words. What hangs on one appeal alone and is read with
it (entries of the journal, steps, clocks, notices) is there for the first of each copies only.

The rows come by COPY out of the measured database, which is only read and may be on another server,
into tables emptied in the same transaction: nothing is written twice. Values the database computes
(folded texts, words) are taken over as they are. It refuses to begin, and to go on, where the disk
would be left with less than RESERVE.
"""

from __future__ import annotations

import argparse
import os
import sys
import threading
import time
from collections.abc import Iterable
from typing import Any

import psycopg2

from bench import indexes, place

#: Bytes of disk that stay free whatever happens.
RESERVE = 8 << 30
#: Room for sorting while indexes are built, and what the rows of copies are wider by.
SPARE = 3 << 30
#: Percent of an index that grew row by row which the same index takes when built at once.
PACKED = 75
MEMORY_MB = 2048
#: Tables whose rows stand there once a copy; all others have their rows once.
GROWN = (
    "appeals.Applicant", "appeals.Contact", "appeals.Appeal", "routing.Referral",
    "reports.AppealFact", "reports.ReferralFact", "reports.OpenFact",
)  # fmt: skip
#: Large tables of single rows: their indexes too are built after the rows.
LARGE = (
    "appeals.Entry", "appeals.Note", "appeals.Notice", "appeals.Clock", "appeals.ClockSegment",
    "reports.StepFact",
)  # fmt: skip
#: Made by migrations, or of no use to the copy.
LEFT = ("contenttypes.ContentType", "auth.Permission", "reports.StaleAppeal", "reports.MonthMark")

_PHONE = (
    "CASE WHEN {i} = 0 OR {v} !~ '^[+]994[0-9]{{9}}$' THEN {v} ELSE"
    " left({v}, 6) || lpad(((right({v}, 7)::int + {i} * 1234567) % 10000000)::text, 7, '0') END"
)
#: What the floor of registering has written has no serial and a number of its own.
_SERIAL = "(CASE WHEN serial = 0 THEN 0 ELSE (serial - 1) * {n} + {i} + 1 END)"
_NUMBER = (
    "(CASE WHEN serial = 0 THEN number || {i} ELSE"
    f" left(number, -6) || lpad({_SERIAL}::text, greatest(6, length({_SERIAL}::text)), '0') END)"
)
#: Values of a copy that are not simply those of its pattern: of row {i} out of {n}, {v} its pattern's.
CHANGED: dict[tuple[str, str], str] = {
    ("appeals.Appeal", "serial"): _SERIAL,
    ("appeals.Appeal", "number"): _NUMBER,
    ("appeals.Appeal", "caller_phone"): _PHONE,
    ("appeals.Appeal", "searched"): (
        f"replace({{v}}, right(number, 6) || ' ', right({_NUMBER}, -8) || ' ')"
    ),
    ("appeals.Appeal", "search"): (
        f"replace({{v}}::text, quote_literal(right(number, 6)) || ':',"
        f" quote_literal(right({_NUMBER}, -8)) || ':')"
    ),
    ("appeals.Contact", "value"): _PHONE,
    ("appeals.Contact", "raw"): _PHONE,
    ("appeals.Entry", "referral_ref"): "({v} - 1) * {n} + 1",
    ("appeals.Attachment", "referral_ref"): "({v} - 1) * {n} + 1",
    ("appeals.RegistrationYear", "last"): "{v} * {n}",
    ("appeals.Word", "documents"): "{v} * {n}",
    ("appeals.WordsRead", "last_id"): "{v} * {n}",
    ("appeals.WordsRead", "last_applicant_id"): "{v} * {n}",
    ("appeals.WordsRead", "appeals"): "{v} * {n}",
    ("appeals.NameWord", "people"): "{v} * {n}",
    ("reports.AppealFact", "change"): "({v} - 1) * {n} + {i} + 1",
    ("reports.ReferralFact", "change"): "({v} - 1) * {n} + {i} + 1",
}
#: Appeals of the load itself: those with keys up to their number.
_loaded = 0
CHANGES = "reports_fact_change"
GROWN_FROM = "CREATE TABLE IF NOT EXISTS bench_grown (appeals bigint NOT NULL, times int NOT NULL)"


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench grow", description=__doc__.split("\n")[0]
    )
    parser.add_argument("--appeals", type=int, default=1_000_000, help="of the measured database")
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument(
        "--out-of", default="", help="address of the measured database, if elsewhere"
    )
    parser.add_argument("--measure", action="store_true", help="compare the two, once it is there")
    parser.add_argument("--only", default="", help="areas or beginnings of names to be measured")
    chosen = parser.parse_args(arguments)
    small = chosen.out_of or place.address(chosen.appeals)
    place.prepare(chosen.appeals, chosen.times)
    import django

    django.setup()
    ensure(small, chosen.appeals, chosen.times)
    if chosen.measure:
        from bench import growth

        growth.compare(small, chosen.appeals, chosen.times, chosen.only)


def ensure(small: str, appeals: int, times: int) -> None:
    """The grown database, made unless it stands there whole."""
    from django.core.management import call_command

    target = place.connect()
    target.autocommit = True
    with target.cursor() as cursor:
        cursor.execute(GROWN_FROM)
        cursor.execute("SELECT times FROM bench_grown")
        if cursor.fetchone() is not None:
            call_command("migrate", verbosity=0)
            print(f"The database of {appeals:,} × {times} stands there already.")
            return
    global _loaded
    _loaded = appeals
    source = place.connect_to(small)
    source.set_session(readonly=True)
    began = time.monotonic()
    _check_room(source, target, times)
    with target.cursor() as cursor:
        # Whatever one that was stopped left behind.
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
        cursor.execute(GROWN_FROM)
    call_command("migrate", verbosity=0)
    with target.cursor() as cursor:
        taken = indexes.take_down(cursor, [_table(name) for name in (*GROWN, *LARGE)])
    target.autocommit = False
    _copy_all(source, target, times)
    target.commit()
    _say(began, "rows")
    target.autocommit = True

    def built(index: indexes.Index) -> None:
        _say(began, index.name)
        _still_room(target)

    indexes.put_back(taken, place.connect, built, MEMORY_MB)
    with target.cursor() as cursor:
        cursor.execute(f"SET maintenance_work_mem = '{MEMORY_MB}MB'")
        cursor.execute("VACUUM (ANALYZE)")
    from reports.facts.months import mark_months

    mark_months()
    with target.cursor() as cursor:
        cursor.execute("INSERT INTO bench_grown VALUES (%s, %s)", [appeals, times])
    target.close()
    source.close()
    _say(began, "all")


def _models() -> Iterable[Any]:
    from django.apps import apps

    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model._meta.label not in LEFT
    ]


def _table(label: str) -> str:
    from django.apps import apps

    table: str = apps.get_model(label)._meta.db_table
    return table


def _copy_all(source: Any, target: Any, times: int) -> None:
    """Every table, emptied and filled in one transaction, so that its rows need no log and no vacuum."""
    with source.cursor() as reading, target.cursor() as writing:
        writing.execute("SET LOCAL session_replication_role = replica")
        reading.execute("SELECT table_name FROM information_schema.tables")
        there = {row[0] for row in reading.fetchall()}
        models = [model for model in _models() if model._meta.db_table in there]
        writing.execute("TRUNCATE " + ", ".join(f'"{m._meta.db_table}"' for m in models))
        for model in models:
            _still_room(target)
            began = time.monotonic()
            _computed(writing, model, is_on=False)
            count = _copy(reading, writing, model, times)
            _computed(writing, model, is_on=True)
            _count_on(writing, model)
            if count > 100_000:
                _say(began, f"{count:,} rows of {model._meta.db_table}")
        reading.execute(f"SELECT last_value FROM {CHANGES}")
        writing.execute(f"SELECT setval('{CHANGES}', %s)", [reading.fetchone()[0] * times])


def _computed(cursor: Any, model: Any, *, is_on: bool) -> None:
    """Whether the database computes the computed columns itself: not while they are taken over."""
    names = [field.column for field in model._meta.concrete_fields if field.generated]
    if names:
        cursor.execute(
            "UPDATE pg_attribute SET attgenerated = %s"
            " WHERE attrelid = %s::regclass AND attname = ANY(%s)",
            ["s" if is_on else "", model._meta.db_table, names],
        )


def _copy(reading: Any, writing: Any, model: Any, times: int) -> int:
    """One table through a pipe; how many rows."""
    meta = model._meta
    is_grown = meta.label in GROWN
    i = "i" if is_grown else "0"
    fields = meta.concrete_fields
    reading.execute(f'SELECT * FROM "{meta.db_table}" LIMIT 0')
    there = {column.name for column in reading.description}
    values = ", ".join(
        _value(model, field, times, i) if field.column in there else _default(reading, field)
        for field in fields
    )
    names = ", ".join(f'"{field.column}"' for field in fields)
    more = f", generate_series(0, {times - 1}) AS i" if is_grown else ""
    order = f' ORDER BY "{meta.pk.column}"' if is_grown else ""
    only = _of_the_load(model)
    rows = f'SELECT t.*{more} FROM "{meta.db_table}" t{only}{order}'
    read_end, write_end = os.pipe()
    failed: list[BaseException] = []

    def read() -> None:
        try:
            with os.fdopen(write_end, "wb", 1 << 20) as out:
                reading.copy_expert(f"COPY (SELECT {values} FROM ({rows}) t) TO STDOUT", out)
        except (psycopg2.Error, OSError) as error:
            failed.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    with os.fdopen(read_end, "rb", 1 << 20) as rows_of_it:
        writing.copy_expert(
            f'COPY "{meta.db_table}" ({names}) FROM STDIN WITH (FREEZE)', rows_of_it, 1 << 20
        )
    reader.join()
    if failed:
        raise failed[0]
    return int(writing.rowcount)


def _value(model: Any, field: Any, times: int, i: str) -> str:
    """What a copy has in a column, in SQL."""
    from django.db import models

    label, column = model._meta.label, f'"{field.column}"'
    changed = CHANGED.get((label, field.name))
    if changed is not None:
        return changed.format(v=column, i=i, n=times)
    is_count = isinstance(field, models.IntegerField) and not field.primary_key
    if label == "reports.DayFact" and is_count:
        return f"{column} * {times}"
    to = field.remote_field.model if field.remote_field else None
    is_own = field.primary_key and to is None and label in GROWN
    if is_own or (to is not None and to._meta.label in GROWN):
        return f"({column} - 1) * {times} + {i} + 1"
    if i == "0":
        return column
    if to is not None and field.unique:
        return f"CASE WHEN {i} = 0 THEN {column} END"  # the one there is belongs to the first
    if isinstance(field, models.UUIDField):
        return f"CASE WHEN {i} = 0 THEN {column} ELSE md5({column}::text || {i})::uuid END"
    return column


def _of_the_load(model: Any) -> str:
    """Thousands of one text that measures have registered would lie on top of all: left out."""
    if model._meta.label == "appeals.Appeal":
        return f" WHERE id <= {_loaded}"
    if model._meta.label in GROWN and any(f.name == "appeal" for f in model._meta.fields):
        return f" WHERE appeal_id <= {_loaded}"
    return ""


def _default(cursor: Any, field: Any) -> str:
    """What a column holds that a later migration has added."""
    from django.db import connection

    value = field.get_db_prep_save(field.get_default(), connection)
    told: str = cursor.mogrify("%s", [value]).decode()
    return told


def _count_on(cursor: Any, model: Any) -> None:
    """New rows get keys after the last."""
    table, key = model._meta.db_table, model._meta.pk.column
    cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [f'"{table}"', key])
    found = cursor.fetchone()
    if found[0]:
        cursor.execute(f'SELECT setval(%s, coalesce(max("{key}"), 1)) FROM "{table}"', [found[0]])


def _check_room(source: Any, target: Any, times: int) -> None:
    """What it will take, before anything is done."""
    needed = SPARE
    with source.cursor() as cursor:
        for model in _models():
            cursor.execute(
                "SELECT pg_table_size(found) + pg_indexes_size(found) * %s / 100"
                " FROM to_regclass(%s) found",
                [PACKED, model._meta.db_table],
            )
            size = cursor.fetchone()[0] or 0
            needed += size * (times if model._meta.label in GROWN else 1)
    free = _free(target)
    if free is None:
        print(f"About {needed >> 30} GB are needed on the server's disk.")
        return
    print(f"About {needed >> 30} GB are needed; {free >> 30} GB are free.")
    if free - needed < RESERVE:
        raise SystemExit(f"{RESERVE >> 30} GB would not stay free.")


def _still_room(target: Any) -> None:
    free = _free(target)
    if free is not None and free < RESERVE:
        raise SystemExit("The disk is nearly full: nothing more is written.")


def _free(target: Any) -> int | None:
    """Bytes free where the server keeps its data; unknown when that is not on this machine."""
    with target.cursor() as cursor:
        cursor.execute("SHOW data_directory")
        where = cursor.fetchone()[0]
    try:
        found = os.statvfs(where)
    except OSError:
        return None
    return found.f_bavail * found.f_frsize


def _say(began: float, what: str) -> None:
    sys.stderr.write(f"{time.monotonic() - began:6.0f} s  {what}\n")
