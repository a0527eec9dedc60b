"""Notices on paper: the PDF, its way by post, the lists, and what did not arrive."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from itertools import product

import pytest
from django.conf import settings as django_settings
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from appeals import actions, tasks
from appeals.actions.sending import WAITS, deliver, due_notices
from appeals.kinds import Kind, LetterState, NoticeChannel, NoticeReason, NoticeState
from appeals.letters import CannotMake, pdf_of
from appeals.models import Appeal, Applicant, Entry, Ground, Letter, Notice, Outcome
from appeals.postal import DEEDS, Deed
from callcenter.errors import AlreadyDone, NotAllowed, RuleBroken
from people.models import Alert, AuditEntry, LegalNumber

pytestmark = pytest.mark.django_db
ADDRESS = "AZ1000, Bakı şəhəri,\nNizami küçəsi 5, mənzil 12"


@pytest.fixture
def person(cast) -> Applicant:
    return Applicant.objects.create(
        surname="Məmmədov", given_name="Əli", patronymic="Ağa oğlu", address=ADDRESS
    )


@pytest.fixture
def refused(cast, make_appeal, person) -> Letter:
    """A refusal to somebody with an address only."""
    appeal = make_appeal(caller_phone="", applicant=person, text="Ərizə")
    actions.leave(
        appeal.pk, by=cast.aysel, ground=Ground.objects.get(code="content"), reason="Ünvan yoxdur"
    )
    return Letter.objects.get(notice__appeal=appeal, notice__reason=NoticeReason.LEFT)


@pytest.fixture
def letter(refused) -> Letter:
    """The same, made."""
    deliver(refused.notice_id)
    refused.refresh_from_db()
    return refused


def text_of(letter: Letter) -> str:
    with letter.file.open("rb") as file:
        pages = PdfReader(io.BytesIO(file.read())).pages
        return " ".join(" ".join(page.extract_text().split()) for page in pages)


def signed_in(user: object) -> Client:
    client = Client()
    client.force_login(user)
    return client


# --- The paper -------------------------------------------------------------------


def test_a_refusal_on_paper_has_number_date_addressee_ground_and_the_way_to_appeal(letter):
    shown = text_of(letter)
    ground = Ground.objects.get(code="content")
    for wanted in (
        django_settings.ORGANISATION, letter.number, f"{letter.dated_on:%d.%m.%Y}",
        "Məmmədov Əli Ağa oğlu", "AZ1000, Bakı şəhəri,", "Nizami küçəsi 5, mənzil 12",
        letter.appeal.number, ground.name_az, ground.how_to_appeal_az, "Ünvan yoxdur",
        "Həsənov Elçin",
    ):  # fmt: skip
        assert wanted in shown, wanted
    assert letter.number == f"{letter.appeal.number}-M2"


@pytest.mark.parametrize(
    ("language", "wanted"),
    [("ru", "оставлено без рассмотрения"), ("en", "was left without consideration")],
)
def test_a_letter_is_in_the_applicants_language_under_the_ministrys_name(
    cast, make_appeal, person, language, wanted
):
    appeal = make_appeal(caller_phone="", applicant=person, language=language)
    ground = Ground.objects.get(code="court")
    actions.leave(appeal.pk, by=cast.aysel, ground=ground, reason="x")
    letter = appeal.letters.get(notice__reason=NoticeReason.LEFT)
    deliver(letter.notice_id)
    letter.refresh_from_db()
    shown = text_of(letter)
    assert wanted in shown
    assert getattr(ground, f"how_to_appeal_{language}") in shown
    assert django_settings.ORGANISATION in shown


def test_ground_and_way_to_appeal_stand_even_where_the_wording_left_them_out(refused):
    Notice.objects.filter(pk=refused.notice_id).update(text="Müraciətiniz baxılmadı.")
    deliver(refused.notice_id)
    refused.refresh_from_db()
    assert Ground.objects.get(code="content").how_to_appeal_az in text_of(refused)


EVIL = '#set text(red) #{sys.exit(1)} $x^2$ *b* _i_ @cite <l> \\ ` "q" ]] [[ // /* #import "x"'


def test_what_was_typed_is_text_and_never_markup(cast, make_appeal, person):
    Applicant.objects.filter(pk=person.pk).update(surname="#panic()", address=f"{EVIL}\n$")
    appeal = make_appeal(caller_phone="", applicant=person)
    outcome = Outcome.objects.get(code="explained")
    actions.close(appeal.pk, by=cast.aysel, outcome=outcome, text=f"{EVIL}\n\n= Başlıq")
    letter = appeal.letters.get(notice__reason=NoticeReason.ANSWERED)
    assert deliver(letter.notice_id) == NoticeState.OWED
    letter.refresh_from_db()
    assert letter.state == LetterState.TO_PRINT
    shown = text_of(letter)
    for piece in ("#panic()", "#set text(red)", "$x^2$", "*b*", "_i_", '#import "x"', "= Başlıq"):
        assert piece in shown, piece


def test_a_letter_made_twice_is_the_same_file_in_the_same_place(refused):
    loaded = Letter.objects.select_related("notice", "appeal__applicant", "appeal__owner")
    text = refused.notice.text
    first = pdf_of(loaded.get(pk=refused.pk), text)
    deliver(refused.notice_id)
    refused.refresh_from_db()
    with refused.file.open("rb") as file:
        kept = file.read()
    assert kept == first == pdf_of(loaded.get(pk=refused.pk), text)
    assert refused.sha256 == hashlib.sha256(kept).hexdigest()
    assert refused.size == len(kept)


def test_a_worker_that_died_after_storing_leaves_no_stray(refused, monkeypatch):
    def dies(*args: object, **kwargs: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Letter, "save", dies)
        with pytest.raises(KeyboardInterrupt):
            deliver(refused.notice_id)
    Notice.objects.filter(pk=refused.notice_id).update(next_attempt_at=timezone.now())
    tasks.send_notice(refused.notice_id)
    refused.refresh_from_db()
    assert refused.state == LetterState.TO_PRINT
    folder = refused.file.name.rpartition("/")[0]
    assert default_storage.listdir(folder)[1] == [f"{refused.client_id}.pdf"]


def test_a_letter_that_cannot_be_made_is_tried_again_and_ends_visibly(cast, refused, monkeypatch):
    def cannot(letter: Letter, text: str) -> bytes:
        raise CannotMake("TypstError")

    monkeypatch.setattr("appeals.actions.letters.pdf_of", cannot)
    for _attempt in range(len(WAITS) + 1):
        Notice.objects.filter(pk=refused.notice_id).update(next_attempt_at=timezone.now())
        state = deliver(refused.notice_id)
    refused.refresh_from_db()
    assert (state, refused.state) == (NoticeState.FAILED, LetterState.NOT_SENT)
    assert Alert.objects.filter(user=cast.head, kind="notice.undelivered").exists()


def test_the_sweep_finds_a_letter_to_be_made_once(refused):
    assert refused.notice_id in due_notices()
    deliver(refused.notice_id)
    assert refused.notice_id not in due_notices()


def test_numbers_of_letters_follow_the_mask_of_the_administrator(cast, make_appeal, person):
    LegalNumber.objects.filter(code="letter_mask").update(value="{number}/çıx-{part}")
    appeal = make_appeal(caller_phone="", applicant=person)
    assert appeal.letters.get().number == f"{appeal.number}/çıx-1"


# --- The way by post ---------------------------------------------------------------


def try_deed(letter: Letter, deed: Deed, by: object) -> Letter:
    today = timezone.localdate()
    if deed == Deed.PRINT:
        return actions.print_letters([letter.pk], by=by)
    if deed == Deed.POST:
        return actions.post_letter(letter.pk, by=by, on=today, number="RR123")
    if deed == Deed.RECEIVE:
        return actions.letter_received(letter.pk, by=by, on=today)
    return actions.letter_returned(letter.pk, by=by, on=today, reason="Ünvanda yaşamır")


def test_every_step_of_a_letter_is_possible_exactly_where_the_table_says(cast, letter):
    for state, deed in product(LetterState, Deed):
        Letter.objects.filter(pk=letter.pk).update(state=state, posted_on=None)
        meta = DEEDS[deed]
        if state in meta.starts:
            try_deed(letter, deed, cast.aysel)
            letter.refresh_from_db()
            assert letter.state == meta.to
            assert Notice.objects.get(pk=letter.notice_id).state == meta.notice
        elif state == meta.to and deed == Deed.PRINT:
            assert try_deed(letter, deed, cast.aysel) == 0
        else:
            with pytest.raises(AlreadyDone if state == meta.to else RuleBroken):
                try_deed(letter, deed, cast.aysel)


@pytest.mark.parametrize("who", ["unit_user", "manager", "auditor", "admin", "other_user"])
def test_nobody_outside_the_sector_moves_a_letter(cast, letter, who):
    with pytest.raises(NotAllowed):
        actions.post_letter(letter.pk, by=getattr(cast, who), on=timezone.localdate())


def test_a_letter_goes_its_way_and_the_journal_tells_it(cast, letter):
    actions.print_letters([letter.pk], by=cast.aysel)
    actions.post_letter(letter.pk, by=cast.aysel, on=timezone.localdate(), number="RR123456789AZ")
    letter.refresh_from_db()
    assert (letter.state, letter.post_number) == (LetterState.POSTED, "RR123456789AZ")
    assert letter.notice.sent_at is not None
    actions.letter_received(letter.pk, by=cast.aysel, on=timezone.localdate())
    kinds = list(Entry.objects.filter(appeal=letter.appeal, kind__startswith="letter.").order_by("id").values_list("kind", flat=True))  # fmt: skip
    assert kinds == ["letter.print", "letter.post", "letter.receive"]
    page = signed_in(cast.aysel).get(letter.appeal.get_absolute_url()).text
    assert letter.number in page


def test_a_letter_that_came_back_goes_to_the_head_and_is_told_by_phone(cast, letter):
    actions.print_letters([letter.pk], by=cast.aysel)
    actions.post_letter(letter.pk, by=cast.aysel, on=timezone.localdate())
    actions.letter_returned(letter.pk, by=cast.aysel, on=timezone.localdate(), reason="Köçüb")
    notice = Notice.objects.get(pk=letter.notice_id)
    assert notice.is_undelivered
    assert Alert.objects.filter(user=cast.head, kind="notice.undelivered").exists()
    told = actions.tell_by_phone(notice.pk, by=cast.aysel)
    assert (told.state, told.told_by, told.again_of_id) == (
        NoticeState.DELIVERED, cast.aysel, notice.pk,
    )  # fmt: skip
    assert Ground.objects.get(code="content").name_az in told.text
    with pytest.raises(AlreadyDone):
        actions.tell_by_phone(notice.pk, by=cast.head)


@pytest.mark.parametrize(
    ("day", "code"),
    [(None, "day_required"), (dt.timedelta(days=1), "day_in_future"),
     (dt.timedelta(days=-3), "day_too_early")],
)  # fmt: skip
def test_a_day_that_cannot_be_is_refused_and_nothing_is_saved(cast, letter, day, code):
    actions.print_letters([letter.pk], by=cast.aysel)
    on = timezone.localdate() + day if day is not None else None
    with pytest.raises(RuleBroken) as refused:
        actions.post_letter(letter.pk, by=cast.aysel, on=on)
    assert (refused.value.code, refused.value.field) == (code, "on")
    letter.refresh_from_db()
    assert letter.state == LetterState.PRINTED


# --- Pages ---------------------------------------------------------------------------


def test_letters_are_ticked_as_printed_and_posted_together(cast, letter):
    client = signed_in(cast.aysel)
    assert letter.number in client.get("/letters/").text
    client.post("/letters/do/", {"list": "print", "pick": [letter.pk]})
    letter.refresh_from_db()
    assert letter.state == LetterState.PRINTED
    refused = client.post("/letters/do/", {"list": "post", "pick": [letter.pk], "on": "32.13.2026"})
    assert refused.status_code == 422
    assert "32.13.2026" in refused.text, "what was typed stays"
    today = f"{timezone.localdate():%d.%m.%Y}"
    client.post("/letters/do/", {"list": "post", "pick": [letter.pk], "on": today})
    letter.refresh_from_db()
    assert (letter.state, letter.posted_on) == (LetterState.POSTED, timezone.localdate())


def test_ticked_letters_are_printed_from_one_pdf_each_on_a_sheet_of_its_own(
    cast, make_appeal, person, letter
):
    second = make_appeal(caller_phone="", applicant=person).letters.get()
    hidden = make_appeal(
        by=cast.operator, kind=Kind.COMPLAINT, caller_phone="", applicant=person, is_restricted=True
    ).letters.get()
    for each in (second, hidden):
        deliver(each.notice_id)
    picked = {"pick": [letter.pk, second.pk, hidden.pk, "x"]}
    answer = signed_in(cast.aysel).post("/letters/print/", picked)
    pages = PdfReader(io.BytesIO(b"".join(answer.streaming_content))).pages
    texts = [page.extract_text() for page in pages]
    assert letter.number in texts[0]
    assert second.number in texts[2]
    assert len(texts) == 4
    assert not any(hidden.number in text for text in texts)
    assert AuditEntry.objects.filter(kind="look.letter", actor=cast.aysel).count() == 2
    assert signed_in(cast.aysel).post("/letters/print/").status_code == 302


def test_the_pdf_is_handed_out_privately_and_every_look_is_written_down(cast, letter):
    address = reverse("letter-file", args=[letter.client_id])
    answer = signed_in(cast.aysel).get(address)
    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    look = AuditEntry.objects.get(kind="download.letter")
    assert (look.actor, look.detail["sha256"]) == (cast.aysel, letter.sha256)
    assert signed_in(cast.unit_user).get(address).status_code == 404
    assert Client().get(address).status_code == 302


def test_a_letter_of_a_restricted_appeal_is_seen_by_those_who_see_the_appeal(
    cast, make_appeal, person
):
    appeal = make_appeal(
        by=cast.aysel, kind=Kind.COMPLAINT, caller_phone="", applicant=person, is_restricted=True
    )
    letter = appeal.letters.get()
    deliver(letter.notice_id)
    for address in (f"/letters/{letter.pk}/", f"/notices/{letter.notice_id}/"):
        assert signed_in(cast.operator).get(address).status_code == 404
        assert signed_in(cast.head).get(address).status_code == 200
    assert letter.number not in signed_in(cast.operator).get("/letters/").text
    assert letter.number in signed_in(cast.aysel).get("/letters/").text


# --- Sent again --------------------------------------------------------------------------


@pytest.fixture
def failed(cast, make_appeal, person) -> Notice:
    """An SMS no gateway took, about an answer."""
    from appeals.actions.sending import UNDER_WAY, give_up

    appeal = make_appeal(applicant=person)
    outcome = Outcome.objects.get(code="not_confirmed")
    actions.close(appeal.pk, by=cast.aysel, outcome=outcome, text="Cavab mətni")
    notice = appeal.notices.get(reason=NoticeReason.ANSWERED)
    give_up(notice.pk, "HTTP 422", UNDER_WAY)
    return notice


def test_what_did_not_arrive_stands_on_the_list_until_somebody_deals_with_it(cast, failed):
    client = signed_in(cast.head)
    number = failed.appeal.number
    assert number in client.get("/notices/").text
    page = client.get(f"/notices/{failed.pk}/").text
    assert "HTTP 422" in page
    assert "+994501112233" not in page, "masked until asked for"
    client.post(f"/notices/{failed.pk}/numbers/")
    assert "+994501112233" in client.get(f"/notices/{failed.pk}/").text
    assert AuditEntry.objects.filter(kind="look.applicant", actor=cast.head).count() == 1
    client.post(f"/notices/{failed.pk}/again/", {"channel": "letter"})
    assert number not in client.get("/notices/").text
    assert Entry.objects.filter(appeal=failed.appeal, kind="notice.again").count() == 1


def test_sent_again_another_way_it_is_worded_for_that_way_with_a_key_of_its_own(cast, failed):
    made = actions.send_again(failed.pk, by=cast.head, channel=NoticeChannel.LETTER)
    assert "Cavab mətni" in made.text
    assert Outcome.objects.get(code="not_confirmed").how_to_appeal_az in made.text
    assert made.client_id != failed.client_id
    assert made.letter.state == LetterState.TO_MAKE


def test_one_that_is_on_its_way_is_not_sent_again(cast, make_appeal):
    notice = make_appeal().notices.get()
    with pytest.raises(RuleBroken) as refused:
        actions.send_again(notice.pk, by=cast.head, channel=NoticeChannel.SMS)
    assert refused.value.code == "not_undelivered"


def test_two_who_deal_with_the_same_notice_send_it_once(cast, failed):
    actions.send_again(failed.pk, by=cast.head, channel=NoticeChannel.SMS)
    with pytest.raises(AlreadyDone):
        actions.send_again(failed.pk, by=cast.aysel, channel=NoticeChannel.SMS)
    assert Appeal.objects.get(pk=failed.appeal_id).notices.filter(again_of=failed).count() == 1


def test_a_way_that_is_not_there_is_refused_beside_its_field(cast, failed):
    answer = signed_in(cast.head).post(f"/notices/{failed.pk}/again/", {"channel": "email"})
    assert answer.status_code == 422
    assert Notice.objects.get(pk=failed.pk).settled_at is None
