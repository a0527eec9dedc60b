"""Whom the caller acts as."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from people.api.fields import Coded
from people.api.views import ApiView
from people.models import ApiToken
from people.standing import standing_of


class MeOut(serializers.Serializer):
    """The token and the rights it has today."""

    token = serializers.CharField(source="prefix", help_text="The beginning of the token.")
    name = serializers.CharField()
    scopes = serializers.ListField(child=serializers.CharField())
    user = serializers.CharField(source="user.name")
    roles = serializers.SerializerMethodField()
    structure = Coded(allow_null=True)
    expires_at = serializers.DateTimeField()

    def get_roles(self, token: ApiToken) -> list[str]:
        return sorted(standing_of(token.user).roles)


class Me(ApiView):
    """The token that calls."""

    tag = "token"

    @extend_schema(
        operation_id="me",
        summary="The token that calls, and what it may do",
        responses=MeOut,
        examples=[
            OpenApiExample(
                "Token of a structure",
                value={
                    "token": "mur_1f9a0c3e",
                    "name": "Document system of the State Tax Service",
                    "scopes": ["referrals.read", "referrals.write"],
                    "user": "Cəfərova Günel",
                    "roles": ["structure_user"],
                    "structure": {"id": 12, "code": "dvx", "name": "Dövlət Vergi Xidməti"},
                    "expires_at": "2027-05-24T00:00:00+04:00",
                },
            )
        ],
    )
    def get(self, request: Request) -> Response:
        return Response(MeOut(request.auth).data)
