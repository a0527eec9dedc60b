"""The structure's steps, through the verbs of its pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from callcenter.errors import NotAllowed
from routing import actions
from routing.api import examples, inputs
from routing.api.base import StructureView, one
from routing.api.outputs import ReferralState
from routing.lifecycle import RAction
from routing.models import Referral, ReferralKind
from routing.policies import reaches


class Step(StructureView):
    """One step; the answer says where the referral stands and what may follow."""

    def taken(
        self,
        request: Request,
        pk: int,
        sent: type[serializers.Serializer],
        verb: Callable[..., object],
    ) -> Response:
        found = one(request, pk)
        form = sent(data=request.data, context={"structure": found.structure_id})
        form.is_valid(raise_exception=True)
        verb(found.pk, by=request.user, **inputs.values_of(form))
        return self.told(request, pk)

    def told(self, request: Request, pk: int) -> Response:
        return Response(ReferralState(one(request, pk), context={"request": request}).data)


def described(
    code: str, summary: str, sent: type[serializers.Serializer] | None, description: str = ""
) -> Callable[..., Any]:
    """What every step's description shares."""
    return extend_schema(
        operation_id=f"referrals_{code}", summary=summary, description=description, request=sent,
        responses=ReferralState, examples=[*examples.STEPS.get(code, ()), examples.STATE],
    )  # fmt: skip


class Seen(Step):
    @described(
        "seen", "Somebody read it", None,
        "Told to the sector once. What was sent for information ends with it.",
    )  # fmt: skip
    def post(self, request: Request, pk: int) -> Response:
        actions.see(one(request, pk).pk, by=request.user)
        return self.told(request, pk)


class Accept(Step):
    @described("accept", "Accept", inputs.ReferralAcceptIn)
    def post(self, request: Request, pk: int) -> Response:
        return self.taken(request, pk, inputs.ReferralAcceptIn, actions.accept)


class Assign(Step):
    @described("assign", "Change the executor", inputs.ReferralExecutorIn)
    def post(self, request: Request, pk: int) -> Response:
        return self.taken(request, pk, inputs.ReferralExecutorIn, actions.assign)


class Return(Step):
    @described(
        "return", "Return with a reason", inputs.ReferralReturnIn,
        "Where it is not the structure's competence, it says whose it is.",
    )  # fmt: skip
    def post(self, request: Request, pk: int) -> Response:
        return self.taken(request, pk, inputs.ReferralReturnIn, actions.return_referral)


class Extension(Step):
    @described(
        "extension", "Ask for a longer term", inputs.ReferralExtensionIn, "The sector decides."
    )
    def post(self, request: Request, pk: int) -> Response:
        return self.taken(request, pk, inputs.ReferralExtensionIn, actions.ask_extension)


class Draft(Step):
    @described("draft", "Send the answer for approval", inputs.ReferralDraftIn)
    def post(self, request: Request, pk: int) -> Response:
        return self.taken(request, pk, inputs.ReferralDraftIn, actions.draft)


class Answer(Step):
    @described(
        "answer", "Answer", inputs.ReferralAnswerIn,
        "The structure's word: its head's token, or anybody's where only an opinion was asked. "
        "Files are added before.",
    )  # fmt: skip
    def post(self, request: Request, pk: int) -> Response:
        return self.taken(request, pk, inputs.ReferralAnswerIn, _answer)


def _answer(pk: int, *, by: Any, text: str, without_parts: bool = False, **more: Any) -> Referral:
    """An opinion is given by whoever knows it; everything else by the structure's head."""
    known = Referral.objects.visible_to(by).select_related("appeal").filter(pk=pk).first()
    if known is None:
        raise NotAllowed()
    is_opinion = known.kind == ReferralKind.CONSULTATION
    if is_opinion and not reaches(by, RAction.APPROVE, known):
        return actions.answer(pk, by=by, text=text, **more)
    return actions.approve(pk, by=by, text=text, without_parts=without_parts, **more)
