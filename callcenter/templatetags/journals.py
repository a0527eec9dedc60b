"""A journal's entries, as `c-journal` draws them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from callcenter.templatetags.formats import az_datetime, iso

register = template.Library()
ARROW = '<span aria-hidden="true">→</span>'


@register.simple_tag
def drawn_journal(entries: Iterable[Mapping[str, Any]], label: Any, attrs: Any) -> SafeString:
    """Written here and not as a template: a page of the journal asked it a thousand questions, and its
    few words are taken once for all entries."""
    was, now = (f'<span class="unseen">{_text(word)} </span>' for word in (_("was"), _("now")))
    internal = f'<span class="badge is-warn">{_text(_("internal"))}</span>'
    imported = f'<span class="badge">{_text(_("brought from the old system"))}</span>'

    def change(name: Any, old: Any, new: Any) -> str:
        before = f"<del>{was}{_text(old)}</del> {ARROW} " if old else ""
        return f"<li>{_text(name)}: {before}<ins>{now}{_text(new or '—')}</ins></li>"

    def line(entry: Mapping[str, Any]) -> str:
        is_internal, at = entry.get("internal"), entry.get("at")
        parts = [
            f'<li>\n<i class="mark mark-{_text(entry.get("shape") or "dot")}" aria-hidden="true"></i>\n'
            f'<div class="journal-head"><b>{_text(entry["label"])}</b>'
            f'<span class="ink-quiet">{_text(entry["actor"])}</span>',
            internal if is_internal else "",
            imported if entry.get("imported") else "",
            f'<time datetime="{iso(at)}">{az_datetime(at)}</time></div>\n',
        ]
        if changes := entry.get("changes"):
            told = "".join(change(*one) for one in changes)
            parts.append(f'<ul class="journal-changes">{told}</ul>\n')
        if note := entry.get("note"):
            names = "journal-note is-internal" if is_internal else "journal-note"
            parts.append(f'<div class="{names}">{_text(note)}</div>\n')
        if more := entry.get("more"):
            parts.append(f'<div class="row">{_text(more)}</div>\n')
        return "".join([*parts, "</li>"])

    named = _text(label or _("Journal"))
    lines = "\n".join(map(line, entries))
    return SafeString(f'<ol class="journal" aria-label="{named}" {_text(attrs)}>\n{lines}\n</ol>')


def _text(value: Any) -> str:
    """A value as a template writes it."""
    return conditional_escape(value if isinstance(value, str) else str(value))
