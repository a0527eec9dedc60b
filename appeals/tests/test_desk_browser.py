"""The desk in a real browser: a call by keyboard alone, and nothing lost when things go wrong."""

from __future__ import annotations

import gzip
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import Page, expect

from appeals.actions import register, save_applicant
from appeals.actions.intake import Intake
from appeals.models import Appeal, Applicant, Draft, Topic, TopicQuestion
from tests.browsing import PASSWORD, axe

pytestmark = [pytest.mark.browser]
PHONE = "050 212 34 56"
#: Key presses a whole call may take beside the typed text.
MOST_PRESSES = 12
#: Bytes the desk may weigh with everything it loads.
HEAVIEST = 150 * 1024
NASTY = "'; DROP TABLE appeals_appeal; -- <script>alert(1)</script> 😀 \u202eson\u2066"
SAVED = re.compile(r"Saved \d\d:\d\d:\d\d")


@pytest.fixture
def db(open_world: None) -> None:
    """Rows are really committed, once for the module."""


class Hands:
    """Two hands on the keyboard: typed text is free, every other key is counted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.presses = 0

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def press(self, keys: str) -> None:
        self.presses += len(keys.split("+"))
        self.page.keyboard.press(keys)


@pytest.fixture(scope="module")
def nigar(people) -> Applicant:
    """An applicant known by her number, who speaks Russian."""
    return save_applicant(
        by=people.aysel,
        values={"surname": "Həsənova", "given_name": "Nigar", "patronymic": "Elçin qızı",
                "fin": "5ABC123", "language": "ru"},
        phones=[PHONE],
    )  # fmt: skip


@pytest.fixture
def desk(door, people) -> Page:
    return door.enter(people.aysel, "/desk/")


def choose_topic(page: Page, letters: str = "uçot") -> None:
    box = page.locator("#id_topic-box")
    box.fill(letters)
    box.press("Enter")


def fill(page: Page, text: str) -> None:
    choose_topic(page)
    page.locator("#id_text").fill(text)


def registered(page: Page) -> Appeal:
    """Press Ctrl+Enter and wait for the appeal's own page."""
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/appeals/**")
    return Appeal.objects.get(number=page.locator("h1").inner_text().split()[0])


def with_text(text: str) -> list[Appeal]:
    return list(Appeal.objects.filter(text=text))


def test_a_whole_call_of_a_known_applicant_by_keyboard_alone(door, people, nigar, record_property):
    page = door.enter(people.aysel, "/appeals/")
    hands = Hands(page)
    hands.press("n")
    expect(page.locator("#id_caller_phone")).to_be_focused()
    hands.type(PHONE)
    expect(page.locator("#card")).to_contain_text("Həsənova Nigar")
    expect(page.locator("#id_language")).to_have_value("ru")
    hands.press("Alt+m")
    hands.type("uçot")
    hands.press("Enter")
    hands.press("Tab")
    hands.type("Uçotdan necə çıxmaq olar?")
    hands.press("Alt+c")
    hands.type("Vergi Məcəlləsi, maddə 33")
    hands.press("Control+Enter")
    page.wait_for_url("**/appeals/**")
    [made] = with_text("Uçotdan necə çıxmaq olar?")
    assert (made.applicant, made.status, made.is_first_contact) == (nigar, "closed", True)
    assert (made.language, made.caller_phone) == ("ru", "+994502123456")
    kept = "Object.keys(localStorage).filter(key => key.startsWith('kept:'))"
    assert page.evaluate(kept) == []
    record_property("key_presses", hands.presses)
    print(f"A whole call of a known applicant: {hands.presses} key presses beside the typed text")
    assert hands.presses <= MOST_PRESSES


def test_another_matter_of_the_same_call_goes_on_with_its_topic(door, people, nigar):
    page = door.enter(people.aysel, "/desk/")
    page.keyboard.type(PHONE)
    expect(page.locator("#card")).to_contain_text("Həsənova Nigar")
    for text in ("Birinci məsələ: uçot", "İkinci məsələ: uçot"):
        page.keyboard.press("Alt+m")
        page.keyboard.type("uçot")
        page.keyboard.press("Enter")
        page.locator("#id_text").fill(text)
        page.keyboard.press("Alt+n")
        expect(page.locator("#id_text")).to_have_value("")
        expect(page.locator("#id_topic-box")).to_be_focused()
        expect(page.locator("#card")).to_contain_text("Həsənova Nigar")
    [first] = with_text("Birinci məsələ: uçot")
    [second] = with_text("İkinci məsələ: uçot")
    assert first.applicant == second.applicant == nigar
    assert first.visit == second.visit


def test_two_tabs_with_two_new_appeals_do_not_mix(door, people, nigar):
    context = door.context(people.aysel)
    first, second = context.new_page(), context.new_page()
    for page, text in ((first, "Birinci məsələ"), (second, "İkinci məsələ")):
        page.goto("/desk/")
        fill(page, text)
    first.locator("#id_caller_phone").fill(PHONE)
    expect(first.locator("#card")).to_contain_text("Həsənova")
    for page in (first, second):
        expect(page.locator("[data-autosave-state]")).to_have_text(SAVED)
    texts = {draft.values["text"][0] for draft in Draft.objects.filter(user=people.aysel)}
    assert {"Birinci məsələ", "İkinci məsələ"} <= texts
    two, one = registered(second), registered(first)
    assert (one.text, one.applicant) == ("Birinci məsələ", nigar)
    assert (two.text, two.applicant, two.caller_phone) == ("İkinci məsələ", None, "")
    assert not Draft.objects.filter(client_id__in=[one.client_id, two.client_id]).exists()


def test_a_sign_in_that_ended_in_the_middle_loses_nothing(desk):
    fill(desk, "Sessiya bitəndə yazılan")
    Session.objects.all().delete()
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("#session-end")).to_be_visible()
    expect(desk.locator("#id_text")).to_have_value("Sessiya bitəndə yazılan")
    assert not with_text("Sessiya bitəndə yazılan")
    desk.fill("#session-password", PASSWORD)
    desk.press("#session-password", "Enter")
    desk.wait_for_url("**/appeals/**")
    assert len(with_text("Sessiya bitəndə yazılan")) == 1


def test_no_network_for_a_while_is_said_and_loses_nothing(desk):
    fill(desk, "Şəbəkə yox ikən yazılan")
    desk.context.set_offline(True)
    desk.locator("#id_text").press_sequentially(" mətn")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("#messages")).to_contain_text("No connection")
    expect(desk.locator("[data-autosave-state]")).to_contain_text("kept in this browser")
    expect(desk.locator("#id_text")).to_have_value("Şəbəkə yox ikən yazılan mətn")
    desk.context.set_offline(False)
    expect(desk.locator("[data-autosave-state]")).to_have_text(SAVED)
    made = registered(desk)
    assert with_text("Şəbəkə yox ikən yazılan mətn") == [made]


def test_an_answer_lost_on_the_way_makes_no_second_appeal(desk):
    fill(desk, "Cavabı itən")
    desk.route("**/desk/", lambda route: (route.fetch(), route.abort()), times=1)
    desk.locator("#id_text").press("Control+Enter")
    expect(desk.locator("#messages")).to_contain_text("No connection")
    assert len(with_text("Cavabı itən")) == 1
    expect(desk.locator("#id_text")).to_have_value("Cavabı itən")
    made = registered(desk)
    assert with_text("Cavabı itən") == [made]


def test_a_hasty_hand_makes_one_appeal(desk):
    fill(desk, "İki dəfə basılan")
    desk.get_by_role("button", name="Register").dblclick()
    desk.wait_for_url("**/appeals/**")
    assert len(with_text("İki dəfə basılan")) == 1


def test_a_browser_closed_in_the_middle_is_taken_up_on_another_machine(door, people):
    first = door.enter(people.aysel, "/desk/")
    first.locator("#id_caller_phone").fill(PHONE)
    fill(first, "Yarımçıq qalan mətn")
    first.locator("#id_representative").evaluate("node => node.closest('details').open = true")
    first.locator("#id_representative").fill("Vəkil Quliyev; 055 111 22 33")
    expect(first.locator("[data-autosave-state]")).to_have_text(SAVED)
    first.context.close()
    elsewhere = door.enter(people.aysel, "/")
    elsewhere.locator("#drafts li", has_text="Yarımçıq qalan mətn").get_by_role("link").click()
    expect(elsewhere.locator("#id_text")).to_have_value("Yarımçıq qalan mətn")
    expect(elsewhere.locator("#id_representative")).to_have_value("Vəkil Quliyev; 055 111 22 33")
    expect(elsewhere.locator("#id_caller_phone")).to_have_value(PHONE)
    expect(elsewhere.locator("#id_topic-box")).not_to_have_value("")
    registered(elsewhere)
    assert len(with_text("Yarımçıq qalan mətn")) == 1


def test_a_browser_that_died_at_once_gives_its_text_back(door, people, eventually):
    context = door.context(people.operator)
    page = context.new_page()
    page.goto("/desk/")
    page.locator("#id_text").fill("Bir saniyə əvvəl yazılan")
    assert eventually(lambda: page.evaluate("Object.keys(localStorage).some(key => key.startsWith('kept:'))"))  # fmt: skip
    context.set_offline(True)  # what it would say while closing is lost too
    page.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto("/desk/")
    again.locator("#drafts li", has_text="Bir saniyə əvvəl yazılan").get_by_role("link").click()
    expect(again.locator("#id_text")).to_have_value("Bir saniyə əvvəl yazılan")


# --- bad input ----------------------------------------------------------------


@contextmanager
def asked_everything() -> Iterator[Topic]:
    """A topic that asks a number and a day."""
    topic = Topic.objects.get(code="tax-account")
    made = [
        TopicQuestion.objects.create(topic=topic, code=code, label_az=code, kind=kind)
        for code, kind in (("say", "number"), ("gun", "date"))
    ]
    yield topic
    for each in made:
        each.delete()


def error_beside(page: Page, name: str) -> str:
    field = page.locator(f"#id_{name}")
    assert field.get_attribute("aria-invalid") == "true"
    described = field.get_attribute("aria-describedby") or ""
    return " ".join(page.locator(f"[id='{each}']").inner_text() for each in described.split())


def test_wrong_words_are_told_beside_their_field_and_stay(desk):
    with asked_everything():
        fill(desk, NASTY)
        desk.locator("#id_q_say").fill("on iki")
        desk.locator("#id_q_gun").fill("31.02.2026")
        desk.keyboard.press("Control+Enter")
        expect(desk.locator(".summary")).to_be_focused()
        assert "number" in error_beside(desk, "q_say")
        assert "23.11.2026" in error_beside(desk, "q_gun")
        expect(desk.locator("#id_q_say")).to_have_value("on iki")
        expect(desk.locator("#id_q_gun")).to_have_value("31.02.2026")
        assert "DROP TABLE" in desk.locator("#id_text").input_value()
        axe(desk)
        desk.locator("#id_q_say").fill("12")
        desk.locator("#id_q_gun").fill("28.02.2026")
        made = registered(desk)
    assert made.topic_answers == {"say": "12", "gun": "2026-02-28"}
    assert "<script>alert(1)</script> 😀" in made.text and "\u202e" not in made.text
    assert "DROP TABLE" in desk.locator("#main").inner_text()


def test_a_doubtful_fin_and_voen_are_told_while_typing_and_forbid_nothing(desk):
    desk.keyboard.type("012 555 66 77")
    desk.keyboard.press("Alt+y")
    for name, typed in (("voen", "1234567890"), ("fin", "IA12345")):
        desk.locator(f"#id_{name}").fill(typed)
        expect(desk.locator(f"#check-{name} .mark")).to_have_count(1)
    desk.locator("#id_voen").fill("1401555071")
    expect(desk.locator("#check-voen .mark")).to_have_count(0)
    desk.locator("#id_surname").fill("Quliyev")
    fill(desk, "How is a taxpayer registered?")
    assert registered(desk).applicant.fin == "IA12345"


def test_nasty_signs_in_every_field_at_once(desk):
    desk.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    names = ["surname", "given_name", "patronymic", "contacts", "representative", "representative_basis", "people", "answer_source"]  # fmt: skip
    for name in names:
        desk.locator(f"#id_{name}").fill(NASTY)
    for name in ("caller_phone", "fin", "voen"):
        desk.locator(f"#id_{name}").fill("<b>12a'\u202e")
    fill(desk, NASTY)
    desk.keyboard.press("Control+Enter")
    expect(desk.locator(".summary, h1").first).to_be_visible()
    desk.wait_for_load_state()
    if desk.locator(".summary").count():
        raise AssertionError(desk.locator(".summary").inner_text())
    desk.wait_for_url("**/appeals/**")
    made = Appeal.objects.latest("id")
    assert "\u202e" not in made.text + made.applicant.surname + made.caller_phone
    assert made.applicant.surname.startswith("'; DROP TABLE")


def test_a_megabyte_of_text_is_told_and_stays(desk):
    fill(desk, "")
    long = "ə" * 500_000
    desk.locator("#id_text").evaluate("(node, text) => { node.value = text; node.dispatchEvent(new Event('input', { bubbles: true })) }", long)  # fmt: skip
    desk.keyboard.press("Control+Enter")
    expect(desk.locator(".summary")).to_be_visible()
    assert "100" in error_beside(desk, "text")
    assert desk.locator("#id_text").evaluate("node => node.value.length") == len(long)
    assert not Appeal.objects.filter(text__startswith="əəə").exists()


def test_more_than_the_server_takes_is_told_and_stays(desk, settings):
    # The millions of letters that are too many in earnest a browser needs seconds to lay out.
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 200_000
    fill(desk, "")
    desk.locator("#id_text").evaluate("(node, n) => { node.value = 'ə'.repeat(n); node.dispatchEvent(new Event('input', { bubbles: true })) }", 150_000)  # fmt: skip
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("#messages .toast", has_text="too long").first).to_be_visible()
    assert desk.locator("#id_text").evaluate("node => node.value.length") == 150_000


def test_a_repeat_is_merged_from_the_desk_and_the_merge_undone(desk, people, nigar):
    first = register(
        by=people.aysel, client_id=uuid.uuid4(),
        intake=Intake(kind="application", topic=Topic.objects.get(code="tax-account"),
                      text="Uçot kartım itib, yenisi lazımdır", applicant=nigar),
    )  # fmt: skip
    desk.locator("#id_caller_phone").fill(PHONE)
    expect(desk.locator("#card")).to_contain_text("Həsənova")
    fill(desk, "Uçot kartı itib, yenisini istəyir")
    offered = desk.locator(".similar", has_text=first.number)
    expect(offered).to_contain_text("same person")
    axe(desk)
    offered.locator(f"input[value='merge:{first.pk}']").check()
    made = registered(desk)
    assert (made.status, made.merged_into) == ("merged", first)
    expect(desk.locator("#related")).to_contain_text("this one was merged into it")
    axe(desk)
    desk.get_by_role("link", name="Undo the merge").click()
    desk.locator("#id_note").fill("Başqa kartdır")
    desk.keyboard.press("Control+Enter")
    desk.wait_for_url("**/appeals/**")
    made.refresh_from_db()
    assert (made.is_open, made.merged_into) == (True, None)


def test_a_topic_retired_meanwhile_is_told_beside_it(desk):
    topic = Topic.objects.get(code="tax-account")
    fill(desk, "Mövzusu götürülən")
    Topic.objects.filter(pk=topic.pk).update(valid_to=timezone.localdate().replace(year=2025))
    try:
        desk.keyboard.press("Control+Enter")
        expect(desk.locator(".summary")).to_contain_text("no longer used")
        expect(desk.locator("#id_topic-box")).to_have_attribute("aria-invalid", "true")
        expect(desk.locator("#id_text")).to_have_value("Mövzusu götürülən")
        desk.locator(".summary a").click()
        expect(desk.locator("#id_topic-box")).to_be_focused()
        choose_topic(desk, "MMC")
        assert registered(desk).text == "Mövzusu götürülən"
    finally:
        Topic.objects.filter(pk=topic.pk).update(valid_to=None)


# --- how it looks -------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_desk_being_used(door, people, nigar, scheme):
    page = door.enter(people.aysel, "/desk/", color_scheme=scheme)
    axe(page)
    page.locator("#id_caller_phone").fill(PHONE)
    expect(page.locator("#card")).to_contain_text("Həsənova")
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    page.get_by_label("Complaint", exact=False).first.check()
    fill(page, "Uçotdan çıxmaq istəyirəm")
    expect(page.locator("#term")).to_contain_text(re.compile(r"\d\d\.\d\d\.\d{4}"))
    axe(page)


def test_the_desk_is_light_and_nothing_jumps(door, people):
    page = door.context(people.aysel).new_page()
    weights: dict[str, int] = {}

    def weigh(response):
        path = response.url.split("?")[0]
        body = response.body() if response.status == 200 else b""
        # Pages go as they are, files compressed.
        weights[path] = len(gzip.compress(body)) if "/static/" in path else len(body)

    page.on("response", weigh)
    page.add_init_script(
        "window.jumped = 0; new PerformanceObserver(list => list.getEntries().forEach("
        "entry => { window.jumped += entry.value })).observe({ type: 'layout-shift', buffered: true });"
    )
    page.goto("/desk/")
    page.wait_for_load_state("networkidle")
    expect(page.locator("#id_topic-box")).to_be_visible()
    assert page.evaluate("window.jumped") < 0.01
    print(f"The desk weighs {sum(weights.values())} bytes in {len(weights)} parts")
    assert sum(weights.values()) < HEAVIEST
