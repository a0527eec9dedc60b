"""Pages of the directory: the tree, one structure with its people, its end, and the CSV."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.forms import Form
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from appeals.access import READERS
from callcenter.errors import NotAllowed, RuleBroken
from callcenter.text import az_fold
from people.access import KEEPERS, only
from people.audit import audit
from people.models import AuditEntry, Placement, Position, Role, Structure
from people.models.structure import Category
from people.standing import standing_of
from routing.directory import actions, importing, places, table
from routing.directory.columns import Wrong
from routing.directory.forms import (
    CloseForm,
    EndPlaceForm,
    FilterForm,
    ImportForm,
    PlaceForm,
    StructureForm,
    SucceedForm,
    TakeOverForm,
)
from routing.models import Referral
from routing.tasks import sweep_orphaned

#: Changes and past places shown under a structure.
SHOWN = 20
#: Open referrals are counted up to so many.
MOST_COUNTED = 1000
ORDER = {
    Position.HEAD: 0, Position.SUBSTITUTE: 1, Position.REGISTRAR: 2, Position.EXECUTOR: 3,
}  # fmt: skip


def _keeps(request: HttpRequest) -> bool:
    return standing_of(request.user).has(Role.ADMINISTRATOR)


def _refuse(form: Form, broken: RuleBroken) -> None:
    """A broken rule beside its field; what was typed stays."""
    if isinstance(broken, NotAllowed):
        raise broken
    form.add_error(broken.field if broken.field in form.fields else None, str(broken))


def _found(pk: int) -> Structure:
    row = Structure.objects.select_related("parent", "successor").filter(pk=pk).first()
    if row is None:
        raise NotAllowed()
    return row


@only(READERS | KEEPERS)
@require_GET
def structures(request: HttpRequest) -> HttpResponse:
    """The tree by category; where something is sought, what was found with the way to it."""
    form = FilterForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {"q": "", "ended": False}
    today = timezone.localdate()
    here = Q(placements__valid_from__lte=today) & (
        Q(placements__valid_to__isnull=True) | Q(placements__valid_to__gte=today)
    )
    rows = (
        Structure.objects.select_related("successor")
        .annotate(
            people=Count("placements__user", filter=here, distinct=True),
            topics=Count("competence", distinct=True),
        )
        .order_by("path")
    )
    if not chosen["ended"]:
        rows = rows.current()
    found = [row for row in rows if _is_sought(row, chosen["q"])]
    for row in found:
        row.depth = min(row.path.count("/") - 2, 4)
        row.brief = row.short_name if row.short_name != row.name else ""
    groups = [
        (label, [row for row in found if row.category == code]) for code, label in Category.choices
    ]
    context = {
        "form": form,
        "groups": [(label, members) for label, members in groups if members],
        "keeps": _keeps(request),
        "today": today,
    }
    return render(request, "routing/structures.html", context)


def _is_sought(row: Structure, words: str) -> bool:
    wanted = az_fold(words)
    names = (row.code, row.name_az, row.name_en, row.name_ru, row.short_az)
    return not wanted or any(wanted in az_fold(name) for name in names)


@only(READERS | KEEPERS)
@require_GET
def structure(request: HttpRequest, pk: int) -> HttpResponse:
    """One body: what is known of it, who works there, what came before and after."""
    return _page(request, _found(pk))


def _page(
    request: HttpRequest, row: Structure, place_form: PlaceForm | None = None
) -> HttpResponse:
    today = timezone.localdate()
    placed = sorted(
        row.placements.select_related("user").order_by("-valid_from", "id")[:200],
        key=lambda each: ORDER[Position(each.position)],
    )
    present = [each for each in placed if each.valid_to is None or each.valid_to >= today]
    keeps = _keeps(request)
    changes = AuditEntry.objects.filter(object_kind="structure", object_ref=row.code)
    context = {
        "row": row,
        "keeps": keeps,
        "today": today,
        "present": present,
        "past": [each for each in placed if each not in present][:SHOWN],
        "competence": row.competence.select_related("topic").order_by("topic__path"),
        "children": row.children.order_by("path"),
        "predecessors": row.predecessors.order_by("-valid_to"),
        "open": len(Referral.objects.open().filter(structure=row).values_list("pk")[:MOST_COUNTED]),
        "place_form": place_form or PlaceForm(),
        "changes": changes[:SHOWN] if keeps else [],
    }
    is_refused = place_form is not None and place_form.errors
    return render(request, "routing/structure.html", context, status=422 if is_refused else 200)


@only(KEEPERS)
@require_http_methods(["GET", "POST"])
def structure_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A new body, or a correction."""
    row = _found(pk) if pk is not None else None
    form = StructureForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            if row is None:
                made = actions.add_structure(
                    by=request.user, code=given["code"], values=form.values(),
                    competence=given["competence"],
                )  # fmt: skip
            else:
                made = actions.change_structure(
                    row.pk, by=request.user, values=form.values(),
                    competence=given["competence"], read=given["read"],
                )  # fmt: skip
        except RuleBroken as broken:
            _refuse(form, broken)
        else:
            messages.success(request, _("Saved. The change is in the audit journal."))
            return redirect("structure", pk=made.pk)
    context = {"form": form, "row": row}
    return render(
        request, "routing/structure_edit.html", context, status=422 if form.errors else 200
    )


@only(KEEPERS)
@require_http_methods(["GET", "POST"])
def structure_close(request: HttpRequest, pk: int) -> HttpResponse:
    """It ends; what it owes goes to the successor."""
    row = _found(pk)
    form = CloseForm(request.POST or None, structure=row)
    if request.method == "POST" and form.is_valid():
        try:
            actions.close_structure(row.pk, by=request.user, **form.cleaned_data)
        except RuleBroken as broken:
            _refuse(form, broken)
        else:
            sweep_orphaned.delay_on_commit()
            messages.success(request, _("%(name)s ends.") % {"name": row.name})
            return redirect("structure", pk=row.pk)
    return _life_page(request, row, form, "close")


@only(KEEPERS)
@require_http_methods(["GET", "POST"])
def structure_succeed(request: HttpRequest, pk: int) -> HttpResponse:
    """It is renamed or reorganised: a successor begins."""
    row = _found(pk)
    form = SucceedForm(request.POST or None, structure=row)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.succeed_structure(row.pk, by=request.user, **form.values())
        except RuleBroken as broken:
            _refuse(form, broken)
        else:
            sweep_orphaned.delay_on_commit()
            messages.success(request, _("%(name)s begins.") % {"name": made.name})
            return redirect("structure", pk=made.pk)
    return _life_page(request, row, form, "succeed")


def _life_page(request: HttpRequest, row: Structure, form: Any, step: str) -> HttpResponse:
    context = {
        "row": row,
        "form": form,
        "step": step,
        "open": len(Referral.objects.open().filter(structure=row).values_list("pk")[:MOST_COUNTED]),
    }
    return render(
        request, "routing/structure_life.html", context, status=422 if form.errors else 200
    )


@only(KEEPERS)
@require_POST
def structure_place(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody gets a place."""
    row = _found(pk)
    form = PlaceForm(request.POST)
    if form.is_valid():
        try:
            places.place(row.pk, by=request.user, **form.cleaned_data)
        except RuleBroken as broken:
            _refuse(form, broken)
        else:
            messages.success(request, _("Saved. The change is in the audit journal."))
            return redirect("structure", pk=row.pk)
    return _page(request, row, form)


@only(KEEPERS)
@require_POST
def place_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody leaves; what the person still executes is told."""
    form = EndPlaceForm(request.POST)
    known = Placement.objects.select_related("structure", "user").filter(pk=pk).first()
    if known is None:
        raise NotAllowed()
    if not form.is_valid():
        messages.error(request, " ".join(str(text) for text in form.errors["last_day"]))
        return redirect("structure", pk=known.structure_id)
    try:
        places.end_place(pk, by=request.user, last_day=form.cleaned_data["last_day"])
    except NotAllowed:
        raise
    except RuleBroken as broken:
        messages.error(request, str(broken))
        return redirect("structure", pk=known.structure_id)
    _tell_left(request, known)
    return redirect("structure", pk=known.structure_id)


def _tell_left(request: HttpRequest, known: Placement) -> None:
    mine = Referral.objects.open().filter(executor=known.user, structure=known.structure)
    owed = len(mine.values_list("pk")[:MOST_COUNTED])
    messages.success(request, _("Saved. The change is in the audit journal."))
    if owed:
        messages.warning(
            request,
            ngettext(
                "%(name)s still executes %(n)d referral: the structure's head names another executor.",
                "%(name)s still executes %(n)d referrals: the structure's head names other executors.",
                owed,
            )
            % {"name": known.user.name, "n": owed},
        )


@only(KEEPERS)
@require_GET
def structures_export(request: HttpRequest) -> StreamingHttpResponse:
    """The whole directory as CSV; the file can be corrected and read back."""
    audit("download.structures", by=request.user, object_kind="structure")
    answer = StreamingHttpResponse(table.written(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = (
        f'attachment; filename="structures-{dt.date.today():%Y-%m-%d}.csv"'
    )
    return answer


@only(KEEPERS)
@require_http_methods(["GET", "POST"])
def structures_import(request: HttpRequest) -> HttpResponse:
    """A file is looked at first; what was looked at is written by a second press."""
    form = ImportForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST":
        form = ImportForm(request.POST, request.FILES)
        context["form"] = form
        if not form.is_valid():
            return render(request, "routing/structures_import.html", context, status=422)
        try:
            text = table.decoded(form.cleaned_data["file"].read(table.LONGEST * 4))
        except Wrong as wrong:
            form.add_error("file", str(wrong))
            return render(request, "routing/structures_import.html", context, status=422)
        context |= _tried(request, text)
    return render(request, "routing/structures_import.html", context)


def _tried(request: HttpRequest, text: str) -> dict[str, Any]:
    outcome = importing.try_out(text, by=request.user)
    take = TakeOverForm(initial={"text": text, "digest": outcome.digest})
    return {"outcome": outcome, "take": take}


@only(KEEPERS)
@require_POST
def structures_take(request: HttpRequest) -> HttpResponse:
    """Writes what was looked at; shows anew what changed meanwhile."""
    take = TakeOverForm(request.POST)
    if not take.is_valid():
        messages.error(request, _("Choose the file again."))
        return redirect("structures-import")
    text = take.cleaned_data["text"]
    outcome = importing.take_over(text, by=request.user, expected=take.cleaned_data["digest"])
    if outcome.is_applied:
        sweep_orphaned.delay_on_commit()
        messages.success(
            request,
            _("Taken over: %(added)d new, %(changed)d changed.")
            % {"added": outcome.added, "changed": outcome.changed},
        )
        return redirect("structures")
    context = {"form": ImportForm(), **_tried(request, text), "changed_meanwhile": True}
    return render(request, "routing/structures_import.html", context, status=409)
