"""English: one and many; was and were."""

from __future__ import annotations

from decimal import Decimal

from reports.periods import Period, Sort
from reports.wording import change
from reports.wording.facts import Growth, Summary
from reports.wording.numbers import is_nothing, share, whole

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
ORDINALS = ("", "first", "second", "third", "fourth")
KINDS = (
    ("proposal", "proposal", "proposals"),
    ("application", "application", "applications"),
    ("complaint", "complaint", "complaints"),
    ("inquiry", "inquiry", "inquiries"),
    ("question", "question", "questions"),
)


def counted(number: int, one: str, many: str) -> str:
    """1 appeal, 1 245 appeals."""
    return f"{whole(number)} {one if number == 1 else many}"


def points(value: Decimal) -> str:
    return share(value, ".")


class English:
    """The report in English."""

    def title(self, sort: Sort) -> str:
        if sort == Sort.DAILY:
            return "Daily brief on appeals"
        if sort == Sort.WEEKLY:
            return "Weekly brief on appeals"
        return "Analytical report on appeals"

    def report_name(self, sort: Sort, period: Period) -> str:
        named = {
            Sort.DAILY: "daily brief", Sort.WEEKLY: "weekly brief", Sort.MONTHLY: "monthly report",
            Sort.QUARTERLY: "quarterly report", Sort.HALF_YEAR: "half-year report",
            Sort.ANNUAL: "annual report",
        }.get(sort, "report")  # fmt: skip
        return f"{self.period_name(period)}, {named}"

    def period_name(self, period: Period) -> str:
        first, last = period.first, period.last
        match period.sort:
            case Sort.DAILY:
                return f"{first.day} {MONTHS[first.month - 1]} {first.year}"
            case Sort.MONTHLY:
                return f"{MONTHS[first.month - 1]} {first.year}"
            case Sort.QUARTERLY:
                return f"{ORDINALS[(first.month + 2) // 3]} quarter of {first.year}"
            case Sort.HALF_YEAR:
                return f"{ORDINALS[1 + first.month // 7]} half of {first.year}"
            case Sort.ANNUAL:
                return f"{first.year}"
        return f"{first:%d.%m.%Y} – {last:%d.%m.%Y}"

    def _in(self, period: Period) -> str:
        name = self.period_name(period)
        match period.sort:
            case Sort.DAILY:
                return f"On {name}"
            case Sort.QUARTERLY | Sort.HALF_YEAR:
                return f"In the {name}"
            case Sort.WEEKLY | Sort.CUSTOM:
                return f"In the period {name}"
        return f"In {name}"

    def no_data(self, period: Period) -> str:
        return f"{self._in(period)} the call centre received no appeals."

    def summary(self, facts: Summary) -> list[str]:
        if facts.received.now:
            came = counted(facts.received.now, "appeal", "appeals")
            lines = [f"{self._in(facts.period)} the call centre received {came}."]
        else:
            lines = [self.no_data(facts.period)]
        lines += self._compared(facts)
        if facts.received.now:
            parts = [
                counted(facts.kinds[c], one, many) for c, one, many in KINDS if facts.kinds.get(c)
            ]
            lines.append(f"By kind: {', '.join(parts)}.")
        if facts.repeats:
            verb = "was a repeat" if facts.repeats == 1 else "were repeats"
            lines.append(f"{whole(facts.repeats)} {verb}.")
        if facts.answered_at_once:
            verb = "was" if facts.answered_at_once == 1 else "were"
            lines.append(f"{whole(facts.answered_at_once)} {verb} answered at the first contact.")
        if facts.referred:
            verb = "was" if facts.referred == 1 else "were"
            lines.append(f"{whole(facts.referred)} {verb} referred to structures.")
        return lines + self._execution(facts)

    def _compared(self, facts: Summary) -> list[str]:
        sort, received = facts.period.sort, facts.received
        if received.previous is None and received.year_ago is None:
            return ["There is no earlier period to compare with."]
        before = {
            Sort.DAILY: "the day before", Sort.WEEKLY: "the week before",
            Sort.MONTHLY: "the month before", Sort.QUARTERLY: "the quarter before",
            Sort.HALF_YEAR: "the half-year before", Sort.ANNUAL: "the year before",
        }.get(sort, "the period before")  # fmt: skip
        lines = []
        if received.previous is not None:
            lines.append(self._moved(before, received.now, received.previous))
        if received.year_ago is not None and sort != Sort.ANNUAL:
            lines.append(self._moved("the same period last year", received.now, received.year_ago))
        return lines

    def _moved(self, what: str, now: int, then: int) -> str:
        if now == then:
            return f"Compared with {what} the number of appeals did not change."
        verb = "rose" if now > then else "fell"
        percent = change(now, then)
        size = whole(abs(now - then))
        if percent is None:
            tail = " (there were none then)"
        else:
            told = "less than 0.1" if is_nothing(percent) else points(percent)
            tail = f" ({told} %)"
        return f"Compared with {what} the number of appeals {verb} by {size}{tail}."

    def _execution(self, facts: Summary) -> list[str]:
        lines = []
        if facts.ended:
            verb = "was" if facts.ended == 1 else "were"
            lines.append(f"{counted(facts.ended, 'appeal', 'appeals')} {verb} ended.")
            verb = "was" if facts.ended_late == 1 else "were"
            late = whole(facts.ended_late) if facts.ended_late else "None"
            lines.append(f"{late} {verb} considered with breach of the term.")
        if facts.on_time_share is not None:
            told = f"{points(facts.on_time_share)} % of those with a term ended in time"
            before = facts.on_time_before
            if before is None:
                lines.append(f"{told}.")
            elif before == facts.on_time_share:
                lines.append(f"{told}, as in the period before.")
            else:
                verb = "more" if facts.on_time_share > before else "less"
                moved = points(facts.on_time_share - before)
                lines.append(f"{told}, {moved} percentage points {verb} than in the period before.")
        if facts.median_days is not None:
            unit = "day" if facts.median_days == 1 else "days"
            lines.append(
                f"The median time of consideration was {points(facts.median_days)} {unit}."
            )
        if facts.overdue:
            verb = "was" if facts.overdue == 1 else "were"
            lines.append(
                f"{counted(facts.overdue, 'open appeal', 'open appeals')} {verb} overdue at the end of the period."
            )
        else:
            lines.append("No open appeal was overdue at the end of the period.")
        return lines

    def growth(self, topics: list[Growth]) -> list[str]:
        if not topics:
            return ["No topic grew markedly."]
        top = topics[0]
        before = "none" if not top.before else whole(top.before)
        return [f"The topic that grew most is “{top.name}”: from {before} to {whole(top.now)}."]
