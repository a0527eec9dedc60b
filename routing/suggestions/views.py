"""Where an administrator says on which topics a suggestion may decide by itself."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from appeals.access import ADMINISTRATORS, only
from routing.suggestions.actions import set_threshold
from routing.suggestions.forms import ThresholdForm
from routing.suggestions.models import Learned, SuggestionModel, SureEnough


@only(ADMINISTRATORS)
@require_http_methods(["GET", "POST"])
def thresholds(request: HttpRequest) -> HttpResponse:
    """All thresholds with the accuracy they rest on; a topic without one is never decided."""
    form = ThresholdForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        set_threshold(by=request.user, topic=chosen["topic"], confidence=chosen["percent"] / 100)
        messages.success(
            request, _("The threshold is set: %(topic)s.") % {"topic": chosen["topic"]}
        )
        return redirect("thresholds")
    rows = list(SureEnough.objects.select_related("topic", "author").order_by("topic__path"))
    for row in rows:
        row.percent = round(100 * row.confidence)
    context = {
        "form": form,
        "rows": rows,
        "model": SuggestionModel.objects.filter(target=Learned.STRUCTURE)
        .order_by("-edition")
        .first(),
    }
    status = 422 if form.errors else 200
    return render(request, "routing/thresholds.html", context, status=status)


@only(ADMINISTRATORS)
@require_POST
def threshold_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """The topic's appeals are decided by rules and people again."""
    row = get_object_or_404(SureEnough.objects.select_related("topic"), pk=pk)
    set_threshold(by=request.user, topic=row.topic, confidence=None)
    messages.success(request, _("The threshold is removed: %(topic)s.") % {"topic": row.topic})
    return redirect("thresholds")
