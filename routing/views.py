"""Pages of the structures' work: the inbox, one referral, referring an appeal."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from appeals import policies as appeal_policies
from appeals.filters import page_of
from appeals.lifecycle import Action
from appeals.models import Appeal, Entry
from callcenter.errors import NotAllowed, RuleBroken, StaleForm
from people.models import Role
from people.standing import standing_of
from routing import actions
from routing.forms import ReferForm, StepForm, form_for
from routing.lifecycle import RACTIONS, RAction
from routing.models import Referral
from routing.policies import may, steps_for
from routing.querysets import ReferralQuerySet

#: Lists of what has ended, the latest first.
ENDED = ("returned", "answered")
#: The inbox's tabs: what each shows, in the order a structure works.
LISTS: dict[str, Callable[[ReferralQuerySet, HttpRequest], ReferralQuerySet]] = {
    "open": lambda rows, request: rows.open(),
    "new": lambda rows, request: rows.filter(status="sent"),
    "mine": lambda rows, request: rows.open().filter(executor=request.user),
    "approve": lambda rows, request: rows.filter(status="to_approve"),
    "overdue": lambda rows, request: rows.overdue(timezone.now()),
    "returned": lambda rows, request: rows.filter(status="returned"),
    "answered": lambda rows, request: rows.filter(status__in=["answered", "taken"]),
}


@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    """Referrals by term, the most urgent first; those that ended, the latest first."""
    standing = standing_of(request.user)
    if not standing.has(Role.STRUCTURE_USER, Role.STRUCTURE_HEAD):
        raise Http404
    chosen = request.GET.get("list", "open")
    if chosen not in LISTS:
        chosen = "open"
    labels = {
        "open": _("By term"),
        "new": _("New"),
        "mine": _("Mine"),
        "approve": _("To approve"),
        "overdue": _("Overdue"),
        "returned": _("Returned"),
        "answered": _("Answered"),
    }
    rows = LISTS[chosen](Referral.objects.visible_to(request.user), request).for_list()
    order = ("-sent_at", "-id") if chosen in ENDED else ("due_at", "id")
    page = page_of(rows, order, request.GET.get("after", ""), request.GET.get("before", ""))
    tabs = [
        {"label": labels[code], "url": f"?list={code}", "current": code == chosen} for code in LISTS
    ]
    return render(
        request,
        "routing/inbox.html",
        {
            "referrals": page.rows,
            "tabs": tabs,
            "next": f"?list={chosen}&after={page.next}" if page.next else "",
            "previous": f"?list={chosen}&before={page.previous}" if page.previous else "",
            "filter": labels[chosen],
        },
    )


def _found(request: HttpRequest, pk: int) -> Referral:
    rows = Referral.objects.visible_to(request.user)
    return get_object_or_404(
        rows.select_related("appeal__topic", "structure", "executor", "approved_by"), pk=pk
    )


@login_required
def referral(request: HttpRequest, pk: int) -> HttpResponse:
    """The question and what was shared; nothing else of the appeal."""
    found = _found(request, pk)
    if found.seen_at is None and may(request.user, RAction.SEE, found):
        actions.see(found.pk, by=request.user)
        found = _found(request, pk)
    return _page(request, found)


def _page(
    request: HttpRequest,
    found: Referral,
    tried: RAction | None = None,
    form: StepForm | None = None,
) -> HttpResponse:
    """A refused form stays in its place; where its step is gone, what it said and held is told."""
    possible = [action for action in steps_for(request.user, found) if action is not RAction.SEE]
    lost = form if form is not None and tried not in possible else None
    steps = [
        {
            "code": action.value,
            "meta": RACTIONS[action],
            "form": form if action is tried else form_for(action, found),
            "url": reverse("referral-do", args=[found.pk, action.value]),
            "is_open": action is tried,
        }
        for action in possible
    ]
    entries = [
        {
            "at": entry.at,
            "actor": entry.actor_name,
            "label": _label(entry),
            "changes": [],
            "note": entry.note,
        }
        for entry in Entry.objects.filter(referral_ref=found.pk).order_by("-id")[:100]
    ]
    files = found.appeal.attachments.filter(removed_at__isnull=True) if found.shares_files else ()
    return render(
        request,
        "routing/referral.html",
        {
            "referral": found,
            "steps": steps,
            "entries": entries,
            "files": files,
            "refused": [error for errors in lost.errors.values() for error in errors]
            if lost
            else [],
            "typed": (lost["text"] if "text" in lost.fields else lost["reason"]).value()
            if lost and lost.fields.keys() & {"text", "reason"}
            else "",
            "sees_appeal": Appeal.objects.visible_to(request.user)
            .filter(pk=found.appeal_id)
            .exists(),
        },
        status=409 if tried else 200,
    )


def _label(entry: Entry) -> object:
    code = entry.kind.removeprefix("referral.")
    return RACTIONS[RAction(code)].past if code in set(RAction) else entry.kind


@login_required
@require_POST
def referral_do(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """One step; what was typed stays when the step is refused."""
    found = _found(request, pk)
    if action not in set(RAction) or action in (RAction.SEND, RAction.SEE):
        raise Http404
    step = RAction(action)
    form = form_for(step, found, request.POST)
    if not form.is_valid():
        return _page(request, found, step, form)
    values = form.cleaned_data
    verbs: dict[RAction, Callable[..., Referral]] = {
        RAction.ACCEPT: actions.accept,
        RAction.RETURN: actions.return_referral,
        RAction.DRAFT: actions.draft,
        RAction.APPROVE: actions.approve,
        RAction.REJECT: actions.reject,
        RAction.TAKE_ANSWER: actions.take_answer,
        RAction.REWORK: actions.rework,
        RAction.WITHDRAW: actions.withdraw,
    }
    try:
        verbs[step](found.pk, by=request.user, **values)
    except NotAllowed:
        raise
    except RuleBroken as refused:
        fresh = _found(request, pk)
        form = form_for(step, fresh, _read_again(request, refused, form, fresh.version))
        _tell(form, refused)
        return _page(request, fresh, step, form)
    messages.success(request, RACTIONS[step].past)
    return redirect("referral", pk=found.pk)


def _read_again(request: HttpRequest, refused: RuleBroken, form: Form, version: int) -> QueryDict:
    """What was typed, with the version of now once the colleague's save has been told."""
    data = request.POST.copy()
    if isinstance(refused, StaleForm):
        data[form.add_prefix("version")] = str(version)
    return data


def _tell(form: Form, refused: RuleBroken) -> None:
    form.is_valid()
    form.add_error(refused.field if refused.field in form.fields else None, str(refused))


@login_required
def refer(request: HttpRequest, pk: int) -> HttpResponse:
    """The sector sends an appeal to a structure."""
    rows = Appeal.objects.visible_to(request.user).select_related("complained_structure", "topic")
    appeal = get_object_or_404(rows, pk=pk)
    if not appeal_policies.may(request.user, Action.REFER, appeal):
        raise Http404
    form = ReferForm(request.POST or None, appeal=appeal, initial={"version": appeal.version})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.refer(appeal.pk, by=request.user, **form.cleaned_data)
        except NotAllowed:
            raise
        except RuleBroken as refused:
            appeal = get_object_or_404(rows, pk=pk)
            data = _read_again(request, refused, form, appeal.version)
            form = ReferForm(data, appeal=appeal)
            _tell(form, refused)
        else:
            messages.success(
                request, _("Sent to %(structure)s.") % {"structure": made.structure_name}
            )
            return redirect(appeal)
    status = 409 if form.errors else 200
    return render(request, "routing/refer.html", {"form": form, "appeal": appeal}, status=status)
