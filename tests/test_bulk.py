"""One step for many appeals: looked at by the very verb, taken one by one, nothing half."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from appeals import bulk
from appeals.actions import close, correct, take
from appeals.actions.bulk import advance, ask_bulk, forget_bulk, run_bulk, unfinished_bulk
from appeals.kinds import Kind
from appeals.models import Appeal, BulkLine, BulkRun, Entry, Note, Notice, Outcome
from appeals.tasks import advance_bulk, sweep_bulk
from callcenter.errors import AlreadyDone, NotAllowed, RuleBroken
from people.models import Alert, AuditEntry
from routing.models import Referral

pytestmark = pytest.mark.django_db
NEW = "/lists/bulk/"


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def asked(by, verb, appeals, **values) -> BulkRun:
    run = ask_bulk(
        by=by, client_id=uuid.uuid4(), verb=verb, appeal_ids=[one.pk for one in appeals],
        values={f"bulk-{name}": str(value) for name, value in values.items()}, language="en",
    )  # fmt: skip
    while advance(run.pk):
        pass
    run.refresh_from_db()
    return run


def went(run: BulkRun) -> BulkRun:
    run_bulk(run.client_id, by=run.by)
    while advance(run.pk):
        pass
    run.refresh_from_db()
    return run


def states(run: BulkRun) -> list[str]:
    return list(run.lines.order_by("place").values_list("state", flat=True))


def test_the_look_says_what_each_would_get_and_changes_nothing(cast, make_appeal):
    free, taken = make_appeal(), make_appeal()
    take(taken.pk, by=cast.operator)
    before = (Entry.objects.count(), Notice.objects.count())
    run = asked(cast.aysel, "take", [free, taken])
    assert run.state == "checked"
    assert states(run) == ["ready", "refused"]
    refused = run.lines.get(state="refused")
    assert refused.words  # the gate's own words
    assert (Entry.objects.count(), Notice.objects.count()) == before
    free.refresh_from_db()
    assert free.status == "registered"


def test_it_is_done_for_those_that_were_possible_and_each_has_its_entry(cast, make_appeal):
    appeals = [make_appeal() for _turn in range(3)]
    run = went(asked(cast.head, "assign", appeals, to=cast.operator.pk))
    assert states(run) == ["done"] * 3
    assert set(Appeal.objects.values_list("owner", flat=True)) == {cast.operator.pk}
    assert Entry.objects.filter(kind="assign").count() == 3
    assert run.ended_at is not None


def test_what_a_colleague_changed_after_the_look_is_left_and_said(cast, make_appeal):
    same, changed, gone = (make_appeal() for _turn in range(3))
    run = asked(cast.head, "assign", [same, changed, gone], to=cast.operator.pk)
    correct(changed.pk, by=cast.aysel, values={"text": "Yeni mətn"})
    explained = Outcome.objects.get(code="explained")
    close(gone.pk, by=cast.aysel, outcome=explained, text="Cavab")
    went(run)
    assert states(run) == ["done", "stale", "stale"]
    changed.refresh_from_db()
    assert changed.owner == cast.aysel
    assert all(run.lines.filter(state="stale").values_list("words", flat=True))


@pytest.mark.parametrize("verb", ["note", "topic", "close", "join", "take"])
def test_every_step_minds_the_version(cast, make_appeal, verb):
    appeal, other = make_appeal(), make_appeal()
    values = {
        "note": {"text": "Salam"},
        "topic": {"topic": other.topic_id},
        "close": {"text": "Cavab", "outcome": Outcome.objects.get(code="explained").pk},
        "join": {"other": other.number},
        "take": {},
    }[verb]
    run = asked(cast.aysel, verb, [appeal], **values)
    assert states(run) == ["ready"], run.lines.get().words
    correct(appeal.pk, by=cast.operator, values={"text": "Başqa"})
    went(run)
    assert states(run) == ["stale"]
    assert not Note.objects.exists()


def test_many_are_closed_with_one_answer_and_each_applicant_is_told(cast, make_appeal):
    appeals = [make_appeal() for _turn in range(2)]
    explained = Outcome.objects.get(code="explained")
    run = went(
        asked(cast.aysel, "close", appeals, text="Nasazlıq aradan qaldırılıb", outcome=explained.pk)
    )
    assert states(run) == ["done", "done"]
    for appeal in Appeal.objects.all():
        assert (appeal.status, appeal.outcome) == ("closed", explained)
        assert appeal.notices.filter(reason="answered").exists()


def test_a_complaint_is_not_sent_to_those_it_is_about_and_the_attempt_stands(cast, make_appeal):
    plain = make_appeal()
    complaint = make_appeal(kind=Kind.COMPLAINT, complained_structure=cast.unit)
    run = asked(cast.aysel, "refer", [plain, complaint], structure=cast.unit.pk, kind="execution")
    assert states(run) == ["ready", "refused"]
    assert run.lines.get(state="refused").code == "complained_about"
    assert AuditEntry.objects.filter(kind="refused.referral").exists()
    assert complaint.entries.filter(kind="referral.refused").exists()
    # Corrected into a complaint after the look, it is refused all the same.
    correct(
        plain.pk, by=cast.aysel,
        values={"kind": Kind.COMPLAINT, "complained_structure_id": cast.unit.pk},
    )  # fmt: skip
    went(run)
    assert not Referral.objects.exists()


def test_many_are_referred_each_once(cast, make_appeal):
    appeals = [make_appeal() for _turn in range(3)]
    run = went(asked(cast.aysel, "refer", appeals, structure=cast.unit.pk, kind="execution"))
    assert states(run) == ["done"] * 3
    assert Referral.objects.count() == 3
    with pytest.raises(AlreadyDone):
        run_bulk(run.client_id, by=cast.aysel)
    assert not advance(run.pk)
    assert Referral.objects.count() == 3


def test_what_one_does_not_see_is_left_out_and_what_becomes_hidden_is_not_named(cast, make_appeal):
    plain, hidden = make_appeal(), make_appeal(by=cast.head, is_restricted=True)
    run = asked(cast.operator, "note", [plain, hidden], text="Salam")
    assert run.total == 1
    with pytest.raises(RuleBroken):
        asked(cast.operator, "note", [hidden], text="Salam")
    correct(plain.pk, by=cast.head, values={"is_restricted": True})
    went(run)
    page = signed_in(cast.operator).get(run.get_absolute_url())
    assert plain.number not in page.text
    assert not Note.objects.exists()


def test_a_run_is_for_whoever_asked_for_it(cast, make_appeal):
    run = asked(cast.aysel, "take", [make_appeal()])
    for user in (cast.operator, cast.head):
        client = signed_in(user)
        assert client.get(run.get_absolute_url()).status_code == 404
        assert client.post(reverse("bulk-go", args=[run.client_id])).status_code == 404
        with pytest.raises(NotAllowed):
            ask_bulk(by=user, client_id=run.client_id, verb="take", values={}, appeal_ids=[1])


def test_only_the_roles_of_the_table_take_a_step_for_many(cast, make_appeal):
    appeal = make_appeal()
    assert [verb.code for verb in bulk.verbs_for(cast.head)] == [
        "take", "assign", "topic", "note", "refer", "close", "join",
    ]  # fmt: skip
    assert "assign" not in [verb.code for verb in bulk.verbs_for(cast.aysel)]
    assert bulk.verbs_for(cast.auditor) == bulk.verbs_for(cast.manager) == []
    for user, verb in ((cast.aysel, "assign"), (cast.auditor, "take"), (cast.aysel, "nonsense")):
        with pytest.raises(NotAllowed):
            asked(user, verb, [appeal], to=cast.operator.pk)


# --- The pages ---------------------------------------------------------------------------


def test_from_the_list_to_the_outcome(cast, make_appeal):
    appeals = [make_appeal() for _turn in range(3)]
    client = signed_in(cast.head)
    listed = client.get(reverse("appeals") + "?tab=open")
    assert listed.text.count('name="row"') == 3
    chosen = {"verb": "assign", "row": [appeals[0].pk, appeals[1].pk], "of": "tab=open"}
    form = client.post(NEW, chosen)
    assert form.status_code == 200
    assert not BulkRun.objects.exists()
    sent = {**chosen, "client_id": form.context["client_id"], "bulk-to": ""}
    assert client.post(NEW, sent).status_code == 422
    sent["bulk-to"] = cast.operator.pk
    looked = client.post(NEW, sent, follow=True)
    assert BulkRun.objects.get().state == "checked"
    assert looked.context["ready"] == 2
    assert looked.context["back"] == "/appeals/?tab=open"
    done = client.post(reverse("bulk-go", args=[sent["client_id"]]), follow=True)
    assert done.context["counts"][0]["count"] == 2
    assert set(Appeal.objects.filter(owner=cast.operator)) == set(appeals[:2])


def test_all_of_a_list_is_all_of_its_filters_to_the_cap(cast, make_appeal):
    from people.models import LegalNumber

    for _turn in range(4):
        make_appeal()
    make_appeal(kind=Kind.QUESTION)
    client = signed_in(cast.head)
    sent = {"verb": "note", "all": "1", "of": "tab=open&kind=application"}
    form = client.post(NEW, sent)
    assert (form.context["count"], form.context["is_cut"]) == (4, False)
    LegalNumber.objects.filter(code="bulk_most").update(value="3")
    form = client.post(NEW, sent)
    assert (form.context["count"], form.context["is_cut"]) == (3, True)


def test_nothing_chosen_says_how_to_choose(cast):
    answer = signed_in(cast.head).post(NEW, {"verb": "note", "of": ""})
    assert answer.status_code == 200
    assert answer.context["count"] == 0


def test_many_go_to_the_background_with_progress_and_an_alert(cast, make_appeal, monkeypatch):
    from appeals.actions import bulk as doing
    from appeals.views import bulk as pages

    for place in (doing, pages):
        monkeypatch.setattr(place, "AT_ONCE", 2)
    sent: list[int] = []
    monkeypatch.setattr(pages.advance_bulk, "delay_on_commit", sent.append)
    appeals = [make_appeal() for _turn in range(3)]
    client = signed_in(cast.aysel)
    rows = [one.pk for one in appeals]
    answer = client.post(NEW, {"verb": "take", "row": rows, "of": ""}, follow=True)
    run = BulkRun.objects.get()
    assert sent == [run.pk]
    assert "<progress" in answer.text
    part = client.get(run.get_absolute_url(), headers={"HX-Request": "true"})
    assert "<html" not in part.text
    advance(run.pk, most=1)
    assert client.get(run.get_absolute_url()).context["done"] == 1
    advance_bulk(run.pk)
    assert Alert.objects.filter(user=cast.aysel, kind="bulk.checked").exists()
    client.post(reverse("bulk-go", args=[run.client_id]))
    advance_bulk(run.pk)
    assert Alert.objects.filter(user=cast.aysel, kind="bulk.done").exists()
    assert states(run) == ["done"] * 3


def test_a_run_left_by_a_lost_worker_is_found_again(cast, make_appeal, monkeypatch):
    from appeals import tasks

    run = ask_bulk(
        by=cast.aysel, client_id=uuid.uuid4(), verb="take", values={},
        appeal_ids=[make_appeal().pk],
    )  # fmt: skip
    assert unfinished_bulk() == []
    past = run.asked_at - dt.timedelta(hours=1)
    BulkRun.objects.update(asked_at=past)
    monkeypatch.setattr(tasks.advance_bulk, "delay", tasks.advance_bulk)
    sweep_bulk()
    assert states(run) == ["ready"]
    BulkRun.objects.update(asked_at=past.replace(year=2020))
    assert forget_bulk() >= 1
    assert not BulkLine.objects.exists()
