"""What applicants were told of an appeal, and what is done where it did not arrive; the code of the
public page."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from appeals import actions
from appeals.access import DESK, INSIDERS
from appeals.actions.notices import ways_of
from appeals.api import examples
from appeals.api.views import one
from appeals.kinds import NoticeChannel, NoticeReason, NoticeState
from appeals.models import Notice
from appeals.policies import may_be_told
from callcenter.errors import NotAllowed
from people.api.views import ApiView
from people.audit import audit


class NoticeOut(serializers.Serializer):
    """One notice: why, by which way, how far it came, and the ways it may be sent again."""

    id = serializers.IntegerField()
    reason = serializers.ChoiceField(NoticeReason.choices)
    channel = serializers.ChoiceField(NoticeChannel.choices)
    state = serializers.ChoiceField(NoticeState.choices)
    owed_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
    delivered_at = serializers.DateTimeField(allow_null=True)
    waits_for_a_person = serializers.BooleanField(
        help_text="It did not arrive, or only a call can bring it, and nobody has dealt with that."
    )
    ways = serializers.SerializerMethodField(help_text="Channels it may be sent by again.")

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_ways(self, notice: Notice) -> list[str]:
        return self.context["ways"] if notice.waits_for_a_person else []


class AgainIn(serializers.Serializer):
    """The way to take now."""

    channel = serializers.ChoiceField(NoticeChannel.choices)


def _told(notices: Any, **more: Any) -> Any:
    appeal = notices[0].appeal if isinstance(notices, list) and notices else None
    appeal = appeal or getattr(notices, "appeal", None)
    open_ways = ways_of(appeal) if appeal is not None else []
    ways = [way.channel for way in open_ways if way.channel != NoticeChannel.PHONE]
    return NoticeOut(notices, context={"ways": list(dict.fromkeys(ways))}, **more).data


class Notices(ApiView):
    """Every notice of an appeal; what it says and to whom is not told."""

    tag = "notices"
    reads = "appeals.read"
    roles = INSIDERS

    @extend_schema(
        operation_id="notices_of_appeal", summary="The notices of an appeal",
        responses=NoticeOut(many=True), examples=[examples.NOTICE],
    )  # fmt: skip
    def get(self, request: Request, pk: int) -> Response:
        found = one(request.user, pk=pk)
        rows = Notice.objects.visible_to(request.user).filter(appeal=found)
        rows = rows.select_related("appeal__applicant").order_by("owed_at", "id")
        return Response(
            _told(list(rows.defer("text", "appeal__searched", "appeal__search")), many=True)
        )


class _OneNotice(ApiView):
    """What is done with a notice that did not arrive."""

    tag = "notices"
    reads, writes = "appeals.read", "appeals.write"
    roles = DESK


class Again(_OneNotice):
    """Send it once more, another way if need be; it is a notice of its own."""

    @extend_schema(
        operation_id="notices_again", summary="Send a notice again", request=AgainIn,
        responses=NoticeOut,
    )  # fmt: skip
    def post(self, request: Request, pk: int) -> Response:
        body = AgainIn(data=request.data)
        body.is_valid(raise_exception=True)
        made = actions.send_again(pk, by=request.user, channel=body.validated_data["channel"])
        return Response(_told(made))


class Told(_OneNotice):
    """The applicant was called and told."""

    @extend_schema(
        operation_id="notices_told", summary="Told by phone", request=None, responses=NoticeOut
    )
    def post(self, request: Request, pk: int) -> Response:
        return Response(_told(actions.tell_by_phone(pk, by=request.user)))


class CodeOut(serializers.Serializer):
    """With the number it opens the public page of the appeal's state."""

    number = serializers.CharField()
    code = serializers.CharField()


class Code(ApiView):
    """The code told to the applicant at registration; the look is written down."""

    tag = "appeals"
    writes = "personal.read"
    roles = DESK
    keeps = False

    @extend_schema(
        operation_id="appeals_code", summary="The code of the public page", request=None,
        responses=CodeOut, examples=[examples.CODE],
    )  # fmt: skip
    def post(self, request: Request, pk: int) -> Response:
        found = one(request.user, pk=pk)
        if not may_be_told(found):
            raise NotAllowed()
        audit(
            "look.state_code", by=request.user, object_kind="appeal", object_ref=found.pk,
            detail={"token": request.auth.prefix},
        )  # fmt: skip
        return Response(CodeOut({"number": found.number, "code": found.state_code}).data)
