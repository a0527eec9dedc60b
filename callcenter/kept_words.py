"""Words the system itself writes into a record: in the language of the office, whoever pressed the key."""

from __future__ import annotations

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise


def kept(words: str | Promise, **values: object) -> str:
    """A lazy text with its values filled in, as it stays in the journal."""
    with translation.override(settings.LANGUAGE_CODE):
        return str(words) % values if values else str(words)
