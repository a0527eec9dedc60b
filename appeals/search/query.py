"""From what was typed to what is asked of the index: endings, synonyms, mistypings, numbers in any writing."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from django.db import connection

from appeals.search.numbers import Written, series, telephone
from appeals.search.spelling import CHAIN, LONG, MORE_COMMON, MOST_MEANT, allowance, apart, near
from appeals.search.synonyms import Phrase, synonyms
from appeals.search.vocabulary import counted_appeals
from callcenter.text import is_passed_over, stem, tokens

#: Words of a query that are looked at; more make it slower and no better.
MOST_WORDS = 12
LONGEST_WORD = 64
#: Inflected forms of one short word.
MOST_FORMS = 40
#: A typed word this rare is thought mistyped where a neighbour is `MORE_COMMON` times as common.
RARE = 3
RARE_SHARE = 1 / 20_000
#: A usual word is also looked for in the wrong spellings of it, so many times rarer than itself.
RARER = 30
MOST_WRONG = 8
#: Of a word this usual a page is full without its wrong spellings.
USUAL_ENOUGH = 500
#: Of the appeals found by other words of a query, at least so many have a further one too.
LEAST_SHARE = 0.1
#: Stems so short that many other words begin with them: only their own endings are taken.
SHORT = 3

_HARDENED = {"q": "g", "k": "y", "g": "q", "y": "k"}  # torpaq, torpağı; ləçək, ləçəyi
_LETTERS = re.compile("[a-z]+")
#: Endings after which a word is surely a form of the shorter one: gölü as göldən.
_CASE = re.compile("(?:l[ae]r)?(?:[iu]|s[iu])?(?:n?d[ae]n?|n[iu]n|n[iu]|[iu]n|y[ae]|[ae])?")


@dataclass(frozen=True)
class Term:
    """A word or a phrase as the index is asked: `stem:*`, or exactly a form of a short word; the
    words of a loose one stand anywhere."""

    words: Phrase
    is_whole: bool = False
    is_loose: bool = False

    def sql(self) -> str:
        sign = "" if self.is_whole else ":*"
        between = " & " if self.is_loose else " <-> "
        return "(" + between.join(f"'{word}'{sign}" for word in self.words) + ")"


@dataclass
class Part:
    """One thing that must be found, in any of its terms, and about how many appeals have it."""

    terms: list[Term] = field(default_factory=list)
    appeals: int = 0
    typed: str = ""  # the word itself, where it is one
    typed_appeals: int = 0  # those that have it as it was typed
    meant_apart: float = float("inf")  # mistakes to the nearest word it is thought to stand for

    def sql(self) -> str:
        return "(" + " | ".join(term.sql() for term in self.terms) + ")"


@dataclass
class Wanted:
    """A whole query."""

    parts: list[Part] = field(default_factory=list)
    of: int = 0  # appeals counted

    @property
    def asked(self) -> str:
        """The tsquery of the parts the index is asked for; "" finds nothing. Made only of folded
        words, so no typed sign is an operator."""
        telling = self._telling()
        return " & ".join(part.sql() for part in self.parts if id(part) in telling)

    @property
    def checked(self) -> str:
        """The tsquery of the parts so common that looking at the rows found is cheaper."""
        telling = self._telling()
        return " & ".join(part.sql() for part in self.parts if id(part) not in telling)

    @property
    def least(self) -> int:
        """How many appeals the index brings, at most."""
        return min((part.appeals for part in self.parts), default=0)

    @property
    def suspects(self) -> dict[str, float]:
        """Typed words that texts hardly know, each with how far the nearest word of texts is that it
        may stand for."""
        rare = _rare(self.of)
        return {
            part.typed: part.meant_apart
            for part in self.parts
            if part.typed and part.typed_appeals <= rare
        }

    def _telling(self) -> set[int]:
        """The parts, from the rarest, whose part of the index is read sooner than the rows that
        those before them leave; words of one query seldom come quite independently."""
        telling: set[int] = set()
        left = float(self.least)
        for part in sorted(self.parts, key=lambda part: part.appeals):
            if telling and part.appeals > max(20 * left, 2000):
                break
            telling.add(id(part))
            if len(telling) > 1:
                left *= max(part.appeals / max(self.of, 1), LEAST_SHARE)
        return telling

    @property
    def marked(self) -> str:
        """The beginnings of words to mark in what is found."""
        found = {word for part in self.parts for term in part.terms for word in term.words}
        return " ".join(sorted(found, key=len, reverse=True))

    @property
    def appeals(self) -> int:
        """About how many appeals fit, were the words to come independently of each other."""
        if not self.parts:
            return 0
        least = min(part.appeals for part in self.parts)
        share = 1.0
        for part in self.parts:
            share *= min(1.0, part.appeals / max(self.of, 1))
        return min(least, int(share * self.of))


def wanted(text: str) -> Wanted:
    """Every telling word must be found; each in any ending, spelling or synonym."""
    found = list(dict.fromkeys(word[:LONGEST_WORD] for word in tokens(text)))
    telling = [word for word in found if len(word) > 1 and not is_passed_over(word)]
    typed = (telling or found)[:MOST_WORDS]
    number = _terms(telephone(text, typed))
    parts = [Part(number)] if number else _parts(typed)
    asked = Wanted(parts=parts, of=counted_appeals())
    _root(asked)
    _count(asked)
    _correct(asked)
    return asked


def _parts(typed: list[str]) -> list[Part]:
    stems = [stem(word) for word in typed]
    parts, at = [], 0
    while at < len(typed):
        length, group = synonyms().at(stems, at)
        if length:
            parts.append(Part([term for phrase in _least(group) for term in _phrase(phrase)]))
            at += length
            continue
        length, ways = series(typed, at)
        if length:
            parts.append(Part(_terms(ways)))
            at += length
            continue
        parts.append(Part(_phrase((stems[at],)), typed=typed[at]))
        at += 1
    return parts


def _terms(ways: list[Written]) -> list[Term]:
    return [Term(way.words, way.is_whole, way.is_loose) for way in ways]


def _least(group: tuple[Phrase, ...]) -> list[Phrase]:
    """The phrases of a group without those another one of it finds anyway."""
    single = [phrase[0] for phrase in group if len(phrase) == 1 and len(phrase[0]) > SHORT]
    return [
        phrase
        for phrase in group
        if not any(
            word.startswith(other) and (len(phrase) > 1 or word != other)
            for word in phrase
            for other in single
        )
    ]


def _phrase(phrase: Phrase) -> list[Term]:
    """The phrase, and the same with its last letter as it sounds before a vowel."""
    terms = [Term(phrase)]
    last = phrase[-1]
    if _LETTERS.fullmatch(last) and len(last) > SHORT and last[-1] in _HARDENED:
        terms.append(Term((*phrase[:-1], last[:-1] + _HARDENED[last[-1]])))
    return terms


_SUMS = """
    SELECT asked.word, coalesce(sum(w.documents), 0)::bigint
    FROM unnest(%s::text[]) AS asked(word)
    LEFT JOIN appeals_word w ON w.word >= asked.word COLLATE "C" AND w.word < (asked.word || '~') COLLATE "C"
    GROUP BY asked.word
"""
_FORMS = """
    SELECT asked.word, w.word, w.documents FROM unnest(%s::text[]) AS asked(word)
    CROSS JOIN LATERAL (
        SELECT word, documents FROM appeals_word
        WHERE word >= asked.word COLLATE "C" AND word < (asked.word || '~') COLLATE "C"
          AND length(word) <= length(asked.word) + 9
    ) AS w
"""
_NEAR = """
    SELECT asked.word, near.word, near.stem, near.documents
    FROM unnest(%s::text[], %s::text[]) AS asked(word, near)
    CROSS JOIN LATERAL (
        SELECT w.word, w.stem, w.documents FROM appeals_word w
        WHERE (w.stem %% asked.word OR w.near && string_to_array(asked.near, ' '))
          AND length(w.word) >= length(asked.word) - 3
          AND length(w.stem) <= length(asked.word) + 5
        ORDER BY w.documents DESC LIMIT 300
    ) AS near
"""
_ROOTS = """
    SELECT word, sum(documents)::bigint FROM (
        SELECT word, documents FROM appeals_word WHERE word = ANY(%s::text[])
        UNION ALL
        SELECT stem, documents FROM appeals_word WHERE stem = ANY(%s::text[]) AND stem <> word
    ) AS known GROUP BY word
"""


def _root(asked: Wanted) -> None:
    """A short word in a long ending: "ləğvini" is looked for as "ləğv", "gölü" as "göl", where appeals
    have that word, or another form of it."""
    roots: dict[str, list[str]] = {}
    for part in asked.parts:
        if part.typed and _LETTERS.fullmatch(part.typed):
            word = part.terms[0].words[0]
            ends = range(len(word) - 1, SHORT - 1, -1)
            roots[word] = [word[:end] for end in ends if CHAIN.fullmatch(word[end:])]
    every = sorted({*roots, *(root for some in roots.values() for root in some)})
    known = {word: int(count) for word, count in _rows(_ROOTS, every, every)}
    short = sorted({root for some in roots.values() for root in some if len(root) == SHORT})
    for root, form, count in _rows(_FORMS, short):
        if form != root and _CASE.fullmatch(form.removeprefix(root)):
            known[root] = known.get(root, 0) + int(count)
    for part in asked.parts:
        word = part.terms[0].words[0]
        for root in roots.get(word, []):
            if known.get(root, 0) > known.get(word, 0):
                part.terms += [term for term in _phrase((root,)) if term not in part.terms]
                break


def _count(asked: Wanted) -> None:
    """How many appeals have each part; short words are taken in their own forms only."""
    terms = [term for part in asked.parts for term in part.terms]
    short = {t.words[0] for t in terms if len(t.words) == 1 and _is_short(t.words[0])}
    long = {
        word for term in terms for word in term.words if term.words != (word,) or word not in short
    }
    sums = {word: int(count) for word, count in _rows(_SUMS, sorted(long))}
    forms: dict[str, list[tuple[str, int]]] = {}
    for word, form, count in _rows(_FORMS, sorted(short)):
        if form == word or CHAIN.fullmatch(form.removeprefix(word)):
            forms.setdefault(word, []).append((form, count))
    for part in asked.parts:
        kept: list[Term] = []
        for term in part.terms:
            if len(term.words) == 1 and term.words[0] in short:
                word = term.words[0]
                usual = sorted(forms.get(word, []), key=lambda pair: -pair[1])[:MOST_FORMS]
                kept += [Term((form,), is_whole=True) for form in {word, *(f for f, _n in usual)}]
                part.appeals += sum(count for _form, count in usual)
            else:
                kept.append(term)
                part.appeals += min(sums[word] for word in term.words)
        part.terms = list(dict.fromkeys(kept))


def _correct(asked: Wanted) -> None:
    """A word hardly any appeal has is also looked for as the words it may have been meant for; a
    usual word also as the rare spellings near it that stand in appeals by mistake."""
    rare = _rare(asked.of)
    words: dict[str, Part] = {}
    for part in asked.parts:
        part.typed_appeals = part.appeals
        word = part.typed or (part.terms[0].words[0] if len(part.terms[0].words) == 1 else "")
        if part.appeals <= USUAL_ENOUGH and _LETTERS.fullmatch(word) and allowance(len(word)):
            words[word] = part
    others: dict[str, list[tuple[float, int, str]]] = {}
    for (typed, other), (by, count) in _alike(words).items():
        others.setdefault(typed, []).append((by, -count, other))
    for typed, found in others.items():
        part = words[typed]
        usual = part.appeals
        found.sort()
        if usual <= rare:
            meant = [one for one in found if -one[1] > MORE_COMMON * usual]
            meant = [one for one in meant if one[0] <= meant[0][0] + 0.5][:MOST_MEANT]
        elif len(stem(typed)) >= LONG:
            meant = [one for one in found if one[0] <= 1 and -one[1] * RARER < usual][:MOST_WRONG]
        else:
            continue
        if meant and usual <= rare:
            part.meant_apart = meant[0][0]
        for _apart_by, count, other in meant:
            more = _meant(other) if usual <= rare else [Term((other,))]
            part.terms += [term for term in more if term not in part.terms]
            part.appeals -= count


def _rare(of: int) -> int:
    return max(RARE, int(of * RARE_SHARE))


def _alike(words: dict[str, Part]) -> dict[tuple[str, str], tuple[float, int]]:
    """For a typed word and a stem near it: how near, and how many appeals have the stem."""
    asked = {form: typed for typed in words for form in (stem(typed), typed)}
    forms = sorted(asked)
    rows = _rows(_NEAR, forms, [" ".join(near(form)) for form in forms])
    found: dict[tuple[str, str], dict[str, int]] = {}
    nearest: dict[tuple[str, str], float] = {}
    for form, word, other, count in rows:
        typed = asked[form]
        if other.startswith(stem(typed)):
            continue
        pair = typed, other
        by = min(apart(form, known) for known in {word, other})
        if 0 < by < float("inf"):
            nearest[pair] = min(by, nearest.get(pair, by))
        found.setdefault(pair, {})[word] = int(count)
    return {pair: (by, sum(found[pair].values())) for pair, by in nearest.items()}


def _meant(word: str) -> list[Term]:
    """The word meant, with its synonyms."""
    _length, group = synonyms().at([word], 0)
    return [term for phrase in _least(group or ((word,),)) for term in _phrase(phrase)]


def _is_short(word: str) -> bool:
    return len(word) <= SHORT and bool(_LETTERS.fullmatch(word))


def _rows(sql: str, words: list[str], *more: list[str]) -> list[tuple]:
    if not words:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, [words, *more])
        return list(cursor.fetchall())
