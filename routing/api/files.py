"""Files of a referral: those shared with the structure, and those of its answer."""

from __future__ import annotations

import uuid

from django.db.models import Q
from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from appeals.actions.attachments import MEGABYTE, largest_megabytes
from appeals.api.views import AROUND_A_FILE, handed_out
from appeals.models import Attachment
from callcenter.errors import NotAllowed
from routing import actions
from routing.api.base import StructureView, one
from routing.api.inputs import AnswerFileIn
from routing.api.outputs import ReferralFileOut


class Files(StructureView):
    """One more file of the answer."""

    needs_key = True
    parser_classes = [MultiPartParser]

    @property
    def largest(self) -> int:  # type: ignore[override]  # a number an administrator keeps
        return largest_megabytes() * MEGABYTE + AROUND_A_FILE

    @extend_schema(
        operation_id="referrals_files_add",
        summary="Add a file to the answer",
        description="Before the answer is sent; it goes out with the answer.",
        request=AnswerFileIn,
        responses={201: ReferralFileOut},
    )
    def post(self, request: Request, pk: int) -> Response:
        found = one(request, pk)
        form = AnswerFileIn(data=request.data)
        form.is_valid(raise_exception=True)
        file = actions.attach_to_answer(
            found.pk, by=request.user, upload=form.validated_data["file"]
        )
        context = {"request": request, "referral": found.pk}
        return Response(ReferralFileOut(file, context=context).data, status=201)


class File(StructureView):
    """A file handed out; every look is written down."""

    @extend_schema(
        operation_id="referrals_files_read",
        summary="The file itself",
        responses={
            (200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY, "The file.")
        },
    )
    def get(self, request: Request, pk: int, client_id: uuid.UUID) -> HttpResponseBase:
        found = one(request, pk)
        file = (
            Attachment.objects.visible_to(request.user)
            .filter(Q(referral_ref=found.pk) | Q(referral_ref__isnull=True))
            .filter(client_id=client_id, appeal_id=found.appeal_id)
            .first()
        )
        if file is None:
            raise NotAllowed()
        return handed_out(request, file)
