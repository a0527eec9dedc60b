"""Sentences written from the figures, and the places for what the head writes."""

from __future__ import annotations

from django.utils.translation import gettext as _

from reports.blocks.base import Context
from reports.document import Block, Commentary, Heading, Sentences
from reports.wording import wording
from reports.wording.facts import Compared, Summary


def summary(context: Context) -> list[Block]:
    """The paragraph management reads first."""
    now, previous, year_ago = context.totals, context.previous, context.year_ago
    facts = Summary(
        period=context.period,
        received=Compared(
            now.received,
            previous.received if previous else None,
            year_ago.received if year_ago else None,
        ),
        kinds={
            "proposal": now.proposals,
            "application": now.applications,
            "complaint": now.complaints,
            "inquiry": now.inquiries,
            "question": now.questions,
        },
        repeats=now.repeats,
        answered_at_once=now.answered_at_once,
        referred=now.referred,
        ended=now.ended,
        ended_late=now.ended_late,
        overdue=now.overdue,
        on_time_share=now.on_time_share,
        on_time_before=previous.on_time_share if previous else None,
        median_days=now.median_days,
    )
    return [Heading(_("Summary")), Sentences(wording().summary(facts))]


def commentary(context: Context) -> list[Block]:
    return [Commentary("", title=_("Commentary"), code="commentary")]


def proposals(context: Context) -> list[Block]:
    return [Commentary("", title=_("Proposals"), code="proposals")]
