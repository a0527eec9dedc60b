"""The columns a list of appeals may show: a fixed registry, each with what draws its cell.

A cell that is more than a text has a function that draws it: two hundred cells a page, each a template
of its own, took half of the page's time. A column asks for no row of its own: what it needs comes with
the one query of the list.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from appeals.access import INSIDERS
from appeals.kinds import Channel, Kind, Language
from appeals.models import Appeal
from appeals.querysets import LISTED, NAMED_IN_LISTS, NAMES, SHORT, AppealQuerySet
from callcenter.identifiers import mask_phone
from callcenter.templatetags.formats import (
    Marker,
    az_date,
    az_datetime,
    badge,
    calendar_in_force,
    term_drawn,
)
from callcenter.worktime import Calendar
from people.models import User
from people.standing import standing_of

PERSON = ("first_name", "last_name", "username")


class Drawing:
    """What the cells of one page share: the words a search marks, and the calendar, asked once."""

    def __init__(self, marked: str = "") -> None:
        self.marker = Marker(marked)

    @cached_property
    def calendar(self) -> Calendar:
        return calendar_in_force()


@dataclass(frozen=True)
class Column:
    """One column. `text` says its cell, or `html` draws it; `orders` are the list's orders by it, each
    way; `fields` and `related` are what a row must bring beyond what every list reads; `roles` who may
    see it, all readers when empty."""

    code: str
    label: str | Promise
    text: Callable[[Appeal], Any] = str
    html: Callable[[Appeal, Drawing], SafeString] | None = None
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


def _number(row: Appeal, page: Drawing) -> SafeString:
    more = f' <small class="ink-quiet">{escape(row.sub_number)}</small>' if row.sub_number else ""
    if row.is_restricted:
        more += f" {badge('warn', _('restricted'), 'square')}"
    return SafeString(f'<a href="{row.get_absolute_url()}">{escape(row.number)}</a>{more}')


def _topic(row: Appeal, page: Drawing) -> SafeString:
    """The topic and, of a search, the piece of text for which the row was found."""
    words = escape(row.topic)
    piece = getattr(row, "snippet", "")
    if not piece:
        return words
    return SafeString(f'{words} <small class="ink-quiet">{page.marker(piece)}</small>')


def _status(row: Appeal, page: Drawing) -> SafeString:
    return badge(row.meta.tone, row.meta.label)


def _term(row: Appeal, page: Drawing) -> SafeString:
    """Until its end what is left of the term, then the day of the end."""
    if row.closed_at:
        return SafeString(az_date(row.closed_at))
    state = "" if row.meta.clock_runs else "paused"
    return term_drawn(row.due_at, state=state, calendar=lambda: page.calendar)


#: In the order the page offers them; the number leads every list.
COLUMNS: dict[str, Column] = {
    column.code: column
    for column in (
        Column("number", gettext_lazy("Number"), html=_number, is_tight=True),
        Column(
            "registered", gettext_lazy("Registered"), lambda row: az_date(row.registered_at),
            orders=("newest", "oldest"), is_tight=True,
        ),
        Column("kind", gettext_lazy("Kind"), lambda row: Kind(row.kind).label, is_tight=True),
        Column("topic", gettext_lazy("Topic"), html=_topic, related=("topic",)),
        Column("applicant", gettext_lazy("Applicant"), _applicant, related=("applicant",), roles=INSIDERS),
        Column(
            "phone", gettext_lazy("Caller's number"), lambda row: mask_phone(row.caller_phone),
            roles=INSIDERS, is_tight=True,
        ),
        Column("status", gettext_lazy("Status"), html=_status, is_tight=True),
        Column("responsible", gettext_lazy("Responsible"), _responsible, related=("responsible", "owner")),
        Column("owner", gettext_lazy("Owner"), lambda row: row.owner.short_name if row.owner else "—",
            related=("owner",),
        ),
        Column("structure", gettext_lazy("Responsible structure"), lambda row: row.responsible or "—",
            related=("responsible",),
        ),
        Column(
            "term", gettext_lazy("Term"), html=_term,
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
        Column("outcome", gettext_lazy("Outcome"), lambda row: row.outcome or "", related=("outcome",)),
        Column(
            "ground", gettext_lazy("Legal ground"), lambda row: row.ground or "",
            fields=("ground_id", *_named("ground", ("article", *NAMES))), related=("ground",),
        ),
        Column(
            "region", gettext_lazy("Region"), lambda row: row.region or "",
            fields=("region_id", *_named("region", NAMES)), related=("region",),
        ),
        Column("channel", gettext_lazy("Channel"), lambda row: Channel(row.channel).label, is_tight=True),
        Column(
            "language", gettext_lazy("Language"), lambda row: Language(row.language).label, is_tight=True
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
TITLE = ' title="'
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
    """Rows with all that the columns show, in one query; names in the reader's language only."""
    columns = list(columns)
    related = dict.fromkeys(name for column in columns for name in column.related)
    named = (f"{name}__{part}" for name in related for part in NAMED_IN_LISTS.get(name, ()))
    fields = dict.fromkeys([*(name for column in columns for name in column.fields), *named])
    language = (get_language() or "az")[:2]
    unread = tuple(f"_{code}" for code, _name in settings.LANGUAGES if code not in ("az", language))
    read = [name for name in fields if not name.endswith(unread)]
    return rows.select_related(*related).only(*LISTED, *read)


def cells(row: Appeal, columns: Iterable[Column], page: Drawing) -> list[SafeString]:
    """What stands in each column of the row."""
    return [
        _escaped(column.text(row)) if column.html is None else column.html(row, page)
        for column in columns
    ]


def lines(
    rows: Iterable[Appeal], columns: list[Column], page: Drawing, *, is_ticked: bool
) -> list[SafeString]:
    """The rows of the table; with a box before each where steps for many may be taken."""
    first, *rest = columns
    heads = [f'<th scope="row" class="{_class(first)}">']
    heads += [_opening(column) for column in rest]
    tails = ["</th>", *["</td>"] * len(rest)]
    box = ""
    if is_ticked:
        choose = escape(_("Choose %(number)s"))
        box = (
            '<td class="tight"><input type="checkbox" name="row" form="bulk" value="%(pk)d"'
            f' aria-label="{choose}"></td>'
        )
    drawn = []
    for row in rows:
        tick = box % {"pk": row.pk, "number": escape(row.number)} if box else ""
        parts = zip(heads, cells(row, columns, page), tails, strict=True)
        drawn.append(SafeString(f"<tr>{tick}{''.join(map(_whole, parts))}</tr>"))
    return drawn


def _escaped(value: object) -> SafeString:
    """What a template writes of a value."""
    return value if isinstance(value, SafeString) else SafeString(html.escape(str(value)))


def _opening(column: Column) -> str:
    """A cell of plain text that may be too long for its place also says it whole where it is pointed at."""
    name = _class(column)
    named = f' class="{name}"' if name else ""
    end = TITLE if column.html is None and not name else ">"
    return f'<td{named} data-label="{escape(column.label)}"{end}'


def _whole(cell: tuple[str, str, str]) -> str:
    head, text, tail = cell
    return f'{head}{text}">{text}{tail}' if head.endswith(TITLE) else f"{head}{text}{tail}"


def _class(column: Column) -> str:
    return "n" if column.is_number else "tight" if column.is_tight else ""
