"""One appeal after another as rows of every table, each journal a valid chain."""

from __future__ import annotations

import datetime as dt
import json
import math
import random
from typing import Any

from appeals.actions.gate import told
from appeals.journal import digest, entry_hash
from appeals.kinds import Kind
from appeals.models import Appeal, Applicant, Clock, ClockSegment, Contact, Entry, Note, Notice
from bench.copying import NULL, Rows, flag, key, new_uuid, text, when
from bench.world import KINDS_AT_ONCE, KINDS_LATER, RARE, RARE_WORDS, World
from people.models import User
from routing.models import Referral

#: Every so many appeals one has a long journal: of the one length, then of the other.
LONG_EVERY = 20_000
LONG = (200, 500)
#: Of the appeals answered at once so many are sent for information to the one structure: with what
#: it executes, 200,000 referrals of 1,000,000 appeals.
INFORMED_SHARE = 0.26
#: Ids of children are spread so that processes never meet.
ENTRIES_APART, CHILDREN_APART = 1024, 8
CODES = ("50", "51", "55", "70", "77", "99")


def phone_of(applicant: int) -> str:
    """The number of an applicant, always the same."""
    return f"+994{CODES[applicant % 6]}{2_000_000 + applicant * 7919 % 7_999_993:07d}"


class Stories:
    """Rows of a stretch of appeals and of a stretch of applicants."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.seed = seed
        self.appeals = Rows(Appeal, (
            "id", "client_id", "number", "year", "serial", "kind", "topic_id", "text", "channel",
            "language", "region_id", "applicant_id", "caller_phone", "is_anonymous", "visit",
            "complained_structure_id", "is_restricted", "status", "outcome_id", "ground_id",
            "answer_text", "is_first_contact", "registered_by_id", "owner_id", "responsible_id",
            "received_at", "registered_at", "answered_at", "closed_at", "due_at", "moved_at",
            "repeat_of_id", "merged_into_id", "state_code", "version", "journal_length", "journal_head",
        ))  # fmt: skip
        self.entries = Rows(Entry, (
            "id", "appeal_id", "sequence", "at", "written_at", "actor_id", "actor_name", "kind",
            "referral_ref", "note", "changes", "personal_digest", "is_internal", "previous_hash",
            "hash",
        ))  # fmt: skip
        self.notes = Rows(Note, ("id", "appeal_id", "entry_id", "text", "by_id", "at"))
        self.clocks = Rows(Clock, (
            "id", "appeal_id", "use", "rule_id", "basis", "quantity", "unit", "started_at",
            "due_at", "stopped_at",
        ))  # fmt: skip
        self.segments = Rows(
            ClockSegment, ("id", "clock_id", "started_at", "ended_at", "is_running", "reason")
        )
        self.referrals = Rows(Referral, (
            "id", "client_id", "appeal_id", "kind", "structure_id", "structure_name", "question",
            "status", "clock_id", "due_at", "executor_id", "sent_by_id", "sent_at", "seen_at",
            "accepted_at", "answered_at", "finished_at", "answer_text", "approved_by_id", "version",
        ))  # fmt: skip
        self.notices = Rows(Notice, (
            "id", "client_id", "appeal_id", "entry_id", "reason", "channel", "language",
            "recipient", "text", "state", "owed_at", "sent_at",
        ))  # fmt: skip
        self.applicants = Rows(Applicant, (
            "id", "client_id", "kind", "surname", "given_name", "patronymic", "organisation_name",
            "fin", "voen", "region_id", "created_at",
        ))  # fmt: skip
        self.contacts = Rows(
            Contact, ("id", "applicant_id", "kind", "raw", "value", "is_preferred")
        )
        self.draw = random.Random(seed)

    def tables(self) -> list[Rows]:
        return [
            self.applicants, self.contacts, self.appeals, self.entries, self.notes, self.clocks,
            self.segments, self.referrals, self.notices,
        ]  # fmt: skip

    def people(self, first: int, last: int) -> None:
        """Applicants first..last-1; one in five is an organisation."""
        self.draw = draw = random.Random(f"{self.seed} people {first}")
        world = self.world
        born = when(world.moment_of(0))
        for pk in range(first, last):
            surname, given, father = draw.choice(world.people)
            if draw.random() < 0.5:
                surname = draw.choice(world.people)[0]
            firm = draw.random() < 0.2
            voen = f"{draw.randrange(10**9):09d}2" if firm else ""
            fin = "".join(draw.choices("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ", k=7))
            has_fin = not firm and draw.random() < 0.5
            self.applicants.add(
                str(pk), new_uuid(draw), "organisation" if firm else "person", surname, given,
                father, draw.choice(world.firms) if firm else "", fin if has_fin else "", voen,
                str(draw.choices(world.regions, world.region_weights)[0]), born,
            )  # fmt: skip
            value = phone_of(pk)
            self.contacts.add(str(pk * 2), str(pk), "phone", value, value, "t")
            if draw.random() < 0.2:
                mail = f"user{pk}@example.org"
                self.contacts.add(str(pk * 2 + 1), str(pk), "email", mail, mail, "f")

    def matters(self, first: int, last: int) -> None:
        """Appeals first..last-1, counted from 0."""
        self.draw = random.Random(f"{self.seed} appeals {first}")
        for index in range(first, last):
            self._appeal(index)

    def _appeal(self, index: int) -> None:
        draw, world = self.draw, self.world
        at = world.moment_of(index)
        day = at.date()
        topic = draw.choices(world.topics, world.topic_weights)[0]
        age = (world.now - at).days
        stays_open = draw.random() < 0.75 * math.exp(-age / 40) + 0.01
        is_long = index % LONG_EVERY == LONG_EVERY // 2
        at_once = not stays_open and not is_long and draw.random() < 0.75
        kind = draw.choices(KINDS_AT_ONCE, (75, 15, 10))[0] if at_once else \
            draw.choices(KINDS_LATER, (55, 25, 5, 15))[0]  # fmt: skip
        row: dict[str, Any] = {
            "id": index + 1, "kind": kind, "topic": topic.pk, "at": at, "text": self._text(topic.pk, kind),
            "operator": draw.choice(world.operators), "status": "registered", "outcome": None,
            "ground": None, "answer": "", "responsible": None, "answered_at": None, "closed_at": None,
            "owner": None, "merged_into": None, "complained": None, "moved": at, "due": None,
        }  # fmt: skip
        caller = draw.random()
        applicant = draw.randrange(world.applicants) + 1 if caller < 0.85 else None
        row["applicant"] = applicant
        row["phone"] = (
            phone_of(applicant) if applicant else
            phone_of(draw.randrange(10**6)) if caller < 0.97 else ""
        )  # fmt: skip
        row["anonymous"] = applicant is None and not row["phone"]
        rule = world.rules.get(str(kind))
        self.children = (index + 1) * CHILDREN_APART
        self.clock = None
        if not row["anonymous"] and rule is not None:
            row["due"] = world.due_of(day, rule.quantity)
            late = row["due"] < world.now
            if stays_open and late and draw.random() < 0.8:
                # A longer term, or one that stood while the applicant was waited for.
                row["due"] = world.due_of(world.days[-1], 5) + dt.timedelta(days=draw.randrange(12))
        if kind == Kind.COMPLAINT and draw.random() < 0.5:
            row["complained"] = draw.choice(world.offices).id
        self.journal_of, self.head, self.length = index + 1, "", 0
        row["owner"] = row["operator"]
        changes = {
            "status": [None, "registered"], "kind": [None, str(kind)], "topic_id": [None, topic.pk],
            "channel": [None, "phone"], "language": [None, "az"], "due_at": [None, told(row["due"])],
        }  # fmt: skip
        first = self._entry(
            "register", at, row["operator"], changes=changes,
            personal=digest(row["text"], row["phone"]),
        )  # fmt: skip
        if at_once:
            self._at_once(row)
        elif stays_open:
            self._open(row, age)
        else:
            self._travels(row, LONG[index // LONG_EVERY % len(LONG)] if is_long else 0)
        if not at_once and not row["anonymous"]:
            self._notice(row, first, "registered", at)
        self._clock(row, rule)
        self._write(row, index)

    def _text(self, topic: int, kind: str) -> str:
        draw, world = self.draw, self.world
        said: str = draw.choice(world.texts[topic, kind])
        chance = draw.random()
        if chance < 0.35:
            said += f" {draw.choice(world.tails)}"
        elif chance < 0.6:
            said += f" Sənədin nömrəsi {draw.randrange(10**6):06d}."
        elif chance < 0.7:
            surname, given, _father = draw.choice(world.people)
            said += f" Əməkdaş {surname} {given} ilə danışıb."
        if draw.random() < RARE * len(RARE_WORDS):
            said += f" Fəaliyyət sahəsi {draw.choice(RARE_WORDS)}."
        return said

    def _entry(
        self,
        kind: str,
        at: dt.datetime,
        actor: User | None,
        *,
        note: str = "",
        changes: dict[str, Any] | None = None,
        personal: str = "",
        referral: int | None = None,
        internal: bool = False,
    ) -> int:
        self.length += 1
        name = actor.name if actor is not None else "system"
        values: dict[str, Any] = {
            "appeal_id": self.journal_of, "sequence": self.length, "at": at,
            "actor_id": actor.pk if actor is not None else None, "actor_name": name,
            "acting_for_name": "", "kind": kind, "referral_ref": referral, "note": note,
            "changes": changes or {}, "personal_digest": personal, "is_imported": False,
            "is_internal": internal,
        }  # fmt: skip
        chained = entry_hash(self.head, values)
        pk = self.journal_of * ENTRIES_APART + self.length
        moment = when(at)
        self.entries.add(
            str(pk), str(self.journal_of), str(self.length), moment, moment,
            key(values["actor_id"]), name, kind, key(referral), text(note),
            text(_json(values["changes"])), personal, flag(internal), self.head, chained,
        )  # fmt: skip
        self.head = chained
        return pk

    def _move(
        self, row: dict[str, Any], to: str, kind: str, at: dt.datetime, by: User, **more: Any
    ) -> int:
        changes = {"status": [row["status"], to], **more.pop("changes", {})}
        row["status"], row["moved"] = to, at
        return self._entry(kind, at, by, changes=changes, **more)

    def _note(self, at: dt.datetime, by: User) -> None:
        words = self.draw.choice(self.world.tails)
        entry = self._entry("note", at, by, personal=digest(words), internal=True)
        self.notes.add(str(entry), str(self.journal_of), str(entry), words, str(by.pk), when(at))

    def _at_once(self, row: dict[str, Any]) -> None:
        draw, at, by = self.draw, row["at"], row["operator"]
        row["answer"] = draw.choice(self.world.answers[row["topic"]])
        outcome = self.world.outcomes["explained"]
        is_informed = draw.random() < INFORMED_SHARE
        if is_informed:
            self._informed(row)
        self._move(
            row, "closed", "close", at, by, personal=digest(row["answer"]),
            changes={"outcome_id": [None, outcome], "is_first_contact": [False, True]},
        )  # fmt: skip
        row |= {"outcome": outcome, "answered_at": at, "closed_at": at}
        if is_informed:
            self._read(row)
            return
        for _ in range(draw.choice((1, 1, 2, 2, 3))):
            at = at + dt.timedelta(minutes=draw.randrange(1, 4000))
            if draw.random() < 0.5:
                self._note(at, by)
            else:
                self._entry("touch", at, by, changes={"contact_count": [1, 2]})

    def _informed(self, row: dict[str, Any]) -> None:
        """Sent for information to the one structure, before the end."""
        office = self.world.informed
        assert office is not None
        changes = {"structure": office.name}
        self._entry(
            "referral.send", row["at"], row["operator"], referral=self.children + 2, changes=changes
        )

    def _read(self, row: dict[str, Any]) -> None:
        """Read there, after the end."""
        office, pk = self.world.informed, self.children + 2
        assert office is not None
        read = self.world.working_day_after(row["at"], 1, self.draw)
        changes = {"structure": office.name, "referral_status": ["sent", "noted"]}
        self._entry("referral.read", read, office.executor, referral=pk, changes=changes)
        self.referrals.add(
            str(pk), new_uuid(self.draw), str(row["id"]), "information", str(office.id),
            office.name, "Məlumat üçün göndərilir.", "noted", NULL, NULL, NULL,
            str(row["operator"].pk), when(row["at"]), when(read), NULL, NULL, when(read), "", NULL,
            "2",
        )  # fmt: skip

    def _travels(self, row: dict[str, Any], length: int) -> None:
        """To the end; with a length, by a journal of so many entries."""
        draw, world, by = self.draw, self.world, row["operator"]
        at = world.working_day_after(row["at"], draw.randrange(2), draw)
        fate = draw.random()
        self._move(row, "considered", "take", at, by)
        for step in range(length - 9):
            self._note(at + dt.timedelta(minutes=step), by)
        if fate < 0.03 and not length:
            at = world.working_day_after(at, draw.randrange(1, 4), draw)
            row["ground"] = draw.choice(world.grounds)
            self._move(row, "left", "leave", at, by, note="Əsas göstərilib.")
            row["closed_at"] = at
            return
        if fate < 0.04 and row["id"] > 100 and not length:
            row["merged_into"] = row["id"] - draw.randrange(1, 100)
            self._move(row, "merged", "merge", at, by)
            row["closed_at"] = at
            return
        if fate < 0.14 and not length:
            at = world.working_day_after(at, draw.randrange(2, 12), draw)
        else:
            at = self._referred(row, at, "taken")
        row["answer"] = row["answer"] or draw.choice(world.answers[row["topic"]])
        outcome = world.outcomes[draw.choice(("satisfied", "explained", "not_confirmed"))]
        entry = self._move(
            row, "closed", "close", at, by, personal=digest(row["answer"]),
            changes={"outcome_id": [None, outcome]},
        )  # fmt: skip
        row |= {"outcome": outcome, "answered_at": at, "closed_at": at}
        if not row["anonymous"]:
            self._notice(row, entry, "answered", at)

    def _referred(self, row: dict[str, Any], at: dt.datetime, until: str) -> dt.datetime:
        """A referral as far as `until`; the moment after its last step."""
        draw, world, by = self.draw, self.world, row["operator"]
        offices = [o for o in world.office_of[row["topic"]] if o.id != row["complained"]]
        office = draw.choice(offices or [o for o in world.offices if o.id != row["complained"]])
        at = world.working_day_after(at, draw.randrange(2), draw)
        pk = self.children + 1
        due = world.due_of(at.date(), 10)
        ref: dict[str, Any] = {
            "status": "sent", "executor": None, "seen": None, "accepted": None, "answered": None,
            "finished": None, "answer": "", "approved": None, "version": 1,
        }  # fmt: skip
        sent = at
        self._move(
            row, "referred", "referral.send", at, by, referral=pk,
            changes={"responsible_id": [None, office.id], "structure": office.name},
        )  # fmt: skip
        row["responsible"] = office.id

        def went(code: str, moment: dt.datetime, who: User, status: str, **more: Any) -> None:
            changes = {"structure": office.name, "referral_status": [ref["status"], status]}
            ref["status"], row["moved"] = status, moment
            ref["version"] += 1
            changes |= more.pop("changes", {})
            self._entry(f"referral.{code}", moment, who, referral=pk, changes=changes, **more)

        steps = ("sent", "seen", "accepted", "to_approve", "answered", "taken")
        wanted = steps.index(until)
        if wanted >= 1:
            at = world.working_day_after(at, draw.randrange(2), draw)
            went("see", at, office.executor, "sent")
            ref["seen"] = at
        if wanted >= 2:
            at = at + dt.timedelta(minutes=draw.randrange(1, 90))
            went("accept", at, office.executor, "accepted")
            ref |= {"accepted": at, "executor": office.executor.pk}
        if wanted >= 3:
            slow = draw.random() < 0.08
            at = world.working_day_after(
                at, draw.randrange(12, 25) if slow else draw.randrange(1, 9), draw
            )
            ref["answer"] = draw.choice(world.answers[row["topic"]])
            went("draft", at, office.executor, "to_approve", personal=digest(ref["answer"]))
        if wanted >= 4:
            at = at + dt.timedelta(minutes=draw.randrange(5, 300))
            went(
                "approve", at, office.head, "answered", personal=digest(ref["answer"]),
                changes={"status": ["referred", "answered"]},
            )  # fmt: skip
            row["status"], row["answer"] = "answered", ref["answer"]
            ref |= {"answered": at, "approved": office.head.pk}
        if wanted >= 5:
            at = at + dt.timedelta(minutes=draw.randrange(5, 600))
            went("take_answer", at, by, "taken")
            ref["finished"] = at
        clock = self.children + 1
        self.clocks.add(
            str(clock), str(row["id"]), "referral", NULL, "İcra üçün", "10", "working_days", when(sent),
            when(due), when(ref["answered"]),
        )  # fmt: skip
        self.segments.add(str(clock), str(clock), when(sent), when(ref["answered"]), "t", "started")
        self.referrals.add(
            str(pk), new_uuid(draw), str(row["id"]), "execution", str(office.id), office.name,
            "Məsələnin araşdırılmasını və cavab verilməsini xahiş edirik.", ref["status"], str(clock),
            when(due), key(ref["executor"]), str(by.pk), when(sent), when(ref["seen"]),
            when(ref["accepted"]), when(ref["answered"]), when(ref["finished"]), text(ref["answer"]),
            key(ref["approved"]), str(ref["version"]),
        )  # fmt: skip
        return at + dt.timedelta(minutes=5)

    def _open(self, row: dict[str, Any], age: int) -> None:
        draw, by = self.draw, row["operator"]
        stage = draw.random()
        at = row["at"]
        if stage < 0.2:
            if draw.random() < 0.5:
                row["owner"] = None
                self._entry("touch", at, None)
            return
        at = self.world.working_day_after(at, draw.randrange(2), draw)
        self._move(row, "considered", "take", at, by)
        if stage < 0.4:
            self._note(at, by)
        elif stage < 0.47:
            self._move(row, "waiting", "ask_applicant", at, by, note="Sənədin nömrəsini bildirin.")
        elif stage < 0.9:
            self._referred(
                row, at, draw.choice(("sent", "seen", "accepted", "accepted", "to_approve"))
            )
        else:
            self._referred(row, at, "answered")

    def _notice(self, row: dict[str, Any], entry: int, reason: str, at: dt.datetime) -> None:
        self.notices.add(
            str(entry), new_uuid(self.draw), str(row["id"]), str(entry), reason, "sms", "az",
            row["phone"], "Müraciətiniz qeydə alınıb.", "sent", when(at), when(at),
        )  # fmt: skip

    def _clock(self, row: dict[str, Any], rule: Any) -> None:
        if row["due"] is None:
            return
        clock = str(self.children + 2)
        stopped = when(row["closed_at"])
        self.clocks.add(
            clock, str(row["id"]), "appeal", str(rule.pk), text(rule.code), str(rule.quantity),
            rule.unit, when(row["at"]), when(row["due"]), stopped,
        )  # fmt: skip
        self.segments.add(clock, clock, when(row["at"]), stopped, "t", "started")

    def _write(self, row: dict[str, Any], index: int) -> None:
        draw, world, at = self.draw, self.world, row["at"]
        year = at.year
        serial = world.serial_of(index, year)
        repeat = draw.randrange(1, row["id"]) if index > 100 and draw.random() < 0.03 else None
        moment = when(at)
        self.appeals.add(
            str(row["id"]), new_uuid(draw), f"ÇM-{year}-{serial:06d}", str(year), str(serial),
            row["kind"], str(row["topic"]), text(row["text"]),
            draw.choices(("phone", "web", "email", "letter", "mygov"), (90, 4, 3, 2, 1))[0],
            draw.choices(("az", "ru", "en"), (93, 5, 2))[0],
            str(draw.choices(world.regions, world.region_weights)[0]), key(row["applicant"]),
            row["phone"], flag(row["anonymous"]), new_uuid(draw), key(row["complained"]),
            flag(draw.random() < 0.003), row["status"], key(row["outcome"]), key(row["ground"]),
            text(row["answer"]), flag(row["closed_at"] == at), str(row["operator"].pk),
            key(row["owner"].pk if row["owner"] else None), key(row["responsible"]), moment, moment,
            when(row["answered_at"]), when(row["closed_at"]), when(row["due"]), when(row["moved"]),
            key(repeat), key(row["merged_into"]), f"{draw.randrange(10**8):08d}", str(self.length),
            str(self.length), self.head,
        )  # fmt: skip


def _json(changes: dict[str, Any]) -> str:
    return json.dumps(changes, ensure_ascii=False)
