"""One list as one reader asks for it: its tab, filters, words, order and columns, or a saved view.

Pages, steps for many, saved views and their counts all read the same parameters here, so that a
list, its count, its export and what is done with it are always about the same rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from django import forms
from django.db import models
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from appeals import columns
from appeals.columns import Column
from appeals.filters import LONGEST_FIGURE, AppealFilter
from appeals.models import Appeal, ListColumns, SavedView
from appeals.paging import Asked, Known, Page, asked_of, capped_all, page_of, told_count
from appeals.querysets import AppealQuerySet
from appeals.search import LONGEST_QUERY, Finding, find, snippet, with_beginnings
from appeals.worklists import WorkList, work_list
from callcenter.kept import Kept
from callcenter.templatetags.formats import az_date
from people.models import Structure, User
from people.standing import Reader

#: Parameters that cut a list; where in it one stands, and how it looks, are none of them.
CUTS = ("tab", "q", "figure", *AppealFilter.base_filters)
LONGEST_VALUE = 200


def normal(data: Mapping[str, str]) -> dict[str, str]:
    """The parameters that cut the rows, only those set: what a saved view keeps."""
    kept = {}
    for name in CUTS:
        value = " ".join(str(data.get(name) or "").replace("\0", "\ufffd").split())
        most = {"q": LONGEST_QUERY, "figure": LONGEST_FIGURE}.get(name, LONGEST_VALUE)
        if value:
            kept[name] = value[:most]
    return kept


_own_columns = Kept(
    lambda _fixed, user: ListColumns.objects.filter(user=user).values_list("codes", flat=True)
)


@dataclass
class Listing:
    """The list a reader asked for, under the reader's own rights."""

    user: User
    data: Mapping[str, str]
    view: SavedView | None = None
    order_code: str = ""
    column_codes: tuple[str, ...] = ()

    @classmethod
    def asked(cls, user: User, given: QueryDict) -> Listing:
        """What an address asks: a saved view as it was kept, or changed by further parameters."""
        key = given.get("view", "")
        view = None
        if key.isascii() and key.isdigit() and len(key) < 19:
            view = SavedView.objects.visible_to(user).filter(pk=key).first()
        if view is not None and not any(name in given for name in CUTS):
            return cls.of_view(user, view, given.get("order", ""))
        order = given.get("order", "") or (view.order if view is not None else "")
        return cls(user, normal(given), view, order, tuple(view.columns) if view else ())

    @classmethod
    def of_view(cls, user: User, view: SavedView, order: str = "") -> Listing:
        return cls(user, normal(view.query), view, order or view.order, tuple(view.columns))

    @property
    def tab(self) -> WorkList:
        return work_list(self.data.get("tab"))

    @property
    def is_changed(self) -> bool:
        """A saved view was opened and then cut or ordered otherwise."""
        if self.view is None:
            return False
        usual = self.tab.orders[0]
        kept = (normal(self.view.query), self.view.order or usual)
        return (dict(self.data), self.order_code or usual) != kept

    @cached_property
    def filters(self) -> AppealFilter:
        seen = Appeal.objects.visible_to(self.user)
        return AppealFilter(dict(self.data), queryset=self.tab.rows(seen, self.user))

    @property
    def is_sound(self) -> bool:
        """Every filter means something; a list with one that does not shows nothing, rather than
        more than was asked."""
        return bool(self.filters.form.is_valid())

    @cached_property
    def rows(self) -> AppealQuerySet:
        rows: AppealQuerySet = self.filters.qs
        return rows if self.is_sound else rows.none()

    @cached_property
    def text(self) -> str:
        return self.data.get("q", "")

    @cached_property
    def finding(self) -> Finding | None:
        return find(self.user, self.text) if self.text else None

    @property
    def narrowed(self) -> AppealQuerySet:
        """All rows of the list, the search included."""
        return self.rows if self.finding is None else self.finding.narrow(self.rows)

    @cached_property
    def columns(self) -> list[Column]:
        codes = self.column_codes
        if not codes:
            own = _own_columns(user=self.user.pk)
            codes = tuple(own[0] or ()) if own else ()
        return columns.chosen(self.user, codes)

    @property
    def is_cut(self) -> bool:
        return any(name not in ("tab", "q") for name in self.data)

    @property
    def is_whole(self) -> bool:
        """All rows of its tab: neither cut nor searched."""
        return not self.is_cut and not self.text and self.is_sound

    def page(self, after: str = "", before: str = "") -> Page:
        """A page of rows, each with the piece of text for which it was found."""
        order = self.tab.ordered(self.order_code)
        is_plain = not self.is_cut and self.tab.is_plain
        if is_plain and self.finding is None:
            rows = self._joined_rows if self._known_as else self._joined_rows()
            page = page_of(rows, order, after, before, known_as=self._known_as)
        else:
            asked = (lambda: self.rows) if self._known_as else self.rows
            page = page_of(
                asked, order, after, before, self.finding,
                drawn=self._joined, known_as=self._known_as, drawn_as=self._drawn_as,
            )  # fmt: skip
        if self.finding is not None:
            for row in page.rows:
                row.snippet = snippet([row.beginning, row.answer_beginning], self.finding.marked)
        return page

    def _joined_rows(self) -> QuerySet:
        return self._joined(self.rows)

    @cached_property
    def _known_as(self) -> Known | None:
        """The name of a list that asks the same each time: one reader's whole list, not of this moment."""
        if not self.is_whole or self.tab.is_momentary:
            return None
        return Known((Reader.of(self.user), self.tab.code, *self._drawn_as), Appeal)

    @property
    def _drawn_as(self) -> tuple[object, ...]:
        is_found = self.finding is not None  # then with the beginnings of the texts
        return get_language(), is_found, *(column.code for column in self.columns)

    def _joined(self, rows: QuerySet) -> QuerySet:
        """The rows with all that the page shows of them."""
        joined = columns.for_columns(rows, self.columns)
        return joined if self.finding is None else with_beginnings(joined)

    def count(self, page: Page | None = None) -> str:
        """How many, to the cap; a page that is the whole list is counted by itself."""
        told = self.told_count(page)
        return capped_all([self.counted])[0] if told is None else told

    @property
    def counted(self) -> Asked:
        """The question for the count: what a figure opened is counted in the order of the list."""
        is_opened = "figure" in self.data and self.finding is None
        return asked_of(self.narrowed, self.tab.ordered(self.order_code) if is_opened else ())

    def told_count(self, page: Page | None = None) -> str | None:
        """The count where nothing must be asked for it."""
        if page is not None and not page.next and not page.previous:
            return str(len(page.rows))
        if self.finding is None:
            return None
        return told_count(self.finding, is_whole=not self.is_cut and not self.tab.is_counted)

    def told(self) -> list[tuple[str, str]]:
        """The filters that are set, each with its label and value as the page says them."""
        if not self.is_sound:
            return []
        form, said = self.filters.form, []
        for name, value in form.cleaned_data.items():
            if value in (None, ""):
                continue
            field = form.fields[name]
            if isinstance(field, forms.ChoiceField) and not isinstance(value, models.Model):
                value = dict(field.choices).get(value, value)
            elif isinstance(value, dt.date):
                value = az_date(value)
            said.append((str(field.label), str(value)))
        return said

    def retired(self) -> list[str]:
        """What the filters name and is no longer in use, in words; it is still shown."""
        today = timezone.localdate()
        return list(_ended(self.filters.form.cleaned_data, today)) if self.is_sound else []


def _ended(values: Mapping[str, object], today: object) -> Iterator[str]:
    for value in values.values():
        end = getattr(value, "valid_to", None)
        if isinstance(value, models.Model) and end is not None and end < today:
            heir = value.successor if isinstance(value, Structure) else None
            if heir is not None:
                yield _("“%(name)s” ended on %(day)s; its successor is “%(heir)s”.") % {
                    "name": value, "day": az_date(end), "heir": heir,
                }  # fmt: skip
            else:
                yield _("“%(name)s” has not been used since %(day)s.") % {
                    "name": value, "day": az_date(end),
                }  # fmt: skip
        if isinstance(value, User) and not value.is_active:
            yield _("“%(name)s” no longer works here.") % {"name": value}
