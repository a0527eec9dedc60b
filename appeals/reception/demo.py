"""Receptions of the demo world: hours every Tuesday and Thursday, invitations, and what came of them."""

from __future__ import annotations

import datetime as dt
import random
import uuid

import time_machine
from django.utils import timezone

from appeals.lifecycle import Status
from appeals.models import Appeal
from appeals.reception import actions
from appeals.reception.actions.gate import is_impartial
from appeals.reception.lifecycle import EXPECTED, OPEN, State
from appeals.reception.models import Reception, ReceptionOfficial, ReceptionSlot
from callcenter.worktime import BAKU
from people.calendar import working_calendar
from people.models import Structure, User

#: How far ahead the hours are made, in days.
AHEAD = 28
#: Weekday, from, to of each official's hours.
TIMES = ((1, dt.time(10), dt.time(12)), (3, dt.time(15), dt.time(17)))
PLACE = "Üzeyir Hacıbəyli küç. 84, 1-ci mərtəbə, qəbul otağı"
SUBJECTS = ("", "", "Müqaviləni və ödəniş qəbzlərini gətirin", "Kassa çeklərini gətirin")
REASONS = ("Ezamiyyətlə əlaqədar", "Nazirlər Kabinetində iclas")
MINUTES = (
    "Müraciətçi dinlənildi, təqdim etdiyi sənədlərlə tanış olundu. Məsələnin həlli yolu izah edildi.",
    "Müraciətçi güzəştli kreditin şərtləri ilə bağlı müraciət etdi. Şərtlər və tələb olunan sənədlər izah edildi.",
    "Müraciətçi yoxlamanın nəticəsi ilə razı olmadığını bildirdi. Məsələ əlavə araşdırılmaq üçün qeydə alındı.",
)  # fmt: skip


class Receptions:
    """One seed, one story; drawn apart from the rest of the world."""

    def __init__(self, seed: int, head: User, operators: list[User], users: dict[str, User]):
        self.random = random.Random(seed * 31 + 5)
        self.head, self.operators = head, operators
        self.officials = _officials(users)
        self.made: set[dt.date] = set()

    def day(self, date: dt.date) -> None:
        """Hours for the weeks to come, today's receptions, an invitation or two."""
        with time_machine.travel(_at(date, 9, 5), tick=False):
            self._make(date)
        with time_machine.travel(_at(date, 17, 58), tick=False):
            self._mark()
            for _n in range(self.random.choice((0, 1, 1, 2))):
                self._invite()

    def _make(self, date: dt.date) -> None:
        calendar = working_calendar()
        for official, (weekday, opens, closes) in zip(self.officials, TIMES, strict=True):
            for n in range(1, AHEAD + 1):
                day = date + dt.timedelta(days=n)
                if day.weekday() != weekday or day in self.made or not calendar.is_working(day):
                    continue
                self.made.add(day)
                hours = actions.Hours(on=day, opens=opens, closes=closes, minutes=30)
                actions.make_slots(
                    by=self.head, official_id=official.pk, hours=hours, client_id=self._uuid()
                )

    def _invite(self) -> None:
        known = Reception.objects.filter(state__in=OPEN).values("appeal")
        rows = Appeal.objects.filter(
            status__in=(Status.CONSIDERED, Status.REFERRED), is_anonymous=False,
            is_restricted=False, applicant__isnull=False,
        ).exclude(pk__in=known)  # fmt: skip
        appeal = (
            rows.select_related("complained_structure").order_by("-registered_at", "-id").first()
        )
        if appeal is None:
            return
        slots = ReceptionSlot.objects.free(timezone.now())
        free = [slot for slot in slots if is_impartial(appeal, slot.official)][:4]
        if not free:
            return
        by = self.random.choice(self.operators)
        made = actions.invite(
            appeal.pk, by=by, slot_id=self.random.choice(free).pk, client_id=self._uuid(),
            subject=self.random.choice(SUBJECTS), told_by_phone=self.random.random() < 0.5,
        )  # fmt: skip
        if self.random.random() < 0.6:
            actions.confirm(made.pk, by=by)

    def _mark(self) -> None:
        """Today's people came, or did not; now and then the official is called away."""
        past = Reception.objects.filter(state__in=EXPECTED, slot__starts_at__lt=timezone.now())
        for pk in past.order_by("pk").values_list("pk", flat=True):
            chance, by = self.random.random(), self.random.choice(self.operators)
            if chance < 0.12:
                actions.miss(pk, by=by)
            elif chance < 0.2:
                actions.absent(pk, by=by, note=self.random.choice(REASONS))
            else:
                actions.came(pk, by=by)
        for pk in list(Reception.objects.filter(state=State.PRESENT).values_list("pk", flat=True)):
            is_oral = self.random.random() < 0.6
            actions.write_minutes(
                pk, by=self.head, minutes=self.random.choice(MINUTES),
                outcome="oral" if is_oral else "writing", has_consent=is_oral,
            )  # fmt: skip

    def _uuid(self) -> uuid.UUID:
        return uuid.UUID(int=self.random.getrandbits(128), version=4)


def _officials(users: dict[str, User]) -> list[ReceptionOfficial]:
    """Two who receive: one of the ministry's management, one head of a structure."""
    rows = (
        ("nazir-muavini", "rehber", "mudir", None, "Nazirin müavini", "Deputy minister", "Заместитель министра"),
        ("dvx-reis", "vaqif", "gunel", "dvx", "Dövlət Vergi Xidmətinin rəisi", "Head of the State Tax Service", "Начальник Государственной налоговой службы"),
    )  # fmt: skip
    found = []
    for code, user, assistant, structure, az, en, ru in rows:
        official, _made = ReceptionOfficial.objects.get_or_create(
            code=code,
            defaults={
                "name": users[user].name, "user": users[user], "assistant": users[assistant],
                "structure": Structure.objects.get(code=structure) if structure else None,
                "position_az": az, "position_en": en, "position_ru": ru, "place": PLACE,
                "valid_from": dt.date(2020, 1, 1),
            },
        )  # fmt: skip
        found.append(official)
    return found


def _at(date: dt.date, hour: int, minute: int) -> dt.datetime:
    return dt.datetime.combine(date, dt.time(hour, minute), BAKU)
