"""Days of the demo world: the same verbs as everybody, with the clock moved."""

from __future__ import annotations

import datetime as dt
import random
import uuid

import time_machine
from django.utils import timezone

from appeals import actions
from appeals.actions.intake import Intake
from appeals.kinds import Kind
from appeals.models import Appeal, Applicant, Ground, Outcome, Region, Topic
from callcenter.worktime import BAKU
from people.calendar import working_calendar
from people.models import Role, Structure, User
from routing import actions as routing
from routing.demo import texts
from routing.demo.people import STRUCTURES, add_staff

SENTENCES = {
    Kind.QUESTION: texts.QUESTIONS,
    Kind.INQUIRY: texts.INQUIRIES,
    Kind.APPLICATION: texts.APPLICATIONS,
    Kind.PROPOSAL: texts.PROPOSALS,
    Kind.COMPLAINT: texts.COMPLAINTS,
}


class World:
    """One seed, one world: nothing in it is drawn from anything but the seed."""

    def __init__(self, seed: int, first: dt.date) -> None:
        self.random = random.Random(seed)
        self.users = add_staff(first)
        self.operators = [u for u in self.users.values() if u.role == Role.OPERATOR]
        self.head = next(u for u in self.users.values() if u.role == Role.SECTOR_HEAD)
        self.topics = list(Topic.objects.filter(children=None, is_outside=False).order_by("code"))
        self.regions = list(Region.objects.order_by("code"))
        self.outcomes = {row.code: row for row in Outcome.objects.all()}
        self.grounds = list(Ground.objects.order_by("code"))
        self.structures = {
            code: (Structure.objects.get(code=code), self.users[one[0]], self.users[head[0]])
            for code, one, head in STRUCTURES
        }
        self.applicants: list[Applicant] = []
        self.travelling: list[tuple[dt.date, int]] = []  # next visit of an appeal that travels

    def day(self, date: dt.date, calls: int) -> None:
        """A working day: new calls, then the next step of what travels."""
        for at in range(calls):
            minute = 9 * 60 + 10 + at * 460 // calls
            moment = dt.datetime.combine(date, dt.time(minute // 60, minute % 60), BAKU)
            with time_machine.travel(moment, tick=False):
                self._call(date)
        late = dt.datetime.combine(date, dt.time(17, 30), BAKU)
        due = [row for row in self.travelling if row[0] <= date]
        self.travelling = [row for row in self.travelling if row[0] > date]
        with time_machine.travel(late, tick=False):
            for _day, appeal_id in due:
                self._travel(appeal_id, date)

    def _call(self, date: dt.date) -> None:
        at_once = self.random.random() < 0.9
        operator = self.random.choice(self.operators)
        topic = self.random.choice(self.topics)
        kinds = ["question", "inquiry"] if at_once else ["application", "complaint", "proposal"]
        weights = [9, 1] if at_once else [68, 31, 1]
        kind = Kind(self.random.choices(kinds, weights)[0])
        applicant = self._applicant(operator)
        intake = Intake(
            kind=kind,
            topic=topic,
            text=self.random.choice(SENTENCES[kind]).format(topic=topic.name_az),
            language=self.random.choices(["az", "ru", "en"], [91, 7, 2])[0],
            region=self.random.choice(self.regions),
            applicant=applicant,
            caller_phone=self._phone() if applicant is None else "",
        )
        if at_once:
            intake.answer = self.random.choice(texts.ANSWERS)
            intake.outcome = self.outcomes["explained"]
        elif kind == Kind.COMPLAINT and self.random.random() < 0.5:
            accused = self.random.choice(sorted(self.structures))
            intake.complained_structure = self.structures[accused][0]
        appeal = actions.register(by=operator, client_id=self._uuid(), intake=intake)
        if not at_once:
            self._later(appeal.pk, date, 0, 2)

    def _travel(self, appeal_id: int, date: dt.date) -> None:
        """The next step of an appeal that was not answered at once."""
        appeal = Appeal.objects.select_related("owner", "complained_structure").get(pk=appeal_id)
        owner = appeal.owner or self.head
        chance = self.random.random()
        match appeal.status:
            case "registered":
                actions.take(appeal_id, by=owner)
                self._later(appeal_id, date, 0, 2)
            case "considered" if chance < 0.06:
                actions.ask_applicant(appeal_id, by=owner, question="Sənədin nömrəsini bildirin.")
                self._later(appeal_id, date, 2, 6)
            case "considered" if chance < 0.09:
                actions.withdraw(appeal_id, by=owner, reason="Müraciətçi müraciətini geri götürdü.")
            case "considered" if chance < 0.12:
                ground = self.random.choice(self.grounds)
                actions.leave(appeal_id, by=owner, ground=ground, reason=ground.name_az)
            case "considered":
                self._refer(appeal, owner)
                self._later(appeal_id, date, 1, 4)
            case "waiting":
                actions.applicant_replied(appeal_id, by=owner, reply="Müraciətçi məlumatı verdi.")
                self._later(appeal_id, date, 0, 2)
            case "referred":
                self._structure(appeal, chance)
                self._later(appeal_id, date, 2, 14)
            case "answered" if chance < 0.08:
                self._rework(appeal, owner)
                self._later(appeal_id, date, 2, 5)
            case "answered":
                self._finish(appeal, owner)

    def _refer(self, appeal: Appeal, owner: User) -> None:
        fitting = [
            place
            for place, _one, _head in self.structures.values()
            if appeal.complained_structure is None
            or not place.is_within(appeal.complained_structure)
        ]
        place = self.random.choice(fitting)
        routing.refer(
            appeal.pk,
            by=owner,
            structure=place,
            client_id=self._uuid(),
            question="Məsələnin araşdırılmasını və cavab verilməsini xahiş edirik.",
        )

    def _structure(self, appeal: Appeal, chance: float) -> None:
        referral = appeal.referrals.open().select_related("structure").last()
        if referral is None:
            return
        _place, executor, head = self.structures[referral.structure.code]
        if referral.status == "sent" and chance < 0.1:
            reason = self.random.choice(texts.RETURNS)
            routing.return_referral(referral.pk, by=executor, reason=reason)
        elif referral.status == "sent":
            routing.accept(referral.pk, by=executor)
        elif referral.status == "to_approve":
            routing.approve(referral.pk, by=head)
        else:
            answer = self.random.choice(texts.STRUCTURE_ANSWERS)
            routing.draft(referral.pk, by=executor, text=answer)

    def _rework(self, appeal: Appeal, owner: User) -> None:
        referral = appeal.referrals.filter(status="answered").last()
        if referral is not None:
            routing.rework(referral.pk, by=owner, reason="Cavab məsələni tam əhatə etmir.")

    def _finish(self, appeal: Appeal, owner: User) -> None:
        referral = appeal.referrals.filter(status="answered").last()
        if referral is not None:
            routing.take_answer(referral.pk, by=owner)
        outcome = self.random.choices(["satisfied", "explained", "not_confirmed"], [45, 45, 10])[0]
        actions.close(appeal.pk, by=owner, outcome=self.outcomes[outcome])

    def _applicant(self, operator: User) -> Applicant | None:
        chance = self.random.random()
        if chance < 0.15:
            return None
        if chance < 0.5 and self.applicants:
            return self.random.choice(self.applicants)
        woman = self.random.random() < 0.45
        surname = self.random.choice(texts.SURNAMES)
        father = self.random.choice(texts.FATHERS)
        values: dict[str, object] = {
            "surname": f"{surname}a" if woman else surname,
            "given_name": self.random.choice(texts.WOMEN if woman else texts.MEN),
            "patronymic": f"{father} {'qızı' if woman else 'oğlu'}",
        }
        if self.random.random() < 0.2:
            name = self.random.choice(texts.ORGANISATIONS)
            values |= {"kind": "organisation", "organisation_name": f"«{name}» MMC"}
        made = actions.save_applicant(
            by=operator, values=values, client_id=self._uuid(), phones=[self._phone()]
        )
        self.applicants.append(made)
        return made

    def _phone(self) -> str:
        return (
            f"0{self.random.choice((50, 51, 55, 70, 77))}{self.random.randrange(2000000, 9999999)}"
        )

    def _uuid(self) -> uuid.UUID:
        return uuid.UUID(int=self.random.getrandbits(128), version=4)

    def _later(self, appeal_id: int, date: dt.date, least: int, most: int) -> None:
        wait = dt.timedelta(days=self.random.randint(max(least, 1), most))
        self.travelling.append((date + wait, appeal_id))


def build(days: int, seed: int, per_day: int) -> int:
    """The working days up to yesterday; the number of appeals made."""
    today = timezone.localdate()
    first = today - dt.timedelta(days=days)
    world = World(seed, first)
    calendar = working_calendar()
    for offset in range(days):
        date = first + dt.timedelta(days=offset)
        if calendar.is_working(date):
            world.day(date, per_day + world.random.randint(-3, 3))
    return Appeal.objects.count()
