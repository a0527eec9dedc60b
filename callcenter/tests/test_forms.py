"""Forms look alike, say what is wrong beside the field, and keep what was typed."""

import re
import uuid

import pytest
from django import forms
from django.contrib.contenttypes.models import ContentType
from django.forms.renderers import DjangoTemplates
from django.test import SimpleTestCase
from django.utils import translation

from appeals.models import Region, Topic
from callcenter.forms import Combobox, DateField, Segments, SentOnce, Versioned
from people.models import Structure


class Sample(SentOnce, Versioned):
    name = forms.CharField(label="Name", help_text="As in the passport")
    on = DateField(label="Day", required=False)
    kind = forms.ChoiceField(label="Kind", choices=[("a", "A"), ("b", "B")], widget=Segments)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def test_an_error_stands_beside_its_field_and_in_the_summary():
    html = str(
        Sample({"name": "", "on": "40.40.2026", "kind": "z", "client_id": "x", "version": "1"})
    )
    assert 'id="id_name_error"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert '<a href="#id_name">Name: This field is required.</a>' in html
    assert '<a href="#id_kind_0">' in html
    assert 'value="40.40.2026"' in html
    assert "Write the day as dd.mm.yyyy" in html


def test_each_form_is_made_with_its_own_number():
    numbers = {Sample()["client_id"].value() for _ in range(3)}
    assert len(numbers) == 3
    assert all(uuid.UUID(str(number)) for number in numbers)


@pytest.mark.parametrize(
    "typed", ["23.11.2026", "23112026", "2026-11-23", "23.11.26", "23/11/2026"]
)
@pytest.mark.parametrize("language", ["az", "en", "ru"])
def test_a_day_is_read_as_it_is_written_here(typed, language):
    with translation.override(language):
        assert DateField().clean(typed).isoformat() == "2026-11-23"


def test_a_list_is_written_as_django_writes_it():
    class Lists(forms.Form):
        kind = forms.ChoiceField(
            choices=[
                ("", "—"),
                ("<a>", "A & B"),
                (1000, 1000),
                ("Group", [("x", "“X”"), ("y", "Y")]),
            ],
            widget=Combobox(attrs={"data-n": 1200, "hidden": False}),
        )
        several = forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B")], required=False)

    for data in ({"kind": "<a>"}, {"kind": "1000", "several": ["a", "b"]}, {"kind": "x"}):
        for name in ("kind", "several"):
            ours = Lists(data)[name].as_widget()
            theirs = Lists(data, renderer=DjangoTemplates())[name].as_widget()
            SimpleTestCase().assertHTMLEqual(ours, theirs)


@pytest.mark.django_db
def test_a_remote_choice_carries_the_chosen_row_and_a_few(django_assert_num_queries):
    class Remote(forms.Form):
        kind = forms.ModelChoiceField(
            ContentType.objects.order_by("pk"), widget=Combobox("styleguide-topics")
        )

    Combobox.shown, kept = 2, Combobox.shown
    try:
        last = ContentType.objects.order_by("pk").last()
        with django_assert_num_queries(2):
            html = str(Remote(initial={"kind": last.pk})["kind"])
        assert html.count("<option") == 4
        assert f'<option value="{last.pk}" selected>' in html
        assert "<option" in str(Remote({"kind": "not a key"})["kind"])
    finally:
        Combobox.shown = kept


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["az", "en", "ru"])
def test_a_list_of_named_rows_says_what_the_rows_call_themselves(
    directory, language, django_assert_num_queries
):
    class Directory(forms.Form):
        topic = forms.ModelChoiceField(Topic.objects.all(), widget=Combobox)
        region = forms.ModelChoiceField(Region.objects.all(), widget=Combobox, empty_label="<All>")
        structure = forms.ModelChoiceField(Structure.objects.all(), widget=Combobox)

    class Plain(Directory):
        topic = forms.ModelChoiceField(Topic.objects.all())
        region = forms.ModelChoiceField(Region.objects.all(), empty_label="<All>")
        structure = forms.ModelChoiceField(Structure.objects.all())

    chosen = {
        "topic": Topic.objects.last().pk, "region": Region.objects.first().pk,
        "structure": Structure.objects.first().pk,
    }  # fmt: skip
    with translation.override(language):
        for data in (chosen, None, {"topic": "no key"}):
            for name in chosen:
                assert options(str(Directory(data)[name])) == options(str(Plain(data)[name]))
        for name in chosen:
            with django_assert_num_queries(1):
                str(Directory()[name])


def options(html: str) -> list[str]:
    return re.findall("<option.*?</option>", html, re.S)
