"""Rules in the database: who writes them, what they decide of an appeal, what a trial shows."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from appeals.actions import take
from appeals.kinds import Kind
from appeals.lifecycle import Status
from appeals.models import Appeal, Topic
from callcenter.errors import NotAllowed, RuleBroken, StaleForm
from people.models import AuditEntry, Structure
from routing.rules.actions import let_rules_decide, move_rule, save_rule, switch_rule, undecided
from routing.rules.models import RoutingRule, RuleDecision, RuleTrial
from routing.rules.offers import offers_for
from routing.rules.trial import ask_trial, run_trial, unfinished_trials
from tests.cast import Cast

pytestmark = pytest.mark.django_db
Make = Callable[..., Appeal]


@pytest.fixture(autouse=True)
def no_rules(directory: None) -> None:
    """Each story writes its own rules; the catch-all is there, as always."""
    RoutingRule.objects.filter(is_catch_all=False).delete()


def values(**more: object) -> dict[str, object]:
    return {
        "name": "İxrac", "kinds": [], "topic": None, "words": ["ixrac"], "channels": [],
        "languages": [], "applicants": "", "voens": [], "accused": "", "accused_branch": None,
        "structure": Structure.objects.get(code="kobia"), "referral_kind": "execution",
        "days": 5, "is_urgent": False, "makes_restricted": False, "is_automatic": False, **more,
    }  # fmt: skip


def kinds_of(appeal: Appeal) -> list[str]:
    return list(appeal.entries.order_by("sequence").values_list("kind", flat=True))


def test_only_the_head_and_the_administrator_write_rules(cast: Cast):
    for person in (cast.aysel, cast.unit_head, cast.manager, cast.auditor):
        with pytest.raises(NotAllowed):
            save_rule(by=person, values=values())
    rule = save_rule(by=cast.head, values=values())
    assert (rule.author, rule.position) == (cast.head, 1)
    assert AuditEntry.objects.filter(kind="rule.saved", object_ref=str(rule.pk)).count() == 1


def test_one_form_sent_twice_makes_one_rule(cast: Cast):
    key = uuid.uuid4()
    first = save_rule(by=cast.head, values=values(), client_id=key)
    assert save_rule(by=cast.head, values=values(), client_id=key) == first


def test_a_save_over_a_colleagues_save_is_noticed(cast: Cast):
    rule = save_rule(by=cast.head, values=values())
    save_rule(by=cast.admin, values=values(name="A"), rule_id=rule.pk, version=1)
    with pytest.raises(StaleForm):
        save_rule(by=cast.head, values=values(name="B"), rule_id=rule.pk, version=1)


def test_the_catch_all_is_always_in_force_and_takes_no_conditions(cast: Cast):
    last = RoutingRule.objects.get(is_catch_all=True)
    with pytest.raises(RuleBroken):
        switch_rule(last.pk, by=cast.head, on=False)
    save_rule(by=cast.head, values=values(name="Qalan"), rule_id=last.pk, version=last.version)
    last.refresh_from_db()
    assert (last.name, last.words, last.structure.code) == ("Qalan", [], "kobia")


def test_rules_are_moved_and_the_catch_all_stays_last(cast: Cast):
    one, two, three = (save_rule(by=cast.head, values=values(name=n)) for n in "abc")
    move_rule(three.pk, by=cast.head, before_id=one.pk)
    move_rule(one.pk, by=cast.head, before_id=None)
    names = list(RoutingRule.objects.values_list("name", flat=True))
    assert names[:3] == ["c", "b", "a"] and len(names) == 4
    assert two.name == "b"


def test_an_automatic_rule_without_a_structure_is_refused(cast: Cast):
    with pytest.raises(RuleBroken) as refused:
        save_rule(by=cast.head, values=values(structure=None, is_automatic=True))
    assert refused.value.field == "structure"


def test_a_rule_offers_and_the_journal_says_which_and_why(cast: Cast, make_appeal: Make):
    rule = save_rule(by=cast.head, values=values(is_urgent=True))
    appeal = make_appeal(text="İxracın sənədləri")
    decision = let_rules_decide(appeal.pk)
    assert decision is not None and (decision.rule, decision.reasons) == (rule, ["words"])
    appeal.refresh_from_db()
    assert appeal.status == Status.REGISTERED and appeal.is_urgent
    entry = appeal.entries.get(kind="rule.decided")
    assert entry.changes["rule"] == [None, "İxrac"] and entry.actor_name == "system"
    rule.refresh_from_db()
    assert rule.hits == 1 and rule.last_hit_at == decision.at
    assert [offer.structure.code for offer in offers_for(appeal)] == ["kobia"]


def test_an_automatic_rule_refers_once_however_often_it_is_asked(cast: Cast, make_appeal: Make):
    save_rule(by=cast.head, values=values(is_automatic=True))
    appeal = make_appeal(text="ixrac")
    first = let_rules_decide(appeal.pk)
    assert let_rules_decide(appeal.pk) is None
    assert first is not None and first.referral == appeal.referrals.get()
    assert (first.referral.structure.code, first.referral.sent_by) == ("kobia", None)
    assert kinds_of(appeal).count("rule.decided") == 1


def test_what_somebody_already_took_is_left_to_them(cast: Cast, make_appeal: Make):
    save_rule(by=cast.head, values=values(is_automatic=True))
    appeal = make_appeal(text="ixrac")
    take(appeal.pk, by=cast.aysel)
    assert let_rules_decide(appeal.pk) is None
    assert not appeal.referrals.exists()


def test_a_rule_never_leads_a_complaint_to_the_accused(cast: Cast, make_appeal: Make):
    """The attempt is written down, the next rule decides, and the superior is the default way."""
    accused = Structure.objects.get(code="kobia")
    save_rule(by=cast.head, values=values(is_automatic=True))
    appeal = make_appeal(kind=Kind.COMPLAINT, text="ixrac", complained_structure=accused)
    decision = let_rules_decide(appeal.pk)
    assert decision is not None and decision.rule.is_catch_all
    assert decision.structure != accused and not appeal.referrals.exists()
    assert AuditEntry.objects.filter(kind="rule.passed_over_accused").count() == 1
    assert all(offer.structure != accused for offer in offers_for(appeal))


def test_a_rule_to_a_structure_that_ended_refers_nothing(cast: Cast, make_appeal: Make):
    rule = save_rule(by=cast.head, values=values(is_automatic=True))
    Structure.objects.filter(pk=rule.structure_id).update(valid_to="2024-01-01")
    appeal = make_appeal(text="ixrac")
    decision = let_rules_decide(appeal.pk)
    assert decision is not None and decision.structure is None and not appeal.referrals.exists()


def test_the_sweep_finds_what_no_rule_has_seen(make_appeal: Make, time_machine):
    appeal = make_appeal()
    assert undecided() == []  # the task of the registration has its time first
    time_machine.move_to(timezone.now() + dt.timedelta(minutes=1))
    assert undecided() == [appeal.pk]
    let_rules_decide(appeal.pk)
    assert undecided() == []
    assert RuleDecision.objects.count() == 1


def test_a_trial_shows_what_would_change_and_changes_nothing(cast: Cast, make_appeal: Make):
    moved, same = make_appeal(text="ixrac necə olur"), make_appeal(text="idxal")
    trial = ask_trial(by=cast.head, values=values(), regions=[], rule=None, client_id=uuid.uuid4())
    assert unfinished_trials() == [trial.pk]
    run_trial(trial.pk)
    run_trial(trial.pk)
    trial.refresh_from_db()
    assert (trial.state, trial.total, trial.seen) == (RuleTrial.State.DONE, 2, 2)
    assert (trial.matched, trial.changed) == (1, 1)
    change = trial.changes.get()
    assert (change.appeal, change.before, change.after.code) == (moved, None, "kobia")
    assert kinds_of(same) == kinds_of(moved) == ["register"]
    assert RoutingRule.objects.count() == 1


def test_a_trial_of_a_changed_rule_stands_in_its_place(cast: Cast, make_appeal: Make):
    rule = save_rule(by=cast.head, values=values(structure=Structure.objects.get(code="dvx")))
    make_appeal(text="ixrac")
    trial = ask_trial(by=cast.head, values=values(), regions=[], rule=rule, client_id=uuid.uuid4())
    run_trial(trial.pk)
    change = trial.changes.get()
    assert (change.before.code, change.after.code, change.rule_before) == ("dvx", "kobia", "İxrac")


def test_a_trial_left_by_a_dead_worker_is_begun_anew(cast: Cast, make_appeal: Make, time_machine):
    make_appeal(text="ixrac")
    trial = ask_trial(by=cast.head, values=values(), regions=[], rule=None, client_id=uuid.uuid4())
    RuleTrial.objects.filter(pk=trial.pk).update(
        state=RuleTrial.State.RUNNING, started_at=trial.asked_at, seen=1
    )
    assert unfinished_trials() == []
    time_machine.move_to(timezone.now() + dt.timedelta(hours=1))
    assert unfinished_trials() == [trial.pk]
    run_trial(trial.pk)
    trial.refresh_from_db()
    assert (trial.state, trial.seen, trial.changes.count()) == (RuleTrial.State.DONE, 1, 1)


def test_the_pages_of_rules(cast: Cast, client: Client):
    rule = save_rule(by=cast.head, values=values())
    topic = Topic.objects.filter(parent__isnull=True).first()
    client.force_login(cast.head)
    page = client.get("/rules/").content.decode()
    # The catch-all came with the system, the other has its author.
    assert "İxrac" in page and cast.head.short_name in page
    assert RoutingRule.objects.get(is_catch_all=True).author_words in page
    assert client.get(f"/rules/{rule.pk}/").status_code == 200
    sent = {
        "name": "Yeni", "words": "ixrac, idxal", "topic": topic.pk, "referral_kind": "execution",
        "version": 0, "client_id": str(uuid.uuid4()),
    }  # fmt: skip
    assert client.post("/rules/new/", sent).status_code == 302
    made = RoutingRule.objects.get(name="Yeni")
    assert (made.words, made.topic) == (["ixrac", "idxal"], topic)
    refused = client.post("/rules/new/", sent | {"voens": "12", "client_id": str(uuid.uuid4())})
    assert refused.status_code == 422 and "ixrac, idxal" in refused.content.decode()
    tried = client.post("/rules/new/", sent | {"try": "1", "client_id": str(uuid.uuid4())})
    trial = RuleTrial.objects.get()
    assert tried.url == f"/rules/trials/{trial.pk}/"
    run_trial(trial.pk)
    assert client.get(tried.url).status_code == 200
    assert "Yeni" in client.get(f"/rules/trials/{trial.pk}/again/").content.decode()
    for step in ("move", "switch"):
        assert client.post(f"/rules/{rule.pk}/{step}/", {"on": "0"}).status_code == 302
    client.force_login(cast.aysel)
    assert client.get("/rules/").status_code == 404


def test_a_form_opened_before_the_rules_spoke_is_still_fresh(cast: Cast, make_appeal: Make):
    save_rule(by=cast.head, values=values(words=["kassa"]))
    appeal = make_appeal()
    let_rules_decide(appeal.pk)
    assert take(appeal.pk, by=cast.aysel, version=appeal.version).status == Status.CONSIDERED


def test_a_form_opened_before_a_rule_marked_the_appeal_is_stale(cast: Cast, make_appeal: Make):
    save_rule(by=cast.head, values=values(words=["kassa"], is_urgent=True))
    appeal = make_appeal()
    let_rules_decide(appeal.pk)
    with pytest.raises(StaleForm):
        take(appeal.pk, by=cast.aysel, version=appeal.version)
