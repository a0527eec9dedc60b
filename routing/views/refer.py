"""Sending an appeal to structures."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from appeals import policies as appeal_policies
from appeals.lifecycle import Action
from appeals.models import Appeal
from callcenter.errors import NotAllowed, RuleBroken
from routing import actions
from routing.forms import ReferForm
from routing.rules.offers import Offer, offers_for
from routing.views.referral import read_again, tell_refusal

#: What the form and the policy ask of an appeal that is being referred.
SENT = (
    "number", "status", "version", "is_restricted", "registered_by", "owner", "complained_structure",
)  # fmt: skip


@login_required
def refer(request: HttpRequest, pk: int) -> HttpResponse:
    """The sector sends an appeal to a structure."""
    seen = Appeal.objects.visible_to(request.user)
    rows = seen.select_related("complained_structure", "topic", "applicant").defer(
        "searched", "search"
    )
    # What is sent needs little of the appeal; what was refused is drawn again.
    appeal = get_object_or_404(rows if request.method == "GET" else seen.only(*SENT), pk=pk)
    if not appeal_policies.may(request.user, Action.REFER, appeal):
        raise Http404
    kind = request.GET.get("kind", "")
    offers = offers_for(appeal) if request.method == "GET" else []
    initial = {"version": appeal.version, **({"kind": kind} if kind else chosen(request, offers))}
    form = ReferForm(request.POST or None, appeal=appeal, user=request.user, initial=initial)
    if request.method == "POST" and not form.is_valid():
        appeal = get_object_or_404(rows, pk=pk)
    elif request.method == "POST":
        try:
            made = actions.refer(appeal.pk, by=request.user, **form.cleaned_data)
        except NotAllowed:
            raise
        except RuleBroken as refused:
            appeal = get_object_or_404(rows, pk=pk)
            data = read_again(request, refused, form, appeal.version)
            form = ReferForm(data, appeal=appeal, user=request.user)
            tell_refusal(form, refused)
        else:
            messages.success(
                request, _("Sent to %(structure)s.") % {"structure": made.structure_name}
            )
            return redirect(appeal)
    status = 409 if form.errors else 200
    context = {"form": form, "appeal": appeal, "offers": offers}
    return render(request, "routing/refer.html", context, status=status)


def chosen(request: HttpRequest, offers: list[Offer]) -> dict[str, object]:
    """The offer somebody pressed, else the rule's own; what was only learned is never chosen."""
    wanted = request.GET.get("structure", "")
    for offer in offers:
        if str(offer.structure.pk) == wanted or not wanted and offer.rule is not None:
            rule = offer.rule
            terms = {"kind": rule.referral_kind, "days": rule.days} if rule is not None else {}
            return {"structure": offer.structure, **terms}
    return {}
