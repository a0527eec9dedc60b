"""Sending to a structure, and sending on to another."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NoReturn

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from appeals.actions import hold, step
from appeals.lifecycle import Action
from appeals.models import Appeal, Attachment, Clock, TermRule
from appeals.policies import sees
from appeals.terms import start_clock, stop
from callcenter.errors import NotAllowed, RuleBroken, StaleForm
from callcenter.text import clean
from people.audit import audit
from people.legal import number
from people.models import Structure, User
from people.models.structure import Category
from routing.actions.ended import ended_words, still_there
from routing.actions.gate import referral_step
from routing.actions.outside import forward
from routing.lifecycle import RAction, RStatus
from routing.models import Referral, ReferralKind
from routing.policies import is_complained_about
from routing.terms import LONGEST_DAYS, term_of

#: Longest question to a structure, characters.
LONGEST_QUESTION = 20_000


class _Accused(Exception):
    """The structure is the one complained about: nothing is sent, and the attempt is written down
    once the appeal is let go."""

    def __init__(self, appeal: Appeal) -> None:
        super().__init__()
        self.appeal = appeal


@dataclass(frozen=True)
class Shared:
    """What the structure is shown of the appeal: never the phone, the FIN or the notes."""

    text: bool = True
    files: bool = True
    chosen: Sequence[Attachment] = field(default_factory=tuple)  # where not all files are


def refer(
    appeal_id: int,
    *,
    by: User | None,
    structure: Structure,
    client_id: uuid.UUID,
    kind: str = ReferralKind.EXECUTION,
    question: str = "",
    days: int | None = None,
    shares_text: bool = True,
    shares_files: bool = True,
    chosen_files: Sequence[Attachment] = (),
    co_executors: Sequence[Structure] = (),
    main: Referral | None = None,
    letter_number: str = "",
    letter_on: dt.date | None = None,
    version: int | None = None,
) -> Referral:
    """Send to a structure with a term of its own, in working days. A complaint never goes to the
    structure complained about: the attempt is refused and journalled.

    With `co_executors` the structure is the main executor and answers for all; with `main` it is
    one more co-executor of a referral already sent. With the number of the letter, what goes
    outside has gone.
    """
    if (made := _made(appeal_id, client_id)) is not None:
        return made
    everybody = [structure, *co_executors]
    question = clean(question).strip()
    if structure.category == Category.OUTSIDE:
        kind = ReferralKind.OUTSIDE
    shared = Shared(shares_text, shares_files, chosen_files)
    now = timezone.now()
    try:
        with hold(appeal_id) as held:
            if not sees(by, held):
                raise NotAllowed()
            _check_structures(held, everybody)
            _check_words(structure, kind, question, days, co_executors)
            referral = _send(
                held, by=by, structure=structure, client_id=client_id, kind=kind,
                question=question, days=days, shared=shared, main=main, version=version, at=now,
            )  # fmt: skip
            for each in co_executors:
                _send(
                    held, by=by, structure=each, kind=ReferralKind.JOINT, question=question,
                    client_id=uuid.uuid5(client_id, each.code), days=_part_days(referral),
                    shared=shared, main=referral, version=None, at=now,
                )  # fmt: skip
            if kind == ReferralKind.OUTSIDE and letter_number.strip():
                forward(referral.pk, by=by, letter_number=letter_number, letter_on=letter_on)
                referral.refresh_from_db()
    except _Accused as accused:
        refuse(accused.appeal, everybody, by)
    except IntegrityError:
        if (made := _made(appeal_id, client_id)) is None:
            raise
        return made
    return referral


def _made(appeal_id: int, client_id: uuid.UUID) -> Referral | None:
    """Sent already by the same press of the button."""
    rows = Referral.objects.filter(client_id=client_id, appeal_id=appeal_id)
    return rows.get() if rows.exists() else None


def _known(appeal_id: int, by: User | None) -> Appeal:
    rows = Appeal.objects.select_related("complained_structure").filter(pk=appeal_id)
    known = (rows.visible_to(by) if by is not None else rows).first()
    if known is None:
        raise NotAllowed()
    return known


def _check_structures(appeal: Appeal, structures: Sequence[Structure]) -> None:
    if any(is_complained_about(appeal, each) for each in structures):
        raise _Accused(appeal)
    today = timezone.localdate()
    for place, each in enumerate(structures):
        name = "co_executors" if place else "structure"
        if each.valid_to is not None and each.valid_to < today:
            raise RuleBroken("structure_ended", ended_words(each), field=name)
        if each.valid_from > today:
            raise RuleBroken(
                "structure_not_yet",
                _("%(name)s does not exist yet.") % {"name": each.name},
                field=name,
            )
    if len({each.pk for each in structures}) < len(structures):
        raise RuleBroken(
            "same_structure",
            _("The main executor cannot be a co-executor, and nobody is one twice."),
            field="co_executors",
        )


def _check_words(
    structure: Structure, kind: str, question: str, days: int | None, others: Sequence[Structure]
) -> None:
    if days is not None and not 1 <= days <= LONGEST_DAYS:
        raise RuleBroken("term_range", _("Give a term of 1 to 90 working days."), field="days")
    if len(question) > LONGEST_QUESTION:
        raise RuleBroken(
            "text_too_long",
            _("The text is longer than %(longest)d characters.") % {"longest": LONGEST_QUESTION},
            field="question",
        )
    if kind == ReferralKind.OUTSIDE and structure.category != Category.OUTSIDE:
        raise RuleBroken(
            "not_outside",
            _("%(name)s belongs to the ministry: refer to it, do not forward outside.")
            % {"name": structure.name},
            field="kind",
        )
    if others and kind != ReferralKind.JOINT:
        raise RuleBroken(
            "not_joint", _("Co-executors belong to joint execution only."), field="co_executors"
        )
    if any(each.category == Category.OUTSIDE for each in others):
        raise RuleBroken(
            "outside_co_executor",
            _("An outside body cannot be a co-executor; forward to it separately."),
            field="co_executors",
        )


def _part_days(main: Referral) -> int:
    """A contribution comes before the main executor's own answer is due."""
    assert main.clock is not None
    return max(1, main.clock.quantity - number("structure_term_reserve_days", 2))


def _send(
    held: Appeal,
    *,
    by: User | None,
    structure: Structure,
    client_id: uuid.UUID,
    kind: str,
    question: str,
    days: int | None,
    shared: Shared,
    main: Referral | None,
    version: int | None,
    at: dt.datetime,
) -> Referral:
    """One referral with its clock and its step of the appeal, which is held."""
    term = term_of(held, structure, kind, days, at)
    clock = start_clock(
        held, use=Clock.Use.REFERRAL, quantity=term.days, unit=TermRule.Unit.WORKING_DAYS,
        basis=term.basis[:250], at=at, rule=term.rule,
    )  # fmt: skip
    referral = Referral.objects.create(
        client_id=client_id, appeal=held, kind=kind, structure=structure,
        structure_name=structure.name_az, question=question, main=main,
        shares_text=shared.text, shares_files=shared.files, clock=clock,
        due_at=clock.due_at, sent_by=by, sent_at=at,
    )  # fmt: skip
    still_there(structure)
    if shared.chosen and not shared.files:
        # Only files of this very appeal can be shared with it.
        own = held.attachments.filter(pk__in=[each.pk for each in shared.chosen])
        referral.chosen_files.set(own.filter(removed_at__isnull=True))
    # Asked for an opinion, a paper or a part, the structure does not get the appeal itself.
    holds = referral.holds_appeal
    action = Action.REFER if holds else Action.REFERRAL_STEP
    with step(held.pk, action, by=by, at=at, version=version, held=held) as moving:
        moving.kind = f"referral.{RAction.SEND}"
        moving.referral_ref, moving.about = referral.pk, referral
        if holds:
            moving.appeal.responsible = structure
        moving.changes["structure"] = referral.structure_name
        moving.changes["referral_kind"] = [None, str(kind)]
    return referral


def refuse(appeal: Appeal, structures: Sequence[Structure], by: User | None) -> NoReturn:
    """Code of Administrative Offences 594-1.1.2: the attempt itself is written down."""
    accused = next(
        (each for each in structures if is_complained_about(appeal, each)), structures[0]
    )
    audit(
        "refused.referral",
        by=by,
        object_kind="appeal",
        object_ref=appeal.pk,
        detail={"structure": accused.code, "rule": "594-1.1.2"},
    )
    with step(appeal.pk, Action.TOUCH, by=by) as moving:
        moving.kind = "referral.refused"
        moving.changes["structure"] = accused.name_az
    raise RuleBroken(
        "complained_about",
        _("A complaint is not sent to the structure it complains about: %(name)s.")
        % {"name": accused.name},
        field="structure" if accused is structures[0] else "co_executors",
    )


def reroute(
    referral_id: int,
    *,
    by: User,
    client_id: uuid.UUID,
    structure: Structure | None = None,
    reason: str = "",
    days: int | None = None,
    version: int | None = None,
) -> Referral:
    """One action: this structure lets go, the one it named (or another) gets the same question,
    the same things shared, and its co-executors. Not yet returned, it is taken with a reason."""
    old = (
        Referral.objects.visible_to(by).select_related("belongs_to").filter(pk=referral_id).first()
    )
    if old is None:
        raise NotAllowed()
    made = Referral.objects.filter(client_id=client_id, rerouted_from=old).first()
    if made is not None:
        return made
    to = structure or old.belongs_to
    if to is None:
        raise RuleBroken("structure_required", _("Choose the structure."), field="structure")
    if to.pk == old.structure_id:
        raise RuleBroken(
            "same_structure", _("It is with this structure already."), field="structure"
        )
    if to.category == Category.OUTSIDE:
        raise RuleBroken(
            "outside_reroute",
            _("Forward to an outside body with its own letter."),
            field="structure",
        )
    try:
        _check_structures(_known(old.appeal_id, by), [to])
    except _Accused as accused:
        refuse(accused.appeal, [to], by)
    if old.status != RStatus.RETURNED and not reason.strip():
        raise RuleBroken("note_required", _("Give the reason."), field="reason")
    now = timezone.now()
    with transaction.atomic():
        with referral_step(
            referral_id, RAction.REROUTE, by=by, note=reason, at=now, version=version
        ) as gone:
            gone.finished_at = gone.finished_at or now
            if gone.clock is not None and gone.clock.stopped_at is None:
                stop(gone.clock, at=now)
        referral = refer(
            old.appeal_id, by=by, structure=to, client_id=client_id, kind=old.kind,
            question=old.question, days=days, shares_text=old.shares_text,
            shares_files=old.shares_files, chosen_files=list(old.chosen_files.all()),
            main=old.main,
        )  # fmt: skip
        if referral.rerouted_from_id not in (None, old.pk):
            raise StaleForm()
        referral.rerouted_from = old
        referral.save(update_fields=["rerouted_from"])
        old.parts.update(main=referral)
    return referral


def add_co_executor(
    referral_id: int,
    *,
    by: User,
    structure: Structure,
    client_id: uuid.UUID,
    days: int | None = None,
) -> Referral:
    """One more structure contributes to the main executor's answer, shown the same."""
    main = Referral.objects.visible_to(by).filter(pk=referral_id).first()
    if main is None:
        raise NotAllowed()
    if not main.is_open or main.kind != ReferralKind.JOINT or main.main_id is not None:
        raise RuleBroken("not_joint", _("Co-executors are added to an open joint execution only."))
    if structure.pk == main.structure_id or main.parts.open().filter(structure=structure).exists():
        raise RuleBroken(
            "same_structure",
            _("%(name)s executes it already.") % {"name": structure.name},
            field="structure",
        )
    return refer(
        main.appeal_id, by=by, structure=structure, client_id=client_id, kind=ReferralKind.JOINT,
        question=main.question, days=days or _part_days(main), shares_text=main.shares_text,
        shares_files=main.shares_files, chosen_files=list(main.chosen_files.all()), main=main,
    )  # fmt: skip
