"""What an administrator types about structures and the people in them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import validate_slug
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appeals.models import Topic
from callcenter.forms import Combobox, DateField
from people.models import Position, Structure, User
from routing.directory.actions import FIELDS, state
from routing.directory.places import STRUCTURE_ROLES
from routing.directory.table import LONGEST


class TopicBranches(forms.ModelMultipleChoiceField):
    """Topics as their tree stands."""

    def label_from_instance(self, topic: Topic) -> str:
        return "\u2002" * 2 * (topic.path.count("/") - 2) + topic.name


class StructureForm(forms.ModelForm):
    """Everything known of a body; its end and its successor have a form of their own."""

    competence = TopicBranches(
        Topic.objects.order_by("path"), label=_("Answers for"), required=False, to_field_name="code",
        help_text=_("A topic covers its whole branch. Ctrl or Shift chooses several."),
        widget=forms.SelectMultiple(attrs={"size": 10}),
    )  # fmt: skip
    valid_from = DateField(label=_("Since"))
    read = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Structure
        fields = ("code", *FIELDS)
        labels = {"parent": _("Stands under"), "source": _("Act or source")}
        widgets = {
            "parent": Combobox,
            "opens_at": forms.TimeInput(format="%H:%M", attrs={"placeholder": "09:00"}),
            "closes_at": forms.TimeInput(format="%H:%M", attrs={"placeholder": "18:00"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Structure.objects.current().order_by("path")
        if self.instance.pk:
            rows = (rows | Structure.objects.filter(pk=self.instance.parent_id)).exclude(
                path__startswith=self.instance.path
            )
            self.fields["code"].disabled = True
            self.fields["read"].initial = state(self.instance)
            self.fields["competence"].initial = list(
                self.instance.competence.values_list("topic__code", flat=True)
            )
        else:
            self.initial.setdefault("valid_from", timezone.localdate())
        self.fields["parent"].queryset = rows
        self.fields["answers_within"].min_value = 1

    def _post_clean(self) -> None:
        """The verb checks and writes; the form fills no row."""

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in FIELDS}


class CloseForm(forms.Form):
    """The last day, who takes over, by which act."""

    last_day = DateField(label=_("Last day"))
    heir = forms.ModelChoiceField(
        Structure.objects.none(), label=_("Successor"), required=False, widget=Combobox,
        help_text=_("Gets its people, topics, the bodies under it and what it still owes."),
    )  # fmt: skip
    act = forms.CharField(label=_("By which act"), max_length=220, required=False)

    def __init__(self, *args: Any, structure: Structure, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"last_day": timezone.localdate()})
        super().__init__(*args, **kwargs)
        rows = Structure.objects.filter(valid_to__isnull=True).exclude(pk=structure.pk)
        self.fields["heir"].queryset = rows.order_by("path")


class SucceedForm(forms.Form):
    """A new name, a new body: from which day, and by which act."""

    first_day = DateField(label=_("First day of the successor"))
    code = forms.CharField(label=_("Code"), max_length=60, validators=[validate_slug])
    name_az = forms.CharField(label=_("Name (az)"), max_length=250)
    name_en = forms.CharField(label=_("Name (en)"), max_length=250, required=False)
    name_ru = forms.CharField(label=_("Name (ru)"), max_length=250, required=False)
    short_az = forms.CharField(label=_("Short name (az)"), max_length=80, required=False)
    short_en = forms.CharField(label=_("Short name (en)"), max_length=80, required=False)
    short_ru = forms.CharField(label=_("Short name (ru)"), max_length=80, required=False)
    act = forms.CharField(label=_("By which act"), max_length=220)

    def __init__(self, *args: Any, structure: Structure, **kwargs: Any) -> None:
        names = ("name_az", "name_en", "name_ru", "short_az", "short_en", "short_ru")
        kwargs.setdefault(
            "initial",
            {
                "first_day": timezone.localdate(),
                **{name: getattr(structure, name) for name in names},
            },
        )
        super().__init__(*args, **kwargs)

    def values(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        values = {name: given.pop(name) for name in list(given) if name[:5] in ("name_", "short")}
        return {"values": values, **given}


class PlaceForm(forms.Form):
    """Who works here, as what, from when until when."""

    user = forms.ModelChoiceField(User.objects.none(), label=_("Person"), widget=Combobox)
    position = forms.ChoiceField(label=_("Position"), choices=Position)
    valid_from = DateField(label=_("From"))
    valid_to = DateField(
        label=_("To"), required=False, help_text=_("A substitute stands in until a day.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"valid_from": timezone.localdate()})
        super().__init__(*args, **kwargs)
        rows = User.objects.filter(is_active=True, role__in=STRUCTURE_ROLES)
        self.fields["user"].queryset = rows.order_by("last_name", "first_name", "id")


class EndPlaceForm(forms.Form):
    """Somebody's last day."""

    last_day = DateField(label=_("Last day"))


class ImportForm(forms.Form):
    """A file to look at."""

    file = forms.FileField(label=_("CSV file"), help_text=_("As it is exported, UTF-8"))


class TakeOverForm(forms.Form):
    """What was looked at, sent back to be written."""

    text = forms.CharField(max_length=LONGEST, widget=forms.HiddenInput, strip=False)
    digest = forms.CharField(max_length=16, widget=forms.HiddenInput)


class FilterForm(forms.Form):
    """What of the directory is shown."""

    q = forms.CharField(label=_("Name or code"), max_length=100, required=False)
    ended = forms.BooleanField(label=_("Also those that ended"), required=False)
