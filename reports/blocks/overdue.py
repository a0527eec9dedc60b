"""The open appeals whose term had passed at the end of the period, the longest overdue first."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appeals.models import Appeal
from appeals.querysets import AppealQuerySet
from reports.blocks.base import Context
from reports.document import Block, Heading, TableBlock
from reports.figures import names_of
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
    # Two statements, each served by its own index: still open, and ended after the period.
    rows: AppealQuerySet = Appeal.objects.filter(
        registered_at__lt=period.end,
        due_at__lt=period.end,
        merged_into__isnull=True,
        is_restricted=False,
    )
    fields = ("pk", "number", "kind", "topic_id", "responsible_id", "due_at")
    still = rows.filter(is_open=True).order_by("due_at", "id").values_list(*fields)[:LISTED]
    later = (
        rows.filter(Q(is_open=False), closed_at__gte=period.end)
        .order_by("due_at", "id")
        .values_list(*fields)[:LISTED]
    )
    found = sorted([*still, *later], key=lambda row: (row[5], row[0]))[:LISTED]
    topics, structures = names_of("topic"), names_of("responsible")
    end = timezone.localdate(period.end)
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
                Link(number, reverse("appeal", args=[number])),
                topics.get(topic) or _("Not named"),
                structures.get(structure) or _("Sector"),
                timezone.localdate(due),
                (end - timezone.localdate(due)).days,
            ]
            for _pk, number, _kind, topic, structure, due in found
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
