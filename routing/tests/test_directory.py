"""The directory of structures: corrected, reorganised, ended, with dated people; only by an administrator."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from appeals.models import Topic
from appeals.tests.world import at_once
from callcenter.errors import AlreadyDone, NotAllowed, RuleBroken, StaleForm
from people.branches import branch_of
from people.models import AuditEntry, Placement, Position, Role, Structure
from people.standing import standing_of
from routing import actions as referrals
from routing.actions.inheriting import inherit, orphaned
from routing.directory import actions, places
from routing.directory.succession import hand_over_rules
from routing.models import AnswerTemplate, Referral, RoutingRule

pytestmark = pytest.mark.django_db
SINCE = dt.date(2020, 1, 1)
DAY = dt.timedelta(days=1)


@pytest.fixture
def today() -> dt.date:
    return timezone.localdate()


def refused(verb, *args, **more) -> tuple[str, str]:
    with pytest.raises(RuleBroken) as broken:
        verb(*args, **more)
    return broken.value.code, broken.value.field


def made(cast, code: str = "new-body", **values: object) -> Structure:
    values = {"category": "inside", "name_az": code.upper(), "valid_from": SINCE, **values}
    return actions.add_structure(by=cast.admin, code=code, values=values)


def sent(cast, make_appeal, structure: Structure) -> Referral:
    return referrals.refer(
        make_appeal().pk, by=cast.aysel, structure=structure, client_id=uuid.uuid4()
    )


def test_only_an_administrator_changes_the_directory(cast, today):
    for by in (cast.head, cast.unit_head, cast.auditor):
        for verb, more in (
            (actions.add_structure, {"code": "x", "values": {}}),
            (actions.change_structure, {"structure_id": cast.unit.pk, "values": {}}),
            (actions.close_structure, {"structure_id": cast.unit.pk, "last_day": today}),
            (places.end_place, {"placement_id": 1, "last_day": today}),
        ):
            with pytest.raises(NotAllowed):
                verb(by=by, **more)
    assert not AuditEntry.objects.filter(object_kind="structure").exists()


def test_a_correction_is_told_in_the_audit_and_an_older_form_is_stale(cast):
    read = actions.state(cast.unit)
    topic = Topic.objects.get(code="trade")
    actions.change_structure(
        cast.unit.pk, by=cast.admin, values={"phone": "195", "opens_at": dt.time(9), "closes_at": dt.time(18)},
        competence=[topic], read=read,
    )  # fmt: skip
    entry = AuditEntry.objects.get(kind="structure.changed")
    assert entry.object_ref == "dvx" and entry.detail["phone"] == ["", "195"]
    assert entry.detail["competence"][1] == ["trade"]
    with pytest.raises(StaleForm):
        actions.change_structure(cast.unit.pk, by=cast.admin, values={"phone": "1"}, read=read)
    actions.change_structure(cast.unit.pk, by=cast.admin, values={"phone": "195"})
    assert AuditEntry.objects.filter(kind="structure.changed").count() == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name_az": " "}, "name_az"),
        ({"category": "nothing"}, "category"),
        ({"opens_at": dt.time(9)}, "closes_at"),
        ({"opens_at": dt.time(18), "closes_at": dt.time(9)}, "closes_at"),
        ({"answers_within": 0}, "answers_within"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(values, field, cast):
    assert refused(actions.change_structure, cast.unit.pk, by=cast.admin, values=values)[1] == field


def test_the_tree_never_turns_in_a_circle_and_a_branch_moves_whole(cast):
    top = made(cast, "top")
    middle = made(cast, "middle", parent=top)
    low = made(cast, "low", parent=middle)
    assert refused(actions.change_structure, top.pk, by=cast.admin, values={"parent": low}) == (
        "tree_loop", "parent",
    )  # fmt: skip
    other = made(cast, "other-top")
    actions.change_structure(middle.pk, by=cast.admin, values={"parent": other})
    low.refresh_from_db()
    assert low.path == "/other-top/middle/low/"


def test_a_renamed_body_has_a_successor_that_gets_everything(cast, make_appeal, today):
    """People, topics, bodies below and what is owed; the old appeal keeps the name of its day."""
    owed = sent(cast, make_appeal, cast.unit)
    referrals.accept(owed.pk, by=cast.unit_user)
    below = made(cast, "dvx-office", parent=cast.unit)
    topics = set(cast.unit.competence.values_list("topic__code", flat=True))
    name = cast.unit.name_az
    new = actions.succeed_structure(
        cast.unit.pk, by=cast.admin, code="dvx-2", first_day=today, act="Fərman 1",
        values={"name_az": "Yeni Vergi Xidməti", "short_az": "YVX"},
    )  # fmt: skip
    cast.unit.refresh_from_db()
    assert (cast.unit.valid_to, cast.unit.successor) == (today - DAY, new)
    assert set(new.competence.values_list("topic__code", flat=True)) == topics
    below.refresh_from_db()
    assert below.parent == new and below.path == f"{new.path}dvx-office/"
    assert standing_of(type(cast.unit_head).objects.get(pk=cast.unit_head.pk)).headed == {new.pk}
    # What is owed follows, one by one, journalled; the name of the day stays.
    assert orphaned() == [owed.pk]
    inherit(owed.pk)
    owed.refresh_from_db()
    assert (owed.structure, owed.structure_name, owed.executor) == (new, name, cast.unit_user)
    assert owed.appeal.responsible == new
    entry = owed.appeal.entries.get(kind="referral.inherit")
    assert entry.changes["heir"] == [None, "Yeni Vergi Xidməti"]
    assert orphaned() == [] and inherit(owed.pk) is None
    user = type(cast.unit_head).objects.get(pk=cast.unit_head.pk)
    referrals.approve(owed.pk, by=user, text="Cavab")
    # Reports that ask for the successor count the predecessor too.
    counted = branch_of(new)
    assert {new.pk, cast.unit.pk, below.pk} <= set(counted) and cast.other.pk not in counted
    assert branch_of(cast.unit) == [cast.unit.pk]


def test_rules_and_templates_go_to_the_successor_on_its_day(cast, today):
    rule = RoutingRule.objects.create(name="Vergi", position=99, structure=cast.unit)
    referrals.save_template(
        None, by=cast.unit_head, structure=cast.unit, topic=None, title="Cavab", text="Mətn"
    )
    tomorrow = today + DAY
    new = actions.succeed_structure(
        cast.unit.pk, by=cast.admin, code="dvx-2", first_day=tomorrow, act="Fərman",
        values={"name_az": "Yeni"},
    )  # fmt: skip
    assert AnswerTemplate.objects.get(structure=new).text == "Mətn"
    assert hand_over_rules() == 0
    with time_machine.travel(timezone.now() + DAY, tick=False):
        assert hand_over_rules() >= 1 and hand_over_rules() == 0
    rule.refresh_from_db()
    assert (rule.structure, rule.version) == (new, 2)
    assert AuditEntry.objects.filter(kind="rule.handed_over", object_ref=rule.pk).exists()


def test_an_executor_who_did_not_go_along_is_let_go(cast, make_appeal, today):
    owed = sent(cast, make_appeal, cast.unit)
    referrals.accept(owed.pk, by=cast.unit_user)
    actions.close_structure(cast.unit.pk, by=cast.admin, last_day=today - DAY, heir=cast.other)
    Placement.objects.filter(structure=cast.other, user=cast.unit_user).delete()
    inherit(owed.pk)
    owed.refresh_from_db()
    assert (owed.structure, owed.executor) == (cast.other, None)


def test_a_body_that_owes_or_holds_others_does_not_end_without_a_successor(
    cast, make_appeal, today
):
    alone = made(cast, "alone")
    sent(cast, make_appeal, alone)
    assert refused(actions.close_structure, alone.pk, by=cast.admin, last_day=today) == (
        "referrals_open", "heir",
    )  # fmt: skip
    top = made(cast, "top")
    low = made(cast, "low", parent=top)
    assert refused(actions.close_structure, top.pk, by=cast.admin, last_day=today)[0] == (
        "bodies_below"
    )
    for heir, code in ((top, "own_heir"), (low, "heir_below")):
        assert refused(
            actions.close_structure, top.pk, by=cast.admin, last_day=today, heir=heir
        ) == (code, "heir")
    actions.close_structure(low.pk, by=cast.admin, last_day=today)
    gone = made(cast, "gone")
    actions.close_structure(gone.pk, by=cast.admin, last_day=today)
    with pytest.raises(AlreadyDone):
        actions.close_structure(low.pk, by=cast.admin, last_day=today)
    assert refused(
        actions.close_structure, top.pk, by=cast.admin, last_day=today, heir=gone
    )[0] == "heir_absent"  # fmt: skip


def test_a_structure_closed_meanwhile_is_said_in_the_form_that_refers(
    client, cast, make_appeal, today
):
    appeal = make_appeal()
    client.force_login(cast.aysel)
    address = reverse("refer", args=[appeal.pk])
    client.get(address)
    heir = made(cast, "heir")
    actions.close_structure(cast.unit.pk, by=cast.admin, last_day=today - DAY, heir=heir)
    page = client.post(
        address,
        {
            "structure": cast.unit.pk, "kind": "execution", "question": "Uzun sual",
            "client_id": uuid.uuid4(), "version": appeal.version,
        },
    )  # fmt: skip
    text = page.content.decode()
    assert page.status_code == 409
    assert "HEIR" in text and "Uzun sual" in text
    assert not Referral.objects.exists()


# People


def given(cast, user, position, begin, end=None) -> Placement:
    return places.place(
        cast.unit.pk, by=cast.admin, user=user, position=position, valid_from=begin, valid_to=end
    )


def test_substitutions_may_not_overlap_and_have_an_end(cast, today):
    first, second = cast.unit_user, cast.other_user
    assert refused(given, cast, first, Position.SUBSTITUTE, today) == (
        "substitute_dated", "valid_to",
    )  # fmt: skip
    given(cast, first, Position.SUBSTITUTE, today, today + 9 * DAY)
    for begin, end in ((today + 9 * DAY, today + 20 * DAY), (today - DAY, today), (today, today)):
        with pytest.raises(RuleBroken) as broken:
            given(cast, second, Position.SUBSTITUTE, begin, end)
        assert broken.value.code == "overlapping" and first.name in str(broken.value)
    given(cast, second, Position.SUBSTITUTE, today + 10 * DAY, today + 20 * DAY)
    # Who stands in approves from the first day on.
    fresh = type(first).objects.get(pk=first.pk)
    assert standing_of(fresh, today).headed == {cast.unit.pk}
    assert standing_of(fresh, today + 10 * DAY).headed == set()


def test_a_structure_has_one_head_at_a_time(cast, today):
    assert refused(given, cast, cast.other_user, Position.HEAD, today) == (
        "overlapping", "valid_from",
    )  # fmt: skip
    seat = Placement.objects.get(structure=cast.unit, position=Position.HEAD)
    places.end_place(seat.pk, by=cast.admin, last_day=today)
    given(cast, cast.other_user, Position.HEAD, today + DAY)
    assert AuditEntry.objects.filter(object_ref="dvx", kind__startswith="place.").count() == 2


def test_a_place_is_for_people_of_structures_who_still_work(cast, today):
    assert refused(given, cast, cast.aysel, Position.EXECUTOR, today)[0] == (
        "not_a_structures_person"
    )
    cast.other_user.is_active = False
    cast.other_user.save()
    assert refused(given, cast, cast.other_user, Position.EXECUTOR, today) == ("user_left", "user")
    with pytest.raises(AlreadyDone):
        given(cast, cast.unit_user, Position.EXECUTOR, today)


@pytest.mark.parametrize("way", ["deactivated", "place ended"])
def test_an_executor_who_left_meanwhile_is_said_by_name(client, cast, make_appeal, way):
    owed = sent(cast, make_appeal, cast.unit)
    client.force_login(cast.unit_head)
    if way == "deactivated":
        cast.unit_user.is_active = False
        cast.unit_user.save()
    else:
        seat = Placement.objects.get(user=cast.unit_user)
        seat.valid_to = timezone.localdate() - DAY
        seat.save()
    page = client.post(
        reverse("referral-do", args=[owed.pk, "accept"]),
        {"accept-executor": cast.unit_user.pk, "accept-version": owed.version},
    )
    assert page.status_code == 409
    assert cast.unit_user.name in page.content.decode()
    owed.refresh_from_db()
    assert owed.status == "sent"


# Pages


def test_the_pages_of_the_directory(client, cast, make_appeal, today):
    client.force_login(cast.admin)
    tree = client.get(reverse("structures"), {"q": "vergi"}).content.decode()
    assert cast.unit.name_az in tree and cast.other.name_az not in tree
    page = client.get(reverse("structure", args=[cast.unit.pk])).content.decode()
    assert cast.unit_head.name in page and reverse("structure-close", args=[cast.unit.pk]) in page
    new = client.post(
        reverse("structure-new"),
        {
            "code": "new-body", "category": "inside", "parent": cast.unit.pk, "name_az": "Yeni qurum",
            "valid_from": f"{today:%d.%m.%Y}", "competence": ["trade"], "opens_at": "09:00",
            "closes_at": "18:00",
        },
    )  # fmt: skip
    row = Structure.objects.get(code="new-body")
    assert new["Location"] == reverse("structure", args=[row.pk])
    assert row.path == f"{cast.unit.path}new-body/" and row.competence.count() == 1
    edit = reverse("structure-edit", args=[row.pk])
    assert client.get(edit).status_code == 200
    wrong = client.post(edit, {"category": "inside", "name_az": "", "valid_from": "x"})
    assert wrong.status_code == 422
    place = client.post(
        reverse("structure-place", args=[row.pk]),
        {"user": cast.other_user.pk, "position": "executor", "valid_from": f"{today:%d.%m.%Y}"},
    )
    assert place.status_code == 302
    seat = row.placements.get()
    client.post(reverse("place-end", args=[seat.pk]), {"last_day": f"{today:%d.%m.%Y}"})
    seat.refresh_from_db()
    assert seat.valid_to == today
    ended = client.post(
        reverse("structure-close", args=[row.pk]), {"last_day": f"{today:%d.%m.%Y}"}
    )
    assert ended.status_code == 302
    again = client.post(
        reverse("structure-close", args=[row.pk]), {"last_day": f"{today:%d.%m.%Y}"}
    )
    assert again.status_code == 422
    succeed = reverse("structure-succeed", args=[cast.other.pk])
    assert client.get(succeed).status_code == 200
    made_ = client.post(
        succeed,
        {
            "first_day": f"{today:%d.%m.%Y}",
            "code": "kobia-2",
            "name_az": "KOBİA 2",
            "act": "Fərman",
        },
    )
    assert made_["Location"] == reverse(
        "structure", args=[Structure.objects.get(code="kobia-2").pk]
    )


def test_others_read_the_directory_and_structures_do_not(client, cast):
    client.force_login(cast.head)
    page = client.get(reverse("structure", args=[cast.unit.pk]))
    assert page.status_code == 200
    assert reverse("structure-edit", args=[cast.unit.pk]) not in page.content.decode()
    assert client.get(reverse("structure-edit", args=[cast.unit.pk])).status_code == 404
    assert client.get(reverse("structures-export")).status_code == 404
    client.force_login(cast.unit_head)
    assert cast.unit_head.role == Role.STRUCTURE_HEAD
    assert client.get(reverse("structures")).status_code == 404


def test_whoever_refers_sees_hours_telephone_and_own_term(client, cast, make_appeal):
    actions.change_structure(
        cast.unit.pk, by=cast.admin,
        values={"phone": "195", "opens_at": dt.time(9), "closes_at": dt.time(18), "answers_within": 7},
    )  # fmt: skip
    appeal = make_appeal()
    client.force_login(cast.aysel)
    page = client.get(reverse("refer", args=[appeal.pk])).content.decode()
    assert 'data-hint="09:00–18:00 · 195 · 7' in page
    made_ = sent(cast, make_appeal, Structure.objects.get(pk=cast.unit.pk))
    assert made_.clock.quantity == 7


def test_ending_a_structure_and_sending_to_it_in_the_same_second(
    committed, cast, make_appeal, today
):
    """On real threads: one of the two is refused, so that nothing lies with a body that is gone."""
    for turn in range(6):
        body, appeal = made(cast, f"body-{turn}"), make_appeal()
        told = at_once(
            [
                lambda pk=appeal.pk, to=body: referrals.refer(
                    pk, by=cast.aysel, structure=to, client_id=uuid.uuid4()
                ),
                lambda pk=body.pk: actions.close_structure(pk, by=cast.admin, last_day=today - DAY),
            ]
        )
        codes = {each.code for each in told if isinstance(each, RuleBroken)}
        assert codes in ({"referrals_open"}, {"structure_ended"}), told
        body.refresh_from_db()
        owed = Referral.objects.open().filter(structure=body).exists()
        assert owed is (body.valid_to is None)
