"""The official days of Azerbaijan, for seeding the calendar the administrator then keeps."""

from collections.abc import Iterable
from datetime import date
from typing import Final

import holidays

from callcenter.worktime.terms import ONE_DAY, Calendar, Day

# The library's Azerbaijani names, spelt right, with their English and Russian.
_NAMES: Final = {
    "Yeni il bayramı": ("New Year", "Новый год"),
    "Ümumxalq hüzn günü": ("Day of National Mourning", "День всенародной скорби"),
    "Qadınlar günü": ("Women's Day", "Женский день"),
    "Novruz bayramı": ("Novruz", "Новруз"),
    "Ramazan bayramı": ("Eid al-Fitr", "Рамазан"),
    "Qurban bayramı": ("Eid al-Adha", "Гурбан"),
    "Faşizm üzərində qələbə günü": ("Victory over Fascism Day", "День победы над фашизмом"),
    "Respublika Günü": ("Republic Day", "День республики"),
    "Bələdiyyə seçkiləri": ("Municipal elections", "Муниципальные выборы"),
    "Prezident seçkiləri": ("Presidential election", "Выборы президента"),
    "Müstəqillik Günü": ("Independence Day", "День независимости"),
    "Azərbaycan xalqının milli qurtuluş günü": (
        "National Salvation Day",
        "День национального спасения",
    ),
    "Azərbaycan Respublikasının Silahlı Qüvvələri günü": (
        "Armed Forces Day",
        "День Вооружённых сил",
    ),
    "Zəfər Günü": ("Victory Day", "День Победы"),
    "Azərbaycan Respublikasının Dövlət bayrağı günü": (
        "State Flag Day",
        "День Государственного флага",
    ),
    "Dünya azərbaycanlılarının həmrəyliyi günü": (
        "World Azerbaijanis Solidarity Day",
        "День солидарности азербайджанцев мира",
    ),
}
_MOVED: Final = "müşahidə olunur"
_ESTIMATED: Final = "təxmini"
_SWAPPED: Final = "İstirahət günü ("
_SHORT_NAMES: Final = ("Qısaldılmış iş günü", "Shorter working day", "Сокращённый рабочий день")
_SWAPPED_NAMES: Final = (
    "Köçürülmüş iş günü",
    "Working day moved here",
    "Перенесённый рабочий день",
)


def holiday_overrides(years: Iterable[int]) -> list[Day]:
    """Holidays, moved days off, worked weekends and short days, for seeding the calendar.

    The days of Ramazan and Qurban not yet set by the Cabinet are marked estimated.
    """
    wanted = sorted(set(years))
    with_neighbours = {near for year in wanted for near in (year - 1, year, year + 1)}
    listed = holidays.country_holidays("AZ", years=with_neighbours, language="az")
    days = {on: _official_day(on, name) for on, name in listed.items()}
    for on in listed.weekend_workdays:
        days[on] = Day(on, "working", (), *_SWAPPED_NAMES)
    plain = Calendar(days)
    for day in [day for day in days.values() if day.kind == "holiday"]:
        eve = day.date - ONE_DAY
        if plain.is_working(eve):
            days[eve] = Day(eve, "short", (), *_SHORT_NAMES, estimated=day.estimated)
    return sorted((d for d in days.values() if d.date.year in wanted), key=lambda d: d.date)


def _official_day(on: date, listed: str) -> Day:
    parts = [part.replace("bayrami", "bayramı") for part in listed.split("; ")]
    moved = all(_MOVED in part or part.startswith(_SWAPPED) for part in parts)
    azerbaijani, english, russian = zip(*map(_names, parts), strict=True)
    return Day(
        on,
        "moved" if moved else "holiday",
        (),
        "; ".join(azerbaijani),
        "; ".join(filter(None, english)),
        "; ".join(filter(None, russian)),
        estimated=_ESTIMATED in listed,
    )


def _names(listed: str) -> tuple[str, str, str]:
    """One day's name in three languages."""
    if listed.startswith(_SWAPPED):
        day = listed.removeprefix(_SWAPPED).split(" ")[0]
        return f"{day} əvəzinə istirahət günü", f"Day off for {day}", f"Выходной за {day}"
    name = listed.partition(" (")[0].replace("Prezidenti", "Prezident")
    return (name, *_NAMES.get(name, ("", "")))
