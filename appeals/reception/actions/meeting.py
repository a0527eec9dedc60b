"""Inviting an applicant, and what follows until the minutes are written."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from appeals.actions.gate import step
from appeals.actions.notices import owe
from appeals.journal import digest
from appeals.kinds import NoticeChannel, NoticeReason, NoticeState
from appeals.lifecycle import Action
from appeals.models import Appeal, Entry, Notice
from appeals.reception.actions.gate import (
    check_free,
    check_impartial,
    keep_count,
    lock_slots,
    reception_step,
    tell_hour,
)
from appeals.reception.lifecycle import OPEN, Step
from appeals.reception.models import Reception, ReceptionSlot
from appeals.remedies import in_language
from callcenter.errors import AlreadyDone, RuleBroken
from callcenter.text import clean
from people.alerts import tell
from people.models import User

LONGEST_NOTE = 500
LONGEST_SUBJECT = 300
LONGEST_MINUTES = 20_000


def invite(
    appeal_id: int,
    *,
    by: User,
    slot_id: int,
    client_id: uuid.UUID,
    subject: str = "",
    told_by_phone: bool = False,
    version: int | None = None,
) -> Reception:
    """Invite the applicant to an hour with a free place (charter 4.0.8) and owe the invitation.

    The same form again returns what it made. Of two colleagues one gets the last place.
    """
    made = Reception.objects.filter(client_id=client_id, appeal_id=appeal_id).first()
    if made is not None and made.invited_by_id == by.pk:
        return made
    now = timezone.now()
    subject = _short(subject, LONGEST_SUBJECT, "subject")
    with transaction.atomic():
        with step(appeal_id, Action.INVITE, by=by, version=version, at=now) as moving:
            appeal = moving.appeal
            if appeal.is_anonymous:
                raise RuleBroken(
                    "anonymous", _("An anonymous appeal has nobody who could be invited.")
                )
            if appeal.receptions.filter(state__in=OPEN).exists():
                raise AlreadyDone(
                    _("The applicant is invited already. Move that reception instead.")
                )
            slot = check_free(lock_slots(slot_id).get(slot_id), now=now)
            check_impartial(appeal, slot.official)
            reception = Reception.objects.create(
                client_id=client_id, appeal=appeal, slot=slot, subject=subject, invited_by=by,
                invited_at=now, changed_at=now,
            )  # fmt: skip
            keep_count(slot.pk)
            moving.kind = f"reception.{Step.INVITE}"
            moving.note = subject
            tell_hour(moving, slot, None)
        assert moving.entry is not None
        _owe_invitation(reception, moving.entry, told_by=by if told_by_phone else None)
        _alert(reception, "reception.booked", by)
    return reception


def confirm(reception_id: int, *, by: User | None, version: int | None = None) -> Reception:
    """The applicant says that they will come."""
    with reception_step(reception_id, Step.CONFIRM, by=by, version=version) as moving:
        pass
    return moving.reception


def decline(
    reception_id: int, *, by: User | None, note: str = "", version: int | None = None
) -> Reception:
    """The applicant does not want to come; the place is free again."""
    note = _short(note, LONGEST_NOTE, "note")
    with transaction.atomic():
        with reception_step(
            reception_id, Step.DECLINE, by=by, note=note, version=version
        ) as moving:
            pass
        _void(moving.reception.appeal)
        _alert(moving.reception, "reception.off", by)
    return moving.reception


def move(
    reception_id: int,
    *,
    by: User,
    slot_id: int,
    note: str = "",
    told_by_phone: bool = False,
    version: int | None = None,
) -> Reception:
    """Another hour, perhaps of another official; the applicant is invited anew."""
    note = _short(note, LONGEST_NOTE, "note")
    now = timezone.now()
    with transaction.atomic():
        with reception_step(reception_id, Step.MOVE, by=by, note=note, version=version) as moving:
            reception = moving.reception
            if slot_id == reception.slot_id:
                raise RuleBroken("same_slot", _("This is the hour it has now."), field="slot")
            slots = lock_slots(slot_id, reception.slot_id)
            reception.slot = check_free(slots.get(slot_id), now=now)
            check_impartial(reception.appeal, reception.slot.official)
            reception.invited_at, reception.reminded_at = now, None
        assert moving.entry.entry is not None
        _void(reception.appeal)
        _owe_invitation(reception, moving.entry.entry, told_by=by if told_by_phone else None)
        _alert(reception, "reception.booked", by)
    return reception


def cancel(reception_id: int, *, by: User, note: str, version: int | None = None) -> Reception:
    """The sector calls the reception off and tells the applicant why."""
    note = _short(note, LONGEST_NOTE, "note")
    with transaction.atomic():
        with reception_step(reception_id, Step.CANCEL, by=by, note=note, version=version) as moving:
            pass
        assert moving.entry.entry is not None
        _owe_off(moving.reception, moving.entry.entry, note)
        _alert(moving.reception, "reception.off", by)
    return moving.reception


def absent(
    reception_id: int, *, by: User | None, note: str, version: int | None = None
) -> Reception:
    """The official does not receive: another hour is owed. Told ahead if it is still to come."""
    note = _short(note, LONGEST_NOTE, "note")
    with transaction.atomic():
        with reception_step(reception_id, Step.ABSENT, by=by, note=note, version=version) as moving:
            pass
        assert moving.entry.entry is not None
        if moving.reception.slot.starts_at > timezone.now():
            _owe_off(moving.reception, moving.entry.entry, note)
    return moving.reception


def came(reception_id: int, *, by: User, version: int | None = None) -> Reception:
    """The applicant is there."""
    with reception_step(reception_id, Step.CAME, by=by, version=version) as moving:
        _void(moving.reception.appeal)
    return moving.reception


def miss(reception_id: int, *, by: User, version: int | None = None) -> Reception:
    """The applicant did not come; told only once the hour has begun."""
    with reception_step(reception_id, Step.MISS, by=by, version=version) as moving:
        if timezone.now() < moving.reception.slot.starts_at:
            raise RuleBroken("reception_not_yet", _("The hour has not begun yet."))
        _void(moving.reception.appeal)
    return moving.reception


def unmark(reception_id: int, *, by: User, note: str, version: int | None = None) -> Reception:
    """A mark of attendance set by mistake is taken back."""
    note = _short(note, LONGEST_NOTE, "note")
    with reception_step(reception_id, Step.UNMARK, by=by, note=note, version=version) as moving:
        reception = moving.reception
        others = Reception.objects.filter(appeal=reception.appeal_id, state__in=OPEN)
        if others.exclude(pk=reception.pk).exists():
            raise RuleBroken(
                "invited_again", _("The applicant was invited again meanwhile; this mark stays.")
            )
    return reception


def write_minutes(
    reception_id: int,
    *,
    by: User,
    minutes: str,
    outcome: str,
    has_consent: bool = False,
    version: int | None = None,
) -> Reception:
    """What was said and what follows. An oral answer ends it only with the citizen's consent,
    otherwise the matter goes on in writing (law.md 2.1)."""
    minutes = clean(minutes).strip()
    if not minutes:
        raise RuleBroken("minutes_required", _("Write what was said."), field="minutes")
    if len(minutes) > LONGEST_MINUTES:
        raise _too_long(LONGEST_MINUTES, "minutes")
    if outcome not in Reception.Outcome.values:
        raise RuleBroken("outcome_required", _("Choose the outcome."), field="outcome")
    if outcome == Reception.Outcome.ORAL and not has_consent:
        raise RuleBroken(
            "consent_required",
            _("An oral answer is enough only with the applicant's consent. Tick it, or choose that it goes on in writing."),
            field="has_consent",
        )  # fmt: skip
    with reception_step(reception_id, Step.MINUTES, by=by, version=version) as moving:
        reception = moving.reception
        reception.minutes, reception.outcome = minutes, outcome
        reception.minutes_by, reception.minutes_at = by, timezone.now()
        moving.entry.personal_digest = digest(minutes)
        moving.entry.changes["reception_outcome"] = [None, outcome]
    return reception


def remind(reception_id: int) -> Reception | None:
    """Owe the reminder of a reception, once; None where there is nothing to remind of."""
    now = timezone.now()
    with transaction.atomic():
        try:
            with reception_step(reception_id, Step.REMIND, by=None) as moving:
                reception = moving.reception
                if reception.reminded_at is not None or reception.slot.starts_at <= now:
                    raise AlreadyDone(_("There is nothing to remind of any more."))
                reception.reminded_at = now
        except RuleBroken:
            return None  # confirmed, moved, called off or reminded in between
        assert moving.entry.entry is not None
        owe(
            reception.appeal, moving.entry.entry, NoticeReason.RECEPTION_REMINDER,
            context=notice_context(reception), due_at=reception.slot.starts_at,
        )  # fmt: skip
    return reception


def notice_context(reception: Reception) -> dict[str, object]:
    """What a notice of a reception tells, in the applicant's language."""
    slot, language = reception.slot, reception.appeal.language
    position = in_language(slot.official, "position", language)
    return {
        "due_on": timezone.localtime(slot.starts_at).strftime("%d.%m.%Y %H:%M"),
        "place": slot.place,
        "structure": f"{slot.official.name}, {position}",
        "reason": "\n\n".join(filter(None, (slot.place, reception.subject))),
    }


def _owe_invitation(reception: Reception, entry: Entry, *, told_by: User | None) -> None:
    channel = NoticeChannel.PHONE if told_by is not None else ""
    owe(
        reception.appeal, entry, NoticeReason.RECEPTION, context=notice_context(reception),
        channel=channel, told_by=told_by, due_at=reception.slot.starts_at,
    )  # fmt: skip


def _owe_off(reception: Reception, entry: Entry, reason: str) -> None:
    _void(reception.appeal)
    context = {**notice_context(reception), "reason": reason}
    owe(reception.appeal, entry, NoticeReason.RECEPTION_OFF, context=context)


def _void(appeal: Appeal) -> None:
    """What was not sent yet of an hour that no longer holds is not sent any more."""
    Notice.objects.filter(
        appeal=appeal,
        reason__in=(NoticeReason.RECEPTION, NoticeReason.RECEPTION_REMINDER),
        state=NoticeState.OWED,
    ).update(state=NoticeState.VOID, next_attempt_at=None)


def _alert(reception: Reception, kind: str, by: User | None) -> None:
    official = reception.slot.official
    people = [one for one in (official.user, official.assistant) if one is not None]
    tell(
        people, kind, by=by, about=f"reception:{reception.pk}",
        url=reception.get_absolute_url(),
        values={"number": reception.appeal.number, "at": _hour(reception.slot)},
    )  # fmt: skip


def _hour(slot: ReceptionSlot) -> str:
    return timezone.localtime(slot.starts_at).strftime("%d.%m.%Y %H:%M")


def _short(text: str, longest: int, field: str) -> str:
    text = clean(text).strip()
    if len(text) > longest:
        raise _too_long(longest, field)
    return text


def _too_long(longest: int, field: str) -> RuleBroken:
    return RuleBroken(
        "text_too_long",
        _("The text is longer than %(longest)d characters.") % {"longest": longest},
        field=field,
    )
