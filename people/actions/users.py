"""People who sign in: added, changed, gone and back again, their passwords; each written down."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from axes.utils import reset
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from callcenter.errors import AlreadyDone, NotAllowed, RuleBroken, StaleForm
from people.actions.tokens import revoke_token
from people.audit import audit
from people.leaving import hand_over
from people.models import ApiToken, Delegation, Placement, Role, User
from people.standing import standing_of

#: What an administrator says of a person.
FIELDS = (
    "username", "last_name", "first_name", "patronymic", "email", "role", "language", "extension",
)  # fmt: skip
#: Roles whose people have a place in a structure.
STRUCTURE_ROLES = (Role.STRUCTURE_USER, Role.STRUCTURE_HEAD)
#: Signs of a password that is read aloud once: none is taken for another. 16 of 31 signs are 79 bits.
SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
ONE_ADMINISTRATOR = 8_012_001  # the advisory lock under which administrators are counted


def state_of_user(user: User) -> str:
    """A digest of what a form shows: a save over another's save is noticed, a sign-in is not."""
    told = json.dumps([getattr(user, name) for name in FIELDS])
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def add_user(*, by: User | None, values: Mapping[str, str]) -> tuple[User, str]:
    """A new person and the password for the first sign-in, which is known only now.

    `by` is None for the command line, where the first administrator is made.
    """
    _keeper(by)
    made = User(must_choose_password=True)
    for name in FIELDS:
        if name in values:
            setattr(made, name, values[name])
    made.username = _sign_in_name(made.username)
    password = _temporary()
    made.set_password(password)
    with transaction.atomic():
        _check_name(made)
        made.save(force_insert=True)
        _write("user.added", made, by, {"role": made.role})
    return made, password


def change_user(user_id: int, *, by: User, values: Mapping[str, str], state: str = "") -> User:
    """Change what is known of a person; another role holds from the next page on."""
    with _held(user_id, by) as held:
        if state and state != state_of_user(held):
            raise StaleForm(
                _("Another administrator saved this before you. Compare and save again.")
            )
        before = held.role
        changed = [
            name for name in FIELDS if name in values and getattr(held, name) != values[name]
        ]
        for name in changed:
            setattr(held, name, values[name])
        held.username = _sign_in_name(held.username)
        _check_name(held)
        if held.role != before:
            _check_role(held, before)
        if changed:
            held.save(update_fields=changed)
            told: dict[str, object] = {"fields": changed}
            if held.role != before:
                told["role"] = [before, held.role]
            _write("user.changed", held, by, told)
    return held


def give_password(user_id: int, *, by: User) -> tuple[User, str]:
    """A password for one sign-in; the old one, and every session begun with it, end now."""
    with _held(user_id, by) as held:
        if not held.is_active:
            raise RuleBroken("user_left", _("%(name)s no longer works here.") % {"name": held.name})
        password = _temporary()
        held.set_password(password)
        held.must_choose_password = True
        held.save(update_fields=["password", "must_choose_password"])
        reset(username=held.username)
        _write("user.password_given", held, by)
    return held, password


def choose_password(user: User, password: str) -> None:
    """The person's own password, known to nobody else."""
    with transaction.atomic():
        held = User.objects.select_for_update().get(pk=user.pk)
        held.set_password(password)
        held.must_choose_password = False
        held.save(update_fields=["password", "must_choose_password"])
        _write("user.password_chosen", held, held)
    user.password, user.must_choose_password = held.password, False


def let_in(user_id: int, *, by: User) -> User:
    """Forget the wrong passwords that shut the person out."""
    with _held(user_id, by) as held:
        reset(username=held.username)
        _write("user.let_in", held, by)
    return held


def leave(user_id: int, *, by: User) -> User:
    """The person works here no more: sessions, tokens, places and acting for others end today.

    What they answered and registered keeps the name. Others go on acting for a head who left.
    """
    with _held(user_id, by) as held:
        if not held.is_active:
            raise AlreadyDone(_("%(name)s no longer works here.") % {"name": held.name})
        if held.pk == by.pk:
            raise RuleBroken("own_end", _("Another administrator has to end your own access."))
        if held.role == Role.ADMINISTRATOR:
            _check_administrators(held)
        held.is_active = False
        held.save(update_fields=["is_active"])
        today = timezone.localdate()
        running = Q(valid_to__isnull=True) | Q(valid_to__gt=today)
        places = Placement.objects.filter(running, user=held, valid_from__lte=today)
        acting = Delegation.objects.filter(running, delegate=held, valid_from__lte=today)
        ended = {"places": places.update(valid_to=today), "acting": acting.update(valid_to=today)}
        for token in ApiToken.objects.filter(user=held, revoked_at__isnull=True):
            revoke_token(token.pk, by=by)
        hand_over(held, by=by)
        _write("user.left", held, by, dict(ended))
    return held


def come_back(user_id: int, *, by: User) -> tuple[User, str]:
    """The person works here again, with a new password and without the places they had."""
    with _held(user_id, by) as held:
        if held.is_active:
            raise AlreadyDone(_("%(name)s works here.") % {"name": held.name})
        held.is_active = True
        held.save(update_fields=["is_active"])
        _write("user.returned", held, by)
        # In the same transaction: nobody comes back with the old password.
        return give_password(user_id, by=by)


def delegate(
    *,
    by: User,
    principal: User,
    deputy: User,
    valid_from: dt.date,
    valid_to: dt.date | None,
    order_number: str,
    order_on: dt.date,
) -> Delegation:
    """One person acts for another between two days, by an order that is named (charter 5.2)."""
    with _held(principal.pk, by) as held:
        if deputy.pk == held.pk:
            raise RuleBroken("own_deputy", _("Nobody acts for themselves."), field="deputy")
        if not deputy.is_active:
            raise RuleBroken(
                "user_left",
                _("%(name)s no longer works here.") % {"name": deputy.name},
                field="deputy",
            )
        if valid_to is not None and valid_to < valid_from:
            raise RuleBroken("ends_early", _("It ends before it begins."), field="valid_to")
        same_time = Q(valid_to__isnull=True) | Q(valid_to__gte=valid_from)
        if valid_to is not None:
            same_time &= Q(valid_from__lte=valid_to)
        other = Delegation.objects.filter(same_time, principal=held, delegate=deputy).first()
        if other is not None:
            raise AlreadyDone(
                _("%(name)s acts for them in these days already, by order %(order)s.")
                % {"name": deputy.name, "order": other.order_number},
                field="deputy",
            )
        made = Delegation.objects.create(
            principal=held, delegate=deputy, valid_from=valid_from, valid_to=valid_to,
            order_number=order_number.strip(), order_on=order_on,
        )  # fmt: skip
        _write("user.delegated", held, by, _acting(made))
    return made


def end_delegation(delegation_id: int, *, by: User) -> Delegation:
    """From tomorrow on nobody acts by this order; one that has not begun is as if it never was."""
    _keeper(by)
    today = timezone.localdate()
    with transaction.atomic():
        row = Delegation.objects.select_for_update().filter(pk=delegation_id).first()
        if row is None:
            raise NotAllowed()
        if row.valid_to is not None and row.valid_to <= today:
            raise AlreadyDone(_("It ended on %(day)s.") % {"day": f"{row.valid_to:%d.%m.%Y}"})
        told = _acting(row)
        if row.valid_from > today:
            row.delete()
        else:
            row.valid_to = today
            row.save(update_fields=["valid_to"])
        _write("user.delegation_ended", row.principal, by, told)
    return row


@contextmanager
def _held(user_id: int, by: User) -> Iterator[User]:
    """The person's row, held while it is changed by an administrator."""
    _keeper(by)
    with transaction.atomic():
        held = User.objects.select_for_update().filter(pk=user_id).first()
        if held is None:
            raise NotAllowed()
        yield held


def _keeper(by: User | None) -> None:
    if by is not None and not standing_of(by).has(Role.ADMINISTRATOR):
        raise NotAllowed()


def _sign_in_name(typed: str) -> str:
    """A sign-in name as it is compared: one spelling, small letters."""
    name = unicodedata.normalize("NFKC", typed).strip().lower()
    try:
        UnicodeUsernameValidator()(name)
    except ValidationError as error:
        raise RuleBroken("username", " ".join(error.messages), field="username") from error
    return name


def _check_name(user: User) -> None:
    if User.objects.filter(username__iexact=user.username).exclude(pk=user.pk).exists():
        raise RuleBroken(
            "username_taken", _("Somebody signs in with this name already."), field="username"
        )


def _check_role(user: User, before: str) -> None:
    if before == Role.ADMINISTRATOR:
        _check_administrators(user)
    if user.role in STRUCTURE_ROLES:
        return
    place = (
        Placement.objects.on(timezone.localdate()).filter(user=user).select_related("structure")
    ).first()
    if place is not None:
        raise RuleBroken(
            "has_a_place",
            _("%(name)s has a place in “%(structure)s”: end it there first.")
            % {"name": user.name, "structure": place.structure.name},
            field="role",
        )


def _check_administrators(user: User) -> None:
    """Somebody has to remain who can let others in."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_ADMINISTRATOR])
    others = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).exclude(pk=user.pk)
    if not others.exists():
        raise RuleBroken(
            "last_administrator",
            _("This is the only administrator: make another one first."),
            field="role",
        )


def _temporary() -> str:
    """Four groups of four signs, to be read aloud or written on paper once."""
    return "-".join("".join(secrets.choice(SIGNS) for _sign in range(4)) for _group in range(4))


def _acting(row: Delegation) -> dict[str, object]:
    return {
        "delegate": row.delegate_id,
        "from": row.valid_from.isoformat(),
        "to": row.valid_to.isoformat() if row.valid_to else "",
        "order": row.order_number,
    }


def _write(kind: str, user: User, by: User | None, detail: dict[str, object] | None = None) -> None:
    audit(kind, by=by, object_kind="user", object_ref=user.pk, detail=detail or {})
