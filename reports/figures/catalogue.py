"""The catalogue: what is counted, in words and in rows.

Merged appeals count with the one they were merged into. "Ended" is closed or left without
consideration and not reopened since: a reopened appeal counts on the day of its last end.
"""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from appeals.lifecycle import Status
from reports.figures.registry import Figure, Grain, Measure, Unit, common, declare

ANALYSIS = _("Decree 950 of 23.06.2016; DIN-29971, 11.5.1")
CHARTER = _("Charter 3.0.4")
TERMS = _("Law 1308-IVQ, article 10")
TRADE = _("ITIL, SSI: first contact resolution")

ONCE = Q(is_first_contact=True)
ENDED = Q(closed_on__isnull=False)
LATER = Q(is_first_contact=False)
#: The term runs: the applicant is not asked for anything.
RUNNING = ~Q(status=Status.WAITING)

declare(
    Figure(
        "received", _("Received"),
        _("Appeals registered in the period, whatever became of them."),
        ANALYSIS, column="received", row=Q(),
    ),
    Figure(
        "repeats", _("Repeat appeals"),
        _("Registered in the period and marked as repeating an earlier appeal."),
        ANALYSIS, where=Q(is_repeat=True), column="repeats",
        row=Q(repeat_of__isnull=False), is_rare=True, more_is_better=False,
    ),
    Figure(
        "at_once", _("Answered at once"),
        _("Registered in the period and answered during the contact itself."),
        CHARTER, where=ONCE, column="at_once", row=ONCE, more_is_better=True,
    ),
    Figure(
        "at_once_share", _("Answered at once, share"),
        _("Answered during the contact itself, of all registered in the period."),
        CHARTER, measure=Measure.SHARE, where=ONCE, of=Q(), column="at_once",
        of_column="received", row=ONCE, of_row=Q(), unit=Unit.PER_CENT, empty="–", more_is_better=True,
    ),
    Figure(
        "first_contact", _("First contact resolution"),
        _(
            "Of the appeals answered at once: those whose applicant, or number, did not come again"
            " about the same topic within 7 days. Known 7 days after the period."
        ),
        TRADE, measure=Measure.SHARE, where=ONCE & Q(came_back=False), of=ONCE, column="held",
        of_column="at_once", of_row=ONCE, unit=Unit.PER_CENT, empty="–", settles="repeat_days",
        more_is_better=True,
    ),
    Figure(
        "referred", _("Referred to structures"),
        _("Registered in the period and now, or at the end, with a responsible structure."),
        CHARTER, where=Q(structure__isnull=False), column="referred",
        row=Q(responsible__isnull=False),
    ),
    Figure(
        "ended", _("Ended"),
        _("Closed or left without consideration in the period, and not reopened since."),
        ANALYSIS, clock="closed_on", where=ENDED, column="ended", row=Q(),
    ),
    Figure(
        "left", _("Left without consideration"),
        _("Ended in the period on a legal ground for leaving an appeal without consideration."),
        _("Law 1308-IVQ, article 8.1"), clock="closed_on", where=Q(status=Status.LEFT),
        column="set_aside", row=Q(status=Status.LEFT), is_rare=True,
    ),
    Figure(
        "ended_late", _("Ended after the term"),
        _("Ended in the period later than the due moment."),
        ANALYSIS, clock="closed_on", where=Q(is_late=True), column="late",
        row=Q(is_late=True), is_rare=True, more_is_better=False,
    ),
    Figure(
        "on_time", _("Ended in time"),
        _("Ended not later than the due moment, of those ended in the period that had a term."),
        TERMS, clock="closed_on", measure=Measure.SHARE, where=Q(is_late=False),
        of=Q(due_at__isnull=False), column="timed-late", of_column="timed", row=Q(is_late=False),
        of_row=Q(due_at__isnull=False), unit=Unit.PER_CENT,
        empty="–", more_is_better=True,
    ),
    Figure(
        "median_days", _("Median days to the end"),
        _(
            "From registration to the end, of those ended in the period and not answered at once:"
            " half took no longer. Calendar days to one tenth."
        ),
        CHARTER, clock="closed_on", measure=Measure.MEDIAN, where=ENDED & LATER, row=LATER, value="took",
        divide=10, unit=Unit.DAYS, empty="–", more_is_better=False,
    ),
    Figure(
        "p90_days", _("Days to the end, 90th percentile"),
        _(
            "From registration to the end, of those ended in the period and not answered at once:"
            " nine of ten took no longer. Calendar days to one tenth."
        ),
        CHARTER, clock="closed_on", measure=Measure.P90, where=ENDED & LATER, row=LATER, value="took",
        divide=10, unit=Unit.DAYS, empty="–", more_is_better=False,
    ),
    Figure(
        "extended", _("Term extended"),
        _("Registered in the period; their term was extended at least once."),
        TERMS, where=Q(extensions__gt=0), is_rare=True, column="extended", more_is_better=False,
    ),
    Figure(
        "returned", _("Returned by structures"),
        _("Registered in the period; a structure returned them at least once."),
        CHARTER, where=Q(returns__gt=0), is_rare=True, column="returned", more_is_better=False,
    ),
    Figure(
        "reworked", _("Sent back for rework"),
        _("Registered in the period; an answer was sent back to its structure at least once."),
        CHARTER, where=Q(reworks__gt=0), is_rare=True, column="reworked", more_is_better=False,
    ),
    Figure(
        "reopened", _("Reopened"),
        _("Registered in the period and reopened at least once after they had ended."),
        CHARTER, where=Q(reopenings__gt=0), is_rare=True, column="reopened", more_is_better=False,
    ),
    Figure(
        "satisfaction", _("Satisfaction"),
        _("Mean of the applicants' ratings, 1 to 5, of the rated among those ended in the period."),
        _("Decision 50 of 25.02.2015"), clock="closed_on", measure=Measure.MEAN,
        where=ENDED & Q(rating__isnull=False), is_rare=True, value="rating", column="rated", of_column="rating",
        unit=Unit.POINTS, empty="–", more_is_better=True,
    ),
    Figure(
        "notices_in_time", _("Notices sent in time"),
        _(
            "Of the appeals with a notice owed to the applicant by a moment in the period: those"
            " whose notices all left by it."
        ),
        _("Law 1308-IVQ, articles 7, 8, 10"), grain=Grain.NOTICE, measure=Measure.SHARE, of=Q(),
        dimensions=common("operator"), unit=Unit.PER_CENT, empty="–", more_is_better=True,
    ),
    Figure(
        "backlog", _("Open at the end of the period"),
        _("Appeals open at the end of the period's last day; while it lasts, of yesterday."),
        CHARTER, grain=Grain.OPEN, column="opened", more_is_better=False,
    ),
    Figure(
        "backlog_overdue", _("Open and overdue at the end of the period"),
        _(
            "Open at the end of the period's last day, with a term that had passed by then;"
            " those waiting for the applicant have no running term."
        ),
        TERMS, grain=Grain.OPEN, where=lambda at: Q(overdue_from__lte=at.day), column="fell_due", more_is_better=False,
    ),
    Figure(
        "open", _("Open now"), _("Registered and not yet ended, at this moment."), CHARTER,
        grain=Grain.LIVE, dimensions=common("operator"),
    ),
    Figure(
        "due_today", _("Due today"), _("Open, with a term that ends today."), TERMS,
        grain=Grain.LIVE, 
        where=lambda at: Q(due_at__gte=at.today, due_at__lt=at.tomorrow),
        dimensions=common("operator"),
    ),
    Figure(
        "overdue", _("Overdue now"),
        _("Open, with a term that has passed; those waiting for the applicant are left out."),
        TERMS, grain=Grain.LIVE, where=lambda at: Q(due_at__lt=at.now) & RUNNING,
        dimensions=common("operator"), more_is_better=False,
    ),
    Figure(
        "unassigned", _("Unassigned"), _("Open, with nobody who owns them."), CHARTER,
        grain=Grain.LIVE, where=Q(owner__isnull=True), dimensions=common(), more_is_better=False,
    ),
    Figure(
        "to_check", _("To check"), _("Answered; the sector has not checked the answer yet."),
        CHARTER, grain=Grain.LIVE, where=Q(status=Status.ANSWERED), dimensions=common("operator"),
    ),
    Figure(
        "waiting", _("Waiting for the applicant"), _("Open; the term stands until the reply."),
        CHARTER, grain=Grain.LIVE, where=Q(status=Status.WAITING), dimensions=common("operator"),
    ),
)  # fmt: skip

declare(
    Figure(
        "sent", _("Referrals received"), _("Referrals sent to the structure in the period."),
        CHARTER, grain=Grain.REFERRAL, clock="sent_on", dimensions=common(), unit=Unit.REFERRALS,
    ),
    Figure(
        "sent_open", _("Referrals open"),
        _("Referrals sent in the period whose answer the structure still owes."),
        CHARTER, grain=Grain.REFERRAL, clock="sent_on", where=Q(is_open=True),
        dimensions=common(), unit=Unit.REFERRALS,
    ),
    Figure(
        "sent_returned", _("Referrals returned"),
        _("Referrals returned by the structure in the period, with a reason."),
        CHARTER, grain=Grain.REFERRAL, clock="finished_on", where=Q(is_returned=True),
        dimensions=common(), unit=Unit.REFERRALS, more_is_better=False,
    ),
    Figure(
        "sent_reworked", _("Answers sent back for rework"),
        _("Referrals sent in the period whose answer was sent back at least once."),
        CHARTER, grain=Grain.REFERRAL, clock="sent_on", where=Q(reworks__gt=0),
        dimensions=common(), unit=Unit.REFERRALS, more_is_better=False,
    ),
    Figure(
        "answered", _("Referrals answered"), _("Referrals answered by the structure in the period."),
        CHARTER, grain=Grain.REFERRAL, clock="answered_on", where=Q(answered_on__isnull=False),
        dimensions=common(), unit=Unit.REFERRALS,
    ),
    Figure(
        "answered_in_time", _("Answered in time"),
        _("Referrals answered not later than their due moment, of those answered in the period."),
        TERMS, grain=Grain.REFERRAL, clock="answered_on", measure=Measure.SHARE,
        where=Q(is_late=False), of=Q(due_at__isnull=False), dimensions=common(),
        unit=Unit.PER_CENT, empty="–", more_is_better=True,
    ),
    Figure(
        "answer_days", _("Median days to the answer"),
        _("From sending to the structure's answer, of referrals answered in the period."),
        CHARTER, grain=Grain.REFERRAL, clock="answered_on", measure=Measure.MEDIAN,
        where=Q(answered_on__isnull=False), value="took", divide=10, dimensions=common(),
        unit=Unit.DAYS, empty="–", more_is_better=False,
    ),
    Figure(
        "answered_late", _("Answered late"),
        _("Referrals answered after their due moment, of those answered in the period."),
        TERMS, grain=Grain.REFERRAL, clock="answered_on", where=Q(is_late=True),
        dimensions=common(), unit=Unit.REFERRALS, more_is_better=False,
    ),
    Figure(
        "answer_days_p90", _("Days to nine answers of ten"),
        _("From sending to the answer; of ten referrals answered in the period nine took no longer."),
        CHARTER, grain=Grain.REFERRAL, clock="answered_on", measure=Measure.P90,
        where=Q(answered_on__isnull=False), value="took", divide=10, dimensions=common(),
        unit=Unit.DAYS, empty="–", more_is_better=False,
    ),
    Figure(
        "owed_now", _("Referrals open now"),
        _("Referrals whose answer the structure still owes, at this moment."),
        CHARTER, grain=Grain.REFERRAL, clock="", dimensions=common(), unit=Unit.REFERRALS,
    ),
    Figure(
        "owed_overdue", _("Referrals overdue now"),
        _("Referrals whose answer is still owed after its due moment."),
        TERMS, grain=Grain.REFERRAL, clock="", where=lambda at: Q(due_at__lt=at.now),
        dimensions=common(), unit=Unit.REFERRALS, more_is_better=False,
    ),
)  # fmt: skip
