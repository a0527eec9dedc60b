"""The page of one referral: what was asked and shared, the answer, and the steps of its reader."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Prefetch, prefetch_related_objects
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from appeals.actions.attachments import largest_megabytes
from appeals.extending import has_passed, would_be_due
from appeals.models import Attachment, Clock, Entry, Extension
from appeals.policies import sees
from callcenter.errors import NotAllowed, RuleBroken, StaleForm
from callcenter.worktime import Calendar
from people.calendar import working_calendar
from people.models import Placement, User
from people.standing import standing_of
from routing import actions
from routing.actions.drafts import draft_of
from routing.forms import EDITED, StepForm, form_for
from routing.guard import is_accused
from routing.lifecycle import CONTRIBUTED, RACTIONS, TAKEN_BACK, RAction
from routing.models import Referral, ReferralKind
from routing.policies import may, steps_for
from routing.reminders.views import referral_reminders

VERBS: dict[RAction, Callable[..., object]] = {
    RAction.ACCEPT: actions.accept,
    RAction.ASSIGN: actions.assign,
    RAction.RETURN: actions.return_referral,
    RAction.DRAFT: actions.draft,
    RAction.ANSWER: actions.answer,
    RAction.APPROVE: actions.approve,
    RAction.REJECT: actions.reject,
    RAction.ASK_EXTENSION: actions.ask_extension,
    RAction.DECIDE_EXTENSION: actions.decide_extension,
    RAction.FORWARD: actions.forward,
    RAction.RECORD_ANSWER: actions.record_answer,
    RAction.TAKE_ANSWER: actions.take_answer,
    RAction.REWORK: actions.rework,
    RAction.REROUTE: actions.reroute,
    RAction.WITHDRAW: actions.withdraw,
}
#: Steps whose form stands open on the page; the others are opened by their button.
OPEN_AT_ONCE = (RAction.ACCEPT, RAction.DECIDE_EXTENSION)


#: What policies and forms ask of a referral and its appeal.
JUDGED = (
    "status", "kind", "version", "answer_text", "structure", "main", "belongs_to",
    "appeal__number", "appeal__status", "appeal__is_restricted", "appeal__registered_by",
    "appeal__owner", "appeal__complained_structure", "appeal__complained_user",
    "appeal__topic__path",
)  # fmt: skip
_NAMES = ("name_az", "name_en", "name_ru")
_PERSON = ("username", "first_name", "last_name", "is_active")
#: What its page shows beside that.
SHOWN = (
    "client_id", "structure_name", "question", "shares_text", "shares_files", "due_at", "sent_at",
    "seen_at", "answered_at", "answer_source", "used_at", "return_ground", "return_reason",
    "letter_number", "letter_on", "rework_count", "is_open", "appeal__text", "appeal__is_open",
    *(f"appeal__topic__{name}" for name in _NAMES), *(f"belongs_to__{name}" for name in _NAMES),
    *(f"{who}__{name}" for who in ("executor", "approved_by") for name in _PERSON),
    *(f"clock__{name}" for name in ("quantity", "unit", "started_at", "due_at", "stopped_at")),
)  # fmt: skip


def found_referral(request: HttpRequest, pk: int) -> Referral:
    """The referral, if its reader may see it; otherwise there is no such page."""
    rows = Referral.objects.visible_to(request.user).select_related(
        "appeal__topic", "clock", "executor", "approved_by", "belongs_to"
    )
    return get_object_or_404(rows.only(*JUDGED, *SHOWN), pk=pk)


def judged_referral(request: HttpRequest, pk: int) -> Referral:
    """No more of it than a step asks before its verb reads it anew."""
    rows = Referral.objects.visible_to(request.user).select_related("appeal__topic")
    return get_object_or_404(rows.only(*JUDGED), pk=pk)


@login_required
def referral(request: HttpRequest, pk: int) -> HttpResponse:
    """The question and what was shared; nothing else of the appeal."""
    found = found_referral(request, pk)
    if found.seen_at is None and (
        may(request.user, RAction.SEE, found) or may(request.user, RAction.READ, found)
    ):
        actions.see(found.pk, by=request.user)
        found = found_referral(request, pk)
    wanted = request.GET.get("step", "")
    opened = RAction(wanted) if wanted in set(RAction) else None
    return referral_page(request, found, opened=opened)


def referral_page(
    request: HttpRequest,
    found: Referral,
    *,
    tried: RAction | None = None,
    form: StepForm | None = None,
    opened: RAction | None = None,
) -> HttpResponse:
    """A refused form stays in its place; where its step is gone, what it said and held is told."""
    calendar = working_calendar()
    _read_course(found.clock)
    asked = _asked(found.clock)
    possible = _possible(request, found, calendar, is_asked=asked is not None)
    lost = form if form is not None and tried not in possible else None
    draft = draft_of(found, request.user) if set(possible) & set(EDITED) else None
    typed = draft.values.get("text") if draft is not None else None
    steps = [_step(found, action, tried, form, opened, typed) for action in possible]
    editing = [step for step in steps if step["is_edited"]]
    sees_appeal = sees(request.user, found.appeal)
    shown = sees_appeal or found.status not in TAKEN_BACK
    files = _files(request, found, shown)
    context = {
        "referral": found,
        "steps": steps,
        "buttons": [s for s in steps if not s["is_edited"] and not s["is_open"]],
        "opened": [s for s in steps if not s["is_edited"] and s["is_open"]],
        "back": _back(found, sees_appeal=sees_appeal),
        "answer_sent": request.session.pop("answer_sent", None) == found.pk,
        "draft_saved_at": draft.saved_at if draft is not None else None,
        "editing": editing,
        "editor": _editor(found, editing, form if tried in EDITED else None),
        "asked": asked,
        "asked_due": would_be_due(asked.clock, asked.quantity) if asked else None,
        "entries": _entries(found),
        "shows_text": shown and found.shares_text,
        "files": files.shared,
        "answer_files": files.of(found),
        "parts": _parts(found, files),
        "executor_gone": RAction.ASSIGN in possible and _is_gone(found, request.user),
        "is_late": found.is_overdue(timezone.now()),
        "largest": largest_megabytes() if editing else 0,
        "refused": [error for errors in lost.errors.values() for error in errors] if lost else [],
        "typed": _typed(lost),
        "sees_appeal": sees_appeal,
        "reminders": referral_reminders(found, calendar),
    }
    return render(request, "routing/referral.html", context, status=409 if tried else 200)


def _read_course(clock: Clock | None) -> None:
    """Where it ran and stood, and by how much it was made longer: asked by several parts of the page."""
    if clock is not None:
        extensions = Prefetch("extensions", Extension.objects.select_related("asked_by"))
        prefetch_related_objects([clock], extensions, "segments")


def _asked(clock: Clock | None) -> Extension | None:
    """The extension that waits for a decision."""
    rows = clock.extensions.all() if clock is not None else ()
    return next((row for row in rows if row.state == Extension.State.ASKED), None)


def _is_gone(found: Referral, reader: User) -> bool:
    """Who was named no longer works in the structure, or is complained about since."""
    who = found.executor
    if who is None:
        return False
    if who == reader and found.structure_id in standing_of(reader).own:
        return is_accused(found.appeal, reader)
    here = Placement.objects.on(timezone.localdate()).filter(user=who, structure=found.structure_id)
    return not who.is_active or is_accused(found.appeal, who) or not here.exists()


def _back(found: Referral, *, sees_appeal: bool) -> dict[str, str]:
    if sees_appeal:
        return {"url": found.appeal.get_absolute_url(), "label": found.appeal.number}
    return {"url": reverse("inbox"), "label": _("Inbox")}


def _possible(
    request: HttpRequest, found: Referral, calendar: Calendar, *, is_asked: bool
) -> list[RAction]:
    """The table's steps, less those that have nothing to do now."""
    silent = {RAction.SEE, RAction.READ}
    silent.add(RAction.ASK_EXTENSION if is_asked else RAction.DECIDE_EXTENSION)
    steps = [action for action in steps_for(request.user, found) if action not in silent]
    if RAction.ASK_EXTENSION in steps and (
        found.clock is None or has_passed(found.clock, timezone.now(), calendar)
    ):
        steps.remove(RAction.ASK_EXTENSION)
    return steps


def _step(
    found: Referral, action: RAction, tried: RAction | None, form: StepForm | None,
    opened: RAction | None, typed: str | None,
) -> dict[str, Any]:  # fmt: skip
    own = form if form is not None and action is tried else form_for(action, found, typed=typed)
    return {
        "code": action.value,
        "meta": RACTIONS[action],
        "form": own,
        "url": reverse("referral-do", args=[found.pk, action.value]),
        "opens": f"{reverse('referral', args=[found.pk])}?step={action.value}#step-{action.value}",
        "is_direct": not own.visible_fields(),
        "is_edited": action in EDITED,
        "is_open": action in (tried, opened) or action in OPEN_AT_ONCE,
    }


def _editor(
    found: Referral, editing: list[dict[str, Any]], form: StepForm | None
) -> StepForm | None:
    """One editor, whichever of its buttons is pressed."""
    if not editing:
        return None
    shown = form if form is not None else editing[0]["form"]
    if not any(step["code"] == RAction.APPROVE for step in editing):
        shown.fields.pop("without_parts", None)
    return shown


def _typed(lost: StepForm | None) -> str:
    if lost is None:
        return ""
    for name in ("text", "reason", "note"):
        if name in lost.fields:
            return str(lost[name].value() or "")
    return ""


@dataclass(frozen=True)
class Files:
    """Files of the appeal and of what was answered, as far as the reader may see them."""

    shared: list[Attachment]
    answered: dict[int, list[Attachment]]

    def of(self, referral: Referral) -> list[Attachment]:
        return self.answered.get(referral.pk, [])


def _files(request: HttpRequest, found: Referral, shown: bool) -> Files:
    """What was shared of the appeal's files and what came with the answers: the same rule that hands
    them out, asked once where there are any."""
    there = Attachment.objects.filter(appeal=found.appeal_id, removed_at__isnull=True)
    files = Files([], {})
    if not there.exists():
        return files
    chosen: set[int] = set()
    if shown and not found.shares_files:
        chosen.update(found.chosen_files.order_by().values_list("pk", flat=True))
    rows = Attachment.objects.visible_to(request.user).filter(appeal=found.appeal_id)
    for file in rows.order_by("id"):
        if file.referral_ref is not None:
            files.answered.setdefault(file.referral_ref, []).append(file)
        elif shown and (
            file.origin == Attachment.Origin.APPLICANT if found.shares_files else file.pk in chosen
        ):
            files.shared.append(file)
    return files


def _parts(found: Referral, files: Files) -> list[Referral]:
    """The main executor reads the contributions that were given, and who still owes one."""
    if found.kind != ReferralKind.JOINT:
        return []
    parts = list(found.parts.exclude(status__in=TAKEN_BACK).order_by("id"))
    for part in parts:
        is_given = part.status in CONTRIBUTED
        part.files = files.of(part) if is_given else []
        if not is_given:
            part.answer_text = ""
    return parts


def _entries(found: Referral) -> list[dict[str, Any]]:
    rows = (
        Entry.objects.filter(referral_ref=found.pk, is_internal=False)
        .only("at", "actor_name", "kind", "note")
        .order_by("-id")[:100]
    )
    return [
        {
            "at": entry.at,
            "actor": entry.actor_name,
            "label": _label(entry),
            "changes": [],
            "note": entry.note,
        }
        for entry in rows
    ]


def _label(entry: Entry) -> object:
    code = entry.kind.removeprefix("referral.")
    if code in set(RAction):
        return RACTIONS[RAction(code)].past
    return _("File attached") if entry.kind == "attach" else entry.kind


@login_required
@require_POST
def referral_do(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """One step; what was typed stays when the step is refused."""
    found = judged_referral(request, pk)
    if action not in set(RAction) or RAction(action) not in VERBS:
        raise Http404
    step = RAction(action)
    form = form_for(step, found, request.POST)
    if not form.is_valid():
        return referral_page(request, found_referral(request, pk), tried=step, form=form)
    try:
        made = VERBS[step](found.pk, by=request.user, **form.values())
    except NotAllowed:
        raise
    except RuleBroken as refused:
        fresh = found_referral(request, pk)
        form = form_for(step, fresh, read_again(request, refused, form, fresh.version))
        tell_refusal(form, refused)
        return referral_page(request, fresh, tried=step, form=form)
    messages.success(request, RACTIONS[step].past)
    if step in EDITED:
        request.session["answer_sent"] = found.pk
        chosen = form.cleaned_data.get("template")
        if chosen is not None:
            actions.count_use(chosen)
    if step is RAction.REROUTE and isinstance(made, Referral):
        return redirect("referral", pk=made.pk)
    return redirect("referral", pk=found.pk)


def read_again(request: HttpRequest, refused: RuleBroken, form: Form, version: int) -> QueryDict:
    """What was typed, with the version of now once the colleague's save has been told."""
    data = request.POST.copy()
    if isinstance(refused, StaleForm):
        data[form.add_prefix("version")] = str(version)
    return data


def tell_refusal(form: Form, refused: RuleBroken) -> None:
    """The broken rule beside its field."""
    form.is_valid()
    form.add_error(refused.field if refused.field in form.fields else None, str(refused))


@login_required
@require_POST
def referral_files(request: HttpRequest, pk: int) -> HttpResponse:
    """One more file of the answer: a line for the script, the page again for a plain form."""
    found = found_referral(request, pk)
    by_script = request.headers.get("X-Requested-With") == "fetch"
    upload = request.FILES.get("file")
    try:
        if not isinstance(upload, UploadedFile):
            raise RuleBroken("file_missing", _("Choose a file."))
        file = actions.attach_to_answer(found.pk, by=request.user, upload=upload)
    except RuleBroken as broken:
        if by_script or isinstance(broken, NotAllowed):
            return JsonResponse({"error": str(broken), "code": broken.code}, status=broken.status)
        messages.error(request, str(broken))
        return redirect("referral", pk=found.pk)
    if by_script:
        return render(request, "appeals/_files.html", {"files": [file]})
    return redirect("referral", pk=found.pk)


@login_required
@require_POST
def referral_draft(request: HttpRequest, pk: int) -> JsonResponse:
    """Keeps what is being typed; 409 when it was typed on elsewhere since."""
    found = found_referral(request, pk)
    sequence = request.POST.get("seq", "0")
    saved_at = actions.keep_draft(
        found.pk,
        by=request.user,
        text=request.POST.get("answer-text", ""),
        typed_at=int(sequence) if sequence.isascii() and sequence.isdigit() else 0,
    )
    return JsonResponse({"saved_at": saved_at.isoformat()})
