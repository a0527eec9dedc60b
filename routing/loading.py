"""Loads which structure answers for which branch of topics."""

from __future__ import annotations

from appeals.models import Topic
from people.loading import DATA, read
from people.models import Structure
from routing.models import Competence


def load_competence() -> int:
    """A code covers its whole branch."""
    topics = {topic.code: topic for topic in Topic.objects.all()}
    structures = {structure.code: structure for structure in Structure.objects.all()}
    count = 0
    for row in read(DATA / "structures.toml")["structure"]:
        for code in row.get("competence", ()):
            Competence.objects.get_or_create(structure=structures[row["code"]], topic=topics[code])
            count += 1
    return count
