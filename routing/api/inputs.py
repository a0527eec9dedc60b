"""What a structure's system sends with each step."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers

from people.api.fields import CodeField
from people.models import Structure, User
from routing.actions.answering import LONGEST_ANSWER
from routing.actions.ended import ended_words
from routing.kinds import ReturnGround
from routing.terms import LONGEST_DAYS

LONGEST_REASON = 5000
LARGEST_KEY = 2**63 - 1


class StepIn(serializers.Serializer):
    """`version` may be left out; with it, a colleague's save in between is noticed."""

    version = serializers.IntegerField(
        required=False, min_value=1, max_value=2**31 - 1, help_text="As it was read."
    )


class ReferralExecutorIn(StepIn):
    """Who executes."""

    executor = serializers.IntegerField(
        min_value=1, max_value=LARGEST_KEY, help_text="One of `referrals/executors/`."
    )

    def validate_executor(self, key: int) -> User:
        found = User.objects.filter(pk=key, placements__structure=self.context["structure"]).first()
        if found is None:
            raise serializers.ValidationError(
                _("There is no such person in this structure."), code="does_not_exist"
            )
        return found


class ReferralAcceptIn(ReferralExecutorIn):
    """Who executes; the token's owner where nobody is named."""

    executor = serializers.IntegerField(
        min_value=1, max_value=LARGEST_KEY, required=False,
        help_text="One of `referrals/executors/`; the token's owner where nobody is named.",
    )  # fmt: skip


class ReferralReturnIn(StepIn):
    """Why it comes back; "not_ours" names whose it is."""

    reason = serializers.CharField(max_length=LONGEST_REASON)
    ground = serializers.ChoiceField(ReturnGround.choices, required=False)
    belongs_to = CodeField(
        queryset=Structure.objects.select_related("successor"), required=False, allow_null=True,
        help_text="Code of the structure; needed with “not_ours”.",
    )  # fmt: skip

    def validate_belongs_to(self, given: Structure | None) -> Structure | None:
        today = timezone.localdate()
        if given is not None and given.valid_to is not None and given.valid_to < today:
            raise serializers.ValidationError(ended_words(given), code="structure_ended")
        return given


class ReferralExtensionIn(StepIn):
    """How much longer, and why."""

    days = serializers.IntegerField(
        min_value=1, max_value=LONGEST_DAYS, help_text="Working days more."
    )
    reason = serializers.CharField(max_length=LONGEST_REASON)


class ReferralDraftIn(StepIn):
    """The answer, for the structure's head to approve."""

    text = serializers.CharField(max_length=LONGEST_ANSWER)


class ReferralAnswerIn(ReferralDraftIn):
    """The structure's word."""

    without_parts = serializers.BooleanField(
        required=False, help_text="Answer without waiting for the co-executors."
    )


class AnswerFileIn(serializers.Serializer):
    """A file of the answer."""

    file = serializers.FileField(max_length=None)


def values_of(form: serializers.Serializer) -> dict[str, Any]:
    """What the verb is given."""
    return dict(form.validated_data)
