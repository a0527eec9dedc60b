"""The open appeals whose term had passed at the end of the period, the longest overdue first."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appeals.models import Appeal
from reports.blocks.base import Context
from reports.document import Block, Heading, TableBlock
from reports.figures import names_of, overdue_at_end
from reports.figures.rows import moment
from reports.periods import Period
from reports.tables import Column, Kind, Link, Table

#: Rows of the list; more are counted below it.
LISTED = 50


def block(context: Context) -> list[Block]:
    if not context.totals.overdue:
        return []
    table = overdue_table(context.period, context.totals.overdue)
    return [Heading(table.title, 2), TableBlock(table)]


def overdue_table(period: Period, total: int) -> Table:
    """Numbers, topics and structures; whose visibility is restricted is only counted."""
    known = [
        row
        for rows in overdue_at_end(period)
        for row in rows.filter(is_restricted=False)
        .order_by("overdue_from", "appeal_id")
        .values_list("overdue_from", "appeal_id")[:LISTED]
    ]
    found = sorted(known)[:LISTED]
    appeals = Appeal.objects.only("number", "topic_id", "responsible_id").in_bulk(
        [pk for _due, pk in found]
    )
    topics, structures = names_of("topic"), names_of("responsible")
    end = moment(period).day + dt.timedelta(days=1)
    more = total - len(found)
    return Table(
        code="overdue",
        title=_("Overdue appeals"),
        columns=[
            Column("number", _("Appeal"), Kind.LINK),
            Column("topic", _("Topic")),
            Column("structure", _("Structure")),
            Column("due", _("Term"), Kind.DATE),
            Column("days", _("Days overdue"), Kind.INTEGER),
        ],
        rows=[
            [
                Link(appeals[pk].number, reverse("appeal", args=[appeals[pk].number])),
                topics.get(appeals[pk].topic_id) or _("Not named"),
                structures.get(appeals[pk].responsible_id) or _("Sector"),
                due,
                (end - due).days,
            ]
            for due, pk in found
        ],
        note=ngettext("%(n)d more is not listed here.", "%(n)d more are not listed here.", more)
        % {"n": more}
        if more > 0
        else "",
        definition=_(
            "Open at the end of the period with a term that had passed; calendar days to the end. "
            "At most %(listed)d are listed; those of restricted visibility are only counted."
        )
        % {"listed": LISTED},
    )
