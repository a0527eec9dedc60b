"""Background work of the appeals."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from appeals.actions.attachments import scan_again, sweep_files, unscanned
from appeals.actions.bulk import advance, forget_bulk, unfinished_bulk
from appeals.actions.drafts import sweep_drafts
from appeals.actions.receipts import ask_gateway
from appeals.actions.recomputing import owe_recomputation, recompute, unfinished
from appeals.actions.sending import deliver, due_notices
from appeals.reception.actions import remind
from appeals.reception.reminders import due_reminders
from appeals.recomputing import differences
from appeals.search import vocabulary
from callcenter.errors import Busy
from people.calendar import working_calendar

#: Seconds between two sweeps of notices (callcenter/schedule.py).
SWEEP = 20


@shared_task(ignore_result=True, soft_time_limit=60, time_limit=90)
def send_notice(notice_id: int) -> None:
    """One message handed over or one letter made; safe to run twice."""
    deliver(notice_id)


@shared_task(ignore_result=True, soft_time_limit=60, time_limit=90)
def ask_receipts() -> None:
    """Asks the gateway what became of messages nothing was heard of."""
    ask_gateway()


@shared_task(ignore_result=True)
def sweep_notices() -> None:
    """Finds every notice whose moment has come, whoever forgot to send it. What a busy worker does
    not begin before the next sweep is dropped and found again: a gateway that hangs fills no queue."""
    for notice_id in due_notices():
        send_notice.apply_async((notice_id,), expires=SWEEP)


@shared_task(ignore_result=True)
def remind_of_reception(reception_id: int) -> None:
    """One reminder; safe to run twice."""
    remind(reception_id)


@shared_task(ignore_result=True)
def sweep_receptions() -> None:
    """Finds every reception whose applicant is to be reminded now."""
    for reception_id in due_reminders(timezone.now()):
        remind_of_reception.delay(reception_id)


@shared_task(ignore_result=True)
def scan_file(attachment_id: int) -> None:
    """One file the scanner gave no answer for; safe to run twice."""
    scan_again(attachment_id)


@shared_task(ignore_result=True)
def sweep_scans() -> None:
    """Finds every file whose scan failed."""
    for attachment_id in unscanned():
        scan_file.delay(attachment_id)


@shared_task(ignore_result=True)
def sweep_strays() -> None:
    """Forgets old drafts, then takes away files that belong to nothing."""
    sweep_drafts(timezone.now())
    sweep_files(timezone.now())


@shared_task(
    ignore_result=True, autoretry_for=(Busy,), max_retries=5, soft_time_limit=1500, time_limit=1800
)
def recompute_terms(run_id: int) -> None:
    """One run; it goes on from where it stood, and a repeat moves nothing."""
    recompute(run_id)


@shared_task(ignore_result=True)
def sweep_recomputations() -> None:
    """Goes on with runs that a lost worker or a missing Redis left unfinished."""
    for run_id in unfinished():
        recompute_terms.delay(run_id)


@shared_task(ignore_result=True, soft_time_limit=1500, time_limit=1800)
def check_terms() -> None:
    """Every night: a term counted by a calendar that changed in that moment is found and moved."""
    if not unfinished() and any(found for _pk, found in differences(working_calendar())):
        recompute_terms.delay(owe_recomputation().pk)


@shared_task(ignore_result=True)
def count_words() -> None:
    """Words of the appeals registered since the last time, for the search."""
    vocabulary.refresh()


@shared_task(ignore_result=True, soft_time_limit=3300, time_limit=3600)
def count_words_anew() -> None:
    """All words, with those of answers written later."""
    vocabulary.rebuild()


@shared_task(
    ignore_result=True, autoretry_for=(Busy,), max_retries=5, soft_time_limit=1500, time_limit=1800
)
def advance_bulk(run_id: int) -> None:
    """A step for many appeals, in stretches; safe to run twice at once."""
    while advance(run_id):
        pass


@shared_task(ignore_result=True)
def sweep_bulk() -> None:
    """Goes on with steps a lost worker or a missing Redis left unfinished, and forgets old ones."""
    for run_id in unfinished_bulk():
        advance_bulk.delay(run_id)
    forget_bulk()
