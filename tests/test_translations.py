"""Every text a person reads has its words in Azerbaijani and Russian; English stands in the code."""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(settings.BASE_DIR)
APPS = ("callcenter", "people", "appeals", "routing", "reports", "sector")
KEYWORDS = {
    "gettext": None, "gettext_lazy": None, "gettext_noop": None, "_": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2),
}  # fmt: skip
PLACES = re.compile(r"%\([a-z_]+\)[sd]|%[sd%]|\{[a-z_]*\}")


def _python_files() -> Iterator[Path]:
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "tests" not in path.parts and "migrations" not in path.parts:
                yield path


def _sources() -> Iterator[tuple[Path, str]]:
    for path in _python_files():
        yield path, path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "templates").rglob("*.html")):
        # Django's own reading of a template, flattened so that it reads as statements.
        calls = re.findall(r"\bn?p?gettext\([^\n]*?\) ", templatize(path.read_text("utf-8")) + " ")
        yield path, "\n".join(calls)


@cache
def _wanted() -> dict[str, str]:
    """Every English text of the interface and a file it stands in."""
    found: dict[str, str] = {}
    for path, text in _sources():
        stream = io.BytesIO(text.encode())
        for _line, call, message, _comments in extract_python(stream, KEYWORDS, (), {}):
            parts = message if isinstance(message, tuple) else (message,)
            first = parts[1] if call.startswith("p") else parts[0]
            if first:
                found[first] = str(path.relative_to(ROOT))
    return found


def _catalog(language: str) -> Catalog:
    with (ROOT / "locale" / language / "LC_MESSAGES" / "django.po").open("rb") as lines:
        return read_po(lines, locale=language)


def test_texts_are_found_at_all():
    wanted = _wanted()
    assert len(wanted) > 700
    assert wanted["Sign in"].startswith(("templates", "callcenter", "people"))


@pytest.mark.parametrize("language", ["az", "ru"])
def test_no_text_is_left_untranslated(language: str):
    catalog = _catalog(language)
    known = {(m.id[0] if isinstance(m.id, tuple) else m.id): m for m in catalog if m.id}
    missing = {
        text: place
        for text, place in _wanted().items()
        if text not in known or known[text].fuzzy or not _is_full(known[text].string)
    }
    assert not missing, f"{len(missing)} texts without words in {language}"


@pytest.mark.parametrize("language", ["az", "ru"])
def test_what_is_filled_in_is_the_same_in_every_language(language: str):
    wrong = []
    for message in _catalog(language):
        if not message.id or isinstance(message.id, tuple):
            continue
        if sorted(PLACES.findall(message.id)) != sorted(PLACES.findall(message.string)):
            wrong.append(message.id)
    assert wrong == []


def _is_full(words: object) -> bool:
    return all(words) if isinstance(words, (list, tuple)) else bool(words)


def test_every_function_that_translates_is_known_by_its_own_name():
    """`gettext as _now` would be read by people and by nobody who collects texts."""
    strange = []
    for path in _python_files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
                named = {each.asname or each.name: each.name for each in node.names}
                strange += [
                    f"{path.relative_to(ROOT)}: {own}"
                    for own, name in named.items()
                    if name in KEYWORDS and own not in KEYWORDS
                ]
    assert strange == []
