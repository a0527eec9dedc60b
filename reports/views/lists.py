"""The list of reports and asking for one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from people.access import only
from people.models import Role
from people.standing import standing_of
from reports.forms import AskForm
from reports.models import ReportRun
from reports.periods import Sort
from reports.policies import may_ask
from reports.tasks import build_report
from reports.views.blocks import ORDERERS

#: Who reads reports.
READERS = frozenset({str(Role.SECTOR_HEAD), str(Role.MANAGEMENT), str(Role.AUDITOR)})
#: Rows of one page.
PAGE = 25


@only(READERS)
@require_http_methods(["GET", "POST"])
def reports(request: HttpRequest) -> HttpResponse:
    """Newest first, paged by id; beside it the form that asks for any period."""
    form = AskForm(request.POST or None) if may_ask(request.user) else None
    if request.method == "POST" and form is not None and form.is_valid():
        run = form.save(request.user)
        build_report.delay_on_commit(run.pk)
        return redirect(run)
    rows = ReportRun.objects.visible_to(request.user).for_list().order_by("-id")
    chosen = request.GET.get("sort", "")
    if chosen in Sort.values:
        rows = rows.filter(sort=chosen)
    after = request.GET.get("after", "")
    if after.isascii() and after.isdigit() and len(after) < 19:
        rows = rows.filter(pk__lt=int(after))
    found = list(rows[: PAGE + 1])
    page = found[:PAGE]
    context = {
        "form": form,
        "may_order": standing_of(request.user).has(*ORDERERS),
        "runs": page,
        "tabs": _tabs(chosen),
        "next_url": _turn(chosen, page[-1].pk) if len(found) > PAGE else "",
        "is_waiting": any(not run.meta.has_document and run.state != "failed" for run in page),
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "reports/list.html", context, status=status)


def _turn(sort: str, after: int) -> str:
    return f"?sort={sort}&after={after}" if sort else f"?after={after}"


def _tabs(chosen: str) -> list[dict[str, object]]:
    url = reverse("reports")
    tabs: list[dict[str, object]] = [
        {"label": _("All"), "url": url, "current": chosen not in Sort.values}
    ]
    return tabs + [
        {"label": label, "url": f"{url}?sort={value}", "current": chosen == value}
        for value, label in Sort.choices
    ]
