"""Whom a step of a referral concerns, and which open pages ask again. Alerts are told in the step's
transaction, live events after its commit; neither carries more than numbers and ids."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appeals.models import Appeal, Entry
from callcenter import live
from people import alerts
from people.models import Placement, Position, User
from routing.edms.wording import ALERTS as MEMOS
from routing.lifecycle import RAction
from routing.models import Referral
from routing.reminders.delivering import WORDS as REMINDERS

WORDS = {
    "referral.from_accused": _("Taken back from the structure it complains about: %(number)s"),
    "referral.send": _("A new referral: %(number)s"),
    "referral.inherit": _("Taken over from a structure that ended: %(number)s"),
    "referral.draft": _("%(by)s sent an answer for approval: %(number)s"),
    "referral.reject": _("Your draft was rejected: %(number)s"),
    "referral.accept": _("You execute %(number)s"),
    "referral.assign": _("You execute %(number)s"),
    "referral.rework": _("The sector sent the answer back: %(number)s"),
    "referral.withdraw": _("The sector took the referral back: %(number)s"),
    "referral.reroute": _("The sector sent the referral on: %(number)s"),
    "referral.decide_extension": _("The longer term was decided: %(number)s"),
    "referral.answer": _("%(structure)s gave an opinion: %(number)s"),
    "referral.approve": _("%(structure)s answered: %(number)s"),
    "referral.record_answer": _("%(structure)s answered: %(number)s"),
    "referral.return": _("%(structure)s returned the referral: %(number)s"),
    "referral.ask_extension": _("%(structure)s asks for a longer term: %(number)s"),
}
#: Of a person who may be told, no more is read.
NAMED = ("user__username", "user__is_active")
#: Who is told: the structure's desk, its heads, its executor, or whoever sent it.
TO_DESK = {RAction.SEND, RAction.INHERIT}
TO_HEADS = {RAction.DRAFT}
TO_EXECUTOR = {
    RAction.REJECT, RAction.ACCEPT, RAction.ASSIGN, RAction.REWORK, RAction.WITHDRAW,
    RAction.REROUTE, RAction.DECIDE_EXTENSION,
}  # fmt: skip
TO_SECTOR = {
    RAction.ANSWER, RAction.APPROVE, RAction.RECORD_ANSWER, RAction.RETURN, RAction.ASK_EXTENSION,
}  # fmt: skip


def referral_moved(
    sender: object, appeal: Appeal, entry: Entry, about: object = None, **more: object
) -> None:
    """A listener of `appeal_moved`, inside the step's transaction."""
    if entry.referral_ref is None or not entry.kind.startswith("referral."):
        return
    referral = about if isinstance(about, Referral) else Referral.objects.get(pk=entry.referral_ref)
    code = entry.kind.removeprefix("referral.")
    placed = list(_placed(referral))
    if entry.kind in WORDS:
        alerts.tell(
            _concerned(RAction(code), referral, appeal, placed), entry.kind,
            about=f"referral:{referral.pk}",
            url=reverse("referral", args=[referral.pk]), by=entry.actor,
            values={"number": appeal.number, "structure": referral.structure_name},
        )  # fmt: skip
    channels = [f"user:{row.user_id}" for row in placed]
    topics = ["inbox", f"referral:{referral.pk}"]
    sector = ["role:operator", "role:sector_head"]
    own = [f"referrals:{appeal.pk}", f"referral:{referral.pk}"]

    def tell() -> None:
        live.publish(channels, {"topics": topics})
        live.publish(sector, {"topics": own})

    transaction.on_commit(tell, robust=True)


def _placed(referral: Referral) -> Iterable[Placement]:
    today = timezone.localdate()
    rows = Placement.objects.on(today).filter(structure_id=referral.structure_id)
    return rows.filter(user__is_active=True).select_related("user").only("position", *NAMED)


def _concerned(
    action: RAction, referral: Referral, appeal: Appeal, placed: list[Placement]
) -> set[User]:
    if action in TO_SECTOR:
        people = User.objects.filter(pk__in=[referral.sent_by_id, appeal.owner_id])
        return set(people.only("username", "is_active"))
    if action in TO_EXECUTOR:
        return {referral.executor} if referral.executor is not None else set()
    heads = (Position.HEAD, Position.SUBSTITUTE)
    wanted = heads if action in TO_HEADS else (*heads, Position.REGISTRAR)
    found = {row.user for row in placed if row.position in wanted}
    return found or {row.user for row in placed}


def _visible(user: User, keys: set[str]) -> set[str]:
    wanted = [int(key) for key in keys if key.isdigit()]
    rows = Referral.objects.visible_to(user).filter(pk__in=wanted)
    return {str(pk) for pk in rows.values_list("pk", flat=True)}


def install() -> None:
    """Called once, when the app is ready."""
    from appeals.signals import appeal_moved

    alerts.know({**WORDS, **REMINDERS, **MEMOS})
    alerts.guard("referral", _visible)
    appeal_moved.connect(referral_moved, dispatch_uid="routing.alerting")
