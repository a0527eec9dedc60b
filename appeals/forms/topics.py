"""Choosing a topic by a few letters, and the questions a topic asks."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import get_language
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

    topics: QuerySet[Topic] | None = None

    def optgroups(
        self, name: str, value: list[str], attrs: dict[str, Any] | None = None
    ) -> list[Any]:
        """One query of plain rows; the way to each topic is made of the same rows."""
        rows = _rows(self.topics if self.topics is not None else Topic.objects.none())
        names = {path: label for _pk, path, label, _keywords in rows}
        options = [self.create_option(name, "", "", not any(value), 0)]
        for index, (pk, path, label, keywords) in enumerate(rows, 1):
            option = self.create_option(name, pk, label, str(pk) in value, index)
            option["attrs"]["data-hint"] = hint_of(path, keywords, names)
            options.append(option)
        return [(None, options, 0)]


class TopicField(forms.ModelChoiceField):
    """A topic in force; one that was retired meanwhile is named as such."""

    widget = TopicSelect
    default_error_messages = {
        "invalid_choice": _("This topic is no longer used. Choose another; the text stays.")
    }

    def use(self, topics: QuerySet[Topic]) -> None:
        """Offer these topics, asked when the list is drawn."""
        self.queryset = topics
        self.widget.topics = topics


def _rows(topics: QuerySet[Topic]) -> list[tuple[int, str, str, str]]:
    language = (get_language() or "az")[:2]
    found = topics.values_list("pk", "path", f"name_{language}", "name_az", "keywords")
    return [(pk, path, name or name_az, words) for pk, path, name, name_az, words in found]


def hint_of(path: str, keywords: str, names: dict[str, str]) -> str:
    """ "Vergi › Uçot · VÖEN, vergi nömrəsi": the way to a topic and how people call it."""
    parts = path.strip("/").split("/")[:-1]
    ways = ["/" + "/".join(parts[: depth + 1]) + "/" for depth in range(len(parts))]
    way = " › ".join(names[each] for each in ways if each in names)
    return " · ".join(part for part in (way, keywords) if part)


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
