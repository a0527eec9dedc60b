"""The few rows the stories of reception rest on: an official, their hours, a moment in Baku."""

from __future__ import annotations

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

from django.test import Client

from appeals.models import (
    ReceptionOfficial,
    ReceptionSlot,
)
from appeals.reception import actions
from appeals.reception.actions import Hours
from people.models import User

TUESDAY = dt.date(2026, 4, 7)


def baku(month: int, day: int, hour: int = 10, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, minute, tzinfo=ZoneInfo("Asia/Baku"))


def an_official(cast, code: str = "nazir-muavini", **more: object) -> ReceptionOfficial:
    values: dict[str, object] = {
        "name": "Əhmədov Rauf", "position_az": "Nazirin müavini", "position_en": "Deputy minister",
        "user": cast.manager, "assistant": cast.unit_user, "place": "Üzeyir Hacıbəyli 84, otaq 105",
        "valid_from": dt.date(2026, 1, 1), **more,
    }  # fmt: skip
    return ReceptionOfficial.objects.create(code=code, **values)


def hours(on: dt.date = TUESDAY, opens: str = "10:00", closes: str = "12:00", **more) -> Hours:
    more.setdefault("minutes", 30)
    return Hours(
        on=on, opens=dt.time.fromisoformat(opens), closes=dt.time.fromisoformat(closes), **more
    )


def made(by: User, official: ReceptionOfficial, asked: Hours | None = None) -> list[ReceptionSlot]:
    return actions.make_slots(
        by=by, official_id=official.pk, hours=asked or hours(), client_id=uuid.uuid4()
    )[0]


def taken(slot: ReceptionSlot) -> int:
    return ReceptionSlot.objects.values_list("taken", flat=True).get(pk=slot.pk)


def times(slots: list[ReceptionSlot]) -> list[str]:
    zone = ZoneInfo("Asia/Baku")
    return [f"{slot.starts_at.astimezone(zone):%m-%d %H:%M}" for slot in slots]


def entered(user: User, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    client.cookies["django_language"] = language
    return client


def booking(slot: ReceptionSlot, **more: str) -> dict[str, str]:
    return {"slot": str(slot.pk), "client_id": str(uuid.uuid4()), **more}
