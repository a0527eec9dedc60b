"""How structures keep their terms, the best first."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q
from django.utils.translation import gettext as _

from people.models import Structure
from reports.blocks.base import Context
from reports.document import Block, ChartBlock, Heading, TableBlock
from reports.figures import Median
from reports.periods import Period
from reports.tables import Chart, Column, Kind, Series, Table
from routing.lifecycle import RStatus
from routing.models import ASKED_ONLY, Referral, ReferralKind

#: What a structure owes the applicant, not the sector.
OWED = [kind for kind in ReferralKind.values if kind not in ASKED_ONLY]


def block(context: Context) -> list[Block]:
    table = discipline_table(context.period)
    if not table.rows:
        return []
    heading = Heading(_("Discipline of structures"), 2)
    ranked = [row for row in table.rows if row[5] is not None][:15]
    if len(ranked) < 2:
        return [heading, TableBlock(table)]
    chart = Chart(
        code="discipline-bars",
        title=_("Answered in time, %"),
        kind="bar",
        labels=[str(row[1]) for row in ranked],
        series=[Series(_("Answered in time, %"), [row[5] for row in ranked])],
        value_kind=Kind.SHARE,
        scale_to=100,
    )
    return [heading, ChartBlock(chart, table.code), TableBlock(table)]


def discipline_table(period: Period) -> Table:
    """Referrals sent to and answered by each structure in the period, ranked by the share in time;
    equal shares by fewer overdue, then by more answers."""
    sent = Q(sent_at__gte=period.start, sent_at__lt=period.end)
    answered = Q(answered_at__gte=period.start, answered_at__lt=period.end)
    still = Q(answered_at__isnull=True, finished_at__isnull=True)
    later = Q(answered_at__gte=period.end) | Q(
        answered_at__isnull=True, finished_at__gte=period.end
    )
    late_open = Q(sent_at__lt=period.end, due_at__lt=period.end) & (still | later)
    took = ExpressionWrapper(F("answered_at") - F("sent_at"), output_field=DurationField())
    found = (
        Referral.objects.filter(sent | answered | late_open, kind__in=OWED)
        .order_by()
        .values("structure_id")
        .annotate(
            sent=Count("id", filter=sent),
            answered=Count("id", filter=answered),
            timed=Count("id", filter=answered & Q(due_at__isnull=False)),
            late=Count("id", filter=answered & Q(is_late=True)),
            returned=Count("id", filter=sent & Q(status=RStatus.RETURNED)),
            reworked=Count("id", filter=answered & Q(rework_count__gt=0)),
            overdue=Count("id", filter=late_open),
            median=Median(took, filter=answered),
        )
    )
    names = _names()
    ranked = sorted(
        ((_share(row["timed"], row["late"]), row) for row in found),
        key=lambda pair: (
            pair[0] is None,
            -(pair[0] or 0),
            pair[1]["overdue"],
            -pair[1]["answered"],
            names[pair[1]["structure_id"]],
        ),
    )
    return Table(
        code="discipline",
        title=_("Discipline of structures"),
        columns=[
            Column("place", _("Place"), Kind.INTEGER),
            Column("structure", _("Structure")),
            Column("sent", _("Referred"), Kind.INTEGER),
            Column("answered", _("Answered"), Kind.INTEGER),
            Column("late", _("Answered late"), Kind.INTEGER),
            Column("share", _("In time, %"), Kind.DECIMAL, places=1),
            Column("median", _("Median days"), Kind.DECIMAL, places=1),
            Column("returned", _("Returned"), Kind.INTEGER),
            Column("reworked", _("Reworked"), Kind.INTEGER),
            Column("overdue", _("Overdue at the end"), Kind.INTEGER),
        ],
        rows=[
            [
                at if share is not None else None,
                names[row["structure_id"]],
                row["sent"],
                row["answered"],
                row["late"],
                share,
                _days(row["median"]),
                row["returned"],
                row["reworked"],
                row["overdue"],
            ]
            for at, (share, row) in enumerate(ranked, start=1)
        ],
        definition=_(
            "Referrals for execution and forwarding. Ranked by the share answered not later than "
            "their own term among those answered in the period; structures without an answered "
            "referral with a term have no place."
        ),
    )


def _share(timed: int, late: int) -> Decimal | None:
    return round(Decimal(100 * (timed - late)) / timed, 1) if timed else None


def _days(median: dt.timedelta | None) -> Decimal | None:
    return round(Decimal(median.total_seconds()) / 86400, 1) if median is not None else None


def _names() -> dict[int, str]:
    return {
        row.pk: row.short_name
        for row in Structure.objects.only(
            "short_az", "short_en", "short_ru", "name_az", "name_en", "name_ru"
        )
    }
