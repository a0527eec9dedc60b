"""A world that lives by the verbs: steps are drawn, whatever is possible then happens."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Sequence
from random import Random

import time_machine

from appeals import actions
from appeals.actions.history import Past, import_past
from appeals.actions.intake import Intake
from appeals.kinds import Channel, Kind, Language
from appeals.lifecycle import Status
from appeals.models import Appeal, Applicant, Extension, Ground, Outcome, Rating, Region, Topic
from callcenter.errors import AlreadyDone, NotAllowed, RuleBroken
from reports.facts.filling import fill
from reports.facts.months import mark_months
from routing import actions as routing
from routing.lifecycle import RStatus
from routing.models import Referral
from tests.cast import Cast

PHONES = ("0501110001", "0501110002", "0501110003")
TOPICS = ("tax-voen", "tax-vat", "tax-reporting")


class Life:
    """One world. Each verb takes what it needs from `draw` and says nothing when it cannot be."""

    def __init__(self, cast: Cast, begin: dt.datetime, seed: int) -> None:
        self.cast, self.now, self.draw = cast, begin, Random(seed)
        self.done: Counter[str] = Counter()
        self.topics = list(Topic.objects.filter(code__in=TOPICS))
        assert len(self.topics) == len(TOPICS)
        self.regions = list(Region.objects.order_by("pk")[:2])
        self.outcome = Outcome.objects.get(code="satisfied")
        self.ground = Ground.objects.filter(can_reopen=True).first()
        self.applicants: list[Applicant] = []

    def live(self, steps: Sequence[tuple[str, float]]) -> None:
        """Each step: a verb and the hours before it; facts are filled, and months marked, now and then on the way."""
        for verb, hours in (*BEGINNING, *steps):
            self.now += dt.timedelta(hours=hours)
            with time_machine.travel(self.now, tick=False):
                try:
                    getattr(self, verb)()
                except (RuleBroken, NotAllowed, AlreadyDone, IndexError):
                    continue
                self.done[verb] += 1
                if self.draw.random() < 0.15:
                    fill()
                if self.draw.random() < 0.1:
                    mark_months()

    def _one(self, *statuses: str, **more: object) -> Appeal:
        rows = Appeal.objects.filter(status__in=statuses, **more) if statuses else Appeal.objects
        return self.draw.choice(list(rows.order_by("pk")))

    def _referral(self, *statuses: str) -> Referral:
        return self.draw.choice(list(Referral.objects.filter(status__in=statuses).order_by("pk")))

    def register(self) -> None:
        draw = self.draw
        kind = draw.choice(Kind.values)
        is_complaint = kind == Kind.COMPLAINT
        is_answered = draw.random() < 0.4
        applicant = draw.choice([None, *self.applicants])
        actions.register(
            by=draw.choice([self.cast.aysel, self.cast.operator, self.cast.head]),
            client_id=uuid.UUID(int=draw.getrandbits(128)),
            visit=uuid.UUID(int=draw.getrandbits(128)),
            intake=Intake(
                kind=kind, topic=draw.choice(self.topics), text="Kassa aparatı işləmir",
                channel=draw.choice(Channel.values), language=draw.choice(Language.values),
                region=draw.choice([None, *self.regions]), applicant=applicant,
                caller_phone=draw.choice(PHONES), is_corruption=draw.random() < 0.2,
                complained_user=self.cast.unit_user if is_complaint else None,
                answer="Bəli" if is_answered else "",
                outcome=self.outcome if is_answered else None,
            ),
        )  # fmt: skip

    def applicant(self) -> None:
        made = actions.save_applicant(
            by=self.cast.aysel,
            values={"surname": "Əliyev", "given_name": f"Vüsal {len(self.applicants)}"},
        )
        self.applicants.append(made)
        self.register()

    def import_past(self) -> None:
        """A past that comes late: registered, and perhaps ended, long before today."""
        began = self.now - dt.timedelta(days=self.draw.randint(1, 50))
        status = self.draw.choice([Status.CLOSED, Status.LEFT, Status.CONSIDERED, Status.WAITING])
        ended = status in (Status.CLOSED, Status.LEFT)
        row = Past(
            key=str(self.draw.getrandbits(60)), kind=self.draw.choice(Kind.values),
            topic_id=self.draw.choice(self.topics).pk, text="Keçmişdən", registered_at=began,
            status=status, moved_at=began + dt.timedelta(hours=9),
            closed_at=self.draw.uniform(0.1, 1) * (self.now - began) + began if ended else None,
            due_at=self.draw.choice([None, began + dt.timedelta(days=12)]),
            caller_phone=f"+994{PHONES[0][1:]}", responsible_id=self.cast.unit.pk,
            outcome_id=self.outcome.pk if status == Status.CLOSED else None,
            ground_id=self.ground.pk if status == Status.LEFT else None, answer="Bəli",
        )  # fmt: skip
        import_past("köhnə", [row], by=None, terms_by_law=True)

    def take(self) -> None:
        by = self.draw.choice([self.cast.aysel, self.cast.operator])
        actions.take(self._one(Status.REGISTERED).pk, by=by)

    def assign(self) -> None:
        actions.assign(
            self._one("registered", "considered").pk, by=self.cast.head, to=self.cast.operator
        )

    def ask(self) -> None:
        actions.ask_applicant(
            self._one("registered", "considered").pk, by=self.cast.head, question="Sənəd?"
        )

    def replied(self) -> None:
        actions.applicant_replied(self._one(Status.WAITING).pk, by=self.cast.head, reply="Budur")

    def refer(self) -> None:
        where = self.draw.choice([self.cast.unit, self.cast.other])
        routing.refer(
            self._one("registered", "considered", "referred").pk, by=self.cast.head,
            structure=where, client_id=uuid.UUID(int=self.draw.getrandbits(128)),
        )  # fmt: skip

    def accept(self) -> None:
        sent = self._referral(RStatus.SENT)
        routing.accept(sent.pk, by=self._of(sent))

    def structure_answers(self) -> None:
        sent = self._referral(RStatus.SENT, RStatus.ACCEPTED, RStatus.REWORK)
        if sent.status == RStatus.SENT:
            routing.accept(sent.pk, by=self._of(sent))
        routing.approve(sent.pk, by=self.cast.unit_head, text="Cavab")

    def structure_returns(self) -> None:
        sent = self._referral(RStatus.SENT, RStatus.ACCEPTED)
        routing.return_referral(sent.pk, by=self._of(sent), reason="Bizim deyil")

    def rework(self) -> None:
        routing.rework(self._referral(RStatus.ANSWERED).pk, by=self.cast.head, reason="Natamam")

    def take_back(self) -> None:
        routing.withdraw(self._referral("sent", "accepted").pk, by=self.cast.head, reason="Artıq")

    def _of(self, sent: Referral):
        is_unit = sent.structure_id == self.cast.unit.pk
        return self.cast.unit_head if is_unit else self.cast.other_user

    def close(self) -> None:
        one = self._one("registered", "considered", "answered")
        actions.close(
            one.pk, by=self.cast.head, outcome=self.outcome, text="Cavab",
            told_by_phone=self.draw.random() < 0.5,
        )  # fmt: skip

    def leave(self) -> None:
        one = self._one("registered", "considered", "waiting")
        actions.leave(one.pk, by=self.cast.head, ground=self.ground, reason="Məhkəmədədir")

    def withdraw(self) -> None:
        actions.withdraw(self._one("considered", "answered").pk, by=self.cast.head, reason="İmtina")

    def reopen(self) -> None:
        actions.reopen(self._one("closed", "left").pk, by=self.cast.head, reason="Narazıdır")

    def extend(self) -> None:
        one = self._one("registered", "considered", due_at__isnull=False)
        asked = actions.ask_extension(
            one.pk, by=self.cast.head, quantity=3, reason="Sənəd gözlənilir"
        )
        assert isinstance(asked, Extension)
        actions.decide_extension(
            one.pk, by=self.cast.head, extension_id=asked.pk, is_granted=self.draw.random() < 0.7
        )  # fmt: skip

    def rate(self) -> None:
        score = self.draw.randint(1, 5)
        reason = Rating.Reason.values[0] if score < 3 else ""
        actions.rate(self._one("closed", "left").pk, by=self.cast.head, score=score, reason=reason)

    def merge(self) -> None:
        source = self._one("registered", "considered", "waiting")
        into = self._one("registered", "considered", is_restricted=source.is_restricted)
        actions.merge(source.pk, by=self.cast.head, into=into.pk)

    def unmerge(self) -> None:
        actions.unmerge(self._one(Status.MERGED).pk, by=self.cast.head, reason="Səhv")

    def join(self) -> None:
        source, other = self._one("registered"), self._one("registered", "considered")
        actions.join(source.pk, by=self.cast.head, to=other.pk)

    def repeat(self) -> None:
        earlier = self._one(Status.CLOSED)
        later = self._one("registered", "considered", pk__gt=earlier.pk)
        actions.mark_repeat(later.pk, by=self.cast.head, of=earlier.pk)

    def correct(self) -> None:
        one = self._one("registered", "considered", "closed", "waiting", "referred")
        values: dict[str, object] = self.draw.choice(
            [
                {"topic_id": self.draw.choice(self.topics).pk},
                {"kind": Kind.PROPOSAL, "complained_user_id": None},
                {"region_id": self.draw.choice(self.regions).pk, "language": Language.RU},
                {"applicant_id": self.draw.choice(self.applicants).pk},
                {"is_restricted": not one.is_restricted, "is_corruption": False},
            ]
        )
        actions.correct(one.pk, by=self.cast.head, values=values)

    def note(self) -> None:
        actions.note(self._one().pk, by=self.cast.head, text="Qeyd")


#: Verbs as often as they are drawn: what makes rows more often than what ends them.
VERBS = (
    *["register"] * 5, "applicant", "import_past", "import_past", "take", "assign", "ask", "replied",
    "refer", "refer", "accept", "structure_answers", "structure_answers", "structure_returns",
    "rework", "take_back", "close", "close", "leave", "withdraw", "reopen", "extend", "rate", "merge",
    "unmerge", "join", "repeat", "correct", "correct", "note",
)  # fmt: skip
#: How each world begins, so that something is there to be done.
BEGINNING = tuple(
    (verb, 5)
    for verb in (
        *["register"] * 9, "applicant", "applicant", "import_past", *["refer"] * 4,
        "structure_answers", "structure_answers", "structure_returns", "rework", "merge", "join",
        "close", "repeat", "rate", "reopen", "extend", "ask", "correct",
    )
)  # fmt: skip
assert all(hasattr(Life, verb) for verb in VERBS)
