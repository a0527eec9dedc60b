"""Fields that several APIs share."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

LONGEST_CODE = 60


class Coded(serializers.Serializer):
    """A row of a dictionary: its key, its lasting code, its name in the caller's language."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()


class PersonOut(serializers.Serializer):
    """A colleague."""

    id = serializers.IntegerField()
    name = serializers.CharField()


@extend_schema_field({"type": "string", "maxLength": LONGEST_CODE, "pattern": "^[-a-zA-Z0-9_]+$"})
class CodeField(serializers.SlugRelatedField):
    """A row of a dictionary, named by its code."""

    default_error_messages = {"does_not_exist": _("There is no “{value}” here.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="code", **kwargs)

    def to_internal_value(self, data: object) -> models.Model:
        if not isinstance(data, str):
            self.fail("invalid")
        if len(data) > LONGEST_CODE:
            self.fail("does_not_exist", slug_name="code", value=data[:LONGEST_CODE])
        return super().to_internal_value(data)
