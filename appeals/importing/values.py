"""One row in our words, or what is wrong with it: column and reason."""

from __future__ import annotations

import datetime as dt
import hashlib
import math
from collections import Counter
from collections.abc import Mapping as Dict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl.utils.datetime import from_excel

from appeals.actions.history import Past
from appeals.actions.intake import LONGEST_TEXT
from appeals.importing.mapping import TRANSLATED, Mapping, plain
from appeals.importing.places import Names
from appeals.lifecycle import ENDED, Status
from callcenter.identifiers import phone
from callcenter.text import clean

#: Nothing was registered before; 1900-01-01 and alike stand for "unknown" in many systems.
FIRST_YEAR = 1990
LAST_YEAR = 2100
#: Longest values, characters, as the columns of the database hold them.
LONGEST = {
    "key": 120, "surname": 80, "given_name": 80, "patronymic": 80, "organisation": 250, "fin": 20,
    "voen": 20, "phone": 40, "email": 120, "address": 300, "complained_official": 200,
    "answer_source": 250, "applicant": 250, "text": LONGEST_TEXT, "answer": LONGEST_TEXT,
}  # fmt: skip
DATES = ("registered_at", "received_at", "answered_at", "closed_at", "due_at", "moved_at")
APPLICANT = ("surname", "given_name", "patronymic", "organisation", "fin", "voen", "address")
#: Day first or month first decides what 03/04/2026 is; ISO needs no decision.
USUAL = ("%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y")
DAY_FIRST = ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%d-%m-%Y")
MONTH_FIRST = (
    "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M %p", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y",
)  # fmt: skip


class Wrong(Exception):
    """A value that cannot be taken over."""

    def __init__(self, target: str, reason: str) -> None:
        super().__init__(reason)
        self.target = target
        self.reason = reason


@dataclass
class Reader:
    """Reads rows of one file by one mapping."""

    mapping: Mapping
    header: Sequence[str]
    names: Dict[str, Names]
    epoch: Any = None
    ignored: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.places = self.mapping.places(self.header)
        order = DAY_FIRST if self.mapping.day_first else MONTH_FIRST
        self.formats = tuple(dict.fromkeys((*self.mapping.date_formats, *USUAL, *order)))
        self.latest = timezone.now() + dt.timedelta(days=1)
        names_people = {*APPLICANT, "applicant", "phone"}
        self.names_people = bool(names_people & set(self.places))

    def column(self, target: str) -> str:
        """The file's own name of the column, for whoever corrects the file."""
        places = self.places.get(target)
        return " + ".join(self.header[at] for at in places) if places else target

    def past(self, cells: Sequence[Any]) -> Past:
        """The row in our words; Wrong names the first value that cannot be taken over."""
        told = {target: self._text(target, cells) for target in LONGEST}
        dates = {target: self._moment(target, cells) for target in DATES}
        ours = {target: self._ours(target, cells) for target in TRANSLATED}
        registered = dates["registered_at"]
        if registered is None:
            raise Wrong("registered_at", _("The day of registration is missing."))
        if not told["text"]:
            raise Wrong("text", _("The text is missing."))
        for target in ("topic", "kind"):
            if ours[target] is None:
                raise Wrong(target, _("The value is missing."))
        status = Status(ours["status"] or (Status.CLOSED if dates["closed_at"] else "registered"))
        self._believable(registered, dates, status)
        self._ended(status, dates, ours)
        people = {name: told[name] for name in APPLICANT}
        people["organisation_name"] = people.pop("organisation")
        caller = phone(told["phone"]) if told["phone"] else None
        return Past(
            key=told["key"] or self._own_key(cells),
            kind=ours["kind"],
            topic_id=ours["topic"],
            text=told["text"],
            registered_at=registered,
            status=status,
            received_at=dates["received_at"],
            answered_at=dates["answered_at"],
            closed_at=dates["closed_at"],
            due_at=dates["due_at"],
            moved_at=dates["moved_at"],
            channel=ours["channel"] or "phone",
            language=ours["language"] or "az",
            region_id=ours["region"],
            responsible_id=ours["structure"],
            complained_structure_id=ours["complained_structure"],
            complained_official=told["complained_official"],
            outcome_id=ours["outcome"],
            ground_id=ours["ground"],
            answer=told["answer"],
            answer_source=told["answer_source"],
            is_restricted=bool(ours["is_restricted"]),
            is_anonymous=self.names_people,
            caller_phone=(caller.e164 or told["phone"])[:40] if caller else "",
            applicant=self._person(people, told["applicant"]),
            email=told["email"].lower(),
        )

    def _cell(self, target: str, cells: Sequence[Any]) -> Any:
        """The value of a target: of its column, else the mapping's constant; None when blank."""
        places = self.places.get(target)
        if places is None:
            return self.mapping.constants.get(target)
        column = self.mapping.columns[target]
        found = [cells[at] for at in places if at < len(cells)]
        known = [cell for cell in found if not self._is_blank(cell)]
        if not known:
            return self.mapping.constants.get(target)
        if column.join is None or len(known) == 1:
            return known[0]
        # The same words twice say it once.
        return column.join.join(dict.fromkeys(_written(cell) for cell in known))

    def _is_blank(self, cell: Any) -> bool:
        if cell is None:
            return True
        text = plain(_written(cell))
        return not text or text in self.mapping.blank

    def _text(self, target: str, cells: Sequence[Any]) -> str:
        cell = self._cell(target, cells)
        if cell is None:
            if target == "key" and target in self.places:
                raise Wrong(target, _("The key is missing: the row could not be told from others."))
            return ""
        text = clean(_written(cell)).strip()
        if len(text) > LONGEST[target]:
            raise Wrong(
                target,
                _("Longer than %(most)d characters: %(length)d.")
                % {"most": LONGEST[target], "length": len(text)},
            )
        return text

    def _ours(self, target: str, cells: Sequence[Any]) -> Any:
        cell = self._cell(target, cells)
        if cell is None:
            # Only "" speaks for an empty cell: "*" is for values nobody foresaw.
            meaning = self.mapping.values.get(target, {}).get("")
            return self._named(target, meaning) if meaning else None
        written = clean(_written(cell)).strip()
        meaning = self.mapping.translate(target, written)
        if meaning == "":
            return None
        found = self._named(target, meaning if meaning is not None else written)
        if found is None:
            raise Wrong(target, _("“%(value)s” is not known.") % {"value": written[:80]})
        return found

    def _named(self, target: str, name: str) -> Any:
        found = self.names[target].get(plain(name))
        return None if target == "status" and found == Status.MERGED else found

    def _moment(self, target: str, cells: Sequence[Any]) -> dt.datetime | None:
        cell = self._cell(target, cells)
        if cell is None:
            return None
        moment = self._read(target, cell)
        try:
            aware = (
                moment if moment.tzinfo is not None else moment.replace(tzinfo=self.mapping.zone)
            )
            aware = aware.astimezone(dt.UTC)
        except (OverflowError, ValueError):
            raise Wrong(target, _("This day cannot be.")) from None
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise Wrong(target, _("The year %(year)d cannot be.") % {"year": moment.year})
        return aware

    def _read(self, target: str, cell: Any) -> dt.datetime:
        if isinstance(cell, dt.datetime):
            return cell
        if isinstance(cell, dt.date):
            return dt.datetime.combine(cell, dt.time())
        if isinstance(cell, int | float) and not isinstance(cell, bool) and self.epoch is not None:
            try:
                found = from_excel(cell, self.epoch)
            except (OverflowError, ValueError):
                found = None
            if isinstance(found, dt.datetime):
                return found
            raise Wrong(target, _("“%(value)s” is not a day.") % {"value": cell})
        text = " ".join(_written(cell).split())
        for written in self.formats:
            try:
                return dt.datetime.strptime(text, written)
            except ValueError:
                continue
        try:
            if len(text) >= 8 and text[:4].isdigit() and not text.isdigit():
                return dt.datetime.fromisoformat(text)
        except ValueError:
            pass
        raise Wrong(target, _("“%(value)s” is not a day.") % {"value": text[:40]})

    def _believable(
        self, registered: dt.datetime, dates: dict[str, dt.datetime | None], status: Status
    ) -> None:
        """Nothing happens in the future or before it began; a due day alone may be ahead."""
        for target in DATES:
            moment = dates[target]
            if moment is None or (target == "closed_at" and status not in ENDED):
                continue
            if target != "due_at" and moment > self.latest:
                raise Wrong(target, _("The day lies in the future."))
            if moment >= registered or target in ("registered_at", "received_at"):
                continue
            local = timezone.localtime(moment, self.mapping.zone)
            start = timezone.localtime(registered, self.mapping.zone)
            if target == "due_at":
                dates[target] = None
                self.ignored[_("terms that end before the registration")] += 1
            elif target == "moved_at":
                dates[target] = None
            elif local.date() == start.date() and local.time() == dt.time():
                # A day without an hour: some time of that day.
                dates[target] = registered
            else:
                raise Wrong(target, _("The day is before the registration."))

    def _ended(
        self, status: Status, dates: dict[str, dt.datetime | None], ours: dict[str, Any]
    ) -> None:
        if status not in ENDED:
            if dates["closed_at"] is not None:
                dates["closed_at"] = None
                self.ignored[_("closing days of appeals that are not closed")] += 1
            ours["outcome"] = ours["ground"] = None
            return
        if dates["closed_at"] is None:
            dates["closed_at"] = dates["answered_at"]
        if dates["closed_at"] is None:
            raise Wrong("closed_at", _("The appeal is closed and has no day of closing."))
        if status == Status.CLOSED and ours["outcome"] is None:
            raise Wrong("outcome", _("The appeal is closed and has no outcome."))
        if status == Status.LEFT and ours["ground"] is None:
            raise Wrong("ground", _("The appeal was left without consideration on no ground."))

    def _person(self, parts: dict[str, str], whole: str) -> dict[str, str]:
        """Surname, given name and patronymic as they are written here when they stand in one cell."""
        if whole and not (parts["surname"] or parts["given_name"] or parts["organisation_name"]):
            words = whole.split()
            if 2 <= len(words) <= 4 and all(len(word) <= 80 for word in words):
                parts["surname"], parts["given_name"] = words[0], words[1]
                parts["patronymic"] = " ".join(words[2:])
            else:
                parts["organisation_name"] = whole
        if not any(parts[name] for name in ("surname", "given_name", "organisation_name")):
            return {}
        is_person = bool(parts["surname"] or parts["given_name"])
        return {**parts, "kind": "person" if is_person else "organisation"}

    def _own_key(self, cells: Sequence[Any]) -> str:
        """Where rows have no key of their own, everything they say is the key."""
        told = "\x1f".join(_written(cell) if cell is not None else "" for cell in cells)
        return f"sha256:{hashlib.sha256(told.encode(errors='surrogateescape')).hexdigest()}"


def _written(cell: Any) -> str:
    """A cell as a person would write it: a whole number without a point, a day with its time."""
    if isinstance(cell, float) and math.isfinite(cell) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ")
    return str(cell)
