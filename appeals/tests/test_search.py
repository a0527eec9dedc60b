"""The search: any ending, spelling, alphabet and writing; inside the reader's rights; two ways, one answer."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from statistics import mean

import pytest
from django.db import connection
from django.utils import timezone

from appeals import paging
from appeals.actions import assign, correct, save_applicant
from appeals.evaluation import DATA, LATER, PEOPLE, evaluate, mistyped, queries, texts
from appeals.models import Appeal, Applicant, NameWord, Word, WordsRead
from appeals.paging import capped, page_of
from appeals.search import exact, find, find_applicants, is_common, narrow, reading, vocabulary
from appeals.search.query import Part, Term, Wanted
from appeals.search.snippet import snippet
from appeals.search.spelling import allowance, distance, near

pytestmark = pytest.mark.django_db
NEWEST = ("-registered_at", "-id")


def _person(cast, surname: str) -> Applicant:
    return save_applicant(by=cast.aysel, values={"surname": surname, "given_name": "Fidan"})


def numbers(user, text: str) -> set[str]:
    return set(narrow(Appeal.objects.visible_to(user), user, text).values_list("number", flat=True))


def test_at_least_ninety_five_of_a_hundred_wanted_texts_are_found() -> None:
    asked = queries()[::3] + queries(PEOPLE[DATA / "texts.jsonl"])
    outcomes = evaluate(texts(), asked + mistyped(queries(), seed=11)[::4])
    of_people = [one.score for one in outcomes if one.query.kind == "surname"]
    assert mean(score.recall[0] for score in of_people) >= 0.93
    assert mean(score.precision[0] for score in of_people) >= 0.85
    written = [one.score.recall[0] for one in outcomes if one.query.kind != "mistyped"]
    by_chance = [one.score.recall[0] for one in outcomes if one.query.kind == "mistyped"]
    assert mean(written) >= 0.95
    assert mean(by_chance) >= 0.85
    assert mean(one.score.precision[0] for one in outcomes) >= 0.85
    assert not Appeal.objects.exists()


def test_texts_and_queries_of_other_topics_and_words_are_found_as_well() -> None:
    """Written after the search was made: new words, chains of endings, mistakes anywhere in a word,
    Cyrillic, numbers in odd writings; and the same with one mistake more by chance."""
    asked = queries(LATER[1]) + queries(PEOPLE[LATER[0]])
    assert len(asked) >= 130
    outcomes = evaluate(texts(LATER[0]), [*asked, *mistyped(asked, seed=5)])
    written = [one.score for one in outcomes if one.query.kind != "mistyped"]
    by_chance = [one.score for one in outcomes if one.query.kind == "mistyped"]
    assert mean(score.recall[0] for score in written) >= 0.95
    assert mean(score.precision[0] for score in written) >= 0.9
    assert mean(score.recall[0] for score in by_chance) >= 0.85


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("Torpağın icarəsi bitib", "torpaq"),
        ("Torpaq sahəsi alır", "torpağını"),
        ("VÖEN-i ləğv etmək istəyir", "ləğvini"),
        ("Kassa çekindəki məbləğ azdır", "çek"),
        ("Kredit ödənilib", "кредит"),
        ("Lisenziyaların siyahısı", "ЛИСЕНЗИЈА"),
        ("Nəzarət-kassa aparatı xarabdır", "NKA"),
        ("ŞİKAYƏT edir", "sikayet"),
        ("Zəng edin: (050) 212 34 56", "+994 50 212-34-56"),
        ("Zəng edin: 0502123456", "50 212 34 56"),
        ("Sənəd ÇM-2025-000417 ilə göndərilib", "cm2025000417"),
        ("VÖEN: 1401555071", "1401555071"),
        ("Notariusda təsdiq", "нотариус"),
        ("Oyuncaqlar zəhərlidir", "oyuncaqlardakı"),
        ("Göldən duz çıxarılır", "duz gölü"),
        ("Nişanı 90-AA-123 olan maşın", "90AA123"),
        ("Vəsiqə AZE14725836", "aze 14725836"),
        ("ÇM2025000777 üzrə cavab", "çm-2025-000777"),
        ("Telefon 012 498 77 11", "4987711"),
        ("Süd məhsulu turşuyub", "süd"),
        ("Təzə süd turşuyub", "süd məhsulu"),
        ("İstixana tikilir", "теплица"),
        ("Vəkalətnamə itib", "etibarnamə"),
        ("Turagentlik pulu saxlayıb", "turizm agentliyi"),
    ],
)
def test_however_it_is_typed(cast, make_appeal, stored: str, typed: str) -> None:
    wanted = make_appeal(text=stored).number
    make_appeal(text="Başqa bir mövzu")
    vocabulary.refresh()
    assert numbers(cast.aysel, typed) == {wanted}


@pytest.mark.parametrize("typed", ["özəlləşdrmə", "ozelesdirme", "özəlləşdimrə", "xözəlləşdirmə"])
def test_a_mistyped_word_finds_what_was_meant(cast, make_appeal, typed: str) -> None:
    wanted = make_appeal(text="Özəlləşdirmə hərracı").number
    make_appeal(text="Gömrük rüsumu")
    vocabulary.refresh()
    assert numbers(cast.aysel, typed) == {wanted}


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("Məmmədov", "Məmədov"),
        ("Məmmədov", "Мамедов"),
        ("Cəfərova", "Jafarova"),
        ("Quliyev", "Guliyevdən"),
        ("Zeynalova", "Zeynlov"),
        ("Cavadov", "Cavadov"),  # also a FIN with the letter O for a zero
    ],
)
def test_a_mistyped_surname_finds_the_appeals_of_those_who_bear_it(
    cast, make_appeal, stored: str, typed: str
) -> None:
    wanted = make_appeal(applicant=_person(cast, stored)).number
    make_appeal(applicant=_person(cast, "Babayev"))
    vocabulary.refresh()
    assert numbers(cast.aysel, typed) == numbers(cast.auditor, typed) == {wanted}
    assert [one.surname for one in find_applicants(cast.aysel, typed)] == [stored]


def test_a_name_as_it_was_typed_is_not_corrected_while_people_bear_it(cast, make_appeal) -> None:
    wanted = make_appeal(applicant=_person(cast, "Həsənli")).number
    for _turn in range(3):
        make_appeal(applicant=_person(cast, "Həsənov"))
    vocabulary.refresh()
    assert numbers(cast.aysel, "Həsənli") == {wanted}


def test_a_corrected_name_tells_nobody_of_what_they_may_not_see(cast, make_appeal) -> None:
    """Management and structures see no applicants, operators no restricted appeals of others; and the
    words of names are no words of texts."""
    hidden = make_appeal(applicant=_person(cast, "Gizlinov"), text="Kredit")
    seen = make_appeal(applicant=_person(cast, "Babayev"))
    assign(hidden.pk, by=cast.head, to=cast.head)
    correct(hidden.pk, by=cast.head, values={"is_restricted": True})
    vocabulary.refresh()
    for typed in ("Gizlnov", "Gizlinof", "Gizlinov"):
        assert numbers(cast.head, typed) == {hidden.number}
        for reader in (cast.operator, cast.manager, cast.unit_user, cast.admin):
            assert numbers(reader, typed) == set()
    assert numbers(cast.manager, "Babayv") == set()
    assert numbers(cast.operator, "Babayv") == {seen.number}
    assert not Word.objects.filter(word__startswith="gizlin").exists()
    assert (
        find_applicants(cast.manager, "Babayv") == find_applicants(cast.unit_user, "Babayv") == []
    )


def test_a_name_nobody_bears_any_more_is_forgotten_at_night(cast, make_appeal) -> None:
    person = _person(cast, "Köhnəsoyadlı")
    vocabulary.refresh()
    assert NameWord.objects.filter(word="kohnesoyadli").exists()
    save_applicant(by=cast.aysel, applicant_id=person.pk, values={"surname": "Təzəsoyadlı"})
    vocabulary.rebuild()
    assert set(
        NameWord.objects.filter(word__contains="soyadli").values_list("word", flat=True)
    ) == {"tezesoyadli"}
    before = dict(NameWord.objects.values_list("word", "people"))
    vocabulary.refresh()
    assert dict(NameWord.objects.values_list("word", "people")) == before


def test_what_a_word_of_texts_is_nearer_to_is_no_mistyped_name(cast, make_appeal) -> None:
    wanted = {make_appeal(text="Lisenziya müddəti").number for _turn in range(5)}
    make_appeal(applicant=_person(cast, "Lisenziyev"), text="Kassa")
    vocabulary.refresh()
    for typed in ("lisenziya", "lisenzya"):
        assert numbers(cast.aysel, typed) == wanted


def test_a_short_word_does_not_bring_every_word_beginning_with_it(cast, make_appeal) -> None:
    wanted = {make_appeal(text=text).number for text in ("Ev alır", "Evində işıq yoxdur")}
    make_appeal(text="Əvvəl də yazıb, əvəzini istəyir")
    vocabulary.refresh()
    assert numbers(cast.aysel, "ev") == wanted


def test_typed_signs_are_no_operators(cast, make_appeal) -> None:
    wanted = make_appeal(text="Kredit").number
    for typed in ("kredit & ! | :*", "kredit')", "'kredit", "kredit <-> ", "\\kredit\x00"):
        assert numbers(cast.aysel, typed) == {wanted}
    assert numbers(cast.aysel, "&|!:*") == set()


def test_nobody_finds_what_they_may_not_see_not_even_by_a_correction(cast, make_appeal) -> None:
    hidden = make_appeal(text="Gizlinkəşfiyyat barədə məlumat")
    assign(hidden.pk, by=cast.head, to=cast.head)
    correct(hidden.pk, by=cast.head, values={"is_restricted": True})
    vocabulary.refresh()
    for typed in ("gizlinkəşfiyyat", "gizlinkesfiyat", hidden.number):
        assert numbers(cast.operator, typed) == set()
        assert numbers(cast.manager, typed) == set()
        assert numbers(cast.unit_user, typed) == set()
        assert numbers(cast.head, typed) == {hidden.number}


def test_words_are_counted_once_and_anew_the_same(make_appeal) -> None:
    for _turn in range(3):
        make_appeal(text="Kredit kredit")
    assert vocabulary.refresh() == 3
    assert vocabulary.refresh() == 0
    before = dict(Word.objects.values_list("word", "documents"))
    assert before["kredit"] == 3
    assert vocabulary.rebuild() == 3
    assert dict(Word.objects.values_list("word", "documents")) == before
    assert WordsRead.objects.get().appeals == 3


def test_what_was_just_written_waits_in_no_list_that_searches_read(make_appeal) -> None:
    """A minute after it was registered an appeal makes no search of others dearer."""
    make_appeal(text="Kredit")
    vocabulary.refresh()
    with connection.cursor() as cursor:
        for index in ("search_words", "applicant_name_trigrams"):
            cursor.execute("SELECT gin_clean_pending_list(%s::regclass)", [index])
            assert cursor.fetchone() == (0,)
            cursor.execute("SELECT reloptions FROM pg_class WHERE relname = %s", [index])
            assert cursor.fetchone() == (["gin_pending_list_limit=256"],)


def test_without_a_digit_no_number_is_looked_for(cast, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert exact(cast.aysel, "vergi borcu") is None


def test_numbers_of_people_are_no_words(make_appeal) -> None:
    """A year is a word like another; what is longer, or mixed with letters, is somebody's own."""
    make_appeal(text="FIN 5ABC123, telefon 0502123456, kod a1, VÖEN 1401555071, 2024-cü il")
    vocabulary.refresh()
    numbers = set(Word.objects.filter(word__regex=r"[0-9]").values_list("word", flat=True))
    assert "2024" in numbers
    assert all(word.isdigit() and len(word) <= 4 for word in numbers)


def test_the_index_is_asked_for_rare_words_and_the_rest_is_looked_up_in_the_rows() -> None:
    """A long question has common words; to read the index of each would cost more than the rows."""
    counts = {"zeferan": 30, "vergi": 200_000, "senedi": 500_000}
    asked = Wanted([Part([Term((word,))], count) for word, count in counts.items()], of=1_000_000)
    assert asked.asked == "(('zeferan':*))"
    assert asked.checked == "(('vergi':*)) & (('senedi':*))"
    both = Wanted(asked.parts[1:], of=1_000_000)
    assert both.asked == "(('vergi':*)) & (('senedi':*))" and both.checked == ""


def test_people_whose_name_begins_so_come_before_those_who_have_it_elsewhere(cast) -> None:
    names = [("Rəhimov", "Əli"), ("Əliyev", "Vaqif"), ("Əliyeva", "Aygün"), ("Quliyev", "Əli")]
    for surname, given in names:
        save_applicant(by=cast.aysel, values={"surname": surname, "given_name": given})
    found = [person.name for person in find_applicants(cast.aysel, "Eli")]
    assert found == ["Əliyev Vaqif", "Əliyeva Aygün", "Quliyev Əli", "Rəhimov Əli"]
    assert [person.name for person in find_applicants(cast.aysel, "əliyev v")] == ["Əliyev Vaqif"]
    assert [person.name for person in find_applicants(cast.aysel, "Əli Quli")] == ["Quliyev Əli"]
    assert find_applicants(cast.aysel, "ə") == find_applicants(cast.manager, "Eli") == []


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("tarif", "tarif", 0), ("tarfi", "tarif", 1), ("herrc", "herrac", 1), ("kassaa", "kassa", 0.5),
        ("torpag", "torpaq", 0.5), ("qayme", "qaime", 0.5), ("invstsiya", "investisiya", 2),
        ("vergi", "gomruk", float("inf")),
    ],
)  # fmt: skip
def test_how_far_words_are_apart(one: str, other: str, apart: float) -> None:
    assert distance(one, other, 2) == distance(other, one, 2) == apart


def test_two_words_with_one_mistake_between_them_share_a_neighbour() -> None:
    for one, other in (("torpaq", "topraq"), ("kredit", "kredt"), ("cerime", "cirime")):
        assert set(near(one)) & set(near(other))
    assert allowance(3) == 0


@pytest.mark.parametrize("order", [NEWEST, ("due_at", "id"), ("-closed_at", "-id")])
def test_both_ways_of_reading_give_the_same_pages(cast, make_appeal, monkeypatch, order) -> None:
    for number in range(12):
        make_appeal(text="Kredit" if number % 3 else "Gömrük")
    Appeal.objects.filter(pk__in=Appeal.objects.order_by("pk")[:4]).update(due_at=None)
    monkeypatch.setattr(paging, "PAGE", 1)
    rows = Appeal.objects.visible_to(cast.aysel)
    finding = find(cast.aysel, "kredit")
    usual = replace(finding, appeals=900, of=1000, least=900)
    assert is_common(usual, 1) and not is_common(finding, 1)
    assert walked(rows, order, usual) == walked(rows, order, finding)
    assert len(walked(rows, order, finding)) == 8


@pytest.mark.parametrize("furthest", [1, 100])
@pytest.mark.parametrize("order", [NEWEST, ("due_at", "id"), ("-closed_at", "-id")])
def test_words_that_hardly_meet_are_found_behind_a_run_of_other_appeals(
    cast, make_appeal, monkeypatch, order, furthest: int
) -> None:
    """However long the run, and whether it is read through or left to the index of words."""
    wanted = [make_appeal(text="Kredit gömrük").pk for _turn in range(2)]
    for _turn in range(6):
        make_appeal(text="Kredit")
    wanted.append(make_appeal(text="Kredit gömrük").pk)
    monkeypatch.setattr(reading, "FURTHEST", furthest)
    monkeypatch.setattr(reading, "_expected", lambda finding, page: -32)
    monkeypatch.setattr(paging, "is_common", lambda finding, page: True)
    rows = Appeal.objects.visible_to(cast.aysel)
    usual = replace(find(cast.aysel, "kredit gömrük"), appeals=900, of=1000, least=900)
    found = walked(rows, order, usual, size=2)
    assert sorted(found) == sorted(wanted) and len(found) == 3


def walked(rows, order, finding=None, size: int = 3) -> list[int]:
    """All keys from the first page to the last, having gone back to the first and on again."""
    seen, after = [], ""
    while True:
        page = page_of(rows, order, after, "", finding, size)
        if page.previous:
            back = page_of(rows, order, "", page.previous, finding, size)
            assert [row.pk for row in back.rows] == seen[-len(back.rows) :]
        seen += [row.pk for row in page.rows]
        if not page.next:
            return seen
        after = page.next


def test_rows_without_a_date_come_last_and_none_is_lost(make_appeal) -> None:
    for _turn in range(7):
        make_appeal()
    keys = list(Appeal.objects.order_by("pk").values_list("pk", flat=True))
    Appeal.objects.filter(pk__in=keys[:3]).update(due_at=None)
    rows = Appeal.objects.all()
    found = walked(rows, ("due_at", "id"), size=2)
    assert sorted(found) == keys
    assert found[-3:] == keys[:3]


def test_counts_stop_at_the_cap(make_appeal, monkeypatch) -> None:
    for _turn in range(4):
        make_appeal()
    assert capped(Appeal.objects.all()) == "4"
    monkeypatch.setattr(paging, "MOST_COUNTED", 3)
    assert capped(Appeal.objects.all()) == "1 000+"


def test_the_snippet_shows_the_word_that_was_found() -> None:
    text = "Birinci cümlə uzundur. " * 20 + "Sonra krediti ödəyib." + " Davamı var." * 30
    piece = snippet([text, "cavab"], "kredit")
    assert "krediti ödəyib" in piece
    assert piece.startswith("… ") and piece.endswith(" …") and len(piece) < 190
    assert snippet(["Qısa mətn"], "kredit") == "Qısa mətn"
    assert snippet(["Qısa mətn", "Kreditlə"], "kredit") == "Kreditlə"


def test_a_broken_cursor_is_the_start(make_appeal) -> None:
    first = make_appeal()
    rows = Appeal.objects.all()
    for cursor in ("x", "none", "none-", "-5", "2026-1", "99999999999999999999-1", "none-²"):
        assert page_of(rows, NEWEST, cursor).rows == [first]


def test_old_appeals_are_no_reason_to_count_twice(make_appeal) -> None:
    appeal = make_appeal(text="Kredit")
    Appeal.objects.filter(pk=appeal.pk).update(
        registered_at=timezone.now() - dt.timedelta(days=900)
    )
    assert vocabulary.refresh() == 1


def test_the_list_marks_what_was_found_and_escapes_the_rest(cast, make_appeal, client) -> None:
    make_appeal(text="<b>Torpağın</b> icarəsi")
    client.force_login(cast.aysel)
    page = client.get("/search/", {"q": "torpaq"}).text
    assert "&lt;b&gt;<mark>Torpa" in page
    assert "<b>Torpa" not in page
