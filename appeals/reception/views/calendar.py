"""The calendar of reception by week, the sheet of a day, and the hours themselves."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from appeals.access import DESK, RECEIVERS, only
from appeals.forms.base import add_broken
from appeals.reception import actions
from appeals.reception.forms import CancelSlotForm, SlotsForm
from appeals.reception.models import ReceptionOfficial, ReceptionSlot
from appeals.reception.policies import may_make_slots
from appeals.reception.weeks import day_of, owed, receptions_of, too_seldom, week_of
from callcenter.errors import NotAllowed, RuleBroken
from callcenter.templatetags.formats import az_date
from people.audit import audit
from people.models import Role
from people.standing import standing_of

#: Years a calendar opens; beyond them somebody typed the address.
YEARS = range(2000, 2101)
#: Days off a message names; the others are counted.
NAMED = 5


def _date(text: str) -> dt.date:
    """A day of an address; today where none was asked for."""
    if not text:
        return timezone.localdate()
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        raise NotAllowed() from None
    if day.year not in YEARS:
        raise NotAllowed()
    return day


def _chosen(
    request: HttpRequest,
) -> tuple[list[ReceptionOfficial], ReceptionOfficial | None]:
    """The officials whose calendars the reader sees, and the one asked for."""
    officials = list(
        ReceptionOfficial.objects.current().visible_to(request.user).order_by("name", "id")
    )
    asked = request.GET.get("official", "")
    chosen = next((one for one in officials if str(one.pk) == asked), None)
    return officials, chosen


@only(RECEIVERS)
@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """A week, day by day, with what waits beside it."""
    officials, chosen = _chosen(request)
    is_head = standing_of(request.user).has(Role.SECTOR_HEAD)
    week = week_of(request.user, _date(request.GET.get("on", "")), chosen)
    context = {
        "week": week,
        "officials": officials,
        "official": chosen,
        "query": f"&official={chosen.pk}" if chosen else "",
        "owed": owed(request.user),
        "may_make": bool(officials) and may_make_slots(request.user),
        "seldom": too_seldom(timezone.localdate()) if is_head else None,
        "today": timezone.localdate(),
    }
    return render(request, "appeals/reception/calendar.html", context)


@only(RECEIVERS)
@require_GET
def day(request: HttpRequest, date: str) -> HttpResponse:
    """The sheet of a day, for the desk and for paper. Names stand on it: each look is written down."""
    officials, chosen = _chosen(request)
    on = _date(date)
    shown = day_of(request.user, on, chosen)
    if any(hour.rows for hour in shown.hours):
        audit(
            "look.reception_day", by=request.user, object_kind="reception_day",
            object_ref=on.isoformat(),
        )  # fmt: skip
    context = {
        "day": shown,
        "officials": officials,
        "official": chosen,
        "query": f"?official={chosen.pk}" if chosen else "",
        "before": (on - dt.timedelta(days=1)).isoformat(),
        "after": (on + dt.timedelta(days=1)).isoformat(),
        "now": timezone.now(),
    }
    return render(request, "appeals/reception/day.html", context)


@only(RECEIVERS)
@require_http_methods(["GET", "POST"])
def slots_new(request: HttpRequest) -> HttpResponse:
    """Make hours of one day or of every week."""
    if not may_make_slots(request.user):
        raise NotAllowed()
    given = {name: request.GET[name] for name in ("official", "on") if name in request.GET}
    form = SlotsForm(request.POST or None, user=request.user, initial=given)
    if request.method == "POST" and form.is_valid():
        try:
            slots, skipped = form.run(request.user)
        except RuleBroken as broken:
            add_broken(form, broken)
        else:
            words = ngettext(
                "%(n)d hour of reception is made.", "%(n)d hours of reception are made.", len(slots)
            )
            messages.success(request, words % {"n": len(slots)})
            if skipped:
                messages.info(request, _skipped_words(skipped))
            first = timezone.localdate(slots[0].starts_at)
            return redirect(f"{reverse('receptions')}?on={first.isoformat()}")
    status = 422 if form.errors else 200
    return render(request, "appeals/reception/slots_new.html", {"form": form}, status=status)


def _skipped_words(skipped: list[dt.date]) -> str:
    named = ", ".join(az_date(day) for day in skipped[:NAMED])
    more = len(skipped) - NAMED
    if more > 0:
        words = ngettext(
            "Days off passed over: %(days)s and %(n)d more.",
            "Days off passed over: %(days)s and %(n)d more.",
            more,
        )
        return words % {"days": named, "n": more}
    return _("Days off passed over: %(days)s.") % {"days": named}


@only(RECEIVERS)
@require_http_methods(["GET", "POST"])
def slot(request: HttpRequest, pk: int) -> HttpResponse:
    """One hour: who is invited to it, and taking it back."""
    found = (
        ReceptionSlot.objects.visible_to(request.user)
        .select_related("official", "made_by", "cancelled_by")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise NotAllowed()
    now = timezone.now()
    may_cancel = (
        not found.is_cancelled
        and found.ends_at > now
        and may_make_slots(request.user, found.official)
    )
    form = CancelSlotForm(request.POST or None)
    if request.method == "POST":
        if not may_cancel:
            raise NotAllowed()
        if form.is_valid():
            try:
                actions.cancel_slot(pk, by=request.user, reason=form.cleaned_data["reason"])
            except RuleBroken as broken:
                add_broken(form, broken)
            else:
                messages.success(request, _("The hour is cancelled; those invited are told."))
                return redirect(found)
    context = {
        "slot": found,
        "rows": receptions_of(request.user, [pk]),
        "form": form if may_cancel else None,
        "is_past": found.starts_at <= now,
        "is_desk": standing_of(request.user).has(*DESK),
    }
    status = 422 if form.errors else 200
    return render(request, "appeals/reception/slot.html", context, status=status)
