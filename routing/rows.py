"""The rows of the inbox, drawn in one place: two hundred cells a page, each walked through by the
template, took as long as everything that was asked of the database."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from callcenter.templatetags.formats import Marker, badge, calendar_in_force, term_drawn
from callcenter.worktime import Calendar
from routing.lifecycle import RStatus
from routing.models import Referral


class Drawing:
    """What the cells of one page share: the calendar, asked once, words that many rows have, and those
    a search marks."""

    def __init__(self, marked: str = "") -> None:
        self.marker = Marker(marked)
        self.rework = badge("warn", _("rework"), "square")
        self.part = escape(_("co-executor"))
        self._kept: dict[tuple[str, object], str] = {}

    def once(self, what: str, key: object, draw: Callable[[], str]) -> str:
        """Drawn for the first row that has it."""
        known = self._kept.get((what, key))
        if known is None:
            known = self._kept[what, key] = draw()
        return known

    @cached_property
    def calendar(self) -> Calendar:
        return calendar_in_force()


@dataclass(frozen=True)
class Column:
    """A column of the inbox and what draws its cell."""

    label: str | Promise
    html: Callable[[Referral, Drawing], str]
    is_tight: bool = True


def _number(row: Referral, page: Drawing) -> str:
    # While it is in rework its state says so.
    again = f" {page.rework}" if row.rework_count and row.status != RStatus.REWORK else ""
    return f'<a href="{reverse("referral", args=[row.pk])}">{escape(row.appeal.number)}</a>{again}'


def _kind(row: Referral, page: Drawing) -> str:
    words = page.once("kind", row.kind, lambda: escape(row.get_kind_display()))
    return f"{words} · {page.part}" if row.main_id else words


def _topic(row: Referral, page: Drawing) -> str:
    """The topic and, of a search, the piece of text for which the row was found."""
    topic = row.appeal.topic
    words = page.once("topic", topic.pk, lambda: escape(topic.name))
    piece = getattr(row, "piece", "")
    return f'{words}<br><small class="ink-quiet">{page.marker(piece)}</small>' if piece else words


def _state(row: Referral, page: Drawing) -> str:
    return page.once("state", row.status, lambda: badge(row.meta.tone, row.meta.label))


def _term(row: Referral, page: Drawing) -> str:
    ended = "done_late" if row.is_late else "" if row.meta.is_open else "done"
    return term_drawn(row.due_at, state=ended, calendar=lambda: page.calendar)


def _executor(row: Referral, page: Drawing) -> str:
    who = row.executor
    if who is None:
        return "–"
    return page.once("executor", who.pk, lambda: escape(who.short_name))


COLUMNS = (
    Column(gettext_lazy("Appeal"), _number),
    Column(gettext_lazy("Topic"), _topic, is_tight=False),
    Column(gettext_lazy("What for"), _kind),
    Column(gettext_lazy("State"), _state),
    Column(gettext_lazy("Term"), _term),
    Column(gettext_lazy("Executor"), _executor),
)


def lines(
    rows: Iterable[Referral], acceptable: Collection[int], page: Drawing | None = None
) -> list[SafeString]:
    """The rows of the table; with a box before each where one of them may be accepted."""
    page = page or Drawing()
    first, *rest = COLUMNS
    heads = [f'<th scope="row" class="tight" data-label="{escape(first.label)}">']
    heads += [
        f'<td{" class=tight" if each.is_tight else ""} data-label="{escape(each.label)}">'
        for each in rest
    ]
    tails = ["</th>", *["</td>"] * len(rest)]
    tick, label = escape(_("Tick")), _("Tick %(number)s")
    drawn = []
    for row in rows:
        box = ""
        if acceptable:
            named = escape(label % {"number": row.appeal.number})
            field = (
                f'<input type="checkbox" name="pick" value="{row.pk}-{row.version}"'
                f' aria-label="{named}">'
                if row.pk in acceptable
                else ""
            )
            box = f'<td class="tight" data-label="{tick}">{field}</td>'
        cells = (column.html(row, page) for column in COLUMNS)
        parts = "".join(map("".join, zip(heads, cells, tails, strict=True)))
        drawn.append(SafeString(f"<tr>{box}{parts}</tr>"))
    return drawn
