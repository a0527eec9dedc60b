"""Statements with a kept plan: the same answers, whether the plan is there, was lost or is another's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import Error, connection, transaction
from django.test.utils import CaptureQueriesContext

from callcenter import prepared

pytestmark = pytest.mark.django_db(transaction=True)
SUM = "SELECT n, %s::int FROM generate_series(1, %s::int) AS n WHERE n %% 2 = 0"


@pytest.fixture(autouse=True)
def no_plan_outlives_its_test() -> Iterator[None]:
    prepared._names.clear()
    yield
    connection.close()


def asked(*values: int) -> tuple[list[tuple[int, int]], list[str]]:
    with CaptureQueriesContext(connection) as told:
        found = prepared.rows(SUM, values)
    return found, [line["sql"].split()[0] for line in told]


def test_it_is_prepared_once_and_answers_for_other_values() -> None:
    assert asked(7, 4) == ([(2, 7), (4, 7)], ["PREPARE", "EXECUTE"])
    assert asked(8, 2) == ([(2, 8)], ["EXECUTE"])


def test_in_a_transaction_it_is_asked_as_it_stands() -> None:
    with transaction.atomic():
        assert asked(7, 2) == ([(2, 7)], ["SELECT"])


def test_no_more_plans_are_kept_than_a_few(monkeypatch) -> None:
    monkeypatch.setattr(prepared, "MOST", 2)
    for n in range(5):
        assert prepared.rows(f"SELECT {n} + %s", [1]) == [(n + 1,)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements")
        assert cursor.fetchone()[0] <= 2


def test_a_plan_that_is_lost_or_anothers_is_done_without() -> None:
    with connection.cursor() as cursor:
        assert asked(7, 2)[0] == [(2, 7)]
        cursor.execute("DEALLOCATE ALL")
        assert asked(7, 2) == ([(2, 7)], ["EXECUTE", "DEALLOCATE", "SELECT"])
        prepared.rows(SUM, [7, 2])
        prepared._names.clear()
        assert asked(7, 2) == ([(2, 7)], ["PREPARE", "DEALLOCATE", "SELECT"])
        assert asked(7, 2) == ([(2, 7)], ["PREPARE", "EXECUTE"])


def test_behind_a_pooler_no_plan_answers_another_statement() -> None:
    """A client prepared its statement on another connection of the database than it is now given."""
    one, other = "SELECT %s::int + 1", "SELECT %s::int + 2"
    assert prepared.rows(other, [1]) == [(3,)]
    of_other = prepared._names.pop(connection.connection)
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    assert prepared.rows(one, [1]) == [(2,)]
    prepared._names[connection.connection] = of_other
    assert prepared.rows(other, [1]) == [(3,)]


def test_a_table_changed_meanwhile_is_read_as_it_is_now() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE changing AS SELECT 1 AS n")
        assert prepared.rows("SELECT n FROM changing") == [(1,)]
        cursor.execute("ALTER TABLE changing ALTER n TYPE text USING 'one'")
        assert prepared.rows("SELECT n FROM changing") == [("one",)]
        assert prepared.rows("SELECT n FROM changing") == [("one",)]


def test_what_is_wrong_with_the_statement_is_told() -> None:
    with pytest.raises(Error, match="division by zero"):
        prepared.rows("SELECT 1 / %s::int", [0])
