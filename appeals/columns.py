"""The columns a list of appeals may show: a fixed registry, each with what draws its cell.

A cell is a template where it is more than a text. A column asks for no row of its own: what it needs
comes with the one query of the list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appeals.access import INSIDERS
from appeals.models import Appeal
from appeals.querysets import NAMES, AppealQuerySet
from callcenter.identifiers import mask_phone
from callcenter.templatetags.formats import az_date, az_datetime, badge
from people.models import User
from people.standing import standing_of

SHORT = ("short_az", "short_en", "short_ru")
PERSON = ("first_name", "last_name", "username")


@dataclass(frozen=True)
class Column:
    """One column. `orders` are the list's orders by it, each way; `fields` and `related` are what a
    row must bring beyond what every list reads; `roles` who may see it, all readers when empty."""

    code: str
    label: str | Promise
    text: Callable[[Appeal], Any] | None = None
    template: str = ""
    orders: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    roles: frozenset[str] = frozenset()
    is_tight: bool = False
    is_number: bool = False


def _named(name: str, parts: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{name}__{part}" for part in parts)


def _applicant(row: Appeal) -> object:
    return row.applicant or (_("anonymous") if row.is_anonymous else "")


def _responsible(row: Appeal) -> object:
    return row.responsible or (row.owner.short_name if row.owner else "—")


def _yes(value: object) -> str:
    return _("yes") if value else ""


#: In the order the page offers them; the number leads every list.
COLUMNS: dict[str, Column] = {
    column.code: column
    for column in (
        Column("number", gettext_lazy("Number"), template="appeals/cells/number.html", is_tight=True),
        Column(
            "registered", gettext_lazy("Registered"), lambda row: az_date(row.registered_at),
            orders=("newest", "oldest"), is_tight=True,
        ),
        Column("kind", gettext_lazy("Kind"), lambda row: row.get_kind_display(), is_tight=True),
        Column("topic", gettext_lazy("Topic"), template="appeals/cells/topic.html"),
        Column("applicant", gettext_lazy("Applicant"), _applicant, roles=INSIDERS),
        Column(
            "phone", gettext_lazy("Caller's number"), lambda row: mask_phone(row.caller_phone),
            roles=INSIDERS, is_tight=True,
        ),
        Column("status", gettext_lazy("Status"), template="appeals/cells/status.html", is_tight=True),
        Column("responsible", gettext_lazy("Responsible"), _responsible),
        Column("owner", gettext_lazy("Owner"), lambda row: row.owner.short_name if row.owner else "—"),
        Column("structure", gettext_lazy("Responsible structure"), lambda row: row.responsible or "—"),
        Column(
            "term", gettext_lazy("Term"), template="appeals/cells/term.html",
            orders=("due", "due_last"), is_tight=True,
        ),
        Column(
            "due", gettext_lazy("Due"), lambda row: az_datetime(row.due_at),
            orders=("due", "due_last"), is_tight=True,
        ),
        Column(
            "closed", gettext_lazy("Closed"),
            lambda row: az_date(row.closed_at),
            orders=("closed", "closed_first"), is_tight=True,
        ),
        Column(
            "moved", gettext_lazy("Last moved"), lambda row: az_datetime(row.moved_at),
            fields=("moved_at",), is_tight=True,
        ),
        Column(
            "returned", gettext_lazy("Returned"),
            lambda row: az_date(row.returned_at),
            orders=("returned",), fields=("returned_at",), is_tight=True,
        ),
        Column("outcome", gettext_lazy("Outcome"), lambda row: row.outcome or ""),
        Column(
            "ground", gettext_lazy("Legal ground"), lambda row: row.ground or "",
            fields=("ground_id", *_named("ground", ("article", *NAMES))), related=("ground",),
        ),
        Column(
            "region", gettext_lazy("Region"), lambda row: row.region or "",
            fields=("region_id", *_named("region", NAMES)), related=("region",),
        ),
        Column("channel", gettext_lazy("Channel"), lambda row: row.get_channel_display(), is_tight=True),
        Column(
            "language", gettext_lazy("Language"), lambda row: row.get_language_display(), is_tight=True
        ),
        Column(
            "registered_by", gettext_lazy("Registered by"),
            lambda row: row.registered_by.short_name if row.registered_by else "—",
            fields=("registered_by_id", *_named("registered_by", PERSON)), related=("registered_by",),
        ),
        Column(
            "complained", gettext_lazy("Complains about"), lambda row: row.complained_structure or "",
            fields=("complained_structure_id", *_named("complained_structure", (*NAMES, *SHORT))),
            related=("complained_structure",),
        ),
        Column(
            "repeat", gettext_lazy("Repeat"), lambda row: row.sub_number or _yes(row.repeat_of_id),
            fields=("sub_number",), is_tight=True,
        ),
        Column("contacts", gettext_lazy("Contacts"), lambda row: row.contact_count, is_number=True),
        Column(
            "reopened", gettext_lazy("Reopened, times"), lambda row: row.reopened_count or "",
            fields=("reopened_count",), is_number=True,
        ),
        Column(
            "at_once", gettext_lazy("Answered at once"), lambda row: _yes(row.is_first_contact),
            fields=("is_first_contact",), is_tight=True,
        ),
        Column(
            "late", gettext_lazy("After the term"), lambda row: _yes(row.is_late),
            fields=("is_late",), is_tight=True,
        ),
    )
}  # fmt: skip
LEADING = "number"
USUAL = ("number", "registered", "kind", "topic", "applicant", "status", "responsible", "term")


def allowed(user: User) -> list[Column]:
    """The columns this reader may choose from."""
    standing = standing_of(user)
    return [one for one in COLUMNS.values() if not one.roles or standing.has(*one.roles)]


def normal(codes: Iterable[object]) -> list[str]:
    """Known codes, each once, the number first: what is kept of a choice."""
    known = dict.fromkeys(str(code) for code in codes if str(code) in COLUMNS)
    known.pop(LEADING, None)
    return [LEADING, *known] if known else []


def chosen(user: User, codes: Iterable[object]) -> list[Column]:
    """The columns of a choice this reader may see; the usual ones where nothing is left of it."""
    may_see = {one.code for one in allowed(user)}
    seen = [COLUMNS[code] for code in normal(codes) if code in may_see]
    if len(seen) < 2:
        seen = [COLUMNS[code] for code in USUAL if code in may_see]
    return seen


def for_columns(rows: AppealQuerySet, columns: Iterable[Column]) -> AppealQuerySet:
    """Rows with all that the columns show, in one query."""
    columns = list(columns)
    fields = {name: None for column in columns for name in column.fields}
    related = {name: None for column in columns for name in column.related}
    return rows.for_list(fields, related)


def cells(
    row: Appeal, columns: Iterable[Column], words: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """The row as the page draws it; `words` are the columns' names, taken once a page. A cell that is
    a text is written here: two hundred of them a page are the most of what a template would do."""
    found = []
    for at, column in enumerate(columns):
        text = drawn_text(row, column)
        word = str(column.label) if words is None else words[column.code]
        cell = {"column": column, "word": word, "text": "" if text is None else text, "html": ""}
        if text is not None and at:
            cell["html"] = format_html('<td{} data-label="{}">{}</td>', _class(column), word, text)
        found.append(cell)
    return found


def drawn_text(row: Appeal, column: Column) -> object:
    """What stands in a cell; None where a template must draw it."""
    if column.code == "status":
        return badge(row.meta.tone, row.meta.label)
    if column.code == "topic" and not getattr(row, "snippet", ""):
        return row.topic
    return None if column.text is None else column.text(row)


def _class(column: Column) -> SafeString:
    name = "n" if column.is_number else "tight" if column.is_tight else ""
    return SafeString(f' class="{name}"' if name else "")
