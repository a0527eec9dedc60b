"""Questions put into SQL once: a page asks a dozen, and Django needs longer to write them than the
database to answer. What is kept is the question, its plan and how its rows become objects; never a row.

    of_entry = Kept(lambda reader, entry: Note.objects.visible_to(reader.user).filter(entry=entry))
    of_entry(Reader.of(user), entry=5)

The first argument is what changes the question itself, such as who asks with which rights; the named ones
are values in it. `callcenter.prepared` says when the plan is kept too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Expression,
    F,
    Func,
    QuerySet,
    Value,
)
from django.db.models.query import ModelIterable, get_related_populators

from callcenter import prepared

#: Questions of one sort kept in a process.
MOST = 1024
#: No column of ours holds a larger number.
LARGEST = 2**63 - 1
EPOCH = dt.datetime(1900, 1, 1, tzinfo=dt.UTC)


class Among(Func):
    """`column = ANY (keys)`: any number of keys is one value of the question."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY ("
    output_field = BooleanField()

    def __init__(self, column: str, keys: list[int] | Expression, **more: Any) -> None:
        if isinstance(keys, list):
            keys = Value(keys, output_field=ArrayField(BigIntegerField()))
        super().__init__(F(column) if isinstance(column, str) else column, keys, **more)


class Kept:
    """One sort of question; called, it gives the rows as the query set would."""

    def __init__(
        self, ask: Callable[..., QuerySet] | None = None, *, is_planned_once: bool = True
    ) -> None:
        """`is_planned_once`: one way to the rows is right for all values, as with keys. A list of a person
        with a thousand rows and one of a person with none are found in different ways."""
        self.ask, self.is_planned_once = ask, is_planned_once
        self._known: dict[Hashable, _Question] = {}

    def __call__(
        self,
        fixed: Hashable = None,
        ask: Callable[..., QuerySet] | None = None,
        /,
        **values: int | str | dt.datetime | list[int],
    ) -> list[Any]:
        """`ask`, given here, is called without `fixed` when the question is new, and not kept itself."""
        question = self._known.get(fixed)
        if question is None:
            if len(self._known) >= MOST:
                self._known.clear()
            marks = {name: _mark(n, value) for n, (name, value) in enumerate(values.items())}
            asked = ask(**marks) if ask is not None else self.ask(fixed, **marks)
            question = self._known[fixed] = _Question(asked, marks)
        return question.rows(values, prepared.rows if self.is_planned_once else prepared.plainly)


class _Question:
    """The SQL of a query set, where its values stand in it, and what makes objects of its rows."""

    def __init__(self, asked: QuerySet, marks: dict[str, Any]) -> None:
        if asked._prefetch_related_lookups:
            raise ValueError("a kept question brings nothing that is asked after it")
        compiler = asked.query.get_compiler(using=asked.db)
        self.sql, self.db = "", asked.db
        try:
            self.sql, given = compiler.as_sql()
        except EmptyResultSet:
            return
        names = {_known(mark): name for name, mark in marks.items()}
        self.given: list[Any] = list(given)
        self.places = [
            (at, names[known])
            for at, value in enumerate(given)
            if (known := _known(value)) in names
        ]
        if {name for _at, name in self.places} != set(marks):
            raise ValueError("a kept question does not ask for every value it is given")
        columns = [each[0] for each in compiler.select[: compiler.col_count]]
        self.converters = list(compiler.get_converters(columns).items())
        self.is_rows = not issubclass(asked._iterable_class, ModelIterable)
        self.is_flat = self.is_rows and asked._iterable_class.__name__ == "FlatValuesListIterable"
        if not self.is_rows:
            self._know_objects(compiler)

    def _know_objects(self, compiler: Any) -> None:
        fields = compiler.klass_info["select_fields"]
        self.model = compiler.klass_info["model"]
        self.own = slice(fields[0], fields[-1] + 1)
        self.names = [each[0].target.attname for each in compiler.select[self.own]]
        self.related = get_related_populators(compiler.klass_info, compiler.select, self.db)
        self.annotated = list(compiler.annotation_col_map.items())

    def rows(self, values: dict[str, Any], read: Callable[..., list[Any]]) -> list[Any]:
        if not self.sql or any(isinstance(one, int) and one > LARGEST for one in values.values()):
            return []
        given = self.given.copy()
        for at, name in self.places:
            given[at] = values[name]
        found: Iterable[Sequence[Any]] = read(self.sql, given)
        if self.converters:
            found = self._converted(found)
        if self.is_flat:
            return list(map(itemgetter(0), found))
        return list(map(tuple, found)) if self.is_rows else [self._object(row) for row in found]

    def _converted(self, found: Iterable[Sequence[Any]]) -> Iterator[list[Any]]:
        for row in map(list, found):
            for at, (converters, expression) in self.converters:
                for convert in converters:
                    row[at] = convert(row[at], expression, connection)
            yield row

    def _object(self, row: Sequence[Any]) -> Any:
        made = self.model.from_db(self.db, self.names, row[self.own])
        for each in self.related:
            each.populate(row, made)
        for name, at in self.annotated:
            setattr(made, name, row[at])
        return made


def _known(value: Any) -> Hashable:
    if isinstance(value, list):
        return tuple(value)
    return value if isinstance(value, Hashable) else None


def _mark(n: int, value: object) -> Any:
    """A value of the same sort that stands nowhere else in a question."""
    if isinstance(value, dt.datetime):
        return EPOCH + dt.timedelta(microseconds=n + 1)
    if isinstance(value, list):
        return [2_147_000_000 + n]
    if isinstance(value, int):
        return 2_147_000_000 + n
    return f"\u2063{n}\u2063"
