"""The whole way of one appeal through real browsers: from the caller's words to the printed report.

Six people, a real server, a real Celery worker and an SMS gateway on the loopback; every page of the
way is read by axe, and the journal is proved at the end.
"""

from __future__ import annotations

import io
import re

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from appeals.models import Appeal, Applicant, Outcome
from appeals.tasks import sweep_notices
from people.models import User
from reports.models import ReportRun
from reports.tasks import fill_facts, sweep_reports
from tests.browsing import PASSWORD, Door, axe
from tests.working import celery_worker, sms_gateway

pytestmark = [pytest.mark.browser]
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
TEXT = "Dayandırılmış fəaliyyətin bərpası üçün ərizəyə iki həftədir cavab verilmir."
THE_APPEAL = re.compile(r"/appeals/[^/]+/$")
ANSWER = "Fəaliyyətiniz bərpa edildi; arayış əlavə olunur."


@pytest.fixture
def db(open_world: None) -> None:
    """Rows are really committed, once for the module."""


def choose(page: Page, name: str, letters: str) -> None:
    box = page.locator(f"#id_{name}-box")
    box.fill(letters)
    box.press("Enter")
    assert page.locator(f"#id_{name}").input_value()


def signed_in(door: Door, user: User) -> Page:
    """Through the door everybody uses."""
    context = door.context(user)
    context.clear_cookies(name="sessionid")
    page = context.new_page()
    page.goto("/")
    axe(page)
    page.get_by_label("User name").fill(user.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)
    return page


def test_an_appeal_from_the_call_to_the_report(door, people, eventually, tmp_path):
    with (
        sms_gateway() as gateway,
        celery_worker(
            tmp_path / "worker.log",
            SMS_GATEWAY="appeals.gateways.HttpSms", SMS_URL=gateway.url, SMS_TOKEN="t",
        ),
    ):  # fmt: skip
        operator = signed_in(door, people.aysel)
        number = logs_the_call(operator)
        refers_it(operator)
        structure_answers(door.enter(people.unit_user, "/inbox/"), number)
        structure_head_approves(door.enter(people.unit_head, "/inbox/"), number)
        informs_the_applicant(operator, number)
        appeal = Appeal.objects.get(number=number)
        assert (appeal.status, appeal.outcome.code) == ("closed", "satisfied")

        sweep_notices.delay()  # as beat does every twenty seconds
        assert eventually(lambda: len(gateway.messages) >= 2, 15), (
            tmp_path / "worker.log"
        ).read_text()
        assert {each["to"] for each in gateway.messages.values()} == {"+994502123456"}
        assert any(number in each["text"] for each in gateway.messages.values())
        operator.reload()
        expect(operator.locator("#notices .badge", has_text="Sent").nth(1)).to_be_visible()

        fill_facts.delay()
        head = door.enter(people.head, "/today/")
        sees_it_in_figures(head, number)
        run = has_the_report_built(head)
        assert run.asked_by == people.head
        signs_and_presents(head)
        reads_the_report(door.enter(people.manager, f"/reports/{run.pk}/"))

    told = io.StringIO()
    call_command("verify_journal", stdout=told)
    assert "the chain holds" in told.getvalue()


def logs_the_call(page: Page) -> str:
    """A caller nobody knows; returns the registration number."""
    expect(page.locator("#id_caller_phone")).to_be_focused()
    axe(page)
    page.keyboard.type("050 212 34 56")
    expect(page.locator("#who")).to_contain_text("Nobody is known by this number")
    page.keyboard.press("Alt+y")
    page.keyboard.type("Həsənova")
    page.locator("#id_given_name").fill("Nigar")
    page.get_by_label("Application", exact=False).first.check()
    choose(page, "topic", "bərpa")
    page.locator("#id_text").fill(TEXT)
    axe(page)
    page.keyboard.press("Control+Enter")
    page.wait_for_url(THE_APPEAL)
    axe(page)
    assert Applicant.objects.get(surname="Həsənova").contacts.get().value == "+994502123456"
    return page.locator("h1").inner_text().split()[0]


def refers_it(page: Page) -> None:
    page.keyboard.press("Alt+r")
    page.wait_for_url("**/refer/**")
    choose(page, "structure", "State Tax Service")
    page.locator("#id_question").fill("Ərizəyə baxıb nəticəsini yazın")
    axe(page)
    page.keyboard.press("Control+Enter")
    page.wait_for_url(THE_APPEAL)
    expect(page.locator("#referrals")).to_contain_text("Sent")


def structure_answers(page: Page, number: str) -> None:
    """Accepts, attaches, sends for approval."""
    axe(page)
    page.get_by_role("link", name=number).click()
    expect(page.locator("#text")).to_contain_text(TEXT)
    assert "Həsənova" not in page.locator("main").inner_text()
    axe(page)
    page.keyboard.press("Alt+t")
    answer = page.locator("#answer textarea").first
    answer.fill(ANSWER)
    page.locator("#answer-file").set_input_files(
        [{"name": "arayış.pdf", "mimeType": "application/pdf", "buffer": PDF}]
    )
    expect(page.locator("#answer [data-upload-list] li")).to_contain_text("Download")
    axe(page)
    page.keyboard.press("Alt+a")
    expect(page.locator(".page-head, h1").first).to_be_visible()
    expect(page.locator("main")).to_contain_text("To be approved")


def structure_head_approves(page: Page, number: str) -> None:
    axe(page)
    page.get_by_role("link", name=number).click()
    axe(page)
    page.keyboard.press("Alt+k")
    expect(page.locator("main")).to_contain_text("Approved by")


def informs_the_applicant(page: Page, number: str) -> None:
    """The sector takes the answer and tells it."""
    page.reload()
    expect(page.locator("#referrals")).to_contain_text(ANSWER)
    expect(page.locator("#referrals")).to_contain_text("arayış.pdf")
    axe(page)
    page.locator("#referrals").get_by_role("button", name="Accept the answer").click()
    expect(page.locator("main")).to_contain_text("Answer accepted")
    page.get_by_role("link", name="The whole appeal").click()
    page.wait_for_url(THE_APPEAL)
    page.keyboard.press("Alt+y")
    page.wait_for_url("**/reply/**")
    expect(page.locator("#id_text")).to_have_value(ANSWER)
    outcome = Outcome.objects.get(code="satisfied")
    page.locator("#id_outcome").select_option(str(outcome.pk))
    axe(page)
    page.keyboard.press("Control+Enter")
    page.wait_for_url(THE_APPEAL)
    expect(page.locator(".page-head")).to_contain_text("Closed")
    axe(page)


def sees_it_in_figures(page: Page, number: str) -> None:
    """A figure of the head's page opens the list of what it counts."""
    received = page.locator("a.stat", has_text="Received").last
    expect(received.locator("b")).to_have_text("1")
    axe(page)
    received.click()
    expect(page.get_by_role("link", name=number)).to_be_visible()
    axe(page)


def has_the_report_built(page: Page) -> ReportRun:
    """This month so far, built by the worker while the page waits."""
    page.goto("/reports/")
    axe(page)
    page.locator("#id_period").select_option("this")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/reports/*/")
    sweep_reports.delay()
    expect(page.locator("main")).to_contain_text("SHA-256", timeout=20_000)
    axe(page)
    run = ReportRun.objects.get()
    for kind, start in (("PDF", b"%PDF"), ("DOCX", b"PK"), ("XLSX", b"PK")):
        with page.expect_download() as taken:
            page.get_by_role("link", name=kind, exact=True).click()
        with taken.value.path().open("rb") as file:
            assert file.read(4).startswith(start)
    return run


def signs_and_presents(page: Page) -> None:
    """What management is shown was signed and presented to it."""
    page.keyboard.press("Alt+s")
    page.wait_for_url("**/sign/")
    axe(page)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".page-head .badge").first).to_have_text("Signed")
    page.get_by_role("link", name="Present").click()
    page.wait_for_url("**/present/")
    axe(page)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".page-head .badge").first).to_have_text("Presented")
    axe(page)


def reads_the_report(page: Page) -> None:
    expect(page.locator("main")).to_contain_text("SHA-256")
    axe(page)
