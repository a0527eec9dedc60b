"""The page of the link on a telephone, in a real browser, with scripts and without."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from appeals.actions import close, register
from appeals.actions.asking import token_of
from appeals.actions.intake import Intake
from appeals.kinds import Kind
from appeals.models import Appeal, Outcome, Rating, Topic
from tests.browsing import axe

pytestmark = [pytest.mark.browser]


@pytest.fixture
def db(open_world: None) -> None:
    """Rows are really committed, once for the module."""


@pytest.fixture
def link(db: None, people: Any) -> str:
    """What the closing notice of one appeal carries."""
    appeal = register(
        by=people.aysel,
        client_id=uuid.uuid4(),
        intake=Intake(
            kind=Kind.APPLICATION, topic=Topic.objects.get(code="tax-voen"), text="Ərizə",
            caller_phone="0501112233",
        ),
    )  # fmt: skip
    close(appeal.pk, by=people.aysel, outcome=Outcome.objects.get(code="explained"), text="Cavab")
    return f"/r/{token_of(Rating.objects.get(appeal=appeal))}/"


def telephone(chromium: Browser, house: str, **more: Any) -> Page:
    """A small screen of somebody who has no account."""
    context = chromium.new_context(
        base_url=house, viewport={"width": 390, "height": 844}, color_scheme="dark", **more
    )
    context.set_default_timeout(6_000)
    context.add_cookies([{"name": "django_language", "value": "en", "url": house}])
    return context.new_page()


@pytest.fixture
def page(chromium: Browser, house: str, link: str) -> Iterator[Page]:
    page = telephone(chromium, house)
    yield page
    page.context.close()


def test_a_dissatisfied_applicant_goes_on_in_writing(page, link):
    page.goto(link)
    axe(page)
    page.get_by_label("1, very bad").check()
    page.get_by_label("In your own words").fill("Üç dəfə zəng etdim")
    page.get_by_role("button", name="Send").click()
    page.get_by_text("Say what was wrong.").first.wait_for()
    axe(page)
    assert page.get_by_label("In your own words").input_value() == "Üç dəfə zəng etdim"
    page.get_by_label("It took too long").check()
    page.get_by_role("button", name="Send").click()
    page.get_by_role("heading", name="Thank you").wait_for()
    axe(page)
    page.get_by_label("What you are not satisfied with").fill("Mənə cavab verilmədi")
    page.get_by_role("button", name="Register the complaint").click()
    page.get_by_role("heading", name="Your complaint is registered").wait_for()
    axe(page)
    complaint = Appeal.objects.get(kind=Kind.COMPLAINT)
    assert page.get_by_text(complaint.number).count() == 1


def test_without_scripts_it_is_answered_too(chromium, house, link):
    page = telephone(chromium, house, java_script_enabled=False)
    page.goto(link)
    page.get_by_label("5, very good").check()
    page.get_by_role("button", name="Send").click()
    page.get_by_role("heading", name="Thank you").wait_for()
    page.context.close()
    assert Rating.objects.latest("id").score == 5
