"""Numbers people are known by: telephone, FIN, VÖEN, and what a search string is.

Nothing here refuses: a doubtful number is kept as typed with a warning beside it.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import phonenumbers
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from phonenumbers import PhoneNumberFormat, PhoneNumberType
from stdnum.az import voen as stdnum_voen

from callcenter.text import az_fold, clean

Hint = str | Promise

WARNINGS: Final[dict[str, Hint]] = {
    "": "",
    "phone_empty": _("There is no digit in this number."),
    "phone_no_area": _("The area code is missing: for Baku add 012."),
    "phone_first_only": _("Several numbers were typed; the first was taken."),
    "phone_letters": _("The letter O was read as zero."),
    "phone_old_prefix": _("The old long-distance 8 in front was left out."),
    "phone_foreign": _("Read as an international number; please check it."),
    "phone_short": _("A short service number."),
    "phone_short_choice": _("A short service number; the menu choice was left out."),
    "phone_too_short": _("The number is too short."),
    "phone_too_long": _("The number is too long."),
    "phone_unknown": _("This number is not in the numbering plan; please check it."),
    "fin_length": _("A FIN has 7 characters."),
    "fin_characters": _("A FIN has Latin letters and digits only."),
    "fin_letter_i": _("There is no letter I in a FIN; is it the digit 1?"),
    "fin_o_to_zero": _("The letter O was changed to zero: there is no O in a FIN."),
    "fin_cyrillic": _("Cyrillic letters were changed to the Latin ones that look the same."),
    "voen_characters": _("A VÖEN has digits only."),
    "voen_length": _("A VÖEN has 10 digits."),
    "voen_padded": _("A VÖEN has 10 digits; a zero was put in front."),
    "voen_checksum": _("The check digit of this VÖEN does not fit; please check it."),
    "voen_kind": _("A VÖEN ends with 1 (legal person) or 2 (natural person)."),
}

# The library does not know most of the short numbers in use.
SHORT_NUMBERS: Final[dict[str, Hint]] = {
    "101": _("Fire service"),
    "102": _("Police"),
    "103": _("Ambulance"),
    "104": _("Gas emergency service"),
    "112": _("Emergency service"),
    "142": _("Social protection call centre"),
    "193": _("State property call centre"),
    "195": _("Universal call centre for entrepreneurs"),
    "881": _("Short service number"),
    "4040": _("Short service number"),
    "8800": _("Short service number"),
}

_KINDS: Final = {
    PhoneNumberType.MOBILE: "mobile",
    PhoneNumberType.FIXED_LINE: "fixed",
    PhoneNumberType.FIXED_LINE_OR_MOBILE: "fixed",
    PhoneNumberType.TOLL_FREE: "toll_free",
    PhoneNumberType.PREMIUM_RATE: "premium",
}
_EXTENSION_WORD: Final = re.compile(
    r"\s*[,;]?\s*\b(?:daxili|dax|əlavə|elave|добавочный|доб|внутр|вн|ext|extension)\b[.:=]*\s*",
    re.IGNORECASE,
)
_SHORT: Final = re.compile(r"(\d{3,4})(?:\s*[-*/,]\s*\d{1,2}#?)?")
_PHONE_SIGNS: Final = re.compile(r"[\d\s+().\-/]+")
_SEVERAL: Final = re.compile(r"[,;|\n]|\s+(?:və|и|and|or)\s+")
_ZERO_LETTER: Final = re.compile(r"(?<=[\d\s()+-])[OoОо](?=[\d\s()-])|^[OoОо](?=\d)")


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone number as typed and as understood.

    kind: mobile, fixed, toll_free, premium, foreign, short, local, unknown, empty.
    `e164` is empty unless the number can be dialled from anywhere.
    """

    raw: str
    e164: str
    display: str
    kind: str
    hint_code: str = ""
    extension: str = ""

    @property
    def hint(self) -> Hint:
        return WARNINGS[self.hint_code]

    @property
    def key(self) -> str:
        """What two writings of one number have in common; for finding earlier calls."""
        return self.e164 or _digits(self.display)


@dataclass(frozen=True, slots=True)
class Checked:
    """A value put in its usual form, and what looks wrong about it."""

    value: str
    ok: bool
    warning_code: str = ""

    @property
    def warning(self) -> Hint:
        return WARNINGS[self.warning_code]


@dataclass(frozen=True, slots=True)
class Shape:
    """What a search string looks like; kind: number, phone, voen, fin, words."""

    kind: str
    value: str


def phone(raw: str, region: str = "AZ") -> Phone:
    """A number in any writing; what cannot be dialled is kept with a hint."""
    raw = clean(raw).strip()
    typed = _plain(raw)
    if not _digits(typed):
        return Phone(raw, "", raw, "empty", "phone_empty")
    short = _SHORT.fullmatch(typed)
    if short and short[1] in SHORT_NUMBERS:
        whole = short[1] == typed
        return Phone(raw, "", short[1], "short", "phone_short" if whole else "phone_short_choice")
    zeroed = _ZERO_LETTER.sub("0", typed)
    hint = "phone_letters" if zeroed != typed else ""
    first = _EXTENSION_WORD.sub(" ext. ", zeroed)
    found = _dialled(first, region)
    if not found:
        found, hint = _repaired(first, region) or (None, hint)
    if not found:
        return _doubtful(raw, first, region)
    return _known(raw, found, region, hint)


def fin(raw: str) -> Checked:
    """A FIN: seven Latin capitals and digits, without I and O."""
    typed = "".join(unicodedata.normalize("NFKC", clean(raw)).split()).replace("-", "")
    code = ""
    latin = typed.translate(_LOOK_ALIKE)
    if latin != typed:
        code = "fin_cyrillic"
    value = latin.translate(_ASCII_UPPER)
    if "O" in value:
        value, code = value.replace("O", "0"), "fin_o_to_zero"
    if not value:
        return Checked("", True)
    if _LETTER_I.search(value):
        return Checked(value, False, "fin_letter_i")
    if not _FIN_SIGNS.fullmatch(value):
        return Checked(value, False, "fin_characters")
    if len(value) != 7:
        return Checked(value, False, "fin_length")
    return Checked(value, True, code)


def voen(raw: str) -> Checked:
    """A VÖEN: ten digits, the ninth a check digit, the last 1 or 2."""
    typed = re.sub(r"[\s.\-/]", "", _VOEN_LABEL.sub("", _plain(raw)))
    if not typed:
        return Checked("", True)
    if not _ALL_DIGITS.fullmatch(typed):
        return Checked(typed, False, "voen_characters")
    padded = len(typed) == 9
    value = typed.zfill(10) if padded else typed
    if len(value) != 10:
        return Checked(value, False, "voen_length")
    if value[9] not in "12":
        return Checked(value, False, "voen_kind")
    if not stdnum_voen.is_valid(value):
        return Checked(value, False, "voen_checksum")
    return Checked(value, True, "voen_padded" if padded else "")


def voen_holder(value: str) -> str:
    """Whose VÖEN it is by its last digit: "legal", "natural" or "" when it does not say."""
    return {"1": "legal", "2": "natural"}.get(value[9:10], "")


def mask_phone(value: str) -> str:
    """+994502123456 as "+994 50 ••• •• 56"."""
    if value.startswith("+994") and len(value) == 13:
        return f"+994 {value[4:6]} {_DOT * 3} {_DOT * 2} {value[-2:]}"
    return _masked(value, 4 if value.startswith("+") else 3, 2)


def mask_fin(value: str) -> str:
    """5ABC123 as "5•••••3"."""
    return _masked(value, 1, 1)


def mask_voen(value: str) -> str:
    """1401555071 as "14••••••71"."""
    return _masked(value, 2, 2)


def mask_email(value: str) -> str:
    """The first letter and the domain."""
    name, at, domain = value.rpartition("@")
    if not at:
        return _masked(value, 1, 0)
    return f"{_masked(name, 1, 0)}@{domain}"


def shape(query: str, number_masks: Iterable[str] = ("ÇM-YYYY-NNNNNN",)) -> Shape:
    """What was typed into the search field, by its form alone.

    A first guess: where nothing is found under it, search the same text as words.
    """
    typed = " ".join(clean(query).split())
    plain = _plain(typed)
    masks = tuple(number_masks)
    for mask in masks:
        number = registration_number(plain, mask)
        if number:
            return Shape("number", number)
    digits = _digits(plain)
    if _PHONE_SIGNS.fullmatch(plain) and len(digits) >= 7:
        return _shape_of_digits(plain, digits, masks) or Shape("words", typed)
    if _VOEN_LABEL.match(plain) and len(digits) in (9, 10) and voen(plain).value.isdecimal():
        return Shape("voen", voen(plain).value)
    fin_typed = fin(_FIN_LABEL.sub("", plain)) if len(plain) <= 13 else Checked("", False)
    if fin_typed.ok and _MIXED.fullmatch(fin_typed.value):
        return Shape("fin", fin_typed.value)
    return Shape("words", typed)


def _shape_of_digits(plain: str, digits: str, masks: Iterable[str]) -> Shape | None:
    checked = voen(digits) if plain == digits else Checked("", False)
    number_found = phone(plain)
    if len(digits) == 10 and checked.ok and number_found.kind != "mobile":
        return Shape("voen", digits)
    if number_found.e164 and number_found.kind != "unknown":
        return Shape("phone", number_found.e164)
    if checked.ok:
        return Shape("voen", checked.value)
    if len(digits) == 7:
        return Shape("phone", digits)
    if plain == digits and len(digits) == 10:
        for mask in masks:
            number = registration_number(f"{digits[:4]}-{digits[4:]}", mask)
            if number:
                return Shape("number", number)
        return Shape("phone", number_found.e164) if number_found.e164 else Shape("voen", digits)
    return Shape("phone", number_found.e164) if number_found.e164 else None


def registration_number(typed: str, mask: str = "ÇM-YYYY-NNNNNN") -> str:
    """A registration number typed in any way, written by its mask; "" if it is not one.

    With a mask of prefix, year and number: "cm 2026 123", "2026-123", "123/2026" and
    "ÇM-2026-000123/1" are all understood; a trailing "/1" is kept.
    """
    width = mask.count("N")
    prefix = re.sub(r"[^a-z]", "", az_fold(mask.replace("YYYY", "").replace("N", "")))
    bare = _NUMBER_LABEL.sub("", az_fold(_plain(typed)))
    found = _number_pattern(prefix, width).fullmatch(bare)
    if not found or "YYYY" not in mask:
        return ""
    year = found["year"] or found["bare_year"] or found["last_year"]
    serial = found["serial"] or found["bare_serial"] or found["first_serial"]
    branch = f"/{int(found['branch'])}" if found["branch"] else ""
    written = mask.replace("YYYY", year)
    return re.sub("N+", str(int(serial)).zfill(width), written, count=1) + branch


_DOT: Final = "•"
_ALL_DIGITS: Final = re.compile(r"[0-9]+")
_FIN_SIGNS: Final = re.compile(r"[0-9A-HJ-NP-Z]+")
_LETTER_I: Final = re.compile("[Iİıi]")
_MIXED: Final = re.compile(r"(?=.*[0-9])(?=.*[A-Z])[0-9A-Z]{7}")
_ASCII_UPPER: Final = str.maketrans("abcdefghjklmnopqrstuvwxyz", "ABCDEFGHJKLMNOPQRSTUVWXYZ")
_LOOK_ALIKE: Final = str.maketrans("АВЕЅЈКМНОРСТУХавеѕјкмнорстух", "ABESJKMHOPCTYXABESJKMHOPCTYX")
_FIN_LABEL: Final = re.compile(r"^f[iıİI]n\s*[:№#]?\s+|^f[iıİI]n\s*[:№#]\s*", re.IGNORECASE)
_VOEN_LABEL: Final = re.compile(r"^(?:v[oö]en|tin|инн|вөен)\s*[:№#]?\s*", re.IGNORECASE)
_NUMBER_LABEL: Final = re.compile(r"^(?:no|n|nomre)\b[\s.:]*|[\s#.,]+$|^[\s#]+")


@lru_cache
def _number_pattern(prefix: str, width: int) -> re.Pattern[str]:
    """Prefix optional where a sign parts year and number; "cm2026123" needs the prefix."""
    year, serial, between = r"(?:19|20)\d\d", rf"\d{{1,{width}}}", r"[\s\-./_]"
    return re.compile(
        rf"(?:{prefix}{between}*(?P<year>{year}){between}*(?P<serial>{serial})"
        rf"|(?P<bare_year>{year})[\s\-/_]+(?P<bare_serial>{serial})"
        rf"|(?:{prefix}{between}*)?(?P<first_serial>{serial})\s*[\-/]\s*(?P<last_year>{year}))"
        r"(?:\s*/\s*(?P<branch>\d{1,3}))?"
    )


def _plain(text: str) -> str:
    """Digits and dashes of every alphabet made plain ones, spaces made one."""
    text = unicodedata.normalize("NFKC", clean(text))
    text = "".join(
        str(unicodedata.digit(sign)) if unicodedata.category(sign) == "Nd" else sign
        for sign in text
    )
    return " ".join(re.sub("[\u2010-\u2015\u2212\u200b\u2060]", "-", text).split())


def _digits(text: str) -> str:
    return re.sub(r"[^0-9]", "", text)


def _dialled(text: str, region: str) -> phonenumbers.PhoneNumber | None:
    try:
        found = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    return found if phonenumbers.is_valid_number(found) else None


def _repaired(text: str, region: str) -> tuple[phonenumbers.PhoneNumber, str] | None:
    """A valid number inside a doubtful writing, with what was done to find it."""
    number, sign, extension = text.partition(" ext. ")
    digits = _digits(number)
    for writing, hint in (
        (re.sub(r"^\s*8[\s(-]*", "", number), "phone_old_prefix"),
        ("+" + digits, "phone_foreign"),
        ("+" + digits.removeprefix("8").removeprefix("10"), "phone_old_prefix"),
        (_SEVERAL.split(number)[0], "phone_first_only"),
        (number.partition("/")[0], "phone_first_only"),
        (digits, ""),
    ):
        found = _dialled(f"{writing}{sign}{extension}", region)
        if found:
            return found, hint
    return None


def _doubtful(raw: str, text: str, region: str) -> Phone:
    """A number that is not in any plan: kept, and dialled only if its length allows."""
    digits = _digits(text)
    if len(digits) == 7 and not text.startswith(("+", "0")):
        return Phone(raw, "", f"{digits[:3]} {digits[3:5]} {digits[5:]}", "local", "phone_no_area")
    try:
        found = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return Phone(raw, "", raw, "unknown", _length_hint(digits))
    if not phonenumbers.is_possible_number(found) or len(digits) < 9:
        return Phone(raw, "", raw, "unknown", _length_hint(digits))
    e164 = phonenumbers.format_number(found, PhoneNumberFormat.E164)
    display = phonenumbers.format_number(found, PhoneNumberFormat.INTERNATIONAL)
    return Phone(raw, e164, display, "unknown", "phone_unknown", found.extension or "")


def _length_hint(digits: str) -> str:
    if len(digits) < 9:
        return "phone_too_short"
    return "phone_too_long" if len(digits) > 15 else "phone_unknown"


def _known(raw: str, found: phonenumbers.PhoneNumber, region: str, hint: str) -> Phone:
    extension = found.extension or ""
    own = found.country_code == phonenumbers.country_code_for_region(region)
    style = PhoneNumberFormat.NATIONAL if own else PhoneNumberFormat.INTERNATIONAL
    kind = _KINDS.get(phonenumbers.number_type(found), "unknown") if own else "foreign"
    e164 = phonenumbers.format_number(found, PhoneNumberFormat.E164)
    return Phone(raw, e164, phonenumbers.format_number(found, style), kind, hint, extension)


def _masked(value: str, first: int, last: int) -> str:
    """The ends of a value; all dots when it is too short to hide anything."""
    hidden = len(value) - first - last
    if hidden < 1:
        return _DOT * len(value)
    return value[:first] + _DOT * hidden + value[len(value) - last :]
