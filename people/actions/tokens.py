"""Tokens of other programs: made, used and revoked, each written down."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import uuid
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from callcenter.errors import AlreadyDone, NotAllowed, RuleBroken
from people.api.scopes import known_scopes
from people.audit import audit
from people.models import ApiToken, Placement, Role, Structure, User
from people.standing import standing_of

#: A token says by its beginning whose it is, so that a leaked one is recognised.
MARK = "mur"
#: Longest life of a token, days.
LONGEST_DAYS = 366
#: A use is written to the row at most once in this while.
USE_EVERY = dt.timedelta(minutes=1)


def digest_of(secret: str | bytes) -> str:
    """The secret has 256 random bits: a plain digest cannot be turned back."""
    return hashlib.sha256(secret if isinstance(secret, bytes) else secret.encode()).hexdigest()


def make_token(
    *,
    by: User,
    name: str,
    user: User,
    scopes: Iterable[str],
    expires_at: dt.datetime,
    structure: Structure | None = None,
    per_minute: int | None = None,
    client_id: uuid.UUID | None = None,
) -> tuple[ApiToken, str]:
    """A new token and its secret, which is known only now. The same form again makes none."""
    if not standing_of(by).has(Role.ADMINISTRATOR):
        raise NotAllowed()
    chosen = sorted(set(scopes))
    _check(user=user, scopes=chosen, expires_at=expires_at, structure=structure)
    prefix = f"{MARK}_{secrets.token_hex(4)}"
    secret = f"{prefix}_{secrets.token_urlsafe(32)}"
    try:
        with transaction.atomic():
            token = ApiToken.objects.create(
                client_id=client_id or uuid.uuid4(), name=name.strip(), prefix=prefix,
                digest=digest_of(secret), scopes=chosen, user=user, structure=structure,
                per_minute=per_minute, made_by=by, expires_at=expires_at,
            )  # fmt: skip
            detail: dict[str, object] = {"scopes": chosen, "prefix": prefix, "for": user.username}
            if structure is not None:
                detail["structure"] = structure.code
            audit("token.made", by=by, object_kind="token", object_ref=token.pk, detail=detail)
    except IntegrityError as error:
        if ApiToken.objects.filter(client_id=client_id).exists():
            raise AlreadyDone(
                _("This token was made already; its secret is not shown again.")
            ) from error
        raise
    return token, secret


def _check(
    *, user: User, scopes: list[str], expires_at: dt.datetime, structure: Structure | None
) -> None:
    now = timezone.now()
    if not scopes or set(scopes) - set(known_scopes()):
        raise RuleBroken("scopes_required", _("Choose what the token may do."), field="scopes")
    if not now < expires_at <= now + dt.timedelta(days=LONGEST_DAYS):
        raise RuleBroken(
            "token_life",
            _("A token lives until a coming day, at most %(days)d days.") % {"days": LONGEST_DAYS},
            field="expires_on",
        )
    if not user.is_active:
        raise RuleBroken("user_left", _("This person no longer works here."), field="user")
    if structure is None:
        return
    here = Placement.objects.on(timezone.localdate()).filter(user=user, structure=structure)
    if not here.exists():
        raise RuleBroken(
            "not_of_the_structure",
            _("%(name)s does not work in this structure.") % {"name": user.name},
            field="user",
        )


def revoke_token(token_id: int, *, by: User) -> ApiToken:
    """From now on it opens nothing."""
    if not standing_of(by).has(Role.ADMINISTRATOR):
        raise NotAllowed()
    with transaction.atomic():
        token = ApiToken.objects.select_for_update().filter(pk=token_id).first()
        if token is None:
            raise NotAllowed()
        if token.revoked_at is not None:
            raise AlreadyDone(_("This token was revoked before."))
        token.revoked_at = timezone.now()
        token.revoked_by = by
        token.save(update_fields=["revoked_at", "revoked_by"])
        audit(
            "token.revoked", by=by, object_kind="token", object_ref=token.pk,
            detail={"prefix": token.prefix},
        )  # fmt: skip
    return token


def use_token(token: ApiToken, *, address: str | None) -> None:
    """Remember the last use; the first of a day, or from a new address, is written down."""
    now = timezone.now()
    before, where = token.last_used_at, token.last_used_from
    if before is not None and now - before < USE_EVERY and where == address:
        return
    with transaction.atomic():
        moved = ApiToken.objects.filter(
            Q(last_used_at=before) if before else Q(last_used_at__isnull=True), pk=token.pk
        ).update(last_used_at=now, last_used_from=address)
        is_told = before is not None and where == address
        if moved and not (is_told and timezone.localdate(before) == timezone.localdate(now)):
            audit(
                "token.used", by=token.user, object_kind="token", object_ref=token.pk,
                detail={"prefix": token.prefix}, address=address,
            )  # fmt: skip
