"""Who works where: dated places of people, one head and one substitute at a time."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from callcenter.errors import AlreadyDone, NotAllowed, RuleBroken
from people.audit import audit
from people.models import Placement, Position, Role, Structure, User
from routing.directory.actions import keeper

#: Those a structure has one of at a time.
SINGLE = (Position.HEAD, Position.SUBSTITUTE)
STRUCTURE_ROLES = (Role.STRUCTURE_USER, Role.STRUCTURE_HEAD)


def place(
    structure_id: int,
    *,
    by: User,
    user: User,
    position: str,
    valid_from: dt.date,
    valid_to: dt.date | None = None,
) -> Placement:
    """A person works here from a day on. A substitute stands in between two days; two heads or two
    substitutes at the same time are refused, by name."""
    keeper(by)
    with transaction.atomic():
        # The structure's row is held, so that two administrators cannot both find the days free.
        structure = Structure.objects.select_for_update().filter(pk=structure_id).first()
        if structure is None:
            raise NotAllowed()
        _check_person(user)
        _check_days(structure, position, valid_from, valid_to)
        _check_free(structure, user, position, valid_from, valid_to)
        made = Placement.objects.create(
            user=user, structure=structure, position=position, valid_from=valid_from,
            valid_to=valid_to,
        )  # fmt: skip
        audit(
            "place.given", by=by, object_kind="structure", object_ref=structure.code,
            detail=_told(made),
        )  # fmt: skip
    return made


def end_place(placement_id: int, *, by: User, last_day: dt.date) -> Placement:
    """The person's last day here; what was answered keeps the name."""
    keeper(by)
    with transaction.atomic():
        row = (
            Placement.objects.select_for_update(of=("self",))
            .select_related("structure", "user")
            .filter(pk=placement_id)
            .first()
        )
        if row is None:
            raise NotAllowed()
        if row.valid_to is not None and row.valid_to <= last_day:
            raise AlreadyDone(
                _("%(name)s works here until %(day)s.")
                % {"name": row.user.name, "day": f"{row.valid_to:%d.%m.%Y}"},
                field="last_day",
            )
        if last_day < row.valid_from:
            raise RuleBroken("ends_early", _("It ends before it begins."), field="last_day")
        row.valid_to = last_day
        row.save(update_fields=["valid_to"])
        audit(
            "place.ended", by=by, object_kind="structure", object_ref=row.structure.code,
            detail=_told(row),
        )  # fmt: skip
    return row


def _check_person(user: User) -> None:
    if not user.is_active:
        raise RuleBroken(
            "user_left", _("%(name)s no longer works here.") % {"name": user.name}, field="user"
        )
    if user.role not in STRUCTURE_ROLES:
        raise RuleBroken(
            "not_a_structures_person",
            _("%(name)s is “%(role)s”: only people of structures have a place in one.")
            % {"name": user.name, "role": user.get_role_display()},
            field="user",
        )


def _check_days(
    structure: Structure, position: str, valid_from: dt.date, valid_to: dt.date | None
) -> None:
    if position not in Position.values:
        raise RuleBroken("position_unknown", _("Choose the position."), field="position")
    if valid_to is not None and valid_to < valid_from:
        raise RuleBroken("ends_early", _("It ends before it begins."), field="valid_to")
    if position == Position.SUBSTITUTE and valid_to is None:
        raise RuleBroken(
            "substitute_dated", _("A substitute stands in until a day: give it."), field="valid_to"
        )
    ended = structure.valid_to
    if ended is not None and (valid_to is None or valid_to > ended):
        raise RuleBroken(
            "structure_ended",
            _("%(name)s ended on %(day)s.") % {"name": structure.name, "day": f"{ended:%d.%m.%Y}"},
            field="valid_to",
        )


def _check_free(
    structure: Structure, user: User, position: str, valid_from: dt.date, valid_to: dt.date | None
) -> None:
    same_time = Q(valid_to__isnull=True) | Q(valid_to__gte=valid_from)
    if valid_to is not None:
        same_time &= Q(valid_from__lte=valid_to)
    rows = Placement.objects.filter(same_time, structure=structure).select_related("user")
    taken = rows.filter(user=user, position=position).first()
    if taken is not None:
        raise AlreadyDone(_("%(row)s already.") % {"row": _days(taken)}, field="user")
    if position not in SINGLE:
        return
    other = rows.filter(position=position, user__is_active=True).first()
    if other is not None:
        raise RuleBroken("overlapping", _overlap_words(position, other), field="valid_from")
    if position == Position.SUBSTITUTE and rows.filter(user=user, position=Position.HEAD).exists():
        raise RuleBroken(
            "own_substitute",
            _("%(name)s heads it in these days and cannot stand in.") % {"name": user.name},
            field="user",
        )


def _overlap_words(position: str, other: Placement) -> str:
    if position == Position.HEAD:
        return _("In these days it has a head: %(row)s. End that place first.") % {
            "row": _days(other)
        }
    return _("In these days it has a substitute: %(row)s. Substitutions may not overlap.") % {
        "row": _days(other)
    }


def _days(row: Placement) -> str:
    end = f"{row.valid_to:%d.%m.%Y}" if row.valid_to else "…"
    return f"{row.user.name}, {row.valid_from:%d.%m.%Y} – {end}"


def _told(row: Placement) -> dict[str, object]:
    return {
        "user": row.user_id,
        "position": row.position,
        "from": row.valid_from.isoformat(),
        "to": row.valid_to.isoformat() if row.valid_to else "",
    }
