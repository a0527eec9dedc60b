"""What an administrator keeps, as lists and forms of one kind; a layer above adds its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from appeals.forms.dictionaries import (
    GroundForm,
    LegalNumberForm,
    NoticeTemplateForm,
    OutcomeForm,
    RowForm,
    TermRuleForm,
)
from appeals.models import Ground, NoticeTemplate, Outcome, TermRule
from appeals.wording import amount_words
from people.models import LegalNumber

Words = str | Promise
GROUPS: dict[str, Words] = {
    "repeat": _("Repeats and duplicates"),
    "recording": _("Recordings"),
    "quality": _("Quality"),
    "reminder": _("Reminders"),
    "desk": _("Lists"),
    "internal": _("Internal terms"),
    "call": _("Calls"),
    "calendar": _("Working hours"),
    "number": _("Numbers of appeals"),
    "attachment": _("Files"),
    "retention": _("Retention"),
    "notice": _("Notices"),
    "report": _("Reports"),
    "people": _("People"),
    "reception": _("Reception"),
    "reference": _("For reference"),
}


@dataclass(frozen=True)
class Dictionary:
    """One list: its rows, what its columns show, the form of a row, how rows are grouped."""

    slug: str
    title: Words
    hint: Words
    model: type[models.Model]
    form: type[RowForm]
    columns: tuple[tuple[Words, Callable[[Any], object]], ...]
    group_of: Callable[[Any], Words]
    ordering: tuple[str, ...]
    may_add: bool = False
    name_of: Callable[[Any], object] = str
    related: tuple[str, ...] = ()

    def rows(self) -> Iterable[Any]:
        rows = self.model._base_manager.order_by(*self.ordering)
        return rows.select_related(*self.related) if self.related else rows


def _term(rule: TermRule) -> str:
    return rule.amount


def _extension(rule: TermRule) -> str:
    return f"{rule.extension_quantity} × {rule.max_extensions}" if rule.max_extensions else ""


def _rule_name(rule: TermRule) -> Words:
    sort = f" · {rule.get_inquiry_sort_display()}" if rule.inquiry_sort else ""
    study = format_lazy(" · {study}", study=_("needs extra study")) if rule.needs_study else ""
    return format_lazy("{step}{sort}{study}", step=rule.get_step_display(), sort=sort, study=study)


DICTIONARIES = {
    each.slug: each
    for each in (
        Dictionary(
            "numbers", _("Numbers of the law"),
            _("Limits, targets, masks and retention with their source; what is not confirmed is marked"),
            LegalNumber, LegalNumberForm,
            (
                (_("Value"), lambda row: amount_words(row.value, row.unit)),
                (_("Source"), lambda row: row.source),
            ),
            lambda row: GROUPS.get(row.group, row.group), ("group", "code"),
            name_of=lambda row: row.label,
        ),
        Dictionary(
            "terms", _("Term rules"),
            _("How long the law gives, by kind and step; a change holds from a day on"),
            TermRule, TermRuleForm,
            (
                (_("Term"), _term),
                (_("Extension, working days"), _extension),
                (_("From"), lambda row: row.valid_from),
                (_("To"), lambda row: row.valid_to),
                (_("Source"), lambda row: row.source),
            ),
            lambda row: row.get_kind_display(), ("kind", "step", "inquiry_sort", "needs_study", "-valid_from"),
            name_of=_rule_name,
        ),
        Dictionary(
            "grounds", _("Grounds"),
            _("Legal grounds for leaving an appeal without consideration"),
            Ground, GroundForm,
            ((_("Article"), lambda row: row.article), (_("Code"), lambda row: row.code)),
            lambda row: "", ("order", "id"), may_add=True,
        ),
        Dictionary(
            "outcomes", _("Outcomes"), _("How an appeal ends"),
            Outcome, OutcomeForm,
            (
                (_("Code"), lambda row: row.code),
                (_("The demand was met"), lambda row: row.is_satisfied),
                (_("Offered when closing"), lambda row: row.is_chosen_by_hand),
            ),
            lambda row: "", ("order", "id"), may_add=True,
        ),
        Dictionary(
            "notices", _("Wording of notices"),
            _("What applicants read and hear, by reason and channel, in three languages"),
            NoticeTemplate, NoticeTemplateForm,
            ((_("Text"), lambda row: row.text_az[:90]),),
            lambda row: row.get_reason_display(), ("reason", "channel"),
            name_of=lambda row: row.get_channel_display(),
        ),
    )
}  # fmt: skip
