"""Who may do what with receptions and hours. The gate and the templates ask the same functions."""

from __future__ import annotations

from django.utils import timezone

from appeals.models import Appeal
from appeals.policies import sees
from appeals.reception.lifecycle import STEPS, Party, State, Step, allowed
from appeals.reception.models import Reception, ReceptionOfficial
from appeals.reception.querysets import stands_for
from people.models import Role, User
from people.standing import standing_of

#: Buttons of the page of a reception, in this order.
OFFERED = tuple(step for step, meta in STEPS.items() if meta.starts and step != Step.REMIND)


def keeps(user: User, official: ReceptionOfficial) -> bool:
    """The official, the assistant, and who acts for either today."""
    return bool(stands_for(user) & {official.user_id, official.assistant_id})


def may_make_slots(user: User, official: ReceptionOfficial | None = None) -> bool:
    """The sector head organises reception for all (it is centralised); officials and their
    assistants keep their own calendar. Operators book."""
    standing = standing_of(user)
    if not standing.roles or standing.roles == {str(Role.ADMINISTRATOR)}:
        return False
    if standing.has(Role.SECTOR_HEAD):
        return True
    if official is not None:
        return keeps(user, official)
    return ReceptionOfficial.objects.current().kept_by(user).exists()


def parties_of(user: User | None, appeal: Appeal, official: ReceptionOfficial) -> frozenset[Party]:
    """On whose behalf this person may act here; nobody at the keyboard is the service itself."""
    if user is None:
        return frozenset({Party.SYSTEM})
    standing = standing_of(user)
    found = set()
    if standing.has(Role.OPERATOR, Role.SECTOR_HEAD) and sees(user, appeal):
        found.add(Party.SECTOR)
    if standing.roles - {str(Role.ADMINISTRATOR)} and keeps(user, official):
        found.add(Party.RECEIVER)
    return frozenset(found)


def steps_for(user: User, reception: Reception) -> list[Step]:
    """What this reader may do now with a reception in hand."""
    parties = parties_of(user, reception.appeal, reception.slot.official)
    state = State(reception.state)
    is_day = timezone.localdate() >= timezone.localdate(reception.slot.starts_at)
    return [
        step
        for step in OFFERED
        if allowed(step, state, parties) and (is_day or not STEPS[step].from_day)
    ]
