"""A field of a form with everything beside it, as `c-field` draws it."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from django import template
from django.forms import BoundField
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

register = template.Library()
#: Fields drawn of a sort of form in a language, with what they depend on.
_kept: dict[Hashable, tuple[Hashable, dict[Hashable, SafeString]]] = {}


@register.simple_tag
def drawn_field(
    field: BoundField, label: Any, hint: Any, key: str, quiet: Any, more: Any, attrs: Any
) -> SafeString:
    """Label, widget, hint and errors; a group of choices has a legend, a box stands before its words.

    Written here and not as a template: a form of thirty fields asked it two thousand questions. A form
    that says what its fields depend on while nothing is filled in (`kept_as`) has them drawn once.
    """
    kept_as: Hashable = getattr(field.form, "kept_as", None)
    if kept_as is None:
        return _field(field, label, hint, key, quiet, more, attrs)
    sort = (type(field.form), get_language())
    known, drawn = _kept.get(sort, (None, {}))
    if known != kept_as:
        drawn = {}
        _kept[sort] = (kept_as, drawn)
    asked = (field.name, str(label), str(hint), str(key), bool(quiet), str(more), str(attrs))
    if asked not in drawn:
        drawn[asked] = _field(field, label, hint, key, quiet, more, attrs)
    return drawn[asked]


def _field(
    field: BoundField, label: Any, hint: Any, key: str, quiet: Any, more: Any, attrs: Any
) -> SafeString:
    is_group = bool(field.use_fieldset)
    sort = getattr(field.field.widget, "input_type", None)
    is_box = sort == "checkbox" and not is_group
    names = "field" + (" field-tick" if is_box else "") + (f" {_text(more)}" if more else "")
    about = field.aria_describedby if is_group else None
    described = f' aria-describedby="{_text(about)}"' if about else ""
    outer, inner = ("fieldset", "legend") if is_group else ("div", "label")
    aim = "" if is_group else f' for="{_text(field.id_for_label)}"'
    words = _text(label or field.label)
    if field.field.required:
        words += f' <span class="field-need">{_text(_("required"))}</span>'
    if key:
        words += f' <kbd aria-hidden="true">{_text(key)}</kbd>'
    unseen = ' class="unseen"' if quiet else ""
    named = f"<{inner}{aim}{unseen}>{words}</{inner}>"
    widget = _file(field) if sort == "file" else str(field)
    parts = [widget, named] if is_box else [named, widget]
    if hint or field.help_text:
        told = _text(hint) if hint else str(field.help_text)
        parts.append(f'<p class="hint" id="{field.auto_id}_helptext">{told}</p>')
    if field.errors:
        parts.append(str(field.errors))
    inside = "\n".join(parts)
    return SafeString(f'<{outer} class="{names}"{described} {_text(attrs)}>\n{inside}\n</{outer}>')


def _file(field: BoundField) -> str:
    """The browser's own button speaks its own language: ours stands beside it."""
    return (
        f'<div class="row file">{field}<label for="{_text(field.id_for_label)}"'
        f' class="button button-small">{_text(_("Choose a file"))}</label>'
        f"<small data-file-name>{_text(_('None chosen yet'))}</small></div>"
    )


def _text(value: Any) -> str:
    """A value as a template writes it."""
    return conditional_escape(value if isinstance(value, str) else str(value))
