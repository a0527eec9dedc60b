"""Saved views and the columns of one's own lists: marks of a person, no step of an appeal."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from appeals import columns
from appeals.access import INSIDERS, READERS
from appeals.listing import normal
from appeals.models import ListColumns, SavedView
from appeals.models.saved_view import EVERYONE
from appeals.worklists import ORDERS
from callcenter.errors import NotAllowed, RuleBroken, StaleForm
from callcenter.text import clean
from people.models import User
from people.standing import standing_of

#: Views of one person; more would be no menu any more.
MOST_VIEWS = 40


def save_view(
    *,
    by: User,
    client_id: uuid.UUID,
    name: str,
    query: Mapping[str, str],
    order: str = "",
    codes: Iterable[str] = (),
    shared_with: str = "",
) -> SavedView:
    """Keep a list under a name; the same form sent twice keeps one."""
    values = _values(by, name=name, query=query, order=order, codes=codes, shared_with=shared_with)
    with transaction.atomic():
        # Two windows of one person count one after another.
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
        known = SavedView.objects.filter(client_id=client_id).first()
        if known is not None:
            if known.owner_id != by.pk:
                raise NotAllowed()
            return known
        if SavedView.objects.filter(owner=by).count() >= MOST_VIEWS:
            raise RuleBroken(
                "too_many_views", _("Remove a saved view before you keep another."), field="name"
            )
        return SavedView.objects.create(client_id=client_id, owner=by, **values)


def change_view(
    view_id: int,
    *,
    by: User,
    version: int | None = None,
    name: str | None = None,
    shared_with: str | None = None,
    query: Mapping[str, str] | None = None,
    order: str | None = None,
    codes: Iterable[str] | None = None,
) -> SavedView:
    """The owner renames it, shares it, or lets it show something else; None leaves as it is."""
    with transaction.atomic():
        view = _mine(view_id, by)
        if version is not None and version != view.version:
            raise StaleForm(_("This view was changed in another window. Look again."))
        values = _values(
            by,
            name=view.name if name is None else name,
            query=view.query if query is None else query,
            order=view.order if order is None else order,
            codes=view.columns if codes is None else codes,
            shared_with=view.shared_with if shared_with is None else shared_with,
        )
        for field, value in values.items():
            setattr(view, field, value)
        view.version += 1
        view.save()
        return view


def drop_view(view_id: int, *, by: User) -> None:
    """Remove one's own view; whoever it was shared with loses it too."""
    with transaction.atomic():
        _mine(view_id, by).delete()


def choose_columns(*, by: User, codes: Iterable[str]) -> list[str]:
    """The columns of one's own lists; none is the usual ones."""
    if not standing_of(by).has(*READERS):
        raise NotAllowed()
    kept = columns.normal(codes)
    if kept:
        ListColumns.objects.update_or_create(user=by, defaults={"codes": kept})
    else:
        ListColumns.objects.filter(user=by).delete()
    return kept


def _mine(view_id: int, by: User) -> SavedView:
    """One's own view. Of somebody else's shared one only the owner decides."""
    view = SavedView.objects.select_for_update().filter(pk=view_id, owner=by).first()
    if view is None:
        raise NotAllowed()
    return view


def _values(
    by: User,
    *,
    name: str,
    query: Mapping[str, str],
    order: str,
    codes: Iterable[str],
    shared_with: str,
) -> dict[str, object]:
    if not standing_of(by).has(*READERS):
        raise NotAllowed()
    name = " ".join(clean(name).split())
    if not name:
        raise RuleBroken("name_required", _("Give the view a name."), field="name")
    if shared_with and shared_with != EVERYONE and shared_with not in READERS:
        raise RuleBroken("unknown_role", _("Choose who sees it."), field="shared_with")
    kept = normal(query)
    if kept.get("q") and shared_with and shared_with not in INSIDERS:
        # What is searched may be a name, a telephone, a FIN: nothing for those who see none.
        raise RuleBroken(
            "words_may_name_people",
            _(
                "The words searched may name a person. Share it only with a role that sees applicants."
            ),
            field="shared_with",
        )
    return {
        "name": name[:60],
        "query": kept,
        "order": order if order in ORDERS else "",
        "columns": columns.normal(codes),
        "shared_with": shared_with,
        "changed_at": timezone.now(),
    }
