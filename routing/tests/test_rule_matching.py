"""How rules are matched: every condition, the order, the accused, and what authors are warned of."""

from __future__ import annotations

from dataclasses import replace

import pytest

from callcenter.text import words
from routing.rules.matching import (
    Facts,
    Prepared,
    RuleBook,
    covers,
    fold_phrases,
    pattern_of,
    warnings_of,
)

LETTER = Facts("complaint", "/tax/cash/", words("İXRACIN gömrük sənədləri"), 5, "letter", "az")
CATCH_ALL = Prepared(99, "rest", None, is_catch_all=True)


def rule(pk: int = 1, structure: int | None = 7, **conditions: object) -> Prepared:
    if "words" in conditions:
        conditions["words"] = fold_phrases(conditions["words"])
        conditions["pattern"] = pattern_of(conditions["words"])
    return Prepared(pk, f"rule {pk}", structure, **conditions)


def decided(facts: Facts, *rules: Prepared) -> int | None:
    found = RuleBook(rules).decide(facts).rule
    return found.pk if found is not None else None


@pytest.mark.parametrize(
    ("conditions", "holds"),
    [
        ({}, True),
        ({"kinds": frozenset({"complaint", "question"})}, True),
        ({"kinds": frozenset({"question"})}, False),
        ({"topic_path": "/tax/"}, True),
        ({"topic_path": "/tax/cash/"}, True),
        ({"topic_path": "/tax/cash/drawer/"}, False),
        ({"topic_path": "/trade/"}, False),
        ({"words": ["ixrac"]}, True),
        ({"words": ["İxracın gömrük"]}, True),
        ({"words": ["rac"]}, False),  # never the middle of a word
        ({"words": ["idxal", "SƏNƏD"]}, True),  # one of them is enough
        ({"regions": frozenset({5, 6})}, True),
        ({"regions": frozenset({6})}, False),
        ({"channels": frozenset({"letter"})}, True),
        ({"channels": frozenset({"phone"})}, False),
        ({"languages": frozenset({"az"})}, True),
        ({"languages": frozenset({"ru"})}, False),
        ({"applicants": "without"}, True),
        ({"applicants": "with"}, False),
        ({"voens": frozenset({"1234567891"})}, False),
        ({"accused": "nobody"}, True),
        ({"accused": "named"}, False),
        ({"accused_path": "/ministry/"}, False),
    ],
)
def test_each_condition(conditions: dict[str, object], holds: bool):
    assert (decided(LETTER, rule(**conditions)) == 1) is holds


def test_conditions_on_a_firm_and_on_the_accused():
    firm = replace(LETTER, voen="1234567891", accused_path="/ministry/dvx/")
    assert decided(firm, rule(voens=frozenset({"1234567891"}))) == 1
    assert decided(firm, rule(applicants="with", accused="named")) == 1
    assert decided(firm, rule(accused_path="/ministry/")) == 1
    assert decided(firm, rule(accused="nobody")) is None


def test_the_first_rule_that_holds_wins_and_says_why():
    book = RuleBook([rule(1, kinds=frozenset({"question"})), rule(2, words=["ixrac"]), CATCH_ALL])
    verdict = book.decide(LETTER)
    assert verdict.rule is not None
    assert (verdict.rule.pk, verdict.reasons) == (2, ("words",))


def test_what_no_rule_takes_goes_to_the_catch_all():
    assert decided(LETTER, rule(1, words=["idxal"]), CATCH_ALL) == 99


def test_a_rule_that_leads_to_the_accused_is_passed_over():
    about_seven = replace(LETTER, accused_path="/x/", barred=frozenset({7}))
    verdict = RuleBook([rule(1), rule(2, structure=8), CATCH_ALL]).decide(about_seven)
    assert verdict.rule is not None and verdict.rule.pk == 2
    assert [each.pk for each in verdict.passed_over] == [1]


def test_one_book_answers_each_appeal_for_itself():
    book = RuleBook([rule(1, words=["ixrac"]), CATCH_ALL])
    other = replace(LETTER, text=words("idxal"))
    assert [book.decide(facts).rule.pk for facts in (LETTER, other, LETTER)] == [1, 99, 1]


def test_a_rule_of_an_ended_topic_never_decides_and_is_told():
    ended = rule(1, topic_path="/tax/", topic_ended=True)
    assert decided(LETTER, ended, CATCH_ALL) == 99
    assert [(w.code, w.rule.pk) for w in warnings_of([ended, CATCH_ALL])] == [("topic_ended", 1)]


def test_a_rule_that_takes_everything_is_told_and_so_are_those_it_hides():
    found = list(warnings_of([rule(1), rule(2, words=["ixrac"]), CATCH_ALL]))
    assert [(w.code, w.rule.pk) for w in found] == [("no_conditions", 1), ("shadowed", 2)]


def test_the_same_conditions_with_another_result_contradict():
    same = {"kinds": frozenset({"complaint"})}
    found = list(warnings_of([rule(1, 7, **same), rule(2, 8, **same), CATCH_ALL]))
    assert [(w.code, w.other.pk) for w in found] == [("contradicts", 1)]


@pytest.mark.parametrize(
    ("wide", "narrow", "covered"),
    [
        ({"topic_path": "/tax/"}, {"topic_path": "/tax/cash/"}, True),
        ({"topic_path": "/tax/cash/"}, {"topic_path": "/tax/"}, False),
        ({"words": ["ixrac"]}, {"words": ["ixracın gömrüyü"]}, True),
        ({"words": ["ixrac"]}, {"words": ["ixrac", "idxal"]}, False),
        ({"words": ["ixrac"]}, {}, False),
        ({}, {"words": ["ixrac"]}, True),
        ({"kinds": frozenset({"complaint"})}, {}, False),
        ({"accused": "named"}, {"accused": "named", "channels": frozenset({"web"})}, True),
    ],
)
def test_which_rule_hides_which(wide: dict, narrow: dict, covered: bool):
    assert covers(rule(1, **wide), rule(2, **narrow)) is covered
