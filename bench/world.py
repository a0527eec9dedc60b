"""A ministry's years in rows: who called, about what, how it went. One seed, one world."""

from __future__ import annotations

import bisect
import datetime as dt
import json
import random
import zoneinfo
from dataclasses import dataclass, field

from django.contrib.auth.hashers import make_password

from appeals.kinds import Kind
from appeals.loading import DATA
from appeals.models import Ground, Outcome, Region, TermRule, Topic
from people.calendar import working_calendar
from people.loading import read
from people.models import Placement, Position, Role, Structure, User
from routing.demo.wording import Wording, organisations, person
from routing.models import Competence

BAKU = zoneinfo.ZoneInfo("Asia/Baku")
YEARS = 3
PASSWORD = "bench-1234567"
OPERATORS = 40
#: Texts prepared for each topic and kind; sentences added to them make the rest of the variety.
VARIANTS = 24
KINDS_AT_ONCE = (Kind.QUESTION, Kind.INQUIRY, Kind.APPLICATION)
KINDS_LATER = (Kind.APPLICATION, Kind.COMPLAINT, Kind.PROPOSAL, Kind.INQUIRY)
#: Words hardly anybody says; each stands in about RARE of the appeals.
RARE_WORDS = (
    "çiçəkçilik", "balıqartırma", "qarabaşaq", "zeytunçuluq", "barama", "dulusçuluq", "xalçaçılıq",
    "arıçılıq", "zəfəran", "şorgöz", "buzxana", "dəyirman", "körpüsalma", "tülküçülük",
    "qazangöl", "şüşəüfürmə", "sabunbişirmə", "çarxqayıran", "mismarçı", "xəttatlıq",
)  # fmt: skip
RARE = 30 / 1_000_000
#: The structure that is sent much for information, so that its inbox is the largest there is.
INFORMED = "dvx"


@dataclass
class Office:
    """A structure that answers, and its people."""

    id: int
    name: str
    path: str
    executor: User
    head: User


@dataclass
class World:
    """Everything the rows are drawn from; made once, then read by every process of the load."""

    appeals: int
    now: dt.datetime
    applicants: int = 0
    days: list[dt.date] = field(default_factory=list)
    topics: list[Topic] = field(default_factory=list)
    topic_weights: list[float] = field(default_factory=list)
    texts: dict[tuple[int, str], list[str]] = field(default_factory=dict)
    answers: dict[int, list[str]] = field(default_factory=dict)
    tails: list[str] = field(default_factory=list)
    offices: list[Office] = field(default_factory=list)
    office_of: dict[int, list[Office]] = field(default_factory=dict)
    informed: Office | None = None
    regions: list[int] = field(default_factory=list)
    region_weights: list[float] = field(default_factory=list)
    outcomes: dict[str, int] = field(default_factory=dict)
    grounds: list[int] = field(default_factory=list)
    operators: list[User] = field(default_factory=list)
    head: User | None = None
    people: list[tuple[str, str, str]] = field(default_factory=list)
    firms: list[str] = field(default_factory=list)
    rules: dict[str, TermRule] = field(default_factory=dict)
    due: dict[tuple[dt.date, int], dt.datetime] = field(default_factory=dict)
    first_of_year: dict[int, int] = field(default_factory=dict)

    def day_of(self, index: int) -> dt.date:
        return self.days[index * len(self.days) // self.appeals]

    def moment_of(self, index: int) -> dt.datetime:
        """Calls come evenly through the office hours of the working days, in the order of numbers."""
        at = index * len(self.days)
        inside = at % self.appeals / self.appeals
        day = self.days[at // self.appeals]
        return dt.datetime.combine(day, dt.time(9, 5), BAKU) + dt.timedelta(
            seconds=int(inside * 8 * 3600)
        )

    def serial_of(self, index: int, year: int) -> int:
        return index - self.first_of_year[year] + 1

    def due_of(self, day: dt.date, quantity: int) -> dt.datetime:
        """The end of the working day that many working days later; computed once per day."""
        known = self.due.get((day, quantity))
        if known is None:
            start = dt.datetime.combine(day, dt.time(10), BAKU)
            known = working_calendar().due_working_days(start, quantity)
            self.due[day, quantity] = known
        return known

    def working_day_after(self, moment: dt.datetime, days: int, draw: random.Random) -> dt.datetime:
        """Some time in the office hours of a later working day."""
        at = min(bisect.bisect_left(self.days, moment.date()) + days, len(self.days) - 1)
        later = dt.datetime.combine(self.days[at], dt.time(9, 10), BAKU) + dt.timedelta(
            seconds=draw.randrange(8 * 3600)
        )
        return later if later > moment else moment + dt.timedelta(minutes=5)


def prepare(appeals: int, seed: int, now: dt.datetime) -> World:
    """Staff in the database, and everything else the rows are drawn from."""
    world = World(appeals=appeals, now=now, applicants=max(200, appeals * 2 // 5))
    draw = random.Random(seed)
    today = now.astimezone(BAKU).date()
    calendar = working_calendar()
    span = (today - today.replace(year=today.year - YEARS)).days
    first = today - dt.timedelta(days=span)
    every = (first + dt.timedelta(days=offset) for offset in range(span))
    world.days = [day for day in every if calendar.is_working(day)]
    for index, day in enumerate(world.days):
        # The first appeal of a day is the first whose index reaches it.
        world.first_of_year.setdefault(day.year, -(-index * appeals // len(world.days)))
    _directory(world, draw)
    _staff(world, first)
    _words(world, draw)
    for day in world.days:
        for rule in world.rules.values():
            world.due_of(day, rule.quantity)
        for quantity in (5, 10):
            world.due_of(day, quantity)
    return world


def _directory(world: World, draw: random.Random) -> None:
    weights = {row["code"]: row.get("weight", 1) for row in read(DATA / "topics.toml")["topic"]}
    world.topics = list(Topic.objects.filter(children=None).order_by("code"))
    world.topic_weights = [weights.get(topic.code, 1) for topic in world.topics]
    shares = {row["code"]: row.get("weight", 1) for row in read(DATA / "regions.toml")["region"]}
    regions = list(Region.objects.order_by("code"))
    world.regions = [region.pk for region in regions]
    world.region_weights = [shares.get(region.code, 1) for region in regions]
    world.outcomes = {row.code: row.pk for row in Outcome.objects.all()}
    world.grounds = list(Ground.objects.order_by("code").values_list("pk", flat=True))
    rules = TermRule.objects.filter(step=TermRule.Step.ANSWER, unit=TermRule.Unit.WORKING_DAYS)
    for rule in rules.order_by("-needs_study", "-inquiry_sort"):
        world.rules[rule.kind] = rule


def _staff(world: World, since: dt.date) -> None:
    """Everybody has one password, hashed once as in production."""
    draw = random.Random(1)
    password = make_password(PASSWORD)

    def add(username: str, role: Role) -> User:
        name = person(draw)
        return User.objects.create(
            username=username, last_name=name["surname"], first_name=name["given_name"], role=role,
            password=password,
        )  # fmt: skip

    world.operators = [add(f"operator{n}", Role.OPERATOR) for n in range(1, OPERATORS + 1)]
    world.head = add("head", Role.SECTOR_HEAD)
    for role in (Role.MANAGEMENT, Role.AUDITOR, Role.ADMINISTRATOR):
        add(str(role), role)
    codes = ("dvx", "kobia", "abif", "izia", "emdx", "azpromo", "imem", "4sim", "dvx-baku",
             "dvx-ganja", "emdx-baku", "emdx-absheron", "dept-licensing", "dept-trade")  # fmt: skip
    for structure in Structure.objects.filter(code__in=codes).order_by("path"):
        executor = add(f"executor-{structure.code}", Role.STRUCTURE_USER)
        head = add(f"head-{structure.code}", Role.STRUCTURE_HEAD)
        for user, position in ((executor, Position.EXECUTOR), (head, Position.HEAD)):
            Placement.objects.create(
                user=user, structure=structure, position=position, valid_from=since
            )
        office = Office(structure.pk, structure.name_az, structure.path, executor, head)
        world.offices.append(office)
        if structure.code == INFORMED:
            world.informed = office
    competent = list(Competence.objects.values_list("structure_id", "topic__path"))
    for topic in world.topics:
        own = {place for place, path in competent if topic.path.startswith(path)}
        world.office_of[topic.pk] = [
            office for office in world.offices if office.id in own
        ] or world.offices


def _words(world: World, draw: random.Random) -> None:
    wording = Wording(draw)
    measured: dict[str, list[str]] = {}
    with (DATA / "search" / "texts.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            measured.setdefault(row["topic"], []).append(row["text"])
    for topic in world.topics:
        for kind in Kind.values:
            made = {wording.text(topic.code, kind)[0] for _ in range(VARIANTS)}
            texts = sorted(made) + measured.get(topic.code, [])[:VARIANTS]
            world.texts[topic.pk, kind] = texts
        answers = {wording.answer(topic.code) for _ in range(VARIANTS)}
        world.answers[topic.pk] = sorted(answers)
    world.tails = [row["text"] for row in wording.tails if row["kind"] == "any"]
    for _ in range(5000):
        name = person(draw)
        world.people.append((name["surname"], name["given_name"], name["patronymic"]))
    world.firms = [row["name"] for row in organisations()]
