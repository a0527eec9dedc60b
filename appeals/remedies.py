"""What a refusal says beside its reason: the article it rests on and the way to appeal, in the
applicant's language (law 1308-IVQ, 8; DIN-29683 6.1; law 1024-IIQ, 21 and 27)."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.utils import translation
from django.utils.translation import gettext as _

from appeals.kinds import Language
from appeals.models import Appeal, Ground, Outcome
from callcenter.errors import RuleBroken
from people.legal import text_setting

#: How rows name a law and its article: "1308-IVQ nömrəli Qanun, maddə 8.1; 6.3".
LAW = re.compile(r"\b(\d{3,4}-[IVX]+Q)\b")
ARTICLES = re.compile(r"maddə\s+(\d[\d.,; -]*\d|\d)")
ONLY_ARTICLES = re.compile(r"^\d[\d.,; -]*$")
#: Words that name an act or its part; a source without any is a structure's answer, not a ground.
NAMES_ACT = re.compile(
    r"madd|bənd|qanun|məcəllə|fərman|qərar|qayda|\d-[ivx]+q|стат|закон|кодекс|указ|articl|\bart\.|\blaw\b|\bcode\b"
)
APPEALS_LAW, INFORMATION_LAW = "1308-IVQ", "1024-IIQ"


def in_language(row: object, field: str, language: str) -> str:
    """A row's text in the applicant's language, in Azerbaijani where that is empty."""
    text: str = getattr(row, f"{field}_{language}") or getattr(row, f"{field}_{Language.AZ.value}")
    return text


def _appeals_law(articles: str) -> str:
    return _("Law on citizens' appeals, No. 1308-IVQ, article %(articles)s") % {
        "articles": articles
    }


def _information_law(articles: str) -> str:
    return _("Law on obtaining information, No. 1024-IIQ, article %(articles)s") % {
        "articles": articles
    }


_LAWS: dict[str, Callable[[str], str]] = {
    APPEALS_LAW: _appeals_law,
    INFORMATION_LAW: _information_law,
}


def cited(source: str, language: str) -> str:
    """A legal source as a letter names it; one that is not of the two laws stays as it is written."""
    law, articles = LAW.search(source), ARTICLES.search(source)
    name = _LAWS.get(law[1]) if law else None
    if name is None or articles is None:
        return source
    with translation.override(language):
        return name(articles[1])


def ground_words(ground: Ground, language: str) -> str:
    """A ground with its article: an article alone is of the law on appeals."""
    name, article = in_language(ground, "name", language), ground.article.strip()
    if not article:
        return name
    source = f"{APPEALS_LAW}, maddə {article}" if ONLY_ARTICLES.match(article) else article
    return f"{name} ({cited(source, language)})"


def legal_ground(source: str, language: str) -> str:
    """The ground as a sentence of its own; empty without one."""
    if not source.strip():
        return ""
    with translation.override(language):
        return _("Legal ground: %(source)s.") % {"source": cited(source, language).rstrip(".")}


def names_act(source: str) -> bool:
    """Whether a source names a legal act, in any of the three languages."""
    return bool(NAMES_ACT.search(source.casefold()))


def basis_words(source: str, language: str) -> str:
    """What an answer rests on: a legal act, or else whose answer or which source it is."""
    if not source.strip() or names_act(source):
        return legal_ground(source, language)
    with translation.override(language):
        return _("Basis of the answer: %(source)s.") % {"source": source.strip().rstrip(".")}


def extension_ground(appeal: Appeal) -> str:
    """The article a longer term rests on: a setting, since the ministry is to confirm it."""
    if appeal.inquiry_sort:
        source = text_setting("extension_ground_information", f"{INFORMATION_LAW}, maddə 25")
    else:
        source = text_setting("extension_ground", f"{APPEALS_LAW}, maddə 10.2")
    return legal_ground(source, appeal.language)


def how_to_appeal(appeal: Appeal, row: Ground | Outcome | None = None) -> str:
    """The way to appeal: the row's own words, or those for every decision; one who asked for
    information may also turn to the Ombudsman (law 1024-IIQ, 13-1)."""
    language = appeal.language
    own = in_language(row, "how_to_appeal", language) if row is not None else ""
    if row is not None and not own:
        return ""
    with translation.override(language):
        told = [
            own
            or _(
                "If you do not agree with this decision, you may complain to the superior body"
                " (official) administratively or go directly to court."
            )
        ]
        if appeal.inquiry_sort:
            told.append(_("About a request for information you may also turn to the Ombudsman."))
    return " ".join(told)


def check_ground(outcome: Outcome | None, source: str, *, field: str = "source") -> None:
    """An outcome that rests on a legal ground is not given without naming it."""
    if outcome is not None and outcome.needs_ground and not names_act(source):
        raise RuleBroken(
            "ground_required",
            _("The outcome “%(outcome)s” needs its legal ground: name the law and the article.")
            % {"outcome": outcome.name},
            field=field,
        )
