"""Appeals: the lists, one appeal, registering, the journal, files."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponseBase
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django_filters import ModelChoiceFilter
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_field,
)
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from appeals import actions
from appeals.access import DESK, INSIDERS, READERS
from appeals.actions.attachments import MEGABYTE, largest_megabytes
from appeals.actions.intake import Intake
from appeals.api import examples
from appeals.api.inputs import AppealIn, UploadIn
from appeals.api.outputs import AppealOut, AppealRow, EntryOut, FileOut, RegisteredOut
from appeals.filters import AppealFilter
from appeals.models import Appeal, Applicant, Attachment, Entry, Note
from appeals.policies import shows_personal
from appeals.querysets import AppealQuerySet
from appeals.search import LONGEST_QUERY, narrow
from appeals.timeline import hide_unseen, step_label
from appeals.worklists import WORK_LISTS
from callcenter.errors import NotAllowed, RuleBroken
from people.api.idempotency import key_of
from people.api.views import ApiList, ApiView
from people.audit import audit
from people.models import User
from people.standing import standing_of

LONG = ("searched", "search")
#: What a multipart body carries beside its file, bytes.
AROUND_A_FILE = 64 * 1024
# A filter by a row takes its key, also where the model has no field of that name.
for _filter in AppealFilter.base_filters.values():
    if isinstance(_filter, ModelChoiceFilter):
        extend_schema_field(OpenApiTypes.INT)(_filter)
LISTS = {known.code: known for known in WORK_LISTS}


def one(user: User, **key: object) -> Appeal:
    """The appeal, if the caller may see it."""
    found = (
        Appeal.objects.visible_to(user)
        .defer(*LONG)
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


class Appeals(ApiList):
    """The work lists of the pages, and registering."""

    tag = "appeals"
    reads, writes = "appeals.read", "appeals.write"
    roles = READERS
    needs_key = True
    serializer_class = AppealRow
    filterset_class = AppealFilter

    @property
    def order(self) -> tuple[str, ...]:  # type: ignore[override]  # the list says its order
        return self._list().order

    def _list(self) -> Any:
        code = self.request.query_params.get("list", "all") if self.request else "all"
        if code not in LISTS:
            raise ValidationError({"list": ", ".join(LISTS)}, code="invalid_choice")
        return LISTS[code]

    def get_queryset(self) -> QuerySet[Appeal]:
        user = self.request.user
        rows: AppealQuerySet = Appeal.objects.visible_to(user)
        chosen = self._list()
        rows = chosen.rows(rows, user)
        if chosen.order[0] == "due_at":
            rows = rows.filter(due_at__isnull=False)
        number = self.request.query_params.get("number", "")
        if "\0" in number:
            raise ValidationError({"number": "\\0"}, code="invalid")
        if number:
            rows = rows.filter(number=number)
        return rows.select_related("topic", "applicant", "owner", "responsible", "outcome").defer(
            *LONG, "text", "answer_text", "topic_answers"
        )

    def filter_queryset(self, queryset: QuerySet[Appeal]) -> QuerySet[Appeal]:
        rows = super().filter_queryset(queryset)
        text = " ".join(self.request.query_params.get("q", "")[:LONGEST_QUERY].split())
        return narrow(rows, self.request.user, text.replace("\0", "")) if text else rows

    @extend_schema(
        operation_id="appeals_list",
        summary="Appeals by list, filters and words",
        parameters=[
            OpenApiParameter(
                "list", enum=list(LISTS), description="The work list; all by default."
            ),
            OpenApiParameter("q", description="Words, or a number of any shape, as in the search."),
            OpenApiParameter("number", description="The registration number, exactly."),
        ],
        examples=[examples.ROW],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="appeals_register",
        summary="Register an appeal",
        description="The term starts at once. With `answer` and `outcome` it is closed in the same step.",
        request=AppealIn,
        responses={201: RegisteredOut},
        examples=[examples.REGISTER, examples.REGISTERED],
    )
    def post(self, request: Request) -> Response:
        if not standing_of(request.user).has(*DESK):
            raise NotAllowed()
        form = AppealIn(data=request.data, context={"request": request})
        form.is_valid(raise_exception=True)
        sent = dict(form.validated_data)
        client_id = uuid.uuid5(uuid.NAMESPACE_OID, f"{request.auth.pk} {key_of(request)}")
        # A refused appeal leaves no applicant behind.
        with transaction.atomic():
            applicant = form.known_applicant(sent) or _new_applicant(request.user, form, client_id)
            sent.pop("applicant", None)
            sent.pop("new_applicant", None)
            made = actions.register(
                by=request.user, client_id=client_id,
                intake=Intake(**{**sent, "applicant": applicant}),
            )  # fmt: skip
        appeal = one(request.user, pk=made.pk)
        response = Response(RegisteredOut(appeal, context={"request": request}).data, status=201)
        response["Location"] = request.build_absolute_uri(reverse("api-appeal", args=[appeal.pk]))
        return response


def _new_applicant(user: User, form: AppealIn, client_id: uuid.UUID) -> Applicant | None:
    sent = form.validated_data.get("new_applicant")
    if not sent:
        return None
    values = form.fields["new_applicant"].verb_values(sent)
    return actions.save_applicant(by=user, client_id=uuid.uuid5(client_id, "applicant"), **values)


class OneAppeal(ApiView):
    """Everything of one appeal."""

    tag = "appeals"
    reads = "appeals.read"
    roles = READERS

    @extend_schema(
        operation_id="appeals_read",
        summary="One appeal",
        responses=AppealOut,
        examples=[examples.APPEAL],
    )
    def get(self, request: Request, pk: int) -> Response:
        return Response(AppealOut(one(request.user, pk=pk), context={"request": request}).data)


class Reveal(ApiView):
    """Numbers in full, for those who must call or write; the look is written down."""

    tag = "appeals"
    writes = "personal.read"
    roles = READERS
    keeps = False

    @extend_schema(
        operation_id="appeals_reveal",
        summary="One appeal with numbers and addresses in full",
        request=None,
        responses=AppealOut,
    )
    def post(self, request: Request, pk: int) -> Response:
        found = one(request.user, pk=pk)
        if not shows_personal(request.user):
            raise NotAllowed()
        audit(
            "look.applicant", by=request.user, object_kind="appeal", object_ref=found.pk,
            detail={"token": request.auth.prefix},
        )  # fmt: skip
        context = {"request": request, "is_full": True}
        return Response(AppealOut(found, context=context).data)


class Journal(ApiList):
    """The journal of an appeal, the newest first; internal lines only for those inside."""

    tag = "appeals"
    reads = "appeals.read"
    roles = READERS
    serializer_class = EntryOut
    order = ("-id",)

    def get_queryset(self) -> QuerySet[Entry]:
        if getattr(self, "swagger_fake_view", False):
            return Entry.objects.none()
        appeal = one(self.request.user, pk=self.kwargs["pk"])
        rows = Entry.objects.filter(appeal=appeal)
        if not standing_of(self.request.user).has(*INSIDERS):
            rows = rows.filter(is_internal=False)
        return rows

    @extend_schema(
        operation_id="appeals_journal",
        summary="The journal of an appeal",
        examples=[examples.ENTRY],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    def paginate_queryset(self, queryset: QuerySet[Entry]) -> list[dict[str, Any]]:
        rows = hide_unseen(super().paginate_queryset(queryset), self.request.user)
        notes = dict(
            Note.objects.filter(entry_id__in=[row.pk for row in rows if row.is_internal])
            .values_list("entry_id", "text")
        )  # fmt: skip
        return [
            {
                "sequence": row.sequence, "at": row.at, "kind": row.kind,
                "label": step_label(row.kind), "actor": row.actor_name,
                "acting_for_name": row.acting_for_name, "changes": row.changes,
                "note": notes.get(row.pk) or row.note, "is_internal": row.is_internal,
                "hash": row.hash,
            }
            for row in rows
        ]  # fmt: skip


class Files(ApiView):
    """One more file of an appeal."""

    tag = "files"
    reads, writes = "appeals.read", "appeals.write"
    roles = DESK
    needs_key = True
    parser_classes = [MultiPartParser]

    @property
    def largest(self) -> int:  # type: ignore[override]  # a number an administrator keeps
        return largest_megabytes() * MEGABYTE + AROUND_A_FILE

    @extend_schema(
        operation_id="files_add",
        summary="Add a file to an appeal",
        request=UploadIn,
        responses={201: FileOut},
    )
    def post(self, request: Request, pk: int) -> Response:
        found = one(request.user, pk=pk)
        form = UploadIn(data=request.data)
        form.is_valid(raise_exception=True)
        file = actions.attach(
            found.pk, by=request.user, upload=form.validated_data["file"],
            origin=form.validated_data["origin"],
        )  # fmt: skip
        return Response(FileOut(file, context={"request": request}).data, status=201)


class File(ApiView):
    """A file handed out; every look is written down."""

    tag = "files"
    reads = "appeals.read"
    roles = INSIDERS

    @extend_schema(
        operation_id="files_read",
        summary="The file itself",
        responses={
            (200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY, "The file.")
        },
    )
    def get(self, request: Request, pk: int, client_id: uuid.UUID) -> HttpResponseBase:
        found = (
            Attachment.objects.visible_to(request.user)
            .filter(client_id=client_id, appeal_id=pk)
            .first()
        )
        if found is None:
            raise NotAllowed()
        return handed_out(request, found)


def handed_out(request: Request, found: Attachment) -> HttpResponseBase:
    """The bytes, as nothing a browser would run."""
    if found.is_held:
        raise RuleBroken("file_held", "The scanner has not checked this file yet.")
    audit(
        "download.attachment", by=request.user, object_kind="attachment", object_ref=found.pk,
        detail={"appeal": found.appeal_id, "token": request.auth.prefix},
    )  # fmt: skip
    response = FileResponse(
        found.file.open("rb"), as_attachment=True, filename=found.name,
        content_type="application/octet-stream",
    )  # fmt: skip
    response["X-Content-Type-Options"] = "nosniff"
    patch_cache_control(response, private=True, no_store=True)
    return response
