"""The operator's desk, the lists, the search and the page of one appeal."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from appeals.access import DESK, INSIDERS, READERS, only
from appeals.filters import WORK_LISTS, AppealFilter, WorkList, capped, page_of
from appeals.forms import STEP_FORMS, IntakeForm, StepForm, add_broken
from appeals.kinds import Kind
from appeals.lifecycle import ACTIONS, Action, Status
from appeals.models import Appeal, Applicant
from appeals.models.applicant import ContactKind
from appeals.policies import may, shows_personal, steps_for
from appeals.querysets import AppealQuerySet
from appeals.search import exact, find_applicants, narrow
from appeals.timeline import timeline
from callcenter.errors import NotAllowed, RuleBroken, StaleForm
from callcenter.identifiers import mask_email, mask_fin, mask_phone, mask_voen
from people.audit import audit
from people.standing import standing_of

#: Longest text the search reads.
LONGEST_QUERY = 200
#: Appeals beside the intake form.
BESIDE = 12
#: Parameters of a list that say where in it one stands.
CURSORS = ("after", "before")


@only(DESK)
@require_http_methods(["GET", "POST"])
def desk(request: HttpRequest) -> HttpResponse:
    """Take an appeal in; a refused form comes back with everything that was typed."""
    if request.method == "POST":
        form = IntakeForm(request.POST, user=request.user)
        appeal = form.save() if form.is_valid() else None
        if appeal is not None:
            request.session["intake_sent"] = True
            messages.success(request, _("%(number)s is registered.") % {"number": appeal.number})
            return redirect(appeal)
    else:
        form = IntakeForm(
            user=request.user,
            initial={
                "kind": Kind.QUESTION,
                "caller_phone": request.GET.get("phone", "")[:40],
                "applicant": request.GET.get("applicant", ""),
            },
        )
    mine = Appeal.objects.visible_to(request.user).open().filter(owner=request.user)
    context = {"form": form, "mine": mine.for_list().order_by("due_at", "id")[:BESIDE]}
    return render(request, "appeals/desk.html", context, status=422 if form.errors else 200)


@only(DESK)
@require_GET
def applicants_find(request: HttpRequest) -> JsonResponse:
    """Applicants for the lookup of the desk; what identifies them is masked."""
    found = find_applicants(request.user, request.GET.get("q", "")[:LONGEST_QUERY])
    rows = [{"id": row.pk, "label": row.name, "hint": _hint(row)} for row in found]
    return JsonResponse(rows, safe=False)


def _hint(applicant: Applicant) -> str:
    spoken = f"{applicant.surname} {applicant.given_name}".strip()
    parts = [spoken] if spoken and spoken not in applicant.name else []
    parts += [fact["value"] for fact in known_numbers(applicant, masked=True)]
    return " · ".join(parts[:3])


def known_numbers(applicant: Applicant, *, masked: bool) -> list[dict[str, str]]:
    """Numbers and addresses an applicant is known by, masked unless asked otherwise."""
    found = [
        {"label": "FIN", "value": mask_fin(applicant.fin) if masked else applicant.fin},
        {"label": "VÖEN", "value": mask_voen(applicant.voen) if masked else applicant.voen},
    ]
    for contact in applicant.contacts.all():
        mask = mask_email if contact.kind == ContactKind.EMAIL else mask_phone
        value = mask(contact.value) if masked else contact.value
        found.append({"label": str(contact.get_kind_display()), "value": value})
    return [fact for fact in found if fact["value"]]


@only(READERS)
@require_GET
def appeals(request: HttpRequest) -> HttpResponse:
    """The work lists; one set of filters and one search for all of them."""
    user = request.user
    chosen = next((tab for tab in WORK_LISTS if tab.code == request.GET.get("tab")), WORK_LISTS[0])
    seen = Appeal.objects.visible_to(user)
    filters = AppealFilter(request.GET, queryset=chosen.rows(seen, user))
    rows: AppealQuerySet = filters.qs
    text = " ".join(request.GET.get("q", "")[:LONGEST_QUERY].split())
    if text:
        rows = narrow(rows, user, text)
    page = page_of(
        rows.for_list(), chosen.order, request.GET.get("after", ""), request.GET.get("before", "")
    )
    context = {
        "filters": filters,
        "tabs": [_tab(tab, seen, request, chosen) for tab in WORK_LISTS],
        "tab": chosen,
        "page": page,
        "count": capped(rows) if page.next or page.previous else str(len(page.rows)),
        "next_url": _turn(request, after=page.next) if page.next else "",
        "previous_url": _turn(request, before=page.previous) if page.previous else "",
        "search_text": text,
        "is_narrowed": bool(text) or any(filters.form.data.get(name) for name in filters.filters),
        "shows_applicants": standing_of(user).has(*INSIDERS),
    }
    return render(request, "appeals/list.html", context)


def _tab(
    tab: WorkList, seen: AppealQuerySet, request: HttpRequest, chosen: WorkList
) -> dict[str, Any]:
    return {
        "label": tab.label,
        "url": f"{reverse('appeals')}?tab={tab.code}",
        "count": capped(tab.rows(seen, request.user)) if tab.is_counted else "",
        "current": tab is chosen,
        "key": tab.key,
    }


def _turn(request: HttpRequest, **cursor: str) -> str:
    kept = request.GET.copy()
    for name in CURSORS:
        kept.pop(name, None)
    kept.update(cursor)
    return f"?{kept.urlencode()}"


@only(READERS)
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """A number opens its appeal; everything else is the list narrowed by what was typed."""
    text = request.GET.get("q", "")[:LONGEST_QUERY]
    found = exact(request.user, text)
    return redirect(found) if found is not None else appeals(request)


def _one(request: HttpRequest, **key: object) -> Appeal:
    """The appeal, if the reader may see it; otherwise there is no such page."""
    found = (
        Appeal.objects.visible_to(request.user)
        .defer("searched", "search")
        .select_related(
            "topic", "region", "applicant", "owner", "responsible", "outcome", "ground",
            "complained_structure", "registered_by",
        )
        .filter(**key)
        .first()
    )  # fmt: skip
    if found is None:
        raise NotAllowed()
    return found


@only(READERS)
@require_GET
def appeal(request: HttpRequest, number: str) -> HttpResponse:
    """Everything about one appeal, and the steps this reader may take now."""
    return _page(request, _one(request, number=number), masked=True)


@only(READERS)
@require_POST
def appeal_reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """Numbers unmasked for those who must call or write; every such look is written down."""
    found = _one(request, pk=pk)
    if not shows_personal(request.user):
        raise NotAllowed()
    audit("look.applicant", by=request.user, object_kind="appeal", object_ref=found.pk)
    return _page(request, found, masked=False)


def _page(request: HttpRequest, found: Appeal, *, masked: bool) -> HttpResponse:
    user = request.user
    people = Applicant.objects.visible_to(user).prefetch_related("contacts")
    applicant = people.filter(pk=found.applicant_id).first() if found.applicant_id else None
    steps = steps_for(user, found)
    extra = [step for step in (Action.CORRECT, Action.NOTE) if may(user, step, found)]
    phone = mask_phone(found.caller_phone) if masked else found.caller_phone
    context = {
        "appeal": found,
        "applicant": applicant,
        "ids": known_numbers(applicant, masked=masked) if applicant else [],
        "caller_phone": phone,
        "is_masked": masked,
        "may_reveal": masked and shows_personal(user) and bool(applicant or phone),
        "steps": [_button(step, found) for step in [*steps, *extra] if step in STEP_FORMS],
        "may_refer": Action.REFER in steps,
        "referrals": found.referrals.select_related("structure").order_by("sent_at", "id"),
        "notices": found.notices.order_by("owed_at", "id") if shows_personal(user) else [],
        "journal": timeline(found, user),
        "state": _deadline_state(found),
        "intake_sent": request.session.pop("intake_sent", False),
    }
    return render(request, "appeals/appeal.html", context)


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


@only(DESK)
@require_http_methods(["GET", "POST"])
def appeal_do(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """The small form of one step. Typed text stays whatever is refused."""
    found = _one(request, pk=pk)
    step = next((known for known in STEP_FORMS if known == action), None)
    if step is None:
        raise NotAllowed()
    kind = STEP_FORMS[step]
    if request.method == "GET":
        if not may(request.user, step, found):
            raise NotAllowed()
        return _step_page(request, found, step, kind(appeal=found, user=request.user))
    form = kind(request.POST, appeal=found, user=request.user)
    if not form.is_valid():
        return _step_page(request, found, step, form)
    try:
        form.run()
    except StaleForm as stale:
        return _stale_page(request, found, step, form, stale)
    except RuleBroken as broken:
        add_broken(form, broken)
        return _step_page(request, found, step, form)
    messages.success(request, ACTIONS[step].past)
    return redirect(found)


def _step_page(
    request: HttpRequest, found: Appeal, step: Action, form: StepForm, **more: object
) -> HttpResponse:
    context = {"appeal": found, "form": form, "step": ACTIONS[step], **more}
    status = 409 if "stale" in more else 422 if form.errors else 200
    return render(request, "appeals/step.html", context, status=status)


def _stale_page(
    request: HttpRequest, found: Appeal, step: Action, form: StepForm, stale: StaleForm
) -> HttpResponse:
    """The same form with the version of now, and what the colleague saved beside what was typed."""
    fresh = _one(request, pk=found.pk)
    data = request.POST.copy()
    data["version"] = str(fresh.version)
    again = type(form)(data, appeal=fresh, user=request.user)
    again.is_valid()
    last = timeline(fresh, request.user)[:1]
    theirs = getattr(fresh, form.told) if form.told else ""
    mine = data.get("text") or data.get("note") or ""
    return _step_page(
        request, fresh, step, again, stale=stale.message, last=last, theirs=theirs, mine=mine
    )
