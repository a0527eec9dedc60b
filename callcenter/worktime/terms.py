"""Terms on the working calendar of Azerbaijan: pure arithmetic, no database.

Rules, each held by a test:
- The day a term starts is day 0; counting begins with the next working day.
- A term in working days ends at the end of its last working day, Baku time.
- A working day counts if the clock was running at the moment that working day ended. So a
  pause within one day costs nothing, a pause over n day-ends moves the term by exactly n
  working days, and no day is ever counted twice or lost.
- A pause without an end is taken to last until `as_of`; without `as_of` it is taken to have
  ended as it began, which gives the earliest date still possible.
- Hours in "working_day_hours" run around the clock but only on working days; used up at the
  midnight before days off they are due when those days, which do not count, have passed.
- An extension is counted on from the date it extends, so it never shortens.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

BAKU: Final = ZoneInfo("Asia/Baku")
ONE_DAY: Final = timedelta(days=1)
DAY_KINDS: Final = ("working", "short", "rest", "holiday", "moved")
WORKED_KINDS: Final = frozenset({"working", "short"})
UNITS: Final = ("working_days", "hours", "working_day_hours")
LONGEST_REST: Final = 400
NO_WORKING_DAY: Final = "the calendar has no working day for more than a year"

Hours = tuple[tuple[time, time], ...]
OFFICE_HOURS: Final[Hours] = ((time(9), time(13)), (time(14), time(18)))


@dataclass(frozen=True, slots=True)
class Day:
    """One day that differs from the plain week; without `open` the usual hours hold.

    working: a working day (also a weekend day made working); short: one hour shorter;
    rest: weekly rest; holiday: holiday, mourning or voting day; moved: a day off moved here.
    """

    date: date
    kind: str
    open: Hours = ()
    name_az: str = ""
    name_en: str = ""
    name_ru: str = ""
    estimated: bool = False

    def __post_init__(self) -> None:
        if self.kind not in DAY_KINDS:
            raise ValueError(f"unknown kind of day: {self.kind!r}")

    @property
    def is_working(self) -> bool:
        return self.kind in WORKED_KINDS

    def name(self, language: str = "az") -> str:
        """The day's name in a language, else in Azerbaijani."""
        names = {"en": self.name_en, "ru": self.name_ru}
        return names.get(language[:2]) or self.name_az


@dataclass(frozen=True, slots=True)
class Term:
    """So many working days, hours, or hours that skip non-working days."""

    quantity: int
    unit: str = "working_days"

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise ValueError(f"unknown unit of a term: {self.unit!r}")
        if self.quantity < 0:
            raise ValueError("a term cannot be negative")


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a clock, from `start` up to but not including `end`."""

    start: datetime
    end: datetime | None
    running: bool
    reason: str = ""

    def __post_init__(self) -> None:
        if self.end is not None and self.end < self.start:
            raise ValueError("a segment cannot end before it starts")


@dataclass(frozen=True, slots=True)
class DayStep:
    """One line of the explanation: a day, whether it counted, and the count so far."""

    date: date
    kind: str
    name: str
    counted: bool
    running_total: int
    paused: bool = False
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class HourStep:
    """One line of the explanation of a term in hours: the time of one day that counted."""

    date: date
    kind: str
    name: str
    counted: timedelta
    running_total: timedelta


@dataclass(frozen=True)
class Calendar:
    """The plain week and the days that differ from it."""

    days: Mapping[date, Day] = field(default_factory=dict)
    weekend: frozenset[int] = frozenset({5, 6})
    hours: Hours = OFFICE_HOURS

    @classmethod
    def of(cls, days: Iterable[Day], hours: Hours = OFFICE_HOURS) -> "Calendar":
        """A calendar from a list of differing days."""
        return cls({day.date: day for day in days}, hours=hours)

    def day(self, on: date) -> Day:
        """What a date is."""
        known = self.days.get(on)
        return known or Day(on, "rest" if on.weekday() in self.weekend else "working")

    def is_working(self, on: date) -> bool:
        known = self.days.get(on)
        return known.is_working if known else on.weekday() not in self.weekend

    def open_hours(self, on: date) -> Hours:
        """When the office is open that day; empty on days off."""
        day = self.day(on)
        if not day.is_working:
            return ()
        if day.open:
            return day.open
        return shortened(self.hours) if day.kind == "short" else self.hours

    def ends_at(self, on: date) -> datetime:
        """The end of a working day."""
        return datetime.combine(on, self.open_hours(on)[-1][1], tzinfo=BAKU)

    def next_working(self, after: date) -> date:
        """The first working day later than a date."""
        return self._nearest(after, ONE_DAY)

    def previous_working(self, before: date) -> date:
        """The last working day earlier than a date."""
        return self._nearest(before, -ONE_DAY)

    def _nearest(self, on: date, step: timedelta) -> date:
        for _ in range(LONGEST_REST):
            on += step
            if self.is_working(on):
                return on
        raise ValueError(NO_WORKING_DAY)

    def add_working_days(self, start: date, n: int) -> date:
        """The n-th working day after a date (before it if negative).

        With 0: the date itself if it is a working day, else the next working day.
        """
        if n == 0:
            return start if self.is_working(start) else self.next_working(start)
        for _ in range(abs(n)):
            start = self._nearest(start, ONE_DAY if n > 0 else -ONE_DAY)
        return start

    def working_days_between(self, a: date, b: date) -> int:
        """Working days after `a` up to and including `b`; negative when `b` is earlier."""
        if b < a:
            return -self.working_days_between(b, a)
        return sum(self.is_working(a + timedelta(days=i)) for i in range(1, (b - a).days + 1))

    def due_working_days(self, start: datetime, n: int) -> datetime:
        """The end of the n-th working day after the day of `start`."""
        return due_with_segments(self, Term(n), start, ())

    def due_hours(self, start: datetime, hours: int, *, skip_non_working: bool) -> datetime:
        """So many hours later, by the clock or leaving non-working days out."""
        unit = "working_day_hours" if skip_non_working else "hours"
        return due_with_segments(self, Term(hours, unit), start, ())

    def explain(
        self,
        start: datetime | date,
        n: int,
        segments: Sequence[Segment] = (),
        *,
        as_of: datetime | None = None,
        language: str = "az",
    ) -> list[DayStep]:
        """Every day walked, from the day of the start to the day the term ends."""
        if isinstance(start, datetime):
            moment = start
        else:
            moment = datetime.combine(start, time(), tzinfo=BAKU)
        return [
            DayStep(day.date, day.kind, day.name(language), counted, total, paused, day.estimated)
            for day, counted, total, paused in _walk(self, moment, n, _pauses(segments, as_of))
        ]


def explain_hours(
    calendar: Calendar,
    rule: Term,
    started_at: datetime,
    segments: Sequence[Segment] = (),
    *,
    as_of: datetime | None = None,
    language: str = "az",
) -> list[HourStep]:
    """Every day from the start to the day a term in hours ends, with the time that counted."""
    due = due_with_segments(calendar, rule, started_at, segments, as_of=as_of)
    spent: dict[date, timedelta] = {}
    for begins, ends in _stretches(calendar, rule, started_at, _pauses(segments, as_of)):
        if begins >= due:
            break
        on = begins.astimezone(BAKU).date()
        spent[on] = spent.get(on, timedelta()) + min(ends, due) - begins
    on, total, steps = started_at.astimezone(BAKU).date(), timedelta(), []
    last = max(spent, default=on)
    while on <= last:
        day, counted = calendar.day(on), spent.get(on, timedelta())
        total += counted
        steps.append(HourStep(on, day.kind, day.name(language), counted, total))
        on += ONE_DAY
    return steps


def shortened(hours: Hours) -> Hours:
    """The same hours, closing one hour earlier."""
    *before, (opens, closes) = hours
    return (*before, (opens, closes.replace(hour=closes.hour - 1)))


def due_with_segments(
    calendar: Calendar,
    rule: Term,
    started_at: datetime,
    segments: Sequence[Segment],
    extensions: Sequence[Term] = (),
    *,
    as_of: datetime | None = None,
) -> datetime:
    """When a term ends, pauses left out and extensions counted on; always the same answer."""
    pauses = _pauses(segments, as_of)
    due = _due(calendar, rule, started_at, pauses)
    for extension in extensions:
        if extension.quantity:
            due = max(due, _due(calendar, extension, due, pauses))
    return due.astimezone(BAKU)


def elapsed_share(
    calendar: Calendar,
    rule: Term,
    started_at: datetime,
    segments: Sequence[Segment],
    extensions: Sequence[Term] = (),
    *,
    now: datetime,
) -> float:
    """How much of a term is used: 0 at the start, 1 when due, more when late.

    A working day under way counts by the part of its hours gone, while the clock runs; a
    pause takes that part back until the clock runs again. 24 hours equal a day when an
    extension is in another unit.
    """
    pauses = _pauses(segments, now + ONE_DAY)
    if rule.unit == "working_days":
        total, first_day = sum(_in_days(term) for term in (rule, *extensions)), 1
        if rule.quantity == 0:
            # Due the same day: that day is the whole term, and after hours it is the next one.
            *_, (only, _, _, _) = _walk(calendar, started_at, 0, pauses)
            total, first_day = total + 1, (only.date - started_at.astimezone(BAKU).date()).days
        return _days_gone(calendar, started_at, now, pauses, first_day) / total
    total = sum(_in_days(term) for term in (rule, *extensions)) * 24 * 3600
    gone = _seconds_gone(calendar, rule, started_at, now, pauses)
    return gone / total if total else 1.0


def moment_of_share(
    calendar: Calendar,
    unit: str,
    started_at: datetime,
    due_at: datetime,
    segments: Sequence[Segment],
    share: float,
) -> datetime:
    """When so much of a term that ends at `due_at` has passed: the other way round of `elapsed_share`.

    A term in working days passes by the office hours of the days that count, each day alike; a
    term in hours by its hours. The whole of it is the due moment itself.
    """
    if share >= 1:
        return due_at
    pauses = _pauses(segments, due_at)
    if unit == "working_days":
        days = _days_of(calendar, started_at, due_at)
        if pauses:
            days = [on for on in days if not _paused_at(calendar.ends_at(on), pauses)]
        return _point_of_days(calendar, days, due_at, share)
    spans = []
    for begins, ends in _stretches(calendar, Term(1, unit), started_at, pauses):
        if begins >= due_at:
            break
        spans.append((begins, min(ends, due_at)))
    left = sum(((end - begin) for begin, end in spans), timedelta()) * share
    for begin, end in spans:
        if left <= end - begin:
            return begin + left
        left -= end - begin
    return due_at


def moments_of_shares(
    calendar: Calendar, started_at: datetime, due_at: datetime, shares: Sequence[float]
) -> list[datetime]:
    """The same of a term in working days that never stood still, its days walked through once."""
    days = _days_of(calendar, started_at, due_at)
    return [_point_of_days(calendar, days, due_at, share) for share in shares]


def _days_of(calendar: Calendar, started_at: datetime, due_at: datetime) -> list[date]:
    """The working days after the first, to the last."""
    first, last = started_at.astimezone(BAKU).date(), due_at.astimezone(BAKU).date()
    some = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    return [on for on in some if calendar.is_working(on)]


def _point_of_days(
    calendar: Calendar, days: Sequence[date], due_at: datetime, share: float
) -> datetime:
    if share >= 1 or not days:
        return due_at
    whole, part = divmod(share * len(days), 1)
    if part < 1e-9 and whole:
        return calendar.ends_at(days[int(whole) - 1])
    return _point_of_day(calendar, days[int(whole)], part)


def _point_of_day(calendar: Calendar, on: date, part: float) -> datetime:
    hours = [
        tuple(datetime.combine(on, at, tzinfo=BAKU) for at in span)
        for span in calendar.open_hours(on)
    ]
    left = sum(((closes - opens) for opens, closes in hours), timedelta()) * part
    for opens, closes in hours:
        if left <= closes - opens:
            return opens + left
        left -= closes - opens
    return hours[-1][1]


Pause = tuple[datetime, datetime]


def _pauses(segments: Sequence[Segment], as_of: datetime | None) -> list[Pause]:
    """The pauses in order of time, overlapping ones joined."""
    spans = sorted(
        (s.start, s.end if s.end is not None else max(s.start, as_of or s.start))
        for s in segments
        if not s.running
    )
    joined: list[Pause] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        elif start < end:
            joined.append((start, end))
    return joined


def _paused_at(moment: datetime, pauses: Sequence[Pause]) -> bool:
    return any(start <= moment < end for start, end in pauses)


def _walk(
    calendar: Calendar, start: datetime, n: int, pauses: Sequence[Pause]
) -> Iterator[tuple[Day, bool, int, bool]]:
    """Days from the start on with whether each counted, until n have (or one, if n is 0)."""
    start = start.astimezone(BAKU)
    on, total, wanted, idle = start.date(), 0, max(n, 1), 0
    while idle < LONGEST_REST:
        day = calendar.day(on)
        paused = counted = False
        idle += 1
        if day.is_working:
            idle = 0
            end = calendar.ends_at(on)
            paused = _paused_at(end, pauses)
            counted = not paused and (on > start.date() or (n == 0 and start <= end))
        total += counted
        yield day, counted, total, paused
        if total == wanted:
            return
        on += ONE_DAY
    raise ValueError(NO_WORKING_DAY)


def _due(calendar: Calendar, term: Term, start: datetime, pauses: Sequence[Pause]) -> datetime:
    if term.unit == "working_days":
        *_, (last, _, _, _) = _walk(calendar, start, term.quantity, pauses)
        return calendar.ends_at(last.date)
    left = timedelta(hours=term.quantity)
    for begins, ends in _stretches(calendar, term, start, pauses):
        if left <= ends - begins:
            return _on_working_day(calendar, term, begins + left)
        left -= ends - begins
    raise ValueError(NO_WORKING_DAY)


def _on_working_day(calendar: Calendar, term: Term, due: datetime) -> datetime:
    """Hours used up at the midnight before days off are due when those days have passed."""
    on = due.astimezone(BAKU).date()
    if term.unit != "working_day_hours" or calendar.is_working(on):
        return due
    return datetime.combine(calendar.next_working(on), time(), tzinfo=BAKU)


def _stretches(
    calendar: Calendar, term: Term, start: datetime, pauses: Sequence[Pause]
) -> Iterator[Pause]:
    """The stretches of time in which hours run, day by day, pauses cut out."""
    skips = term.unit == "working_day_hours"
    moment, idle = start.astimezone(UTC), 0
    while idle < LONGEST_REST:
        on = moment.astimezone(BAKU).date()
        midnight = datetime.combine(on + ONE_DAY, time(), tzinfo=BAKU).astimezone(UTC)
        if skips and not calendar.is_working(on):
            idle += 1
        else:
            idle = 0
            for pause_start, pause_end in pauses:
                if moment < pause_start < midnight:
                    yield moment, pause_start.astimezone(UTC)
                if pause_start < midnight and pause_end > moment:
                    moment = min(max(moment, pause_end.astimezone(UTC)), midnight)
            if moment < midnight:
                yield moment, midnight
        moment = midnight


def _in_days(term: Term) -> float:
    return term.quantity if term.unit == "working_days" else term.quantity / 24


def _days_gone(
    calendar: Calendar, start: datetime, now: datetime, pauses: Sequence[Pause], first_day: int
) -> float:
    now, first = now.astimezone(BAKU), start.astimezone(BAKU).date()
    gone = 0.0
    for offset in range(first_day, (now.date() - first).days + 1):
        on = first + timedelta(days=offset)
        if calendar.is_working(on) and not _paused_at(min(now, calendar.ends_at(on)), pauses):
            gone += _part_of_day(calendar, on, now)
    return gone


def _part_of_day(calendar: Calendar, on: date, now: datetime) -> float:
    if now.date() > on:
        return 1.0
    whole = gone = timedelta()
    for opens, closes in calendar.open_hours(on):
        begins, ends = (datetime.combine(on, at, tzinfo=BAKU) for at in (opens, closes))
        whole += ends - begins
        gone += max(timedelta(), min(now, ends) - begins)
    return gone / whole


def _seconds_gone(
    calendar: Calendar, term: Term, start: datetime, now: datetime, pauses: Sequence[Pause]
) -> float:
    gone = timedelta()
    for begins, ends in _stretches(calendar, term, start, pauses):
        if begins >= now:
            break
        gone += min(ends, now) - begins
    return gone.total_seconds()
