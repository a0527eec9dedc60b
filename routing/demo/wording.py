"""What people say in the demo world: the texts of appeals/data/demo, their placeholders filled."""

from __future__ import annotations

import random
from functools import cache

from appeals.kinds import Kind
from appeals.loading import DATA
from people.loading import read

CASES = ("loc", "abl", "gen", "dat")
#: Kinds in which a topic's matter can be told when nothing is written for the kind itself.
NEAREST = {
    Kind.PROPOSAL: (Kind.APPLICATION, Kind.QUESTION),
    Kind.COMPLAINT: (Kind.APPLICATION, Kind.QUESTION),
    Kind.APPLICATION: (Kind.QUESTION,),
    Kind.INQUIRY: (Kind.QUESTION, Kind.APPLICATION),
    Kind.QUESTION: (Kind.INQUIRY, Kind.APPLICATION),
}


class Wording:
    """Texts by topic and kind, answers and reasons by topic; drawn from nothing but the seed."""

    def __init__(self, draw: random.Random) -> None:
        self.random = draw
        data = read(DATA / "demo" / "texts.toml")
        self.texts: dict[tuple[str, str, str], list[str]] = {}
        for row in data["text"]:
            self.texts.setdefault((row["topic"], row["kind"], row["lang"]), []).append(row["text"])
        self.answers: dict[tuple[str, str], list[str]] = {}
        for row in data["answer"]:
            self.answers.setdefault((row["topic"], row["lang"]), []).append(row["text"])
        self.reasons: dict[str, list[str]] = {}
        for row in data["return_reason"]:
            self.reasons.setdefault(row["topic"], []).append(row["text"])
        self.tails = data["tail"]
        self.slots: dict[str, list[dict[str, str]]] = {}
        for row in data["slot"]:
            self.slots.setdefault(row["set"], []).append(row)
        self.regions = [row for row in read(DATA / "regions.toml")["region"] if row.get("loc")]

    def kinds(self, topic: str) -> list[str]:
        """Kinds in which the topic is told in Azerbaijani."""
        return [kind for kind in Kind.values if (topic, kind, "az") in self.texts]

    def text(self, topic: str, kind: str, language: str = "az") -> tuple[str, str]:
        """What the caller says, and in which language it is really written."""
        for spoken in dict.fromkeys((language, "az")):
            for told in (kind, *NEAREST[Kind(kind)]):
                found = self.texts.get((topic, told, spoken))
                if found:
                    said = self._filled(self.random.choice(found))
                    if spoken == "az" and self.random.random() < 0.3:
                        said = f"{said} {self.tail(kind)}"
                    return said, spoken
        raise KeyError(topic)

    def tail(self, kind: str) -> str:
        """A last sentence that fits the kind."""
        return self.random.choice([t["text"] for t in self.tails if t["kind"] in ("any", kind)])

    def answer(self, topic: str, language: str = "az") -> str:
        found = self.answers.get((topic, language)) or self.answers[topic, "az"]
        return self._filled(self.random.choice(found))

    def return_reason(self, topic: str) -> str:
        return self._filled(self.random.choice(self.reasons[topic]))

    def _filled(self, text: str) -> str:
        if "{" not in text:
            return text
        region = self.random.choice(self.regions)
        values = {f"region_{case}": region[case] for case in CASES}
        for rows in self.slots.values():
            values |= self.random.choice(rows)
        return text.format_map(values)


@cache
def names() -> dict[str, list[dict[str, str]]]:
    """Surnames, given names and patronymics by sex."""
    return read(DATA / "demo" / "names.toml")


def person(draw: random.Random) -> dict[str, str]:
    """A full name, all of one sex."""
    sex = draw.choice(("male", "female"))
    known = names()
    return {
        "surname": draw.choice(known["surname"])[sex],
        "given_name": draw.choice([n["name"] for n in known["given_name"] if n["sex"] == sex]),
        "patronymic": draw.choice(known["patronymic"])[sex],
    }


@cache
def organisations() -> list[dict[str, str]]:
    return read(DATA / "demo" / "organisations.toml")["organisation"]
