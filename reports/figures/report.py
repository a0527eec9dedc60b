"""The figures of the periodic report, each with its definition; what record-keeping demands
(law.md, section 4: total, proposals, applications, complaints, repeats, breach of the term)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from decimal import Decimal

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appeals.kinds import Channel, Kind, Language
from appeals.models import Appeal
from people.models.structure import localized
from reports.figures.registry import figure
from reports.figures.rows import condition, moment, parts
from reports.models import OpenFact
from reports.periods import Period
from reports.tables import Column, Table
from reports.tables import Kind as Value


class Median(Avg):
    """percentile_cont(0.5): the middle value, not pulled by a few long ones."""

    function = "percentile_cont"
    name = "Median"
    template = "percentile_cont(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"


@dataclass(frozen=True)
class Totals:
    """One period in numbers. A share or a median is None where there is nothing to divide."""

    received: int
    proposals: int
    applications: int
    complaints: int
    inquiries: int
    questions: int
    repeats: int
    answered_at_once: int
    referred: int
    ended: int
    ended_late: int
    left: int
    overdue: int
    on_time_share: Decimal | None
    median_days: Decimal | None


LABELS = {
    "received": gettext_lazy("Received"),
    "proposals": gettext_lazy("of these proposals"),
    "applications": gettext_lazy("of these applications"),
    "complaints": gettext_lazy("of these complaints"),
    "inquiries": gettext_lazy("of these inquiries"),
    "questions": gettext_lazy("of these questions"),
    "repeats": gettext_lazy("Repeat appeals"),
    "answered_at_once": gettext_lazy("Answered at once"),
    "referred": gettext_lazy("Referred to structures"),
    "ended": gettext_lazy("Ended in the period"),
    "ended_late": gettext_lazy("Ended after the term"),
    "left": gettext_lazy("Left without consideration"),
    "overdue": gettext_lazy("Open and overdue at the end of the period"),
    "on_time_share": gettext_lazy("Ended in time, %"),
    "median_days": gettext_lazy("Median days to the end (those not answered at once)"),
}


def received(period: Period) -> QuerySet[Appeal]:
    """Appeals registered in the period; merged ones count with the appeal they were merged into."""
    return Appeal.objects.filter(
        registered_at__gte=period.start, registered_at__lt=period.end, merged_into__isnull=True
    )


def ended(period: Period) -> QuerySet[Appeal]:
    """Appeals closed or left without consideration in the period."""
    return Appeal.objects.filter(
        closed_at__gte=period.start, closed_at__lt=period.end, merged_into__isnull=True
    )


def overdue_at_end(period: Period) -> list[QuerySet[OpenFact]]:
    """Open at the end of the last day under a term that had passed by then, in parts that share no
    row: what the dashboards' figure counts, also when a term was extended or an appeal ended since."""
    one, at = figure("backlog_overdue"), moment(period)
    return [rows.filter(condition(one, period, at)) for rows in parts(one, period, at)]


def totals(period: Period) -> Totals:
    """Three statements over the period's own rows."""
    came = received(period).aggregate(
        received=Count("id"),
        **{f"kind_{kind}": Count("id", filter=Q(kind=kind)) for kind in Kind.values},
        repeats=Count("id", filter=Q(repeat_of__isnull=False)),
        answered_at_once=Count("id", filter=Q(is_first_contact=True)),
        referred=Count("id", filter=Q(responsible__isnull=False)),
    )
    took = ExpressionWrapper(F("closed_at") - F("registered_at"), output_field=DurationField())
    went = ended(period).aggregate(
        ended=Count("id"),
        timed=Count("id", filter=Q(due_at__isnull=False)),
        late=Count("id", filter=Q(is_late=True)),
        left=Count("id", filter=Q(status="left")),
        median=Median(took, filter=Q(is_first_contact=False)),
    )
    overdue = sum(rows.count() for rows in overdue_at_end(period))
    timed, late, median = went["timed"], went["late"], went["median"]
    return Totals(
        received=came["received"],
        proposals=came["kind_proposal"],
        applications=came["kind_application"],
        complaints=came["kind_complaint"],
        inquiries=came["kind_inquiry"],
        questions=came["kind_question"],
        repeats=came["repeats"],
        answered_at_once=came["answered_at_once"],
        referred=came["referred"],
        ended=went["ended"],
        ended_late=late,
        left=went["left"],
        overdue=overdue,
        on_time_share=round(Decimal(100 * (timed - late)) / timed, 1) if timed else None,
        median_days=round(Decimal(median.total_seconds()) / 86400, 1) if median else None,
    )


def totals_table(period: Period) -> Table:
    """The period against the one before and the same a year ago."""
    now = totals(period)
    before = totals(period.previous())
    year_ago = totals(period.year_before())
    rows = []
    for name in (field.name for field in fields(Totals)):
        this, that, then = (getattr(one, name) for one in (now, before, year_ago))
        rows.append(
            [
                str(LABELS[name]),
                *(_exact(v) for v in (this, that, _less(this, that), then, _less(this, then))),
            ]
        )
    return Table(
        code="totals",
        title=_("Totals"),
        columns=[
            Column("figure", _("Figure")),
            Column("this", _("This period"), Value.DECIMAL, places=1),
            Column("previous", _("Previous period"), Value.DECIMAL, places=1),
            Column("change", _("Change"), Value.DECIMAL, places=1),
            Column("last_year", _("Same period last year"), Value.DECIMAL, places=1),
            Column("change_year", _("Change on the year"), Value.DECIMAL, places=1),
        ],
        rows=rows,
        definition=_(
            "Received: registered in the period. Ended: closed or left without consideration in "
            "the period. In time: ended not later than the due moment, of those with a term."
        ),
    )


def _exact(value: int | Decimal | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _less(this: int | Decimal | None, that: int | Decimal | None) -> Decimal | None:
    return None if this is None or that is None else Decimal(this) - Decimal(that)


def split_table(period: Period, code: str, title: str, by: str, names: dict[object, str]) -> Table:
    """Received in the period by one dimension, most first, with the share of the whole."""
    found = (
        received(period)
        .order_by()
        .values(by)
        .annotate(
            received=Count("id"),
            open=Count("id", filter=Q(is_open=True)),
            late=Count("id", filter=Q(is_late=True)),
        )
    )
    rows = sorted(found, key=lambda row: (-row["received"], str(names.get(row[by], ""))))
    total = sum(row["received"] for row in rows)
    return Table(
        code=code,
        title=title,
        columns=[
            Column("name", title),
            Column("received", _("Received"), Value.INTEGER),
            Column("share", _("Share, %"), Value.DECIMAL, places=1),
            Column("open", _("Still open"), Value.INTEGER),
            Column("late", _("Ended after the term"), Value.INTEGER),
        ],
        rows=[
            [
                names.get(row[by]) or _("Not named"),
                row["received"],
                round(Decimal(100 * row["received"]) / total, 1),
                row["open"],
                row["late"],
            ]
            for row in rows
        ],
        totals=[
            _("Total"),
            total,
            Decimal(100) if total else None,
            sum(row["open"] for row in rows),
            sum(row["late"] for row in rows),
        ],
        definition=_("Appeals registered in the period; open and late as of the building."),
    )


def report_tables(period: Period) -> Sequence[Table]:
    """Everything the periodic report shows, in order."""
    return [
        totals_table(period),
        split_table(period, "kinds", _("By kind"), "kind", _labels(Kind)),
        split_table(period, "topics", _("By topic"), "topic_id", names_of("topic")),
        split_table(
            period, "structures", _("By structure"), "responsible_id", names_of("responsible")
        ),
        split_table(period, "channels", _("By channel"), "channel", _labels(Channel)),
        split_table(period, "regions", _("By region"), "region_id", names_of("region")),
        split_table(period, "languages", _("By language"), "language", _labels(Language)),
        split_table(period, "outcomes", _("By outcome"), "outcome_id", names_of("outcome")),
    ]


def _labels(choices: type[Kind] | type[Channel] | type[Language]) -> dict[object, str]:
    return {value: str(label) for value, label in choices.choices}


def names_of(relation: str) -> dict[object, str]:
    model = Appeal._meta.get_field(relation).related_model
    rows = model.objects.only("pk", "name_az", "name_en", "name_ru")
    return {row.pk: localized(row, "name") for row in rows}
