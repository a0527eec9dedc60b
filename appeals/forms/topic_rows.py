"""The administrator's forms of topics and of the questions they ask."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from appeals.forms.dictionaries import RowForm
from appeals.models import Topic, TopicQuestion
from callcenter.forms import Combobox, DateField
from callcenter.text import az_fold
from people.actions.settings import add_setting, change_setting
from people.models import User

_PARTED = re.compile(r"\s*\|\s*")
LANGUAGES = ("az", "en", "ru")


class TopicForm(RowForm):
    """A topic is never deleted: it ends on a day, and the appeals about it stay as they are."""

    valid_from = DateField(label=_("From"))
    valid_to = DateField(label=_("To"), required=False)

    class Meta:
        model = Topic
        fields = (
            "code", "parent", "name_az", "name_en", "name_ru", "keywords", "is_outside",
            "valid_from", "valid_to",
        )  # fmt: skip
        labels = {"parent": _("Under which topic")}
        widgets = {"parent": Combobox, "keywords": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = Topic.objects.order_by("path")
        if self.instance.pk:
            # The lists of a branch are found by its path: a topic stays where it was made.
            self.fields["parent"].disabled = True

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        begin, end = values.get("valid_from"), values.get("valid_to")
        if begin and end and end < begin:
            self.add_error("valid_to", _("It ends before it begins."))
        return values

    def run(self, by: User) -> models.Model:
        values = {n: v for n, v in self.cleaned_data.items() if n != "state"}
        names = [values[f"name_{language}"] for language in LANGUAGES]
        folded = az_fold(" ".join([*names, values["keywords"]]))
        if self.instance.pk is None:
            above = values["parent"].path if values["parent"] else "/"
            self.instance.path = f"{above}{values['code']}/"
            self.instance.search_text = folded
            return add_setting(self.instance, by=by)
        kept = Topic.objects.get(pk=self.instance.pk)
        values |= {"search_text": folded}
        return change_setting(kept, by=by, values=values, state=self.cleaned_data["state"])


class ChoicesField(forms.CharField):
    """Choices one a line, in three languages: "hüquqi şəxs | legal person | юридическое лицо"."""

    widget = forms.Textarea(attrs={"rows": 4})

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return "\n".join(" | ".join(each.get(code, "") for code in LANGUAGES) for each in value)

    def clean(self, value: Any) -> list[dict[str, str]]:
        rows = [_PARTED.split(line.strip()) for line in super().clean(value).splitlines()]
        return [
            dict(zip(LANGUAGES, [*row, "", ""][: len(LANGUAGES)], strict=True))
            for row in rows
            if row[0]
        ]


class QuestionForm(RowForm):
    """What the operator asks when the topic is chosen; answers given before stay as they were."""

    choices = ChoicesField(
        label=_("Choices"), required=False,
        help_text=_("One a line: Azerbaijani | English | Russian"),
    )  # fmt: skip

    class Meta:
        model = TopicQuestion
        fields = (
            "topic", "code", "label_az", "label_en", "label_ru", "kind", "choices", "is_required",
            "order",
        )  # fmt: skip
        widgets = {"topic": Combobox}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topic"].queryset = Topic.objects.order_by("path")
        if self.instance.pk:
            self.fields["topic"].disabled = True

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        wants = values.get("kind") == TopicQuestion.AnswerKind.CHOICE
        if wants and not values.get("choices"):
            self.add_error("choices", _("Write what can be chosen, one a line."))
        return values
