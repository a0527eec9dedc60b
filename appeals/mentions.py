"""People named in an internal note by @ and their sign-in name."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils.translation import gettext as _

from appeals.alerting import about
from appeals.audience import people_who_see
from appeals.models import Appeal
from callcenter.errors import RuleBroken
from people.alerts import tell
from people.models import User

_NAMED = re.compile(r"(?<![\w@.])@([\w+-]+(?:\.[\w+-]+)*)")
#: Most people one note calls.
MOST_NAMED = 20


def named_in(text: str) -> list[str]:
    """Sign-in names after an @, each once; the @ of an e-mail address is none."""
    return list(dict.fromkeys(_NAMED.findall(text)))[:MOST_NAMED]


def call_named(appeal: Appeal, text: str, *, by: User) -> None:
    """Alert everybody the note names. Whoever may not see the appeal is not told, and the writer
    learns that before the note is kept. A word that is nobody's name is only a word."""
    names = named_in(text)
    if not names:
        return
    known = list(User.objects.filter(username__in=names, is_active=True))
    seeing = set(people_who_see(appeal, inside=True).filter(pk__in=[one.pk for one in known]))
    blind = [one.name for one in known if one not in seeing]
    if blind:
        raise RuleBroken(
            "mentioned_sees_not",
            _("May not see this appeal or its notes: %(names)s.") % {"names": ", ".join(blind)},
            field="text",
        )
    tell(seeing, "appeal.mentioned", by=by, **about(appeal))


def with_names(texts: Iterable[str]) -> dict[str, str]:
    """Each text with people's names in place of their sign-in names: one question for all."""
    texts = list(texts)
    wanted = {name for text in texts for name in named_in(text)}
    if not wanted:
        return {text: text for text in texts}
    names = {row.username: row.name for row in User.objects.filter(username__in=wanted)}

    def named(found: re.Match[str]) -> str:
        return f"@{names[found[1]]}" if found[1] in names else found[0]

    return {text: _NAMED.sub(named, text) for text in texts}
