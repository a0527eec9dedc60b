"""Referrals on the appeal's page: where each stands, an opinion asked during the call, and the reply
made of the structures' answers."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from appeals.access import DESK, READERS, only
from appeals.lifecycle import Action
from appeals.models import Appeal, Attachment
from appeals.panels import has_rows
from appeals.policies import may as may_appeal
from callcenter.errors import NotAllowed, RuleBroken
from callcenter.kept import Among, Kept
from people.standing import Reader
from routing import actions
from routing.competence import competent_for
from routing.forms.asking import ConsultForm, ReplyForm
from routing.guard import barred_structures
from routing.lifecycle import CONTRIBUTED, RACTIONS, TAKEN_BACK, RAction
from routing.models import Referral, ReferralKind
from routing.policies import steps_for
from routing.views.referral import read_again, tell_refusal

REFERRALS_PANEL = "routing/_referrals_panel.html"
#: Steps of the sector that stand beside each referral on the appeal's page.
BESIDE = (
    RAction.FORWARD, RAction.TAKE_ANSWER, RAction.REWORK, RAction.REROUTE,
)  # fmt: skip


def seen_appeal(request: HttpRequest, pk: int) -> Appeal:
    """The appeal, if the reader may see it; otherwise there is no such page."""
    rows = Appeal.objects.visible_to(request.user).select_related("topic", "complained_structure")
    return get_object_or_404(rows.defer("searched", "search"), pk=pk)


_sent = Kept(
    lambda reader, appeal: (
        Referral.objects.visible_to(reader.user, within=appeal)
        .select_related("structure", "executor", "belongs_to", "clock")
        .order_by("-sent_at", "-id")[:50]
    )
)


_answers = Kept(
    lambda reader, appeal, referrals: (
        Attachment.objects.visible_to(reader.user, appeal)
        .filter(Among("referral_ref", referrals))
        .order_by("id")
    )
)


def referrals_panel(request: HttpRequest, found: Appeal) -> dict[str, Any] | None:
    """Data of the appeal page's panel: what went out, where it stands, what came back."""
    is_sent = has_rows(found, REFERRALS_PANEL)
    rows = _sent(Reader.of(request.user), appeal=found.pk) if is_sent else []
    asks = may_appeal(request.user, Action.REFERRAL_STEP, found) and found.is_open
    if not rows and not asks:
        return None
    files: dict[int, list[Attachment]] = {}
    answered = [row.pk for row in rows if row.status in CONTRIBUTED]
    if answered:
        reader = Reader.of(request.user)
        for file in _answers(reader, appeal=found.pk, referrals=answered):
            files.setdefault(file.referral_ref or 0, []).append(file)
    for row in rows:
        # The appeal is at hand; a policy would read it again for each row.
        row.appeal = found
        row.files = files.get(row.pk, [])
        row.steps = _beside(request, row)
        row.is_usable = row.status in CONTRIBUTED and row.main_id is None
        if row.status not in CONTRIBUTED:
            row.answer_text = ""
    return {
        "appeal": found,
        "referrals": rows,
        "may_ask": asks,
        "may_reply": any(row.is_usable for row in rows)
        and may_appeal(request.user, Action.CLOSE, found),
        "may_refer": may_appeal(request.user, Action.REFER, found),
        "form": ConsultForm(appeal=found, initial=_prepared(found)) if asks else None,
        "opens": "now" if request.GET.get("ask") == "opinion" else "",
    }


def _beside(request: HttpRequest, row: Referral) -> list[dict[str, Any]]:
    if row.status in TAKEN_BACK:
        return []
    page = reverse("referral", args=[row.pk])
    return [
        {
            "label": RACTIONS[action].label,
            "url": f"{page}?step={action}#step-{action}",
            "action": reverse("referral-do", args=[row.pk, action]),
            "is_direct": action is RAction.TAKE_ANSWER,
        }
        for action in steps_for(request.user, row)
        if action in BESIDE and (action is not RAction.REROUTE or row.status == "returned")
    ]


def _prepared(found: Appeal) -> dict[str, Any]:
    """Two keys are enough: whom to ask and what is written already."""
    barred = barred_structures(found.complained_structure_id)
    return {
        "structure": competent_for(found.topic, barred=barred),
        "question": _("The caller is on the line. What should be answered?"),
        "shares_text": True,
        "client_id": uuid.uuid4(),
    }


@only(READERS)
@require_GET
def appeal_referrals(request: HttpRequest, pk: int) -> HttpResponse:
    """The panel alone, asked again when something changed."""
    found = seen_appeal(request, pk)
    data = referrals_panel(request, found)
    return render(request, "routing/_referrals_panel.html", {"data": data, "is_alone": True})


@only(DESK)
@require_POST
def consult(request: HttpRequest, pk: int) -> HttpResponse:
    """An opinion asked while the caller waits; the appeal stays where it is (charter 4.0.7)."""
    found = seen_appeal(request, pk)
    form = ConsultForm(request.POST, appeal=found)
    if form.is_valid():
        try:
            made = actions.refer(
                found.pk, by=request.user, kind=ReferralKind.CONSULTATION, shares_files=False,
                **form.cleaned_data,
            )  # fmt: skip
        except NotAllowed:
            raise
        except RuleBroken as refused:
            tell_refusal(form, refused)
        else:
            messages.success(
                request, _("Asked: %(structure)s.") % {"structure": made.structure_name}
            )
            return redirect(f"{found.get_absolute_url()}#referrals")
    return render(request, "routing/consult.html", {"form": form, "appeal": found}, status=422)


@only(DESK)
@require_http_methods(["GET", "POST"])
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    """The structures' answers become the applicant's reply; their sources stay with it."""
    found = seen_appeal(request, pk)
    if not may_appeal(request.user, Action.CLOSE, found):
        raise NotAllowed()
    given = list(
        Referral.objects.visible_to(request.user)
        .filter(appeal=found, status__in=CONTRIBUTED, main__isnull=True)
        .order_by("answered_at", "id")
    )
    if not given:
        raise NotAllowed()
    form = ReplyForm(request.POST or None, appeal=found, given=given)
    if request.method == "POST" and form.is_valid():
        try:
            closed = actions.reply_with(found.pk, by=request.user, **form.values())
        except NotAllowed:
            raise
        except RuleBroken as refused:
            found = seen_appeal(request, pk)
            data = read_again(request, refused, form, found.version)
            form = ReplyForm(data, appeal=found, given=given)
            tell_refusal(form, refused)
        else:
            messages.success(request, _("The applicant is told; the appeal is closed."))
            return redirect(closed)
    status = 409 if form.errors else 200
    context = {"form": form, "appeal": found, "given": given}
    return render(request, "routing/reply.html", context, status=status)
