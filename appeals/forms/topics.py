"""Choosing a topic by a few letters, and the questions a topic asks."""

from __future__ import annotations

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appeals.models import Topic, TopicQuestion
from callcenter.forms import Combobox, DateField
from people.models.structure import localized

#: Field names of questions begin so.
PREFIX = "q_"
#: Longest answer to a question, characters.
LONGEST = 500


class TopicSelect(Combobox):
    """Topics with the way to them and the words people say: both are found while typing."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        topic = getattr(value, "instance", None)
        if topic is not None:
            option["attrs"]["data-hint"] = hint_of(topic, self.names)
        return option

    names: dict[str, str] = {}


class TopicField(forms.ModelChoiceField):
    """A topic in force; one that was retired meanwhile is named as such."""

    widget = TopicSelect
    default_error_messages = {
        "invalid_choice": _("This topic is no longer used. Choose another; the text stays.")
    }

    def use(self, topics: Iterable[Topic]) -> None:
        """Offer these topics; the way to each is made of the same rows."""
        self.queryset = topics
        names = {row.path: row.name for row in topics}
        self.widget.names = names


def hint_of(topic: Topic, names: dict[str, str]) -> str:
    """ "Vergi › Uçot · VÖEN, vergi nömrəsi": the way to a topic and how people call it."""
    parts = topic.path.strip("/").split("/")[:-1]
    ways = ["/" + "/".join(parts[: depth + 1]) + "/" for depth in range(len(parts))]
    way = " › ".join(names[each] for each in ways if each in names)
    return " · ".join(part for part in (way, topic.keywords) if part)


def question_fields(topic: Topic | None) -> dict[str, forms.Field]:
    """A field for each question of the topic, named by its code."""
    if topic is None:
        return {}
    rows = TopicQuestion.objects.filter(topic=topic).order_by("order", "id")
    return {f"{PREFIX}{row.code}": _field(row) for row in rows}


def _field(row: TopicQuestion) -> forms.Field:
    common: dict[str, Any] = {"label": row.label, "required": row.is_required}
    if row.kind == TopicQuestion.AnswerKind.CHOICE:
        # The Azerbaijani word is what is kept: reports count it whatever language was shown.
        choices = [(each.get("az", ""), localized_choice(each)) for each in row.choices]
        return forms.ChoiceField(choices=[("", "—"), *choices], **common)
    if row.kind == TopicQuestion.AnswerKind.YESNO:
        return forms.ChoiceField(choices=[("", "—"), ("yes", _("Yes")), ("no", _("No"))], **common)
    if row.kind == TopicQuestion.AnswerKind.NUMBER:
        return forms.DecimalField(
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            localize=True, **common,
        )  # fmt: skip
    if row.kind == TopicQuestion.AnswerKind.DATE:
        return DateField(**common)
    return forms.CharField(max_length=LONGEST, **common)


def localized_choice(choice: dict[str, str]) -> str:
    """A choice in the reader's language."""
    words = {f"name_{code}": choice.get(code, "") for code in ("az", "en", "ru")}
    return localized(SimpleNamespace(**words), "name")
