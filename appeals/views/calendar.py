"""The working calendar: the year for everybody, changes for the administrator.

The administrator sees of an appeal only its number and the dates of its term.
"""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from appeals.access import ADMINISTRATORS, EVERYONE, only
from appeals.actions.recomputing import apply_calendar
from appeals.calendars import effect_of, year_of
from appeals.forms import add_broken
from appeals.forms.calendar import ChangeForm, DayForm
from appeals.models import MovedTerm, Recomputation
from appeals.tasks import recompute_terms
from callcenter.errors import NotAllowed, RuleBroken
from people.actions import calendar as verbs
from people.calendar import working_calendar
from people.models import CalendarChange, CalendarDay, Role
from people.standing import standing_of

CHANGES = 10
ONE_DAY = dt.timedelta(days=1)
PAGE = 100


@only(EVERYONE)
@require_GET
def calendar_year(request: HttpRequest, year: int | None = None) -> HttpResponse:
    """Twelve months, the days that differ with the act each rests on, the last changes."""
    shown = year or timezone.localdate().year
    if not 2000 <= shown <= 2100:
        raise NotAllowed()
    months = year_of(working_calendar(), shown)
    may_change = standing_of(request.user).has(Role.ADMINISTRATOR)
    context = {
        "year": shown,
        "months": months,
        "working": sum(month.working for month in months),
        "days": CalendarDay.objects.filter(date__year=shown),
        "may_change": may_change,
        "changes": CalendarChange.objects.select_related("made_by", "applied_by")[:CHANGES]
        if may_change
        else [],
    }
    return render(request, "appeals/calendar.html", context)


@only(ADMINISTRATORS)
@require_http_methods(["GET", "POST"])
def calendar_new(request: HttpRequest) -> HttpResponse:
    """Begin a change with its act."""
    form = ChangeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            change = verbs.draft_change(by=request.user, **form.cleaned_data)
            return redirect("calendar-change", pk=change.pk)
        except RuleBroken as broken:
            add_broken(form, broken)
    status = 422 if form.errors else 200
    return render(request, "appeals/calendar_new.html", {"form": form}, status=status)


@only(ADMINISTRATORS)
@require_http_methods(["GET", "POST"])
def calendar_change(request: HttpRequest, pk: int) -> HttpResponse:
    """A change: its days while it is a draft, the terms it moved once it is applied."""
    change = _change(pk)
    form = DayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _set_days(change, form, request)
            return redirect("calendar-change", pk=pk)
        except RuleBroken as broken:
            add_broken(form, broken)
    context = {"change": change, "days": change.days.all(), "form": form}
    if change.state == CalendarChange.State.APPLIED:
        context |= _progress(request, change.recomputation)
    if request.htmx and "run" in context:
        return render(request, "appeals/_recomputation.html", context)
    status = 422 if form.errors else 200
    return render(request, "appeals/calendar_change.html", context, status=status)


def _set_days(change: CalendarChange, form: DayForm, request: HttpRequest) -> None:
    """One day, or all days up to the last, together."""
    values = dict(form.cleaned_data)
    first, last = values.pop("date"), values.pop("until")
    with transaction.atomic():
        for n in range(((last or first) - first).days + 1):
            verbs.set_day(change.pk, by=request.user, date=first + n * ONE_DAY, **values)


@only(ADMINISTRATORS)
@require_POST
def calendar_do(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Derive days, take one out, give the change up, or apply it."""
    change = _change(pk)
    if action == "derive":
        added = verbs.derive_days(pk, by=request.user)
        words = ngettext(
            "%(n)d day added by the Labour Code.", "%(n)d days added by the Labour Code.", added
        )
        messages.success(request, words % {"n": added})
    elif action == "take-out":
        day = request.POST.get("day", "")
        verbs.drop_day(pk, by=request.user, day_id=int(day) if day.isdecimal() else 0)
    elif action == "give-up":
        verbs.drop_change(pk, by=request.user)
        messages.success(request, _("The change was given up."))
    elif action == "apply":
        run = apply_calendar(pk, by=request.user)
        recompute_terms.delay_on_commit(run.pk)
        messages.success(request, _("The calendar is changed; the terms are being computed again."))
    else:
        raise NotAllowed()
    return redirect("calendar-change", pk=change.pk)


@only(ADMINISTRATORS)
@require_GET
def calendar_effect(request: HttpRequest, pk: int) -> HttpResponse:
    """What the draft would do to every running term, before it is applied."""
    change = _change(pk)
    if change.state != CalendarChange.State.DRAFT:
        return redirect("calendar-change", pk=pk)
    context = {
        "change": change,
        "days": change.days.all(),
        "effect": effect_of(verbs.calendar_with(change)),
    }
    return render(request, "appeals/calendar_effect.html", context)


def _progress(request: HttpRequest, run: Recomputation) -> dict[str, object]:
    """The run and a page of what it moved, by id."""
    after = request.GET.get("after", "")
    rows = MovedTerm.objects.filter(run=run).select_related("clock__appeal").order_by("id")
    if after.isdecimal():
        rows = rows.filter(pk__gt=int(after))
    terms = list(rows[: PAGE + 1])
    share = 100 if run.finished_at else min(99, 100 * run.done // max(run.total, 1))
    return {
        "run": run, "share": share, "terms": terms[:PAGE],
        "next": terms[PAGE - 1].pk if len(terms) > PAGE else None,
    }  # fmt: skip


def _change(pk: int) -> CalendarChange:
    found = (
        CalendarChange.objects.select_related("made_by", "applied_by", "recomputation")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise NotAllowed()
    return found
