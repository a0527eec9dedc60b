"""How every form looks and what many forms carry: the renderer, dates, choices, one-time and versioned forms."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.formats import localize
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Renderer(TemplatesSetting):
    """{{ form }} draws the errors' summary, then each field with label, hint and error beside it."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"

    def render(
        self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None
    ) -> str:
        """Plain fields and lists of hundreds are written here: as templates of templates they took two
        thirds of the time of a page with a form."""
        write = _WRITTEN.get(template_name)
        return (
            super().render(template_name, context, request)
            if write is None
            else write(context["widget"])
        )


def _input(widget: dict[str, Any]) -> SafeString:
    """What django/forms/widgets/input.html writes."""
    value = widget["value"]
    given = "" if value is None else f' value="{conditional_escape(value)}"'
    name = conditional_escape(widget["name"])
    return SafeString(
        f'<input type="{widget["type"]}" name="{name}"{given}{_attrs(widget["attrs"])}>'
    )


def _textarea(widget: dict[str, Any]) -> SafeString:
    """What django/forms/widgets/textarea.html writes; the first line break is the browser's."""
    text = conditional_escape(widget["value"]) if widget["value"] else ""
    name = conditional_escape(widget["name"])
    return SafeString(f'<textarea name="{name}"{_attrs(widget["attrs"])}>\n{text}</textarea>')


def _select(widget: dict[str, Any]) -> SafeString:
    """What django/forms/widgets/select.html writes."""
    parts = [_opening(widget)]
    parts += [_option(key, label, is_chosen) for key, label, is_chosen in widget.get("named", ())]
    for group, options, _index in widget["optgroups"]:
        if group:
            parts.append(f'<optgroup label="{conditional_escape(group)}">')
        for option in options:
            value = conditional_escape(option["value"])
            label = conditional_escape(localize(option["label"]))
            parts.append(f'<option value="{value}"{_attrs(option["attrs"])}>{label}</option>')
        if group:
            parts.append("</optgroup>")
    parts.append("</select>")
    return SafeString("".join(parts))


def _opening(widget: dict[str, Any]) -> str:
    return f'<select name="{conditional_escape(widget["name"])}"{_attrs(widget["attrs"])}>'


def _option(key: object, label: str, is_chosen: bool) -> str:
    """An option of plain text; a row of the directory has nothing else."""
    selected = " selected" if is_chosen else ""
    return f'<option value="{key}"{selected}>{escape(label)}</option>'


def _attrs(attrs: dict[str, Any]) -> str:
    """An attribute that is True stands without a value; one that is False does not stand."""
    return "".join(
        f" {name}" if value is True else f' {name}="{conditional_escape(value)}"'
        for name, value in attrs.items()
        if value is not False
    )


_WRITTEN: dict[str, Callable[[dict[str, Any]], SafeString]] = {
    forms.Select.template_name: _select,
    forms.Textarea.template_name: _textarea,
    **dict.fromkeys(
        (
            widget.template_name
            for widget in (
                forms.TextInput, forms.NumberInput, forms.EmailInput, forms.URLInput,
                forms.PasswordInput, forms.HiddenInput, forms.DateInput, forms.CheckboxInput,
            )
        ),
        _input,
    ),
}  # fmt: skip


class DateInput(forms.DateInput):
    """A day as it is written here, 23.11.2026; a text field, since browsers show their own language's order."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        shown = {
            "inputmode": "numeric",
            "placeholder": _("dd.mm.yyyy"),
            "autocomplete": "off",
            "maxlength": 10,
        }
        super().__init__({**shown, **(attrs or {})}, format="%d.%m.%Y")


class DateField(forms.DateField):
    """A day typed as 23.11.2026, 23112026 or 2026-11-23, whatever the reader's language."""

    widget = DateInput
    input_formats = ("%d.%m.%Y", "%d.%m.%y", "%d%m%Y", "%Y-%m-%d", "%d/%m/%Y")
    default_error_messages = {"invalid": _("Write the day as dd.mm.yyyy, for example 23.11.2026.")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("input_formats", self.input_formats)
        super().__init__(**kwargs)


#: From so many plain choices on, each is written without an option's own attributes.
MANY = 12


class Combobox(forms.Select):
    """A choice found by a few letters; a plain select where scripts do not run.

    With `url_name` the choices come from that address as [{id, label, hint}], and the page carries
    only the chosen one and the first few.
    """

    shown = 200

    def __init__(
        self, url_name: str = "", attrs: dict[str, Any] | None = None, choices: Any = ()
    ) -> None:
        extra: dict[str, Any] = {"data-combobox": True}
        if url_name:
            extra["data-url"] = reverse_lazy(url_name)
        self.is_remote = bool(url_name)
        super().__init__({**extra, **(attrs or {})}, choices)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Rows that only need naming go without objects and options of their own."""
        queryset = getattr(self.choices, "queryset", None)
        is_own = type(self).optgroups is not Combobox.optgroups
        if type(self).create_option is not Combobox.create_option:
            # What an option carries beside its name, its own widget says of the row itself.
            return super().get_context(name, value, attrs)
        rows: list[tuple[object, str]] = []
        if queryset is None and isinstance(self.choices, list) and len(self.choices) > MANY:
            rows = (
                []
                if any(isinstance(label, list | tuple) for _k, label in self.choices)
                else [(key, str(label)) for key, label in self.choices]
            )
        elif queryset is not None and not self.is_remote and not is_own:
            rows = _named(queryset, self.choices.field)
        if not rows:
            return super().get_context(name, value, attrs)
        chosen = {str(key) for key in self.format_value(value)}
        context = forms.Widget.get_context(self, name, value, attrs)
        named = [(key, label, str(key) in chosen) for key, label in rows]
        context["widget"] |= {"optgroups": [], "named": named}
        return context

    def optgroups(
        self, name: str, value: list[str], attrs: dict[str, Any] | None = None
    ) -> list[Any]:
        """Only as many choices as a plain select may carry, the chosen one always among them."""
        queryset = getattr(self.choices, "queryset", None)
        if not self.is_remote or queryset is None:
            return super().optgroups(name, value, attrs)
        field = self.choices.field
        keys = [key for key in value if key]
        # Never through self.choices: it would read the whole table.
        few = {
            str(field.prepare_value(row)): row
            for row in [*queryset[: self.shown], *_chosen(queryset, field, keys)]
        }
        options = [self.create_option(name, "", field.empty_label or "", not keys, 0)]
        for index, (key, row) in enumerate(few.items(), 1):
            options.append(
                self.create_option(name, key, field.label_from_instance(row), key in keys, index)
            )
        return [(None, [option], index) for index, option in enumerate(options)]


def _named(queryset: Any, field: Any) -> list[tuple[object, str]]:
    """Key and name of every row, without making objects of hundreds of rows that are only named.

    A model says by `NAMED_BY` which parts name it: the first that is not empty, in the reader's
    language, else in Azerbaijani. Nothing where a form names its rows in its own way.
    """
    parts = getattr(queryset.model, "NAMED_BY", ())
    usual = forms.ModelChoiceField.label_from_instance
    own = getattr(field.label_from_instance, "__func__", None)
    if not parts or own is not usual or field.to_field_name or queryset.query.is_sliced:
        return []
    language = (get_language() or "az")[:2]
    columns = [f"{part}_{spoken}" for part in parts for spoken in dict.fromkeys((language, "az"))]
    rows = queryset.values_list("pk", *columns)
    found: list[tuple[object, str]] = [(pk, next(filter(None, names), "")) for pk, *names in rows]
    return found if field.empty_label is None else [("", str(field.empty_label)), *found]


def _chosen(queryset: Any, field: Any, keys: list[str]) -> list[Any]:
    """The rows already chosen; a key that cannot be one is left to the field's own check."""
    try:
        return list(queryset.filter(**{f"{field.to_field_name or 'pk'}__in": keys})) if keys else []
    except (TypeError, ValueError):
        return []


class Segments(forms.RadioSelect):
    """One choice of a few in one line, each with its own digit key."""

    template_name = "forms/widgets/segments.html"


class Choices(forms.RadioSelect):
    """One choice of several, one under another."""

    template_name = "forms/widgets/choices.html"


class Ticks(forms.CheckboxSelectMultiple):
    """Any of several, one under another."""

    template_name = "forms/widgets/choices.html"


class SentOnce(forms.Form):
    """Carries an id made with the page, so that a second submit of it makes no second thing."""

    client_id = forms.UUIDField(
        label=_("Number of the form"),
        widget=forms.HiddenInput,
        initial=uuid.uuid4,
        error_messages={
            "required": _("Reload the page and send it again."),
            "invalid": _("Reload the page and send it again."),
        },
    )


class Versioned(forms.Form):
    """Carries the version that was read, so that a save over someone else's save is noticed."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
