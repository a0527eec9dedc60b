"""What is learned from answered appeals, what is offered, and when it may decide."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from appeals.kinds import Kind
from appeals.models import Appeal, Outcome, Topic
from callcenter.errors import NotAllowed
from people.models import Structure
from routing.rules.actions import let_rules_decide
from routing.rules.models import RoutingRule
from routing.suggestions import deciding
from routing.suggestions.actions import lessons, measure, set_threshold, train
from routing.suggestions.deciding import Offer, structures_for, topics_for
from routing.suggestions.learning import (
    NothingToLearn,
    from_bytes,
    guesses,
    learn,
    most_frequent,
    score,
    to_bytes,
)
from routing.suggestions.models import Learned, SuggestionModel, SureEnough
from tests.cast import Cast

TAX = [
    "kassa aparatı işləmir",
    "kassa aparatının qeydiyyatı",
    "vergi borcu",
    "VÖEN almaq istəyirəm",
]
TRADE = ["ixrac sənədləri", "gömrükdə ixrac", "xaricə mal ixracı", "ixrac üçün dəstək"]
TEXTS, ANSWERS = [*TAX, *TRADE] * 4, ["tax"] * 4 * 4 + ["trade"] * 4 * 4


@pytest.fixture(autouse=True)
def nothing_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A model loaded by one story is not the next one's."""
    monkeypatch.setattr(deciding, "_loaded", {})


def taught():
    texts = [text for text in TAX for _ in range(4)] + [text for text in TRADE for _ in range(4)]
    return learn(texts, ANSWERS)


def test_texts_it_has_not_seen_are_told_apart():
    model = taught()
    assert guesses(model, "KASSA APARATIM XARAB OLUB")[0].answer == "tax"
    assert guesses(model, "ixracla bağlı")[0].answer == "trade"
    assert sum(guess.confidence for guess in guesses(model, "ixrac")) == pytest.approx(1)


def test_one_set_of_texts_gives_one_model():
    one, other = guesses(taught(), "ixrac"), guesses(taught(), "ixrac")
    assert one == other == guesses(from_bytes(to_bytes(taught())), "ixrac")


@pytest.mark.parametrize(
    ("texts", "answers"),
    [([], []), (["a"] * 19, ["x", "y"] * 9 + ["x"]), (["a b c"] * 40, ["x"] * 40)],
    ids=["none", "few", "one class"],
)
def test_too_little_teaches_nothing(texts: list[str], answers: list[str]):
    with pytest.raises(NothingToLearn):
        learn(texts, answers)


def test_the_score_stands_beside_the_naive_answer():
    found = score(
        taught(),
        ["kassa", "ixrac", "ixrac", "kassa aparatı"],
        ["tax", "trade", "tax", "tax"],
        "tax",
    )
    assert (found.tested_on, found.top1, found.top3, found.baseline) == (4, 0.75, 1.0, 0.75)
    assert most_frequent(["b", "a", "b", "a"]) == "a"


@pytest.mark.django_db
def test_without_appeals_an_edition_says_so_and_nothing_is_offered(directory: None):
    made = train(Learned.STRUCTURE)
    assert made is not None and made.state == SuggestionModel.State.NOTHING_TO_LEARN
    assert structures_for("kassa aparatı işləmir") == []


@pytest.fixture
def answered(make_appeal: Callable[..., Appeal], directory: None) -> dict[str, Topic]:
    """Two topics with twelve appeals each, answered at once."""
    topics = {code: Topic.objects.get(code=code) for code in ("tax-voen", "service-staff")}
    outcome = Outcome.objects.filter(is_chosen_by_hand=True).first()
    for code, texts in (("tax-voen", TAX), ("service-staff", TRADE)):
        for text in texts * 3:
            make_appeal(
                topic=topics[code], text=text, answer="Cavab", outcome=outcome, kind=Kind.QUESTION
            )
    return topics


@pytest.mark.django_db
def test_training_keeps_editions_and_offers_topics(answered: dict[str, Topic]):
    first, second = train(Learned.TOPIC), train(Learned.TOPIC)
    assert first is not None and second is not None
    assert (first.edition, second.edition, second.learned_from, second.classes) == (1, 2, 24, 2)
    assert first.sha256 == second.sha256
    offers = topics_for("kassa aparatının qeydiyyatı barədə")
    assert offers[0].found == answered["tax-voen"] and offers[0].percent > 50
    assert topics_for("kassa") == []  # too short to guess from


@pytest.mark.django_db
def test_a_file_that_is_not_the_trained_one_is_not_read(answered: dict[str, Topic], caplog):
    made = train(Learned.TOPIC)
    assert made is not None
    with default_storage.open(made.file, "wb") as file:
        file.write(b"something else")
    assert topics_for("kassa aparatının qeydiyyatı") == []
    assert "not the one that was trained" in caplog.text


@pytest.mark.django_db
def test_restricted_appeals_are_not_learned_from(answered: dict[str, Topic]):
    Appeal.objects.filter(topic=answered["tax-voen"]).update(is_restricted=True)
    assert set(lessons(Learned.TOPIC).answers) == {"service-staff"}
    assert measure(lessons(Learned.TOPIC)) is None


@pytest.mark.django_db
def test_a_suggestion_never_decides_until_an_administrator_says_how_sure(
    cast: Cast, make_appeal: Callable[..., Appeal], monkeypatch: pytest.MonkeyPatch
):
    """The learned model is taught here by hand: what counts is the threshold."""
    RoutingRule.objects.filter(is_catch_all=False).delete()
    model = learn([text for text in TAX + TRADE for _ in range(4)], ["dvx"] * 16 + ["kobia"] * 16)
    monkeypatch.setattr(deciding, "_model", lambda target: model)
    text = "kassa aparatının qeydiyyatı"
    undecided = make_appeal(text=text)
    decision = let_rules_decide(undecided.pk)
    assert decision is not None and decision.structure is None and decision.confidence is None
    topic = undecided.topic
    for person in (cast.head, cast.aysel):
        with pytest.raises(NotAllowed):
            set_threshold(by=person, topic=topic, confidence=0.6)
    set_threshold(by=cast.admin, topic=topic, confidence=0.6)
    sure = make_appeal(text=text)
    decision = let_rules_decide(sure.pk)
    assert decision is not None and decision.structure.code == "dvx"
    assert decision.confidence > 0.6 and decision.referral == sure.referrals.get()
    set_threshold(by=cast.admin, topic=topic, confidence=None)
    assert not SureEnough.objects.exists()


@pytest.mark.django_db
def test_the_accused_and_the_ended_are_never_offered(directory: None, monkeypatch):
    model = learn([text for text in TAX + TRADE for _ in range(4)], ["dvx"] * 16 + ["kobia"] * 16)
    monkeypatch.setattr(deciding, "_model", lambda target: model)
    dvx, kobia = (Structure.objects.get(code=code) for code in ("dvx", "kobia"))
    assert structures_for("kassa aparatı")[0] == Offer(
        dvx, structures_for("kassa aparatı")[0].percent
    )
    offered = structures_for("kassa aparatı", barred=frozenset({dvx.pk}))
    assert dvx not in [offer.found for offer in offered]
    Structure.objects.filter(pk=kobia.pk).update(valid_to="2024-01-01")
    assert kobia not in [offer.found for offer in structures_for("ixrac üçün dəstək")]


@pytest.mark.django_db
def test_offers_come_while_typing_and_only_to_those_inside(
    cast: Cast, client: Client, answered: dict[str, Topic]
):
    train(Learned.TOPIC)
    client.force_login(cast.aysel)
    page = client.post("/offers/", {"text": "kassa aparatının qeydiyyatı"})
    assert answered["tax-voen"].name_az in page.content.decode()
    assert client.post("/offers/", {"text": "", "complained_structure": "x"}).status_code == 200
    client.force_login(cast.unit_user)
    assert client.post("/offers/", {"text": "kassa aparatının"}).status_code == 404


@pytest.mark.django_db
def test_the_command_measures_a_file_of_another_call_centre(directory: None, tmp_path):
    path = tmp_path / "requests.csv"
    lines = ["Complaint Type,Descriptor,Agency"]
    lines += [f"Noise,Loud music {n},NYPD\nHeating,No heat {n},HPD" for n in range(30)]
    path.write_text("\n".join(lines), encoding="utf-8")
    out = io.StringIO()
    call_command("train_suggestions", "--evaluate", "--file", str(path), stdout=out)
    told = out.getvalue()
    assert "requests.csv: tested on 20; first offer right 100.0%" in told
    assert "own appeals, structure: not enough to learn from" in told
    assert not SuggestionModel.objects.exists()


class TestThresholdPage:
    def test_an_administrator_sets_and_removes_it(self, cast: Cast, client):
        topic = Topic.objects.get(code="tax-voen")
        client.force_login(cast.admin)
        for wrong in ("49", "101", "", "nine"):
            data = {"topic": topic.pk, "percent": wrong}
            assert client.post("/rules/thresholds/", data).status_code == 422
        for percent in ("90", "95"):
            data = {"topic": topic.pk, "percent": percent}
            assert client.post("/rules/thresholds/", data).status_code == 302
        row = SureEnough.objects.get()
        assert (row.topic, row.confidence, row.author) == (topic, 0.95, cast.admin)
        assert topic.name in client.get("/rules/thresholds/").content.decode()
        assert client.post(f"/rules/thresholds/{row.pk}/remove/").status_code == 302
        assert not SureEnough.objects.exists()

    def test_others_find_no_such_page(self, cast: Cast, client):
        for person in (cast.head, cast.aysel, cast.manager):
            client.force_login(person)
            assert client.get("/rules/thresholds/").status_code == 404


def test_the_page_of_rules_says_what_is_wrong_with_them(cast: Cast, client):
    """A rule that takes everything, one that contradicts another, one whose topic has ended."""
    topic, kobia = Topic.objects.get(code="tax-voen"), Structure.objects.get(code="kobia")
    rows = [
        {"name": "Mövzu", "topic": topic, "structure": kobia},
        {"name": "İxrac", "words": ["ixrac"], "structure": kobia},
        {"name": "İxrac yenə", "words": ["ixrac"], "structure": Structure.objects.get(code="dvx")},
        {"name": "Hamısı", "structure": kobia},
    ]
    RoutingRule.objects.filter(is_catch_all=False).delete()
    for position, row in enumerate(rows, start=1):
        RoutingRule.objects.create(position=position, **row)
    Topic.objects.filter(pk=topic.pk).update(valid_to=timezone.localdate() - dt.timedelta(days=1))
    client.force_login(cast.head)
    page = client.get("/rules/")
    warned = {line["rule"].name: line["warnings"] for line in page.context["lines"]}
    assert {name: len(found) for name, found in warned.items() if found} == {
        "Mövzu": 1, "İxrac yenə": 1, "Hamısı": 1,
    }  # fmt: skip
    text = page.content.decode()
    assert all(words in text.replace("&quot;", '"') for found in warned.values() for words in found)
