"""What people do with reminders: an administrator keeps the ladder, the head deals with alarms."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from callcenter.errors import AlreadyDone, NotAllowed, RuleBroken, StaleForm
from callcenter.text import clean
from people.audit import audit
from people.models import Role, User
from people.standing import standing_of
from routing.reminders.models import LadderStep, ReminderAlarm

KEPT = ("kind", "percent", "days_after", "target", "by_screen", "by_email", "is_active")
#: Changed, a step is another one: it reminds of nothing that was already past.
MOVES = ("kind", "percent", "days_after", "target")
KEEPERS = frozenset({str(Role.ADMINISTRATOR)})
WATCHERS = frozenset({str(Role.SECTOR_HEAD), str(Role.MANAGEMENT)})


def save_step(
    *, by: User, values: Mapping[str, object], step_id: int | None = None, version: int = 0
) -> LadderStep:
    """Add a step of the ladder or change one; what was already sent stays as it was."""
    if not standing_of(by).has(*KEEPERS):
        raise NotAllowed()
    values = {name: values[name] for name in KEPT}
    _check(values)
    try:
        with transaction.atomic():
            if step_id is None:
                row = LadderStep.objects.create(**values, since=timezone.now())
                _tell("ladder.added", by, row, {name: [None, values[name]] for name in KEPT})
                return row
            row = LadderStep.objects.select_for_update().filter(pk=step_id).first()
            if row is None:
                raise NotAllowed()
            if row.version != version:
                raise StaleForm()
            changed = {name: values[name] for name in KEPT if getattr(row, name) != values[name]}
            told = {name: [getattr(row, name), value] for name, value in changed.items()}
            comes_back = bool(changed.get("is_active"))
            for name, value in changed.items():
                setattr(row, name, value)
            if comes_back or set(changed) & set(MOVES):
                row.since = timezone.now()
            row.version += 1
            row.save()
            if told:
                _tell("ladder.changed", by, row, told)
            return row
    except IntegrityError as error:
        raise RuleBroken(
            "step_taken", _("The ladder has this step already."), field="target"
        ) from error


def remove_step(step_id: int, *, by: User) -> None:
    """Take a step out of the ladder; reminders it gave stay."""
    if not standing_of(by).has(*KEEPERS):
        raise NotAllowed()
    with transaction.atomic():
        row = LadderStep.objects.select_for_update().filter(pk=step_id).first()
        if row is None:
            raise NotAllowed()
        _tell("ladder.removed", by, row, {"step": [str(row), None]})
        row.delete()


def _check(values: Mapping[str, object]) -> None:
    if values["days_after"] and values["percent"] != 100:
        raise RuleBroken(
            "days_after_the_end",
            _("Working days are counted after the end of the term: give 100 %."),
            field="percent",
        )
    if not values["by_screen"] and not values["by_email"]:
        raise RuleBroken("no_channel", _("Choose the screen, e-mail, or both."), field="by_screen")


def _tell(kind: str, by: User, row: LadderStep, told: dict[str, object]) -> None:
    audit(kind, by=by, object_kind="ladderstep", object_ref=row.pk, detail=told)


def handle_alarm(alarm_id: int, *, by: User, note: str) -> ReminderAlarm:
    """The head says what was done about a reminder nobody could get."""
    if not standing_of(by).has(*WATCHERS):
        raise NotAllowed()
    note = clean(note).strip()[:500]
    if not note:
        raise RuleBroken("note_required", _("Say what was done."), field="note")
    with transaction.atomic():
        alarm = ReminderAlarm.objects.select_for_update().filter(pk=alarm_id).first()
        if alarm is None:
            raise NotAllowed()
        if alarm.end:
            raise AlreadyDone(_("This alarm is over: %(end)s.") % {"end": alarm.get_end_display()})
        alarm.end = ReminderAlarm.End.HANDLED
        alarm.ended_at, alarm.handled_by, alarm.note = timezone.now(), by, note
        alarm.save(update_fields=["end", "ended_at", "handled_by", "note"])
        audit(
            "alarm.handled", by=by, object_kind="reminderalarm", object_ref=alarm.pk,
            detail={"reminder": alarm.reminder_id},
        )  # fmt: skip
    return alarm
