"""What a structure was not shown it finds nowhere: every address, list, search, export, file, live event.

Every address of the service is asked by a structure's head and by another structure's, for the examples
of the story and for the things kept from them; no answer may hold a word of what is kept.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import redis
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse

from appeals import actions as appeals
from appeals.models import Appeal, Attachment
from people.models import User
from routing import actions
from routing.models import Referral
from tests.addresses import Story, named_addresses, tell_story

pytestmark = pytest.mark.django_db
PHONE, FIN, SURNAME = "+994557654321", "5ZK9Q1X", "Gizlinov"
TEXT, NOTE, HIDDEN_TEXT = "sirlimətn", "daxiliqeyd", "heçkiməgöstərilməyən"
FILE, INSIDE = "gizli-sənəd.txt", "fayldakı söz"
THEIR_QUESTION, THEIR_ANSWER = "özgəsinəsual", "özgəsinincavabı"
#: What the first structure never sees; as it might be written.
KEPT = (
    "7654321", "765 43 21", "765-43-21", FIN, SURNAME, TEXT, NOTE, HIDDEN_TEXT, FILE, INSIDE,
    THEIR_QUESTION, THEIR_ANSWER,
)  # fmt: skip
OWN_QUESTION, OWN_ANSWER = "bizimsual", "bizimcavab"


@dataclass
class Kept:
    """An appeal of which only the question was shared, one that was not referred at all, and the rest."""

    story: Story
    appeal: Appeal
    hidden: Appeal
    own: Referral
    their: Referral
    file: Attachment
    applicant: int

    def kwargs(self, parts: frozenset[str], name: str) -> Iterator[dict[str, object]]:
        """What an address may name of it."""
        if parts == {"number"}:
            yield from ({"number": each.number} for each in (self.appeal, self.hidden))
        elif parts == {"client_id"}:
            yield {"client_id": self.file.client_id}
        elif parts == {"pk", "client_id"}:
            for pk in (self.appeal.pk, self.own.pk, self.their.pk):
                yield {"pk": pk, "client_id": self.file.client_id}
        elif parts == {"pk"}:
            of_referral = name.startswith(("referral", "api-referral"))
            rows = (self.own, self.their) if of_referral else (self.appeal, self.hidden)
            yield from ({"pk": row.pk} for row in rows)
            if "applicant" in name:
                yield {"pk": self.applicant}


@pytest.fixture
def kept(cast, make_appeal) -> Kept:
    story = tell_story(cast, make_appeal)
    applicant = appeals.save_applicant(
        by=cast.aysel, values={"surname": SURNAME, "given_name": "Ad", "fin": FIN}, phones=[PHONE]
    )
    known = {"applicant": applicant, "caller_phone": PHONE}
    appeal = make_appeal(text=f"Bu {TEXT} göstərilmir", **known)
    hidden = make_appeal(text=f"Bu {HIDDEN_TEXT} heç", **known)
    upload = SimpleUploadedFile(FILE, f"Bu {INSIDE} gizlidir".encode())
    file = appeals.attach(appeal.pk, by=cast.aysel, upload=upload)
    appeals.note(appeal.pk, by=cast.aysel, text=f"Bu {NOTE} bizimdir")
    own = actions.refer(
        appeal.pk, by=cast.head, structure=cast.unit, client_id=uuid.uuid4(),
        question=OWN_QUESTION, shares_text=False, shares_files=False,
    )  # fmt: skip
    their = actions.refer(
        appeal.pk, by=cast.head, structure=cast.other, client_id=uuid.uuid4(),
        question=THEIR_QUESTION, shares_text=False, shares_files=False, kind="consultation",
    )  # fmt: skip
    actions.answer(their.pk, by=cast.other_user, text=THEIR_ANSWER)
    return Kept(story, appeal, hidden, own, their, file, applicant.pk)


def bodies(client: Client, name: str, addresses: list[str]) -> Iterator[tuple[str, str]]:
    """(address, everything the answer holds) without what asking would change."""
    for address in addresses:
        with transaction.atomic():
            answer = client.get(address)
            raw = b"".join(answer.streaming_content) if answer.streaming else answer.content
            transaction.set_rollback(True)
        yield address, raw.decode("utf-8", "replace") + json.dumps(dict(answer.headers))


def addresses_of(kept: Kept, name: str, parts: frozenset[str]) -> list[str]:
    found = []
    # Where nothing of the kept can be named, the address of the story does.
    named = list(kept.kwargs(parts, name)) or [kept.story.kwargs.get(name, {})]
    for given in named:
        try:
            found.append(reverse(name, kwargs=given))
        except NoReverseMatch:
            continue
    if not parts:
        # Lists answer to words and numbers; what is asked for must not be in the list.
        asked = f"q={HIDDEN_TEXT[:5]}&number={kept.hidden.number}&list=all&text={TEXT[:5]}"
        found = [*(f"{address}?{asked}" for address in found), *found]
    return list(dict.fromkeys(found))


def seen_by(kept: Kept, user: User, program, words: tuple[str, ...]) -> list[str]:
    browser = Client()
    browser.force_login(user)
    outside = program(user, structure=user.placements.get().structure)
    found = []
    for name, parts in sorted(named_addresses().items()):
        if name in ("sign-out", "api-docs", "api-schema"):
            continue
        is_api = name.startswith("api-")
        for address, body in bodies(
            outside if is_api else browser, name, addresses_of(kept, name, parts)
        ):
            found += [f"{name} {address}: {word}" for word in words if word in body]
    return found


def test_the_head_of_a_structure_finds_nothing_that_was_not_shared(kept, cast, program):
    # The own question proves that the pages do show what was shared.
    client = Client()
    client.force_login(cast.unit_head)
    assert OWN_QUESTION in client.get(reverse("referral", args=[kept.own.pk])).content.decode()
    # And the sector's page that these words are what a page would hold.
    client.force_login(cast.head)
    page = client.get(reverse("appeal", args=[kept.appeal.number])).content.decode()
    assert all(word in page for word in (TEXT, NOTE, SURNAME, FILE, THEIR_QUESTION, THEIR_ANSWER))
    assert seen_by(kept, cast.unit_head, program, KEPT) == []


def test_another_structure_finds_nothing_of_the_firsts(kept, cast, program):
    actions.accept(kept.own.pk, by=cast.unit_user)
    actions.approve(kept.own.pk, by=cast.unit_head, text=OWN_ANSWER)
    words = tuple({*KEPT, OWN_QUESTION, OWN_ANSWER} - {THEIR_QUESTION, THEIR_ANSWER})
    assert seen_by(kept, cast.other_user, program, words) == []


def test_files_that_were_not_shared_are_not_found(kept, cast):
    for user in (cast.unit_user, cast.unit_head, cast.other_user):
        client = Client()
        client.force_login(user)
        for name in ("file", "file-preview"):
            address = reverse(name, kwargs={"client_id": kept.file.client_id})
            assert client.get(address).status_code == 404


def test_what_was_taken_back_is_shown_no_more(kept, cast, make_appeal):
    open_text = f"Bu {TEXT} göstərilmişdi"
    made = actions.refer(
        make_appeal(text=open_text).pk, by=cast.head, structure=cast.unit, client_id=uuid.uuid4()
    )
    client = Client()
    client.force_login(cast.unit_head)
    address = reverse("referral", args=[made.pk])
    assert TEXT in client.get(address).content.decode()
    actions.withdraw(made.pk, by=cast.head, reason="Səhv")
    assert TEXT not in client.get(address).content.decode()


def test_live_events_carry_no_more_than_topics(
    kept, cast, make_appeal, django_capture_on_commit_callbacks
):
    with redis.Redis.from_url(settings.REDIS_URL) as told, told.pubsub() as heard:
        heard.psubscribe("live:*")
        with django_capture_on_commit_callbacks(execute=True):
            actions.accept(kept.own.pk, by=cast.unit_user)
            actions.draft(kept.own.pk, by=cast.unit_user, text="Cavab")
            actions.approve(kept.own.pk, by=cast.unit_head)
            appeals.note(kept.hidden.pk, by=cast.aysel, text=NOTE)
        events = []
        while message := heard.get_message(timeout=0.5):
            if message["type"] == "pmessage":
                events.append((message["channel"].decode(), json.loads(message["data"])))
    mine = {f"live:user:{user.pk}" for user in (cast.unit_user, cast.unit_head)}
    to_us = [event for channel, event in events if channel in mine]
    assert to_us and any(channel == "live:role:operator" for channel, _event in events)
    topics = {topic for event in to_us for topic in event.get("topics", [event.get("topic")])}
    assert topics <= {"alerts", "inbox", f"referral:{kept.own.pk}"}
    roles = {channel for channel, _event in events if channel.startswith("live:role:structure")}
    assert roles == set()
    assert not [word for word in KEPT if word in json.dumps(events, ensure_ascii=False)]
