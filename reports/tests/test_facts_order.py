"""No order of commits lets an entry of the journal be missed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from django.db import connection, transaction

from appeals import actions
from reports.facts.filling import fill
from reports.models import StaleAppeal


def test_one_makes_facts_at_a_time(committed, make_appeal) -> None:
    """Entries that commit while facts are being made are made by the next, whatever their order."""
    first, second = make_appeal(), make_appeal()
    fill()
    # The later entry is committed and filled while the earlier one's transaction is still open.
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            actions.note(first.pk, by=first.registered_by, text="Birinci")

            def later() -> int:
                try:
                    actions.note(second.pk, by=second.registered_by, text="İkinci")
                    return fill()
                finally:
                    connection.close()

            assert pool.submit(later).result(timeout=30) == 1
    assert list(StaleAppeal.objects.values_list("appeal_id", flat=True)) == [first.pk]
    assert fill() == 1
