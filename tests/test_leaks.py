"""What one may not see is told through no door: lists, counts, choices, search, pieces of text, saved
views, alerts, live events, files taken out, guessed addresses, the API. For every role.

One appeal is the secret: restricted, of the head. Each door is opened by everybody and must not
let out any of its signs; by the head it is opened too, and there it must, or the door proves nothing.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from appeals.actions import assign, attach, correct, link, note, save_applicant, save_draft, take
from appeals.actions.bulk import ask_bulk
from appeals.actions.drafts import step_draft_id
from appeals.actions.saved import save_view
from appeals.actions.watching import watch
from appeals.alerting import about
from appeals.columns import COLUMNS
from appeals.listing import Listing
from appeals.models import Appeal, Topic
from appeals.worklists import WORK_LISTS
from callcenter import live
from people.alerts import tell
from people.models import User
from tests.addresses import named_addresses

pytestmark = pytest.mark.django_db

WORD, SURNAME, NOTE, FILE = "Zərdüştabad", "Gizlinov", "Xüsusiqeyd", "məxfisənəd"
PHONE, FIN = "+994559998877", "7ZZZ999"
#: Everybody who must learn nothing of it.
BLIND = ("operator", "manager", "unit_user", "unit_head", "other_user", "admin")
#: One of each set of rights, for what is asked of every address; tests/test_access.py asks the rest.
GUESSING = ("operator", "manager", "unit_user", "admin")
#: Those whose rights reach it.
SEEING = ("head", "auditor")


@dataclass
class World:
    """A secret appeal, a plain one linked with it, and clients for everybody."""

    cast: object
    secret: Appeal
    plain: Appeal
    program: Callable[..., object]
    clients: dict[str, Client] = field(default_factory=dict)

    def user(self, name: str) -> User:
        return getattr(self.cast, name)

    def client(self, name: str) -> Client:
        if name not in self.clients:
            self.clients[name] = Client()
            self.clients[name].force_login(self.user(name))
        return self.clients[name]

    @property
    def signs(self) -> list[str]:
        return [self.secret.number, WORD, SURNAME, NOTE, FILE, PHONE, FIN]


@pytest.fixture
def world(cast, make_appeal, program) -> World:
    person = save_applicant(
        by=cast.head, values={"surname": SURNAME, "given_name": "Vüsal", "fin": FIN}, phones=[PHONE]
    )
    topic = Topic.objects.get(code="tax-voen")
    secret = make_appeal(
        by=cast.head, text=f"Kassa {WORD} məsələsi", applicant=person, caller_phone=PHONE
    )
    plain = make_appeal(by=cast.head, text="Kassa haqqında sual", topic=topic)
    take(plain.pk, by=cast.operator)
    note(secret.pk, by=cast.head, text=NOTE)
    attach(secret.pk, by=cast.head, upload=SimpleUploadedFile(f"{FILE}.txt", b"Salam, bu fayldir."))
    # Once seen by everybody: marks and alerts of that time are there still.
    for name in ("operator", "manager", "head", "auditor"):
        watch(secret.pk, by=getattr(cast, name))
    for name in (*BLIND, *SEEING):
        tell(getattr(cast, name), "appeal.given", by=cast.aysel, **about(secret))
    for by in (cast.operator, cast.head):
        draft_id = step_draft_id(by, "answer", f"appeal:{secret.pk}")
        save_draft(
            draft_id, by=by, form="answer", about=f"appeal:{secret.pk}", values={"text": ["Layihə"]}
        )
    link(plain.pk, by=cast.head, to=secret.pk)
    correct(secret.pk, by=cast.head, values={"is_restricted": True})
    assign(secret.pk, by=cast.head, to=cast.head)
    secret.refresh_from_db()
    shared = {"tab": "all"}
    for name, more in (("open", {"tab": "open"}), ("word", {"q": WORD})):
        who = "everyone" if name == "open" else "operator"
        save_view(
            by=cast.head,
            client_id=uuid.uuid4(),
            name=name,
            query={**shared, **more},
            shared_with=who,
        )
    return World(cast, secret, plain, program)


# --- Doors: each gives all the text a person gets there ------------------------------------

Door = Callable[[World, str], str]
DOORS: dict[str, Door] = {}


def door(made: Door) -> Door:
    DOORS[made.__name__] = made
    return made


def text_of(answer: object) -> str:
    """What was told; a refusal and a redirect tell their own words too."""
    told = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return told.decode("utf-8", "replace") + str(answer.headers.get("Location", ""))


@door
def the_page_of_a_list(world: World, name: str) -> str:
    return text_of(world.client(name).get("/appeals/", {"tab": "open"}))


@door
def every_work_list(world: World, name: str) -> str:
    user = world.user(name)
    pages = (Listing(user, {"tab": tab.code, "q": "Kassa"}).page() for tab in WORK_LISTS)
    return " ".join(f"{row.number} {row.snippet}" for page in pages for row in page.rows)


@door
def every_column(world: World, name: str) -> str:
    listing = Listing(world.user(name), {"tab": "all"}, column_codes=tuple(COLUMNS))
    return " ".join(
        f"{row.number} {[str(one.text(row)) for one in listing.columns if one.text]}"
        for row in listing.page().rows
    )


@door
def shared_views(world: World, name: str) -> str:
    from appeals.models import SavedView

    client = world.client(name)
    found = SavedView.objects.visible_to(world.user(name)).exclude(name="word")
    return "".join(text_of(client.get(view.get_absolute_url())) for view in found)


@door
def alerts_and_bell(world: World, name: str) -> str:
    client = world.client(name)
    return "".join(text_of(client.get(reverse(each))) for each in ("alerts", "alerts-bell", "home"))


@door
def drafts(world: World, name: str) -> str:
    return text_of(world.client(name).get("/drafts/"))


@door
def the_page_of_what_is_linked_with_it(world: World, name: str) -> str:
    client = world.client(name)
    journal = client.get(reverse("appeal-journal", args=[world.plain.pk]))
    return text_of(client.get(world.plain.get_absolute_url())) + text_of(journal)


@door
def the_applicants_page(world: World, name: str) -> str:
    """Applicants are for the sector: their name is no secret there, their restricted appeal is."""
    told = text_of(world.client(name).get(reverse("applicant", args=[world.secret.applicant_id])))
    return told if name != "operator" else told.replace(SURNAME, "")


@door
def a_run_of_steps_over_guessed_keys(world: World, name: str) -> str:
    sent = {"verb": "note", "row": [world.secret.pk, world.plain.pk], "of": ""}
    return text_of(world.client(name).post(reverse("bulk-new"), sent))


@door
def lists_of_the_api(world: World, name: str) -> str:
    client = world.program(world.user(name))
    asked = [{"list": "open"}, {"list": "watched"}, {"q": "Kassa"}, {"restricted": "yes"}]
    return "".join(text_of(client.get("/api/v1/appeals/", query)) for query in asked)


@door
def the_journal_of_the_api(world: World, name: str) -> str:
    client = world.program(world.user(name))
    return text_of(client.get(f"/api/v1/appeals/{world.plain.pk}/journal/"))


@door
def rows_as_a_file(world: World, name: str) -> str:
    from django.core.files.storage import default_storage

    from callcenter.errors import RuleBroken
    from reports import actions

    try:
        export = actions.ask_export(
            {}, "csv", by=world.user(name), language="az", client_id=uuid.uuid4()
        )
    except RuleBroken as refused:
        return str(refused)
    export = actions.write_export(export.pk)
    with default_storage.open(export.path) as file:
        return file.read().decode("utf-8-sig")


@door
def dashboards(world: World, name: str) -> str:
    client = world.client(name)
    pages = ("today", "review", "my-day", "our-figures", "inbox", "alarms")
    return "".join(
        text_of(client.get(reverse(page))) for page in pages if page in named_addresses()
    )


def test_no_door_tells_it(world):
    wrong = []
    for name, opened in DOORS.items():
        told = {who: opened(world, who) for who in (*BLIND, *SEEING)}
        for who in BLIND:
            leaked = [sign for sign in world.signs if sign in told[who]]
            wrong += [f"{name}: {who} learns {leaked}"] if leaked else []
        if name not in CLOSED_TO_ALL and not any(world.secret.number in told[w] for w in SEEING):
            wrong.append(f"{name}: nobody gets through, so the door proves nothing")
    assert not wrong, "\n".join(["", *wrong])


#: Doors that name no appeal to anybody; that they are silent for the blind is proved all the same.
CLOSED_TO_ALL = {"dashboards"}


# --- Searches: what was typed comes back, so only what was found is looked at ------------------


def test_no_search_finds_it(world):
    number = world.secret.number
    typed = [WORD, WORD[:6], SURNAME, PHONE, FIN, "Kassa", number, number.replace("Ç", "c")]
    for text in [*typed, NOTE, FILE]:
        found = {who for who in (*BLIND, *SEEING) if _finds(world, who, text)}
        assert not found & set(BLIND), (text, found)
        # Notes and names of files are searched by nobody.
        assert ("head" in found) is (text not in (NOTE, FILE)), (text, found)


def _finds(world: World, who: str, text: str) -> bool:
    """Whether the secret is among what the search gives; nothing of it stands in the pieces shown."""
    found = False
    for address in ("/appeals/", "/search/"):
        answer = world.client(who).get(address, {"q": text})
        if answer.status_code == 302 and answer["Location"].startswith(reverse("inbox")):
            # A structure searches its inbox, where a number alone opens what it names.
            answer = world.client(who).get(answer["Location"])
            found |= answer.status_code == 302 or bool(answer.context["lines"])
        elif answer.status_code == 302:
            found = True
        elif answer.status_code == 200:
            rows = answer.context["page"].rows
            found |= world.secret.pk in {row.pk for row in rows}
            if who in BLIND:
                assert not [row for row in rows if WORD in getattr(row, "snippet", "")]
                assert answer.context["count"] in {"0", "1"}
    return found


def test_no_count_or_choice_gives_it_away(world):
    """The figures on the lists, on saved views and of every filter are those of what one sees."""
    for who in ("operator", "manager", "head", "auditor"):
        visible = Appeal.objects.visible_to(world.user(who))
        client = world.client(who)
        page = client.get("/appeals/", {"tab": "open"})
        tabs = {tab["label"]: tab["count"] for tab in page.context["tabs"]}
        for tab in WORK_LISTS:
            if tab.is_counted:
                count = tab.rows(visible, world.user(who)).count()
                assert tabs[tab.label] == (str(count) if count else ""), (who, tab.code)
        counted = client.get(reverse("list-views")).context["views"]
        open_view = next(line for line in counted if line["view"].name == "open")
        assert open_view["count"] == str(visible.filter(is_open=True).count())
        for query in (
            {"owner": world.cast.head.pk},
            {"restricted": "yes"},
            {"registered_by": world.cast.head.pk},
        ):
            rows = client.get("/appeals/", query).context["page"].rows
            assert (world.secret.pk in {row.pk for row in rows}) is (who in SEEING)


def test_a_view_shared_with_a_word_of_it_finds_nothing(world):
    from appeals.models import SavedView

    view = SavedView.objects.get(name="word")
    answer = world.client("operator").get(view.get_absolute_url())
    assert answer.context["page"].rows == []
    assert world.client("manager").get(view.get_absolute_url()).context["listing"].view is None


# --- Guessed addresses --------------------------------------------------------------------------

#: Addresses that take the key of something else than an appeal.
OF_OTHER_THINGS = (
    "alert", "answer-template", "applicant", "api-applicant", "calendar", "contact", "dictionary",
    "draft", "notice", "letter", "report", "rule", "token", "referral", "api-referral", "view-",
    "bulk-", "export", "own-report", "opinion", "structure", "api-structure", "ladder", "alarm",
    "reminder", "api-notice", "reception", "substitut", "api-export", "sub",
)  # fmt: skip


def addresses_of_appeals() -> list[str]:
    """Every address that is filled in with nothing but the key of an appeal."""
    return sorted(
        name
        for name, parts in named_addresses().items()
        if parts == {"pk"} and not name.startswith(OF_OTHER_THINGS)
    )


def test_there_are_addresses_to_guess():
    assert {"appeal-journal", "appeal-watch", "api-appeal", "refer"} <= set(addresses_of_appeals())


def test_a_guessed_key_is_answered_like_one_that_is_none(world):
    """For every address of an appeal, both ways: the same status, and nothing of it in the answer."""
    wrong = [fault for who in GUESSING for fault in _told_apart(world, who)]
    assert not wrong, "\n".join(["", *map(str, wrong)])


def _told_apart(world: World, who: str) -> list[tuple]:
    browser, outside = world.client(who), world.program(world.user(who))
    wrong = []
    for name in addresses_of_appeals():
        client = outside if name.startswith("api-") else browser
        for method in ("get", "post"):
            answers = []
            for pk in (world.secret.pk, 999_999_999):
                key = {"HTTP_IDEMPOTENCY_KEY": str(uuid.uuid4())}
                answers.append(getattr(client, method)(reverse(name, args=[pk]), **key))
            secret, none = answers
            leaked = [sign for sign in world.signs if sign in text_of(secret)]
            if secret.status_code != none.status_code or secret.status_code < 300 or leaked:
                wrong.append((who, name, method, secret.status_code, none.status_code, leaked))
    return wrong


def test_its_number_step_and_file_are_no_page(world):
    for who in BLIND:
        _is_no_page(world, who)


def _is_no_page(world: World, who: str) -> None:
    client, file = world.client(who), world.secret.attachments.get()
    for address in (
        world.secret.get_absolute_url(),
        reverse("appeal-do", args=[world.secret.pk, "note"]),
        reverse("appeal-do", args=[world.secret.pk, "close"]),
        reverse("file", args=[file.client_id]),
        reverse("file-preview", args=[file.client_id]),
    ):
        assert client.get(address).status_code == 404
    outside = world.program(world.user(who))
    answer = outside.get(f"/api/v1/appeals/{world.secret.pk}/files/{file.client_id}/")
    assert answer.status_code == 404


# --- What goes out by itself ----------------------------------------------------------------------


def test_live_events_carry_no_more_than_keys(
    world, monkeypatch, django_capture_on_commit_callbacks
):
    told: list[tuple[list[str], dict]] = []
    monkeypatch.setattr(
        live, "publish", lambda channels, event: told.append((list(channels), event))
    )
    with django_capture_on_commit_callbacks(execute=True):
        note(world.secret.pk, by=world.cast.head, text=f"{NOTE} @auditor")
        correct(world.secret.pk, by=world.cast.head, values={"text": WORD})
    assert told
    for channels, event in told:
        assert not [sign for sign in world.signs if sign in json.dumps(event, ensure_ascii=False)]
        blind = {f"user:{world.user(who).pk}" for who in BLIND}
        assert not blind & set(channels)


def test_watching_it_still_tells_only_those_who_see_it(world):
    from people.models import Alert

    before = Alert.objects.count()
    correct(world.secret.pk, by=world.cast.head, values={"text": "Yenə"})
    fresh = Alert.objects.order_by("-id")[: Alert.objects.count() - before]
    assert {alert.user for alert in fresh} <= {world.cast.auditor}


def test_a_run_asked_for_it_holds_only_what_is_seen(world):
    run = ask_bulk(
        by=world.cast.operator, client_id=uuid.uuid4(), verb="note", values={"bulk-text": "Qeyd"},
        appeal_ids=[world.secret.pk, world.plain.pk],
    )  # fmt: skip
    assert list(run.lines.values_list("appeal_id", flat=True)) == [world.plain.pk]
