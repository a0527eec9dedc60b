"""Files: proved by content, scanned, kept privately, handed out only to those who may have them."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import socketserver
import struct
import threading
import uuid
import zipfile
from collections.abc import Iterator

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from appeals.actions import attach, attach_to_draft, detach, drop_draft_file
from appeals.actions.attachments import scan_again, sweep_files, unscanned
from appeals.filetypes import allowed, type_of
from appeals.models import Attachment, Draft, Topic
from callcenter.errors import NotAllowed, RuleBroken
from people.models import AuditEntry, LegalNumber

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32
VIRUS = b"%PDF-1.4 EICAR"


def packed(*names: str, mimetype: str = "") -> bytes:
    box = io.BytesIO()
    with zipfile.ZipFile(box, "w") as made:
        if mimetype:
            made.writestr("mimetype", mimetype)
        for name in names:
            made.writestr(name, "x")
    return box.getvalue()


DOCX = packed("[Content_Types].xml", "word/document.xml")


def upload(content: bytes = PDF, name: str = "ərizə.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def stored_files(settings) -> list[str]:
    return [path.name for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]


class Scanner(socketserver.StreamRequestHandler):
    """clamd's INSTREAM, as its protocol is written."""

    def handle(self) -> None:
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack("!I", self.rfile.read(4))[0]:
            content += self.rfile.read(length)
        found = b"EICAR" in content
        self.wfile.write(b"stream: Eicar-Test FOUND\0" if found else b"stream: OK\0")


@pytest.fixture
def clamd(settings) -> Iterator[str]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Scanner) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.CLAMD_URL = f"tcp://127.0.0.1:{server.server_address[1]}"
        yield settings.CLAMD_URL
        server.shutdown()


@pytest.mark.parametrize(
    ("content", "ending"),
    [
        (PDF, "pdf"),
        (PNG, "png"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 20, "jpg"),
        (b"RIFF\0\0\0\0WAVEfmt ", "wav"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "webp"),
        (b"OggS\0", "ogg"),
        (b"ID3\x04", "mp3"),
        (b"\xff\xfb\x90\x00", "mp3"),
        (DOCX, "docx"),
        (packed("[Content_Types].xml", "xl/workbook.xml"), "xlsx"),
        (packed(mimetype="application/vnd.oasis.opendocument.text"), "odt"),
        (packed("a.txt"), "zip"),
        ("Hörmətli əməkdaş".encode(), "txt"),
        (b"MZ\x90\x00\x03", None),
        (b"\x7fELF", None),
        (b"<html><script>alert(1)</script>", None),
        (b"<svg onload=x>", None),
        (b"text\0with zero", None),
        (packed("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), None),
        (b"PK\x03\x04 broken", None),
        (b"", None),
    ],
)
def test_a_file_is_what_its_content_proves(content, ending) -> None:
    found = type_of(io.BytesIO(content))
    assert (found.ending if found else None) == ending


def test_a_letter_cut_at_the_end_of_the_head_is_still_text() -> None:
    for start in range(4):
        text = b"a" * start + "ə".encode() * 3000
        assert type_of(io.BytesIO(text)).ending == "txt"


def test_the_setting_names_the_types_in_any_writing() -> None:
    assert allowed(" .JPEG, pdf,exe ,xls") == {"jpg", "pdf", "doc"}


def test_attaching_tells_the_digest_not_the_name(cast, make_appeal) -> None:
    appeal = make_appeal()
    file = attach(appeal.pk, by=cast.aysel, upload=upload(name="../../Həsənova Nigar.pdf"))
    appeal.refresh_from_db()
    entry = appeal.entries.last()
    assert (entry.kind, entry.personal_digest) == ("attach", hashlib.sha256(PDF).hexdigest())
    assert "Nigar" not in str(entry.changes) + entry.note
    assert file.name == "Həsənova Nigar.pdf"
    assert file.scan == "not_scanned"
    assert "Nigar" not in file.file.name
    with file.file.open() as stored:
        assert stored.read() == PDF


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (packed("a.txt"), "ərizə.pdf", "file_type"),
        (b"MZ\x90\x00", "şəkil.png", "file_type"),
        (b"", "boş.pdf", "file_empty"),
        (PDF + b"\0" * 1024 * 1024, "böyük.pdf", "file_too_large"),
    ],
)
def test_what_may_not_be_kept_leaves_nothing(cast, make_appeal, settings, content, name, code):
    LegalNumber.objects.filter(code="attachment_max_mb").update(value="1")
    appeal = make_appeal()
    with pytest.raises(RuleBroken) as refused:
        attach(appeal.pk, by=cast.aysel, upload=upload(content, name))
    assert refused.value.code == code
    assert not Attachment.objects.exists()
    assert stored_files(settings) == []


def test_there_is_a_most_of_files(cast, make_appeal) -> None:
    LegalNumber.objects.filter(code="attachment_max_count").update(value="2")
    appeal, draft = make_appeal(), uuid.uuid4()
    for _turn in range(2):
        attach(appeal.pk, by=cast.aysel, upload=upload())
        attach_to_draft(draft, by=cast.aysel, upload=upload())
    with pytest.raises(RuleBroken, match="2"):
        attach(appeal.pk, by=cast.aysel, upload=upload())
    with pytest.raises(RuleBroken, match="2"):
        attach_to_draft(draft, by=cast.aysel, upload=upload())


def test_an_infected_file_is_refused_and_written_down(cast, make_appeal, clamd, settings) -> None:
    appeal = make_appeal()
    assert attach(appeal.pk, by=cast.aysel, upload=upload()).scan == "clean"
    with pytest.raises(RuleBroken) as refused:
        attach(appeal.pk, by=cast.aysel, upload=upload(VIRUS))
    assert refused.value.code == "file_infected"
    told = AuditEntry.objects.get(kind="refuse.attachment")
    assert told.detail == {"found": "Eicar-Test", "sha256": hashlib.sha256(VIRUS).hexdigest()}
    assert len(stored_files(settings)) == 1


def test_a_silent_scanner_holds_the_file_back_until_it_answers(
    cast, make_appeal, clamd, settings
) -> None:
    appeal = make_appeal()
    settings.CLAMD_URL = "unix:///nowhere/clamd.sock"
    held = attach(appeal.pk, by=cast.aysel, upload=upload())
    bad = attach(appeal.pk, by=cast.aysel, upload=upload(VIRUS))
    client = client_of(cast.aysel)
    assert client.get(reverse("file", args=[held.client_id])).status_code == 409
    assert unscanned() == [held.pk, bad.pk]
    settings.CLAMD_URL = clamd
    for pk in unscanned():
        scan_again(pk)
    assert unscanned() == []
    assert client.get(reverse("file", args=[held.client_id])).status_code == 200
    assert client.get(reverse("file", args=[bad.client_id])).status_code == 404
    assert AuditEntry.objects.filter(kind="refuse.attachment").count() == 1


def test_files_uploaded_before_registering_go_along(cast, make_appeal) -> None:
    client, draft = client_of(cast.aysel), uuid.uuid4()
    url = reverse("draft-files", args=[draft])
    for name in ("bir.pdf", "iki.pdf"):
        assert name in client.post(url, {"file": upload(name=name)}).text
    assert "bir.pdf" in client.get(url).text
    first = Attachment.objects.get(name="bir.pdf")
    assert client.post(reverse("draft-file-drop", args=[first.pk])).status_code == 200
    assert client_of(cast.operator).get(url).text.strip() == ""
    # Somebody else's file under the same id is nobody's way into the appeal.
    attach_to_draft(draft, by=cast.operator, upload=upload(name="yad.pdf"))
    client.post(
        reverse("desk"),
        {
            "client_id": draft, "kind": "application", "channel": "phone", "language": "az",
            "topic": Topic.objects.get(code="tax-account").pk, "text": "Mətn",
        },
    )  # fmt: skip
    appeal = Attachment.objects.get(name="iki.pdf").appeal
    assert appeal.client_id == draft
    assert [file.name for file in appeal.attachments.all()] == ["iki.pdf"]
    refused = client.post(url, {"file": upload()})
    assert (refused.status_code, refused.json()["code"]) == (409, "already_registered")


def test_a_refused_upload_says_why_in_json(cast) -> None:
    url = reverse("draft-files", args=[uuid.uuid4()])
    answer = client_of(cast.aysel).post(url, {"file": upload(packed("a"), "ərizə.pdf")})
    assert answer.status_code == 409
    assert "pdf" in answer.json()["error"]
    assert client_of(cast.aysel).post(url).json()["code"] == "file_missing"
    assert client_of(cast.unit_user).post(url, {"file": upload()}).status_code == 404


def test_two_gigabytes_are_refused_before_they_are_read(cast, client) -> None:
    answer = client.generic(
        "POST", reverse("draft-files", args=[uuid.uuid4()]), b"", CONTENT_LENGTH=str(2 * 1024**3)
    )
    assert answer.status_code == 413
    assert answer.json()["code"] == "too_long"


def test_a_download_is_harmless_and_written_down(cast, make_appeal) -> None:
    file = attach(make_appeal().pk, by=cast.aysel, upload=upload(PNG, "şəkil.html"))
    client = client_of(cast.aysel)
    answer = client.get(reverse("file", args=[file.client_id]))
    assert b"".join(answer.streaming_content) == PNG
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    shown = client.get(reverse("file", args=[file.client_id]), {"show": ""})
    assert shown["Content-Disposition"].startswith("inline")
    assert client.get(reverse("file-preview", args=[file.client_id])).status_code == 200
    kinds = AuditEntry.objects.filter(object_ref=str(file.pk)).order_by("id")
    assert [entry.kind for entry in kinds] == ["download.attachment", "look.attachment"]


def test_a_text_is_never_shown_inline(cast, make_appeal) -> None:
    file = attach(make_appeal().pk, by=cast.aysel, upload=upload(b"alert(1)", "a.txt"))
    answer = client_of(cast.aysel).get(reverse("file", args=[file.client_id]), {"show": ""})
    assert answer["Content-Disposition"].startswith("attachment")
    preview = reverse("file-preview", args=[file.client_id])
    assert client_of(cast.aysel).get(preview).status_code == 404


def test_who_may_have_a_file(cast, make_appeal) -> None:
    appeal = make_appeal(is_restricted=True)
    mine = attach(appeal.pk, by=cast.aysel, upload=upload())
    url = reverse("file", args=[mine.client_id])
    answers = {
        name: client_of(getattr(cast, name)).get(url).status_code
        for name in ("aysel", "head", "auditor", "operator", "manager", "unit_user", "admin")
    }
    assert answers == {
        "aysel": 200, "head": 200, "auditor": 200,
        "operator": 404, "manager": 404, "unit_user": 404, "admin": 404,
    }  # fmt: skip
    assert Client().get(url).status_code == 302


def test_a_file_is_hidden_with_a_reason_and_stays_stored(cast, make_appeal) -> None:
    appeal = make_appeal()
    file = attach(appeal.pk, by=cast.aysel, upload=upload())
    with pytest.raises(RuleBroken):
        detach(file.pk, by=cast.aysel, reason=" ")
    detach(file.pk, by=cast.aysel, reason="Başqa müraciətindir")
    assert not Attachment.objects.visible_to(cast.head).exists()
    assert default_storage.exists(file.file.name)
    assert appeal.entries.last().note == "Başqa müraciətindir"


def test_nobody_takes_back_a_file_of_another(cast) -> None:
    file = attach_to_draft(uuid.uuid4(), by=cast.aysel, upload=upload())
    with pytest.raises(NotAllowed):
        drop_draft_file(file.pk, by=cast.operator)


def test_the_sweep_takes_what_belongs_to_nothing(cast, make_appeal, settings) -> None:
    kept_draft, lost_draft = uuid.uuid4(), uuid.uuid4()
    Draft.objects.create(client_id=kept_draft, user=cast.aysel, form="intake")
    kept = attach_to_draft(kept_draft, by=cast.aysel, upload=upload())
    lost = attach_to_draft(lost_draft, by=cast.aysel, upload=upload())
    attached = attach(make_appeal().pk, by=cast.aysel, upload=upload())
    now = timezone.now()
    default_storage.save(f"attachments/{now:%Y/%m/%d}/{uuid.uuid4()}", ContentFile(b"x"))
    assert sweep_files(now) == 0
    assert sweep_files(now + dt.timedelta(days=3)) == 2
    assert set(Attachment.objects.values_list("pk", flat=True)) == {kept.pk, attached.pk}
    assert not default_storage.exists(lost.file.name)
    assert len(stored_files(settings)) == 2
