"""The directory loads twice without a change, keeps what an administrator set, and is whole."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from appeals.actions import take
from appeals.kinds import InquirySort, Kind
from appeals.models import Entry, NoticeTemplate, TermRule, Topic, TopicQuestion
from callcenter.text import az_fold
from people.legal import number, text_setting
from people.models import CalendarDay, LegalNumber, Structure
from routing.models import Competence
from tests.cast import LOADED, PHONE

pytestmark = pytest.mark.django_db


def _load() -> str:
    out = io.StringIO()
    call_command("load_directory", stdout=out)
    return out.getvalue()


def test_loading_again_changes_nothing_and_tells_the_same_counts(directory):
    before = {model: list(model._base_manager.order_by("pk").values()) for model in LOADED}
    told = _load()
    assert told == _load()
    assert before == {m: list(m._base_manager.order_by("pk").values()) for m in LOADED}
    assert f"{Structure.objects.count()} structures" in told


def test_what_an_administrator_changed_stays(directory):
    LegalNumber.objects.filter(code="repeat_answers").update(value="5")
    TermRule.objects.filter(code="application-answer").update(quantity=12)
    NoticeTemplate.objects.filter(reason="registered", channel="sms").update(text_az="Öz mətnimiz")
    _load()
    assert number("repeat_answers", 3) == 5
    assert TermRule.objects.get(code="application-answer").quantity == 12
    assert NoticeTemplate.objects.get(reason="registered", channel="sms").text_az == "Öz mətnimiz"


def test_a_corrected_name_in_the_files_reaches_the_rows(directory):
    Structure.objects.filter(code="dvx").update(name_ru="")
    Topic.objects.filter(code="tax-voen").update(name_en="", search_text="", keywords="öz sözümüz")
    _load()
    assert Structure.objects.get(code="dvx").name_ru
    topic = Topic.objects.get(code="tax-voen")
    assert topic.name_en and topic.keywords == "öz sözümüz"
    assert topic.search_text == az_fold(
        f"{topic.name_az} {topic.name_en} {topic.name_ru} öz sözümüz"
    )


def test_paths_follow_the_parents(directory):
    for model in (Structure, Topic):
        for row in model.objects.select_related("parent"):
            assert row.path == f"{row.parent.path if row.parent else '/'}{row.code}/"
    assert Structure.objects.get(code="dvx-ganja").path == "/ministry/dvx/dvx-ganja/"
    assert Topic.objects.filter(is_outside=True).exists()
    assert TopicQuestion.objects.filter(kind="choice").exclude(choices=[]).exists()


def test_rules_of_information_requests_become_sorts_of_inquiry(directory):
    rules = TermRule.objects.filter(kind=Kind.INQUIRY, step=TermRule.Step.ANSWER)
    terms = {(r.inquiry_sort, r.needs_study): (r.quantity, r.unit) for r in rules}
    assert terms == {
        ("", False): (15, "working_days"),
        ("", True): (30, "working_days"),
        (InquirySort.INFORMATION, False): (7, "working_days"),
        (InquirySort.TOPICAL, False): (24, "hours"),
        (InquirySort.DANGER, False): (48, "working_day_hours"),
    }
    assert set(TermRule.objects.values_list("step", flat=True)) <= set(TermRule.Step.values)
    assert not TermRule.objects.exclude(kind__in=Kind.values).exists()


def test_the_mask_the_calendar_and_the_competences_are_there(directory):
    assert text_setting("registration_mask", "") == "ÇM-{year}-{serial:06d}"
    assert CalendarDay.objects.filter(date="2015-03-20").exists()
    assert CalendarDay.objects.filter(is_estimated=True).exists()
    assert Competence.objects.filter(structure__code="dvx", topic__code="tax").exists()


def test_an_emptied_calendar_is_not_mixed_with_an_administrators(directory):
    CalendarDay.objects.exclude(date="2026-01-01").delete()
    _load()
    assert CalendarDay.objects.count() == 1


def test_verify_journal_counts_what_holds_and_names_what_was_changed(cast, make_appeal):
    one, _other = make_appeal(), make_appeal(caller_phone=PHONE)
    take(one.pk, by=cast.aysel)
    out = io.StringIO()
    call_command("verify_journal", stdout=out)
    assert out.getvalue().strip() == "2 appeals, 3 entries: the chain holds."

    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE appeals_entry DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE appeals_entry SET note = 'x' WHERE appeal_id = %s AND sequence = 2", [one.pk]
        )
        connection.check_constraints()  # nothing may be pending when the trigger is put back
        cursor.execute("ALTER TABLE appeals_entry ENABLE TRIGGER USER")
    assert Entry.objects.filter(note="x").count() == 1
    err = io.StringIO()
    with pytest.raises(CommandError) as refused:
        call_command("verify_journal", stderr=err)
    assert refused.value.returncode == 1
    assert err.getvalue().strip() == (
        f"{one.number}, entry 2: the entry was changed after it was written"
    )
