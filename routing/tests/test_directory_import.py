"""The directory's CSV: tried out first, every fault with its row and column, taken over whole."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from callcenter.errors import NotAllowed
from people.models import AuditEntry, Structure
from routing.directory import actions, importing, table

pytestmark = pytest.mark.django_db


def faults(text: str, cast) -> list[tuple[int, str]]:
    outcome = importing.try_out(text, by=cast.admin)
    assert all(fault.words for fault in outcome.faults)
    return [(fault.row, fault.column) for fault in outcome.faults]


def test_what_is_exported_is_read_back_without_a_difference(cast):
    actions.change_structure(cast.unit.pk, by=cast.admin, values={"phone": "+994 12 195"})
    text = table.decoded("".join(table.written()).encode())
    assert "'+994 12 195" in text  # a spreadsheet must not compute it
    outcome = importing.try_out(text, by=cast.admin)
    assert (outcome.differences, outcome.faults) == ([], [])
    assert outcome.same == Structure.objects.count()


def test_differences_are_listed_first_and_nothing_is_written_by_looking(cast):
    text = "code,phone\ndvx,195\n"
    outcome = importing.try_out(text, by=cast.admin)
    assert [each.changes for each in outcome.differences] == [(("phone", "", "195"),)]
    cast.unit.refresh_from_db()
    assert cast.unit.phone == "" and not AuditEntry.objects.exists()


def test_children_may_stand_before_their_parents(cast):
    text = (
        "code;category;parent;name_az;competence\n"
        "low;inside;top;Aşağı;trade\n"
        "top;inside;;Yuxarı;\n"
    )  # fmt: skip
    looked = importing.try_out(text, by=cast.admin)
    assert (looked.added, looked.changed, looked.faults) == (2, 0, [])
    done = importing.take_over(text, by=cast.admin, expected=looked.digest)
    assert done.is_applied
    assert Structure.objects.get(code="low").path == "/top/low/"
    assert AuditEntry.objects.filter(kind="structures.imported").count() == 1
    again = importing.try_out(text, by=cast.admin)
    assert (again.differences, again.same) == ([], 2)


def test_a_circle_is_refused_with_its_row(cast):
    own = "code,category,parent,name_az\none,inside,two,Bir\ntwo,inside,one,İki\n"
    assert faults(own, cast) == [(2, "parent")]
    # A circle closed through rows that stand in the directory already.
    child = Structure.objects.filter(parent=cast.other).first()
    assert faults(f"code,parent\nkobia,{child.code}\n", cast) == [(2, "parent")]
    assert faults("code,parent\nkobia,kobia\n", cast) == [(2, "parent")]
    heirs = "code,successor,valid_to\ndvx,kobia,2026-01-01\nkobia,dvx,2026-01-01\n"
    assert faults(heirs, cast) == [(2, "successor")]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("name_az\nBir\n", [(1, "code")]),
        ("code,colour\ndvx,red\n", [(1, "colour")]),
        ("code,phone,phone\ndvx,1,2\n", [(1, "phone")]),
        ("code,phone\ndvx,1\ndvx,2\n", [(3, "code")]),
        ("code,phone\ndvx,1,2\n", [(2, "")]),
        ("code,parent\ndvx,nobody\n", [(2, "parent")]),
        ("code,competence\ndvx,nothing\n", [(2, "competence")]),
        ("code,email\n\ndvx,abc\n", [(3, "email")]),
        ("code,opens_at\ndvx,9 o'clock\n", [(2, "opens_at")]),
        ("code,opens_at\ndvx,09:00\n", [(2, "closes_at")]),
        ("code,answers_within\ndvx,many\nkobia,-3\n", [(2, "answers_within"), (3, "answers_within")]),
        ("code,valid_from\ndvx,31.02.2026\nkobia,\n", [(2, "valid_from")]),
        ("code,valid_from\nkobia,\n", [(2, "valid_from")]),
        ("code,category\ndvx,other\n", [(2, "category")]),
        ("code,name_az\nx y,Bir\nnew-body,Bir\n", [(2, "code")]),
        ("code,name_az\nnew-body,Bir\n", [(2, "category")]),
        ("code,successor\ndvx,kobia\n", [(2, "valid_to")]),
        ("code,valid_to\nkobia,2026-01-01\n", [(2, "successor")]),
        (f"code,phone\ndvx,{'1' * 61}\n", [(2, "phone")]),
        ("code,phone\n\0,1\n", [(1, "")]),
    ],
)  # fmt: skip
def test_every_fault_has_its_row_and_column(text, where, cast):
    before = list(Structure.objects.order_by("pk").values())
    assert faults(text, cast) == where
    assert list(Structure.objects.order_by("pk").values()) == before


def test_what_changed_meanwhile_is_looked_at_again(cast):
    text = "code,phone\ndvx,195\n"
    looked = importing.try_out(text, by=cast.admin)
    actions.change_structure(cast.unit.pk, by=cast.admin, values={"phone": "123"})
    assert not importing.take_over(text, by=cast.admin, expected=looked.digest).is_applied
    cast.unit.refresh_from_db()
    assert cast.unit.phone == "123"


def test_only_an_administrator_reads_a_file_in(cast):
    with pytest.raises(NotAllowed):
        importing.try_out("code,phone\ndvx,195\n", by=cast.head)


def upload(client, raw: bytes):
    return client.post(
        reverse("structures-import"), {"file": SimpleUploadedFile("s.csv", raw, "text/csv")}
    )


def test_the_page_shows_the_differences_and_writes_by_a_second_press(client, cast):
    client.force_login(cast.admin)
    assert client.get(reverse("structures-import")).status_code == 200
    exported = b"".join(client.get(reverse("structures-export")).streaming_content)
    assert exported.decode("utf-8-sig").startswith("code,category,parent")
    bad = upload(client, "code,phone\ndvx,195\nkobia\udcff,1\n".encode("utf-8", "surrogateescape"))
    assert bad.status_code == 422
    wrong = upload(client, b"code,parent\ndvx,nobody\n").content.decode()
    assert "nobody" in wrong and reverse("structures-take") not in wrong
    page = upload(client, b"code,phone\r\ndvx,195\r\n")
    assert reverse("structures-take") in page.content.decode()
    sent = page.context["take"].initial
    stale = client.post(reverse("structures-take"), {**sent, "digest": "0" * 16})
    assert stale.status_code == 409
    done = client.post(reverse("structures-take"), sent)
    assert done["Location"] == reverse("structures")
    cast.unit.refresh_from_db()
    assert cast.unit.phone == "195"


def test_line_ends_of_a_browser_change_nothing(cast):
    """Also within a cell: what was looked at on one machine is what another sends back."""
    text = 'code,address\ndvx,"Bakı\nHəsən bəy Zərdabi 87"\n'
    looked = importing.try_out(text, by=cast.admin)
    done = importing.take_over(text.replace("\n", "\r\n"), by=cast.admin, expected=looked.digest)
    assert done.is_applied
