"""Applicants: found, read and added; masked unless revealed, and every reveal written down."""

from __future__ import annotations

import uuid

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from appeals import actions
from appeals.access import DESK, INSIDERS
from appeals.api import examples
from appeals.api.inputs import ApplicantIn, FindIn
from appeals.api.outputs import ApplicantOut
from appeals.models import Applicant
from appeals.policies import shows_personal
from appeals.search import find_applicants
from callcenter.errors import NotAllowed
from people.api.idempotency import key_of
from people.api.views import ApiView
from people.audit import audit
from people.models import User


def _one(user: User, pk: int) -> Applicant:
    found = Applicant.objects.visible_to(user).prefetch_related("contacts").filter(pk=pk).first()
    if found is None:
        raise NotAllowed()
    return found


class Applicants(ApiView):
    """A new applicant."""

    tag = "applicants"
    reads, writes = "applicants.read", "applicants.write"
    roles = DESK
    needs_key = True

    @extend_schema(
        operation_id="applicants_add",
        summary="Add an applicant",
        request=ApplicantIn,
        responses={201: ApplicantOut},
        examples=[examples.NEW_APPLICANT, examples.APPLICANT],
    )
    def post(self, request: Request) -> Response:
        form = ApplicantIn(data=request.data)
        form.is_valid(raise_exception=True)
        client_id = uuid.uuid5(uuid.NAMESPACE_OID, f"{request.auth.pk} {key_of(request)}")
        values = form.verb_values(form.validated_data)
        made = actions.save_applicant(by=request.user, client_id=client_id, **values)
        response = Response(
            ApplicantOut(_one(request.user, made.pk), context={"request": request}).data, status=201
        )
        response["Location"] = request.build_absolute_uri(reverse("api-applicant", args=[made.pk]))
        return response


class Find(ApiView):
    """Looked up by what a person is known by."""

    tag = "applicants"
    writes = "applicants.read"
    roles = INSIDERS
    keeps = False

    @extend_schema(
        operation_id="applicants_find",
        summary="Find applicants by telephone, FIN, VÖEN or name",
        description="At most 20. Asked in the body, so that no address holds a person.",
        request=FindIn,
        responses=ApplicantOut(many=True),
        examples=[examples.FIND, examples.APPLICANT],
    )
    def post(self, request: Request) -> Response:
        form = FindIn(data=request.data)
        form.is_valid(raise_exception=True)
        found = find_applicants(request.user, form.validated_data["q"])
        return Response(ApplicantOut(found, many=True, context={"request": request}).data)


class OneApplicant(ApiView):
    """One applicant."""

    tag = "applicants"
    reads = "applicants.read"
    roles = INSIDERS

    @extend_schema(
        operation_id="applicants_read",
        summary="One applicant",
        responses=ApplicantOut,
        examples=[examples.APPLICANT],
    )
    def get(self, request: Request, pk: int) -> Response:
        return Response(ApplicantOut(_one(request.user, pk), context={"request": request}).data)


class RevealApplicant(ApiView):
    """Numbers in full; the look is written down."""

    tag = "applicants"
    writes = "personal.read"
    roles = INSIDERS
    keeps = False

    @extend_schema(
        operation_id="applicants_reveal",
        summary="One applicant with numbers and addresses in full",
        request=None,
        responses=ApplicantOut,
    )
    def post(self, request: Request, pk: int) -> Response:
        found = _one(request.user, pk)
        if not shows_personal(request.user):
            raise NotAllowed()
        audit(
            "look.applicant", by=request.user, object_kind="applicant", object_ref=found.pk,
            detail={"token": request.auth.prefix},
        )  # fmt: skip
        return Response(ApplicantOut(found, context={"request": request, "is_full": True}).data)
