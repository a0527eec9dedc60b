"""Referring many appeals to one structure at once."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appeals.bulk import BulkVerb, Turn
from appeals.lifecycle import Action
from callcenter.forms import Combobox
from people.models import Structure
from routing import actions
from routing.forms.refer import ReferForm
from routing.models import ReferralKind


class ReferManyForm(forms.Form):
    """To whom, what for, by when; complaints about that structure are refused one by one."""

    structure = forms.ModelChoiceField(
        Structure.objects.none(), label=_("Structure"), widget=Combobox
    )
    kind = forms.ChoiceField(
        label=_("What for"), initial=ReferralKind.EXECUTION,
        choices=[each for each in ReferralKind.choices if each[0] != ReferralKind.JOINT],
    )  # fmt: skip
    days = ReferForm.base_fields["days"]
    question = ReferForm.base_fields["question"]
    shares_text = ReferForm.base_fields["shares_text"]
    shares_files = ReferForm.base_fields["shares_files"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["structure"].queryset = Structure.objects.current().order_by("path")


def _refer(turn: Turn, values: dict[str, Any]) -> None:
    actions.refer(
        turn.appeal_id, by=turn.by, version=turn.version,
        client_id=uuid.uuid5(turn.run.client_id, str(turn.appeal_id)), **values,
    )  # fmt: skip


REFER_MANY = BulkVerb("refer", Action.REFER, ReferManyForm, _refer)
