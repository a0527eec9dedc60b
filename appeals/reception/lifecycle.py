"""The life of a reception as one table, as `appeals.lifecycle` is for the appeal it belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


class State(StrEnum):
    """Where an invitation to a reception stands."""

    INVITED = "invited"
    CONFIRMED = "confirmed"
    PRESENT = "present"
    ABSENT = "absent"
    HELD = "held"
    MISSED = "missed"
    DECLINED = "declined"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class StateMeta:
    """How a state is named and shown, whether something is still owed, whether it fills a place."""

    label: Words
    tone: str  # neutral | info | good | warn | bad
    is_open: bool
    takes_place: bool


STATES: dict[State, StateMeta] = {
    State.INVITED: StateMeta(_("Invited, not confirmed"), "warn", True, True),
    State.CONFIRMED: StateMeta(_("Confirmed"), "info", True, True),
    State.PRESENT: StateMeta(_("Came, minutes to be written"), "info", True, True),
    State.ABSENT: StateMeta(_("Not received, another hour is owed"), "bad", True, False),
    State.HELD: StateMeta(_("Reception held"), "good", False, True),
    State.MISSED: StateMeta(_("Did not come"), "neutral", False, True),
    State.DECLINED: StateMeta(_("Declined by the applicant"), "neutral", False, False),
    State.CANCELLED: StateMeta(_("Cancelled"), "neutral", False, False),
}

OPEN = tuple(str(state) for state, meta in STATES.items() if meta.is_open)
TAKING = tuple(str(state) for state, meta in STATES.items() if meta.takes_place)
#: Those who are still to come.
EXPECTED = (str(State.INVITED), str(State.CONFIRMED))


class Step(StrEnum):
    """What can be done with a reception."""

    INVITE = "invite"
    CONFIRM = "confirm"
    DECLINE = "decline"
    MOVE = "move"
    CANCEL = "cancel"
    CAME = "came"
    MISS = "miss"
    ABSENT = "absent"
    UNMARK = "unmark"
    MINUTES = "minutes"
    REMIND = "remind"


class Party(StrEnum):
    """On whose behalf somebody acts: the sector, the official's own people, the service itself."""

    SECTOR = "sector"
    RECEIVER = "receiver"
    SYSTEM = "system"


_SECTOR = frozenset({Party.SECTOR})
_BOTH = frozenset({Party.SECTOR, Party.RECEIVER})
_EXPECTED = frozenset({State.INVITED, State.CONFIRMED})


@dataclass(frozen=True)
class StepMeta:
    """From where, to where, by whom, with what. `to=None` leaves the state as it is; `from_day`
    says that the step is a matter of the day itself and what follows it."""

    label: Words
    past: Words
    starts: frozenset[State]
    to: State | None
    parties: frozenset[Party]
    needs_note: bool = False
    from_day: bool = False
    is_direct: bool = False  # one button, no form


STEPS: dict[Step, StepMeta] = {
    Step.INVITE: StepMeta(
        _("Invite to a reception"), _("Invited to a reception"), frozenset(), State.INVITED, _SECTOR
    ),
    Step.CONFIRM: StepMeta(
        _("The applicant confirms"),
        _("The applicant confirmed coming to the reception"),
        frozenset({State.INVITED}),
        State.CONFIRMED,
        _SECTOR | {Party.SYSTEM},
        is_direct=True,
    ),
    Step.CAME: StepMeta(
        _("The applicant came"),
        _("Came to the reception"),
        _EXPECTED,
        State.PRESENT,
        _BOTH,
        from_day=True,
        is_direct=True,
    ),
    Step.MISS: StepMeta(
        _("The applicant did not come"),
        _("Did not come to the reception"),
        _EXPECTED,
        State.MISSED,
        _BOTH,
        from_day=True,
        is_direct=True,
    ),
    Step.MINUTES: StepMeta(
        _("Write the minutes"),
        _("Received; the minutes were written"),
        frozenset({State.PRESENT}),
        State.HELD,
        _BOTH,
    ),
    Step.ABSENT: StepMeta(
        _("The official is absent"),
        _("The official was absent; another hour is owed"),
        _EXPECTED | {State.PRESENT},
        State.ABSENT,
        _BOTH,
        needs_note=True,
    ),
    Step.MOVE: StepMeta(
        _("Move to another hour"),
        _("The reception was moved"),
        _EXPECTED | {State.ABSENT},
        State.INVITED,
        _SECTOR,
    ),
    Step.DECLINE: StepMeta(
        _("The applicant declines"),
        _("The applicant declined the reception"),
        _EXPECTED | {State.ABSENT},
        State.DECLINED,
        _SECTOR | {Party.SYSTEM},
        needs_note=True,
    ),
    Step.CANCEL: StepMeta(
        _("Cancel the reception"),
        _("The reception was cancelled"),
        _EXPECTED | {State.ABSENT},
        State.CANCELLED,
        _SECTOR,
        needs_note=True,
    ),
    Step.UNMARK: StepMeta(
        _("Take the mark back"),
        _("The mark of attendance was taken back"),
        frozenset({State.PRESENT, State.MISSED}),
        State.CONFIRMED,
        _BOTH,
        needs_note=True,
    ),
    Step.REMIND: StepMeta(
        _("Remind"),
        _("Reminded of the reception"),
        _EXPECTED,
        None,
        frozenset({Party.SYSTEM}),
    ),
}


def allowed(step: Step, state: State, parties: frozenset[Party]) -> bool:
    """The table's own answer."""
    meta = STEPS[step]
    return state in meta.starts and bool(meta.parties & parties)


def past_of(code: str) -> object:
    """How the journal of the appeal tells a step."""
    return STEPS[Step(code)].past if code in set(Step) else code
