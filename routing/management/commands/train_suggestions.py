"""Trains the suggestions, or measures how well they would do."""

from __future__ import annotations

import csv
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from routing.suggestions.actions import lessons, measure, train
from routing.suggestions.learning import NothingToLearn, Score, learn, most_frequent, score
from routing.suggestions.models import Learned

#: Of the rows of a file every third is tested on, the others are learned from.
TESTED_EVERY = 3


class Command(BaseCommand):
    help = (
        "Train the suggestions of structures and topics on answered appeals. --evaluate only "
        "measures: on the last month held out of our own appeals and, with --file, on a CSV of "
        "another call centre, one third of which is held out."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--evaluate", action="store_true", help="measure, keep nothing")
        parser.add_argument("--file", type=Path, help="a CSV with texts and answers")
        parser.add_argument(
            "--text", default="Complaint Type,Descriptor", help="columns that make the text"
        )
        parser.add_argument("--answer", default="Agency", help="column of the right answer")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["file"] is not None:
            columns = [name.strip() for name in options["text"].split(",")]
            self._file(options["file"], columns, options["answer"])
        for target in Learned.values:
            if options["evaluate"]:
                self._say(f"own appeals, {target}", measure(lessons(target)))
                continue
            made = train(target)
            if made is None:
                self.stdout.write(f"{target}: another training is under way.")
            else:
                self.stdout.write(
                    f"{target}: edition {made.edition}, {made.get_state_display()}, learned from "
                    f"{made.learned_from} appeals with {made.classes} different answers."
                )

    def _file(self, path: Path, columns: list[str], answer: str) -> None:
        try:
            with path.open(encoding="utf-8-sig", newline="") as lines:
                rows = list(csv.DictReader(lines))
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from None
        missing = [name for name in (*columns, answer) if not rows or name not in rows[0]]
        if missing:
            raise CommandError(f"{path} has no column {', '.join(missing)}.")
        pairs = [(" ".join(row[name] or "" for name in columns), row[answer]) for row in rows]
        tested = pairs[::TESTED_EVERY]
        taught = [pair for at, pair in enumerate(pairs) if at % TESTED_EVERY]
        answers = [right for _text, right in taught]
        try:
            model = learn([text for text, _right in taught], answers)
        except NothingToLearn:
            self._say(path.name, None)
            return
        texts, wanted = zip(*tested, strict=True)
        self._say(path.name, score(model, texts, wanted, most_frequent(answers)))

    def _say(self, name: str, found: Score | None) -> None:
        if found is None:
            self.stdout.write(f"{name}: not enough to learn from, or nothing to test on.")
            return
        self.stdout.write(
            f"{name}: tested on {found.tested_on}; first offer right {found.top1:.1%}, one of "
            f"three {found.top3:.1%}; always the most frequent {found.baseline:.1%}."
        )
