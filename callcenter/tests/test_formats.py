"""Dates, numbers, terms and found words as the pages show them."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.template import Context, Template, engines
from django.utils import translation
from django_cotton.compiler_regex import CottonCompiler

from callcenter.templatetags import formats
from callcenter.worktime import BAKU, Calendar, Day

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=BAKU)


def words_of(due, now):
    return Template("{% load formats %}{% term_left due now %}").render(
        Context({"due": due, "now": now})
    )


@pytest.fixture(autouse=True)
def plain_week(monkeypatch):
    monkeypatch.setattr(formats, "_calendar", [Calendar])


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def test_days_and_moments_are_shown_in_baku():
    late_in_london = datetime(2026, 11, 23, 21, 30, tzinfo=UTC)
    assert formats.az_date(late_in_london) == "24.11.2026"
    assert formats.az_datetime(late_in_london) == "24.11.2026 01:30"
    assert formats.az_date(date(2026, 1, 2)) == "02.01.2026"
    assert formats.az_date(None) == formats.az_datetime(None) == formats.az_time(None) == ""


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [
        (1234.5, None, "1\u00a0234,5"),
        (1234567, None, "1\u00a0234\u00a0567"),
        (-3, None, "−3"),
        ("0.125", 2, "0,13"),
        (5, 1, "5,0"),
        (None, None, ""),
        ("1 000+", None, "1 000+"),
    ],
)
def test_numbers_have_a_hard_space_and_a_comma(value, places, shown):
    assert formats.az_number(value, places) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("1412345071", "14•••••071"),
        ("+994 50 212 34 56", "+994 50 ••• •• 56"),
        ("5AB12CD", "5••••CD"),
        ("aysel@mail.az", "a•••@mail.az"),
        ("AB", "AB"),
        (None, ""),
    ],
)
def test_identifiers_are_masked(value, shown):
    assert formats.masked(value) == shown


@pytest.mark.parametrize(
    ("days", "hour", "words", "tone", "shape"),
    [
        (3, 18, "3 working days left", "", "ring"),
        (1, 18, "1 working day left", "warn", "half"),
        (0, 18, "today until 18:00", "warn", "dot"),
        (0, 9, "late since 09:00", "bad", "late"),
        (-1, 18, "1 day late", "bad", "late"),
        (-5, 18, "5 days late", "bad", "late"),
    ],
)
def test_a_term_says_in_words_what_is_left(days, hour, words, tone, shape):
    due = (NOON + timedelta(days=days)).replace(hour=hour)
    term = formats.term_of(due, NOON)
    assert (term.words, term.tone, term.shape) == (words, tone, shape)
    assert words_of(due, NOON) == words


def test_days_off_do_not_count_as_left():
    due = datetime(2026, 11, 30, 18, 0, tzinfo=BAKU)
    assert words_of(due, NOON) == "5 working days left"
    saturday = datetime(2026, 11, 28, 10, 0, tzinfo=BAKU)
    assert words_of(saturday + timedelta(days=1), saturday) == "1 day left"


def test_the_calendar_in_force_counts():
    formats.know_calendar(lambda: Calendar.of([Day(date(2026, 11, 24), "holiday")]))
    assert words_of(NOON + timedelta(days=3), NOON) == "2 working days left"


def test_a_page_asks_for_the_calendar_once(rf):
    asked = []
    formats.know_calendar(lambda: asked.append(1) or Calendar())
    page = Template("{% load formats %}{% for due in dues %}{% term_left due now %}{% endfor %}")
    page.render(
        Context({"request": rf.get("/"), "dues": [NOON + timedelta(days=9)] * 3, "now": NOON})
    )
    assert asked == [1]


@pytest.mark.parametrize(
    ("state", "shape"), [("paused", "pause"), ("done", "done"), ("done_late", "late")]
)
def test_a_finished_or_paused_term_counts_nothing(state, shape):
    assert formats.term_of(NOON, NOON, state).shape == shape
    assert formats.term_of(None, NOON, state) is None


@pytest.mark.parametrize(
    ("text", "query", "shown"),
    [
        ("Şikayətin mətni", "sikayet", "<mark>Şikayət</mark>in mətni"),
        ("İKİNCİ <b>", "ikinci", "<mark>İKİNCİ</mark> &lt;b&gt;"),
        ("a & b", "", "a &amp; b"),
        ("<script>", "script", "&lt;<mark>script</mark>&gt;"),
        ("müraciət", "raciet", "müraciət"),
    ],
)
def test_found_words_are_marked_and_the_rest_escaped(text, query, shown):
    assert formats.highlight(text, query) == shown


@pytest.mark.parametrize(
    ("due", "state"),
    [(NOON, ""), (NOON - timedelta(days=40), ""), (NOON + timedelta(days=3), ""), (NOON, "paused"), (NOON, "done"), (NOON, "done_late"), (None, "")],
)  # fmt: skip
def test_a_row_draws_what_the_component_draws(due, state):
    context = {"due": due, "now": NOON, "state": state, "label": "a < b"}
    pairs = [
        (
            "{% load formats %}{% term_mark due now state %}",
            '<c-deadline :due="due" :now="now" state="{{ state }}" />',
        ),
        *(
            (
                '{% load formats %}{% badge "TONE" label %}'.replace("TONE", tone),
                f'<c-badge tone="{tone}" label="{{{{ label }}}}" />',
            )
            for tone in ("", "info", "good", "warn", "bad")
        ),
        (
            '{% load formats %}{% badge "neutral" label "square" %}',
            '<c-badge shape="square" label="{{ label }}" />',
        ),
    ]
    for short, component in pairs:
        drawn, whole = (_drawn(text, context) for text in (short, component))
        assert drawn == whole


def _drawn(text, context):
    """As a template of a page; what white space stands between tags is no matter."""
    compiled = engines["django"].from_string(CottonCompiler().process(text))
    return re.sub(r" ?> ?", ">", " ".join(compiled.render(context).split()))
