"""The operator's desk: taking an appeal in while the caller speaks."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from appeals.access import DESK, only
from appeals.actions.attachments import largest_megabytes
from appeals.actions.drafts import was_sent
from appeals.callers import by_phone, find_callers
from appeals.cards import known_numbers
from appeals.forms import IntakeForm
from appeals.forms.intake import USUAL_OUTCOME
from appeals.kinds import Kind
from appeals.models import Appeal, Applicant, Attachment, Draft, Outcome
from appeals.search import LONGEST_QUERY, find_applicants
from appeals.views.drafts import put_back, unfinished
from appeals.views.typing import expected_term, who_context
from callcenter.kept import Kept
from people.standing import Reader

#: Appeals beside the intake form.
BESIDE = 8
#: What one contact keeps for its next matter.
KEPT = ("caller_phone", "channel", "language", "visit")

_outcome = Kept(lambda _fixed, code: Outcome.objects.filter(code=code)[:1])
_mine = Kept(
    lambda reader, owner: (
        Appeal.objects.visible_to(reader.user)
        .open()
        .filter(owner=owner)
        .for_list()
        .order_by("due_at", "id")[:BESIDE]
    ),
    is_planned_once=False,
)


@only(DESK)
@require_http_methods(["GET", "POST"])
def desk(request: HttpRequest) -> HttpResponse:
    """Take an appeal in; a refused form comes back with everything that was typed."""
    if request.method == "GET":
        return _page(request, _new_form(request))
    form = IntakeForm(request.POST, user=request.user)
    if "find" in request.POST:
        # Without scripts: look the caller up and go on, nothing is checked yet.
        return _page(request, IntakeForm(initial=_as_typed(request), user=request.user))
    appeal = form.save() if form.is_valid() else None
    if appeal is None:
        return _page(request, form)
    messages.success(request, _("%(number)s is registered.") % {"number": appeal.number})
    url = appeal.get_absolute_url()
    if "another" in request.POST:
        url = f"{reverse('desk')}?after={appeal.pk}"
    if "consult" in request.POST:
        # In doubt while the caller waits: the opinion is asked on the appeal's page, its window open.
        url = f"{url}?ask=opinion"
    if request.htmx:
        # The script sends the form; the browser itself goes on, so that typed text is never lost.
        told = {"HX-Redirect": url, "HX-Trigger": "autosave-done"}
        return HttpResponse(status=204, headers=told)
    return redirect(url)


def _new_form(request: HttpRequest) -> IntakeForm:
    """An empty form, the draft that is taken up, or the next matter of the same contact."""
    begun: dict[str, Any] = {
        "kind": Kind.QUESTION,
        "outcome": next(iter(_outcome(code=USUAL_OUTCOME)), None),
        "client_id": uuid.uuid4(),
        "visit": uuid.uuid4(),
    }
    initial = dict(begun)
    before = request.GET.get("after", "")
    if before.isdigit():
        seen = Appeal.objects.visible_to(request.user).filter(pk=int(before[:18]))
        initial |= _of_same_contact(seen.select_related("applicant", "region").first())
    draft = _draft(request)
    if isinstance(draft, uuid.UUID):
        initial["client_id"] = draft
    elif draft is not None:
        initial["client_id"] = draft.client_id
    form = IntakeForm(initial=initial, user=request.user)
    if isinstance(draft, Draft):
        form = IntakeForm(initial=initial | _flat(draft.values), user=request.user)
        put_back(form, draft)
    elif set(initial) == set(begun):
        form.begins()
    return form


def _of_same_contact(appeal: Appeal | None) -> dict[str, Any]:
    if appeal is None:
        return {}
    kept = {name: getattr(appeal, name) for name in KEPT}
    return {**kept, "applicant": appeal.applicant_id, "region": appeal.region_id}


def _draft(request: HttpRequest) -> Draft | uuid.UUID | None:
    """The own draft of this id; the bare id while nothing of it reached the server yet."""
    try:
        wanted = uuid.UUID(request.GET.get("draft", ""))
    except ValueError:
        return None
    found = Draft.objects.filter(client_id=wanted).first()
    if found is not None:
        return found if found.user_id == request.user.pk else None
    return None if was_sent(wanted) else wanted


def _flat(values: dict[str, list[str]]) -> dict[str, Any]:
    return {name: given[0] for name, given in values.items() if given}


def _as_typed(request: HttpRequest) -> dict[str, Any]:
    return {name: request.POST.get(name) for name in request.POST}


def _page(request: HttpRequest, form: IntakeForm) -> HttpResponse:
    client_id = _uuid(form["client_id"].value())
    # Of an id made for this page nothing can be there yet.
    is_new = not form.is_bound and not request.GET.get("draft")
    context = {
        "form": form,
        "client_id": client_id,
        "autosave_at": "" if is_new else _autosaved(form, client_id),
        "files": [] if is_new else _files(request, client_id),
        "largest": largest_megabytes(),
        "term": expected_term(form),
        **_who(request, form),
        **_beside(request, client_id),
    }
    return render(request, "appeals/desk.html", context, status=422 if form.errors else 200)


def _files(request: HttpRequest, client_id: uuid.UUID) -> list[Attachment]:
    rows = Attachment.objects.visible_to(request.user)
    return list(rows.filter(draft_id=client_id, appeal__isnull=True))


def _beside(request: HttpRequest, client_id: uuid.UUID) -> dict[str, Any]:
    """The right column: unfinished work and what this operator has open."""
    return {
        "lines": unfinished(request.user, but=client_id),
        "mine": _mine(Reader.of(request.user), owner=request.user.pk),
    }


def _who(request: HttpRequest, form: IntakeForm) -> dict[str, Any]:
    """The caller as the form knows them now: found by what was typed, or chosen before."""
    typed = str(request.POST.get("who") or "")[:LONGEST_QUERY]
    number = str(form["caller_phone"].value() or "")[:40]
    found = find_callers(request.user, typed) if typed else by_phone(request.user, number)
    return who_context(request, found, str(form["applicant"].value() or ""), is_asked=False)


def _autosaved(form: IntakeForm, client_id: uuid.UUID) -> str:
    """When the server saved what the page begins with; a newer copy of the browser wins."""
    if form.is_bound:
        return ""
    saved = Draft.objects.filter(client_id=client_id).values_list("saved_at", flat=True).first()
    return saved.isoformat() if saved else ""


def _uuid(value: Any) -> uuid.UUID:
    """The form's own id; a broken one is replaced for the files' address and told by the form."""
    try:
        return value if isinstance(value, uuid.UUID) else uuid.UUID(str(value))
    except ValueError:
        return uuid.uuid4()


@only(DESK)
@require_GET
def applicants_find(request: HttpRequest) -> JsonResponse:
    """Applicants for a lookup field; what identifies them is masked."""
    found = find_applicants(request.user, request.GET.get("q", "")[:LONGEST_QUERY])
    rows = [{"id": row.pk, "label": row.name, "hint": _hint(row)} for row in found]
    return JsonResponse(rows, safe=False)


def _hint(applicant: Applicant) -> str:
    spoken = f"{applicant.surname} {applicant.given_name}".strip()
    parts = [spoken] if spoken and spoken not in applicant.name else []
    parts += [fact["value"] for fact in known_numbers(applicant, masked=True)]
    return " · ".join(parts[:3])
