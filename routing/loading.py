"""Loads which structure answers for which branch of topics."""

from __future__ import annotations

from appeals.models import Topic
from people.loading import DATA, read
from people.models import Structure
from routing.models import Competence
from routing.reminders.models import LadderStep, default_steps
from routing.rules.models import RoutingRule


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


def load_rules() -> int:
    """The first rules: each branch of topics to the structure competent for it, the deepest branch
    first, only offered; and the catch-all. Where there are rules already, they are the sector's."""
    if RoutingRule.objects.exists():
        return 0
    RoutingRule.objects.create(name="Qalan bütün müraciətlər", is_catch_all=True)
    rows = Competence.objects.select_related("structure", "topic").order_by("structure__path", "id")
    taken: dict[int, Competence] = {}
    for row in rows:
        taken.setdefault(row.topic_id, row)
    ordered = sorted(taken.values(), key=lambda row: (-row.topic.path.count("/"), row.topic.path))
    RoutingRule.objects.bulk_create(
        RoutingRule(
            name=f"{row.topic.name_az} → {row.structure.short_az or row.structure.name_az}"[:120],
            position=position,
            topic=row.topic,
            structure=row.structure,
        )
        for position, row in enumerate(ordered, start=1)
    )
    return len(ordered) + 1


def load_ladder() -> int:
    """The ladder of reminders as delivered; where there is one, it is the administrator's."""
    if LadderStep.objects.exists():
        return 0
    return len(LadderStep.objects.bulk_create(LadderStep(**values) for values in default_steps()))
