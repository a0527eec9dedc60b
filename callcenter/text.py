"""Azerbaijani text: case, folding for search, alphabetical order, safe search queries.

az_fold, words and az_sort_key have SQL twins in callcenter/sql/text_functions.sql;
change both or neither. Both follow Unicode normalisation, so characters assigned after
the older of the two Unicode tables may differ; nothing written in Azerbaijan is among them.
"""

import re
import unicodedata
from typing import Final

# Cyrillic as Azerbaijani spells it: г is q in the old alphabet and in Russian names too.
_FOREIGN: Final = str.maketrans(
    "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЫЭЁЮЯабвгдежзийклмнопрстуфхцчшщыэ"
    "ӘҒҜӨҮҺҸЈәғҝөүһҹјІіЇїЄєҐґØøŁłĐđÐðÆŒæœẞ",
    "abvqdejziyklmnoprstufxsçşşıeёюяabvqdejziyklmnoprstufxsçşşıe"
    "əğgöühcyəğgöühcyiiiieeggoollddddæœæœß",
)
_TWO_LETTERS: Final = str.maketrans(
    {"я": "ya", "ю": "yu", "ё": "yo", "ß": "ss", "æ": "ae", "œ": "oe"} | dict.fromkeys("ЪЬъь", "")
)
_FOLDED: Final = str.maketrans("əıöüğşçƏİÖÜĞŞÇ", "eiougsceiougsc")
_LEFT_OVER: Final = str.maketrans("ıəƏ", "iee")
_ASCII_LOWER: Final = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")
_UNSEEN: Final = re.compile(
    "[\u00ad\u0300-\u036f\u0483-\u0489\u061c\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\ufeff]+"
)
_BETWEEN_WORDS: Final = re.compile(
    "[^a-z0-9\u00d8-\u00f6\u00f8-\u02af\u0370-\u167f\u1681-\u1fff\u2c00-\u2dff"
    "\u3040-\ud7ff\uf900-\ufdff]+"
)
_SORT_CASE: Final = str.maketrans("~IİƏÖÜĞŞÇ", "-ıiəöüğşç")
_SORT_SPECIAL: Final = str.maketrans(
    {"ı": "h~~", "ə": "e~", "ç": "c~", "ğ": "g~", "ö": "o~", "ş": "s~", "ü": "u~"}
)
_SORT_PLAIN: Final = str.maketrans({"x": "h~", "q": "k~", "w": "z~"})

_NEW_LINES: Final = re.compile("\r\n?|\u0085|\u2028|\u2029")
_NOT_TEXT: Final = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
    "\ufeff\ud800-\udfff]+"
)
_NAME_WORD: Final = re.compile(r"[^\W\d_]+(?:['’ʼ][^\W\d_]+)*")


def clean(text: str) -> str:
    """What may be stored: composed letters, plain new lines, no control or direction signs."""
    return unicodedata.normalize("NFC", _NOT_TEXT.sub("", _NEW_LINES.sub("\n", text)))


def az_lower(text: str) -> str:
    """Lower case where I is ı and İ is i."""
    composed = unicodedata.normalize("NFC", text)
    return composed.replace("İ", "i").replace("I", "ı").lower()


def az_upper(text: str) -> str:
    """Upper case where i is İ and ı is I."""
    composed = unicodedata.normalize("NFC", text).replace("i\u0307", "i")
    return unicodedata.normalize("NFC", composed.replace("i", "İ").replace("ı", "I").upper())


def az_title(text: str) -> str:
    """Each word with a capital first letter: "İLHAM ƏLİYEV-ZADƏ" is "İlham Əliyev-Zadə"."""
    composed = unicodedata.normalize("NFC", text).replace("i\u0307", "i")
    return _NAME_WORD.sub(lambda word: _capital(word.group()), composed)


def sentence_case(text: str) -> str:
    """A capital first letter and the rest as typed."""
    stripped = text.lstrip()
    return text[: len(text) - len(stripped)] + az_upper(stripped[:1]) + stripped[1:]


def az_fold(text: str) -> str:
    """Text as it is searched: "İQTİSADİYYAT, Şikayət" is "iqtisadiyyat, sikayet"."""
    return _plain(_foreign(text.replace("\0", "").translate(_FOLDED)))


def az_sort_key(text: str) -> str:
    """Azerbaijani alphabetical order for plain byte comparison; digits, then letters.

    A letter without an ASCII place of its own is its neighbour and a tilde (ç is "c~",
    x after h is "h~", ı is "h~~"); the original text decides between equals.
    """
    text = text.replace("\0", "")
    lowered = unicodedata.normalize("NFC", text).translate(_SORT_CASE)
    key = _plain(_foreign(lowered).translate(_SORT_SPECIAL)).translate(_SORT_PLAIN)
    return f"{key}\x01{text}"


def words(text: str) -> str:
    """Folded words with single spaces between; what the search columns are made of."""
    return _BETWEEN_WORDS.sub(" ", az_fold(text)).strip(" ")


def tokens(text: str) -> list[str]:
    """The folded words of a text, in order."""
    return words(text).split()


# After folding. The number is the shortest stem a suffix may leave behind.
_SUFFIXES: Final[tuple[tuple[str, int], ...]] = tuple(
    sorted(
        [(suffix, 3) for suffix in ["lar", "ler", "daki", "deki", "ndaki", "ndeki"]]
        + [
            (suffix, 4)
            for suffix in [
                "in",
                "un",
                "nin",
                "nun",
                "si",
                "su",
                "ni",
                "nu",
                "da",
                "de",
                "dan",
                "den",
                "ya",
                "ye",
                "yi",
                "yu",
                "la",
                "le",
                "im",
                "um",
                "imiz",
                "umuz",
                "miz",
                "muz",
                "iniz",
                "unuz",
                "niz",
                "nuz",
                "ci",
                "cu",
                "liyi",
                "ligi",
                "luyu",
                "lugu",
                "liq",
                "lig",
                "lik",
                "luq",
                "lug",
                "luk",
                "liy",
                "luy",
                "siz",
                "suz",
                "dir",
                "dur",
                "mis",
                "mus",
                "ib",
                "ub",
                "maq",
                "mek",
                "mayib",
                "meyib",
            ]
        ]
        + [(suffix, 5) for suffix in ["a", "e", "i", "u"]]
        + [(suffix, 6) for suffix in ["ma", "me"]],
        key=lambda pair: -len(pair[0]),
    )
)
#: The endings themselves, folded.
SUFFIXES: Final = tuple(suffix for suffix, _shortest in _SUFFIXES)
# Borrowed words end so; the last syllable is no dative.
_WHOLE: Final = ("siya", "ziya", "tiya", "niya", "riya", "fiya", "giya", "liya", "iyye")
_MOST_SUFFIXES: Final = 5
_MOST_WORDS: Final = 12
_LONGEST_WORD: Final = 64
_PASSED_OVER: Final = frozenset(["ve", "ile", "ucun", "da", "de", "ki", "bu", "ya", "na", "po"])


def is_passed_over(word: str) -> bool:
    """A folded word that tells nothing of what is looked for."""
    return word in _PASSED_OVER


def stem(word: str) -> str:
    """A folded word without its usual endings; always a beginning of the word itself."""
    if not (word.isascii() and word.isalpha()):
        return word
    for _ in range(_MOST_SUFFIXES):
        if word.endswith(_WHOLE):
            break
        for suffix, shortest in _SUFFIXES:
            if word.endswith(suffix) and len(word) - len(suffix) >= shortest:
                word = word[: -len(suffix)]
                break
        else:
            break
    return word


def prefix_query(text: str) -> str:
    """A tsquery finding all words in any ending: "muraciet:* & sikayet:*"; "" finds nothing.

    Built only of folded words, so no typed sign can act as an operator.
    """
    found = list(dict.fromkeys(word[:_LONGEST_WORD] for word in tokens(text)))
    telling = [word for word in found if len(word) > 1 and word not in _PASSED_OVER]
    stems = dict.fromkeys(stem(word) for word in telling or found)
    return " & ".join(_prefix(word) for word in list(stems)[:_MOST_WORDS])


def _prefix(word: str) -> str:
    return f"{word}:*" if word.isascii() else f"'{word}':*"


def _capital(word: str) -> str:
    return az_upper(word[0]) + az_lower(word[1:])


def _foreign(text: str) -> str:
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", text).translate(_FOREIGN).translate(_TWO_LETTERS)


def _plain(text: str) -> str:
    if not text.isascii():
        text = _UNSEEN.sub("", unicodedata.normalize("NFKD", text)).translate(_LEFT_OVER)
    return text.translate(_ASCII_LOWER)
