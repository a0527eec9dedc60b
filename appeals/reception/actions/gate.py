"""The gate of a reception: the appeal's own gate outside, the reception's table and lock inside."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from appeals.actions.gate import Step as AppealStep
from appeals.actions.gate import patient, step, told
from appeals.lifecycle import Action
from appeals.models import Appeal
from appeals.reception.lifecycle import STATES, STEPS, TAKING, Party, State, Step
from appeals.reception.models import Reception, ReceptionOfficial, ReceptionSlot
from appeals.reception.policies import parties_of
from callcenter.errors import AlreadyDone, NotAllowed, RuleBroken, StaleForm
from callcenter.templatetags.formats import az_date
from people.models import User


@dataclass
class Moving:
    """What the body of a verb works on."""

    reception: Reception
    entry: AppealStep


@contextmanager
def reception_step(
    reception_id: int, todo: Step, *, by: User | None, note: str = "", version: int | None = None
) -> Iterator[Moving]:
    """Lock the appeal, then the reception; check, run, save, keep the count of the hour, journal.

    Raises as the appeal's gate does. The caller owes notices after it, in the same transaction.
    """
    now = timezone.now()
    appeal_id = (
        Reception.objects.filter(pk=reception_id).values_list("appeal_id", flat=True).first()
    )
    if appeal_id is None:
        raise NotAllowed()
    with transaction.atomic(), step(appeal_id, Action.RECEPTION_STEP, by=by, at=now) as entry:
        with patient():
            reception = (
                Reception.objects.select_for_update(of=("self",))
                .select_related("slot__official")
                .get(pk=reception_id)
            )
        reception.appeal = entry.appeal
        _check(reception, todo, by=by, note=note, version=version, now=now)
        before, slot_before = reception.state, reception.slot
        moving = Moving(reception, entry)
        yield moving
        target = STEPS[todo].to
        if target is not None:
            reception.state = str(target)
        if (reception.state, reception.slot_id) != (before, slot_before.pk):
            reception.sequence += 1
        reception.version += 1
        reception.changed_at = now
        reception.save()
        if reception.slot_id != slot_before.pk or takes(before) != takes(reception.state):
            keep_count(*{slot_before.pk, reception.slot_id})
        entry.kind = f"reception.{todo}"
        entry.note = note
        tell_hour(entry, reception.slot, slot_before)


def takes(state: str) -> bool:
    return STATES[State(state)].takes_place


def lock_slots(*slot_ids: int) -> dict[int, ReceptionSlot]:
    """Hours locked in the order of their keys, after the appeal: nobody waits for each other."""
    with patient():
        rows = (
            ReceptionSlot.objects.select_for_update(of=("self",))
            .select_related("official__structure")
            .filter(pk__in=slot_ids)
            .order_by("pk")
        )
        return {row.pk: row for row in rows}


def keep_count(*slot_ids: int) -> None:
    """Count the places taken anew under the lock of the hours."""
    for slot in lock_slots(*slot_ids).values():
        slot.taken = slot.receptions.aggregate(n=Count("pk", filter=Q(state__in=TAKING)))["n"]
        slot.save(update_fields=["taken"])


def check_free(slot: ReceptionSlot | None, *, now: dt.datetime) -> ReceptionSlot:
    """An hour one may still be invited to; it is locked, so the answer holds until the commit."""
    if slot is None:
        raise RuleBroken("slot_unknown", _("Choose an hour of the list."), field="slot")
    if slot.is_cancelled:
        raise RuleBroken(
            "slot_cancelled",
            _("This hour was cancelled meanwhile. Choose another."),
            field="slot",
        )
    if slot.starts_at <= now:
        raise RuleBroken(
            "slot_past", _("This hour is past. Choose one still to come."), field="slot"
        )
    if slot.taken >= slot.capacity:
        raise RuleBroken(
            "slot_taken",
            _(
                "This hour was taken by a colleague meanwhile. Choose another; what you wrote is kept."
            ),
            field="slot",
        )
    return slot


def is_impartial(appeal: Appeal, official: ReceptionOfficial) -> bool:
    """A complaint is not brought before whom it is about, nor before those under them (Code of
    Administrative Offences 594-1.1.2, which forbids sending it there)."""
    accused = appeal.complained_structure
    within = (
        accused is not None
        and official.structure is not None
        and official.structure.is_within(accused)
    )
    in_person = official.user_id is not None and official.user_id == appeal.complained_user_id
    return not within and not in_person


def check_impartial(appeal: Appeal, official: ReceptionOfficial) -> None:
    """Raises RuleBroken where the official is not."""
    if not is_impartial(appeal, official):
        raise RuleBroken(
            "complained_about",
            _(
                "This complaint is about the structure of %(name)s. Choose an official above it or beside it."
            )
            % {"name": official.name},
            field="slot",
        )


def tell_hour(entry: AppealStep, slot: ReceptionSlot, before: ReceptionSlot | None) -> None:
    """The hour and the official in the journal's changes."""
    old = told(before.starts_at) if before is not None and before.pk != slot.pk else None
    entry.changes["reception_at"] = [old, told(slot.starts_at)]
    if before is None or before.official_id != slot.official_id:
        entry.changes["reception_official"] = [
            before.official.name if before is not None else None,
            slot.official.name,
        ]


def _check(
    reception: Reception,
    todo: Step,
    *,
    by: User | None,
    note: str,
    version: int | None,
    now: dt.datetime,
) -> None:
    meta = STEPS[todo]
    parties = parties_of(by, reception.appeal, reception.slot.official)
    if not meta.parties & parties:
        raise NotAllowed()
    state = State(reception.state)
    if state not in meta.starts:
        words = {"action": meta.label, "status": STATES[state].label}
        if meta.to == state:
            raise AlreadyDone(_("This was done already: “%(status)s”.") % words)
        raise RuleBroken(
            "not_possible",
            _("“%(action)s” is not possible while the reception is “%(status)s”.") % words,
        )
    if version is not None and version != reception.version:
        raise StaleForm(_("A colleague changed this reception meanwhile. Look again and decide."))
    if meta.needs_note and Party.SYSTEM not in parties and not note.strip():
        raise RuleBroken("note_required", _("Give the reason."), field="note")
    start = reception.slot.starts_at
    if meta.from_day and timezone.localdate(now) < timezone.localdate(start):
        raise RuleBroken(
            "reception_not_yet",
            _("The reception is on %(date)s; attendance is marked on that day.")
            % {"date": az_date(start)},
        )
