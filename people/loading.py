"""Loads the directory of structures, the numbers of the law and the working calendar.

Running it again adds what is new and brings the names of structures up to date; numbers, dates
and places in the tree stay as an administrator has set them.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from callcenter.worktime import holiday_overrides
from people.models import CalendarDay, CalendarVersion, LegalNumber, Structure

DATA = Path(__file__).resolve().parent / "data"
CALENDAR_YEARS = range(2015, 2029)


def read(path: Path) -> dict[str, list[dict[str, Any]]]:
    """A data file as lists of rows."""
    with path.open("rb") as lines:
        return tomllib.load(lines)


def load_structures() -> int:
    """Parents stand before their children in the file; the path follows the codes."""
    known: dict[str, Structure] = {}
    for row in read(DATA / "structures.toml")["structure"]:
        parent = known[row["parent"]] if row["parent"] else None
        values = {name: row.get(name, "") for name in ("category", "source", "certainty")}
        names = {
            f"{part}_{language}": row.get(f"{part}_{language}", "")
            for part in ("name", "short")
            for language in ("az", "en", "ru")
        }
        known[row["code"]], _created = Structure.objects.update_or_create(
            code=row["code"],
            defaults=names,
            create_defaults={
                **names,
                **values,
                "parent": parent,
                "path": f"{parent.path if parent else '/'}{row['code']}/",
                "valid_from": row["valid_from"],
                "valid_to": row.get("valid_to") or None,
            },
        )
    return len(known)


def load_legal_numbers() -> int:
    """Numbers with their source and certainty."""
    rows = read(DATA / "legal_numbers.toml")["legal_number"]
    for row in rows:
        texts = {
            f"{ours}_{language}": row.get(f"{theirs}_{language}", "")
            for ours, theirs in (("label", "name"), ("help", "help"))
            for language in ("az", "en", "ru")
        }
        number, _created = LegalNumber.objects.get_or_create(
            code=row["code"],
            defaults={
                **texts,
                "value": str(row["value"]),
                "unit": row.get("unit", ""),
                "source": row.get("source", "")[:250],
                "certainty": row["certainty"],
                "minimum": row.get("minimum"),
                "maximum": row.get("maximum"),
                "group": row["group"],
                "value_type": row["value_type"],
            },
        )
        if (number.group, number.value_type) != (row["group"], row["value_type"]):
            number.group, number.value_type = row["group"], row["value_type"]
            number.save(update_fields=["group", "value_type"])
    return len(rows)


def load_calendar() -> int:
    """The first filling of the calendar; afterwards it belongs to the administrator."""
    CalendarVersion.objects.get_or_create(pk=1)
    if CalendarDay.objects.exists():
        return CalendarDay.objects.count()
    days = holiday_overrides(CALENDAR_YEARS)
    CalendarDay.objects.bulk_create(
        CalendarDay(
            date=day.date,
            kind=day.kind,
            name_az=day.name_az or day.kind,
            name_en=day.name_en,
            name_ru=day.name_ru,
            act="Əmək Məcəlləsi, 105-108; Nazirlər Kabinetinin illik qərarları",
            is_estimated=day.estimated,
        )
        for day in days
    )
    return len(days)
