"""The page of rules, the form of one, its trial, and the offers while somebody types."""

from __future__ import annotations

import re
import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from appeals.access import DESK, INSIDERS, only
from appeals.models import Appeal
from callcenter.errors import NotAllowed, RuleBroken, StaleForm
from people.models import Role
from people.standing import standing_of
from routing.guard import barred_structures
from routing.rules.actions import AUTHORS, move_rule, save_rule, switch_rule
from routing.rules.book import prepare
from routing.rules.forms import RuleForm
from routing.rules.matching import Warning, warnings_of
from routing.rules.models import RoutingRule, RuleTrial, TrialChange
from routing.rules.trial import ask_trial
from routing.suggestions.deciding import structures_for, topics_for
from routing.suggestions.models import Learned, SuggestionModel
from routing.tasks import try_rule

#: Changes of a trial on one page.
SHOWN = 50
#: Characters of a text that offers are made from.
READ = 4_000
WARNINGS = {
    "no_conditions": gettext_lazy("It takes everything: the rules after it never decide."),
    "shadowed": gettext_lazy("It never decides: “%(other)s” before it takes the same."),
    "contradicts": gettext_lazy(
        "It never decides and says something else than “%(other)s” of the same."
    ),
    "topic_ended": gettext_lazy("Its topic is no longer used: it never decides."),
}
#: A key of a row as a form sends it.
KEY = re.compile(r"[0-9]{1,18}")
READERS = AUTHORS | {str(Role.AUDITOR)}


@only(READERS)
@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """All rules in their order, with what each has decided and what is wrong with it."""
    rows = list(
        RoutingRule.objects.select_related("topic", "accused_branch", "structure", "author")
        .prefetch_related("regions")
    )  # fmt: skip
    book = {rule.pk: prepare(rule) for rule in rows}
    warned: dict[int | None, list[str]] = {}
    for warning in warnings_of([book[rule.pk] for rule in rows if rule.is_active]):
        warned.setdefault(warning.rule.pk, []).append(_words(warning))
    movable = [rule for rule in rows if not rule.is_catch_all]
    lines = []
    for at, rule in enumerate(rows):
        lines.append(
            {
                "rule": rule,
                "conditions": _conditions(rule),
                "warnings": warned.get(rule.pk, []),
                "up": movable[at - 1].pk if 0 < at < len(movable) else None,
                "down": movable[at + 2].pk if at + 2 < len(movable) else 0,
                "may_sink": at < len(movable) - 1,
            }
        )
    context = {
        "lines": lines,
        "may_edit": standing_of(request.user).has(*AUTHORS),
        "may_set_thresholds": standing_of(request.user).has(Role.ADMINISTRATOR),
        "has_catch_all": any(rule.is_catch_all for rule in rows),
        "models": [
            SuggestionModel.objects.filter(target=target).order_by("-edition").first()
            for target in Learned.values
        ],
    }
    return render(request, "routing/rules.html", context)


def _words(warning: Warning) -> str:
    text = str(WARNINGS[warning.code])
    return text % {"other": warning.other.name} if warning.other is not None else text


def _conditions(rule: RoutingRule) -> list[tuple[str, str]]:
    """The filled-in conditions as people read them."""
    named = dict(RoutingRule._meta.get_field("kinds").base_field.choices)
    channels = dict(RoutingRule._meta.get_field("channels").base_field.choices)
    languages = dict(RoutingRule._meta.get_field("languages").base_field.choices)
    every = [
        (_("kind"), ", ".join(str(named.get(code, code)) for code in rule.kinds)),
        (_("topic"), str(rule.topic) if rule.topic else ""),
        (_("words of the text"), ", ".join(rule.words)),
        (_("region"), ", ".join(str(region) for region in rule.regions.all())),
        (_("channel"), ", ".join(str(channels.get(code, code)) for code in rule.channels)),
        (_("language"), ", ".join(str(languages.get(code, code)) for code in rule.languages)),
        (_("applicant"), str(rule.get_applicants_display()) if rule.applicants else ""),
        (_("VÖEN"), ", ".join(rule.voens)),
        (_("complaint"), str(rule.get_accused_display()) if rule.accused else ""),
        (_("complained-about structure"), str(rule.accused_branch) if rule.accused_branch else ""),
    ]
    return [(name, value) for name, value in every if value]


@only(AUTHORS)
@require_http_methods(["GET", "POST"])
def rule_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Write a rule; "try it" shows what it would change before it is saved."""
    rule = get_object_or_404(RoutingRule, pk=pk) if pk is not None else None
    form = RuleForm(request.POST or None, rule=rule)
    if request.method == "POST" and form.is_valid():
        try:
            if "try" in request.POST:
                trial = ask_trial(
                    by=request.user, values=form.values(), rule=rule,
                    regions=list(form.cleaned_data.get("regions", ())), client_id=uuid.uuid4(),
                )  # fmt: skip
                try_rule.delay_on_commit(trial.pk)
                return redirect("rule-trial", pk=trial.pk)
            saved = save_rule(
                by=request.user, values=form.values(),
                regions=list(form.cleaned_data.get("regions", ())),
                rule_id=rule.pk if rule is not None else None,
                version=form.cleaned_data["version"] if rule is not None else None,
                client_id=form.cleaned_data["client_id"],
            )  # fmt: skip
        except NotAllowed:
            raise
        except StaleForm as stale:
            form.add_error(None, str(stale))
        except RuleBroken as broken:
            form.add_error(broken.field if broken.field in form.fields else None, str(broken))
        else:
            messages.success(request, _("The rule “%(name)s” is saved.") % {"name": saved.name})
            return redirect("rules")
    context = {"form": form, "rule": rule}
    return render(request, "routing/rule.html", context, status=422 if form.errors else 200)


@only(AUTHORS)
@require_POST
def rule_move(request: HttpRequest, pk: int) -> HttpResponse:
    """One place up or down."""
    before = request.POST.get("before", "")
    move_rule(pk, by=request.user, before_id=int(before) if KEY.fullmatch(before) else None)
    return redirect("rules")


@only(AUTHORS)
@require_POST
def rule_switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Into force or out of it."""
    switch_rule(pk, by=request.user, on=request.POST.get("on") == "1")
    return redirect("rules")


@only(READERS)
@require_GET
def rule_trial(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a trial is, and appeal by appeal what would change."""
    trial = get_object_or_404(RuleTrial.objects.select_related("rule"), pk=pk)
    after = request.GET.get("after", "")
    seen = Appeal.objects.visible_to(request.user)
    changes = TrialChange.objects.filter(trial=trial, appeal__in=seen)
    if KEY.fullmatch(after):
        changes = changes.filter(pk__gt=int(after))
    rows = list(
        changes.select_related("appeal__topic", "before", "after")
        .only(
            "rule_before", "appeal__number", "appeal__kind", "appeal__topic__name_az",
            "appeal__topic__name_en", "appeal__topic__name_ru", *_names("before"), *_names("after"),
        )
        .order_by("pk")[: SHOWN + 1]
    )  # fmt: skip
    context = {
        "trial": trial,
        "changes": rows[:SHOWN],
        "next_url": f"?after={rows[SHOWN - 1].pk}" if len(rows) > SHOWN else "",
        "percent": round(100 * trial.seen / trial.total) if trial.total else 0,
        "is_over": trial.state in (RuleTrial.State.DONE, RuleTrial.State.FAILED),
        "name": trial.draft.get("name", ""),
        "edit_url": reverse("rule-again", args=[trial.pk]),
    }
    page = "routing/_trial.html" if request.htmx else "routing/trial.html"
    return render(request, page, context)


def _names(side: str) -> list[str]:
    kinds = ("name", "short")
    return [f"{side}__{kind}_{language}" for kind in kinds for language in ("az", "en", "ru")]


@only(AUTHORS)
@require_GET
def rule_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Back from a trial to the rule as it was typed."""
    trial = get_object_or_404(
        RuleTrial.objects.select_related("rule"), pk=pk, asked_by=request.user
    )
    draft: dict[str, Any] = dict(trial.draft)
    draft |= {"words": ", ".join(draft["words"]), "voens": ", ".join(draft["voens"])}
    form = RuleForm(rule=trial.rule, initial=draft)
    return render(request, "routing/rule.html", {"form": form, "rule": trial.rule})


@only(DESK | INSIDERS)
@require_POST
def offers(request: HttpRequest) -> HttpResponse:
    """Up to three structures and topics for the text being typed; nothing is decided or kept."""
    text = request.POST.get("text", "")[:READ]
    accused = request.POST.get("complained_structure", "")
    barred = barred_structures(int(accused) if KEY.fullmatch(accused) else None)
    context = {"structures": structures_for(text, barred=barred), "topics": topics_for(text)}
    return render(request, "routing/_offers.html", context)
