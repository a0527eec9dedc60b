"""Azerbaijani text, and its SQL twins on the real database."""

import unicodedata
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from callcenter.sql import TEXT_FUNCTIONS
from callcenter.text import (
    az_fold,
    az_lower,
    az_sort_key,
    az_title,
    az_upper,
    clean,
    prefix_query,
    sentence_case,
    stem,
    tokens,
    words,
)

ALPHABET = [
    "a",
    "b",
    "c",
    "ç",
    "d",
    "e",
    "ə",
    "f",
    "g",
    "ğ",
    "h",
    "x",
    "ı",
    "i",
    "j",
    "k",
    "q",
    "l",
    "m",
    "n",
    "o",
    "ö",
    "p",
    "r",
    "s",
    "ş",
    "t",
    "u",
    "ü",
    "v",
    "y",
    "z",
    "w",
]
# Characters where folding does something, much more often than chance would bring them.
TELLING = "".join(ALPHABET) + "İIƏÖÜĞŞÇ\u0307\u0306\u0327\u0308 ~-'№½ﬁЩщЮяЁйъьәҹҝһ\u200f1Ωß"
ANY_TEXT = st.text(
    st.one_of(
        st.sampled_from(TELLING),
        st.characters(
            max_codepoint=0x2FFF, exclude_categories=("Cs", "Cn"), exclude_characters="\0"
        ),
        st.characters(exclude_categories=("Cs", "Cn"), exclude_characters="\0"),
    ),
    max_size=12,
)
STEADY = settings(derandomize=True, max_examples=200, deadline=None)
ONCE = settings(
    derandomize=True,
    max_examples=1,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def ask(sql: str, *params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


@pytest.fixture
def functions(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(TEXT_FUNCTIONS)


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("İQTİSADİYYAT NAZİRLİYİ, ŞİKAYƏT IŞIQ", "iqtisadiyyat nazirliyi, sikayet isiq"),
        ("I\u0307XRAC i\u0307xrac", "ixrac ixrac"),
        ("Məmmədov Ələkbər", "memmedov elekber"),
        ("s\u0327ikay\u0259t", "sikayet"),
        ("шикајәт", "sikayet"),
        ("шикаят", "sikayat"),
        ("Гасымов Мүшфиг Йусиф оғлу", "qasimov musfiq yusif oglu"),
        ("Щербаков, объект, ёлка", "serbakov, obekt, yolka"),
        ("José Straße Łódź", "jose strasse lodz"),
        ("ÇM-2026-000123/1", "cm-2026-000123/1"),
        ("a\u00a0b \ufb01n\u200f\u202e", "a b fin"),
        ("", ""),
    ],
)
def test_fold(typed: str, folded: str) -> None:
    assert az_fold(typed) == folded


@STEADY
@given(ANY_TEXT)
def test_fold_of_any_writing_of_a_text_is_the_same(text: str) -> None:
    folded = az_fold(text)
    assert az_fold(unicodedata.normalize("NFC", text)) == folded
    assert az_fold(folded) == folded
    assert not any(unicodedata.combining(sign) for sign in folded if sign < "\u0370")


@pytest.mark.parametrize("case", [str, az_upper])
def test_alphabet_order(case: Any) -> None:
    letters = [case(letter) for letter in ALPHABET]
    assert sorted(reversed(letters), key=az_sort_key) == letters
    doubled = [first + second for first in letters for second in letters]
    assert sorted(reversed(doubled), key=az_sort_key) == doubled


def test_names_in_order() -> None:
    names = [
        "12 saylı",
        "7 saylı",
        "Abbasov",
        "abbasov",
        "Abbasova",
        "Cəfərov",
        "Çobanov",
        "Elçin",
        "Eyvazov",
        "Ələkbərov",
        "Əliyev",
        "Fətullayev",
        "Həsənov",
        "Hüseynov",
        "Xalq",
        "Isgəndərov",
        "İbrahimov",
        "Kərimov",
        "Qasımov",
        "Lalə",
        "Vəliyev",
        "Zeynalov",
        "Wagner",
    ]
    assert sorted(reversed(names), key=az_sort_key) == names


def test_case_alone_never_parts_equal_names() -> None:
    names = ["əliyev a", "Əliyev A", "ƏLİYEV A", "Əliyev B"]
    assert sorted(reversed(names), key=az_sort_key)[-1] == "Əliyev B"


def test_letter_case() -> None:
    assert az_lower("IŞIQ İXRAC Ə") == "ışıq ixrac ə"
    assert az_lower("I\u0307") == "i"
    assert az_upper("ışıq ixrac müraciət") == "IŞIQ İXRAC MÜRACİƏT"
    assert az_title("ƏLİYEV-ZADƏ ilham ışıq o'neill") == "Əliyev-Zadə İlham Işıq O'neill"
    assert sentence_case(" ixrac Bakıda") == " İxrac Bakıda"
    assert sentence_case("") == ""


@pytest.mark.parametrize("word", ["müraciət", "ışıq", "İXRAC", "şikayətçi", "güzəşt"])
def test_upper_and_lower_turn_back(word: str) -> None:
    assert az_lower(az_upper(word)) == az_lower(word)


def test_clean_keeps_text_and_drops_what_is_not() -> None:
    assert clean("a\0b\x07\u202ec\u2066d\ufeff") == "abcd"
    assert clean("bir\r\niki\rüç\u2028dörd\tbeş") == "bir\niki\nüç\ndörd\tbeş"
    assert clean("I\u0307s\u0327\ud800") == "İş"
    assert clean("👩\u200d💻") == "👩\u200d💻"


@STEADY
@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    once.encode()


@pytest.mark.parametrize(
    ("word", "beginning"),
    [
        ("müraciəti", "muraciet"),
        ("müraciətlərin", "muraciet"),
        ("müraciətlərinizdən", "muraciet"),
        ("sahibkarların", "sahibkar"),
        ("şikayətçinin", "sikayet"),
        ("vergisini", "vergi"),
        ("qeydiyyatdan", "qeydiyyat"),
        ("nazirliyinin", "nazir"),
        ("Bakıda", "baki"),
        ("lisenziyanın", "lisenziya"),
        ("kompensasiyalarından", "kompensasiya"),
        ("maliyyə", "maliyye"),
        ("vergiyə", "vergi"),
        ("güzəştlər", "guzest"),
        ("pullar", "pul"),
        ("qanun", "qanun"),
        ("iş", "is"),
        ("bank", "bank"),
        ("2026da", "2026da"),
    ],
)
def test_stem(word: str, beginning: str) -> None:
    assert stem(az_fold(word)) == beginning


@STEADY
@given(st.text(st.sampled_from("abdeilmnrsuyz"), min_size=1, max_size=20))
def test_a_stem_begins_its_word_and_keeps_three_letters(word: str) -> None:
    assert word.startswith(stem(word))
    assert len(stem(word)) >= min(3, len(word))


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("müraciətlərin şikayətçi", "muraciet:* & sikayet:*"),
        ("MÜRACİƏT & !şikayət | (x <-> y):*", "muraciet:* & sikayet:*"),
        ("vergi və gömrük", "vergi:* & gomruk:*"),
        ("və", "ve:*"),
        ("ÇM-2026-000123", "cm:* & 2026:* & 000123:*"),
        ("şikayət şikayəti", "sikayet:*"),
        ("ქართული", "'ქართული':*"),
        ("' \\ \0 😀 \u202e & |", ""),
        ("", ""),
    ],
)
def test_prefix_query(typed: str, query: str) -> None:
    assert prefix_query(typed) == query


def test_tokens() -> None:
    assert tokens("Əliyev, A.: 050-212 (şikayət)") == ["eliyev", "a", "050", "212", "sikayet"]
    assert words("  «Şikayət»—№5  ") == "sikayet no5"


@ONCE
@given(st.lists(ANY_TEXT, min_size=400, max_size=400))
def test_sql_twins_agree(functions: None, texts: list[str]) -> None:
    rows = ask(
        "SELECT az_fold(t), az_words(t), az_sort_key(t)"
        " FROM unnest(%s::text[]) WITH ORDINALITY AS u(t, n) ORDER BY n",
        texts,
    )
    assert rows == [(az_fold(text), words(text), az_sort_key(text)) for text in texts]


def test_sql_twins_agree_on_every_common_character(functions: None) -> None:
    signs = [chr(code) for code in range(1, 0x3000) if unicodedata.category(chr(code)) != "Cn"]
    rows = ask(
        "SELECT az_fold(t), az_words(t), az_sort_key(t)"
        " FROM unnest(%s::text[]) WITH ORDINALITY AS u(t, n) ORDER BY n",
        signs,
    )
    assert rows == [(az_fold(sign), words(sign), az_sort_key(sign)) for sign in signs]


@ONCE
@given(st.lists(st.text(max_size=30), min_size=150, max_size=150))
def test_any_text_is_a_query_the_database_accepts(functions: None, typed: list[str]) -> None:
    queries = [prefix_query(text) for text in typed]
    assert ask("SELECT count(to_tsquery('simple', q)) FROM unnest(%s::text[]) AS u(q)", queries)


def test_stored_columns_are_searched_and_ordered(functions: None) -> None:
    ask_rows = [("Xalq Bankı",), ("Həsənov: müraciətlərin icrası",), ("İbrahimovun ŞİKAYƏTİ",)]
    with connection.cursor() as cursor:
        cursor.execute(
            """CREATE TEMPORARY TABLE paper (
                title text,
                folded text GENERATED ALWAYS AS (az_fold(title)) STORED,
                sort_key text COLLATE "C" GENERATED ALWAYS AS (az_sort_key(title)) STORED,
                found_by tsvector GENERATED ALWAYS AS (az_tsvector(title)) STORED)"""
        )
        cursor.executemany("INSERT INTO paper (title) VALUES (%s)", ask_rows)
        cursor.execute("CREATE INDEX ON paper (az_fold(title))")
    in_order = [title for (title,) in ask("SELECT title FROM paper ORDER BY sort_key")]
    assert in_order == ["Həsənov: müraciətlərin icrası", "Xalq Bankı", "İbrahimovun ŞİKAYƏTİ"]
    search = "SELECT title FROM paper WHERE found_by @@ to_tsquery('simple', %s)"
    assert ask(search, prefix_query("шикајәтин")) == [("İbrahimovun ŞİKAYƏTİ",)]
    assert ask(search, prefix_query("muracietin icrasi")) == [("Həsənov: müraciətlərin icrası",)]
    assert ask(search, prefix_query("gömrük")) == []


def test_functions_are_immutable_and_keep_nothing_for_null(functions: None) -> None:
    rows = ask(
        "SELECT proname, provolatile, proparallel FROM pg_proc"
        " WHERE proname IN ('az_fold', 'az_words', 'az_tsvector', 'az_sort_key') ORDER BY 1"
    )
    names = ("az_fold", "az_sort_key", "az_tsvector", "az_words")
    assert rows == [(name, "i", "s") for name in names]
    assert ask("SELECT az_fold(NULL), az_sort_key(NULL), az_tsvector(NULL)") == [(None,) * 3]


def test_suffix_rules_never_overlap_into_nothing() -> None:
    lengths = [len(stem("muraciet" + "lar" * times)) for times in range(6)]
    assert all(later >= earlier for earlier, later in pairwise(lengths))
