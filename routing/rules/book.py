"""The rules in force as they are matched, and what they may know of an appeal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Count, Max
from django.utils import timezone

from appeals.models import Appeal
from callcenter.text import words
from routing.guard import barred_structures
from routing.rules.matching import Facts, Prepared, RuleBook, fold_phrases, pattern_of
from routing.rules.models import RoutingRule

_kept: tuple[object, RuleBook] | None = None


def prepare(rule: RoutingRule, *, regions: Iterable[int] | None = None) -> Prepared:
    """A rule, saved or still being typed, as it is matched today."""
    phrases = fold_phrases(rule.words)
    topic = rule.topic
    if regions is None:
        regions = [region.pk for region in rule.regions.all()] if rule.pk else []
    return Prepared(
        pk=rule.pk,
        name=rule.name,
        structure_id=rule.structure_id,
        kinds=frozenset(rule.kinds),
        topic_path=topic.path if topic is not None else "",
        words=phrases,
        regions=frozenset(regions),
        channels=frozenset(rule.channels),
        languages=frozenset(rule.languages),
        applicants=rule.applicants,
        voens=frozenset(rule.voens),
        accused=rule.accused,
        accused_path=rule.accused_branch.path if rule.accused_branch is not None else "",
        is_catch_all=rule.is_catch_all,
        topic_ended=topic is not None and _ended(topic.valid_to),
        pattern=pattern_of(phrases),
    )


def _ended(valid_to: dt.date | None) -> bool:
    return valid_to is not None and valid_to < timezone.localdate()


def rules_in_force() -> list[RoutingRule]:
    """In their order, with everything matching needs, in two statements."""
    rules = RoutingRule.objects.filter(is_active=True)
    return list(rules.select_related("topic", "accused_branch").prefetch_related("regions"))


def rule_book() -> RuleBook:
    """The book of today; made anew when a rule was changed."""
    global _kept
    state = RoutingRule.objects.filter(is_active=True).aggregate(
        changed=Max("changed_at"), count=Count("id"), edition=Max("version")
    )
    key = (timezone.localdate(), *state.values())
    if _kept is None or _kept[0] != key:
        _kept = (key, RuleBook(map(prepare, rules_in_force())))
    return _kept[1]


def facts_of(appeal: Appeal) -> Facts:
    """What the rules may know of an appeal; asks for its topic, applicant and the accused."""
    accused = appeal.complained_structure
    return Facts(
        kind=appeal.kind,
        topic_path=appeal.topic.path,
        text=words(appeal.text),
        region_id=appeal.region_id,
        channel=appeal.channel,
        language=appeal.language,
        voen=appeal.applicant.voen if appeal.applicant is not None else "",
        accused_path=accused.path if accused is not None else "",
        barred=barred_structures(appeal.complained_structure_id),
    )
