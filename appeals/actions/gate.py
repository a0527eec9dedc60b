"""The one gate every change passes: lock, version, lifecycle, policy, body, save, journal, tell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import OperationalError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from appeals.journal import record
from appeals.lifecycle import ACTIONS, STATUSES, Action, Status
from appeals.models import Appeal, Entry
from appeals.policies import may, reaches
from appeals.signals import appeal_moved
from callcenter.errors import AlreadyDone, Busy, NotAllowed, RuleBroken, StaleForm
from callcenter.kept import Kept
from people.models import User

#: Fields whose old and new value the journal tells; a name ending in _id tells the row.
TOLD = (
    "status", "kind", "inquiry_sort", "needs_study", "topic_id", "channel", "language",
    "region_id", "applicant_id", "complained_structure_id", "complained_user_id",
    "is_restricted", "is_corruption", "is_urgent", "is_anonymous", "outcome_id", "ground_id", "owner_id",
    "responsible_id", "is_first_contact", "closed_at", "answered_at", "due_at", "repeat_of_id",
    "joined_to_id", "merged_into_id", "reopened_count", "contact_count",
    "sub_number",
)  # fmt: skip
#: Long or personal fields: the journal tells that they changed, by digest.
DIGESTED = ("text", "answer_text", "caller_phone", "complained_official")

STANDS = "SELECT version, journal_length FROM appeals_appeal WHERE id = %s"
LOCK_NOT_AVAILABLE = "55P03"


@dataclass
class Step:
    """What the body of a verb may still say about the entry being written."""

    appeal: Appeal
    note: str = ""
    changes: dict[str, object] = field(default_factory=dict)
    to: Status | None = None  # only where the table leaves the target to the verb
    personal_digest: str = ""
    referral_ref: int | None = None
    kind: str = ""
    is_internal: bool = False
    about: object = None  # the row of another layer that moved with it: its listeners have it
    is_remark: bool = False  # told only: while nothing else changes, open forms stay fresh
    entry: Entry | None = None


def told(value: object) -> object:
    """A value as the journal's JSON holds it."""
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat(timespec="seconds")
    return value


@contextmanager
def patient() -> Iterator[None]:
    """A lock that was not given in time is told as Busy; nothing was written."""
    try:
        yield
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", "") == LOCK_NOT_AVAILABLE:
            raise Busy(_("Another colleague is saving this appeal. Try again.")) from error
        raise


_locked = Kept(
    lambda _fixed, pk: (
        Appeal.objects.select_for_update(of=("self",)).defer("searched", "search").filter(pk=pk)
    )
)


def _lock(appeal_id: int) -> Appeal:
    with patient():
        found: list[Appeal] = _locked(pk=appeal_id)
    if not found:
        raise NotAllowed()
    return found[0]


def _is_fresh(held: Appeal) -> bool:
    """Every step makes the journal longer."""
    with connection.cursor() as cursor:
        cursor.execute(STANDS, [held.pk])
        return cursor.fetchone() == (held.version, held.journal_length)


@contextmanager
def hold(appeal_id: int) -> Iterator[Appeal]:
    """Lock an appeal for the length of a verb that spans several steps."""
    with transaction.atomic():
        yield _lock(appeal_id)


@contextmanager
def step(
    appeal_id: int,
    action: Action,
    *,
    by: User | None,
    note: str = "",
    version: int | None = None,
    at: dt.datetime | None = None,
    held: Appeal | None = None,
) -> Iterator[Step]:
    """Run the body between the checks and the journal; everything or nothing is written. `held` is
    the appeal as the caller locked it: read again only when a step was taken since.

    Raises NotAllowed for what the person cannot see, AlreadyDone for a repeat, StaleForm when
    somebody saved first, RuleBroken when the table or a rule refuses, Busy on a held lock.
    """
    with transaction.atomic():
        appeal = held if held is not None and _is_fresh(held) else _lock(appeal_id)
        meta = ACTIONS[action]
        _check(appeal, action, by=by, note=note, version=version)
        before = {name: getattr(appeal, name) for name in (*TOLD, *DIGESTED)}
        moving = Step(appeal=appeal, note=note)
        yield moving
        target = moving.to or meta.to
        if target is not None:
            appeal.status = str(target)
        moment = at or timezone.now()
        if action is Action.REFERRAL_RETURNED:
            appeal.returned_at = moment
        elif appeal.status != before["status"]:
            appeal.returned_at = None
        changes = {**_changes(before, appeal), **moving.changes}
        if not (moving.is_remark and all(getattr(appeal, name) == before[name] for name in before)):
            appeal.version += 1
        appeal.moved_at = moment
        moving.entry = record(
            appeal,
            moving.kind or str(action),
            by=by,
            at=moment,
            note=moving.note,
            changes=changes,
            personal_digest=moving.personal_digest,
            referral_ref=moving.referral_ref,
            is_internal=moving.is_internal,
        )
        changed = [name for name in (*TOLD, *DIGESTED) if getattr(appeal, name) != before[name]]
        appeal.save(
            update_fields={
                *changed,
                "status",
                "version",
                "moved_at",
                "returned_at",
                "journal_length",
                "journal_head",
                "topic_answers",
                "answer_source",
            }  # fmt: skip
        )
        appeal_moved.send(sender=Appeal, appeal=appeal, entry=moving.entry, about=moving.about)


def _changes(before: Mapping[str, object], appeal: Appeal) -> dict[str, object]:
    changes: dict[str, object] = {}
    for name in TOLD:
        old, new = before[name], getattr(appeal, name)
        if old != new:
            changes[name] = [told(old), told(new)]
    for name in DIGESTED:
        if before[name] != getattr(appeal, name):
            changes[name] = "changed"
    return changes


def _check(
    appeal: Appeal, action: Action, *, by: User | None, note: str, version: int | None
) -> None:
    meta = ACTIONS[action]
    # Who may never do this learns nothing of where the appeal stands.
    if not reaches(by, action, appeal):
        raise NotAllowed()
    status = Status(appeal.status)
    if meta.to is not None and status == meta.to and status not in meta.starts:
        last = Entry.objects.filter(appeal=appeal, kind=str(action)).order_by("-sequence").first()
        raise AlreadyDone(_done_words(appeal, last))
    if status not in meta.starts:
        raise RuleBroken(
            "not_possible",
            _("“%(action)s” is not possible while the appeal is “%(status)s”.")
            % {"action": meta.label, "status": STATUSES[status].label},
        )
    if not may(by, action, appeal):
        raise NotAllowed()
    if version is not None and version != appeal.version:
        raise StaleForm(
            _("A colleague saved this appeal while you were writing. Compare and save again.")
        )
    if meta.needs_note and not note.strip():
        raise RuleBroken("note_required", _("Give the reason."), field="note")


def _done_words(appeal: Appeal, last: Entry | None) -> str:
    if last is None:
        return _("This was already done.")
    return _("%(status)s by %(name)s at %(time)s.") % {
        "status": STATUSES[Status(appeal.status)].label,
        "name": last.actor_name,
        "time": timezone.localtime(last.at).strftime("%H:%M"),
    }
