"""Letters printed together stay readable by a screen reader, each in its own language."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from appeals.actions.sending import deliver
from appeals.models import Applicant, Letter

pytestmark = pytest.mark.django_db


@pytest.fixture
def letters(cast, make_appeal) -> list[Letter]:
    """One in Azerbaijani, one in Russian that is longer than a page."""
    person = Applicant.objects.create(surname="Əliyev", given_name="Rauf", address="Bakı")
    made = []
    for language in ("az", "ru"):
        letter = make_appeal(caller_phone="", applicant=person, language=language).letters.get()
        if language == "ru":
            letter.notice.text = "\n\n".join(f"Абзац {n} " + "слово " * 60 for n in range(20))
            letter.notice.save(update_fields=["text"])
        deliver(letter.notice_id)
        letter.refresh_from_db()
        made.append(letter)
    return made


@pytest.fixture
def printed(cast, letters) -> PdfReader:
    client = Client()
    client.force_login(cast.aysel)
    answer = client.post("/letters/print/", {"pick": [each.pk for each in letters]})
    return PdfReader(io.BytesIO(b"".join(answer.streaming_content)))


def content_of(element: Any, page: int | None = None) -> Iterator[tuple[int, int, int]]:
    """Page, number of the marked content, and the element it belongs to, all by their ids."""
    element = element.get_object()
    page = element.raw_get("/Pg").idnum if "/Pg" in element else page
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, list) else [kids]:
        kid = kid.get_object()
        if isinstance(kid, int):
            yield page, int(kid), element.indirect_reference.idnum
        elif kid.get("/Type") == "/MCR":
            yield kid.raw_get("/Pg").idnum, int(kid["/MCID"]), element.indirect_reference.idnum
        else:
            yield from content_of(kid, page)


def test_every_letter_is_a_part_with_its_number_and_its_language(printed, letters):
    root = printed.root_object
    assert root["/MarkInfo"]["/Marked"] is True or root["/MarkInfo"]["/Marked"].value is True
    assert "pdfuaid:part>1<" in root["/Metadata"].get_object().get_data().decode()
    (whole,) = root["/StructTreeRoot"]["/K"]
    parts = [part.get_object() for part in whole.get_object()["/K"]]
    assert [(part["/T"], part["/Lang"]) for part in parts] == [
        (letters[0].number, "az"),
        (letters[1].number, "ru"),
    ]
    assert [item.title for item in printed.outline] == [each.number for each in letters]


def test_all_marked_content_of_all_pages_belongs_to_an_element_as_it_did_alone(printed, letters):
    tree = printed.root_object["/StructTreeRoot"]
    numbers = tree["/ParentTree"]["/Nums"]
    parents = {int(numbers[at]): numbers[at + 1].get_object() for at in range(0, len(numbers), 2)}
    by_page = {
        page.indirect_reference.idnum: parents[int(page["/StructParents"])]
        for page in printed.pages
        if "/StructParents" in page
    }
    content = list(content_of(tree["/K"][0]))
    for page, number, owner in content:
        assert by_page[page][number].indirect_reference.idnum == owner
    assert len(content) == sum(len(elements) for elements in by_page.values())
    alone = [PdfReader(each.file.open("rb")) for each in letters]
    assert len(alone[1].pages) > 1
    told = sum(len(list(content_of(one.root_object["/StructTreeRoot"]["/K"][0]))) for one in alone)
    assert len(content) == told
    assert len(by_page) == sum(len(one.pages) for one in alone)
