"""Who calls in the demo world, and about what."""

from __future__ import annotations

import random
import uuid

from appeals import actions
from appeals.actions.intake import Intake
from appeals.kinds import Channel, Kind
from appeals.loading import DATA
from appeals.models import Applicant, Outcome, Region, Topic
from people.loading import read
from people.models import Structure, User
from routing.demo import texts

SENTENCES = {
    Kind.QUESTION: texts.QUESTIONS,
    Kind.INQUIRY: texts.INQUIRIES,
    Kind.APPLICATION: texts.APPLICATIONS,
    Kind.PROPOSAL: texts.PROPOSALS,
    Kind.COMPLAINT: texts.COMPLAINTS,
}
#: Reports of corruption are restricted and never answered in the call.
CORRUPTION = "service-corruption"


class Callers:
    """Draws the next caller and the matter; nothing is drawn from anything but the seed."""

    def __init__(self, draw: random.Random, structures: list[Structure]) -> None:
        self.random = draw
        self.structures = structures
        self.explained = Outcome.objects.get(code="explained")
        weights = {row["code"]: row.get("weight", 1) for row in read(DATA / "topics.toml")["topic"]}
        self.topics = list(Topic.objects.filter(children=None).order_by("code"))
        self.topic_weights = [weights.get(topic.code, 1) for topic in self.topics]
        shares = {
            row["code"]: row.get("weight", 1) for row in read(DATA / "regions.toml")["region"]
        }
        self.regions = list(Region.objects.order_by("code"))
        self.region_weights = [shares.get(region.code, 1) for region in self.regions]
        self.known: list[tuple[Applicant, str]] = []

    def matter(self, operator: User) -> Intake:
        """What the next caller says; nine of ten are answered at once."""
        topic = self.random.choices(self.topics, self.topic_weights)[0]
        at_once = self.random.random() < 0.9 and topic.code != CORRUPTION
        if topic.code == CORRUPTION:
            kind = Kind.COMPLAINT
        elif at_once:
            kind = self.random.choices((Kind.QUESTION, Kind.INQUIRY), (9, 1))[0]
        else:
            kinds = (Kind.APPLICATION, Kind.COMPLAINT, Kind.PROPOSAL)
            kind = self.random.choices(kinds, (66, 31, 3))[0]
        applicant, phone = self._caller(operator)
        channels = (Channel.PHONE, Channel.WEB, Channel.EMAIL)
        intake = Intake(
            kind=kind,
            topic=topic,
            text=self.random.choice(SENTENCES[kind]).format(topic=topic.name_az),
            channel=self.random.choices(channels, (93, 4, 3))[0],
            language=self.random.choices(("az", "ru", "en"), (91, 7, 2))[0],
            region=self.random.choices(self.regions, self.region_weights)[0],
            applicant=applicant,
            caller_phone=phone,
            is_corruption=topic.code == CORRUPTION,
        )
        if at_once:
            intake.answer = self.random.choice(texts.ANSWERS)
            intake.outcome = self.explained
        elif kind == Kind.COMPLAINT and self.random.random() < 0.6:
            intake.complained_structure = self.random.choice(self.structures)
        return intake

    def _caller(self, operator: User) -> tuple[Applicant | None, str]:
        """Nobody known at all, a number without a name, an earlier applicant, or a new one."""
        chance = self.random.random()
        if chance < 0.04:
            return None, ""
        if chance < 0.15:
            return None, self._phone()
        if chance < 0.45 and self.known:
            return self.random.choice(self.known)
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
        phone = self._phone()
        made = actions.save_applicant(
            by=operator, values=values, client_id=self.uuid(), phones=[phone]
        )
        self.known.append((made, phone))
        return made, phone

    def _phone(self) -> str:
        return (
            f"0{self.random.choice((50, 51, 55, 70, 77))}{self.random.randrange(2000000, 9999999)}"
        )

    def uuid(self) -> uuid.UUID:
        return uuid.UUID(int=self.random.getrandbits(128), version=4)
