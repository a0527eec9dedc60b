"""What people are alerted of about appeals, and who may see such alerts."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appeals.audience import people_who_see
from appeals.models import Appeal, Entry, Notice, Watch
from appeals.signals import appeal_moved
from callcenter.kept import Kept
from people import alerts
from people.models import Role, User
from people.standing import holders

WORDS = {
    "appeal.given": _("%(by)s gave you appeal %(number)s"),
    "appeal.mentioned": _("%(by)s named you in a note on appeal %(number)s"),
    "watched.note": _("%(by)s wrote a note on appeal %(number)s, which you watch"),
    "watched.moved": _("Appeal %(number)s, which you watch, moved on: %(by)s"),
    "watched.changed": _("%(by)s changed appeal %(number)s, which you watch"),
    "notice.undelivered": _("A notice did not reach the applicant: %(number)s"),
    "rating.low": _("A dissatisfied applicant: %(number)s"),
    "rating.complaint": _("A dissatisfied applicant complains in writing: %(number)s"),
    "bulk.checked": _("A step for %(n)s appeals waits for your word"),
    "bulk.done": _("A step for %(n)s appeals is done: see what became of each"),
}
#: What a notice says of itself when nothing leads to the applicant.
UNREACHABLE = "unreachable"


def about(appeal: Appeal) -> dict[str, object]:
    """What every alert about an appeal carries: grouped by it, opening its page, telling its number."""
    return {
        "about": f"appeal:{appeal.pk}",
        "url": appeal.get_absolute_url(),
        "values": {"number": appeal.number},
    }


def tell_undelivered(notice: Notice) -> None:
    """The head and the appeal's owner hear of a notice that no machine will deliver any more."""
    appeal = notice.appeal
    people = [*holders(Role.SECTOR_HEAD), *([appeal.owner] if appeal.owner else [])]
    told = about(appeal) | {"url": reverse("notice", args=[notice.pk])}
    alerts.tell(people, "notice.undelivered", **told)


#: Entries nobody watches for: what goes on by itself.
UNTOLD = ("notice", "letter", "rule", "recompute", "touch", "rating")


_watching = Kept(
    lambda _fixed, appeal: Watch.objects.filter(appeal=appeal).values_list("user_id", flat=True)
)


def tell_watchers(sender: object, appeal: Appeal, entry: Entry, **more: object) -> None:
    """A listener of `appeal_moved`, inside the step's transaction: whoever watches is told, if
    they may see the appeal, and of internal entries only if they read those."""
    if entry.kind.startswith(UNTOLD):
        return
    watching = [pk for pk in _watching(appeal=appeal.pk) if pk != entry.actor_id]
    if not watching:
        return
    seeing = people_who_see(appeal, inside=entry.is_internal).filter(pk__in=watching)
    kind = "watched.changed"
    if entry.is_internal:
        kind = "watched.note"
    elif "status" in entry.changes:
        kind = "watched.moved"
    alerts.tell(seeing, kind, by=entry.actor, **about(appeal))


def _visible(user: User, keys: set[str]) -> set[str]:
    wanted = [int(key) for key in keys if key.isdigit()]
    rows = Appeal.objects.visible_to(user).filter(pk__in=wanted)
    return {str(pk) for pk in rows.values_list("pk", flat=True)}


def install() -> None:
    """Called once, when the app is ready."""
    alerts.know(WORDS)
    alerts.guard("appeal", _visible)
    appeal_moved.connect(tell_watchers, dispatch_uid="appeals.alerting")
