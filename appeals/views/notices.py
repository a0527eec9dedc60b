"""Notices that did not arrive, or that only a call can bring: the list, one of them, what is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from appeals import actions
from appeals.access import DESK, only
from appeals.actions.notices import spoken, ways_of
from appeals.forms import add_broken
from appeals.forms.letters import AgainForm
from appeals.kinds import NoticeChannel
from appeals.models import Appeal, Letter, Notice
from appeals.paging import capped
from appeals.policies import shows_personal
from appeals.postal import fault_words, tone_of
from appeals.querysets import NoticeQuerySet
from callcenter.errors import NotAllowed, RuleBroken
from callcenter.identifiers import mask_phone
from callcenter.kept import Kept
from callcenter.paging import BadCursor, stretch
from people.audit import audit
from people.standing import Reader

PAGE = 25
ORDER = ("owed_at", "id")
#: The notice whose numbers were asked for, shown once.
SHOWN = "numbers_of_notice"
TABS: dict[str, tuple[Any, Callable[[NoticeQuerySet], NoticeQuerySet]]] = {
    "undelivered": (gettext_lazy("Not delivered"), lambda rows: rows.undelivered()),
    "tell": (gettext_lazy("To tell by phone"), lambda rows: rows.to_tell()),
}


@only(DESK)
@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    """What did not reach applicants, the oldest first."""
    seen = Notice.objects.visible_to(request.user)
    chosen = request.GET.get("list", "undelivered")
    chosen = chosen if chosen in TABS else "undelivered"
    rows = (
        TABS[chosen][1](seen)
        .select_related("appeal__topic", "appeal__applicant", "appeal__owner")
        .defer("appeal__searched", "appeal__search", "appeal__text", "text")
    )
    try:
        page = stretch(rows, ORDER, request.GET.get("cursor", ""), PAGE)
    except BadCursor:
        page = stretch(rows, ORDER, "", PAGE)
    for row in page.rows:
        row.fault = fault_words(row.last_error)
    context = {
        "tabs": [
            {
                "label": label, "url": f"{reverse('notices')}?list={code}",
                "count": capped(cut(seen)), "current": code == chosen,
            }
            for code, (label, cut) in TABS.items()
        ],
        "chosen": chosen,
        "label": TABS[chosen][0],
        "page": page,
        "next_url": f"?list={chosen}&cursor={page.next}" if page.next else "",
        "previous_url": f"?list={chosen}&cursor={page.previous}" if page.previous else "",
    }  # fmt: skip
    return render(request, "appeals/notices.html", context)


def _one(request: HttpRequest, pk: int) -> Notice:
    found = (
        Notice.objects.visible_to(request.user)
        .select_related("appeal__applicant", "appeal__owner", "again_of", "told_by")
        .defer("appeal__searched", "appeal__search", "appeal__text")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise NotAllowed()
    return found


@only(DESK)
@require_GET
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice: how far it came, what it says, and what may be done about it."""
    return _page(request, _one(request, pk))


def _page(request: HttpRequest, found: Notice, form: AgainForm | None = None) -> HttpResponse:
    waits = found.waits_for_a_person
    ways = ways_of(found.appeal) if waits else []
    channels = list(dict.fromkeys(w.channel for w in ways if w.channel != NoticeChannel.PHONE))
    phones = [way.recipient for way in ways if way.channel == NoticeChannel.PHONE]
    is_masked = request.session.pop(SHOWN, None) != found.pk
    context = {
        "notice": found,
        "appeal": found.appeal,
        "tone": tone_of(found.state),
        "fault": fault_words(found.last_error),
        "recipient": _masked(found),
        "letter": Letter.objects.filter(notice=found).first(),
        "later": found.sent_again.order_by("id").first(),
        "waits": waits,
        "form": (form or AgainForm(channels=channels)) if channels else None,
        "phones": [mask_phone(value) for value in phones] if is_masked else phones,
        "is_masked": is_masked,
        "spoken": spoken(found.appeal, found.reason, found.values) if waits else "",
    }
    return render(request, "appeals/notice.html", context, status=422 if form else 200)


def _masked(found: Notice) -> str:
    if found.channel in (NoticeChannel.SMS, NoticeChannel.PHONE):
        return mask_phone(found.recipient)
    if found.channel == NoticeChannel.EMAIL:
        name, _at, domain = found.recipient.partition("@")
        return f"{name[:1]}•••@{domain}"
    return found.recipient


@only(DESK)
@require_POST
def notice_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Send it once more, another way if need be."""
    found = _one(request, pk)
    channels = list(dict.fromkeys(way.channel for way in ways_of(found.appeal)))
    form = AgainForm(request.POST, channels=channels)
    if not form.is_valid():
        return _page(request, found, form)
    try:
        made = actions.send_again(found.pk, by=request.user, channel=form.cleaned_data["channel"])
    except RuleBroken as broken:
        add_broken(form, broken)
        return _page(request, found, form)
    messages.success(request, _("It is sent again."))
    return redirect("notice", pk=made.pk)


@only(DESK)
@require_POST
def notice_told(request: HttpRequest, pk: int) -> HttpResponse:
    """The applicant was called and told."""
    found = _one(request, pk)
    actions.tell_by_phone(found.pk, by=request.user)
    messages.success(request, _("The applicant was told by phone"))
    return redirect(found.appeal)


@only(DESK)
@require_POST
def notice_numbers(request: HttpRequest, pk: int) -> HttpResponse:
    """The telephone numbers in full, for the call; the look is written down."""
    found = _one(request, pk)
    audit("look.applicant", by=request.user, object_kind="appeal", object_ref=found.appeal_id)
    request.session[SHOWN] = found.pk
    return redirect("notice", pk=pk)


_of_appeal = Kept(
    lambda reader, appeal: (
        Notice.objects.visible_to(reader.user, appeal)
        .select_related("letter")
        .order_by("owed_at", "id")
    )
)


def notices_panel(request: HttpRequest, appeal: Appeal) -> dict[str, object] | None:
    """Every notice of the appeal with its state; not for those who see no personal data."""
    if not shows_personal(request.user):
        return None
    rows = _of_appeal(Reader.of(request.user), appeal=appeal.pk)
    for row in rows:
        row.tone = "warn" if row.waits_for_a_person else tone_of(row.state)
        row.fault = fault_words(row.last_error)
    return {"rows": rows} if rows else None
