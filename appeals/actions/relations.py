"""Appeals that belong together: linked, joined, merged; a merge goes back exactly.

Merged is what was registered twice for one applicant; joined is the same matter of somebody else,
who is answered too. Whatever names two appeals locks both, the lower id first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from appeals.actions.closing import ending
from appeals.actions.gate import hold, step
from appeals.endings import still_open
from appeals.journal import digest
from appeals.lifecycle import Action, Status
from appeals.models import (
    Appeal,
    AppealLink,
    AppealMerge,
    Attachment,
    ClockSegment,
    Draft,
    Note,
    Outcome,
)
from appeals.numbering import sub_number
from appeals.policies import reaches
from appeals.terms import answer_clock, stop
from callcenter.errors import AlreadyDone, NotAllowed, RuleBroken
from callcenter.text import clean
from people.models import User

JOINED = "joined"


def link(appeal_id: int, *, by: User | None, to: int, version: int | None = None) -> AppealLink:
    """Say that two appeals belong together; each tells it in its journal."""
    with _both(appeal_id, to) as (appeal, other):
        known = _links_between(appeal.pk, other.pk).first()
        if known is not None:
            raise AlreadyDone(_("These appeals are linked already."))
        _tell_pair(appeal, other, "relation.linked", by=by, version=version)
        return AppealLink.objects.create(first=appeal, second=other, by=by)


def unlink(appeal_id: int, *, by: User, to: int) -> None:
    """Take a link back."""
    with _both(appeal_id, to) as (appeal, other):
        gone, _kinds = _links_between(appeal.pk, other.pk).delete()
        if not gone:
            raise AlreadyDone(_("These appeals are not linked."))
        _tell_pair(appeal, other, "relation.unlinked", by=by)


def contact(appeal_id: int, *, by: User, text: str) -> Appeal:
    """The applicant came again about the same: one contact more, what was said is a note."""
    text = clean(text).strip()
    with step(appeal_id, Action.NOTE, by=by) as moving:
        moving.kind = "relation.contact"
        moving.appeal.contact_count += 1
        moving.is_internal = True
        moving.personal_digest = digest(text) if text else ""
    if text and moving.entry is not None:
        Note.objects.create(appeal=moving.appeal, entry=moving.entry, text=text, by=by)
    return moving.appeal


def join(
    appeal_id: int, *, by: User, to: int, reason: str = "", version: int | None = None
) -> Appeal:
    """End an appeal because an open one is about the same; its applicant is answered with it."""
    now = timezone.now()
    with _both(appeal_id, to) as (_appeal, other):
        _must_be_open(other, by)
        with ending(appeal_id, Action.JOIN, by=by, note=reason, version=version, at=now) as moving:
            moving.appeal.joined_to = other
            moving.appeal.sub_number = sub_number(other, "joined")
            moving.appeal.outcome = Outcome.objects.get(code=JOINED)
        with step(other.pk, Action.LINK, by=by, at=now) as receiving:
            receiving.kind = "relation.joined_here"
            receiving.changes = {"other": [None, moving.appeal.number]}
            receiving.appeal.contact_count += moving.appeal.contact_count
    return moving.appeal


def merge(appeal_id: int, *, by: User, into: int, version: int | None = None) -> Appeal:
    """Put an appeal registered twice into the other one. What moves is recorded; nobody writes
    into the merged one any more, and what is being written about it goes on at the other."""
    now = timezone.now()
    with _both(appeal_id, into) as (appeal, target):
        if reaches(by, Action.MERGE, appeal):
            _must_be_open(target, by)
            _check_merge(appeal, target)
        with step(appeal_id, Action.MERGE, by=by, version=version, at=now) as moving:
            source = moving.appeal
            moved = {"status": source.status, **_stand_still(source, now)}
            source.merged_into = target
        with step(target.pk, Action.LINK, by=by, at=now) as receiving:
            receiving.kind = "relation.merged_here"
            receiving.changes = {"other": [None, source.number]}
            receiving.appeal.contact_count += source.contact_count
        moved |= {
            "contacts": source.contact_count,
            "files": _move_files(source, target),
            "links": _move_links(source, target),
            "drafts": _move_drafts(source, target),
        }
        AppealMerge.objects.create(source=source, target=target, moved=moved, by=by, at=now)
    return source


def unmerge(appeal_id: int, *, by: User, reason: str, version: int | None = None) -> Appeal:
    """Undo a merge: everything that moved goes back, what came to the other since stays there.
    The term runs on as if it had never stood: the law knows no pause for our mistake."""
    now = timezone.now()
    into = Appeal.objects.filter(pk=appeal_id).values_list("merged_into_id", flat=True).first()
    if into is None:
        # Not merged: the gate says so in its own words.
        with step(appeal_id, Action.UNMERGE, by=by, note=reason, version=version):
            raise NotAllowed()
    with _both(appeal_id, into) as (_appeal, target):
        with step(appeal_id, Action.UNMERGE, by=by, note=reason, version=version, at=now) as moving:
            source = moving.appeal
            merged = source.merges_out.select_for_update().get(undone_at__isnull=True)
            moved = merged.moved
            moving.to = Status(moved["status"])
            source.merged_into = None
            _run_again(moved)
        with step(target.pk, Action.LINK, by=by, at=now) as giving:
            giving.kind = "relation.unmerged_here"
            giving.changes = {"other": [source.number, None]}
            giving.appeal.contact_count -= moved["contacts"]
        Attachment.objects.filter(pk__in=moved["files"], appeal=target).update(appeal=source)
        for side, ids in moved["links"].items():
            AppealLink.objects.filter(pk__in=ids, **{side: target}).update(**{side: source})
        Draft.objects.filter(pk__in=moved["drafts"], about=about(target)).update(
            about=about(source)
        )
        merged.undone_at, merged.undone_by = now, by
        merged.save(update_fields=["undone_at", "undone_by"])
    return source


def about(appeal: Appeal) -> str:
    """How a draft names the appeal it is about."""
    return f"appeal:{appeal.pk}"


@contextmanager
def _both(first: int, second: int) -> Iterator[tuple[Appeal, Appeal]]:
    """Both appeals locked, always in one order."""
    if first == second:
        raise RuleBroken("same_appeal", _("Name another appeal."), field="other")
    with transaction.atomic(), ExitStack() as stack:
        held = {pk: stack.enter_context(hold(pk)) for pk in sorted((first, second))}
        yield held[first], held[second]


def _tell_pair(
    appeal: Appeal, other: Appeal, kind: str, *, by: User | None, version: int | None = None
) -> None:
    for one, its_other in ((appeal, other), (other, appeal)):
        with step(one.pk, Action.LINK, by=by, version=version if one is appeal else None) as moving:
            moving.kind = kind
            change = [None, its_other.number]
            moving.changes = {"other": change[::-1] if kind == "relation.unlinked" else change}


def _links_between(first: int, second: int) -> QuerySet[AppealLink]:
    return AppealLink.objects.filter(first__in=(first, second), second__in=(first, second))


def _must_be_open(target: Appeal, by: User) -> None:
    """Only an open appeal takes another in; who may not see it learns nothing."""
    if not reaches(by, Action.LINK, target):
        raise NotAllowed()
    if not target.meta.is_open:
        raise RuleBroken(
            "target_ended",
            _("%(number)s has ended; it can only be linked.") % {"number": target.number},
            field="other",
        )


def _check_merge(source: Appeal, target: Appeal) -> None:
    if source.applicant_id and target.applicant_id and source.applicant_id != target.applicant_id:
        raise RuleBroken(
            "other_applicant",
            _("These are appeals of different applicants: join them, so that each is answered."),
            field="other",
        )
    if source.is_restricted != target.is_restricted:
        raise RuleBroken(
            "other_visibility",
            _("One of the two has restricted visibility, the other has not."),
            field="other",
        )
    running = still_open(source)
    if running:
        raise RuleBroken(
            "still_open",
            _("Take back first what a structure still works on: %(names)s.")
            % {"names": "; ".join(running)},
            field="other",
        )


def _stand_still(source: Appeal, now: dt.datetime) -> dict[str, object]:
    """Stop the source's clock, remembering which segment was open."""
    clock = answer_clock(source)
    if clock is None or clock.stopped_at is not None:
        return {"clock": None, "segment": None}
    segment = clock.segments.filter(ended_at__isnull=True).order_by("id").last()
    stop(clock, at=now)
    return {"clock": clock.pk, "segment": segment.pk if segment else None}


def _run_again(moved: dict[str, object]) -> None:
    if moved["clock"] is not None:
        segment = ClockSegment.objects.filter(pk=moved["segment"]).select_related("clock").first()
        if segment is not None:
            segment.ended_at = None
            segment.save(update_fields=["ended_at"])
            segment.clock.stopped_at = None
            segment.clock.save(update_fields=["stopped_at"])


def _move_files(source: Appeal, target: Appeal) -> list[int]:
    files = list(source.attachments.values_list("pk", flat=True))
    Attachment.objects.filter(pk__in=files).update(appeal=target)
    return files


def _move_links(source: Appeal, target: Appeal) -> dict[str, list[int]]:
    """Links of the source go to the target, but not onto itself or onto one that is there."""
    there = set(target.links_out.values_list("second_id", flat=True))
    there |= set(target.links_in.values_list("first_id", flat=True)) | {target.pk}
    moved: dict[str, list[int]] = {"first": [], "second": []}
    for side, other_side in (("first", "second"), ("second", "first")):
        links = AppealLink.objects.filter(**{side: source})
        links = links.exclude(**{f"{other_side}__in": there})
        moved[side] = list(links.values_list("pk", flat=True))
        AppealLink.objects.filter(pk__in=moved[side]).update(**{side: target})
    return moved


def _move_drafts(source: Appeal, target: Appeal) -> list[int]:
    drafts = list(Draft.objects.filter(about=about(source)).values_list("pk", flat=True))
    Draft.objects.filter(pk__in=drafts).update(about=about(target))
    return drafts
