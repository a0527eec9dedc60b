"""The search: words that many use, words that hardly anybody uses, numbers and telephones."""

from __future__ import annotations

from urllib.parse import quote

from appeals.search import vocabulary
from bench.floor import LISTED, listed, rows_of
from bench.loading import after_load
from bench.measures import Ask, Bench, measure
from bench.stories import phone_of
from bench.world import INFORMED

NEWEST = "ORDER BY a.registered_at DESC, a.id DESC LIMIT 26"


def _found(bench: Bench, text: str) -> Ask:
    reader = bench.signed_in("operator1")
    return lambda: reader.get(f"/search/?q={quote(text)}")


def _found_in_inbox(bench: Bench, text: str) -> Ask:
    reader = bench.signed_in(f"executor-{INFORMED}")
    return lambda: reader.get(f"/inbox/?q={quote(text)}")


@after_load
def count_words() -> None:
    """By which the search decides between common and rare."""
    vocabulary.rebuild()


@measure(
    "search: a common word",
    target_ms=40,
    floor=listed(f"WHERE a.search @@ to_tsquery('simple', 'vergi:*') {NEWEST}"),
    times=40,
)
def common(bench: Bench) -> Ask:
    return _found(bench, "vergi")


@measure(
    "search: a rare word",
    target_ms=40,
    floor=rows_of((
        f"WITH found AS MATERIALIZED (SELECT * FROM appeals_appeal WHERE search @@ "
        f"to_tsquery('simple', 'balqartrma:*') OR search @@ to_tsquery('simple', 'baliqartirma:*')) "
        f"{LISTED.replace('appeals_appeal', 'found')} {NEWEST}",
        (),
    )),
    times=40,
)  # fmt: skip
def rare(bench: Bench) -> Ask:
    return _found(bench, "balıqartırma")


@measure("search: a word nobody used", target_ms=40, times=40)
def nothing(bench: Bench) -> Ask:
    return _found(bench, "kvazistasionar")


@measure("search: a common and a rare word", target_ms=40, times=40)
def common_and_rare(bench: Bench) -> Ask:
    return _found(bench, "vergi zəfəran")


@measure("search: two common words", target_ms=40, times=40)
def two_common(bench: Bench) -> Ask:
    return _found(bench, "sənəd vergi")


@measure("search: a mistyped word", target_ms=40, times=40)
def mistyped(bench: Bench) -> Ask:
    return _found(bench, "sertfikat")


@measure("search: a surname", target_ms=40, times=40)
def surname(bench: Bench) -> Ask:
    return _found(bench, "Əliyeva Aygün")


@measure("search: a mistyped surname", target_ms=40, times=40)
def mistyped_surname(bench: Bench) -> Ask:
    return _found(bench, "Məmədov Reşad")


@measure("search: in the largest inbox, a usual word", target_ms=40, times=40)
def inbox_usual(bench: Bench) -> Ask:
    return _found_in_inbox(bench, "araşdırılmasını")


@measure("search: in the largest inbox, a rare word", target_ms=40, times=40)
def inbox_rare(bench: Bench) -> Ask:
    return _found_in_inbox(bench, "balıqartırma")


@measure(
    "search: a telephone",
    target_ms=40,
    floor=lambda bench: listed(f"WHERE a.caller_phone = %s {NEWEST}", phone_of(7))(bench),
    times=40,
)
def telephone(bench: Bench) -> Ask:
    return _found(bench, phone_of(7).replace("+994", "0"))


@measure("search: a registration number", target_ms=40, times=40)
def number(bench: Bench) -> Ask:
    reader = bench.signed_in("operator1")
    known = bench.rows("SELECT number FROM appeals_appeal WHERE id = %s", bench.appeals // 3)[0][0]
    return lambda: reader.get(f"/search/?q={quote(known)}", expected=(302,))


@measure("desk: an applicant by name", target_ms=40, times=40)
def applicant_by_name(bench: Bench) -> Ask:
    reader = bench.signed_in("operator1")
    return lambda: reader.get(f"/applicants/find/?q={quote('Məmmədov Ra')}")


@measure("desk: an applicant by telephone", target_ms=40, times=40)
def applicant_by_phone(bench: Bench) -> Ask:
    reader = bench.signed_in("operator1")
    return lambda: reader.get(f"/applicants/find/?q={phone_of(7).replace('+994', '0')}")
