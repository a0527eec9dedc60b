"""Choices that may have gone while the form was open: what went is said by name."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from callcenter.forms import Combobox
from people.models import Structure, User
from routing.actions.ended import ended_words


def _row(model: type[Any], value: object) -> Any:
    text = str(value)
    is_key = text.isascii() and text.isdigit() and len(text) <= 18
    return model.objects.filter(pk=int(text)).first() if is_key else None


class StructureSelect(Combobox):
    """Beside each structure when it works, its telephone and its own term: whom to ask while the
    caller waits."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        row = getattr(value, "instance", None)
        hint = hint_of(row) if row is not None else ""
        if hint:
            option["attrs"]["data-hint"] = hint
        return option


def hint_of(row: Structure) -> str:
    """Hours, telephone, own term; what is not known is left out."""
    hours = f"{row.opens_at:%H:%M}–{row.closes_at:%H:%M}" if row.opens_at and row.closes_at else ""
    days = row.answers_within
    term = ngettext("%(n)d working day", "%(n)d working days", days) % {"n": days} if days else ""
    return " · ".join(part for part in (hours, row.phone, term) if part)


class StructureChoice(forms.ModelChoiceField):
    """One structure; one that ended meanwhile names its successor."""

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except forms.ValidationError as invalid:
            gone = _row(Structure, value)
            if gone is None or gone.valid_to is None:
                raise
            raise forms.ValidationError(ended_words(gone), code="structure_ended") from invalid


class StructureChoices(forms.ModelMultipleChoiceField):
    """Several structures, told in the same way."""

    def _check_values(self, value: Any) -> Any:
        try:
            return super()._check_values(value)
        except forms.ValidationError as invalid:
            for each in value:
                gone = _row(Structure, each)
                if gone is not None and gone.valid_to is not None:
                    raise forms.ValidationError(
                        ended_words(gone), code="structure_ended"
                    ) from invalid
            raise


class ColleagueChoice(forms.ModelChoiceField):
    """A person of the structure; who left meanwhile is said by name."""

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except forms.ValidationError as invalid:
            gone = _row(User, value)
            if gone is None or not gone.placements.exists():
                raise
            raise forms.ValidationError(
                _("%(name)s no longer works in this structure. Choose another.")
                % {"name": gone.name},
                code="user_left",
            ) from invalid
