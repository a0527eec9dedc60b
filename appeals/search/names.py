"""Mistyped names: the words of applicants' names, and which of them a typed word may have been meant for.

They are kept apart from the words of texts: only those who see applicants are ever asked about them, and
what is meant is looked for among the people and the appeals the reader may see, so a correction shows
nobody and nothing that the right spelling would not. The words themselves are shown to nobody.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db import connection

from appeals.models import Applicant, NameWord, WordsRead
from appeals.search.spelling import MORE_COMMON, MOST_MEANT, allowance, apart, near
from callcenter.text import stem

#: Applicants counted by one statement.
STRETCH = 50_000
#: Letters of a name; shorter words have too many neighbours.
SHORTEST, LONGEST = 4, 40

_COUNTED = """
    SELECT word, count(*) FROM (
        SELECT DISTINCT id, unnest(regexp_split_to_array(search_text, '[^a-z]+')) AS word
        FROM appeals_applicant WHERE id > %s AND id <= %s
    ) AS named WHERE length(word) BETWEEN %s AND %s GROUP BY word
"""
_ADD = """
    INSERT INTO appeals_nameword AS known (word, near, people)
    SELECT word, string_to_array(near, ' '), people
    FROM unnest(%s::text[], %s::text[], %s::int[]) AS added(word, near, people)
    ON CONFLICT (word) DO UPDATE SET people = known.people + excluded.people
"""
_NEAR = """
    SELECT asked.word, named.word, named.people
    FROM unnest(%s::text[], %s::text[]) AS asked(word, near)
    CROSS JOIN LATERAL (
        SELECT w.word, w.people FROM appeals_nameword w
        WHERE w.near && string_to_array(asked.near, ' ')
          AND length(w.word) BETWEEN length(asked.word) - 3 AND length(asked.word) + 5
        ORDER BY w.people DESC LIMIT 300
    ) AS named
"""


def meant(words: Mapping[str, float], bearers: int) -> dict[str, list[str]]:
    """For each of the words the names it may stand for, where they are so much more common than what
    was typed, which so many people bear; the nearest ones, and none farther than a word of texts."""
    letters = [word for word in words if word.isascii() and word.isalpha() and len(word) <= LONGEST]
    asked = {form: word for word in letters for form in (stem(word), word) if len(form) >= SHORTEST}
    if not asked:
        return {}
    forms = sorted(asked)
    with connection.cursor() as cursor:
        cursor.execute(_NEAR, [forms, [" ".join(near(form)) for form in forms]])
        rows = cursor.fetchall()
    found: dict[str, dict[str, tuple[float, int]]] = {}
    for form, name, people in rows:
        word = asked[form]
        by = min(apart(form, name), apart(form, _of_a_man(name)))
        if (
            name != word
            and people > MORE_COMMON * bearers
            and by <= min(allowance(len(word)), words[word])
        ):
            known = found.setdefault(word, {})
            known[name] = min((by, -people), known.get(name, (by, -people)))
    return {word: _nearest(names) for word, names in found.items()}


def _nearest(names: dict[str, tuple[float, int]]) -> list[str]:
    ordered = sorted(names, key=lambda name: names[name])
    first = names[ordered[0]][0]
    return [name for name in ordered if names[name][0] <= first + 0.5][:MOST_MEANT]


def count_new(mark: WordsRead) -> None:
    """The names of applicants added since the last time; a corrected name is counted at night."""
    newest = Applicant.objects.order_by("-id").values_list("id", flat=True).first() or 0
    while mark.last_applicant_id < newest:
        upto = min(mark.last_applicant_id + STRETCH, newest)
        _add(_words(mark.last_applicant_id, upto))
        mark.last_applicant_id = upto


def count_anew() -> int:
    """All names, without those nobody bears any more; up to which applicant."""
    newest = Applicant.objects.order_by("-id").values_list("id", flat=True).first() or 0
    total: dict[str, int] = {}
    for start in range(0, newest, STRETCH):
        for word, people in _words(start, min(start + STRETCH, newest)):
            total[word] = total.get(word, 0) + people
    NameWord.objects.all().delete()
    _add(list(total.items()))
    return newest


def _of_a_man(surname: str) -> str:
    """A woman's surname is that of her father and an "a": who mistypes the one may mean the other."""
    return surname[:-1] if surname.endswith(("ova", "eva", "ina")) else surname


def _words(after: int, upto: int) -> list[tuple[str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, [after, upto, SHORTEST, LONGEST])
        return list(cursor.fetchall())


def _add(counted: list[tuple[str, int]]) -> None:
    words = sorted(counted)
    with connection.cursor() as cursor:
        for start in range(0, len(words), STRETCH):
            some = words[start : start + STRETCH]
            names = [word for word, _people in some]
            mistakes = [" ".join({*near(word), *near(_of_a_man(word))}) for word in names]
            cursor.execute(_ADD, [names, mistakes, [people for _word, people in some]])
