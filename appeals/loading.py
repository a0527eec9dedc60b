"""Loads topics, regions, outcomes, grounds, term rules and the wording of notices."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from appeals.kinds import InquirySort, Kind
from appeals.models import Ground, NoticeTemplate, Outcome, Region, TermRule, Topic, TopicQuestion
from callcenter.text import az_fold
from people.loading import read

DATA = Path(__file__).resolve().parent / "data"
LANGUAGES = ("az", "en", "ru")
#: How the data file names the sorts of an information request.
SORTS = {
    "normal": InquirySort.INFORMATION,
    "topical": InquirySort.TOPICAL,
    "danger": InquirySort.DANGER,
}


def _texts(row: dict[str, Any], ours: str, theirs: str) -> dict[str, str]:
    return {f"{ours}_{language}": row.get(f"{theirs}_{language}", "") for language in LANGUAGES}


def load_topics() -> int:
    """Parents stand before their children; questions belong to their topic."""
    known: dict[str, Topic] = {}
    for row in read(DATA / "topics.toml")["topic"]:
        parent = known[row["parent"]] if row["parent"] else None
        names = _texts(row, "name", "name")
        keywords = ", ".join(row.get("keywords", ()))
        topic, created = Topic.objects.update_or_create(
            code=row["code"],
            defaults=names,
            create_defaults={
                **names,
                "keywords": keywords,
                "parent": parent,
                "path": f"{parent.path if parent else '/'}{row['code']}/",
                "is_outside": row.get("outside", False),
                "valid_from": row["valid_from"],
            },
        )
        # An administrator's own keywords are searched too.
        search_text = az_fold(" ".join([*names.values(), topic.keywords]))
        if topic.search_text != search_text:
            topic.search_text = search_text
            topic.save(update_fields=["search_text"])
        known[topic.code] = topic
        if created:
            _load_questions(topic, row.get("questions", ()))
    return len(known)


def _load_questions(topic: Topic, rows: Any) -> None:
    for order, row in enumerate(rows):
        choices = [
            dict(zip(LANGUAGES, words, strict=True))
            for words in zip(
                *(row.get(f"choices_{language}", ()) for language in LANGUAGES), strict=True
            )
        ]
        TopicQuestion.objects.create(
            topic=topic,
            code=row["code"],
            kind=row["kind"],
            choices=choices,
            is_required=row["required"],
            order=order,
            **_texts(row, "label", "label"),
        )


def load_regions() -> int:
    """Districts and cities, with their economic region in words."""
    data = read(DATA / "regions.toml")
    economic = {row["code"]: row["name_az"] for row in data["economic_region"]}
    for row in data["region"]:
        Region.objects.get_or_create(
            code=row["code"],
            defaults={
                **_texts(row, "name", "name"),
                "economic_region": economic.get(row.get("economic_region", ""), ""),
            },
        )
    return len(data["region"])


def load_outcomes() -> int:
    """Outcomes in their order; withdrawn and joined come from their own verbs."""
    rows = read(DATA / "outcomes.toml")["outcome"]
    for order, row in enumerate(rows):
        Outcome.objects.get_or_create(
            code=row["code"],
            defaults={
                **_texts(row, "name", "label"),
                **_texts(row, "how_to_appeal", "how_to_appeal"),
                "is_satisfied": row["is_satisfied"],
                "needs_ground": row.get("needs_ground", False),
                "is_chosen_by_hand": row["code"] not in ("withdrawn", "joined", "in_study"),
                "order": order,
            },
        )
    return len(rows)


def load_grounds() -> int:
    """Legal grounds for leaving an appeal without consideration."""
    rows = read(DATA / "grounds.toml")["ground"]
    for order, row in enumerate(rows):
        Ground.objects.get_or_create(
            code=row["code"],
            defaults={
                **_texts(row, "name", "label"),
                **_texts(row, "how_to_appeal", "how_to_appeal"),
                "article": row["article"],
                "can_reopen": row["can_reopen"],
                "order": order,
            },
        )
    return len(rows)


def load_term_rules() -> int:
    """The clock table of law.md, section 10."""
    rows = read(DATA / "term_rules.toml")["term_rule"]
    for row in rows:
        is_information = row["kind"] == "information_request"
        TermRule.objects.get_or_create(
            code=row["code"],
            defaults={
                **_texts(row, "note", "note"),
                "kind": Kind.INQUIRY if is_information else row["kind"],
                "inquiry_sort": SORTS[row["urgency"]] if is_information else "",
                "needs_study": row["study"],
                "step": row["step"],
                "quantity": row["quantity"],
                "unit": row["unit"],
                "extension_quantity": row.get("extension_quantity", 0),
                "max_extensions": row.get("max_extensions", 0),
                "source": row["source"][:250],
                "certainty": row["certainty"],
                "valid_from": row["valid_from"],
            },
        )
    return len(rows)


def load_templates() -> int:
    """The wording of notices."""
    rows = read(DATA / "templates.toml")["template"]
    for row in rows:
        NoticeTemplate.objects.get_or_create(
            reason=row["code"],
            channel=row["channel"],
            defaults={**_texts(row, "subject", "subject"), **_texts(row, "text", "body")},
        )
    return len(rows)
