"""Every step of the lifecycle that has a form on the page, through that form and its verb."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.db import models
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from appeals.access import DESK
from appeals.api import examples
from appeals.api.inputs import serializer_of
from appeals.api.outputs import StateOut
from appeals.api.views import one
from appeals.forms import STEP_FORMS, StepForm
from appeals.lifecycle import ACTIONS, Action
from appeals.models import Appeal
from people.api.views import ApiView

#: What is left out of a correction stays as it is.
PARTIAL = frozenset({Action.CORRECT})


class StepView(ApiView):
    """One step. `version` may be left out; with it, a colleague's save in between is noticed."""

    tag = "steps"
    reads, writes = "appeals.read", "appeals.write"
    roles = DESK
    action: ClassVar[Action]
    form: ClassVar[type[StepForm]]
    sent: ClassVar[type[serializers.Serializer]]

    def taken(self, request: Request, pk: int) -> Response:
        found = one(request.user, pk=pk)
        body = self.sent(data=request.data)
        body.is_valid(raise_exception=True)
        form = filled(self.form, body.validated_data, appeal=found, user=request.user)
        if not form.is_valid():
            raise ValidationError(form_errors(form))
        form.run()
        fresh = Appeal.objects.defer("searched", "search").get(pk=found.pk)
        return Response(StateOut(fresh, context={"request": request}).data)


def filled(form: type[StepForm], sent: Mapping[str, Any], **about: Any) -> StepForm:
    """The page's form with what was sent; what was not, as the page would have shown it."""
    empty = form(**about)
    data: dict[str, Any] = {}
    for name, field in empty.fields.items():
        value = sent[name] if name in sent else empty.get_initial_for_field(field, name)
        if isinstance(value, models.Model):
            value = value.pk
        if isinstance(field, forms.BooleanField):
            value = "on" if value else None
        if value is not None:
            data[name] = value
    return form(data, **about)


def form_errors(form: forms.Form) -> dict[str, list[ErrorDetail]]:
    """A form's errors as the API's."""
    return {
        name if name != "__all__" else "non_field_errors": [
            ErrorDetail(one["message"], code=one["code"] or "invalid") for one in errors
        ]
        for name, errors in form.errors.get_json_data().items()
    }


def step_view(action: Action, form: type[StepForm]) -> type[StepView]:
    """The view of one step, described by its own form."""
    name = "".join(part.title() for part in str(action).split("_"))
    sent = serializer_of(form, name, partial=action in PARTIAL)

    @extend_schema(
        operation_id=f"steps_{action}",
        summary=str(ACTIONS[action].label),
        description=StepView.__doc__,
        request=sent,
        responses=StateOut,
        examples=[*examples.STEPS.get(str(action), ()), examples.STATE],
    )
    def post(self: StepView, request: Request, pk: int) -> Response:
        return self.taken(request, pk)

    own = {"action": action, "form": form, "sent": sent, "post": post}
    return type(f"{name}Step", (StepView,), own)


STEPS: dict[Action, type[StepView]] = {
    action: step_view(action, form) for action, form in STEP_FORMS.items()
}
