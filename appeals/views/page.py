"""The page of one appeal."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from appeals.access import READERS, only
from appeals.actions.drafts import step_draft_id
from appeals.actions.relations import about
from appeals.cards import known_numbers
from appeals.forms import STEP_FORMS
from appeals.lifecycle import ACTIONS, Action, Status
from appeals.models import Appeal, Applicant, Contact
from appeals.panels import panels_of
from appeals.policies import may, shows_personal, steps_for
from appeals.views.journal import journal_of, watch_of
from appeals.views.reading import one
from callcenter.errors import NotAllowed
from callcenter.identifiers import mask_phone
from callcenter.kept import Kept
from people.audit import audit
from people.models import User
from people.standing import Reader

__all__ = ["appeal", "appeal_reveal", "one"]


@only(READERS)
@require_GET
def appeal(request: HttpRequest, number: str) -> HttpResponse:
    """Everything about one appeal, and the steps this reader may take now."""
    return _page(request, one(request, number=number), masked=True)


@only(READERS)
@require_POST
def appeal_reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """Numbers unmasked for those who must call or write; every such look is written down."""
    found = one(request, pk=pk)
    if not shows_personal(request.user):
        raise NotAllowed()
    audit("look.applicant", by=request.user, object_kind="appeal", object_ref=found.pk)
    return _page(request, found, masked=False)


def _page(request: HttpRequest, found: Appeal, *, masked: bool) -> HttpResponse:
    user = request.user
    applicant = _applicant(user, found)
    steps = steps_for(user, found)
    extra = [Action.CORRECT] if may(user, Action.CORRECT, found) else []
    phone = mask_phone(found.caller_phone) if masked else found.caller_phone
    context = {
        "appeal": found,
        "applicant": applicant,
        "ids": known_numbers(applicant, masked=masked) if applicant else [],
        "caller_phone": phone,
        "is_masked": masked,
        "may_reveal": masked and shows_personal(user) and bool(applicant or phone),
        "steps": [
            _button(step, found)
            for step in [*steps, *extra]
            if step in STEP_FORMS and STEP_FORMS[step].is_offered(found)
        ],
        "may_refer": Action.REFER in steps,
        **journal_of(request, found),
        "may_note": may(user, Action.NOTE, found),
        "note_draft": step_draft_id(user, str(Action.NOTE), about(found)),
        "watch": watch_of(request, found),
        "state": _deadline_state(found),
        "intake_sent": request.session.pop("intake_sent", False),
        "panels": panels_of(request, found),
    }
    return render(request, "appeals/appeal.html", context)


_person = Kept(
    lambda reader, pk: Applicant.objects.visible_to(reader.user).filter(pk=pk).order_by()[:1]
)
_contacts = Kept(lambda _fixed, pk: Contact.objects.filter(applicant=pk))


def _applicant(user: User, found: Appeal) -> Applicant | None:
    """The applicant, where the reader sees applicants, with the numbers they are known by."""
    pk = found.applicant_id
    seen = _person(Reader.of(user), pk=pk) if pk else []
    if not seen:
        return None
    applicant: Applicant = seen[0]
    applicant.known_contacts = _contacts(pk=pk)
    return applicant


def _button(step: Action, found: Appeal) -> dict[str, Any]:
    meta = ACTIONS[step]
    # One step stands out: taking what nobody took, then ending it.
    first = Action.TAKE if found.status == Status.REGISTERED else Action.CLOSE
    return {
        "label": meta.label,
        "url": reverse("appeal-do", args=[found.pk, str(step)]),
        "key": meta.hotkey,
        "is_direct": step == Action.TAKE,
        "kind": "primary" if step == first else "",
    }


def _deadline_state(found: Appeal) -> str:
    if found.is_open:
        return "" if found.meta.clock_runs else "paused"
    return "done_late" if found.is_late else "done"
