"""How well the search finds: queries with wanted results over texts written for it.

The texts are put into the database inside a transaction that is rolled back; nobody sees them.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from zlib import crc32

from django.db import transaction
from django.utils import timezone

from appeals.models import Appeal, Applicant, Topic
from appeals.search import find
from appeals.search.vocabulary import rebuild
from people.models import Role, User

DATA = Path(__file__).resolve().parent / "data" / "search"
SOURCE = "search evaluation"
#: Written later, of other topics and words: what the search does with what it was not tuned on.
LATER = (DATA / "later_texts.jsonl", DATA / "later_queries.toml")
#: Whose appeals the texts of each set are, and queries by their mistyped names.
PEOPLE = {DATA / "texts.jsonl": DATA / "people.toml", LATER[0]: DATA / "later_people.toml"}
#: Results on the first screen.
FIRST = 10


@dataclass(frozen=True)
class Query:
    """What is typed, and the concepts every wanted text has."""

    code: str
    kind: str
    query: str
    concepts: frozenset[str]

    @property
    def is_held_out(self) -> bool:
        """Half of the queries, by their code; the search is tuned without looking at these."""
        return crc32(self.code.encode()) % 2 == 1


@dataclass
class Score:
    """Of the texts wanted, how many were found; of the first ten found, how many were wanted."""

    recall: list[float] = field(default_factory=list)
    first_recall: list[float] = field(default_factory=list)
    precision: list[float] = field(default_factory=list)

    def add(self, other: Score) -> None:
        self.recall += other.recall
        self.first_recall += other.first_recall
        self.precision += other.precision


@dataclass
class Outcome:
    """One query carried out."""

    query: Query
    score: Score
    missed: list[str]
    wrong: list[str]


def texts(path: Path = DATA / "texts.jsonl") -> list[dict]:
    """The texts, each with its applicant, whose concepts are then its own too."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    by_id = {row["id"]: row for row in rows}
    for person in applicants(path):
        for key in person["texts"]:
            by_id[key]["applicant"] = person
            by_id[key]["concepts"] = [*by_id[key]["concepts"], *person["concepts"]]
    return rows


def applicants(path: Path = DATA / "texts.jsonl") -> list[dict]:
    if path not in PEOPLE:
        return []
    rows: list[dict] = tomllib.loads(PEOPLE[path].read_text(encoding="utf-8"))["applicant"]
    return rows


def queries(path: Path = DATA / "queries.toml") -> list[Query]:
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["query"]
    return [
        Query(row["code"], row["kind"], row["query"], frozenset(row["all_concepts"]))
        for row in rows
    ]


def mistyped(asked: list[Query], seed: int) -> list[Query]:
    """Queries nobody has seen: every plain word of five letters or more with one mistake by chance."""
    chance = random.Random(seed)
    return [
        Query(f"{one.code}-{seed}", "mistyped", _mistake(one.query, chance), one.concepts)
        for one in asked
        if one.kind in ("plain", "no_diacritics") and " " not in one.query and len(one.query) > 4
    ]


def _mistake(word: str, chance: random.Random) -> str:
    """One letter changed, left out, doubled or swapped with the next; the first one stays."""
    at = chance.randrange(1, len(word) - 1)
    letter = chance.choice("abcdefhiklmnoprstuvyz")
    return chance.choice([
        word[:at] + letter + word[at + 1 :],
        word[:at] + word[at + 1 :],
        word[:at] + word[at] + word[at:],
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
    ])  # fmt: skip


@contextmanager
def loaded(rows: list[dict]) -> Iterator[User]:
    """The texts as appeals, for as long as the body runs; gives a reader who sees them all."""
    with transaction.atomic():
        topic = Topic.objects.create(
            code="search-evaluation", path="/search-evaluation/", name_az="Axtarış",
            valid_from=dt.date(2020, 1, 1),
        )  # fmt: skip
        now = timezone.now()
        people = _people(rows)
        Appeal.objects.bulk_create(
            Appeal(
                number=f"evaluation {row['id']}", year=now.year, serial=0, kind="question",
                topic=topic, text=row["text"], source_system=SOURCE, source_key=row["id"],
                applicant=people.get(id(row.get("applicant"))),
                registered_at=now - dt.timedelta(minutes=crc32(row["id"].encode()) % 100_000),
            )
            for row in rows
        )  # fmt: skip
        rebuild()
        reader = User.objects.create(username="search-evaluation", role=Role.AUDITOR)
        yield reader
        transaction.set_rollback(True)


def _people(rows: list[dict]) -> dict[int, Applicant]:
    """An applicant for each person of the texts, by the identity of the person's row."""
    known = {id(row["applicant"]): row["applicant"] for row in rows if "applicant" in row}
    made = [
        Applicant(
            kind="organisation" if "organisation_name" in person else "person",
            **{name: value for name, value in person.items() if name not in ("concepts", "texts")},
        )
        for person in known.values()
    ]
    return dict(zip(known, Applicant.objects.bulk_create(made), strict=True))


def carried_out(reader: User, query: Query, rows: list[dict]) -> Outcome:
    """One query over the loaded texts, newest first as the list shows them."""
    wanted = {row["id"] for row in rows if query.concepts <= set(row["concepts"])}
    seen = Appeal.objects.visible_to(reader).filter(source_system=SOURCE)
    hits = find(reader, query.query).narrow(seen).order_by("-registered_at", "-id")
    found = list(hits.values_list("source_key", flat=True))
    first, right = found[:FIRST], wanted & set(found)
    score = Score()
    if wanted:
        score.recall.append(len(right) / len(wanted))
        score.first_recall.append(len(wanted & set(first)) / min(FIRST, len(wanted)))
        score.precision.append(len(wanted & set(first)) / max(1, len(first)))
    missed, wrong = sorted(wanted - right), [key for key in found if key not in wanted]
    return Outcome(query, score, missed, wrong)


def evaluate(rows: list[dict], asked: list[Query]) -> list[Outcome]:
    """Every query over the texts."""
    with loaded(rows) as reader:
        return [carried_out(reader, query, rows) for query in asked]
