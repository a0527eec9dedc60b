"""Letters on paper: made by a machine, printed and posted by people, and what the post tells back."""

from __future__ import annotations

import datetime as dt
import hashlib

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from appeals.actions.asking import linked, prolong
from appeals.actions.gate import hold, step
from appeals.alerting import tell_undelivered
from appeals.kinds import LetterState, NoticeState
from appeals.letters import pdf_of
from appeals.lifecycle import Action
from appeals.models import Letter, Notice
from appeals.models.notice import letter_path
from appeals.policies import reaches
from appeals.postal import DEEDS, Deed
from callcenter.errors import AlreadyDone, NotAllowed, RuleBroken
from callcenter.text import clean
from people.models import User


def make_letter(notice_id: int) -> None:
    """Make the PDF and keep it; made twice it is the same file in the same place.

    Raises letters.CannotMake and OSError; the caller counts the attempts.
    """
    letter = Letter.objects.select_related("notice", "appeal__applicant", "appeal__owner").get(
        notice_id=notice_id
    )
    if letter.state != LetterState.TO_MAKE:
        return
    content = pdf_of(letter, linked(letter.notice))
    place = letter_path(letter, "")
    if default_storage.exists(place):
        default_storage.delete(place)
    letter.file.name = default_storage.save(place, ContentFile(content))
    with transaction.atomic():
        kept = Letter.objects.select_for_update().get(pk=letter.pk)
        if kept.state != LetterState.TO_MAKE:
            return
        kept.file, kept.size = letter.file.name, len(content)
        kept.sha256 = hashlib.sha256(content).hexdigest()
        kept.state = LetterState.TO_PRINT
        kept.save(update_fields=["file", "size", "sha256", "state"])


def print_letters(letter_ids: list[int], *, by: User) -> int:
    """Say that letters were printed; how many were not before. Each is a step of its own."""
    done = 0
    for letter_id in letter_ids:
        try:
            _deed(letter_id, Deed.PRINT, by=by)
        except AlreadyDone:
            continue
        done += 1
    return done


def post_letter(letter_id: int, *, by: User, on: dt.date | None, number: str = "") -> Letter:
    """The letter went to the post, with the day and the number the post gave it."""
    day = _day(on)
    number = clean(number).strip()[:60]
    return _deed(letter_id, Deed.POST, by=by, post_number=number, posted_on=day)


def post_letters(letter_ids: list[int], *, by: User, on: dt.date | None) -> int:
    """Letters that went to the post together; how many had not before. One that was written later
    stops all of them before the first."""
    day = _day(on)
    late = Letter.objects.visible_to(by).filter(pk__in=letter_ids, dated_on__gt=day).first()
    if late is not None:
        raise RuleBroken(
            "day_too_early",
            _("%(number)s is of %(day)s: it was not posted before.")
            % {"number": late.number, "day": f"{late.dated_on:%d.%m.%Y}"},
            field="on",
        )
    done = 0
    for letter_id in letter_ids:
        try:
            post_letter(letter_id, by=by, on=on)
        except AlreadyDone:
            continue
        done += 1
    return done


def letter_received(letter_id: int, *, by: User, on: dt.date | None) -> Letter:
    """The post says that the applicant has the letter."""
    return _deed(letter_id, Deed.RECEIVE, by=by, ended_on=_day(on))


def letter_returned(letter_id: int, *, by: User, on: dt.date | None, reason: str) -> Letter:
    """The letter came back: the applicant was not told, the head hears of it."""
    reason = clean(reason).strip()[:250]
    if not reason:
        raise RuleBroken("note_required", _("Give the reason."), field="reason")
    return _deed(letter_id, Deed.RETURN, by=by, ended_on=_day(on), return_reason=reason)


def _day(on: dt.date | None) -> dt.date:
    if on is None:
        raise RuleBroken("day_required", _("Give the day."), field="on")
    if on > timezone.localdate():
        raise RuleBroken("day_in_future", _("This day has not come yet."), field="on")
    return on


def _deed(letter_id: int, deed: Deed, *, by: User, **values: object) -> Letter:
    seen = Letter.objects.visible_to(by).filter(pk=letter_id).only("appeal_id").first()
    if seen is None:
        raise NotAllowed()
    meta = DEEDS[deed]
    with hold(seen.appeal_id) as appeal:
        # Who may never do this learns nothing of where the letter stands.
        if not reaches(by, Action.TOUCH, appeal):
            raise NotAllowed()
        letter = Letter.objects.select_for_update(of=("self",)).get(pk=letter_id)
        if letter.state == meta.to:
            raise AlreadyDone(_("This was already done."))
        if letter.state not in meta.starts:
            raise RuleBroken(
                "not_possible",
                _("“%(action)s” is not possible while the letter is “%(state)s”.")
                % {"action": meta.label, "state": letter.get_state_display()},
            )
        _check_order(letter, values)
        with step(letter.appeal_id, Action.TOUCH, by=by) as moving:
            moving.kind = f"letter.{deed}"
            moving.changes = {"letter": [None, letter.number]}
            letter.state = meta.to
            for name, value in values.items():
                setattr(letter, name, value)
            if deed == Deed.PRINT:
                letter.printed_at = timezone.now()
            letter.save(update_fields=["state", "printed_at", *values])
            _tell_notice(letter, deed)
    return letter


def _check_order(letter: Letter, values: dict[str, object]) -> None:
    """No letter is posted before it was written, or comes back before it was posted."""
    first = letter.posted_on or letter.dated_on
    day = values.get("posted_on") or values.get("ended_on")
    if isinstance(day, dt.date) and day < first:
        raise RuleBroken(
            "day_too_early",
            _("Not before %(day)s.") % {"day": f"{first:%d.%m.%Y}"},
            field="on",
        )


def _tell_notice(letter: Letter, deed: Deed) -> None:
    notice = Notice.objects.select_for_update().get(pk=letter.notice_id)
    now = timezone.now()
    notice.state = DEEDS[deed].notice
    notice.sent_at = notice.sent_at or (now if deed == Deed.POST else None)
    notice.delivered_at = now if deed == Deed.RECEIVE else None
    if deed == Deed.RETURN:
        notice.failed_at, notice.last_error = now, "returned"
    notice.save(update_fields=["state", "sent_at", "delivered_at", "failed_at", "last_error"])
    if deed == Deed.POST:
        prolong(notice)
    if notice.state == NoticeState.FAILED:
        tell_undelivered(notice)
