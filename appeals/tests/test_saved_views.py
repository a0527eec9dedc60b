"""Saved views: kept, shared, changed, removed; always under the rights of whoever opens them."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db.models import Func, Value
from django.db.models.fields import TextField
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from appeals import listing
from appeals.actions import assign, correct, take
from appeals.actions.saved import MOST_VIEWS, change_view, choose_columns, drop_view, save_view
from appeals.listing import Listing
from appeals.models import ListColumns, SavedView, Topic
from callcenter.errors import NotAllowed, RuleBroken, StaleForm
from people.models import Structure

pytestmark = pytest.mark.django_db
APPEALS = "/appeals/"


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def kept(by, name="Mənim görünüşüm", query=None, **more) -> SavedView:
    more.setdefault("client_id", uuid.uuid4())
    return save_view(by=by, name=name, query=query or {}, **more)


def shown(client: Client, address: str) -> set[int]:
    answer = client.get(address)
    assert answer.status_code == 200
    return {row.pk for row in answer.context["page"].rows}


def test_a_view_keeps_only_what_is_set_and_opens_as_it_was(cast, make_appeal):
    mine, other = make_appeal(), make_appeal(topic=Topic.objects.exclude(code="tax-voen").first())
    topic = mine.topic
    view = kept(
        cast.aysel, query={"tab": "open", "topic": str(topic.pk), "kind": "", "page": "7"},
        order="due_last", codes=["term", "owner", "nonsense", "term"],
    )  # fmt: skip
    assert view.query == {"tab": "open", "topic": str(topic.pk)}
    assert view.columns == ["number", "term", "owner"]
    answer = signed_in(cast.aysel).get(view.get_absolute_url())
    assert {row.pk for row in answer.context["page"].rows} == {mine.pk}
    assert [head["column"].code for head in answer.context["heads"]] == view.columns
    assert answer.context["order_code"] == "due_last"
    assert other.pk not in shown(signed_in(cast.aysel), view.get_absolute_url())


def test_the_form_keeps_the_list_of_its_address_once(cast):
    client, client_id = signed_in(cast.aysel), uuid.uuid4()
    address = reverse("view-new") + "?tab=overdue&kind=complaint&order=newest"
    for _turn in range(2):
        sent = {"client_id": client_id, "name": " Gecikən  şikayətlər ", "shared_with": ""}
        answer = client.post(address, sent)
        assert answer.status_code == 302
    view = SavedView.objects.get()
    assert (view.name, view.owner) == ("Gecikən şikayətlər", cast.aysel)
    assert view.query == {"tab": "overdue", "kind": "complaint"}
    assert view.order == "newest"
    assert client.post(address, {"client_id": uuid.uuid4(), "name": ""}).status_code == 422


def test_the_page_that_keeps_a_view_says_what_it_is_cut_by(cast, make_appeal):
    appeal = make_appeal()
    query = {
        "topic": str(appeal.topic_id),
        "kind": "complaint",
        "since": "01.02.2026",
        "late": "no",
    }
    told = dict(Listing(cast.aysel, query).told())
    assert str(appeal.topic) in told.values()
    assert "01.02.2026" in told.values()
    assert len(told) == 4
    page = signed_in(cast.aysel).get(reverse("view-new"), query)
    assert all(value in page.text for value in told.values())


def test_a_shared_view_shows_each_reader_what_is_for_them(cast, make_appeal):
    plain, hidden = make_appeal(), make_appeal(is_restricted=True)
    view = kept(cast.head, query={"tab": "open"}, shared_with="everyone")
    address = view.get_absolute_url()
    assert shown(signed_in(cast.head), address) == {plain.pk, hidden.pk}
    for user in (cast.operator, cast.manager):
        assert shown(signed_in(user), address) == {plain.pk}


@pytest.mark.parametrize(
    ("shared_with", "seers"),
    [("", ["aysel"]), ("everyone", ["aysel", "head", "manager", "auditor"]), ("auditor", ["aysel", "auditor"])],
)  # fmt: skip
def test_who_sees_a_view(cast, shared_with, seers):
    view = kept(cast.aysel, shared_with=shared_with)
    everybody = ["aysel", "head", "manager", "auditor", "unit_user", "unit_head", "admin"]
    seen = {
        name for name in everybody if SavedView.objects.visible_to(getattr(cast, name)).exists()
    }
    assert seen == set(seers)
    for name in everybody[:4]:
        named = view.name in signed_in(getattr(cast, name)).get(APPEALS).text
        assert named is (name in seers)


def test_only_the_owner_changes_and_removes_it(cast):
    view = kept(cast.aysel, shared_with="everyone")
    for address in ("view-edit", "view-drop"):
        answer = signed_in(cast.operator).post(reverse(address, args=[view.pk]), {"name": "X"})
        assert answer.status_code == 404
    with pytest.raises(NotAllowed):
        change_view(view.pk, by=cast.head, name="X")
    with pytest.raises(NotAllowed):
        drop_view(view.pk, by=cast.head)
    client = signed_in(cast.aysel)
    sent = {"name": "Yeni ad", "shared_with": "operator", "version": view.version}
    assert client.post(reverse("view-edit", args=[view.pk]), sent).status_code == 302
    with pytest.raises(StaleForm):
        change_view(view.pk, by=cast.aysel, name="X", version=view.version)
    view.refresh_from_db()
    assert (view.name, view.shared_with) == ("Yeni ad", "operator")
    client.post(reverse("view-drop", args=[view.pk]))
    assert not SavedView.objects.exists()


def test_an_opened_view_can_be_cut_further_and_the_change_kept(cast, make_appeal):
    make_appeal()
    view = kept(cast.aysel, query={"tab": "open"}, codes=["term", "owner"])
    client = signed_in(cast.aysel)
    assert not client.get(view.get_absolute_url()).context["listing"].is_changed
    answer = client.get(f"{APPEALS}?view={view.pk}&tab=open&kind=complaint")
    assert answer.context["listing"].is_changed
    assert [head["column"].code for head in answer.context["heads"]] == view.columns
    now = answer.context["as_it_is"]
    assert client.post(reverse("view-edit", args=[view.pk]), {"now": now}).status_code == 302
    view.refresh_from_db()
    assert view.query == {"tab": "open", "kind": "complaint"}


def test_a_view_of_a_retired_topic_or_structure_says_so(cast, make_appeal):
    appeal = make_appeal()
    ended = timezone.localdate() - dt.timedelta(days=2)
    Topic.objects.filter(pk=appeal.topic_id).update(valid_to=ended)
    Structure.objects.filter(pk=cast.unit.pk).update(valid_to=ended, successor=cast.other)
    client = signed_in(cast.aysel)
    by_topic = kept(cast.aysel, query={"topic": str(appeal.topic_id)})
    answer = client.get(by_topic.get_absolute_url())
    assert {row.pk for row in answer.context["page"].rows} == {appeal.pk}
    assert answer.context["retired"] and str(appeal.topic) in answer.context["retired"][0]
    by_unit = kept(cast.aysel, query={"structure": str(cast.unit.pk)})
    words = client.get(by_unit.get_absolute_url()).context["retired"]
    assert str(cast.other) in words[0]


def test_a_view_whose_filter_is_gone_shows_nothing_and_says_so(cast, make_appeal):
    make_appeal()
    view = kept(cast.aysel, query={"topic": "999999", "tab": "no-such-list"}, order="no-such-order")
    SavedView.objects.update(order="gone", columns=["gone"])
    answer = signed_in(cast.aysel).get(view.get_absolute_url())
    assert answer.status_code == 200
    assert not answer.context["page"].rows
    assert 'role="alert"' in answer.text
    counted = signed_in(cast.aysel).get(reverse("list-views"))
    assert counted.status_code == 200


def test_the_menu_counts_under_the_viewers_rights(cast, make_appeal):
    for _turn in range(3):
        take(make_appeal().pk, by=cast.aysel)
    make_appeal(is_restricted=True)
    kept(cast.head, name="Açıqlar", query={"tab": "open"}, shared_with="everyone")
    counts = {}
    for user in (cast.head, cast.manager):
        answer = signed_in(user).get(reverse("list-views"))
        counts[user] = answer.context["views"][0]["count"]
    assert counts == {cast.head: "4", cast.manager: "3"}


def test_a_count_that_takes_long_is_left_out(cast, make_appeal, monkeypatch):
    from appeals.views import saved

    make_appeal()
    kept(cast.aysel, query={"tab": "open"})
    slow = Func(Value(5), function="pg_sleep", output_field=TextField())
    was = listing.Listing.rows.func
    monkeypatch.setattr(saved, "PATIENCE", 50)
    monkeypatch.setattr(
        Listing, "count",
        lambda self, page=None: str(was(self).annotate(late=slow).values_list("late")[0]),
    )  # fmt: skip
    answer = signed_in(cast.aysel).get(reverse("list-views"))
    assert [line["count"] for line in answer.context["views"]] == [""]


def test_words_that_may_name_a_person_are_shared_only_with_those_who_see_applicants(cast):
    for shared_with in ("everyone", "management"):
        with pytest.raises(RuleBroken) as refused:
            kept(cast.aysel, query={"q": "Əliyev Vüsal"}, shared_with=shared_with)
        assert refused.value.code == "words_may_name_people"
    view = kept(cast.aysel, query={"q": "Əliyev Vüsal"}, shared_with="operator")
    with pytest.raises(RuleBroken):
        change_view(view.pk, by=cast.aysel, shared_with="everyone")
    plain = kept(cast.aysel, query={"tab": "open"}, shared_with="everyone")
    with pytest.raises(RuleBroken):
        change_view(plain.pk, by=cast.aysel, query={"q": "5ABC123"})


def test_one_person_keeps_a_bounded_number(cast):
    SavedView.objects.bulk_create(
        SavedView(owner=cast.aysel, name=f"{turn}") for turn in range(MOST_VIEWS)
    )
    with pytest.raises(RuleBroken) as refused:
        kept(cast.aysel)
    assert refused.value.code == "too_many_views"


def test_those_who_read_no_lists_keep_no_views(cast):
    for user in (cast.unit_head, cast.admin):
        with pytest.raises(NotAllowed):
            kept(user)
        with pytest.raises(NotAllowed):
            choose_columns(by=user, codes=["term"])


# --- Columns and order ---------------------------------------------------------------


def test_everyone_chooses_the_columns_of_their_own_lists(cast, make_appeal):
    make_appeal()
    client = signed_in(cast.aysel)
    client.post(reverse("list-columns") + "?tab=open", {"columns": ["owner", "region", "term"]})
    heads = client.get(APPEALS).context["heads"]
    assert [head["column"].code for head in heads] == ["number", "owner", "region", "term"]
    assert len(signed_in(cast.head).get(APPEALS).context["heads"]) == 8
    client.post(reverse("list-columns"), {"usual": "1"})
    assert not ListColumns.objects.exists()


def test_every_column_draws_its_cell_in_one_query(cast, make_appeal, django_assert_max_num_queries):
    from appeals import columns

    for _turn in range(3):
        made = make_appeal()
        assign(made.pk, by=cast.head, to=cast.operator)
    listing = Listing(cast.head, {"tab": "all"}, column_codes=tuple(columns.COLUMNS))
    with django_assert_max_num_queries(2):
        page = listing.page()
        drawn = columns.lines(page.rows, listing.columns, columns.Drawing(), is_ticked=True)
    assert [line.count("<td") for line in drawn] == [len(columns.COLUMNS)] * 3


def test_management_sees_no_applicant_in_any_column(cast, make_appeal):
    make_appeal()
    choose_columns(by=cast.manager, codes=["applicant", "phone", "term"])
    answer = signed_in(cast.manager).get(APPEALS)
    assert [head["column"].code for head in answer.context["heads"]] == ["number", "term"]


def test_the_head_of_a_column_turns_the_order(cast, make_appeal):
    first, second = make_appeal(), make_appeal()
    client = signed_in(cast.aysel)
    answer = client.get(APPEALS)
    head = next(one for one in answer.context["heads"] if one["column"].code == "registered")
    assert head["sort"] == "descending"
    answer = client.get(APPEALS + head["url"])
    assert [row.pk for row in answer.context["page"].rows] == [first.pk, second.pk]
    term = next(one for one in answer.context["heads"] if one["column"].code == "term")
    assert "url" not in term  # no index serves all appeals by term


# --- The work lists and filters --------------------------------------------------------


def test_every_filter_can_be_reached_and_cuts(cast, make_appeal):
    appeal = make_appeal()
    correct(appeal.pk, by=cast.aysel, values={"is_restricted": True})
    take(make_appeal().pk, by=cast.operator)
    client = signed_in(cast.head)
    page = client.get(APPEALS)
    for name in page.context["filters"].form.fields:
        assert f'name="{name}"' in page.text, name
    today = f"{timezone.localdate():%d.%m.%Y}"
    for name, value, count in [
        ("restricted", "yes", 1), ("restricted", "no", 1), ("owner", cast.operator.pk, 1),
        ("registered_by", cast.aysel.pk, 2), ("lately", "today", 2), ("late", "no", 2),
        ("late", "yes", 0), ("repeat", "no", 2), ("reopened", "yes", 0), ("at_once", "no", 2),
        ("due_since", today, 2), ("closed_since", today, 0), ("still_since", today, 0),
        ("anonymous", "yes", 0), ("complained", cast.unit.pk, 0),
    ]:  # fmt: skip
        assert len(shown(client, f"{APPEALS}?{name}={value}")) == count, (name, value)
