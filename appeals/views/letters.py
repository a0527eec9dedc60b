"""Letters on paper: what to print, what to post, what came back; every look at one is written down."""

from __future__ import annotations

import uuid
from contextlib import ExitStack
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from appeals import actions
from appeals.access import DESK, INSIDERS, only
from appeals.forms import add_broken
from appeals.forms.letters import DEED_FORMS, PostedForm
from appeals.kinds import LetterState
from appeals.models import Letter
from appeals.paging import capped
from appeals.postal import DEEDS, Deed, deeds_of
from appeals.printing import together
from appeals.querysets import LetterQuerySet
from appeals.views.files import READER
from callcenter.errors import AlreadyDone, NotAllowed, RuleBroken
from callcenter.paging import BadCursor, Stretch, stretch
from people.audit import audit

PAGE = 25
#: Letters marked or printed at once.
MOST_PICKED = 100
#: The lists, in the order one works; of the ended ones the latest comes first.
TABS = {
    "print": (LetterState.TO_PRINT, ("id",)),
    "post": (LetterState.PRINTED, ("id",)),
    "posted": (LetterState.POSTED, ("-id",)),
    "returned": (LetterState.RETURNED, ("-id",)),
    "received": (LetterState.RECEIVED, ("-id",)),
}
COUNTED = ("print", "post")
#: What is done with all ticked letters of a list.
BULK = {"print": Deed.PRINT, "post": Deed.POST}


@only(DESK)
@require_GET
def letters(request: HttpRequest) -> HttpResponse:
    """The letters one may see, by where they stand."""
    chosen = request.GET.get("list", "print")
    chosen = chosen if chosen in TABS else "print"
    return _list_page(request, chosen, PostedForm())


def _list_page(
    request: HttpRequest, chosen: str, form: PostedForm, status: int = 200
) -> HttpResponse:
    seen = Letter.objects.visible_to(request.user)
    page = _page(request, seen, chosen)
    context = {
        "tabs": [_tab(seen, code, chosen) for code in TABS],
        "chosen": chosen,
        "page": page,
        "bulk": BULK.get(chosen),
        "form": form,
        "label": TABS[chosen][0].label,
        "next_url": f"?list={chosen}&cursor={page.next}" if page.next else "",
        "previous_url": f"?list={chosen}&cursor={page.previous}" if page.previous else "",
    }
    return render(request, "appeals/letters.html", context, status=status)


def _page(request: HttpRequest, seen: LetterQuerySet, chosen: str) -> Stretch:
    state, order = TABS[chosen]
    rows = (
        seen.filter(state=state)
        .select_related("notice", "appeal__applicant", "appeal__owner")
        .defer("appeal__searched", "appeal__search", "appeal__text", "notice__text")
    )
    try:
        return stretch(rows, order, request.GET.get("cursor", ""), PAGE)
    except BadCursor:
        return stretch(rows, order, "", PAGE)


def _tab(seen: LetterQuerySet, code: str, chosen: str) -> dict[str, Any]:
    state, _order = TABS[code]
    return {
        "label": state.label,
        "url": f"{reverse('letters')}?list={code}",
        "count": capped(seen.filter(state=state)) if code in COUNTED else "",
        "current": code == chosen,
    }


@only(DESK)
@require_POST
def letters_do(request: HttpRequest) -> HttpResponse:
    """The ticked letters were printed, or went to the post together on a day."""
    ids = _picked(request.POST)
    chosen = request.POST.get("list", "")
    if chosen not in BULK:
        return redirect("letters")
    if not ids:
        messages.warning(request, _("Tick at least one letter."))
        return redirect(f"{reverse('letters')}?list={chosen}")
    if BULK[chosen] == Deed.PRINT:
        done = actions.print_letters(ids, by=request.user)
    else:
        form = PostedForm(request.POST)
        if not form.is_valid():
            return _list_page(request, chosen, form, 422)
        try:
            done = actions.post_letters(ids, by=request.user, on=form.cleaned_data["on"])
        except RuleBroken as broken:
            add_broken(form, broken)
            return _list_page(request, chosen, form, 422)
    words = ngettext("%(n)d letter marked.", "%(n)d letters marked.", done)
    messages.success(request, words % {"n": done})
    return redirect(f"{reverse('letters')}?list={chosen}")


def _one(request: HttpRequest, **key: object) -> Letter:
    found = (
        Letter.objects.visible_to(request.user)
        .select_related("notice", "appeal__applicant", "appeal__owner")
        .defer("appeal__searched", "appeal__search", "appeal__text")
        .filter(**key)
        .first()
    )
    if found is None:
        raise NotAllowed()
    return found


@only(DESK)
@require_GET
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """One letter: what is known of its way, and what may be done now."""
    return _letter_page(request, _one(request, pk=pk))


def _letter_page(
    request: HttpRequest, found: Letter, bound: tuple[Deed, Any] | None = None
) -> HttpResponse:
    forms = []
    for deed in deeds_of(found.state):
        form = bound[1] if bound and bound[0] == deed else DEED_FORMS[deed](prefix=str(deed))
        url = reverse("letter-do", args=[found.pk, str(deed)])
        forms.append({"deed": DEEDS[deed], "form": form, "url": url})
    context = {"letter": found, "appeal": found.appeal, "notice": found.notice, "forms": forms}
    status = 422 if bound else 200
    return render(request, "appeals/letter.html", context, status=status)


@only(DESK)
@require_http_methods(["GET", "POST"])
def letter_do(request: HttpRequest, pk: int, deed: str) -> HttpResponse:
    """One step of one letter; what was typed stays when it is refused."""
    found = _one(request, pk=pk)
    if deed not in set(Deed):
        raise NotAllowed()
    if request.method == "GET":
        return redirect("letter", pk=pk)
    form = DEED_FORMS[Deed(deed)](request.POST, prefix=deed)
    if not form.is_valid():
        return _letter_page(request, found, (Deed(deed), form))
    try:
        form.run(found.pk, request.user)
    except AlreadyDone as done:
        messages.info(request, str(done))
    except RuleBroken as broken:
        add_broken(form, broken)
        return _letter_page(request, _one(request, pk=pk), (Deed(deed), form))
    else:
        messages.success(request, DEEDS[Deed(deed)].past)
    return redirect("letter", pk=pk)


@only(DESK)
@require_POST
def letters_print(request: HttpRequest) -> HttpResponse:
    """The ticked letters in one PDF for the printer, each beginning on a new sheet; every one of
    them is written down as looked at. What is kept of a letter stays its own file."""
    seen = Letter.objects.visible_to(request.user).filter(pk__in=_picked(request.POST))
    found = list(seen.exclude(file="").order_by("id"))
    if not found:
        messages.warning(request, _("Tick at least one letter."))
        return redirect("letters")
    for each in found:
        audit(
            "look.letter", by=request.user, object_kind="letter", object_ref=each.pk,
            detail={"appeal": each.appeal_id, "sha256": each.sha256},
        )  # fmt: skip
    with ExitStack() as opened:
        files = [(each.number, opened.enter_context(each.file.open("rb"))) for each in found]
        content = together(files, title=_("Letters to print"), language=get_language() or "az")
    return _handed(content, "letters.pdf", shows=True)


def _picked(given: QueryDict) -> list[int]:
    keys = given.getlist("pick")[:MOST_PICKED]
    return [int(key) for key in keys if key.isascii() and key.isdigit() and len(key) < 18]


@only(INSIDERS)
@require_GET
def letter_file(request: HttpRequest, client_id: uuid.UUID) -> HttpResponse:
    """The PDF; who took it, and whose letter it was, is written down."""
    found = _one(request, client_id=client_id)
    if not found.file:
        raise NotAllowed()
    shows = "show" in request.GET
    audit(
        "look.letter" if shows else "download.letter",
        by=request.user, object_kind="letter", object_ref=found.pk,
        detail={"appeal": found.appeal_id, "sha256": found.sha256},
    )  # fmt: skip
    name = f"{found.number.replace('/', '-')}.pdf"
    return _handed(found.file.open("rb"), name, shows=shows)


def _handed(content: Any, name: str, *, shows: bool) -> FileResponse:
    """A PDF for this reader only."""
    response = FileResponse(
        content, as_attachment=not shows, filename=name, content_type="application/pdf"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = READER
    response["X-Frame-Options"] = "SAMEORIGIN"
    patch_cache_control(response, private=True, no_store=True)
    return response
