"""The filters above a list, drawn.

They hold hundreds of choices, they are the larger part of the page, and nearly all of them stand unset:
those are drawn once for each language and each state of the directory. Only a filter that is set is
drawn anew, with what was chosen in it.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.forms import BoundField
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from appeals.filters import FIRST, SECTOR_PEOPLE, AppealFilter
from appeals.forms.choices import Rows, named, state_of
from appeals.models import Ground, Outcome, Region, Topic
from people.models import Structure, User

#: What the long lists of choices are made from.
DIRECTORY = (Topic, Structure, User, Region, Outcome, Ground)
PERSON = ("first_name", "last_name", "username")


@dataclass(frozen=True)
class Unset:
    """Every filter as it is drawn when it is not set, and the choices of the long lists."""

    state: str
    html: dict[str, SafeString]
    long: dict[str, Rows]
    folded: SafeString


@dataclass(frozen=True)
class Drawn:
    """The filters of one page: those that stand open, then the folded ones."""

    first: list[SafeString]
    folded: SafeString
    is_open: bool


#: By language; what was drawn from another state of the directory is drawn again.
_kept: dict[str, Unset] = {}


def drawn(filters: AppealFilter) -> Drawn:
    """The filters with what is set in them; the folded ones stand open when one of them is set."""
    unset = _unset()
    form = filters.form
    html = dict(unset.html)
    for name, field in form.fields.items():
        if name in unset.long:
            field.widget.choices = unset.long[name]
        html[name] = _field(form[name])
    first = [html.pop(name) for name in FIRST]
    if all(name in FIRST for name in form.fields):
        return Drawn(first, unset.folded, is_open=False)
    return Drawn(first, SafeString("".join(html.values())), is_open=True)


def _unset() -> Unset:
    language, state = get_language() or "", state_of(*DIRECTORY)
    kept = _kept.get(language)
    if kept is None or kept.state != state:
        kept = _kept[language] = _drawn_anew(state)
    return kept


def _drawn_anew(state: str) -> Unset:
    form, long = AppealFilter().form, _long()
    for name, rows in long.items():
        form.fields[name].widget.choices = rows
    html = {name: _field(form[name]) for name in form.fields}
    folded = SafeString("".join(part for name, part in html.items() if name not in FIRST))
    return Unset(state, html, long, folded)


def _long() -> dict[str, Rows]:
    """The choices of the long lists; two filters may choose from the same."""
    structures = named(Structure.objects.order_by("path"), "short", "name")()
    people = [(row.pk, row.short_name) for row in SECTOR_PEOPLE.only(*PERSON)]
    return {
        "topic": _with_all(named(Topic.objects.order_by("path"))()),
        "structure": _with_all(structures),
        "complained": _with_all(structures),
        "owner": _with_all([("", ""), *people]),
        "registered_by": _with_all([("", ""), *people]),
        "region": _with_all(named(Region.objects.all())()),
        "outcome": _with_all(named(Outcome.objects.all())()),
        "ground": _with_all(named(Ground.objects.all())()),
    }


def _with_all(rows: Rows) -> Rows:
    return [("", _("All")), *rows[1:]]


def _field(field: BoundField) -> SafeString:
    return SafeString(render_to_string("appeals/_filter.html", {"field": field}).strip())
