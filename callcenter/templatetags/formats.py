"""Dates, numbers, terms and found words as every page shows them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from typing import Any
from unicodedata import normalize

from django import template
from django.utils import timezone
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from callcenter.text import az_fold, stem, tokens
from callcenter.worktime import BAKU, Calendar

register = template.Library()

NBSP = "\u00a0"
MINUS = "\u2212"
HIDDEN = "•"
SOON = 2
WORD = re.compile(r"\w+")

# Tone and shape by the names that Django's messages and our components use.
TONES = {
    "": ("", "ring"),
    "debug": ("", "ring"),
    "info": ("info", "half"),
    "good": ("good", "done"),
    "success": ("good", "done"),
    "warn": ("warn", "dot"),
    "warning": ("warn", "dot"),
    "bad": ("bad", "late"),
    "error": ("bad", "late"),
}


@dataclass(frozen=True)
class Tone:
    """A colour and the shape that says the same without colour."""

    tone: str
    shape: str


@dataclass(frozen=True)
class Term:
    """A term as it is shown: words, tone, shape, and the exact moment."""

    words: str
    tone: str
    shape: str
    exact: str
    iso: str


_calendar: list[Callable[[], Calendar]] = []


def know_calendar(in_force: Callable[[], Calendar]) -> None:
    """Name the function that gives the working calendar in force; without it the plain week counts."""
    _calendar[:] = [in_force]


def calendar_in_force() -> Calendar:
    """The working calendar by which terms are put into words."""
    return _calendar[0]() if _calendar else Calendar()


@register.filter
def az_date(value: date | datetime | None) -> str:
    """23.11.2026; a moment is taken to Baku first; nothing stays nothing."""
    if not value:
        return ""
    return _in_baku(value).strftime("%d.%m.%Y")


@register.filter
def az_datetime(value: datetime | None) -> str:
    """23.11.2026 14:05 in Baku."""
    if not value:
        return ""
    return _in_baku(value).strftime("%d.%m.%Y %H:%M")


@register.filter
def az_time(value: datetime | None) -> str:
    """14:05 in Baku."""
    return _in_baku(value).strftime("%H:%M") if value else ""


@register.filter
def iso(value: date | datetime | None) -> str:
    """For the datetime attribute of <time>."""
    return value.isoformat() if value else ""


@register.filter
def az_number(value: Any, places: int | None = None) -> str:
    """1 234,5: a hard space between thousands, a decimal comma; whole numbers have no places, others one."""
    if value is None or value == "":
        return ""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    if places is None:
        places = 0 if number == number.to_integral_value() else 1
    number = number.quantize(Decimal(1).scaleb(-int(places)), ROUND_HALF_UP)
    text = f"{abs(number):,.{int(places)}f}".replace(",", NBSP).replace(".", ",")
    return f"{MINUS}{text}" if number < 0 else text


@register.filter
def masked(value: Any) -> str:
    """Enough of an identifier to recognise it, not to use it: 14•••••071, +994 50 ••• •• 56, a•••@mail.az."""
    text = str(value or "")
    name, at, domain = text.partition("@")
    if at:
        return f"{name[:1]}{HIDDEN * 3}@{domain}"
    places = [index for index, sign in enumerate(text) if sign.isalnum()]
    if text.startswith("+"):
        shown = (5, 2)
    else:
        shown = (2, 3) if len(places) >= 10 else (1, 2)
    hidden = set(places[shown[0] : max(len(places) - shown[1], 0)])
    return "".join(HIDDEN if index in hidden else sign for index, sign in enumerate(text))


@register.filter
def keycap(keys: str) -> str:
    """Keys as they are drawn: "Ctrl+Enter" is "Ctrl ↵", "alt+n" is "Alt N"."""
    parts = str(keys).split("+")
    caps = (cap[:1].upper() + cap[1:] if len(parts) > 1 else cap for cap in parts)
    return " ".join("↵" if cap == "Enter" else cap for cap in caps)


def term_of(
    due: datetime | None,
    now: datetime | None = None,
    state: str = "",
    days: int | None = None,
    calendar: Callable[[], Calendar] = calendar_in_force,
) -> Term | None:
    """A term in words, with its tone and shape; `days` (working days left) saves the count.

    The state is "" for a running term, "paused", "done" or "done_late".
    """
    if not due:
        return None
    if state == "paused":
        return _term(due, _("term is paused"), "info", "pause")
    if state == "done":
        return _term(due, _("in time"), "good", "done")
    if state == "done_late":
        return _term(due, _("finished late"), "warn", "late")
    return _left(due, now or timezone.now(), days, calendar)


@register.simple_tag(takes_context=True)
def term_left(context: template.Context, due: datetime | None, now: datetime | None = None) -> str:
    """Words for the time left or gone: "3 working days left", "today until 18:00", "2 days late"."""
    term = term_of(due, now, calendar=_once_a_page(context))
    return term.words if term else ""


@register.simple_tag(takes_context=True)
def deadline(
    context: template.Context,
    due: datetime | None,
    now: datetime | None = None,
    state: str = "",
    days: int | None = None,
) -> Term | None:
    """The term for the component that draws it."""
    return term_of(due, now, state, days, _once_a_page(context))


@register.simple_tag(takes_context=True)
def term_mark(
    context: template.Context,
    due: datetime | None,
    now: datetime | None = None,
    state: str = "",
    days: int | None = None,
) -> SafeString:
    """The term as `c-deadline` draws it; for rows of a list, where a component costs too much."""
    return term_drawn(due, now, state, days, _once_a_page(context))


def term_drawn(
    due: datetime | None,
    now: datetime | None = None,
    state: str = "",
    days: int | None = None,
    calendar: Callable[[], Calendar] = calendar_in_force,
) -> SafeString:
    """The mark of a term, for code that draws rows itself."""
    term = term_of(due, now, state, days, calendar)
    return _drawn(term) if term else SafeString("")


@register.simple_tag
def badge(tone: str, label: Any, shape: str = "") -> SafeString:
    """A badge as `c-badge` draws it; for rows of a list. A neutral tone has no colour."""
    tone = "" if tone == "neutral" else tone
    shape = shape or TONES[tone][1]
    return mark_safe(
        f'<span class="badge{f" is-{tone}" if tone else ""}"><i class="mark mark-{shape}"'
        f' aria-hidden="true"></i>{escape(str(label))}</span>'
    )


def _drawn(term: Term) -> SafeString:
    return mark_safe(
        f'<span class="deadline"><span class="badge{f" is-{term.tone}" if term.tone else ""}">'
        f'<i class="mark mark-{term.shape}" aria-hidden="true"></i>'
        f'<time datetime="{term.iso}" title="{term.exact}">{escape(term.words)}</time></span></span>'
    )


@register.simple_tag
def tone_of(name: str = "") -> Tone:
    """Tone and shape by a tone's name or a message's level."""
    return Tone(*TONES.get((name or "").split(" ")[-1], TONES[""]))


@register.filter
def highlight(text: Any, query: str) -> SafeString:
    """Escaped text with the words found by a search marked, whatever their endings, case or missing dots."""
    return Marker(query or "")(text)


class Marker:
    """The words of one search, made ready once for all the texts in which they are marked."""

    def __init__(self, query: str) -> None:
        self._wanted: dict[str, list[tuple[str, int]]] = {}
        for token in tokens(query):
            self._wanted.setdefault(token[0], []).append((token, len(stem(token))))

    def __call__(self, text: Any) -> SafeString:
        if not self._wanted:
            return conditional_escape(text)
        plain = normalize("NFC", str(text))
        parts, last = [], 0
        for found in WORD.finditer(plain):
            word = found.group()
            wanted = self._wanted.get(_folded(word[0])[:1], ())
            length = max((_common(word, token, least) for token, least in wanted), default=0)
            if length:
                end = found.start() + length
                parts += [
                    escape(plain[last : found.start()]),
                    f"<mark>{escape(plain[found.start() : end])}</mark>",
                ]
                last = end
        return mark_safe("".join([*parts, escape(plain[last:])]))


def _once_a_page(context: template.Context) -> Callable[[], Calendar]:
    """A list of a hundred terms asks for the calendar once."""
    request = context.get("request")
    if request is None:
        return calendar_in_force

    def kept() -> Calendar:
        if not hasattr(request, "calendar_in_force"):
            request.calendar_in_force = calendar_in_force()
        return request.calendar_in_force

    return kept


def _in_baku(value: date | datetime) -> date | datetime:
    if isinstance(value, datetime) and timezone.is_aware(value):
        return value.astimezone(BAKU)
    return value


def _term(due: datetime, words: str, tone: str, shape: str) -> Term:
    return Term(words, tone, shape, az_datetime(due), due.isoformat())


def _left(due: datetime, now: datetime, days: int | None, calendar: Callable[[], Calendar]) -> Term:
    local, today = due.astimezone(BAKU), now.astimezone(BAKU).date()
    gone = (today - local.date()).days
    if now > due:
        words = ngettext("%(n)s day late", "%(n)s days late", gone) % {"n": gone}
        return _term(
            due, words if gone else _("late since %(time)s") % {"time": az_time(due)}, "bad", "late"
        )
    if gone == 0:
        return _term(due, _("today until %(time)s") % {"time": az_time(due)}, "warn", "dot")
    n = calendar().working_days_between(today, local.date()) if days is None else days
    if n > 0:
        words = ngettext("%(n)s working day left", "%(n)s working days left", n) % {"n": n}
    else:
        words = ngettext("%(n)s day left", "%(n)s days left", -gone) % {"n": -gone}
    return _term(due, words, *(("warn", "half") if n <= SOON else ("", "ring")))


@lru_cache(maxsize=4096)
def _folded(sign: str) -> str:
    return az_fold(sign)


def _common(word: str, token: str, least: int) -> int:
    """How many signs of the word agree with the token; 0 if fewer than the token's stem."""
    matched = taken = 0
    for sign in word:
        piece = _folded(sign)
        if not token.startswith(piece, matched):
            break
        matched, taken = matched + len(piece), taken + 1
    return taken if matched >= least else 0
