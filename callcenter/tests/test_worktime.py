"""The working calendar of 2026 and terms with pauses and extensions."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.worktime import (
    BAKU,
    Calendar,
    Day,
    Segment,
    Term,
    due_with_segments,
    elapsed_share,
    holiday_overrides,
    shortened,
)

STEADY = settings(derandomize=True, max_examples=150, deadline=None)
OFFICIAL = Calendar.of(holiday_overrides(range(2025, 2028)))
PLAIN = Calendar()
STARTS = st.datetimes(
    datetime(2026, 1, 1), datetime(2026, 12, 1), timezones=st.just(BAKU), allow_imaginary=False
)
DAYS_RULES = st.builds(Term, st.integers(0, 30))
RULES = st.one_of(
    DAYS_RULES,
    st.builds(Term, st.integers(1, 96), st.sampled_from(["hours", "working_day_hours"])),
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BAKU)


def pause(start: str, end: str | None) -> Segment:
    return Segment(at(start), at(end) if end else None, running=False, reason="applicant asked")


@st.composite
def pauses(draw: st.DrawFn) -> list[Segment]:
    moments = draw(st.lists(STARTS, max_size=8, unique=True).filter(lambda m: len(m) % 2 == 0))
    spans = zip(*[iter(sorted(moments))] * 2, strict=True)
    return [Segment(start, min(end, start + timedelta(days=20)), False) for start, end in spans]


def test_working_days_of_2026() -> None:
    year = [date(2026, 1, 1) + timedelta(days=i) for i in range(365)]
    by_month = Counter(on.month for on in year if OFFICIAL.is_working(on))
    assert list(by_month.values()) == [19, 20, 14, 22, 17, 20, 23, 21, 22, 22, 19, 22]
    assert by_month.total() == 241
    assert OFFICIAL.working_days_between(date(2025, 12, 31), date(2026, 12, 31)) == 241


def test_march_2026_has_eleven_days_off_in_a_row() -> None:
    off = [date(2026, 3, 20) + timedelta(days=i) for i in range(11)]
    assert not any(map(OFFICIAL.is_working, off))
    assert OFFICIAL.next_working(date(2026, 3, 19)) == date(2026, 3, 31)
    assert OFFICIAL.previous_working(date(2026, 3, 31)) == date(2026, 3, 19)


#: Registered, and the 3rd, 7th, 15th and 30th working day from the next one on (azerbaijani.md 7.2).
VECTORS = {
    "2026-03-02": {3: "2026-03-05", 7: "2026-03-12", 15: "2026-04-02", 30: "2026-04-23"},
    "2026-03-13": {3: "2026-03-18", 7: "2026-04-02", 15: "2026-04-14", 30: "2026-05-05"},
    "2026-05-18": {3: "2026-05-21", 7: "2026-06-01", 15: "2026-06-11", 30: "2026-07-06"},
    "2026-11-02": {3: "2026-11-05", 7: "2026-11-13", 15: "2026-11-25", 30: "2026-12-16"},
    "2026-12-21": {3: "2026-12-24", 7: "2026-12-30", 15: "2027-01-14", 30: "2027-02-05"},
}


@pytest.mark.parametrize(
    ("registered", "n", "expected"),
    [
        pytest.param(registered, n, expected, id=f"{registered}+{n}wd")
        for registered, terms in VECTORS.items()
        for n, expected in terms.items()
    ],
)
def test_terms_counted_from_the_next_working_day(registered: str, n: int, expected: str) -> None:
    start, on = at(f"{registered}T11:20"), date.fromisoformat(expected)
    assert OFFICIAL.add_working_days(start.date(), n) == on
    assert OFFICIAL.due_working_days(start, n) == OFFICIAL.ends_at(on)
    assert OFFICIAL.working_days_between(start.date(), on) == n
    steps = OFFICIAL.explain(start, n)
    assert (steps[0].date, steps[-1].date) == (start.date(), on)
    assert steps[-1].running_total == sum(step.counted for step in steps) == n


#: Every day of 2026 that is off besides plain weekends, as the official list has them.
OFF_IN_2026 = [
    "01-01",
    "01-02",
    "01-20",
    "03-09",
    "03-20",
    "03-23",
    "03-24",
    "03-25",
    "03-26",
    "03-27",
    "03-30",
    "05-11",
    "05-27",
    "05-28",
    "05-29",
    "06-15",
    "06-26",
    "11-09",
    "11-10",
    "12-31",
]


def test_weekdays_off_in_2026_are_those_of_the_official_list() -> None:
    year = [date(2026, 1, 1) + timedelta(days=i) for i in range(365)]
    off = [f"{on:%m-%d}" for on in year if on.weekday() < 5 and not OFFICIAL.is_working(on)]
    assert off == OFF_IN_2026


@pytest.mark.parametrize("eve", ["01-19", "03-19", "05-26", "06-25", "12-30"])
def test_the_working_day_before_a_holiday_is_an_hour_shorter(eve: str) -> None:
    """Labour Code 108: New Year's first days, mourning, Novruz, Qurban, the Armed Forces, solidarity."""
    assert OFFICIAL.day(date.fromisoformat(f"2026-{eve}")).kind == "short"


def test_a_term_ends_when_the_office_closes_in_baku() -> None:
    assert OFFICIAL.due_working_days(at("2026-03-02T23:30"), 3) == at("2026-03-05T18:00")
    late_in_utc = datetime(2026, 3, 2, 21, tzinfo=UTC)
    assert OFFICIAL.due_working_days(late_in_utc, 3).date() == date(2026, 3, 6)
    assert OFFICIAL.due_working_days(at("2026-12-21T10:00"), 7) == at("2026-12-30T17:00")


def test_the_same_day_or_the_next_working_one() -> None:
    assert OFFICIAL.due_working_days(at("2026-03-02T10:00"), 0) == at("2026-03-02T18:00")
    assert OFFICIAL.due_working_days(at("2026-03-02T19:00"), 0) == at("2026-03-03T18:00")
    assert OFFICIAL.due_working_days(at("2026-03-20T10:00"), 0) == at("2026-03-31T18:00")
    assert OFFICIAL.add_working_days(date(2026, 3, 20), 0) == date(2026, 3, 31)
    assert OFFICIAL.add_working_days(date(2026, 3, 31), -1) == date(2026, 3, 19)


def test_terms_in_hours() -> None:
    friday = at("2026-03-06T15:00")
    assert OFFICIAL.due_hours(friday, 24, skip_non_working=False) == at("2026-03-07T15:00")
    assert OFFICIAL.due_hours(friday, 48, skip_non_working=True) == at("2026-03-11T15:00")
    assert OFFICIAL.due_hours(at("2026-03-07T15:00"), 24, skip_non_working=True) == at(
        "2026-03-11T00:00"
    )


def test_hours_used_up_at_the_midnight_before_days_off_are_due_after_them() -> None:
    """From Sunday 14 June: the 15th is a holiday, four whole days end with Friday the 19th."""
    sunday = at("2026-06-14T12:00")
    assert OFFICIAL.due_hours(sunday, 96, skip_non_working=True) == at("2026-06-22T00:00")
    assert OFFICIAL.due_hours(sunday, 95, skip_non_working=True) == at("2026-06-19T23:00")


def test_short_days_close_an_hour_earlier() -> None:
    eve = date(2026, 3, 19)
    assert OFFICIAL.day(eve).kind == "short"
    assert OFFICIAL.open_hours(eve) == ((time(9), time(13)), (time(14), time(17)))
    assert OFFICIAL.open_hours(date(2026, 3, 20)) == ()
    assert shortened(((time(10), time(16)),)) == ((time(10), time(15)),)
    own = Calendar.of([Day(eve, "short", ((time(8), time(12)),))])
    assert own.ends_at(eve) == at("2026-03-19T12:00")


def test_official_days_know_their_kind_and_names() -> None:
    days = {day.date: day for day in holiday_overrides([2025, 2026, 2027])}
    novruz = days[date(2026, 3, 20)]
    assert novruz.kind == "holiday"
    assert novruz.name_az == "Novruz bayramı; Ramazan bayramı"
    assert novruz.name("en") == "Novruz; Eid al-Fitr"
    assert novruz.name("ru-RU") == "Новруз; Рамазан"
    assert days[date(2026, 3, 30)].kind == "moved"
    assert days[date(2026, 1, 20)].name("az") == "Ümumxalq hüzn günü"
    assert days[date(2025, 6, 21)].kind == "working"
    assert days[date(2025, 6, 27)].name("en") == "Day off for 21.06.2025"
    assert days[date(2026, 6, 25)].kind == "short"
    assert date(2026, 6, 14) not in days
    assert days[date(2027, 3, 9)].estimated
    assert not days[date(2027, 3, 20)].estimated
    assert all(day.name_az and day.name_en and day.name_ru for day in days.values())
    assert {day.date.year for day in holiday_overrides([2026])} == {2026}


def test_a_working_saturday_counts() -> None:
    saturday = date(2026, 3, 7)
    swapped = Calendar.of([Day(saturday, "working"), Day(date(2026, 3, 9), "moved")])
    assert swapped.add_working_days(date(2026, 3, 6), 1) == saturday
    assert swapped.add_working_days(date(2026, 3, 6), 2) == date(2026, 3, 10)


def test_wrong_values_are_refused() -> None:
    with pytest.raises(ValueError, match="kind of day"):
        Day(date(2026, 1, 1), "party")
    with pytest.raises(ValueError, match="unit"):
        Term(3, "weeks")
    with pytest.raises(ValueError, match="negative"):
        Term(-1)
    with pytest.raises(ValueError, match="before it starts"):
        pause("2026-03-05T10:00", "2026-03-04T10:00")
    never = Calendar(weekend=frozenset(range(7)))
    with pytest.raises(ValueError, match="no working day"):
        never.next_working(date(2026, 1, 1))
    with pytest.raises(ValueError, match="no working day"):
        never.due_working_days(at("2026-01-01T10:00"), 1)
    with pytest.raises(ValueError, match="no working day"):
        never.due_hours(at("2026-01-01T10:00"), 1, skip_non_working=True)


@pytest.mark.parametrize(
    ("segments", "due"),
    [
        ([], "2026-06-05T18:00"),
        ([pause("2026-06-02T10:00", "2026-06-02T16:00")], "2026-06-05T18:00"),
        ([pause("2026-06-02T10:00", "2026-06-03T09:00")], "2026-06-08T18:00"),
        ([pause("2026-06-02T18:00", "2026-06-02T18:01")], "2026-06-08T18:00"),
        ([pause("2026-06-02T17:00", "2026-06-02T18:00")], "2026-06-05T18:00"),
        ([pause("2026-06-02T10:00", "2026-06-04T10:00")], "2026-06-09T18:00"),
        ([pause("2026-06-06T10:00", "2026-06-07T10:00")], "2026-06-05T18:00"),
        (
            [
                pause("2026-06-02T10:00", "2026-06-03T10:00"),
                pause("2026-06-02T12:00", "2026-06-03T09:00"),
            ],
            "2026-06-08T18:00",
        ),
        ([pause("2026-06-03T10:00", None)], "2026-06-05T18:00"),
    ],
)
def test_pauses_move_a_term_by_the_working_days_they_cover(
    segments: list[Segment], due: str
) -> None:
    assert due_with_segments(PLAIN, Term(4), at("2026-06-01T11:00"), segments) == at(due)


def test_an_open_pause_moves_the_term_as_time_goes() -> None:
    started, open_pause = at("2026-06-01T11:00"), [pause("2026-06-03T10:00", None)]
    for now, due in (
        ("2026-06-03T12:00", "2026-06-05T18:00"),
        ("2026-06-04T12:00", "2026-06-08T18:00"),
        ("2026-06-05T12:00", "2026-06-09T18:00"),
    ):
        assert due_with_segments(PLAIN, Term(4), started, open_pause, as_of=at(now)) == at(due)


def test_pauses_stop_hours_too() -> None:
    stopped = [pause("2026-06-02T10:00", "2026-06-02T16:00")]
    started = at("2026-06-01T11:00")
    assert due_with_segments(PLAIN, Term(24, "hours"), started, stopped) == at("2026-06-02T17:00")
    assert due_with_segments(PLAIN, Term(96, "working_day_hours"), started, stopped) == at(
        "2026-06-05T17:00"
    )
    over_days = [pause("2026-06-01T20:00", "2026-06-03T20:00")]
    assert due_with_segments(PLAIN, Term(24, "hours"), started, over_days) == at("2026-06-04T11:00")


def test_extensions_count_on_from_the_date_they_extend() -> None:
    started = at("2026-06-01T11:00")
    one = due_with_segments(PLAIN, Term(15), started, [], [Term(30)])
    assert one == due_with_segments(PLAIN, Term(45), started, [])
    assert due_with_segments(PLAIN, Term(1), started, [], [Term(0)]) == at("2026-06-02T18:00")


def test_explained_pauses() -> None:
    steps = OFFICIAL.explain(
        at("2026-03-17T10:00"), 3, [pause("2026-03-18T10:00", "2026-03-19T09:00")], language="en"
    )
    assert [
        (step.date.day, step.counted, step.paused, step.running_total) for step in steps[:4]
    ] == [
        (17, False, False, 0),
        (18, False, True, 0),
        (19, True, False, 1),
        (20, False, False, 1),
    ]
    assert steps[3].name == "Novruz; Eid al-Fitr"
    assert steps[-1].running_total == 3
    assert OFFICIAL.explain(date(2026, 3, 2), 3)[-1].date == date(2026, 3, 5)


@STEADY
@given(STARTS, DAYS_RULES, pauses(), st.lists(DAYS_RULES, max_size=2))
def test_working_day_terms(
    started: datetime, rule: Term, stopped: list[Segment], extensions: list[Term]
) -> None:
    due = due_with_segments(OFFICIAL, rule, started, stopped, extensions)
    assert OFFICIAL.is_working(due.date())
    assert due == OFFICIAL.ends_at(due.date())
    assert due >= started
    assert due == due_with_segments(OFFICIAL, rule, started, stopped[::-1], extensions)
    assert due >= due_with_segments(OFFICIAL, rule, started, stopped)
    assert due >= due_with_segments(OFFICIAL, rule, started, [], extensions)


@STEADY
@given(STARTS, st.integers(1, 30), pauses())
def test_no_working_day_is_lost_or_gained(
    started: datetime, quantity: int, stopped: list[Segment]
) -> None:
    due = due_with_segments(OFFICIAL, Term(quantity), started, stopped).date()
    steps = OFFICIAL.explain(started, quantity, stopped)
    working = OFFICIAL.working_days_between(started.date(), due)
    paused = sum(step.paused for step in steps[1:])
    assert working == quantity + paused
    assert [step.date for step in steps] == [
        started.date() + timedelta(days=i) for i in range((due - started.date()).days + 1)
    ]


WORKING_UNITS = st.one_of(
    DAYS_RULES, st.builds(Term, st.integers(1, 96), st.just("working_day_hours"))
)


@STEADY
@given(STARTS, WORKING_UNITS, pauses(), st.lists(RULES, max_size=2))
def test_a_due_date_never_falls_on_a_day_off(
    started: datetime, rule: Term, stopped: list[Segment], extensions: list[Term]
) -> None:
    """Only 24 hours by the clock (law 24.2 of information) run through days off, as they must."""
    extensions = [each for each in extensions if each.unit != "hours"]
    due = due_with_segments(OFFICIAL, rule, started, stopped, extensions)
    assert OFFICIAL.is_working(due.date())


@STEADY
@given(STARTS, st.integers(1, 96), st.booleans(), pauses())
def test_hours_run_exactly_as_long_as_they_were_given(
    started: datetime, hours: int, skips: bool, stopped: list[Segment]
) -> None:
    """Counted another way: minute by minute, leaving out pauses (and days off, where they are)."""
    started = started.replace(second=0, microsecond=0)
    minute = timedelta(minutes=1)
    stopped = [
        pause_of(one.start.replace(second=0, microsecond=0), one.end, minute) for one in stopped
    ]
    rule = Term(hours, "working_day_hours" if skips else "hours")
    due = due_with_segments(OFFICIAL, rule, started, stopped)
    spans = [(one.start, one.end) for one in stopped]
    counted, moment, length = 0, started, timedelta(minutes=30)
    while moment < due:
        until = min(
            [due, moment + length, *(edge for span in spans for edge in span if edge > moment)]
        )
        midnight = datetime.combine(moment.date() + timedelta(days=1), time(), tzinfo=BAKU)
        until = min(until, midnight)
        runs = not any(start <= moment < end for start, end in spans)
        if runs and not (skips and not OFFICIAL.is_working(moment.date())):
            counted += (until - moment) // minute
        moment = until
    assert counted == hours * 60


def pause_of(start: datetime, end: datetime | None, minute: timedelta) -> Segment:
    """A pause between whole minutes, at least one long."""
    assert end is not None
    whole = end.replace(second=0, microsecond=0)
    return Segment(start, max(whole, start + minute), False)


@STEADY
@given(STARTS, RULES, pauses(), st.lists(STARTS, max_size=4))
def test_a_pause_interrupted_for_no_time_at_all_is_the_same_pause(
    started: datetime, rule: Term, stopped: list[Segment], cuts: list[datetime]
) -> None:
    """Resuming and pausing again in the same moment neither loses nor gains time."""
    pieces: list[Segment] = []
    for one in stopped:
        assert one.end is not None
        inside = sorted(cut for cut in cuts if one.start < cut < one.end)
        edges = [one.start, *inside, one.end]
        pieces += [Segment(a, b, False) for a, b in zip(edges, edges[1:], strict=False)]
    nothing = [Segment(cut, cut, False) for cut in cuts]
    whole = due_with_segments(OFFICIAL, rule, started, stopped)
    assert due_with_segments(OFFICIAL, rule, started, [*pieces, *nothing]) == whole


@STEADY
@given(STARTS, RULES, pauses(), st.lists(RULES, max_size=3))
def test_an_extension_never_shortens(
    started: datetime, rule: Term, stopped: list[Segment], extensions: list[Term]
) -> None:
    """Each one more moves the date on or leaves it, in whatever unit."""
    dues = [
        due_with_segments(OFFICIAL, rule, started, stopped, extensions[:n])
        for n in range(len(extensions) + 1)
    ]
    assert dues == sorted(dues)


@STEADY
@given(STARTS, st.integers(-40, 40))
def test_counting_there_and_back(started: datetime, n: int) -> None:
    on = OFFICIAL.add_working_days(started.date(), n)
    assert OFFICIAL.is_working(on)
    between = OFFICIAL.working_days_between(started.date(), on)
    assert between == n if n > 0 else between in (n, n + 1)


@STEADY
@given(STARTS, RULES, pauses())
def test_share_is_none_at_the_start_and_whole_when_due(
    started: datetime, rule: Term, stopped: list[Segment]
) -> None:
    due = due_with_segments(OFFICIAL, rule, started, stopped)

    def share(now: datetime) -> float:
        return elapsed_share(OFFICIAL, rule, started, stopped, now=now)

    assert share(due) == pytest.approx(1)
    before = due - timedelta(minutes=1)
    if rule.unit != "working_day_hours" or OFFICIAL.is_working(before.date()):
        assert share(before) < 1  # else the hours were used up before the days off
    assert share(due + timedelta(days=40)) > 1
    if rule.quantity:
        assert share(started) == 0


def test_share_for_the_ladder() -> None:
    started = at("2026-06-01T11:00")
    shares = [
        elapsed_share(PLAIN, Term(4), started, [], now=at(now))
        for now in ("2026-06-01T17:00", "2026-06-02T13:30", "2026-06-03T18:00", "2026-06-09T18:00")
    ]
    assert shares == [0, 0.125, 0.5, 1.5]
    halted = [pause("2026-06-03T10:00", None)]
    assert elapsed_share(PLAIN, Term(4), started, halted, now=at("2026-06-30T10:00")) == 0.25
    extended = elapsed_share(PLAIN, Term(4), started, [], [Term(4)], now=at("2026-06-03T18:00"))
    assert extended == 0.25
    hours = elapsed_share(PLAIN, Term(24, "hours"), started, [], now=at("2026-06-01T23:00"))
    assert hours == 0.5


def test_a_same_day_term_that_starts_after_hours_is_used_up_on_the_next_working_day() -> None:
    started = datetime(2026, 2, 2, 18, 0, 0, 1, tzinfo=BAKU)
    due = due_with_segments(OFFICIAL, Term(0), started, [])
    assert due.date() == date(2026, 2, 3)
    assert elapsed_share(OFFICIAL, Term(0), started, [], now=started) == 0
    assert elapsed_share(OFFICIAL, Term(0), started, [], now=due) == pytest.approx(1)


def test_an_extended_same_day_term_is_used_up_when_it_is_due() -> None:
    started = datetime(2026, 2, 2, 10, tzinfo=BAKU)
    longer = [Term(2)]
    due = due_with_segments(OFFICIAL, Term(0), started, [], longer)
    assert elapsed_share(OFFICIAL, Term(0), started, [], longer, now=due) == pytest.approx(1)
