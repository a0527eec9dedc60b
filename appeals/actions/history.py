"""The past of another system taken over: appeals with their own dates, marked as imported.

Nobody is told, nothing is owed for what has ended, and no row comes twice.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import connection, transaction
from django.utils import timezone

from appeals.actions.applicants import save_applicant
from appeals.actions.gate import patient, told
from appeals.journal import compose, digest, record
from appeals.kinds import Kind
from appeals.lifecycle import ACTIONS, Action, Status
from appeals.models import Appeal, Applicant, Clock, ClockSegment, Entry, TermRule
from appeals.numbering import take_numbers
from appeals.policies import roles_of
from appeals.terms import start_answer_clock
from callcenter.errors import NotAllowed
from people.calendar import working_calendar
from people.models import User

#: From registered to where the appeal stood, step by step.
WAY = {
    Status.REGISTERED: (),
    Status.CONSIDERED: (Action.TAKE,),
    Status.WAITING: (Action.TAKE, Action.ASK_APPLICANT),
    Status.REFERRED: (Action.REFER,),
    Status.ANSWERED: (Action.ANSWER,),
    Status.CLOSED: (Action.CLOSE,),
    Status.LEFT: (Action.LEAVE,),
}
#: Longest clock a row can hold, working days.
LONGEST_TERM = 32_000


@dataclass
class Past:
    """One appeal of the other system, in our words; every reference is a key of ours."""

    key: str
    kind: str
    topic_id: int
    text: str
    registered_at: dt.datetime
    status: Status = Status.CLOSED
    received_at: dt.datetime | None = None
    answered_at: dt.datetime | None = None
    closed_at: dt.datetime | None = None
    due_at: dt.datetime | None = None
    moved_at: dt.datetime | None = None
    channel: str = "phone"
    language: str = "az"
    region_id: int | None = None
    responsible_id: int | None = None
    complained_structure_id: int | None = None
    complained_official: str = ""
    outcome_id: int | None = None
    ground_id: int | None = None
    answer: str = ""
    answer_source: str = ""
    is_restricted: bool = False
    is_anonymous: bool = False
    caller_phone: str = ""
    applicant: dict[str, str] = field(default_factory=dict)
    email: str = ""


def known_keys(source: str, keys: Iterable[str]) -> set[str]:
    """Those that were taken over already."""
    found = Appeal.objects.filter(source_system=source, source_key__in=list(keys))
    return set(found.values_list("source_key", flat=True))


def import_past(
    source: str, past: Sequence[Past], *, by: User | None, terms_by_law: bool = False
) -> int:
    """Take over a batch: all of it or nothing; how many were new.

    The journal keeps the other system's dates, each entry marked as imported. An open appeal gets
    a running term: its own due date, or the law's where it has none and that is asked for.
    """
    if not ACTIONS[Action.IMPORT].roles & roles_of(by):
        raise NotAllowed()
    with patient(), transaction.atomic():
        with connection.cursor() as cursor:
            # Two imports of one source at once take turns, so that neither writes what the other has.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"import:{source}"])
        there = known_keys(source, [row.key for row in past])
        fresh = [row for row in past if row.key not in there]
        if fresh:
            _write(source, fresh, by, terms_by_law)
    return len(fresh)


def _write(source: str, past: list[Past], by: User | None, terms_by_law: bool) -> None:
    per_year = Counter(timezone.localtime(row.registered_at).year for row in past)
    numbers = {year: iter(take_numbers(year, count)) for year, count in sorted(per_year.items())}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('appeals_appeal', 'id')) "
            "FROM generate_series(1, %s)",
            [len(past)],
        )
        ids = [pk for (pk,) in cursor.fetchall()]
    appeals: list[Appeal] = []
    entries: list[Entry] = []
    for pk, row in zip(ids, past, strict=True):
        number, year, serial = next(numbers[timezone.localtime(row.registered_at).year])
        appeal = _appeal(source, row, by)
        appeal.pk, appeal.number, appeal.year, appeal.serial = pk, number, year, serial
        entries += _journal(appeal, row, by)
        appeals.append(appeal)
    Appeal.objects.bulk_create(appeals)
    Entry.objects.bulk_create(entries)
    for appeal, row in zip(appeals, past, strict=True):
        if row.status not in (Status.CLOSED, Status.LEFT):
            _run_term(appeal, row, by, terms_by_law)


def _appeal(source: str, row: Past, by: User | None) -> Appeal:
    is_complaint = row.kind == Kind.COMPLAINT
    applicant = _applicant(row, by)
    return Appeal(
        kind=row.kind,
        topic_id=row.topic_id,
        text=row.text,
        channel=row.channel,
        language=row.language,
        region_id=row.region_id,
        applicant=applicant,
        caller_phone=row.caller_phone,
        is_anonymous=row.is_anonymous and applicant is None and not row.caller_phone,
        complained_structure_id=row.complained_structure_id if is_complaint else None,
        complained_official=row.complained_official if is_complaint else "",
        is_restricted=row.is_restricted,
        status=str(row.status),
        outcome_id=row.outcome_id,
        ground_id=row.ground_id,
        answer_text=row.answer,
        answer_source=row.answer_source,
        responsible_id=row.responsible_id,
        received_at=row.received_at or row.registered_at,
        registered_at=row.registered_at,
        answered_at=row.answered_at or (row.closed_at if row.status == Status.CLOSED else None),
        closed_at=row.closed_at,
        due_at=row.due_at,
        moved_at=row.closed_at or row.moved_at or row.registered_at,
        source_system=source,
        source_key=row.key,
        registered_by=None,
    )


def _applicant(row: Past, by: User | None) -> Applicant | None:
    """Known by FIN, VÖEN, or telephone and name together; otherwise new."""
    values = {name: value for name, value in row.applicant.items() if value}
    name = {part: values.get(part, "") for part in ("surname", "given_name", "organisation_name")}
    if not any(name.values()):
        return None
    for key in ("fin", "voen"):
        if key in values:
            known = Applicant.objects.filter(**{key: values[key], "erased_at": None}).first()
            if known is not None:
                return known
    if row.caller_phone:
        known = Applicant.objects.filter(
            **name, contacts__value=row.caller_phone, erased_at=None
        ).first()
        if known is not None:
            return known
    return save_applicant(
        by=by,
        values={**values, "language": row.language, "region_id": row.region_id},
        phones=[row.caller_phone] if row.caller_phone else [],
        emails=[row.email] if row.email else [],
    )


def _journal(appeal: Appeal, row: Past, by: User | None) -> list[Entry]:
    """Its registration there, and each step by which it came to where it stood."""
    names = (
        "kind", "topic_id", "channel", "language", "region_id", "applicant_id", "due_at",
        "responsible_id", "complained_structure_id", "is_restricted", "is_anonymous",
        "source_system", "source_key",
    )  # fmt: skip
    values = {name: told(getattr(appeal, name)) for name in names}
    changes: dict[str, object] = {
        name: [None, value] for name, value in values.items() if value not in ("", None, False)
    }
    status = Status.REGISTERED
    changes["status"] = [None, str(status)]
    entries = [
        compose(
            appeal, str(Action.IMPORT), by=by, at=row.registered_at, changes=changes,
            personal_digest=digest(appeal.text, appeal.caller_phone), is_imported=True,
        )
    ]  # fmt: skip
    for action in WAY[row.status]:
        target = ACTIONS[action].to
        assert target is not None
        changes = {"status": [str(status), str(target)]}
        ended = action in (Action.CLOSE, Action.LEAVE)
        if ended:
            changes |= {
                name: [None, told(getattr(appeal, name))]
                for name in ("outcome_id", "ground_id", "closed_at", "answered_at")
                if getattr(appeal, name) is not None
            }
        moment = row.closed_at if ended else row.moved_at
        entries.append(
            compose(
                appeal, str(action), by=by, at=moment or row.registered_at, changes=changes,
                personal_digest=digest(appeal.answer_text) if appeal.answer_text else "",
                is_imported=True,
            )
        )  # fmt: skip
        status = target
    return entries


def _run_term(appeal: Appeal, row: Past, by: User | None, by_law: bool) -> None:
    """The clock an open appeal goes on with."""
    if row.due_at is None:
        clock = start_answer_clock(appeal, at=row.registered_at) if by_law else None
        if clock is not None:
            appeal.due_at = clock.due_at
            record(
                appeal, str(Action.RECOMPUTE), by=by, at=row.moved_at or row.registered_at,
                changes={"due_at": [None, told(appeal.due_at)]}, is_imported=True,
            )  # fmt: skip
            appeal.save(update_fields=["due_at", "journal_length", "journal_head"])
        return
    days = working_calendar().working_days_between(
        timezone.localtime(row.registered_at).date(), timezone.localtime(row.due_at).date()
    )
    clock = Clock.objects.create(
        appeal=appeal, use=Clock.Use.APPEAL, basis=appeal.source_system,
        quantity=max(0, min(days, LONGEST_TERM)), unit=TermRule.Unit.WORKING_DAYS,
        started_at=row.registered_at, due_at=row.due_at,
    )  # fmt: skip
    ClockSegment.objects.create(
        clock=clock, started_at=row.registered_at, is_running=True, reason="started"
    )
