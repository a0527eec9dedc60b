"""The verbs of the directory. Only an administrator; every change with old and new in the audit."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from appeals.models import Topic
from callcenter.errors import AlreadyDone, NotAllowed, RuleBroken, StaleForm
from callcenter.text import clean
from people.actions.settings import state_of
from people.audit import audit
from people.models import Placement, Role, Structure, User
from people.models.structure import Category
from people.standing import standing_of
from routing.directory.succession import copy_templates
from routing.directory.tree import move_branch
from routing.models import Competence, Referral

ONE_DAY = dt.timedelta(days=1)
NAMES = ("name_az", "name_en", "name_ru", "short_az", "short_en", "short_ru")
CONTACTS = ("phone", "email", "address", "answers_within", "opens_at", "closes_at")
#: What is copied into the audit: all of it is public, about bodies and not about people.
FIELDS = ("category", "parent", *NAMES, *CONTACTS, "valid_from", "source")


def state(structure: Structure) -> str:
    """What a form has read: the row and what it answers for."""
    codes = structure.competence.order_by("topic__code").values_list("topic__code", flat=True)
    return f"{state_of(structure)}.{state_of_codes(codes)}"


def state_of_codes(codes: Iterable[str]) -> str:
    """The topics in a few signs."""
    return hashlib.sha256(" ".join(codes).encode()).hexdigest()[:8]


def add_structure(
    *, by: User, code: str, values: Mapping[str, Any], competence: Iterable[Topic] = ()
) -> Structure:
    """A new body; its code stands once and for ever."""
    keeper(by)
    made = Structure(code=code, **_cleaned(values))
    if made.valid_from is None:
        made.valid_from = timezone.localdate()
    _check(made)
    made.path = f"{made.parent.path if made.parent else '/'}{code}/"
    try:
        with transaction.atomic():
            made.save(force_insert=True)
            told: dict[str, object] = {
                name: [None, _told(getattr(made, name))]
                for name in FIELDS
                if getattr(made, name) not in ("", None)
            }
            _set_competence(made, competence, told)
            _audit("structure.added", by, made, told)
    except IntegrityError as error:
        raise RuleBroken(
            "code_taken", _("This code is taken. Choose another."), field="code"
        ) from error
    return made


def change_structure(
    structure_id: int,
    *,
    by: User,
    values: Mapping[str, Any],
    competence: Iterable[Topic] | None = None,
    read: str = "",
) -> Structure:
    """Correct what is known of a body; nothing is written where nothing differs. A name changed here
    was misspelt: a body that is renamed ends, and its successor begins."""
    keeper(by)
    with transaction.atomic():
        held = _held(structure_id)
        if read and read != state(held):
            raise StaleForm(
                _("Another administrator saved this before you. Compare and save again.")
            )
        told: dict[str, object] = {}
        moves = False
        for name, new in _cleaned(values).items():
            old = getattr(held, name)
            if old != new:
                told[name] = [_told(old), _told(new)]
                setattr(held, name, new)
                moves = moves or name == "parent"
        if told:
            _check(held)
        if competence is not None:
            _set_competence(held, competence, told)
        if told:
            names = [name for name in told if name != "competence"]
            if names:
                held.save(update_fields=names)
            if moves:
                move_branch(held, held.parent)
            _audit("structure.changed", by, held, told)
    return held


def close_structure(
    structure_id: int, *, by: User, last_day: dt.date, heir: Structure | None = None, act: str = ""
) -> Structure:
    """The body ends on a day. With an heir, its people, what it answers for, the bodies under it and
    its open referrals go there; without one, nothing of that may be left."""
    keeper(by)
    act = clean(act).strip()[:220]
    with transaction.atomic():
        held = _held(structure_id)
        if held.valid_to is not None:
            raise AlreadyDone(
                _("%(name)s ended on %(day)s.")
                % {"name": held.name, "day": f"{held.valid_to:%d.%m.%Y}"},
                field="last_day",
            )
        if last_day < held.valid_from:
            raise RuleBroken("ends_early", _("It ends before it begins."), field="last_day")
        if heir is not None:
            heir = _held(heir.pk)
            _check_heir(held, heir, last_day + ONE_DAY)
        _leave_nothing(held, heir, last_day)
        held.valid_to, held.successor = last_day, heir
        told: dict[str, object] = {
            "valid_to": [None, last_day.isoformat()], "act": [None, act],
        }  # fmt: skip
        if heir is not None:
            told["successor"] = [None, heir.code]
            _hand_over(held, heir, last_day + ONE_DAY)
        held.save(update_fields=["valid_to", "successor"])
        Placement.objects.filter(
            structure=held, valid_from__lte=last_day
        ).exclude(valid_to__lte=last_day).update(valid_to=last_day)  # fmt: skip
        _audit("structure.closed", by, held, told)
    return held


def succeed_structure(
    structure_id: int,
    *,
    by: User,
    code: str,
    first_day: dt.date,
    values: Mapping[str, Any],
    act: str = "",
) -> Structure:
    """Rename or reorganise: a successor begins on a day, the old body ends the day before. Appeals
    of the old days keep the name of their day."""
    keeper(by)
    with transaction.atomic():
        old = _held(structure_id)
        kept = {name: getattr(old, name) for name in FIELDS if name != "valid_from"}
        made = add_structure(by=by, code=code, values={**kept, **values, "valid_from": first_day})
        close_structure(structure_id, by=by, last_day=first_day - ONE_DAY, heir=made, act=act)
    return made


def keeper(by: User) -> None:
    """The directory is the administrator's."""
    if not standing_of(by).has(Role.ADMINISTRATOR):
        raise NotAllowed()


def _held(structure_id: int) -> Structure:
    rows = Structure.objects.select_for_update(of=("self",)).select_related("parent", "successor")
    found = rows.filter(pk=structure_id).first()
    if found is None:
        raise NotAllowed()
    return found


def _cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: clean(value).strip() if isinstance(value, str) else value
        for name, value in values.items()
        if name in FIELDS
    }


def _check(row: Structure) -> None:
    if not row.name_az:
        raise RuleBroken("name_required", _("Name it in Azerbaijani."), field="name_az")
    if row.category not in Category.values:
        raise RuleBroken("category_unknown", _("Choose the category."), field="category")
    if row.valid_to is not None and row.valid_to < row.valid_from:
        raise RuleBroken("ends_early", _("It ends before it begins."), field="valid_from")
    if bool(row.opens_at) != bool(row.closes_at):
        raise RuleBroken("hours_halved", _("Give both hours, or neither."), field="closes_at")
    if row.opens_at and row.closes_at and row.opens_at >= row.closes_at:
        raise RuleBroken("hours_turned", _("It closes before it opens."), field="closes_at")
    if row.answers_within is not None and not 1 <= row.answers_within <= 90:
        raise RuleBroken(
            "term_range", _("Give a term of 1 to 90 working days."), field="answers_within"
        )
    _check_parent(row)


def _check_parent(row: Structure) -> None:
    parent = row.parent
    if parent is None:
        return
    if row.pk is not None and (parent.pk == row.pk or parent.path.startswith(row.path)):
        raise RuleBroken(
            "tree_loop",
            _("%(parent)s stands under %(name)s itself: the tree would turn in a circle.")
            % {"parent": parent.name, "name": row.name},
            field="parent",
        )
    if parent.valid_to is not None and (row.valid_to is None or row.valid_to > parent.valid_to):
        raise RuleBroken(
            "parent_ended",
            _("%(name)s ended on %(day)s. Choose its successor.")
            % {"name": parent.name, "day": f"{parent.valid_to:%d.%m.%Y}"},
            field="parent",
        )


def _check_heir(held: Structure, heir: Structure, day: dt.date) -> None:
    if heir.pk == held.pk:
        raise RuleBroken("own_heir", _("It cannot be its own successor."), field="heir")
    if heir.path.startswith(held.path):
        raise RuleBroken(
            "heir_below",
            _("%(name)s stands under it. Move it first.") % {"name": heir.name},
            field="heir",
        )
    if heir.valid_from > day or (heir.valid_to is not None and heir.valid_to < day):
        raise RuleBroken(
            "heir_absent",
            _("%(name)s does not exist on %(day)s.")
            % {"name": heir.name, "day": f"{day:%d.%m.%Y}"},
            field="heir",
        )


def _leave_nothing(held: Structure, heir: Structure | None, last_day: dt.date) -> None:
    if heir is not None:
        return
    below = held.children.filter(valid_to__isnull=True) | held.children.filter(
        valid_to__gt=last_day
    )
    names = [row.name for row in below.order_by("path")[:5]]
    if names:
        raise RuleBroken(
            "bodies_below",
            _("Bodies still stand under it: %(names)s. Name a successor or move them.")
            % {"names": ", ".join(names)},
            field="heir",
        )
    waiting = Referral.objects.open().filter(structure=held).count()
    if waiting:
        raise RuleBroken(
            "referrals_open",
            _("It still owes answers (%(n)d). Name a successor, or have them withdrawn first.")
            % {"n": waiting},
            field="heir",
        )


def _hand_over(held: Structure, heir: Structure, day: dt.date) -> None:
    """People, topics and the bodies below; open referrals follow one by one, each journalled."""
    staying = Placement.objects.on(day).filter(structure=held)
    there = set(Placement.objects.on(day).filter(structure=heir).values_list("user_id", "position"))
    Placement.objects.bulk_create(
        Placement(
            user_id=row.user_id, structure=heir, position=row.position,
            valid_from=max(day, row.valid_from), valid_to=row.valid_to,
        )
        for row in staying
        if (row.user_id, row.position) not in there
    )  # fmt: skip
    Placement.objects.filter(structure=held, valid_from__gte=day).update(structure=heir)
    copy_templates(held, heir)
    known = set(heir.competence.values_list("topic_id", flat=True))
    Competence.objects.bulk_create(
        Competence(structure=heir, topic_id=topic)
        for topic in held.competence.values_list("topic_id", flat=True)
        if topic not in known
    )
    for child in held.children.exclude(pk=heir.pk).order_by("path"):
        if child.valid_to is None or child.valid_to >= day:
            child.parent = heir
            child.save(update_fields=["parent"])
            move_branch(child, heir)


def _set_competence(structure: Structure, topics: Iterable[Topic], told: dict[str, object]) -> None:
    wanted = {topic.pk: topic.code for topic in topics}
    present = dict(structure.competence.values_list("topic_id", "topic__code"))
    if wanted.keys() == present.keys():
        return
    gone = present.keys() - wanted.keys()
    structure.competence.filter(topic_id__in=gone).delete()
    Competence.objects.bulk_create(
        Competence(structure=structure, topic_id=topic) for topic in wanted.keys() - present.keys()
    )
    told["competence"] = [sorted(present.values()), sorted(wanted.values())]


def _told(value: object) -> object:
    if isinstance(value, Structure):
        return value.code
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    return value


def _audit(kind: str, by: User, row: Structure, told: dict[str, object]) -> None:
    audit(kind, by=by, object_kind="structure", object_ref=row.code, detail=told)
