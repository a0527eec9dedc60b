"""Each figure once more, as plain SQL over the appeals, their journal, referrals and notices.

Nothing here is taken from the product: neither its facts nor its definitions in code. `ROWS` says
which rows a figure counts; what it is a share of, or measures, stands beside it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import connection

from people.models import Role, User
from reports.figures.cut import Cut
from reports.periods import Period

REGISTERED = (
    "a.merged_into_id IS NULL AND a.registered_at >= %(start)s AND a.registered_at < %(end)s"
)
ENDED = "a.merged_into_id IS NULL AND a.closed_at >= %(start)s AND a.closed_at < %(end)s"
OPEN = "a.status IN ('registered', 'considered', 'waiting', 'referred', 'answered')"
ONCE = f"{REGISTERED} AND a.is_first_contact"
CAME_BACK = """EXISTS (SELECT FROM appeals_appeal b WHERE b.id <> a.id AND b.topic_id = a.topic_id
    AND b.visit <> a.visit AND b.merged_into_id IS NULL AND b.registered_at > a.registered_at
    AND b.registered_at <= a.registered_at + interval '7 days'
    AND CASE WHEN a.applicant_id IS NOT NULL THEN b.applicant_id = a.applicant_id
        ELSE b.applicant_id IS NULL AND a.caller_phone <> '' AND b.caller_phone = a.caller_phone END)"""
#: What the last line of the journal before the end of the day says.
STATUS_THEN = """(SELECT e.changes -> 'status' ->> 1 FROM appeals_entry e WHERE e.appeal_id = a.id
    AND e.at < %(eve)s AND e.changes -> 'status' IS NOT NULL ORDER BY e.sequence DESC LIMIT 1)"""
DUE_THEN = """(SELECT e.changes -> 'due_at' ->> 1 FROM appeals_entry e WHERE e.appeal_id = a.id
    AND e.at < %(eve)s AND e.changes -> 'due_at' IS NOT NULL ORDER BY e.sequence DESC LIMIT 1)"""
OPEN_THEN = f"""a.merged_into_id IS NULL
    AND {STATUS_THEN} IN ('registered', 'considered', 'waiting', 'referred', 'answered')"""
TOLD = "EXISTS (SELECT FROM appeals_entry e WHERE e.appeal_id = a.id AND e.kind = '{}')"
#: What the applicant said of the last end.
SCORE = """(SELECT g.score FROM appeals_rating g JOIN appeals_entry e ON e.id = g.ending_id
    WHERE g.appeal_id = a.id AND e.sequence = (SELECT max(l.sequence) FROM appeals_entry l
        WHERE l.appeal_id = a.id AND l.changes -> 'status' ->> 1 IN ('closed', 'left')))"""
OWED = """(SELECT {} FROM appeals_notice n WHERE n.appeal_id = a.id AND n.state <> 'void'
    AND n.due_at >= %(start)s AND n.due_at < %(end)s)"""
LATE_NOTICE = OWED.format(
    "count(*) FILTER (WHERE n.sent_at > n.due_at OR n.sent_at IS NULL AND n.due_at < %(now)s)"
)
ONLY_OWED = f"a.merged_into_id IS NULL AND {OWED.format('count(*)')} > 0"
SENT = "r.sent_at >= %(start)s AND r.sent_at < %(end)s"
ANSWERED = "r.answered_at >= %(start)s AND r.answered_at < %(end)s"

#: Of appeals (a), and of referrals (r) with their appeal.
APPEALS = {
    "received": REGISTERED,
    "repeats": f"{REGISTERED} AND a.repeat_of_id IS NOT NULL",
    "at_once": ONCE,
    "at_once_share": ONCE,
    "first_contact": f"{ONCE} AND NOT {CAME_BACK}",
    "referred": f"{REGISTERED} AND a.responsible_id IS NOT NULL",
    "ended": ENDED,
    "left": f"{ENDED} AND a.status = 'left'",
    "ended_late": f"{ENDED} AND a.closed_at > a.due_at",
    "on_time": f"{ENDED} AND a.closed_at <= a.due_at",
    "median_days": f"{ENDED} AND NOT a.is_first_contact",
    "p90_days": f"{ENDED} AND NOT a.is_first_contact",
    "extended": f"""{REGISTERED} AND EXISTS (SELECT FROM appeals_extension x JOIN appeals_clock c
        ON c.id = x.clock_id WHERE c.appeal_id = a.id AND c.use = 'appeal' AND x.state = 'granted')""",
    "returned": f"{REGISTERED} AND {TOLD.format('referral.return')}",
    "reworked": f"{REGISTERED} AND {TOLD.format('referral.rework')}",
    "reopened": f"{REGISTERED} AND a.reopened_count > 0",
    "satisfaction": f"{ENDED} AND {SCORE} IS NOT NULL",
    "notices_in_time": f"{ONLY_OWED} AND {LATE_NOTICE} = 0",
    "backlog": OPEN_THEN,
    "backlog_overdue": f"""{OPEN_THEN} AND {STATUS_THEN} <> 'waiting'
        AND {DUE_THEN}::timestamptz < %(eve)s""",
    "open": OPEN,
    "due_today": f"{OPEN} AND a.due_at >= %(today)s AND a.due_at < %(tomorrow)s",
    "overdue": f"{OPEN} AND a.due_at < %(now)s AND a.status <> 'waiting'",
    "unassigned": f"{OPEN} AND a.owner_id IS NULL",
    "to_check": f"{OPEN} AND a.status = 'answered'",
    "waiting": f"{OPEN} AND a.status = 'waiting'",
}
OWED = "r.status IN ('sent', 'accepted', 'to_approve', 'rework')"
REFERRALS = {
    "sent": SENT,
    "sent_open": f"{SENT} AND r.status IN ('sent', 'accepted', 'to_approve', 'rework')",
    "sent_returned": """r.status = 'returned' AND r.finished_at >= %(start)s
        AND r.finished_at < %(end)s""",
    "sent_reworked": f"{SENT} AND r.rework_count > 0",
    "answered": ANSWERED,
    "answered_in_time": f"{ANSWERED} AND r.answered_at <= r.due_at",
    "answer_days": ANSWERED,
    "answered_late": f"{ANSWERED} AND r.answered_at > r.due_at",
    "answer_days_p90": ANSWERED,
    "owed_now": OWED,
    "owed_overdue": f"{OWED} AND r.due_at < %(now)s",
}
#: What a share is of.
WHOLE = {
    "at_once_share": REGISTERED,
    "first_contact": ONCE,
    "on_time": f"{ENDED} AND a.due_at IS NOT NULL",
    "notices_in_time": ONLY_OWED,
    "answered_in_time": f"{ANSWERED} AND r.due_at IS NOT NULL",
}
#: What is measured of the rows, and how.
MEASURED = {
    "median_days": ("0.5", "a.closed_at - a.registered_at"),
    "p90_days": ("0.9", "a.closed_at - a.registered_at"),
    "answer_days": ("0.5", "r.answered_at - r.sent_at"),
    "answer_days_p90": ("0.9", "r.answered_at - r.sent_at"),
}
INSIDE = {Role.SECTOR_HEAD, Role.AUDITOR}
TREES = {"topic": "appeals_topic", "structure": "people_structure"}


@dataclass
class Plain:
    """Counts for one reader, one period, one cut, at one moment."""

    reader: User
    period: Period
    cut: Cut
    now: dt.datetime

    def count(self, code: str, *, whole: bool = False) -> int:
        return int(self._asked("count(*)", code, whole))

    def measured(self, code: str) -> float | None:
        """Days by which the share of the rows were done."""
        fraction, span = MEASURED[code]
        found = self._asked(
            f"percentile_cont({fraction}) WITHIN GROUP (ORDER BY extract(epoch FROM {span}))", code
        )
        return None if found is None else float(found) / 86400

    def mean(self) -> float | None:
        """The mean rating."""
        found = self._asked(f"avg({SCORE})", "satisfaction")
        return None if found is None else float(found)

    def _asked(self, what: str, code: str, whole: bool = False) -> object:
        rows = WHOLE[code] if whole else {**APPEALS, **REFERRALS}[code]
        is_referral = code in REFERRALS
        source = "appeals_appeal a"
        if is_referral:
            source = "routing_referral r JOIN appeals_appeal a ON a.id = r.appeal_id"
        met = f"({rows}) AND ({self._right(is_referral)}) AND ({self._cut(is_referral)})"
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {what} FROM {source} WHERE {met}", self._values())
            return cursor.fetchone()[0]

    def _values(self) -> dict[str, object]:
        local = self.now.astimezone(self.period.start.tzinfo)
        today = local.replace(hour=0, minute=0, second=0, microsecond=0)
        return {
            "start": self.period.start, "end": self.period.end, "now": self.now, "today": today,
            "tomorrow": today + dt.timedelta(days=1), "eve": min(self.period.end, today),
            "me": self.reader.pk,
        }  # fmt: skip

    def _right(self, is_referral: bool) -> str:
        role = self.reader.role
        if role in INSIDE:
            return "true"
        if role == Role.OPERATOR:
            return "NOT a.is_restricted OR a.registered_by_id = %(me)s OR a.owner_id = %(me)s"
        if role == Role.MANAGEMENT:
            return "NOT a.is_restricted"
        if role in (Role.STRUCTURE_USER, Role.STRUCTURE_HEAD) and is_referral:
            return """r.structure_id IN (SELECT structure_id FROM people_placement
                WHERE user_id = %(me)s) AND a.complained_user_id IS DISTINCT FROM %(me)s"""
        return "false"

    def _cut(self, is_referral: bool) -> str:
        met = ["true"]
        met += [
            f"a.{name} = '{value}'"
            for name in ("kind", "channel", "language")
            if (value := getattr(self.cut, name))
        ]
        if self.cut.region is not None:
            met.append(f"a.region_id = {self.cut.region.pk}")
        for name, column in (
            ("topic", "a.topic_id"),
            ("structure", "r.structure_id" if is_referral else "a.responsible_id"),
        ):
            root = getattr(self.cut, name)
            if root is not None:
                met.append(
                    f"{column} IN (SELECT id FROM {TREES[name]} WHERE starts_with(path, '{root.path}'))"
                )
        return " AND ".join(met)
