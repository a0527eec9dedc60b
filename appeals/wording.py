"""The words of notices and the masks of numbers: which placeholders they know, how they read."""

from __future__ import annotations

import math
import string
from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from people.legal import number

#: What a notice may name; filled from the appeal and from the step that owes the notice.
PLACEHOLDERS = {
    "number": "ÇM-2026-000123",
    "received_on": "02.03.2026",
    "due_on": "02.04.2026",
    "structure": "Dövlət Vergi Xidməti",
    "forward_number": "ÇM-2026-000123/45",
    "forward_date": "03.03.2026",
    "reason": "Əlavə məlumat tələb olunur",
    "ground": "Məsələ üzrə qüvvəyə minmiş məhkəmə qərarı var",
    "how_to_appeal": "Yuxarı orqana və ya məhkəməyə şikayət verə bilərsiniz.",
    "answer": "Vergi orqanı 3 gün ərzində cavab verəcək.",
    "code": "12345678",
    "link": "https://murac.gov.az/s/AbCd",
    "rating_link": "https://murac.gov.az/r/AbCdEfGhIjKlMnOpQrStUvWxYz0/",
    "place": "Bakı, Ü. Hacıbəyli küçəsi 84",
}
#: What the masks of numbers must and may hold: required, all known with an example of each.
MASKS: dict[str, tuple[set[str], dict[str, object]]] = {
    "registration_mask": ({"serial", "year"}, {"serial": 123, "year": 2026}),
    "registration_mask_joined": ({"number", "part"}, {"number": "ÇM-2026-000123", "part": 1}),
    "registration_mask_repeat": ({"number", "part"}, {"number": "ÇM-2026-000123", "part": 1}),
    "letter_mask": ({"number", "part"}, {"number": "ÇM-2026-000123", "part": 1}),
    "referral_mask": ({"number", "part"}, {"number": "ÇM-2026-000123", "part": 1}),
}
#: Longest registration number, characters (Appeal.number).
LONGEST_NUMBER = 40


def named(text: str) -> set[str]:
    """The placeholders of a wording; ValueError when its braces do not match."""
    return {
        name for _text, name, _spec, _turn in string.Formatter().parse(text) if name is not None
    }


def faults_of(text: str, known: Iterable[str] = tuple(PLACEHOLDERS)) -> str:
    """What is wrong with a wording, in words; empty when nothing is."""
    try:
        unknown = sorted(named(text) - set(known))
    except ValueError:
        return _("A brace is not closed. Write a placeholder as {number}.")
    if unknown:
        return _("Unknown: %(names)s. Known: %(known)s.") % {
            "names": ", ".join(f"{{{name}}}" for name in unknown),
            "known": ", ".join(f"{{{name}}}" for name in known),
        }
    return ""


#: What the law wants in a wording, where the channel has room for it (1308-IVQ, 8; DIN-29683 6.1).
REQUIRED: dict[str, set[str]] = {
    "left_without_consideration": {"ground", "how_to_appeal"},
    "answered": {"answer", "ground", "how_to_appeal"},
    "forwarded": {"structure", "forward_number", "forward_date", "ground", "how_to_appeal"},
    "extended": {"due_on", "reason", "ground", "how_to_appeal"},
    "registered": {"number", "received_on"},
}
ROOMY = ("email", "letter")


def missing_of(reason: str, channel: str, text: str) -> str:
    """What the applicant must be told and this wording leaves out, in words; empty when nothing."""
    if channel not in ROOMY or not text:
        return ""
    left_out = REQUIRED.get(reason, set()) - named(text)
    if not left_out:
        return ""
    names = ", ".join(f"{{{name}}}" for name in sorted(left_out))
    return _("Missing: %(names)s. The law wants the applicant to be told this.") % {"names": names}


def mask_faults(code: str, mask: str) -> str:
    """What is wrong with the mask of a number, in words; empty when nothing is."""
    required, example = MASKS[code]
    fault = faults_of(mask, example)
    if fault:
        return fault
    if required - named(mask):
        names = ", ".join(f"{{{name}}}" for name in sorted(required - named(mask)))
        return _("Missing: %(names)s. Without it two numbers could be alike.") % {"names": names}
    try:
        shown = mask.format(**example)
    except (ValueError, TypeError, IndexError):
        return _("This mask cannot be filled. An example: ÇM-{year}-{serial:06d}")
    if len(shown) > LONGEST_NUMBER - 4:
        return _("The number would be longer than %(n)d characters.") % {"n": LONGEST_NUMBER - 4}
    if set(shown) & set("?#%\\") or shown != shown.strip():
        return _("A number holds letters, digits, dashes and slashes only.")
    return ""


def sample(text: str) -> str:
    """A wording filled with examples, for its preview."""
    return text.format(**PLACEHOLDERS)


def sms_parts(text: str) -> int:
    """How many messages an SMS takes: Azerbaijani letters are sent as UCS-2, 70 to a message and
    67 when there are several."""
    size = len(text.encode("utf-16-le")) // 2
    whole = number("sms_max_chars", 70)
    return 1 if size <= whole else math.ceil(size / (whole - 3))


def unit_words(unit: str, value: str) -> str:
    """A unit as people say it after the value; empty where the value speaks for itself."""
    try:
        n = int(value)
    except ValueError:
        n = 2  # several, or not whole
    words = {
        "days": ngettext("day", "days", n),
        "working_days": ngettext("working day", "working days", n),
        "hours": ngettext("hour", "hours", n),
        "working hours": ngettext("working hour", "working hours", n),
        "months": ngettext("month", "months", n),
        "years": ngettext("year", "years", n),
        "seconds": ngettext("second", "seconds", n),
        "minutes": ngettext("minute", "minutes", n),
        "characters": ngettext("character", "characters", n),
        "percent": "%",
        "percent of term": _("% of the term"),
        "rating": _("of 5"),
        "hour of the day": _("o'clock"),
        "AZN": _("manats"),
        "MB": "MB",
        "count": "",
        "text": "",
        "bool": "",
    }
    return words.get(unit, unit)


def amount_words(value: str, unit: str) -> str:
    """A legal number with its unit in words: "15 working days", "90 %", "yes"."""
    if unit == "bool":
        return _("yes") if value == "true" else _("no")
    return f"{value} {unit_words(unit, value)}".strip()
