"""Days of the demo world: the same verbs as everybody, with the clock moved."""

from __future__ import annotations

import datetime as dt
import random

import time_machine
from django.db import transaction
from django.utils import timezone

from appeals import actions
from appeals.loading import DATA
from appeals.models import Appeal, Ground, Outcome
from appeals.reception.demo import Receptions
from callcenter.worktime import BAKU
from people.calendar import working_calendar
from people.loading import read
from people.models import Role, Structure, User
from routing import actions as routing
from routing.demo import texts
from routing.demo.callers import Callers
from routing.demo.people import STRUCTURES, add_staff
from routing.guard import LAST_INSTANCE
from routing.models import Competence, Referral, ReferralKind
from routing.rules.actions import let_rules_decide

ANONYMOUS = "anonymous"
#: Matters that lie with the head of the Apparatus on the last day.
DECISIONS = 2


class World:
    """One seed, one world: nothing in it is drawn from anything but the seed."""

    def __init__(self, seed: int, first: dt.date) -> None:
        self.random = random.Random(seed)
        self.ways = random.Random(seed + 1)  # which way a matter is referred
        self.users = add_staff(first)
        self.operators = [u for u in self.users.values() if u.role == Role.OPERATOR]
        self.head = next(u for u in self.users.values() if u.role == Role.SECTOR_HEAD)
        self.outcomes = {row.code: row for row in Outcome.objects.all()}
        self.grounds = list(Ground.objects.exclude(code=ANONYMOUS).order_by("code"))
        self.anonymous = Ground.objects.get(code=ANONYMOUS)
        self.structures = {
            code: (Structure.objects.get(code=code), self.users[one[0]], self.users[head[0]])
            for code, one, head in STRUCTURES
        }
        self.places = [place for place, _one, _head in self.structures.values()]
        self.competence = list(
            Competence.objects.filter(structure__in=self.places)
            .order_by("-topic__path", "structure__code")
            .values_list("topic__path", "structure__code")
        )
        self.outside = {
            row["code"]: Structure.objects.get(code=row["default_structure"])
            for row in read(DATA / "topics.toml")["topic"]
            if row.get("outside")
        }
        self.callers = Callers(self.random, self.places)
        self.receptions = Receptions(seed, self.head, self.operators, self.users)
        self.travelling: list[tuple[dt.date, int]] = []  # next visit of an appeal that travels

    def day(self, date: dt.date, calls: int) -> None:
        """A working day: new calls, then the next step of what travels."""
        for at in range(calls):
            minute = 9 * 60 + 10 + at * 460 // calls
            moment = dt.datetime.combine(date, dt.time(minute // 60, minute % 60), BAKU)
            with time_machine.travel(moment, tick=False):
                self._call(date)
        due = [row for row in self.travelling if row[0] <= date]
        self.travelling = [row for row in self.travelling if row[0] > date]
        afternoon = dt.datetime.combine(date, dt.time(16, 55), BAKU)
        for at, (_day, appeal_id) in enumerate(due):
            moment = afternoon + dt.timedelta(seconds=at * 3600 // len(due))
            with time_machine.travel(moment, tick=False):
                self._travel(appeal_id, date)
        self.receptions.day(date)

    def _call(self, date: dt.date) -> None:
        operator = self.random.choice(self.operators)
        intake = self.callers.matter(operator)
        appeal = actions.register(by=operator, client_id=self.callers.uuid(), intake=intake)
        # Now and then somebody answered at once comes back unsatisfied.
        if not intake.answer:
            let_rules_decide(appeal.pk)
            self._later(appeal.pk, date, 1, 2)
        elif self.random.random() < 0.005:
            self._later(appeal.pk, date, 2, 9)

    def _travel(self, appeal_id: int, date: dt.date) -> None:
        """The next step of an appeal that was not answered at once."""
        appeal = Appeal.objects.select_related("owner", "complained_structure", "topic").get(
            pk=appeal_id
        )
        owner = appeal.owner or self.head
        chance = self.random.random()
        match appeal.status:
            case "registered" if chance < 0.08 and not appeal.is_restricted:
                actions.assign(appeal_id, by=self.head, to=self.random.choice(self.operators))
                self._later(appeal_id, date, 1, 2)
            case "registered":
                actions.take(appeal_id, by=owner)
                self._later(appeal_id, date, 1, 2)
            case "considered":
                self._consider(appeal, owner, chance, date)
            case "waiting" if chance < 0.3:
                self._later(appeal_id, date, 10, 20)
            case "waiting":
                actions.applicant_replied(appeal_id, by=owner, reply="Müraciətçi məlumatı verdi.")
                self._later(appeal_id, date, 1, 2)
            case "referred":
                self._structure(appeal, owner, chance)
                self._later(appeal_id, date, 1, 6)
            case "answered" if chance < 0.08 and self._rework(appeal, owner):
                self._later(appeal_id, date, 2, 5)
            case "answered":
                self._finish(appeal, owner, date)
            case "closed":
                reason = self.random.choice(texts.REOPENINGS)
                actions.reopen(appeal_id, by=owner, reason=reason)
                self._later(appeal_id, date, 1, 2)

    def _consider(self, appeal: Appeal, owner: User, chance: float, date: dt.date) -> None:
        if appeal.is_anonymous:
            if chance < 0.7:
                reason = self.anonymous.name_az
                actions.leave(appeal.pk, by=owner, ground=self.anonymous, reason=reason)
            else:
                self._close(appeal, owner, "explained", texts.OWN_ANSWER)
        elif appeal.is_restricted:
            self._close(appeal, owner, "not_confirmed", texts.OWN_ANSWER)
        elif chance < 0.08:
            actions.ask_applicant(appeal.pk, by=owner, question="Sənədin nömrəsini bildirin.")
            self._later(appeal.pk, date, 2, 6)
        elif chance < 0.11:
            reason = "Müraciətçi müraciətini geri götürdü."
            actions.withdraw(appeal.pk, by=owner, reason=reason)
        elif chance < 0.14:
            ground = self.random.choice(self.grounds)
            actions.leave(appeal.pk, by=owner, ground=ground, reason=ground.name_az)
        else:
            self._refer(appeal, owner)
            self._later(appeal.pk, date, 1, 4)

    def _open_to(self, appeal: Appeal) -> list[str]:
        """Structures that may still be asked: not the accused, not those that sent it back."""
        returned = set(
            appeal.referrals.filter(status="returned").values_list("structure__code", flat=True)
        )
        accused = appeal.complained_structure
        return [
            place.code
            for place in self.places
            if place.code not in returned and (accused is None or not place.is_within(accused))
        ]

    def _right(self, appeal: Appeal, among: list[str]) -> str:
        """The structure that answers for the topic, the nearest branch first."""
        for path, code in self.competence:
            if code in among and appeal.topic.path.startswith(path):
                return code
        return ""

    def _refer(self, appeal: Appeal, owner: User) -> None:
        """Mostly to the right structure, sometimes to a wrong one that will send it back."""
        among = self._open_to(appeal)
        right = self._right(appeal, among)
        if appeal.topic_id and appeal.topic.code in self.outside:
            place = self.outside[appeal.topic.code]
        elif not among:
            self._close(appeal, owner, "explained", texts.OWN_ANSWER)
            return
        else:
            wrong = not right or self.random.random() < 0.12
            place = self.structures[self.random.choice(among) if wrong else right][0]
        way, others = self.ways.random(), [code for code in among if code != place.code]
        if way < 0.08 and among:
            self._ask(appeal, owner, self.structures[self.ways.choice(among)])
        helped = way > 0.9 and others and place.code in self.structures
        routing.refer(
            appeal.pk,
            by=owner,
            structure=place,
            client_id=self.callers.uuid(),
            question=texts.PLEASE,
            kind=ReferralKind.JOINT if helped else ReferralKind.EXECUTION,
            co_executors=[self.structures[self.ways.choice(others)][0]] if helped else (),
        )

    def _ask(self, appeal: Appeal, owner: User, of: tuple[Structure, User, User]) -> None:
        """An opinion first, given at once."""
        place, executor, _head = of
        asked = routing.refer(
            appeal.pk, by=owner, structure=place, kind=ReferralKind.CONSULTATION,
            client_id=self.callers.uuid(), question=texts.OPINION,
        )  # fmt: skip
        routing.answer(asked.pk, by=executor, text=self.ways.choice(texts.STRUCTURE_ANSWERS))

    def decisions(self, date: dt.date) -> None:
        """The latest matters wait for the head of the Apparatus: their memos leave with the worker."""
        head = Structure.objects.get(code=LAST_INSTANCE)
        rows = Appeal.objects.filter(
            status="considered", is_restricted=False, complained_structure=None, owner__isnull=False
        ).select_related("owner")
        with time_machine.travel(dt.datetime.combine(date, dt.time(17, 58), BAKU), tick=False):
            for appeal in rows.order_by("-number")[:DECISIONS]:
                routing.refer(
                    appeal.pk, by=appeal.owner, structure=head, kind=ReferralKind.DECISION,
                    client_id=self.callers.uuid(), question=texts.DECISION,
                )  # fmt: skip

    def _structure(self, appeal: Appeal, owner: User, chance: float) -> None:
        """The structure's next step; an outside body answers the applicant itself."""
        referral = appeal.referrals.open().select_related("structure").last()
        if referral is None:
            return
        if referral.kind == ReferralKind.OUTSIDE:
            routing.forward(referral.pk, by=owner, letter_number=f"{appeal.number}/K")
            actions.answer(appeal.pk, by=owner, text=texts.FORWARDED)
            return
        _place, executor, head = self.structures[referral.structure.code]
        match referral.status:
            case "sent":
                self._receive(appeal, referral, executor, chance)
            case "to_approve" if chance < 0.1:
                routing.reject(referral.pk, by=head, reason="Qanunun maddəsi göstərilməlidir.")
            case "to_approve":
                routing.approve(referral.pk, by=head)
            case _:
                answer = self.random.choice(texts.STRUCTURE_ANSWERS)
                routing.draft(referral.pk, by=executor, text=answer)

    def _receive(self, appeal: Appeal, referral: Referral, executor: User, chance: float) -> None:
        here = referral.structure.code
        right = self._right(appeal, self._open_to(appeal))
        if referral.main_id is None and right and right != here and chance < 0.8:
            routing.return_referral(
                referral.pk, by=executor, reason=texts.NOT_OURS,
                belongs_to=self.structures[right][0],
            )  # fmt: skip
        elif chance < 0.03:
            routing.return_referral(referral.pk, by=executor, reason=texts.NOT_ENOUGH)
        elif chance < 0.2 and referral.seen_at is None:
            routing.see(referral.pk, by=executor)
        else:
            routing.accept(referral.pk, by=executor)

    def _rework(self, appeal: Appeal, owner: User) -> bool:
        referral = appeal.referrals.holding().filter(status="answered").last()
        if referral is None:
            return False
        routing.rework(referral.pk, by=owner, reason="Cavab məsələni tam əhatə etmir.")
        return True

    def _finish(self, appeal: Appeal, owner: User, date: dt.date) -> None:
        referral = appeal.referrals.holding().filter(status="answered").last()
        if referral is not None:
            routing.take_answer(referral.pk, by=owner)
        outcome = self.random.choices(["satisfied", "explained", "not_confirmed"], [45, 45, 10])[0]
        self._close(appeal, owner, "forwarded" if referral is None else outcome)
        if self.random.random() < 0.06:
            self._later(appeal.pk, date, 3, 12)

    def _close(self, appeal: Appeal, owner: User, outcome: str, text: str = "") -> None:
        told = bool(appeal.caller_phone) and self.random.random() < 0.6
        actions.close(
            appeal.pk, by=owner, outcome=self.outcomes[outcome], text=text, told_by_phone=told
        )
        if told and self.random.random() < 0.4:
            self._rate(appeal, owner)

    def _rate(self, appeal: Appeal, owner: User) -> None:
        """Asked on the same call; of those who are not content the head hears, and mostly acts."""
        score = self.random.choices([5, 4, 3, 2, 1], [52, 30, 10, 5, 3])[0]
        reasons = ("not_solved", "slow", "unclear", "sent_around")
        reason = self.random.choice(reasons) if score < 3 else "good" if score > 3 else ""
        rating = actions.rate(appeal.pk, by=owner, score=score, reason=reason)
        if rating.is_low and self.random.random() < 0.9:
            actions.handle_rating(rating.pk, by=self.head, how="Zəng edildi, məsələ izah olundu.")

    def _later(self, appeal_id: int, date: dt.date, least: int, most: int) -> None:
        """Now and then somebody forgets, and the term runs out."""
        if self.random.random() < 0.03:
            least, most = 25, 38
        wait = dt.timedelta(days=self.random.randint(least, most))
        self.travelling.append((date + wait, appeal_id))


def build(days: int, seed: int, per_day: int) -> int:
    """The working days up to yesterday, each in one transaction; the number of appeals made."""
    today = timezone.localdate()
    first = today - dt.timedelta(days=days)
    world = World(seed, first)
    calendar, last = working_calendar(), first
    for offset in range(days):
        date = first + dt.timedelta(days=offset)
        if calendar.is_working(date):
            with transaction.atomic():
                world.day(date, max(1, per_day + world.random.randint(-3, 3)))
                last = date
    with transaction.atomic():
        world.decisions(last)
    return Appeal.objects.count()
