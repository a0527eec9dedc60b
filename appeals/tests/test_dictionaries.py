"""What an administrator keeps: every change checked, journalled, and noticed when two save."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from appeals.dictionaries import DICTIONARIES
from appeals.models import Ground, NoticeTemplate, TermRule
from appeals.tests.reception.world import an_official
from appeals.wording import amount_words, mask_faults, missing_of, sms_parts, unit_words
from people.models import AuditEntry, LegalNumber, User

pytestmark = pytest.mark.django_db


def page(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def url(slug: str, row: object) -> str:
    return reverse("dictionary-row", args=[slug, row.pk])


def sent(client: Client, where: str, **changed: object) -> dict[str, object]:
    """What the form would send, with some of it changed."""
    form = client.get(where).context["form"]
    values = {name: form[name].value() for name in form.fields}
    shown = {name: "" if value is None else value for name, value in values.items()}
    days = {n: f"{v:%d.%m.%Y}" for n, v in shown.items() if isinstance(v, dt.date)}
    return {**shown, **days, **changed}


def test_every_list_and_every_row_opens_for_the_administrator_only(cast):
    an_official(cast)
    client = page(cast.admin)
    assert client.get(reverse("dictionaries")).status_code == 200
    for slug, each in DICTIONARIES.items():
        listed = client.get(reverse("dictionary", args=[slug]))
        assert listed.status_code == 200
        row = next(iter(each.rows()))
        assert client.get(url(slug, row)).status_code == 200
        for other in (cast.aysel, cast.head, cast.unit_head, cast.auditor):
            assert page(other).get(url(slug, row)).status_code == 404


def test_what_is_not_confirmed_is_marked_and_can_be_listed_alone(cast):
    client = page(cast.admin)
    shown = client.get(reverse("dictionary", args=["numbers"]), {"unconfirmed": "1"})
    codes = {line["pk"] for _label, lines in shown.context["groups"] for line in lines}
    expected = set(
        LegalNumber.objects.filter(certainty__in=["K", "X"]).values_list("pk", flat=True)
    )
    assert codes == expected
    row = LegalNumber.objects.get(code="registration_mask")
    assert "badge is-warn" in client.get(reverse("dictionary", args=["numbers"])).content.decode()
    assert client.get(url("numbers", row)).context["is_unconfirmed"]


def test_a_changed_number_is_journalled_with_old_and_new(cast):
    client, row = page(cast.admin), LegalNumber.objects.get(code="repeat_window_days")
    assert client.post(
        url("numbers", row), sent(client, url("numbers", row), value="400")
    ).status_code == 302  # fmt: skip
    entry = AuditEntry.objects.get(kind="setting.changed")
    assert (entry.object_ref, entry.actor) == ("repeat_window_days", cast.admin)
    assert entry.detail == {"value": ["365", "400"]}
    assert "365" in client.get(url("numbers", row)).content.decode()


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("repeat_window_days", "a year"),
        ("repeat_window_days", "-1"),
        ("repeat_window_days", "NaN"),
        ("repeat_answers", "2"),  # the law says three
        ("registration_mask", "ÇM-{year}"),
        ("registration_mask", "ÇM-{year}-{serial"),
        ("registration_mask", "ÇM-{year}-{serial}-{secret}"),
        ("registration_mask", "{year}{serial:q}"),
        ("live_hours", "9-18"),
    ],
)
def test_a_value_that_cannot_hold_is_refused_beside_its_field(code, value, cast):
    client, row = page(cast.admin), LegalNumber.objects.get(code=code)
    answer = client.post(url("numbers", row), sent(client, url("numbers", row), value=value))
    assert answer.status_code == 422
    assert answer.context["form"].errors["value"]
    row.refresh_from_db()
    assert row.value != value
    assert not AuditEntry.objects.filter(kind="setting.changed").exists()


def test_two_administrators_saving_one_row_is_noticed(cast):
    client, row = page(cast.admin), LegalNumber.objects.get(code="duplicate_window_days")
    mine = sent(client, url("numbers", row), value="20")
    LegalNumber.objects.filter(pk=row.pk).update(value="15")
    answer = client.post(url("numbers", row), mine)
    assert answer.status_code == 422
    assert answer.context["form"]["value"].value() == "20"
    row.refresh_from_db()
    assert row.value == "15"


def test_a_term_rule_is_followed_by_the_next_from_a_day_on(cast, make_appeal):
    client, rule = page(cast.admin), TermRule.objects.get(code="application-answer")
    before = make_appeal()
    where = url("terms", rule)
    early = client.post(where, sent(client, where, quantity=20, valid_from="01.01.2015"))
    assert early.status_code == 422
    answer = client.post(where, sent(client, where, quantity=20))
    assert answer.status_code == 302
    rule.refresh_from_db()
    assert rule.valid_to is not None
    after = make_appeal()
    assert after.clocks.get().quantity == 20
    before.refresh_from_db()
    assert before.clocks.get().quantity == 15
    assert TermRule.objects.filter(kind="application", step="answer", quantity=20).count() == 1


def test_a_wording_knows_its_placeholders_and_shows_how_it_reads(cast):
    client = page(cast.admin)
    row = NoticeTemplate.objects.get(reason="registered", channel="sms")
    where = url("notices", row)
    answer = client.post(where, sent(client, where, text_az="Salam {name}"))
    assert answer.status_code == 422
    assert "{name}" in str(answer.context["form"].errors["text_az"])
    assert client.post(where, sent(client, where, text_az="№ {number}")).status_code == 302
    assert "ÇM-2026-000123" in client.get(where).content.decode()


def test_a_ground_can_be_added_and_its_code_stands_once(cast):
    client, where = page(cast.admin), reverse("dictionary-new", args=["grounds"])
    values = {
        "code": "state_secret", "name_az": "Dövlət sirri", "article": "8.1",
        "how_to_appeal_az": "Məhkəməyə şikayət verə bilərsiniz.", "order": "9",
    }  # fmt: skip
    assert client.post(where, values).status_code == 302
    assert client.post(where, values).status_code == 422
    assert Ground.objects.filter(code="state_secret").count() == 1
    assert AuditEntry.objects.filter(kind="setting.added", object_ref="state_secret").count() == 1


def test_masks_and_sms_lengths_are_judged_as_they_will_be_used(db):
    assert mask_faults("registration_mask", "ÇM-{year}-{serial:06d}") == ""
    assert mask_faults("registration_mask_joined", "{number}/{part}") == ""
    assert mask_faults("registration_mask", "x" * 40 + "{year}{serial}")
    assert [sms_parts("ə" * n) for n in (1, 70, 71, 134, 135)] == [1, 1, 2, 2, 3]


#: How units are read in English; whatever else a unit is, somebody has to name it first.
READ = {
    "day", "days", "working day", "working days", "hour", "hours", "working hour", "working hours",
    "month", "months", "year", "years", "minutes", "seconds", "characters", "%", "% of the term", "of 5",
    "manats", "MB", "o'clock", "",
}  # fmt: skip


def test_every_number_of_the_law_is_told_in_words_not_in_codes(directory):
    with translation.override("en"):
        told = {unit_words(row.unit, row.value) for row in LegalNumber.objects.all()}
    assert told <= READ


def test_a_unit_agrees_with_its_number_and_a_switch_reads_yes_or_no():
    with translation.override("en"):
        assert amount_words("1", "working_days") == "1 working day"
        assert amount_words("15", "working_days") == "15 working days"
        assert amount_words("90", "percent") == "90 %"
        assert amount_words("true", "bool") == "yes"
        assert amount_words("3", "count") == "3"


def test_no_wording_leaves_out_what_the_law_wants_to_be_told(cast):
    client = page(cast.admin)
    for row in NoticeTemplate.objects.all():
        for language in ("az", "en", "ru"):
            assert missing_of(row.reason, row.channel, getattr(row, f"text_{language}")) == "", row
    refusal = NoticeTemplate.objects.get(reason="left_without_consideration", channel="letter")
    where = url("notices", refusal)
    answer = client.post(where, sent(client, where, text_ru="Обращение {number}: {ground}"))
    assert answer.status_code == 422
    assert "{how_to_appeal}" in str(answer.context["form"].errors["text_ru"])
    refusal.refresh_from_db()
    assert "{how_to_appeal}" in refusal.text_ru
