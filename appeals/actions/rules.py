"""The next version of a term rule: it holds from a day on, the one before ends the day before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from appeals.models import TermRule
from callcenter.errors import RuleBroken
from people.actions.settings import add_setting, change_setting
from people.models import User

ONE_DAY = dt.timedelta(days=1)


def next_rule(
    rule: TermRule, *, by: User, values: Mapping[str, object], state: str = ""
) -> TermRule:
    """Put a rule in the place of another from a day on. Correcting on the very day it began, or
    only its source, certainty or notes, changes the row itself: no term was counted otherwise."""
    valid_from = values["valid_from"]
    assert isinstance(valid_from, dt.date)
    counted = ("quantity", "unit", "extension_quantity", "max_extensions")
    same = all(values[name] == getattr(rule, name) for name in counted)
    if same or valid_from == rule.valid_from:
        kept = {name: value for name, value in values.items() if name != "valid_from"}
        return change_setting(rule, by=by, values=kept, state=state)
    if valid_from <= rule.valid_from:
        raise RuleBroken(
            "rule_too_early",
            _("The rule it replaces holds from %(date)s. Choose a later day.")
            % {"date": f"{rule.valid_from:%d.%m.%Y}"},
            field="valid_from",
        )
    if rule.valid_to is not None:
        raise RuleBroken("rule_ended", _("This rule was replaced already. Open the one in force."))
    with transaction.atomic():
        change_setting(rule, by=by, values={"valid_to": valid_from - ONE_DAY}, state=state)
        base = rule.code.split("--")[0]
        return add_setting(
            TermRule(
                code=f"{base}--{valid_from:%Y%m%d}", kind=rule.kind, inquiry_sort=rule.inquiry_sort,
                needs_study=rule.needs_study, step=rule.step, **values,
            ),
            by=by,
        )  # fmt: skip
