"""The desk: who calls, what the topic asks, what is doubtful, what looks alike, what is kept."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appeals.actions import save_applicant, save_draft
from appeals.actions.drafts import sweep_drafts
from appeals.callers import find_callers, phone_start
from appeals.duplicates import similar_to
from appeals.forms import IntakeForm
from appeals.forms.people_lines import lines_of
from appeals.models import (
    Appeal,
    AppealLink,
    Applicant,
    Draft,
    Outcome,
    Region,
    Topic,
    TopicQuestion,
)
from callcenter.errors import NotAllowed, StaleForm
from people.models import Structure

BIDI = "\u202e\u2066\u200f"
NASTY = f"'; DROP TABLE appeals_appeal; -- <script>alert(1)</script> 😀 \0 {BIDI}son"


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def typed(**more: Any) -> dict[str, Any]:
    return {
        "client_id": str(uuid.uuid4()), "kind": "application", "channel": "phone",
        "language": "az", "topic": Topic.objects.get(code="tax-account").pk,
        "text": "Mətn", **more,
    }  # fmt: skip


@pytest.fixture
def known(cast) -> Applicant:
    return save_applicant(
        by=cast.aysel,
        values={"surname": "Həsənova", "given_name": "Nigar", "patronymic": "Elçin qızı",
                "fin": "5ABC123", "voen": "1401555071"},
        phones=["050 212 34 56"],
    )  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "+994 50 212 34 56", "0502123456", "(050) 212-34-56", "994502123456", "50 212 34 56",
        "050 212", "00994 50 212", "həsənova", "HESENOVA nig", "nigar hes",
        "5abc123", "FİN 5ABC123", "1401555071", "VÖEN 1401555071",
    ],
)  # fmt: skip
def test_the_caller_is_found_by_whatever_is_said_first(cast, known, text) -> None:
    assert [one.pk for one in find_callers(cast.aysel, text).people] == [known.pk]


def test_a_registration_number_finds_its_applicant(cast, known, make_appeal) -> None:
    appeal = make_appeal(applicant=known)
    found = find_callers(cast.aysel, appeal.number.replace("ÇM-", "cm "))
    assert (found.appeal, found.people) == (appeal, [known])


@pytest.mark.parametrize("text", ["", "0", "0502", "a", "ab", "\0", "%", "+", "()", "___"])
def test_too_little_finds_nobody(cast, known, text) -> None:
    assert find_callers(cast.aysel, text).people == []


@pytest.mark.parametrize("who", ["manager", "unit_user", "admin"])
def test_applicants_are_only_for_those_who_receive_appeals(cast, known, who) -> None:
    assert find_callers(getattr(cast, who), "050 212 34 56").people == []
    assert client_of(getattr(cast, who)).post(reverse("desk-who")).status_code == 404


@given(st.text(max_size=40))
def test_the_start_of_a_number_is_a_number_or_nothing(text) -> None:
    start = phone_start(text)
    assert start == "" or (start[0] == "+" and start[1:].isdigit())


def test_a_sure_find_is_chosen_by_itself_and_masked(cast, known, make_appeal) -> None:
    make_appeal(applicant=known)
    client = client_of(cast.aysel)
    card = client.post(reverse("desk-who"), {"caller_phone": "050 212 34 56"}).text
    assert f'value="{known.pk}" checked' in card
    assert "Həsənova Nigar" in card
    assert "5ABC123" not in card and "2123456" not in card
    by_name = client.post(reverse("desk-who"), {"who": "həsənova"}).text
    assert f'value="{known.pk}"' in by_name
    assert f'value="{known.pk}" checked' not in by_name
    chosen = client.post(reverse("desk-card"), {"applicant": known.pk}).text
    assert "Həsənova Nigar" in chosen
    assert client.post(reverse("desk-card"), {"applicant": ""}).text.strip() == ""


def test_a_restricted_appeal_is_on_no_card_of_a_stranger(cast, known, make_appeal) -> None:
    secret = make_appeal(by=cast.head, applicant=known, is_restricted=True)
    card = client_of(cast.aysel).post(reverse("desk-card"), {"applicant": known.pk}).text
    assert secret.number not in card


def test_a_doubtful_number_warns_and_does_not_block(cast) -> None:
    client = client_of(cast.aysel)
    for name, value in (("fin", "5ABI123"), ("voen", "1401555070"), ("caller_phone", "12")):
        assert "mark-dot" in client.post(reverse("desk-check"), {name: value}).text
    assert "mark-dot" not in client.post(reverse("desk-check"), {"fin": "5ABC123"}).text
    data = typed(surname="Rza", fin="5ABI123", voen="1401555070", caller_phone="12")
    assert client.post(reverse("desk"), data).status_code == 302
    kept = Appeal.objects.get().applicant
    assert (kept.fin, kept.voen) == ("5ABI123", "1401555070")


def test_a_required_question_is_asked_and_its_answer_kept(cast) -> None:
    topic = Topic.objects.get(code="tax-voen")
    client = client_of(cast.aysel)
    asked = client.post(reverse("desk-questions"), {"topic": topic.pk}).text
    assert 'name="q_payer_kind"' in asked
    refused = client.post(reverse("desk"), typed(topic=topic.pk))
    assert refused.status_code == 422
    assert refused.context["form"].errors.keys() == {"q_payer_kind"}
    wrong = client.post(reverse("desk"), typed(topic=topic.pk, q_payer_kind="uydurma"))
    assert wrong.status_code == 422
    client.post(reverse("desk"), typed(topic=topic.pk, q_payer_kind="hüquqi şəxs"))
    assert Appeal.objects.get().topic_answers == {"payer_kind": "hüquqi şəxs"}


def test_every_sort_of_question_is_read(cast) -> None:
    topic = Topic.objects.get(code="tax-account")
    for code, kind in (("a", "text"), ("b", "number"), ("c", "date"), ("d", "yesno")):
        TopicQuestion.objects.create(topic=topic, code=code, label_az=code, kind=kind)
    client = client_of(cast.aysel)
    bad = client.post(reverse("desk"), typed(q_b="on iki", q_c="31.02.2026", q_d="bəlkə"))
    assert bad.context["form"].errors.keys() == {"q_b", "q_c", "q_d"}
    assert "on iki" in bad.text and "31.02.2026" in bad.text
    client.post(reverse("desk"), typed(q_a="söz", q_b="12", q_c="23.11.2026", q_d="yes"))
    assert Appeal.objects.get().topic_answers == {
        "a": "söz", "b": "12", "c": "2026-11-23", "d": "yes",
    }  # fmt: skip


def test_an_organisation_with_contacts_a_representative_and_a_collective(cast) -> None:
    data = typed(
        organisation_name="“Araz” MMC", voen="1401555071", caller_phone="012 440 00 00",
        contacts="Mühasib Əliyeva Sevda; 050 333 44 55\ninfo@araz.az",
        representative="Vəkil Quliyev Anar, 055 111 22 33", representative_basis="Etibarnamə 12",
        people="Rzayev Elçin; 0501112233\nBəxtiyarov Tural",
    )  # fmt: skip
    assert client_of(cast.aysel).post(reverse("desk"), data).status_code == 302
    appeal = Appeal.objects.get()
    contacts = {c.value: c.person_name for c in appeal.applicant.contacts.all()}
    assert contacts == {
        "+994124400000": "", "+994503334455": "Mühasib Əliyeva Sevda", "info@araz.az": "",
    }  # fmt: skip
    people = [(p.part, p.name, p.phone) for p in appeal.people.order_by("id")]
    assert people == [
        ("signatory", "Rzayev Elçin", "+994501112233"),
        ("signatory", "Bəxtiyarov Tural", ""),
        ("representative", "Vəkil Quliyev Anar", "+994551112233"),
    ]
    assert appeal.is_collective
    assert appeal.applicant.kind == "organisation"


@pytest.mark.parametrize(
    ("text", "name", "reach"),
    [
        ("Əliyev Vüsal; 050 212 34 56", "Əliyev Vüsal", "050 212 34 56"),
        ("050 212 34 56, Əliyev Vüsal", "Əliyev Vüsal", "050 212 34 56"),
        ("Əliyev Vüsal 0502123456", "Əliyev Vüsal", "0502123456"),
        ("info@araz.az", "", "info@araz.az"),
        ("Əliyev Vüsal", "Əliyev Vüsal", ""),
    ],
)
def test_people_are_typed_one_a_line_in_any_order(text, name, reach) -> None:
    [line] = lines_of(text)
    assert (line.name, line.reach) == (name, reach)


def test_no_contact_at_all_is_anonymous_and_has_no_term(cast) -> None:
    client_of(cast.aysel).post(reverse("desk"), typed())
    appeal = Appeal.objects.get()
    assert (appeal.is_anonymous, appeal.due_at) == (True, None)


def test_a_question_answered_in_the_call_needs_no_words_beside_its_topic(cast) -> None:
    outcome = Outcome.objects.get(code="explained")
    data = typed(kind="question", text="", answer_source="Vergi Məcəlləsi 50.8", outcome=outcome.pk)
    assert client_of(cast.aysel).post(reverse("desk"), data).status_code == 302
    appeal = Appeal.objects.get()
    assert (appeal.status, appeal.is_first_contact) == ("closed", True)
    assert appeal.text == appeal.topic.name_az
    assert client_of(cast.aysel).post(reverse("desk"), typed(text="")).status_code == 422


def test_only_a_complaint_names_whom_it_is_about(cast) -> None:
    accused = Structure.objects.get(code="dvx")
    data = typed(complained_structure=accused.pk, complained_official="Filankəsov")
    client = client_of(cast.aysel)
    client.post(reverse("desk"), data)
    client.post(reverse("desk"), {**data, "client_id": uuid.uuid4(), "kind": "complaint"})
    plain, complaint = Appeal.objects.order_by("id")
    assert (plain.complained_structure, plain.complained_official) == (None, "")
    assert (complaint.complained_structure, complaint.complained_official) == (
        accused, "Filankəsov",
    )  # fmt: skip


def test_corruption_is_confidential(cast) -> None:
    client_of(cast.aysel).post(reverse("desk"), typed(is_corruption="on"))
    appeal = Appeal.objects.get()
    assert appeal.is_restricted
    assert not Appeal.objects.visible_to(cast.operator).exists()


def test_another_matter_of_the_same_contact_keeps_the_applicant(cast, known) -> None:
    client = client_of(cast.aysel)
    data = typed(applicant=known.pk, caller_phone="0502123456", visit=uuid.uuid4(), another="1")
    answer = client.post(reverse("desk"), data)
    first = Appeal.objects.get()
    assert answer["Location"] == f"{reverse('desk')}?after={first.pk}"
    page = client.get(answer["Location"])
    form = page.context["form"]
    assert form["applicant"].value() == known.pk
    assert str(form["visit"].value()) == str(data["visit"])
    assert "0502123456" not in answer["Location"]
    second = {**data, "client_id": uuid.uuid4(), "visit": form["visit"].value()}
    second.pop("another")
    client.post(reverse("desk"), second)
    link = AppealLink.objects.get()
    assert (link.first, link.sort) == (first, "same_contact")


# --- what may be registered twice ---------------------------------------------


def test_the_same_persons_appeal_is_found_while_typing(cast, known, make_appeal) -> None:
    topic = Topic.objects.get(code="tax-voen")
    mine = make_appeal(applicant=known, topic=topic, text="VÖEN şəhadətnaməsi itib")
    make_appeal(applicant=known, topic=Topic.objects.get(code="tax-voen"), text="Tamam başqa söz")
    stranger = make_appeal(
        topic=topic, text="VÖEN şəhadətnaməsi itib, dublikat lazımdır", caller_phone="0551234567"
    )
    found = similar_to(cast.aysel, text="voen sehadetnamesi itib", topic=topic, applicant=known)
    assert [each.appeal for each in found][:2] == [mine, stranger]
    assert found[0].is_same_person and not found[1].is_same_person
    by_voen = save_applicant(by=cast.aysel, values={"surname": "Ş", "voen": known.voen})
    again = similar_to(cast.aysel, text="VÖEN şəhadətnaməsi", topic=topic, applicant=by_voen)
    assert again[0].appeal == mine and again[0].is_same_person


def test_old_ended_merged_and_unseen_appeals_are_no_duplicates(cast, known, make_appeal) -> None:
    topic, text = Topic.objects.get(code="tax-voen"), "VÖEN şəhadətnaməsi itib"
    ended = make_appeal(
        applicant=known, topic=topic, text=text, answer="Cavab",
        outcome=Outcome.objects.get(code="explained"),
    )  # fmt: skip
    secret = make_appeal(by=cast.head, applicant=known, topic=topic, text=text, is_restricted=True)
    now = timezone.now()

    def found(user, at) -> list[Appeal]:
        rows = similar_to(user, text=text, topic=topic, applicant=known, now=at)
        return [each.appeal for each in rows]

    assert found(cast.aysel, now) == [ended]
    assert set(found(cast.head, now)) == {ended, secret}
    assert found(cast.aysel, now + dt.timedelta(days=31)) == []


def test_go_on_link_or_merge(cast, known, make_appeal) -> None:
    topic = Topic.objects.get(code="tax-account")
    old = make_appeal(applicant=known, topic=topic, text="Uçotda problem var, düzəldin")
    client = client_of(cast.aysel)
    data = typed(applicant=known.pk, text="Uçotda problem var")
    offered = client.post(reverse("desk-similar"), data).text
    assert f'value="link:{old.pk}"' in offered and f'value="merge:{old.pk}"' in offered
    client.post(reverse("desk"), {**data, "related": f"link:{old.pk}"})
    linked = Appeal.objects.latest("id")
    assert AppealLink.objects.filter(first=linked, second=old).exists()
    merged_data = {**data, "client_id": str(uuid.uuid4()), "related": f"merge:{old.pk}"}
    for _turn in range(2):
        assert client.post(reverse("desk"), merged_data).status_code == 302
    merged = Appeal.objects.latest("id")
    assert (merged.status, merged.merged_into) == ("merged", old)
    assert Appeal.objects.count() == 3
    goes_on = client.post(reverse("desk-again", args=[old.pk]), {"text": "Yenə zəng etdi"})
    assert goes_on["HX-Redirect"] == old.get_absolute_url()
    old.refresh_from_db()
    assert old.contact_count == 3


def test_a_refused_relation_registers_nothing(cast, known, make_appeal) -> None:
    other = save_applicant(by=cast.aysel, values={"surname": "Başqa"})
    old = make_appeal(applicant=other)
    data = typed(applicant=known.pk, related=f"merge:{old.pk}", text="Yazılmış mətn")
    answer = client_of(cast.aysel).post(reverse("desk"), data)
    assert answer.status_code == 422
    assert "Yazılmış mətn" in answer.text
    assert Appeal.objects.count() == 1


# --- drafts -------------------------------------------------------------------


def test_typing_is_kept_listed_taken_up_elsewhere_and_done_when_sent(cast, known) -> None:
    client, client_id = client_of(cast.aysel), str(uuid.uuid4())
    url = reverse("draft-save", args=[client_id])
    data = typed(
        client_id=client_id, text="Yarımçıq mətn", applicant=known.pk, caller_phone="0502123456"
    )
    answer = client.post(url, {**data, "seq": "2"})
    assert "saved_at" in answer.json()
    assert client.post(url, {**data, "text": "köhnə", "seq": "1"}).status_code == 409
    desk = client_of(cast.aysel).get(reverse("desk"))
    assert "+994 50 ••• •• 56 · Yarımçıq mətn" in desk.text
    back = client_of(cast.aysel).get(reverse("desk"), {"draft": client_id})
    assert back.context["form"]["text"].value() == "Yarımçıq mətn"
    assert str(back.context["client_id"]) == client_id
    assert "Həsənova Nigar" in back.text
    client.post(reverse("desk"), data)
    assert not Draft.objects.exists()
    late = client.post(url, {**data, "seq": "3"})
    assert (late.status_code, late.json()["code"]) == (409, "already_sent")
    assert not Draft.objects.exists()


def test_a_draft_is_its_owners_alone(cast) -> None:
    client_id = uuid.uuid4()
    save_draft(client_id, by=cast.aysel, form="intake", values={"text": ["Gizli mətn"]})
    with pytest.raises(NotAllowed):
        save_draft(client_id, by=cast.operator, form="intake", values={})
    stranger = client_of(cast.operator)
    assert "Gizli" not in stranger.get(reverse("desk"), {"draft": client_id}).text
    stranger.post(reverse("draft-drop", args=[client_id]))
    assert Draft.objects.count() == 1
    client_of(cast.aysel).post(reverse("draft-drop", args=[client_id]))
    assert not Draft.objects.exists()


def test_a_draft_of_a_step_is_taken_up_where_it_was_left(cast, make_appeal) -> None:
    appeal = make_appeal()
    client = client_of(cast.aysel)
    do = reverse("appeal-do", args=[appeal.pk, "note"])
    page = client.get(do)
    address = page.context["autosave_url"]
    assert address in page.text.replace("&amp;", "&")
    client.post(address, {"text": "Yarımçıq qeyd", "seq": "1"})
    assert "Yarımçıq qeyd" in client.get(do).text
    listed = client.get(reverse("drafts")).text
    assert appeal.number in listed and do in listed
    client.post(do, {"version": appeal.version, "text": "Bitmiş qeyd"})
    assert not Draft.objects.exists()


def test_two_first_saves_make_one_draft_and_a_later_one_wins(cast) -> None:
    client_id = uuid.uuid4()
    save_draft(client_id, by=cast.aysel, form="intake", values={"text": ["b"]}, sequence=5)
    with pytest.raises(StaleForm):
        save_draft(client_id, by=cast.aysel, form="intake", values={"text": ["a"]}, sequence=4)
    assert Draft.objects.get().values == {"text": ["b"]}


def test_old_drafts_are_forgotten(cast) -> None:
    save_draft(uuid.uuid4(), by=cast.aysel, form="intake", values={})
    assert sweep_drafts(timezone.now() + dt.timedelta(days=29)) == 0
    assert sweep_drafts(timezone.now() + dt.timedelta(days=31)) == 1


# --- bad input ----------------------------------------------------------------


def test_nasty_signs_in_every_field_break_nothing_and_stay_readable(cast) -> None:
    fields = (
        "text", "surname", "given_name", "patronymic", "contacts", "representative",
        "representative_basis", "people", "caller_phone",
    )  # fmt: skip
    client = client_of(cast.aysel)
    answer = client.post(reverse("desk"), typed(**{name: NASTY[:40] for name in fields}))
    assert answer.status_code == 302
    appeal = Appeal.objects.get()
    page = client.get(appeal.get_absolute_url()).text
    assert "<script>alert" not in page
    assert not any(sign in appeal.text + appeal.applicant.surname for sign in "\0" + BIDI)
    client.post(reverse("desk"), typed(text=NASTY))
    kept = Appeal.objects.latest("id").text
    assert "😀" in kept and "son" in kept and "\0" not in kept


@pytest.mark.parametrize(
    "bad",
    [
        {"kind": "hamısı"}, {"topic": "x"}, {"topic": "-1"}, {"topic": "9" * 30},
        {"channel": "göyərçin"}, {"language": "\0"}, {"region": "'"}, {"applicant": "9" * 25},
        {"client_id": "x"}, {"related": "merge:"}, {"visit": "x"}, {"outcome": "x"},
        {"surname": "ə" * 81}, {"fin": "1" * 21}, {"people": "ə" * 60_001},
        {"text": "ə" * 100_001}, {"answer": "cavab", "outcome": ""},
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_and_what_was_typed_stays(cast, bad) -> None:
    data = {**typed(text="Yazılmış mətn"), **bad}
    answer = client_of(cast.aysel).post(reverse("desk"), data)
    assert answer.status_code == 422
    assert data["text"] in answer.text
    assert answer.context["form"].errors
    assert not Appeal.objects.exists() and not Applicant.objects.exists()


def test_a_megabyte_of_text_is_refused_in_words_and_kept_as_a_draft(cast) -> None:
    client, long = client_of(cast.aysel), "ə" * 500_000
    data = typed(text=long)
    assert client.post(reverse("desk"), data).status_code == 422
    saved = client.post(reverse("draft-save", args=[data["client_id"]]), {**data, "seq": "1"})
    assert saved.status_code == 200
    assert Draft.objects.get().values["text"] == [long]


def test_a_topic_retired_meanwhile_is_said_and_the_text_stays(cast) -> None:
    data = typed(text="Yazılmış mətn")
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    Topic.objects.filter(pk=data["topic"]).update(valid_to=yesterday)
    answer = client_of(cast.aysel).post(reverse("desk"), data)
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"topic"}
    assert "Yazılmış mətn" in answer.text


#: Anything a browser could send in a field.
ANY_TEXT = st.text(alphabet=st.characters(codec="utf-8"), max_size=60)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(values=st.dictionaries(st.sampled_from(sorted(IntakeForm.base_fields)), ANY_TEXT))
def test_no_text_in_any_field_is_ever_an_error_of_ours(cast, values) -> None:
    answer = client_of(cast.aysel).post(reverse("desk"), {**typed(), **values})
    assert answer.status_code in (302, 422)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=ANY_TEXT)
def test_no_text_breaks_the_helpers(cast, text) -> None:
    client = client_of(cast.aysel)
    names = ("who", "caller_phone", "applicant", "topic", "text", "related", "fin", "voen", "kind")
    for address in ("who", "card", "questions", "term", "check", "similar"):
        answer = client.post(reverse(f"desk-{address}"), dict.fromkeys(names, text))
        assert answer.status_code == 200, address
    for query in ("draft", "after", "phone"):
        assert client.get(reverse("desk"), {query: text}).status_code == 200


def test_the_topics_carry_how_people_call_them(cast) -> None:
    page = client_of(cast.aysel).get(reverse("desk")).text
    assert 'data-hint="Vergi › Vergi uçotu və qeydiyyat · VÖEN' in page


def test_a_region_and_a_structure_are_found_without_the_mouse(cast) -> None:
    region = Region.objects.order_by("pk")[3]
    client_of(cast.aysel).post(reverse("desk"), typed(region=region.pk))
    assert Appeal.objects.get().region == region


def test_the_htmx_answer_sends_the_browser_on(cast) -> None:
    answer = client_of(cast.aysel).post(reverse("desk"), typed(), headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (
        204, Appeal.objects.get().get_absolute_url(),
    )  # fmt: skip
    # The text kept in the browser goes at once; nothing is written into the session for it.
    assert answer["HX-Trigger"] == "autosave-done"


def test_the_drafts_address_answers_json_to_what_is_no_draft(cast) -> None:
    url = reverse("draft-save", args=[uuid.uuid4()])
    answer = client_of(cast.aysel).post(url, {"seq": "x" * 30, "text": "\0mətn"})
    assert json.loads(answer.text)["saved_at"]
    assert Draft.objects.get().values["text"] == ["mətn"]
