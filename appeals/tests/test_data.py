"""The data files agree with each other: what one names, another has."""

from __future__ import annotations

import json
import string
import tomllib
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from appeals.kinds import NoticeReason
from callcenter.text import words

ROOT = Path(__file__).resolve().parents[2]
APPEALS = ROOT / "appeals" / "data"
PEOPLE = ROOT / "people" / "data"
FILES = sorted([*APPEALS.rglob("*.toml"), *APPEALS.rglob("*.jsonl"), *PEOPLE.rglob("*.toml")])
KINDS = {"question", "inquiry", "information_request", "application", "proposal", "complaint"}
SINGLE_SMS, DOUBLE_SMS = 70, 134
FILLED = {
    "number": "ÇM-2026-000123",
    "received_on": "05.03.2026",
    "due_on": "06.04.2026",
    "structure": "DVX",
    "forward_number": "ÇM-2026-000123/G1",
    "forward_date": "06.03.2026",
    "code": "K7M4Q",
    "link": "195.gov.az/K7M4Q",
    "rating_link": "195.gov.az/r/AbCdEfGhIjKlMnOpQrStUvWxYz0/",
    "reason": "",
    "ground": "",
    "how_to_appeal": "",
    "answer": "",
    "place": "",
}

Row = dict[str, Any]


def rows(path: Path, name: str) -> list[Row]:
    found: list[Row] = tomllib.loads(path.read_text(encoding="utf-8"))[name]
    return found


def codes(path: Path, name: str) -> set[str]:
    return {row["code"] for row in rows(path, name)}


def placeholders(text: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name}


def leaves() -> set[str]:
    topics = rows(APPEALS / "topics.toml", "topic")
    return {row["code"] for row in topics} - {row["parent"] for row in topics}


def searched() -> list[Row]:
    lines = (APPEALS / "search" / "texts.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_text_is_composed_unicode_without_strange_signs(path: Path) -> None:
    text = path.read_bytes().decode("utf-8")
    assert text == unicodedata.normalize("NFC", text)
    assert "\ufeff" not in text and "\ufffd" not in text and "\r" not in text


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (PEOPLE / "structures.toml", "structure"),
        (PEOPLE / "legal_numbers.toml", "legal_number"),
        (APPEALS / "topics.toml", "topic"),
        (APPEALS / "regions.toml", "region"),
        (APPEALS / "term_rules.toml", "term_rule"),
        (APPEALS / "outcomes.toml", "outcome"),
        (APPEALS / "grounds.toml", "ground"),
        (APPEALS / "search" / "queries.toml", "query"),
    ],
)
def test_codes_are_unique(path: Path, name: str) -> None:
    counted = Counter(row["code"] for row in rows(path, name))
    assert [code for code, times in counted.items() if times > 1] == []


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (PEOPLE / "structures.toml", "structure"),
        (APPEALS / "topics.toml", "topic"),
        (APPEALS / "regions.toml", "region"),
    ],
)
def test_a_parent_stands_before_its_children(path: Path, name: str) -> None:
    known = {""}
    for row in rows(path, name):
        assert row["parent"] in known, row["code"]
        known.add(row["code"])


def test_topics_structures_and_regions_know_each_other() -> None:
    structures = rows(PEOPLE / "structures.toml", "structure")
    known = {row["code"] for row in structures}
    topics = codes(APPEALS / "topics.toml", "topic")
    regions = codes(APPEALS / "regions.toml", "region")
    for row in structures:
        assert set(row["competence"]) <= topics, row["code"]
        assert set(row["regions"]) <= regions, row["code"]
    outside = {row["code"] for row in structures if row["category"] == "outside"}
    for row in rows(APPEALS / "topics.toml", "topic"):
        assert row["default_structure"] in known, row["code"]
        assert row.get("outside", False) == (row["default_structure"] in outside), row["code"]


def test_everything_has_three_names() -> None:
    for path, name, part in (
        (PEOPLE / "structures.toml", "structure", "name"),
        (PEOPLE / "structures.toml", "structure", "short"),
        (PEOPLE / "legal_numbers.toml", "legal_number", "name"),
        (APPEALS / "topics.toml", "topic", "name"),
        (APPEALS / "regions.toml", "region", "name"),
        (APPEALS / "term_rules.toml", "term_rule", "note"),
        (APPEALS / "outcomes.toml", "outcome", "label"),
        (APPEALS / "grounds.toml", "ground", "how_to_appeal"),
        (APPEALS / "templates.toml", "template", "body"),
    ):
        for row in rows(path, name):
            assert all(row[f"{part}_{language}"].strip() for language in ("az", "en", "ru")), row


def test_what_is_not_confirmed_says_so() -> None:
    for row in rows(PEOPLE / "legal_numbers.toml", "legal_number"):
        if row["certainty"] in "KX":
            assert "Təsdiqlənməyib" in row["help_az"] and "Not confirmed" in row["help_en"]


def test_every_leaf_topic_has_texts_answers_and_return_reasons() -> None:
    path = APPEALS / "demo" / "texts.toml"
    in_azerbaijani = [row for row in rows(path, "text") if row["lang"] == "az"]
    texts = Counter(row["topic"] for row in in_azerbaijani)
    answers = Counter(row["topic"] for row in rows(path, "answer") if row["lang"] == "az")
    returns = Counter(row["topic"] for row in rows(path, "return_reason"))
    assert set(texts) == set(answers) == set(returns) == leaves()
    assert min(texts.values()) >= 8 and min(answers.values()) >= 3 and min(returns.values()) >= 2
    assert {row["kind"] for row in rows(path, "text")} == KINDS


def test_every_placeholder_of_a_demo_text_has_a_filling() -> None:
    path = APPEALS / "demo" / "texts.toml"
    fillings = {f"region_{case}" for case in ("loc", "abl", "gen", "dat")}
    fillings |= {key for row in rows(path, "slot") for key in row} - {"set"}
    for name in ("text", "answer", "return_reason", "tail"):
        for row in rows(path, name):
            assert placeholders(row["text"]) <= fillings, row["text"]


def test_notices_name_known_reasons_and_fillings_and_an_sms_stays_one() -> None:
    templates = rows(APPEALS / "templates.toml", "template")
    assert {row["code"] for row in templates} <= set(NoticeReason.values)
    for row in templates:
        for language in ("az", "en", "ru"):
            body = row[f"body_{language}"]
            assert placeholders(body) <= set(FILLED), row["code"]
            if row["channel"] == "sms":
                # A link that nobody guesses is long: such a text takes two parts.
                most = DOUBLE_SMS if "{rating_link}" in body else SINGLE_SMS
                assert len(body.format(**FILLED)) <= most, (row["code"], language)


def test_search_texts_are_many_distinct_and_on_known_topics() -> None:
    texts = searched()
    assert len(texts) >= 2000
    assert len({row["id"] for row in texts}) == len({row["text"] for row in texts}) == len(texts)
    assert {row["topic"] for row in texts} == leaves()


def test_what_a_query_wants_follows_from_the_concepts() -> None:
    texts = searched()
    queries = rows(APPEALS / "search" / "queries.toml", "query")
    assert len(queries) >= 130
    for query in queries:
        wanted = sum(set(query["all_concepts"]) <= set(row["concepts"]) for row in texts)
        assert wanted == query["wanted_count"] > 0, query["code"]


def test_a_word_belongs_to_one_group_of_synonyms_and_is_folded_as_searched() -> None:
    groups = rows(APPEALS / "synonyms.toml", "group")
    for group in groups:
        assert {words(word) for word in group["words"]} == set(group["folded"])
    counted = Counter(word for group in groups for word in group["folded"])
    assert [word for word, times in counted.items() if times > 1] == []
