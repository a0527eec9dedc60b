"""How rules are matched: pure, no database. Rules are prepared once and asked many times."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from callcenter.text import words as folded


@dataclass(frozen=True)
class Facts:
    """What rules may ask about one appeal. `text` is folded with `callcenter.text.words`."""

    kind: str
    topic_path: str
    text: str
    region_id: int | None = None
    channel: str = "phone"
    language: str = "az"
    voen: str = ""
    accused_path: str = ""
    barred: frozenset[int] = frozenset()  # structures the complaint may not reach

    @property
    def key(self) -> tuple[object, ...]:
        """Everything but the text and the VÖEN: appeals alike in this share their candidates."""
        return (
            self.kind, self.topic_path, self.region_id, self.channel, self.language,
            bool(self.voen), self.accused_path,
        )  # fmt: skip


@dataclass(frozen=True)
class Prepared:
    """A rule as it is matched: plain values instead of rows."""

    pk: int | None
    name: str
    structure_id: int | None
    kinds: frozenset[str] = frozenset()
    topic_path: str = ""
    words: tuple[str, ...] = ()  # folded; one of them stands in the text
    regions: frozenset[int] = frozenset()
    channels: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    applicants: str = ""  # "", with, without a VÖEN
    voens: frozenset[str] = frozenset()
    accused: str = ""  # "", named, nobody
    accused_path: str = ""
    is_catch_all: bool = False
    topic_ended: bool = False
    pattern: re.Pattern[str] | None = field(default=None, compare=False)

    @property
    def conditions(self) -> dict[str, object]:
        """The conditions that are filled in, by name."""
        every = {
            "kind": self.kinds, "topic": self.topic_path, "words": self.words,
            "region": self.regions, "channel": self.channels, "language": self.languages,
            "applicant": self.applicants, "voen": self.voens, "accused": self.accused,
            "accused_structure": self.accused_path,
        }  # fmt: skip
        return {name: value for name, value in every.items() if value}

    def fits(self, facts: Facts) -> bool:
        """Every condition but those on the text and on one VÖEN."""
        return (
            (not self.kinds or facts.kind in self.kinds)
            and facts.topic_path.startswith(self.topic_path)
            and (not self.regions or facts.region_id in self.regions)
            and (not self.channels or facts.channel in self.channels)
            and (not self.languages or facts.language in self.languages)
            and (not self.applicants or bool(facts.voen) == (self.applicants == "with"))
            and (not self.accused or bool(facts.accused_path) == (self.accused == "named"))
            and (not self.accused_path or facts.accused_path.startswith(self.accused_path))
        )

    def holds(self, facts: Facts) -> bool:
        """The conditions `fits` leaves out."""
        if self.voens and facts.voen not in self.voens:
            return False
        return self.pattern is None or self.pattern.search(facts.text) is not None


def fold_phrases(phrases: Iterable[str]) -> tuple[str, ...]:
    """Words and phrases as they are looked for, without empty ones and repeats."""
    return tuple(dict.fromkeys(text for text in (folded(each) for each in phrases) if text))


def pattern_of(phrases: Sequence[str]) -> re.Pattern[str] | None:
    """One of the phrases at the beginning of a word: "ixrac" finds "ixracın"."""
    if not phrases:
        return None
    return re.compile(r"(?:^|(?<= ))(?:" + "|".join(map(re.escape, phrases)) + ")")


@dataclass(frozen=True)
class Verdict:
    """The rule that decides, the conditions that held, and the rules passed over for the accused."""

    rule: Prepared | None
    reasons: tuple[str, ...] = ()
    passed_over: tuple[Prepared, ...] = ()


class RuleBook:
    """Prepared rules in their order; the first that holds and does not lead to the accused decides."""

    def __init__(self, rules: Iterable[Prepared]) -> None:
        self.rules = tuple(rules)
        self._candidates: dict[tuple[object, ...], tuple[Prepared, ...]] = {}

    def decide(self, facts: Facts) -> Verdict:
        passed: list[Prepared] = []
        for rule in self._fitting(facts):
            if not rule.holds(facts):
                continue
            if rule.structure_id is not None and rule.structure_id in facts.barred:
                passed.append(rule)
                continue
            return Verdict(rule, tuple(rule.conditions), tuple(passed))
        return Verdict(None, (), tuple(passed))

    def _fitting(self, facts: Facts) -> tuple[Prepared, ...]:
        key = facts.key
        known = self._candidates.get(key)
        if known is None:
            known = tuple(rule for rule in self.rules if not rule.topic_ended and rule.fits(facts))
            self._candidates[key] = known
        return known


@dataclass(frozen=True)
class Warning:
    """Something about a rule its author should know: a code and the other rule concerned."""

    code: str  # no_conditions, shadowed, contradicts, topic_ended
    rule: Prepared
    other: Prepared | None = None


def warnings_of(rules: Sequence[Prepared]) -> Iterator[Warning]:
    """Rules that take everything, that can never decide, that say two things of the same, and
    that ask for a topic which has ended."""
    before: list[Prepared] = []
    for rule in rules:
        if rule.topic_ended:
            yield Warning("topic_ended", rule)
        if not rule.conditions and not rule.is_catch_all:
            yield Warning("no_conditions", rule)
        if not rule.is_catch_all:
            wider = next((each for each in before if covers(each, rule)), None)
            if wider is not None:
                same = wider.conditions == rule.conditions
                differs = wider.structure_id != rule.structure_id
                yield Warning("contradicts" if same and differs else "shadowed", rule, wider)
        before.append(rule)


def covers(wide: Prepared, narrow: Prepared) -> bool:
    """True when every appeal the narrow rule takes is taken by the wide one."""
    return (
        not wide.topic_ended
        and _any_of(wide.kinds, narrow.kinds)
        and narrow.topic_path.startswith(wide.topic_path)
        and _any_of(wide.regions, narrow.regions)
        and _any_of(wide.channels, narrow.channels)
        and _any_of(wide.languages, narrow.languages)
        and _any_of(wide.voens, narrow.voens)
        and (not wide.applicants or wide.applicants == narrow.applicants)
        and (not wide.accused or wide.accused == narrow.accused)
        and narrow.accused_path.startswith(wide.accused_path)
        and (
            not wide.words
            or bool(narrow.words)
            and all(any(_begins(long, short) for short in wide.words) for long in narrow.words)
        )
    )


def _any_of(wide: frozenset, narrow: frozenset) -> bool:
    return not wide or bool(narrow) and narrow <= wide


def _begins(long: str, short: str) -> bool:
    """Wherever the long phrase is found, the short one is found too."""
    return re.search(r"(?:^| )" + re.escape(short), long) is not None
