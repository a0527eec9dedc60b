"""Files on the desk in a real browser: dropped, on their way, refused, looked at, taken away."""

from __future__ import annotations

import base64
import zlib
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from appeals.models import Appeal, Attachment
from people.models import AuditEntry
from tests.browsing import axe

pytestmark = [pytest.mark.browser]
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)
ZIP = b"PK\x05\x06" + bytes(18)
#: Lets files fall on an element as a hand does.
DROP = """(place, files) => {
  const carried = new DataTransfer();
  for (const [name, type, text] of files) {
    const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
    carried.items.add(new File([bytes], name, { type }));
  }
  for (const kind of ["dragenter", "dragover", "drop"])
    place.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: carried }));
}"""
#: Remembers every progress bar and how far it came.
WATCH = """place => {
  window.bars = [];
  new MutationObserver(changes => changes.forEach(change => change.addedNodes.forEach(node => {
    const bar = node.querySelector?.("progress");
    if (bar) window.bars.push(bar);
  }))).observe(place, { childList: true, subtree: true });
}"""


@pytest.fixture
def db(open_world: None) -> None:
    """Rows are really committed, once for the module."""


@pytest.fixture
def desk(door, people) -> Page:
    return door.enter(people.aysel, "/desk/")


def picture() -> bytes:
    """A black picture of 8 × 8."""

    def part(kind: bytes, body: bytes) -> bytes:
        return (
            len(body).to_bytes(4) + kind + body + zlib.crc32(kind + body).to_bytes(4)
        )  # fmt: skip

    header = (8).to_bytes(4) * 2 + bytes([8, 0, 0, 0, 0])
    rows = zlib.compress(bytes(9) * 8)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", header) + part(b"IDAT", rows) + part(b"IEND", b"")


def drop(page: Page, *files: tuple[str, str, bytes]) -> None:
    carried = [[name, kind, base64.b64encode(body).decode()] for name, kind, body in files]
    page.locator(".drop").evaluate(DROP, carried)


def test_files_are_dropped_looked_at_and_taken_away(desk):
    desk.locator("[data-upload-list]").evaluate(WATCH)
    drop(
        desk,
        ("qəbz.png", "image/png", picture()),
        ("ərizə.pdf", "application/pdf", PDF),
        ("arxiv.pdf", "application/pdf", ZIP),
    )
    lines = desk.locator("[data-upload-list] li")
    expect(lines.filter(has_text="Look")).to_have_count(2)
    refused = lines.filter(has_text="arxiv.pdf")
    expect(refused).to_contain_text("By its content this is not one of the files taken here")
    bars = desk.evaluate("window.bars.map(bar => [bar.getAttribute('aria-label'), bar.value])")
    assert bars == [["qəbz.png", 100], ["ərizə.pdf", 100], ["arxiv.pdf", 100]]
    axe(desk)
    refused.get_by_role("button").click()
    expect(lines).to_have_count(2)

    desk.reload()
    expect(lines).to_have_count(2)
    desk.locator("#id_topic-box").fill("uçot")
    desk.locator("#id_topic-box").press("Enter")
    desk.locator("#id_text").fill("İki faylla")
    desk.keyboard.press("Control+Enter")
    desk.wait_for_url("**/appeals/**")
    appeal = Appeal.objects.get(text="İki faylla")
    assert set(appeal.attachments.values_list("name", flat=True)) == {"qəbz.png", "ərizə.pdf"}

    for name, shown in (("qəbz.png", "img.preview"), ("ərizə.pdf", "iframe.preview")):
        with desk.context.expect_page() as opened:
            desk.locator("#files li", has_text=name).get_by_role("link", name="Look").click()
        looked = opened.value
        looked.wait_for_load_state()
        expect(looked.locator(shown)).to_be_visible()
        axe(looked, context={"exclude": [["iframe"]]})
        if shown.startswith("img"):
            assert looked.locator(shown).evaluate("image => image.naturalWidth") == 8
        else:
            assert looked.frame(url="**/files/**?show") is not None
        looked.close()
    with desk.expect_download() as taken:
        desk.locator("#files li", has_text="ərizə.pdf").get_by_role("link", name="Download").click()
    assert Path(taken.value.path()).read_bytes() == PDF
    kinds = AuditEntry.objects.filter(object_kind="attachment").values_list("kind", flat=True)
    assert sorted(kinds) == ["download.attachment", "look.attachment", "look.attachment"]

    desk.locator("#files li", has_text="qəbz.png").get_by_role("link", name="Take away").click()
    desk.get_by_role("button", name="Take it away").click()
    expect(desk.locator(".summary")).to_contain_text("Reason")
    axe(desk)
    desk.locator("#id_note").fill("Başqa müraciətindir")
    desk.keyboard.press("Control+Enter")
    desk.wait_for_url("**/appeals/**")
    expect(desk.locator("#files li")).to_have_count(1)
    assert Attachment.objects.get(name="qəbz.png").removed_at is not None


def test_a_file_of_two_gigabytes_is_refused_before_a_byte_leaves(desk, tmp_path):
    large = tmp_path / "video.pdf"
    with large.open("wb") as out:
        out.truncate(2 << 30)
    sent: list[str] = []
    desk.on("request", lambda request: sent.append(request.url))
    desk.locator("#id_files").set_input_files(large)
    expect(desk.locator("[data-upload-list] li")).to_contain_text("larger than 20 MB")
    assert not [url for url in sent if "/files/" in url]


def test_a_file_that_found_no_network_says_so_and_goes_the_second_time(desk):
    desk.context.set_offline(True)
    drop(desk, ("şəbəkəsiz.pdf", "application/pdf", PDF))
    line = desk.locator("[data-upload-list] li", has_text="şəbəkəsiz.pdf")
    expect(line).to_contain_text("No connection")
    desk.context.set_offline(False)
    line.get_by_role("button", name="Close").click()
    drop(desk, ("şəbəkəsiz.pdf", "application/pdf", PDF))
    expect(line).to_contain_text("Look")
