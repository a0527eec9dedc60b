"""What people do about a notice that did not arrive, and about one only a call can bring."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from appeals.actions.gate import hold, step
from appeals.actions.notices import owe, ways_of
from appeals.actions.sending import acknowledge
from appeals.kinds import NoticeChannel, NoticeReason, NoticeState
from appeals.lifecycle import Action
from appeals.models import Appeal, Notice
from appeals.policies import reaches
from callcenter.errors import AlreadyDone, NotAllowed, RuleBroken
from people.models import User


@transaction.atomic
def send_again(notice_id: int, *, by: User, channel: str) -> Notice:
    """Send a notice that did not arrive once more, worded anew for a way there is today.

    It is a notice of its own with its own key: for the gateway it is another message.
    """
    notice, appeal = _held(notice_id, by)
    if channel == NoticeChannel.PHONE or channel not in {way.channel for way in ways_of(appeal)}:
        raise RuleBroken(
            "no_such_way", _("There is no such way to the applicant."), field="channel"
        )
    return _settled(notice, appeal, by=by, kind="notice.again", channel=channel)


@transaction.atomic
def tell_by_phone(notice_id: int, *, by: User) -> Notice:
    """The applicant was called and told: the notice has arrived."""
    notice, appeal = _held(notice_id, by)
    told = _settled(notice, appeal, by=by, kind="notice.told", channel=NoticeChannel.PHONE)
    acknowledge(told)
    return told


def _held(notice_id: int, by: User) -> tuple[Notice, Appeal]:
    seen = Notice.objects.visible_to(by).filter(pk=notice_id).only("appeal_id").first()
    if seen is None:
        raise NotAllowed()
    with hold(seen.appeal_id) as appeal:
        if not reaches(by, Action.TOUCH, appeal):
            raise NotAllowed()
        notice = Notice.objects.select_for_update(of=("self",)).get(pk=notice_id)
    if notice.settled_at is not None:
        raise AlreadyDone(_("A colleague has dealt with this notice already."))
    if not notice.waits_for_a_person:
        raise RuleBroken(
            "not_undelivered",
            _("This notice is “%(state)s”: there is nothing to do about it.")
            % {"state": notice.get_state_display()},
        )
    return notice, appeal


def _settled(notice: Notice, appeal: Appeal, *, by: User, kind: str, channel: str) -> Notice:
    with step(appeal.pk, Action.TOUCH, by=by) as moving:
        moving.kind = kind
        moving.changes = {
            "notice": [f"{notice.reason} {notice.channel}", f"{notice.reason} {channel}"]
        }
    assert moving.entry is not None
    made = owe(
        moving.appeal, moving.entry, NoticeReason(notice.reason), context=notice.values,
        channel=channel, due_at=notice.due_at, again_of=notice,
        told_by=by if channel == NoticeChannel.PHONE else None,
    )  # fmt: skip
    notice.settled_at = timezone.now()
    if notice.state == NoticeState.OWED:
        notice.state = NoticeState.VOID
    notice.save(update_fields=["settled_at", "state"])
    return made
