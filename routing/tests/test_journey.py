"""Four people, each at a screen of one's own, in a real browser with the live stream."""

from __future__ import annotations

import uuid

import pytest

from appeals import actions as appeals
from appeals.lifecycle import Status
from people.models import Placement, Position, Role, User
from routing import actions
from routing.lifecycle import RStatus
from routing.models import Referral
from tests.browser import chromium, seat, served
from tests.browsing import axe

__all__ = ["chromium", "seat", "served"]
pytestmark = [pytest.mark.browser]


def test_an_opinion_is_asked_in_two_keystrokes_and_arrives_on_the_same_screen(
    cast, make_appeal, seat
):
    appeal = make_appeal()
    operator, expert = seat(cast.aysel), seat(cast.unit_user)
    # From the desk the window of the question stands open; on the appeal's page one key opens it.
    operator.goto(f"{appeal.get_absolute_url()}?ask=opinion")
    assert operator.evaluate("document.activeElement.id") == "consult-question"
    operator.goto(appeal.get_absolute_url())
    operator.keyboard.press("Alt+q")
    axe(operator)
    with operator.expect_navigation():
        operator.keyboard.press("Control+Enter")
    panel = operator.locator("#referrals")
    panel.get_by_text("Consultation").wait_for()
    [asked] = Referral.objects.all()
    # The structure's person answers; nobody touches the operator's screen.
    expert.goto(f"/inbox/{asked.pk}/")
    expert.locator("#id_answer-text").fill("VÖEN onlayn alınır.")
    expert.keyboard.press("Alt+o")
    panel.get_by_text("VÖEN onlayn alınır.").wait_for()
    axe(operator)
    axe(expert)


def test_on_a_phone_an_answer_is_typed_kept_and_gets_its_file(cast, make_appeal, seat):
    made = actions.refer(
        make_appeal().pk, by=cast.aysel, structure=cast.unit, client_id=uuid.uuid4()
    )
    actions.accept(made.pk, by=cast.unit_user)
    page = seat(cast.unit_user, viewport={"width": 390, "height": 844}, color_scheme="dark")
    page.goto("/inbox/")
    axe(page)
    page.get_by_role("link", name=made.appeal.number).click()
    text = page.locator("#id_answer-text")
    with page.expect_response(f"**/inbox/{made.pk}/draft/") as kept:
        text.fill("Telefonda yazılmış cavab")
    assert kept.value.ok
    page.locator("#answer-file").set_input_files(
        {"name": "cavab.txt", "mimeType": "text/plain", "buffer": b"Cavabin metni budur."}
    )
    page.locator("#answer").get_by_text("cavab.txt").wait_for()
    axe(page)
    page.reload()
    assert text.input_value() == "Telefonda yazılmış cavab"
    # A colleague moved the referral meanwhile: the restored text is sent with the version of now.
    actions.assign(made.pk, by=cast.unit_head, executor=cast.unit_head)
    page.reload()
    page.get_by_role("button", name="Send for approval").click()
    page.get_by_text("Answer sent for approval").first.wait_for()
    made.refresh_from_db()
    assert (made.status, made.answer_text) == (RStatus.TO_APPROVE, "Telefonda yazılmış cavab")


def test_return_reroute_joint_execution_draft_rejection_rework_and_acceptance(
    cast, make_appeal, seat
):
    """Operator, registrar, executor and head of a structure, and the co-executor's head."""
    registrar = User.objects.create(
        username="aynur", last_name="Rzayeva", first_name="Aynur", role=Role.STRUCTURE_USER
    )
    Placement.objects.create(
        user=registrar, structure=cast.unit, position=Position.REGISTRAR, valid_from="2020-01-01"
    )
    appeal = make_appeal()
    appeals.take(appeal.pk, by=cast.aysel)
    first = actions.refer(
        appeal.pk, by=cast.aysel, structure=cast.other, client_id=uuid.uuid4(), kind="joint",
        question="Araşdırın", co_executors=[],
    )  # fmt: skip
    operator, desk, executor, head = (
        seat(user) for user in (cast.aysel, registrar, cast.unit_user, cast.unit_head)
    )

    # The wrong structure returns it and names whose it is.
    stranger = seat(cast.other_user)
    stranger.goto("/inbox/?list=new")
    stranger.get_by_role("link", name=appeal.number).click()
    stranger.get_by_role("link", name="Return with a reason").click()
    step = stranger.locator("#step-return")
    step.get_by_label("Not our competence").check()
    step.locator("select[name=return-belongs_to]").evaluate(
        "(field, key) => { field.value = key; field.dispatchEvent(new Event('change', { bubbles: true })); }",
        str(cast.unit.pk),
    )
    step.get_by_role("textbox", name="Reason").fill("Vergi Xidmətinə aiddir")
    step.get_by_role("button", name="Return with a reason").click()
    stranger.get_by_text("Returned by the structure").first.wait_for()

    # The operator reroutes it in one action; the structure is chosen already.
    operator.goto(f"/inbox/{first.pk}/?step=reroute")
    operator.locator("#step-reroute").get_by_role("button", name="Reroute").click()
    operator.wait_for_url(lambda url: f"/{first.pk}/" not in url)
    made = Referral.objects.get(rerouted_from=first)
    assert (made.structure, made.status) == (cast.unit, RStatus.SENT)
    part = actions.add_co_executor(
        made.pk, by=cast.aysel, structure=cast.other, client_id=uuid.uuid4()
    )

    # The registrar accepts it for the executor.
    desk.goto(f"/inbox/{made.pk}/")
    desk.locator("#id_accept-executor").select_option(str(cast.unit_user.pk))
    desk.locator("#step-accept button").click()
    desk.get_by_text("Accepted by the structure").first.wait_for()
    axe(desk)

    # The co-executor contributes; the executor drafts, the head rejects, the executor writes anew.
    actions.accept(part.pk, by=cast.other_user)
    actions.draft(part.pk, by=cast.other_user, text="KOBİA-nın rəyi")
    page = f"/inbox/{made.pk}/"
    executor.goto(page)
    executor.locator("#id_answer-text").fill("Birinci cavab")
    executor.get_by_role("button", name="Send for approval").click()
    executor.get_by_text("Answer sent for approval").first.wait_for()
    head.goto(f"{page}?step=reject#step-reject")
    axe(head)
    head.locator("#step-reject").get_by_role("textbox", name="Reason").fill("Əsas yoxdur")
    head.locator("#step-reject").get_by_role("button", name="Reject the draft").click()
    head.get_by_text("Draft rejected by the structure's head").first.wait_for()
    executor.goto(page)
    executor.get_by_text("Əsas yoxdur").first.wait_for()
    executor.locator("#id_answer-text").fill("İkinci cavab, əsası ilə")
    executor.get_by_role("button", name="Send for approval").click()
    executor.get_by_text("Answer sent for approval").first.wait_for()

    # The head approves; the co-executor has not answered, and that is said beside the tick.
    head.goto(page)
    head.get_by_role("button", name="Approve the answer").click()
    head.get_by_label("Answer without waiting for the co-executors").check()
    axe(head)
    head.get_by_role("button", name="Approve the answer").click()
    head.get_by_text("Answer approved by the structure's head").first.wait_for()
    appeal.refresh_from_db()
    assert appeal.status == Status.ANSWERED

    # The sector sends it back once, takes the second answer, and tells the applicant with one action.
    operator.goto(f"{page}?step=rework#step-rework")
    operator.locator("#step-rework").get_by_role("textbox", name="Reason").fill("Müddəti yazın")
    operator.locator("#step-rework").get_by_role("button", name="Send back for rework").click()
    operator.get_by_text("Sent back for rework").first.wait_for()
    head.goto(page)
    head.locator("#id_answer-text").fill("Üçüncü cavab: 5 iş günü")
    head.get_by_role("button", name="Approve the answer").click()
    head.get_by_text("sent back once").wait_for()
    operator.goto(appeal.get_absolute_url())
    operator.locator("#referrals").get_by_role("button", name="Accept the answer").click()
    operator.get_by_text("Answer accepted by the sector").first.wait_for()
    operator.goto(appeal.get_absolute_url())
    operator.keyboard.press("Alt+y")
    operator.get_by_label("Outcome").select_option(index=1)
    axe(operator)
    operator.locator("main form button[type=submit]").last.click()
    operator.get_by_text("The applicant is told").wait_for()
    appeal.refresh_from_db()
    made.refresh_from_db()
    assert appeal.status == Status.CLOSED and made.used_at is not None
    assert appeal.answer_text == "Üçüncü cavab: 5 iş günü"
    assert made.structure_name in appeal.answer_source and made.rework_count == 1


def test_an_administrator_reads_the_directory_in_and_gives_a_place(cast, seat):
    page = seat(cast.admin)
    page.goto("/structures/")
    axe(page)
    page.get_by_role("link", name="Import CSV").click()
    table = (
        f"code,category,name_az,phone\ndvx,inside,{cast.unit.name_az},195\nnew-body,inside,Yeni,\n"
    )
    page.set_input_files(
        "#id_file", {"name": "s.csv", "mimeType": "text/csv", "buffer": table.encode()}
    )
    page.get_by_role("button", name="Look at it").click()
    page.get_by_text("new 1, changed 1, unchanged 0").wait_for()
    axe(page)
    page.get_by_role("button", name="Take over").click()
    page.get_by_text("Taken over: 1 new, 1 changed.").wait_for()
    page.get_by_role("link", name="Yeni").first.click()
    page.locator("#people select[name=user]").evaluate(
        "(field, key) => { field.value = key; field.dispatchEvent(new Event('change', { bubbles: true })); }",
        str(cast.other_user.pk),
    )
    page.get_by_role("button", name="Give the place").click()
    page.get_by_role("rowheader", name=cast.other_user.name).wait_for()
    axe(page)
    assert cast.other_user.placements.filter(structure__code="new-body").exists()


def test_a_head_of_a_structure_does_everything_on_a_phone(cast, make_appeal, seat):
    """Every page of the structures' work at 390 by 844: no sideways scroll, nothing for axe to find,
    nothing too small for a finger."""
    waiting, drafted, answered, sent = (
        actions.refer(
            make_appeal().pk, by=cast.aysel, structure=cast.unit, client_id=uuid.uuid4(),
            question="Araşdırın",
        )
        for _n in range(4)
    )  # fmt: skip
    for one in (waiting, drafted, answered):
        actions.accept(one.pk, by=cast.unit_user)
    actions.draft(drafted.pk, by=cast.unit_user, text="Layihə")
    actions.approve(answered.pk, by=cast.unit_head, text="Cavab")
    actions.save_template(
        None, by=cast.unit_head, structure=cast.unit, topic=None, title="Sənədlər", text="Mətn"
    )
    page = seat(
        cast.unit_head, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    for path in (
        "/inbox/", "/inbox/?list=answered", "/inbox/workload/", "/inbox/templates/",
        "/inbox/templates/new/", f"/inbox/{sent.pk}/", f"/inbox/{waiting.pk}/?step=return",
        f"/inbox/{waiting.pk}/?step=ask_extension", f"/inbox/{drafted.pk}/?step=reject",
        f"/inbox/{answered.pk}/", "/reminders/", "/figures/discipline/",
    ):  # fmt: skip
        page.goto(path)
        axe(page, rules={"target-size": {"enabled": True}})
    page.goto("/inbox/?list=new")
    page.get_by_role("checkbox", name=sent.appeal.number).tap()
    page.get_by_role("button", name="Accept the ticked").tap()
    page.get_by_text("1 referral accepted.").wait_for()
    page.goto(f"/inbox/{drafted.pk}/")
    page.get_by_role("button", name="Approve the answer").tap()
    page.get_by_text("Answer approved by the structure's head").first.wait_for()
    drafted.refresh_from_db()
    assert (drafted.status, drafted.approved_by) == (RStatus.ANSWERED, cast.unit_head)
