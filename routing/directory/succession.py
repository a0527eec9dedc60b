"""What follows a reorganisation on its day: rules of distribution point to whoever does the work."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from people.audit import audit
from people.models import Structure
from routing.actions.inheriting import heir_today
from routing.models import AnswerTemplate, RoutingRule


def hand_over_rules() -> int:
    """Rules of structures that ended before today go to their successors; how many. A repeat finds
    none left."""
    ended = Structure.objects.filter(valid_to__lt=timezone.localdate(), successor__isnull=False)
    moved = 0
    rows = RoutingRule.objects.filter(structure__in=ended).select_related("structure")
    for row in rows.order_by("pk"):
        old = row.structure
        heir = heir_today(old) if old is not None else None
        if old is None or heir is None:
            continue
        with transaction.atomic():
            # Unless an author chose another in between.
            moved += RoutingRule.objects.filter(pk=row.pk, structure=old).update(
                structure=heir, version=F("version") + 1, changed_at=timezone.now()
            )
            audit(
                "rule.handed_over", by=None, object_kind="rule", object_ref=row.pk,
                detail={"structure": [old.code, heir.code]},
            )  # fmt: skip
    return moved


def copy_templates(old: Structure, heir: Structure) -> None:
    """The texts its people begin answers with go along; those of the same title stay the heir's."""
    there = set(AnswerTemplate.objects.filter(structure=heir).values_list("title", flat=True))
    AnswerTemplate.objects.bulk_create(
        AnswerTemplate(
            structure=heir, topic_id=row.topic_id, title=row.title, text=row.text,
            is_active=row.is_active, changed_by_id=row.changed_by_id, changed_at=row.changed_at,
        )
        for row in AnswerTemplate.objects.filter(structure=old)
        if row.title not in there
    )  # fmt: skip
