"""How well the search finds, by kind of query."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from statistics import mean
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from appeals.evaluation import (
    DATA,
    LATER,
    PEOPLE,
    Outcome,
    Query,
    evaluate,
    mistyped,
    queries,
    texts,
)

#: The least share of wanted texts the search must find.
LEAST_RECALL = 0.95
USUAL = (DATA / "texts.jsonl", DATA / "queries.toml")


class Command(BaseCommand):
    help = "Recall and precision of the search over texts written for it; nothing stays in the database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--texts", type=Path, help="other texts than the two sets kept here")
        parser.add_argument("--queries", type=Path, help="other queries")
        parser.add_argument(
            "--part", choices=["all", "tuned", "held"], default="all",
            help="tuned: the half looked at while tuning; held: the other half",
        )  # fmt: skip
        parser.add_argument(
            "--mistype", type=int, default=0, metavar="SEED",
            help="instead: the plain queries, each with one mistake by chance",
        )  # fmt: skip
        parser.add_argument("--show", action="store_true", help="name what was missed and wrong")

    def handle(self, **options: object) -> None:
        given = options["texts"], options["queries"]
        sets = [given] if any(given) else [USUAL, LATER]
        recall = [
            self._evaluated(texts(of or USUAL[0]), self._asked(of, asked), options)
            for of, asked in sets
        ]
        self.stdout.write(
            "recall: of the texts wanted, the share found on any page; recall@10: of ten, or of all "
            "where fewer are wanted, the share on the first screen, newest first."
        )
        if min(recall) < LEAST_RECALL:
            raise CommandError(f"recall {min(recall):.3f} is below {LEAST_RECALL}")

    def _asked(self, of: Path | None, asked: Path | None) -> list[Query]:
        """The queries, and those by names that belong to the texts."""
        people = PEOPLE.get(of or USUAL[0])
        return queries(asked or USUAL[1]) + (queries(people) if people else [])

    def _evaluated(self, rows: list[dict], asked: list[Query], options: dict[str, Any]) -> float:
        """One set of texts and its queries; the recall of all of them."""
        if options["part"] != "all":
            asked = [one for one in asked if one.is_held_out == (options["part"] == "held")]
        if options["mistype"]:
            asked = mistyped(asked, options["mistype"])
        outcomes = evaluate(rows, asked)
        self.stdout.write(f"\n{len(rows)} texts, {len(asked)} queries")
        self.stdout.write(
            f"{'kind':15} {'queries':>7} {'recall':>7} {'precision@10':>13} {'recall@10':>10}"
        )
        for kind in dict.fromkeys(one.query.kind for one in outcomes):
            self._line(kind, [one for one in outcomes if one.query.kind == kind])
        recall = self._line("all", outcomes)
        if options["show"]:
            by_id = {row["id"]: row["text"] for row in rows}
            for one in outcomes:
                if one.missed or one.wrong:
                    self._told(one, by_id)
        return recall

    def _line(self, name: str, outcomes: list[Outcome]) -> float:
        recall = [value for one in outcomes for value in one.score.recall]
        first = [value for one in outcomes for value in one.score.first_recall]
        precision = [value for one in outcomes for value in one.score.precision]
        self.stdout.write(
            f"{name:15} {len(outcomes):7d} {mean(recall):7.3f} {mean(precision):13.3f} {mean(first):10.3f}"
        )
        return mean(recall)

    def _told(self, one: Outcome, by_id: dict[str, str]) -> None:
        self.stdout.write(
            f"\n{one.query.kind} “{one.query.query}”: missed {len(one.missed)}, wrong {len(one.wrong)}"
        )
        for sign, keys in (("-", one.missed), ("+", one.wrong)):
            for key in keys[:4]:
                self.stdout.write(f"  {sign} {key} {by_id[key][:230]}")
