"""What is offered to whoever refers an appeal: the rule's word first, then what was learned."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appeals.models import Appeal
from people.models import Structure
from routing.guard import barred_structures, complaint_way
from routing.rules.book import facts_of, rule_book
from routing.rules.models import RoutingRule
from routing.suggestions.deciding import structures_for

#: How the conditions of a rule are named to people.
REASONS: dict[str, str | Promise] = {
    "kind": gettext_lazy("kind"),
    "topic": gettext_lazy("topic"),
    "words": gettext_lazy("words of the text"),
    "region": gettext_lazy("region"),
    "channel": gettext_lazy("channel"),
    "language": gettext_lazy("language"),
    "applicant": gettext_lazy("applicant"),
    "voen": gettext_lazy("VÖEN"),
    "accused": gettext_lazy("complaint"),
    "accused_structure": gettext_lazy("complained-about structure"),
}
MOST = 3


@dataclass(frozen=True)
class Offer:
    """A structure, why it is offered, and how sure that is in per cent (None: a rule says so)."""

    structure: Structure
    why: str
    percent: int | None = None
    rule: RoutingRule | None = None


def reasons_in_words(codes: list[str] | tuple[str, ...]) -> str:
    return ", ".join(str(REASONS.get(code, code)) for code in codes)


def reasons_of(codes: str) -> str:
    """The same for the journal, which keeps the codes with commas between."""
    return reasons_in_words(codes.split(","))


def offers_for(appeal: Appeal) -> list[Offer]:
    """Up to three structures, the accused and what took its place never among them."""
    found: list[Offer] = []
    verdict = rule_book().decide(facts_of(appeal))
    rule = RoutingRule.objects.select_related("structure").filter(
        pk=verdict.rule.pk if verdict.rule else None
    )
    decided = rule.first()
    way = complaint_way(appeal)
    if decided is not None and decided.structure is not None and not decided.is_catch_all:
        why = _("rule “%(rule)s”: %(reasons)s") % {
            "rule": decided.name,
            "reasons": reasons_in_words(verdict.reasons),
        }
        found.append(Offer(decided.structure, why, rule=decided))
    elif way is not None:
        found.append(Offer(way, _("the legal way of a complaint: the superior of the accused")))
    barred = barred_structures(appeal.complained_structure_id)
    for learned in structures_for(appeal.text, barred=barred):
        if all(learned.found.pk != offer.structure.pk for offer in found):
            why = _("like appeals answered before")
            found.append(Offer(learned.found, why, percent=learned.percent))
    last = decided.structure if decided is not None and decided.is_catch_all else None
    if last is not None and all(last.pk != offer.structure.pk for offer in found):
        found.append(Offer(last, _("the catch-all rule"), rule=decided))
    return found[:MOST]
