"""Sentences agree with their numbers: one and many, rise, fall, no change, zero, nothing to compare."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from reports.periods import Period, Sort, parse
from reports.wording import wording
from reports.wording.az import FROM, TO, WHOSE, ended, genitive, in_day, ordinal
from reports.wording.facts import Compared, Growth, Summary
from reports.wording.ru import counted

OCTOBER = parse("2026-10")


def summary(language: str = "az", period: Period = OCTOBER, **more: Any) -> str:
    values: dict[str, Any] = {
        "received": Compared(0), "kinds": {}, "repeats": 0, "answered_at_once": 0, "referred": 0,
        "ended": 0, "ended_late": 0, "overdue": 0, **more,
    }  # fmt: skip
    return " ".join(wording(language).summary(Summary(period=period, **values)))


@pytest.mark.parametrize(
    ("number", "whose", "to", "away"),
    [
        (0, "0-ı", "0-a", "0-dan"), (1, "1-i", "1-ə", "1-dən"), (2, "2-si", "2-yə", "2-dən"),
        (3, "3-ü", "3-ə", "3-dən"), (4, "4-ü", "4-ə", "4-dən"), (6, "6-sı", "6-ya", "6-dan"),
        (7, "7-si", "7-yə", "7-dən"), (9, "9-u", "9-a", "9-dan"), (10, "10-u", "10-a", "10-dan"),
        (20, "20-si", "20-yə", "20-dən"), (30, "30-u", "30-a", "30-dan"),
        (40, "40-ı", "40-a", "40-dan"), (50, "50-si", "50-yə", "50-dən"),
        (60, "60-ı", "60-a", "60-dan"), (70, "70-i", "70-ə", "70-dən"),
        (90, "90-ı", "90-a", "90-dan"), (100, "100-ü", "100-ə", "100-dən"),
        (1000, "1\u00a0000-i", "1\u00a0000-ə", "1\u00a0000-dən"),
        (10240, "10\u00a0240-ı", "10\u00a0240-a", "10\u00a0240-dan"),
        (1_000_000, "1\u00a0000\u00a0000-u", "1\u00a0000\u00a0000-a", "1\u00a0000\u00a0000-dan"),
    ],
)  # fmt: skip
def test_an_ending_follows_the_last_word_of_the_number(
    number: int, whose: str, to: str, away: str
) -> None:
    assert (ended(number, WHOSE), ended(number, TO), ended(number, FROM)) == (whose, to, away)


@pytest.mark.parametrize(
    ("year", "written"),
    [(2000, "2000-ci"), (2020, "2020-ci"), (2023, "2023-cü"), (2025, "2025-ci"), (2026, "2026-cı"),
     (2029, "2029-cu"), (2030, "2030-cu"), (2040, "2040-cı"), (2100, "2100-cü")],
)  # fmt: skip
def test_a_year_is_an_ordinal(year: int, written: str) -> None:
    assert ordinal(year) == written


def test_months_and_days_are_in_their_cases() -> None:
    written = [genitive(month) for month in range(1, 13)]
    assert written == [
        "yanvarın", "fevralın", "martın", "aprelin", "mayın", "iyunun", "iyulun", "avqustun",
        "sentyabrın", "oktyabrın", "noyabrın", "dekabrın",
    ]  # fmt: skip
    assert [in_day(day) for day in (1, 3, 6, 9, 10, 20, 23, 26, 30, 31)] == [
        "1-də", "3-də", "6-da", "9-da", "10-da", "20-də", "23-də", "26-da", "30-da", "31-də",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("2026-10", "2026-cı ilin oktyabr ayında çağrı mərkəzinə 5 müraciət daxil olub."),
        ("2025-Q3", "2025-ci ilin üçüncü rübündə çağrı mərkəzinə 5 müraciət daxil olub."),
        ("2026-H2", "2026-cı ilin ikinci yarısında çağrı mərkəzinə 5 müraciət daxil olub."),
        ("2024", "2024-cü ildə çağrı mərkəzinə 5 müraciət daxil olub."),
        ("2026-11-06..2026-11-06", "2026-cı il noyabrın 6-da çağrı mərkəzinə 5 müraciət daxil olub."),
        ("2026-11-05..2026-11-09", "05.11.2026 – 09.11.2026 tarixləri arasında çağrı mərkəzinə 5"),
    ],
)  # fmt: skip
def test_the_period_is_named_in_its_case(text: str, begins: str) -> None:
    told = summary(period=parse(text), received=Compared(5), kinds={"question": 5})
    assert told.startswith(begins)


@pytest.mark.parametrize(
    ("now", "then", "told"),
    [
        (120, 100, "Əvvəlki ayla müqayisədə müraciətlərin sayı 20 vahid və ya 20 faiz artıb."),
        (89, 100, "Əvvəlki ayla müqayisədə müraciətlərin sayı 11 vahid və ya 11 faiz azalıb."),
        (100, 100, "Əvvəlki ayla müqayisədə müraciətlərin sayı dəyişməyib."),
        (1, 3, "Əvvəlki ayla müqayisədə müraciətlərin sayı 2 vahid və ya 66,7 faiz azalıb."),
        (7, 0, "Əvvəlki ayla müqayisədə müraciətlərin sayı 7 vahid artıb (həmin dövrdə müraciət olmayıb)."),
        (0, 4, "Əvvəlki ayla müqayisədə müraciətlərin sayı 4 vahid və ya 100 faiz azalıb."),
        (30_463, 30_450, "müraciətlərin sayı 13 vahid artıb (0,1 faizdən az)."),
    ],
)  # fmt: skip
def test_rise_fall_and_no_change(now: int, then: int, told: str) -> None:
    assert told in summary(received=Compared(now, then), kinds={"question": now} if now else {})


def test_zero_says_that_nothing_came() -> None:
    told = summary(received=Compared(0, 0, 0))
    assert told.startswith(
        "2026-cı ilin oktyabr ayında çağrı mərkəzinə heç bir müraciət daxil olmayıb."
    )
    assert "Onlardan" not in told and "növ" not in told


def test_the_first_period_is_compared_with_nothing() -> None:
    told = summary(received=Compared(5), kinds={"question": 5})
    assert "Əvvəlki dövrlər üzrə məlumat olmadığından müqayisə aparılmayıb." in told
    assert "faiz" not in told


def test_the_year_is_compared_with_the_year_before_once() -> None:
    told = summary(period=parse("2026"), received=Compared(5, 4, 4), kinds={"question": 5})
    assert "Əvvəlki illə" in told and "müvafiq dövrü" not in told


def test_kinds_are_told_with_their_endings_and_those_absent_by_name() -> None:
    kinds = {"proposal": 2, "application": 30, "complaint": 6, "inquiry": 0, "question": 100}
    told = summary(received=Compared(138, 138), kinds=kinds)
    assert "Onlardan 2-si təklif, 30-u ərizə, 6-sı şikayət, 100-ü sual olub." in told
    assert "Sorğu daxil olmayıb." in told
    one = summary(received=Compared(1), kinds={"complaint": 1})
    assert "Müraciətin növü: şikayət." in one
    same = summary(received=Compared(4), kinds={"complaint": 4})
    assert "Müraciətlərin hamısı şikayət növünə aiddir." in same


def test_shares_are_told_in_points() -> None:
    told = summary(on_time_share=Decimal("92.4"), on_time_before=Decimal("90.0"))
    assert (
        "92,4 faizi vaxtında başa çatıb, bu göstərici əvvəlki dövrlə müqayisədə 2,4 faiz bəndi artıb."
        in told
    )
    fallen = summary(on_time_share=Decimal("98.4"), on_time_before=Decimal("98.5"))
    assert "müqayisədə 0,1 faiz bəndi azalıb." in fallen
    assert "dəyişməyib" in summary(on_time_share=Decimal("90"), on_time_before=Decimal("90"))


def test_growth_in_azerbaijani() -> None:
    az = wording("az")
    assert az.growth([Growth("Kassa", 12, 30)]) == [
        "Ən çox artan mövzu “Kassa” olub: müraciətlərin sayı 12-dən 30-a yüksəlib."
    ]
    assert "əvvəlki dövrdə müraciət olmayıb" in az.growth([Growth("Kassa", 0, 8)])[0]
    assert az.growth([]) == ["Müraciətlərin sayı nəzərəçarpacaq dərəcədə artmış mövzu yoxdur."]


def test_english_says_one_and_many() -> None:
    one = summary("en", received=Compared(1, 2), kinds={"question": 1}, referred=1, overdue=1)
    assert "received 1 appeal." in one and "1 was referred" in one
    assert "1 open appeal was overdue" in one and "fell by 1 (50 %)" in one
    assert "rose by 13 (less than 0.1 %)" in summary("en", received=Compared(30_463, 30_450))
    many = summary("en", received=Compared(3), kinds={"question": 3}, referred=2, overdue=2)
    assert "received 3 appeals." in many and "2 were referred" in many


@pytest.mark.parametrize(
    ("number", "told"),
    [(1, "1 обращение"), (2, "2 обращения"), (5, "5 обращений"), (11, "11 обращений"),
     (12, "12 обращений"), (21, "21 обращение"), (22, "22 обращения"), (111, "111 обращений")],
)  # fmt: skip
def test_russian_has_three_forms(number: int, told: str) -> None:
    assert counted(number) == told
    assert f"поступило {told}." in summary(
        "ru", received=Compared(number), kinds={"question": number}
    )


def test_russian_says_a_trifle_as_less_than_a_tenth() -> None:
    assert "выросло на 13 (менее 0,1 %)" in summary("ru", received=Compared(30_463, 30_450))


def test_every_language_names_every_sort() -> None:
    for language in ("az", "en", "ru"):
        words = wording(language)
        for text in ("2026", "2026-H1", "2026-Q2", "2026-02", "2026-11-16..2026-11-22"):
            period = parse(text)
            assert words.report_name(period.sort, period) and words.title(period.sort)
            assert words.no_data(period).endswith(".")
    assert wording("de").period_name(OCTOBER) == "2026-cı ilin oktyabr ayı"
    assert Period(dt.date(2026, 11, 16), dt.date(2026, 11, 22)).sort == Sort.WEEKLY
