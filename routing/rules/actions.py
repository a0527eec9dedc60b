"""The verbs of rules: save, move, switch; and letting the rules decide about an appeal."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from appeals.actions import hold, step
from appeals.lifecycle import Action, Status
from appeals.models import Appeal, Region
from callcenter.errors import NotAllowed, RuleBroken, StaleForm
from callcenter.text import clean
from people.audit import audit
from people.models import Role, Structure, User
from people.standing import standing_of
from routing.actions import refer
from routing.guard import complaint_way
from routing.models import Referral
from routing.rules.book import facts_of, rule_book
from routing.rules.models import RoutingRule, RuleDecision
from routing.suggestions.deciding import sure_structure

#: Those who write the rules.
AUTHORS = frozenset({str(Role.SECTOR_HEAD), str(Role.ADMINISTRATOR)})
#: What an author fills in; regions are kept apart.
FIELDS = (
    "name", "kinds", "topic", "words", "channels", "languages", "applicants", "voens", "accused",
    "accused_branch", "structure", "referral_kind", "days", "is_urgent", "makes_restricted",
    "is_automatic",
)  # fmt: skip
#: How far back the sweep looks for appeals the rules have not seen.
LOOKED_BACK = dt.timedelta(days=7)
#: The task sent at registration has this long before the sweep asks again.
GIVEN_TIME = dt.timedelta(seconds=30)
#: A catch-all has only a result.
RESULT = ("name", "structure", "referral_kind", "days", "is_automatic")


def save_rule(
    *,
    by: User,
    values: Mapping[str, object],
    regions: Sequence[Region] = (),
    rule_id: int | None = None,
    version: int | None = None,
    client_id: uuid.UUID | None = None,
) -> RoutingRule:
    """Add a rule before the catch-all, or change one. The catch-all keeps having no conditions."""
    _author(by)
    if values.get("structure") is None and values.get("is_automatic"):
        raise RuleBroken(
            "structure_required", _("Name the structure it is referred to."), field="structure"
        )
    with transaction.atomic():
        if rule_id is None:
            rule = _added(by, values, client_id or uuid.uuid4())
        else:
            rule = _locked(rule_id, version)
            _fill(rule, values)
            rule.version += 1
            rule.changed_at = timezone.now()
            rule.author = by
            rule.save()
        rule.regions.set([] if rule.is_catch_all else regions)
        audit("rule.saved", by=by, object_kind="rule", object_ref=rule.pk, detail=_told(rule))
    return rule


def move_rule(rule_id: int, *, by: User, before_id: int | None) -> RoutingRule:
    """Put a rule before another, or last before the catch-all."""
    _author(by)
    with transaction.atomic():
        rules = list(RoutingRule.objects.select_for_update().filter(is_catch_all=False))
        moving = next((rule for rule in rules if rule.pk == rule_id), None)
        if moving is None:
            raise NotAllowed()
        rest = [rule for rule in rules if rule.pk != rule_id]
        at = next((n for n, rule in enumerate(rest) if rule.pk == before_id), len(rest))
        rest.insert(at, moving)
        now = timezone.now()
        for position, rule in enumerate(rest, start=1):
            if rule.position != position:
                RoutingRule.objects.filter(pk=rule.pk).update(position=position, changed_at=now)
        audit("rule.moved", by=by, object_kind="rule", object_ref=rule_id, detail={"to": at + 1})
    moving.refresh_from_db()
    return moving


def switch_rule(rule_id: int, *, by: User, on: bool, version: int | None = None) -> RoutingRule:
    """Take a rule out of force or put it back; the catch-all is always in force."""
    _author(by)
    with transaction.atomic():
        rule = _locked(rule_id, version)
        if rule.is_catch_all and not on:
            raise RuleBroken(
                "catch_all_stays",
                _("The catch-all stays: every appeal needs a rule that takes it."),
            )
        rule.is_active = on
        rule.version += 1
        rule.changed_at = timezone.now()
        rule.save(update_fields=["is_active", "version", "changed_at"])
        kind = "rule.switched_on" if on else "rule.switched_off"
        audit(kind, by=by, object_kind="rule", object_ref=rule.pk)
    return rule


def let_rules_decide(appeal_id: int) -> RuleDecision | None:
    """The rules' word on a registered appeal that nobody has moved yet: once, journalled with the
    rule and its reasons; an automatic rule also refers. A second call changes nothing."""
    known = Appeal.objects.filter(pk=appeal_id, status=Status.REGISTERED)
    known = known.select_related("topic", "applicant", "complained_structure")
    appeal = known.filter(rule_decision__isnull=True).first()
    if appeal is None:
        return None
    verdict = rule_book().decide(facts_of(appeal))
    rule = RoutingRule.objects.filter(pk=verdict.rule.pk).first() if verdict.rule else None
    structure, confidence = (rule.structure if rule is not None else None), None
    if rule is None or rule.is_catch_all:
        # Nobody's rule: a complaint has its legal way, anything else may be surely known.
        structure = complaint_way(appeal) or structure
        if appeal.complained_structure is None:
            learned, sureness = sure_structure(appeal)
            if learned is not None:
                structure, confidence = learned, sureness
    if structure is not None and not _works(structure):
        structure = None
    by_rule = rule is not None and rule.is_automatic and structure == rule.structure
    automatic = structure is not None and (by_rule or confidence is not None)
    with hold(appeal_id) as held:
        if held.status != Status.REGISTERED or RuleDecision.objects.filter(appeal=held).exists():
            return None
        decision = RuleDecision.objects.create(
            appeal=held, rule=rule, rule_name=rule.name if rule is not None else "",
            structure=structure, reasons=list(verdict.reasons), confidence=confidence,
            passed_over=[each.pk for each in verdict.passed_over],
        )  # fmt: skip
        with step(appeal_id, Action.TOUCH, by=None) as moving:
            moving.kind = "rule.decided"
            # Whoever opened a form meanwhile read nothing that this changes.
            moving.is_remark = True
            moving.changes |= _journalled(decision)
            if rule is not None and confidence is None:
                moving.appeal.is_restricted |= rule.makes_restricted
                moving.appeal.is_urgent |= rule.is_urgent
        for each in verdict.passed_over:
            audit(
                "rule.passed_over_accused", by=None, object_kind="appeal", object_ref=appeal_id,
                detail={"rule": each.pk, "structure": each.structure_id},
            )  # fmt: skip
        if rule is not None:
            RoutingRule.objects.filter(pk=rule.pk).update(
                hits=F("hits") + 1, last_hit_at=decision.at
            )
        if automatic:
            decision.referral = _refer(appeal, decision, rule if by_rule else None)
            decision.save(update_fields=["referral"])
    return decision


def undecided(most: int = 500) -> list[int]:
    """Appeals of the last days that stand where they were registered and no rule has seen."""
    since = timezone.now() - LOOKED_BACK
    rows = Appeal.objects.filter(
        status=Status.REGISTERED, source_key="", registered_at__gte=since,
        registered_at__lt=timezone.now() - GIVEN_TIME, rule_decision__isnull=True,
    )  # fmt: skip
    return list(rows.order_by("registered_at").values_list("pk", flat=True)[:most])


def _refer(appeal: Appeal, decision: RuleDecision, rule: RoutingRule | None) -> Referral:
    assert decision.structure is not None
    return refer(
        appeal.pk,
        by=None,
        structure=decision.structure,
        # One decision makes one referral, however often it is repeated.
        client_id=uuid.uuid5(appeal.client_id, "rule"),
        **({"kind": rule.referral_kind, "days": rule.days} if rule is not None else {}),
    )


def _journalled(decision: RuleDecision) -> dict[str, object]:
    told: dict[str, object] = {"rule": [None, decision.rule_name]}
    if decision.reasons:
        told["rule_reasons"] = [None, ",".join(decision.reasons)]
    if decision.structure is not None:
        told["offered_structure"] = [None, decision.structure.name_az]
    if decision.confidence is not None:
        told["confidence"] = [None, f"{decision.confidence:.0%}"]
    return told


def _author(by: User) -> None:
    if not standing_of(by).has(*AUTHORS):
        raise NotAllowed()


def _locked(rule_id: int, version: int | None) -> RoutingRule:
    rule = RoutingRule.objects.select_for_update().filter(pk=rule_id).first()
    if rule is None:
        raise NotAllowed()
    if version is not None and version != rule.version:
        raise StaleForm(_("A colleague changed this rule while you were writing."))
    return rule


def _added(by: User, values: Mapping[str, object], client_id: uuid.UUID) -> RoutingRule:
    last = RoutingRule.objects.filter(is_catch_all=False).aggregate(last=Max("position"))["last"]
    rule = RoutingRule(client_id=client_id, author=by, position=(last or 0) + 1)
    _fill(rule, values)
    try:
        with transaction.atomic():
            rule.save(force_insert=True)
    except IntegrityError:
        # The same form sent twice: the first one stands.
        return RoutingRule.objects.get(client_id=client_id)
    return rule


def _fill(rule: RoutingRule, values: Mapping[str, object]) -> None:
    for name in RESULT if rule.is_catch_all else FIELDS:
        if name in values:
            setattr(rule, name, values[name])
    rule.name = clean(rule.name).strip()[:120]
    if not rule.name:
        raise RuleBroken("name_required", _("Give the rule a name."), field="name")
    if rule.structure is not None and not _works(rule.structure):
        raise RuleBroken(
            "structure_ended",
            _("%(name)s no longer exists. Choose its successor.") % {"name": rule.structure.name},
            field="structure",
        )


def _works(structure: Structure) -> bool:
    return structure.valid_to is None or structure.valid_to >= timezone.localdate()


def _told(rule: RoutingRule) -> dict[str, object]:
    """What the audit journal keeps of a saved rule: its whole wording."""
    told: dict[str, object] = {}
    for name in FIELDS:
        value = getattr(rule, name)
        told[name] = value.pk if hasattr(value, "pk") else value
    told["regions"] = list(rule.regions.values_list("pk", flat=True))
    return told
