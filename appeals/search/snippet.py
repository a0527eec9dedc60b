"""The piece of a text that shows why it was found."""

from __future__ import annotations

import re

from django.db.models.functions import Left

from appeals.querysets import AppealQuerySet
from callcenter.text import az_fold

#: Signs before the found word, and in all.
BEFORE = 50
SHOWN = 170
#: Signs of a text that are looked through.
READ = 4000
_WORD = re.compile(r"\w+")


def with_beginnings(rows: AppealQuerySet) -> AppealQuerySet:
    """Rows with the beginning of the text and of the answer."""
    return rows.annotate(beginning=Left("text", READ), answer_beginning=Left("answer_text", READ))


def snippet(texts: list[str], marked: str) -> str:
    """Around the first word found in the first text that has one; else the beginning of the first."""
    wanted = tuple(marked.split())
    for text in texts:
        for word in _WORD.finditer(text) if wanted else ():
            if az_fold(word.group()).startswith(wanted):
                return _cut(text, max(0, word.start() - BEFORE))
    return _cut(texts[0], 0) if texts else ""


def _cut(text: str, start: int) -> str:
    """Whole words, with … where something is left out."""
    if start:
        space = text.find(" ", start)
        start = space + 1 if 0 <= space < start + 30 else start
    end = start + SHOWN
    if end < len(text):
        space = text.rfind(" ", start, end)
        end = space if space > start else end
    piece = " ".join(text[start:end].split())
    return f"{'… ' if start else ''}{piece}{' …' if end < len(text) else ''}"
