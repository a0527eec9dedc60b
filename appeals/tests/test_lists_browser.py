"""The lists in a real browser: rows chosen by keyboard, a step looked at and taken, a view kept."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from appeals.kinds import Kind
from appeals.models import Appeal, ListColumns, SavedView, Topic
from appeals.tests.world import intake
from tests.browsing import axe

pytestmark = [pytest.mark.browser]


@pytest.fixture
def db(open_world: None) -> None:
    """Rows are really committed, once for the module."""


def register_some(people, count: int) -> list[Appeal]:
    import uuid

    from appeals.actions import register

    topic = Topic.objects.get(code="tax-voen")
    return [
        register(
            by=people.head, client_id=uuid.uuid4(),
            intake=intake(topic=topic, kind=Kind.APPLICATION, text=f"Mətn {turn}"),
        )
        for turn in range(count)
    ]  # fmt: skip


def test_a_step_for_many_by_keyboard_alone(door, people):
    made = register_some(people, 4)
    page = door.enter(people.head, "/appeals/?tab=open&order=newest")
    axe(page)
    for key in ("j", "x", "j", "j", "Shift+X"):
        page.keyboard.press(key)
    ticked = page.locator('input[name="row"]:checked')
    assert ticked.count() == 3
    expect(page.locator("[data-picked]")).to_have_text("3")
    page.select_option("#bulk-verb", "assign")
    page.keyboard.press("Escape")
    page.keyboard.press("Alt+m")
    page.locator("select[name=bulk-to]").select_option(str(people.operator.pk))
    axe(page)
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Go on with 3 appeals").wait_for()
    axe(page)
    page.keyboard.press("Control+Enter")
    page.get_by_role("link", name="Done 3").wait_for()
    axe(page)
    owned = Appeal.objects.filter(owner=people.operator)
    assert set(owned) == {made[3], made[2], made[1]}


def test_a_list_is_kept_as_a_view_with_columns_of_its_own(door, people):
    register_some(people, 1)
    page = door.enter(people.aysel, "/appeals/?tab=open", color_scheme="dark")
    _columns(page)
    page.get_by_role("link", name="Keep as a view").click()
    axe(page)
    page.fill("input[name=name]", "Açıq işlər")
    page.keyboard.press("Control+Enter")
    current = page.locator(".chip[aria-current]")
    expect(current).to_contain_text("Açıq işlər")
    expect(current.locator(".badge")).to_be_visible()
    axe(page)
    view = SavedView.objects.get(owner=people.aysel)
    assert view.query == {"tab": "open"}
    assert view.columns[1] == ListColumns.objects.get(user=people.aysel).codes[1] == "kind"


def _columns(page: Page) -> None:
    """The kind is moved before the day of registration."""
    page.get_by_role("link", name="Columns", exact=True).click()
    axe(page)
    page.get_by_role("button", name="Move “Kind” up").press("Enter")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/appeals/?tab=open")
    heads = page.locator("thead th").all_inner_texts()
    kept = [each.strip() for each in heads if each.strip()]
    assert kept[:3] == ["Number", "Kind", "Registered"]
