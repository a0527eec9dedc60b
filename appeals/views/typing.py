"""Fragments the desk asks for while somebody types: who calls, the topic's questions, the term,
what looks alike, what is doubtful. Asked by POST: what is typed never stands in an address."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from appeals import actions
from appeals.access import DESK, only
from appeals.callers import Found, card_of, find_callers
from appeals.cards import known_numbers
from appeals.duplicates import similar_to
from appeals.forms import IntakeForm
from appeals.kinds import InquirySort, Kind
from appeals.models import Appeal, Applicant, Topic
from appeals.search import LONGEST_QUERY
from appeals.terms import expected
from callcenter.identifiers import fin, phone, voen
from callcenter.text import clean


@only(DESK)
@require_POST
def desk_who(request: HttpRequest) -> HttpResponse:
    """People of the number or words being typed, with the card of the one it must be."""
    typed = request.POST.get("who") or request.POST.get("caller_phone", "")
    found = find_callers(request.user, typed[:LONGEST_QUERY])
    context = who_context(request, found, request.POST.get("applicant", ""))
    return render(request, "appeals/_who.html", context)


@only(DESK)
@require_POST
def desk_card(request: HttpRequest) -> HttpResponse:
    """The card of the person chosen among several; nothing for somebody new."""
    chosen = _applicant(request)
    context = {"card": card_of(request.user, chosen) if chosen is not None else None}
    return render(request, "appeals/_card.html", context)


@only(DESK)
@require_POST
def desk_questions(request: HttpRequest) -> HttpResponse:
    """What the chosen topic asks; answers already typed to the same questions stay."""
    form = IntakeForm(initial=request.POST.dict(), user=request.user)
    return render(request, "appeals/_questions.html", {"form": form})


@only(DESK)
@require_POST
def desk_term(request: HttpRequest) -> HttpResponse:
    """The term an appeal of this kind would get now."""
    form = IntakeForm(initial=request.POST.dict(), user=request.user)
    return render(request, "appeals/_due.html", {"term": expected_term(form)})


@only(DESK)
@require_POST
def desk_check(request: HttpRequest) -> HttpResponse:
    """What looks wrong about a FIN, a VÖEN or a number; said, never forbidden."""
    field = next((name for name in ("fin", "voen", "caller_phone") if name in request.POST), "")
    typed = clean(request.POST.get(field, ""))[:60]
    hint: Any = ""
    if typed and field == "caller_phone":
        hint = phone(typed).hint
    elif typed:
        hint = (fin if field == "fin" else voen)(typed).warning
    return render(request, "appeals/_check.html", {"hint": hint})


@only(DESK)
@require_POST
def desk_similar(request: HttpRequest) -> HttpResponse:
    """Appeals the one being typed may repeat."""
    topic = (
        Topic.objects.filter(pk=_key(request, "topic")).first() if _key(request, "topic") else None
    )
    number = phone(request.POST.get("caller_phone", "")[:60])
    rows = similar_to(
        request.user, text=request.POST.get("text", ""), topic=topic,
        applicant=_applicant(request), caller_phone=number.e164,
    )  # fmt: skip
    context = {"rows": rows, "related": request.POST.get("related", "")}
    return render(request, "appeals/_similar.html", context)


@only(DESK)
@require_POST
def desk_again(request: HttpRequest, pk: int) -> HttpResponse:
    """It is the same matter: go on with that appeal, what was typed becomes its note."""
    appeal = actions.contact(pk, by=request.user, text=request.POST.get("text", ""))
    try:
        client_id = uuid.UUID(request.POST.get("client_id", ""))
    except ValueError:
        client_id = uuid.uuid4()
    actions.drop_draft(client_id, by=request.user)
    request.session["intake_sent"] = f"intake:{client_id}"
    return HttpResponse(status=204, headers={"HX-Redirect": appeal.get_absolute_url()})


def expected_term(form: IntakeForm) -> dict[str, Any] | None:
    """The rule and the day for the kind chosen in a form."""
    kind = str(form["kind"].value() or "")
    if kind not in Kind.values:
        return None
    sort = str(form["inquiry_sort"].value() or "") if kind == Kind.INQUIRY else ""
    appeal = Appeal(
        kind=kind,
        inquiry_sort=sort if sort in InquirySort.values else "",
        needs_study=form["needs_study"].value() in (True, "on", "True", "1"),
    )
    found = expected(appeal, at=timezone.now())
    return {"rule": found[0], "due": found[1]} if found else None


def who_context(
    request: HttpRequest, found: Found, chosen_id: str, *, is_asked: bool = True
) -> dict[str, Any]:
    """People found and the card of the chosen one; one sure find is chosen by itself."""
    chosen = None
    if chosen_id.isdigit():
        people = Applicant.objects.visible_to(request.user)
        chosen = people.filter(pk=int(chosen_id[:18])).prefetch_related("contacts").first()
    if is_asked and found.text:
        chosen = found.only or next((one for one in found.people if one == chosen), None)
    people = [*found.people]
    if chosen is not None and chosen not in people:
        people.insert(0, chosen)
    return {
        "found": found,
        "people": [{"person": one, "ids": known_numbers(one, masked=True)[:3]} for one in people],
        "chosen": chosen,
        "card": card_of(request.user, chosen) if chosen is not None else None,
    }


def _applicant(request: HttpRequest) -> Applicant | None:
    key = _key(request, "applicant")
    if not key:
        return None
    people = Applicant.objects.visible_to(request.user)
    return people.filter(pk=key).prefetch_related("contacts").first()


def _key(request: HttpRequest, name: str) -> int | None:
    given = request.POST.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 19 else None
