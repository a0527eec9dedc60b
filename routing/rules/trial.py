"""Trying a rule on the past: what it would change, appeal by appeal, before it is saved."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from appeals.models import Appeal, Region, Topic
from callcenter.errors import NotAllowed
from callcenter.text import words
from people.models import Structure, User
from people.standing import standing_of
from routing.guard import barred_structures
from routing.rules.actions import AUTHORS, FIELDS
from routing.rules.book import prepare, rules_in_force
from routing.rules.matching import Facts, Prepared, RuleBook
from routing.rules.models import RoutingRule, RuleTrial, TrialChange

#: Days of the past a rule is tried on.
TRIED_FOR = dt.timedelta(days=90)
#: Appeals read and written down at once.
BATCH = 2_000
#: Changes kept for reading; their number is counted whole.
MOST_KEPT = 5_000
#: A trial that has not moved for so long was left by a worker that died.
STALLED = dt.timedelta(minutes=10)


def ask_trial(
    *, by: User, values: Mapping[str, Any], regions: Sequence[Region],
    rule: RoutingRule | None, client_id: uuid.UUID,
) -> RuleTrial:  # fmt: skip
    """Ask for a trial of the rule as typed; asked twice by one form it is one trial."""
    if not standing_of(by).has(*AUTHORS):
        raise NotAllowed()
    draft = {name: _plain(values.get(name)) for name in FIELDS}
    draft["regions"] = [region.pk for region in regions]
    trial, _made = RuleTrial.objects.get_or_create(
        client_id=client_id,
        defaults={
            "draft": draft, "rule": rule, "since": timezone.now() - TRIED_FOR, "asked_by": by,
        },
    )  # fmt: skip
    return trial


def _plain(value: Any) -> Any:
    return value.pk if hasattr(value, "pk") else value


def run_trial(trial_id: int) -> None:
    """Do a trial from its beginning; a repeat of one that is done changes nothing."""
    with transaction.atomic():
        trial = RuleTrial.objects.select_for_update(skip_locked=True).filter(pk=trial_id).first()
        if trial is None or not _is_due(trial):
            return
        trial.changes.all().delete()
        trial.state, trial.started_at = RuleTrial.State.RUNNING, timezone.now()
        trial.seen = trial.matched = trial.changed = 0
        rows = _past(trial)
        trial.total = rows.count()
        trial.save()
    today = rules_in_force()
    before, after = RuleBook(map(prepare, today)), _book_with(trial, today)
    own = trial.rule_id if trial.rule_id is not None else 0
    facts = _facts(rows)
    while batch := list(islice(facts, BATCH)):
        changes = []
        for pk, known in batch:
            old, new = before.decide(known).rule, after.decide(known).rule
            trial.matched += new is not None and new.pk == own
            if _structure(old) != _structure(new):
                changes.append(
                    TrialChange(
                        trial=trial, appeal_id=pk, rule_before=old.name if old else "",
                        before_id=_structure(old), after_id=_structure(new),
                    )
                )  # fmt: skip
        room = max(0, MOST_KEPT - trial.changed)
        TrialChange.objects.bulk_create(changes[:room])
        trial.seen += len(batch)
        trial.changed += len(changes)
        trial.started_at = timezone.now()
        trial.save(update_fields=["seen", "matched", "changed", "started_at"])
    trial.state, trial.finished_at = RuleTrial.State.DONE, timezone.now()
    trial.save(update_fields=["state", "finished_at"])


def unfinished_trials() -> list[int]:
    """Trials nobody has begun, and those whose worker died."""
    left = Q(state=RuleTrial.State.RUNNING, started_at__lt=timezone.now() - STALLED)
    return list(
        RuleTrial.objects.filter(Q(state=RuleTrial.State.ASKED) | left)
        .order_by("id")
        .values_list("pk", flat=True)[:20]
    )


def _is_due(trial: RuleTrial) -> bool:
    if trial.state == RuleTrial.State.RUNNING:
        return trial.started_at is not None and trial.started_at < timezone.now() - STALLED
    return trial.state == RuleTrial.State.ASKED


def _past(trial: RuleTrial):
    """What its author may see; the list of changes is read under the reader's rights again."""
    return Appeal.objects.visible_to(trial.asked_by).filter(registered_at__gte=trial.since)


def _structure(rule: Prepared | None) -> int | None:
    return rule.structure_id if rule is not None else None


def _book_with(trial: RuleTrial, today: list[RoutingRule]) -> RuleBook:
    """The rules of today with the tried one in its place."""
    draft = dict(trial.draft)
    regions = draft.pop("regions")
    topic, branch = draft.pop("topic"), draft.pop("accused_branch")
    structure = draft.pop("structure")
    tried = RoutingRule(
        **draft,
        topic=Topic.objects.filter(pk=topic).first() if topic else None,
        accused_branch=Structure.objects.filter(pk=branch).first() if branch else None,
        structure_id=structure,
        is_catch_all=trial.rule.is_catch_all if trial.rule is not None else False,
    )
    tried.pk = trial.rule_id or 0
    prepared = prepare(tried, regions=regions)
    rest = [prepare(rule) for rule in today]
    at = next((n for n, rule in enumerate(rest) if rule.pk == trial.rule_id), None)
    if at is not None:
        rest[at] = prepared
    else:
        end = next((n for n, rule in enumerate(rest) if rule.is_catch_all), len(rest))
        rest.insert(end, prepared)
    return RuleBook(rest)


def _facts(rows) -> Iterator[tuple[int, Facts]]:
    fields = (
        "pk", "kind", "topic__path", "text", "region_id", "channel", "language",
        "applicant__voen", "complained_structure_id", "complained_structure__path",
    )  # fmt: skip
    barred: dict[int, frozenset[int]] = {}
    for row in rows.order_by("pk").values_list(*fields).iterator(chunk_size=BATCH):
        pk, kind, topic, text, region, channel, language, voen, accused, accused_path = row
        if accused is not None and accused not in barred:
            barred[accused] = barred_structures(accused)
        yield (
            pk,
            Facts(
                kind, topic, words(text), region, channel, language, voen or "",
                accused_path or "", barred.get(accused, frozenset()),
            ),
        )  # fmt: skip
