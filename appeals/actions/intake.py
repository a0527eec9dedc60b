"""Registering: one call of a verb makes one appeal, however often it is repeated."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from appeals.actions.gate import patient, told
from appeals.actions.notices import owe, prepare
from appeals.journal import digest, record
from appeals.kinds import Channel, Kind, Language, NoticeReason
from appeals.lifecycle import ACTIONS, Action, Status
from appeals.models import (
    Appeal,
    AppealLink,
    AppealPerson,
    Applicant,
    Attachment,
    Draft,
    Entry,
    Outcome,
    Region,
    Topic,
)
from appeals.numbering import next_number
from appeals.policies import roles_of
from appeals.remedies import check_ground
from appeals.signals import appeal_registered, caller_answered
from appeals.steps import start_steps, stop_steps
from appeals.terms import start_answer_clock, stop
from callcenter.errors import NotAllowed, RuleBroken
from callcenter.identifiers import phone
from callcenter.text import clean
from people.models import Structure, User

#: Longest text of an appeal or an answer, characters.
LONGEST_TEXT = 100_000


@dataclass
class Intake:
    """What an operator has entered about one matter."""

    kind: str
    topic: Topic
    text: str
    channel: str = Channel.PHONE
    language: str = Language.AZ
    region: Region | None = None
    applicant: Applicant | None = None
    caller_phone: str = ""
    inquiry_sort: str = ""
    needs_study: bool = False
    topic_answers: dict[str, object] = field(default_factory=dict)
    complained_structure: Structure | None = None
    complained_official: str = ""
    complained_user: User | None = None
    is_restricted: bool = False
    is_corruption: bool = False
    is_collective: bool = False
    people: Sequence[dict[str, str]] = ()
    answer: str = ""  # given at once: the appeal is closed in the same save
    answer_source: str = ""  # knowledge it was read from; enough by itself
    outcome: Outcome | None = None

    @property
    def is_answered(self) -> bool:
        """Answered in the same contact, by words or by naming where the answer stands."""
        return bool(self.answer or self.answer_source)


def register(
    *,
    by: User | None,
    client_id: uuid.UUID,
    intake: Intake,
    visit: uuid.UUID | None = None,
    received_at: dt.datetime | None = None,
) -> Appeal:
    """Register an appeal on the day it is received (law.md 2.3) and start its term.

    With an answer it is closed in the same transaction and counts as answered at once. The same
    `client_id` again returns the appeal made before.
    """
    if Appeal.objects.filter(client_id=client_id).exists():
        return _own(Appeal.objects.get(client_id=client_id), by)
    if not ACTIONS[Action.REGISTER].roles & roles_of(by):
        raise NotAllowed()
    _check(intake)
    if received_at is not None and received_at > timezone.now():
        raise RuleBroken(
            "received_in_future", _("An appeal is not received in the future."), field="received_at"
        )
    try:
        with patient(), transaction.atomic():
            return _register(by, client_id, intake, visit or uuid.uuid4(), received_at)
    except IntegrityError:
        made = Appeal.objects.filter(client_id=client_id).first()
        if made is None:
            raise
        return _own(made, by)


def _own(made: Appeal, by: User | None) -> Appeal:
    if by is not None and made.registered_by_id != by.pk:
        raise NotAllowed()
    return made


def _check(intake: Intake) -> None:
    if intake.kind not in Kind.values:
        raise RuleBroken("kind_required", _("Choose the kind of the appeal."), field="kind")
    intake.text = clean(intake.text).strip()
    intake.answer = clean(intake.answer).strip()
    intake.answer_source = clean(intake.answer_source).strip()[:250]
    if not intake.text:
        raise RuleBroken("text_required", _("Write what the appeal is about."), field="text")
    for name in ("text", "answer"):
        if len(getattr(intake, name)) > LONGEST_TEXT:
            raise RuleBroken(
                "text_too_long",
                _("The text is longer than %(longest)d characters.") % {"longest": LONGEST_TEXT},
                field=name,
            )
    if intake.topic.valid_to is not None and intake.topic.valid_to < timezone.localdate():
        raise RuleBroken(
            "topic_retired", _("This topic is no longer used. Choose another."), field="topic"
        )
    if intake.kind != Kind.COMPLAINT and intake.complained_structure is not None:
        raise RuleBroken(
            "not_a_complaint",
            _("Only a complaint names whom it complains about."),
            field="complained_structure",
        )
    if intake.is_answered and intake.outcome is None:
        raise RuleBroken("outcome_required", _("Choose the outcome."), field="outcome")
    check_ground(intake.outcome, intake.answer_source, field="answer_source")


def _register(
    by: User | None,
    client_id: uuid.UUID,
    intake: Intake,
    visit: uuid.UUID,
    received_at: dt.datetime | None,
) -> Appeal:
    now = timezone.now()
    caller = phone(intake.caller_phone) if intake.caller_phone else None
    appeal = Appeal(
        pk=_next_id(),
        client_id=client_id,
        kind=intake.kind,
        inquiry_sort=intake.inquiry_sort if intake.kind == Kind.INQUIRY else "",
        needs_study=intake.needs_study,
        topic=intake.topic,
        text=intake.text,
        topic_answers=intake.topic_answers,
        channel=intake.channel,
        language=intake.language,
        region=intake.region,
        applicant=intake.applicant,
        caller_phone=(caller.e164 or clean(caller.raw).strip()[:40]) if caller else "",
        is_anonymous=intake.applicant is None and caller is None,
        is_collective=intake.is_collective,
        visit=visit,
        complained_structure=intake.complained_structure,
        complained_official=clean(intake.complained_official).strip(),
        complained_user=intake.complained_user,
        is_restricted=intake.is_restricted or intake.is_corruption,
        is_corruption=intake.is_corruption,
        registered_by=by,
        owner=by,
        received_at=received_at or now,
        registered_at=now,
        moved_at=now,
    )
    clock = start_answer_clock(appeal, at=now)
    start_steps(appeal, at=now)
    appeal.due_at = clock.due_at if clock is not None else None
    entry = record(
        appeal, str(Action.REGISTER), by=by, at=now, changes=_told(appeal),
        personal_digest=digest(appeal.text, appeal.caller_phone),
    )  # fmt: skip
    closing = _answer_at_once(appeal, intake, by, now) if intake.is_answered else None
    if closing is not None:
        if clock is not None:
            stop(clock, at=now)
        stop_steps(appeal, at=now)
    _belongings(appeal, intake, by)
    tells = closing is None and not appeal.is_anonymous
    ready = prepare(appeal, NoticeReason.REGISTERED) if tells else None
    # Others wait for the year's row from here to the commit: only writing is left for it.
    appeal.number, appeal.year, appeal.serial = next_number(now)
    appeal.save(force_insert=True)
    appeal_registered.send(sender=Appeal, appeal=appeal, entry=entry)
    if closing is not None:
        caller_answered.send(sender=Appeal, appeal=appeal, entry=closing)
    elif ready is not None:
        owe(appeal, entry, NoticeReason.REGISTERED, prepared=ready)
    return appeal


def _next_id() -> int:
    """The appeal's id before the appeal: what belongs to it is written first, the appeal once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('appeals_appeal', 'id'))")
        taken: int = cursor.fetchone()[0]
    return taken


def _told(appeal: Appeal) -> dict[str, object]:
    names = (
        "status", "kind", "inquiry_sort", "topic_id", "channel", "language", "region_id",
        "applicant_id", "owner_id", "complained_structure_id", "is_restricted", "is_corruption",
        "is_anonymous", "due_at",
    )  # fmt: skip
    values = {name: told(getattr(appeal, name)) for name in names}
    return {name: [None, value] for name, value in values.items() if value not in ("", None, False)}


def _belongings(appeal: Appeal, intake: Intake, by: User | None) -> None:
    """Files of the draft, people of the appeal, and the other matters of the same contact; the
    draft itself is done."""
    Draft.objects.filter(client_id=appeal.client_id, user=by).delete()
    Attachment.objects.filter(
        appeal__isnull=True, draft_id=appeal.client_id, by=by, removed_at__isnull=True
    ).update(appeal=appeal)
    AppealPerson.objects.bulk_create(
        AppealPerson(
            appeal=appeal,
            part=person.get("part", AppealPerson.Part.SIGNATORY),
            name=clean(person["name"]).strip()[:200],
            phone=_dialled(person.get("phone", "")),
            basis=clean(person.get("basis", "")).strip()[:200],
        )
        for person in intake.people
    )
    others = Appeal.objects.filter(visit=appeal.visit).exclude(pk=appeal.pk)
    AppealLink.objects.bulk_create(
        AppealLink(first=other, second=appeal, sort=AppealLink.Sort.SAME_CONTACT, by=by)
        for other in others.only("pk")
    )


def _dialled(raw: str) -> str:
    raw = clean(raw).strip()
    return (phone(raw).e164 or raw)[:40] if raw else ""


def _answer_at_once(appeal: Appeal, intake: Intake, by: User | None, now: dt.datetime) -> Entry:
    appeal.answer_text = intake.answer
    appeal.answer_source = intake.answer_source
    appeal.outcome = intake.outcome
    appeal.status = Status.CLOSED
    appeal.answered_at = appeal.closed_at = now
    appeal.is_first_contact = True
    return record(
        appeal,
        str(Action.CLOSE),
        by=by,
        at=now,
        changes={
            "status": [str(Status.REGISTERED), str(Status.CLOSED)],
            "outcome_id": [None, appeal.outcome_id],
            "is_first_contact": [False, True],
        },
        personal_digest=digest(appeal.answer_text),
    )
