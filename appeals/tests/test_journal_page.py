"""The journal of a page: read in pages, cut by sort, person and day; notes that call people; watching."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from appeals import presence
from appeals.actions import assign, attach, correct, note, take
from appeals.actions.watching import unwatch, watch
from appeals.audience import people_who_see
from appeals.models import Entry, Note, Watch
from appeals.policies import sees
from appeals.timeline import PAGE
from callcenter import live
from callcenter.errors import NotAllowed, RuleBroken
from people.alerts import shown
from people.models import Alert, Delegation, User
from people.standing import standing_of

pytestmark = pytest.mark.django_db


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def entries(client, appeal, **query):
    answer = client.get(reverse("appeal-journal", args=[appeal.pk]), query)
    assert answer.status_code == 200
    return answer.context["journal"], answer.context["more"]


# --- Pages of the journal -----------------------------------------------------------


def test_a_long_journal_opens_with_its_first_page_and_goes_on_without_a_gap(cast, make_appeal):
    appeal = make_appeal()
    for turn in range(60):
        note(appeal.pk, by=cast.aysel, text=f"Qeyd {turn}")
    client = signed_in(cast.aysel)
    page = client.get(appeal.get_absolute_url())
    assert len(page.context["journal"]) == PAGE
    seen, more = [line["note"] for line in page.context["journal"]], page.context["more"]
    while more:
        address = reverse("appeal-journal", args=[appeal.pk]) + more
        part = client.get(address, headers={"HX-Request": "true"})
        assert "<html" not in part.text
        seen += [line["note"] for line in part.context["journal"]]
        more = part.context["more"]
    assert seen[:60] == [f"Qeyd {turn}" for turn in reversed(range(60))]
    assert len(seen) == Entry.objects.filter(appeal=appeal).count()


def test_the_page_asks_no_more_however_long_the_journal(cast, make_appeal):
    short, long = make_appeal(), make_appeal()
    for turn in range(40):
        note(long.pk, by=cast.aysel, text=f"Qeyd {turn}")
    note(short.pk, by=cast.aysel, text="Qeyd")
    client, asked = signed_in(cast.aysel), []
    for appeal in (short, short, long):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(appeal.get_absolute_url())
        asked.append(len(queries))
    assert asked[2] <= asked[1]


def test_entries_are_cut_by_sort_person_and_day(cast, make_appeal):
    appeal = make_appeal()
    take(appeal.pk, by=cast.operator)
    note(appeal.pk, by=cast.head, text="Baxın")
    correct(appeal.pk, by=cast.operator, values={"text": "Yeni"})
    client = signed_in(cast.aysel)

    def found(**query):
        return len(entries(client, appeal, **query)[0])

    everything = Entry.objects.filter(appeal=appeal).count()
    assert found() == found(sort="nonsense") == found(since="nonsense") == everything
    assert found(sort="notes") == 1
    assert found(sort="changes") == 1
    assert found(sort="moves") == 2  # registered, taken
    assert found(sort="files") == found(sort="structures") == 0
    assert found(person=cast.operator.pk) == 2
    assert found(person=cast.operator.pk, sort="changes") == 1
    assert found(person=cast.auditor.pk) == everything  # nobody of this journal: no such choice
    tomorrow = f"{timezone.localdate() + dt.timedelta(days=1):%d.%m.%Y}"
    assert found(since=tomorrow) == 0
    assert found(until=tomorrow) == everything


def test_internal_entries_and_their_writers_are_for_those_inside(cast, make_appeal):
    appeal = make_appeal()
    note(appeal.pk, by=cast.head, text="Gizli söz")
    outside = signed_in(cast.manager)
    page = outside.get(appeal.get_absolute_url())
    assert "Gizli söz" not in page.text
    assert entries(outside, appeal, sort="notes")[0] == []
    assert str(cast.head.pk) not in dict(page.context["journal_form"].fields["person"].choices)
    assert len(entries(signed_in(cast.auditor), appeal, sort="notes")[0]) == 1


# --- Calling people ---------------------------------------------------------------------


def test_a_note_calls_those_it_names(cast, make_appeal):
    appeal = make_appeal()
    note(appeal.pk, by=cast.aysel, text="Salam @resad, @mudir. baxın; info@resad.az deyil")
    told = Alert.objects.filter(kind="appeal.mentioned")
    assert {alert.user for alert in told} == {cast.operator, cast.head}
    page = signed_in(cast.operator).get(appeal.get_absolute_url())
    assert f"@{cast.operator.name}" in page.text
    assert "info@resad.az" in page.text


def test_who_may_not_see_it_is_not_called_and_the_writer_learns_so(cast, make_appeal):
    appeal = make_appeal(by=cast.aysel, is_restricted=True)
    for name in ("resad", "rehber", "gunel", "inzibatci"):
        with pytest.raises(RuleBroken) as refused:
            note(appeal.pk, by=cast.aysel, text=f"@mudir @{name} baxın")
        assert refused.value.code == "mentioned_sees_not"
    assert not Alert.objects.exists()
    assert not Note.objects.exists()
    client = signed_in(cast.aysel)
    sent = {"text": "@resad baxın", "version": appeal.version}
    answer = client.post(reverse("appeal-do", args=[appeal.pk, "note"]), sent)
    assert answer.status_code == 422
    assert "@resad baxın" in answer.text


def test_nobodys_name_is_only_a_word(cast, make_appeal):
    note(make_appeal().pk, by=cast.aysel, text="@hamı baxsın @")
    assert not Alert.objects.exists()


def test_people_are_offered_by_the_beginning_of_a_name(cast, make_appeal):
    appeal = make_appeal()
    address = reverse("appeal-people", args=[appeal.pk])
    client = signed_in(cast.aysel)

    def offered(text: str) -> set[str]:
        return {one["id"] for one in client.get(address, {"q": text}).json()}

    assert offered("quli") == offered("REŞ") == {"resad"}
    assert offered("") == {"resad", "mudir", "auditor"}
    correct(appeal.pk, by=cast.aysel, values={"is_restricted": True})
    assert offered("") == {"mudir", "auditor"}
    assert signed_in(cast.operator).get(address).status_code == 404
    assert signed_in(cast.manager).get(address).status_code == 404


def test_the_audience_is_the_other_side_of_sight(cast, make_appeal):
    today = timezone.localdate()
    deputy = User.objects.create(username="muavin", role="operator")
    acting = User.objects.create(username="evez", role="structure_user")
    for principal, delegate in ((cast.head, deputy), (cast.operator, acting)):
        Delegation.objects.create(
            principal=principal, delegate=delegate, valid_from=today, order_number="1",
            order_on=today,
        )  # fmt: skip
    appeals = [
        make_appeal(),
        make_appeal(is_restricted=True),
        make_appeal(by=cast.head, is_restricted=True),
    ]
    assign(appeals[2].pk, by=cast.head, to=cast.operator)
    inside = {"operator", "sector_head", "auditor"}
    for appeal in appeals:
        appeal.refresh_from_db()
        seeing = {user for user in User.objects.all() if sees(user, appeal)}
        assert set(people_who_see(appeal)) == seeing
        assert set(people_who_see(appeal, inside=True)) == {
            user for user in seeing if standing_of(user).has(*inside)
        }


# --- Watching ------------------------------------------------------------------------------


def test_who_watches_is_told_of_every_change_and_never_of_their_own(cast, make_appeal):
    appeal = make_appeal()
    for user in (cast.operator, cast.manager, cast.aysel):
        watch(appeal.pk, by=user)
        watch(appeal.pk, by=user)
    take(appeal.pk, by=cast.aysel)
    note(appeal.pk, by=cast.aysel, text="Daxili")
    told = set(Alert.objects.values_list("user__username", "kind"))
    assert told == {
        ("resad", "watched.moved"), ("resad", "watched.note"), ("rehber", "watched.moved"),
    }  # fmt: skip
    unwatch(appeal.pk, by=cast.operator)
    assert Watch.objects.count() == 2


def test_what_became_hidden_is_watched_by_nobody_who_may_not_see_it(cast, make_appeal):
    appeal = make_appeal(by=cast.head)
    watch(appeal.pk, by=cast.operator)
    correct(appeal.pk, by=cast.head, values={"is_restricted": True})
    assert not shown(cast.operator, Alert.objects.filter(user=cast.operator))
    correct(appeal.pk, by=cast.head, values={"text": "Gizli"})
    assert not Alert.objects.filter(user=cast.operator).exists()
    client = signed_in(cast.operator)
    assert not client.get(reverse("appeals") + "?tab=watched").context["page"].rows
    with pytest.raises(NotAllowed):
        watch(appeal.pk, by=cast.operator)


def test_the_button_and_the_list_of_the_watched(cast, make_appeal):
    appeal, _other = make_appeal(), make_appeal()
    client = signed_in(cast.manager)
    address = reverse("appeal-watch", args=[appeal.pk])
    assert client.post(address, {"on": "1"}).status_code == 302
    rows = client.get(reverse("appeals") + "?tab=watched").context["page"].rows
    assert [row.pk for row in rows] == [appeal.pk]
    part = client.post(address, {"on": "0"}, headers={"HX-Request": "true"})
    assert 'aria-pressed="false"' in part.text
    assert signed_in(cast.unit_user).post(address, {"on": "1"}).status_code == 404


# --- Presence ------------------------------------------------------------------------------


@pytest.fixture
def heard(monkeypatch):
    told = []
    monkeypatch.setattr(live, "publish", lambda channels, event: told.append((channels, event)))
    return told


def beat(client, appeal, state):
    address = reverse("appeal-presence", args=[appeal.pk])
    return client.post(address, {"state": state}).json()["words"]


def test_two_see_each_other_and_who_writes_and_who_left(cast, make_appeal, heard):
    appeal = make_appeal()
    one, two = signed_in(cast.aysel), signed_in(cast.operator)
    assert beat(one, appeal, "viewing") == []
    assert len(beat(two, appeal, "writing")) == 1
    topic = {"topic": f"presence:{appeal.pk}"}
    assert heard == [([f"user:{cast.aysel.pk}"], topic)]
    words = beat(one, appeal, "viewing")
    assert len(words) == 1 and cast.operator.name in words[0]
    assert len(heard) == 1  # nothing changed, nobody is told
    beat(two, appeal, "gone")
    assert beat(one, appeal, "viewing") == []


def test_a_sign_without_beats_dies(cast, make_appeal, monkeypatch, heard):
    appeal = make_appeal()
    beat(signed_in(cast.aysel), appeal, "viewing")
    later = presence.time.time() + presence.ALIVE + 2
    monkeypatch.setattr(presence.time, "time", lambda: later)
    assert beat(signed_in(cast.operator), appeal, "viewing") == []


def test_without_redis_nobody_is_shown_and_nothing_breaks(cast, make_appeal, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert beat(signed_in(cast.aysel), make_appeal(), "writing") == []


def test_presence_is_only_for_those_who_see_the_appeal(cast, make_appeal):
    appeal = make_appeal(by=cast.head, is_restricted=True)
    address = reverse("appeal-presence", args=[appeal.pk])
    for user in (cast.operator, cast.manager, cast.unit_user):
        assert signed_in(user).post(address, {"state": "viewing"}).status_code == 404


def test_files_are_found_in_the_journal(cast, make_appeal):
    from django.core.files.uploadedfile import SimpleUploadedFile

    appeal = make_appeal()
    attach(appeal.pk, by=cast.aysel, upload=SimpleUploadedFile("a.txt", b"Salam, bu fayldir."))
    assert len(entries(signed_in(cast.aysel), appeal, sort="files")[0]) == 1
