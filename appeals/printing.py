"""Letters in one PDF for the printer. Every letter keeps its tags, so that the whole is read aloud
like each of them alone (PDF/UA); its own language stands at its root."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any, BinaryIO
from xml.sax.saxutils import escape

from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<pdfuaid:part>1</pdfuaid:part></rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""


def together(letters: Iterable[tuple[str, BinaryIO]], *, title: str, language: str) -> io.BytesIO:
    """One document of named letters in their order, each beginning on a new sheet."""
    writer = PdfWriter()
    tree = _Tree(writer)
    for name, file in letters:
        reader = PdfReader(file)
        first = len(writer.pages)
        for page in reader.pages:
            writer.add_page(page)
        tree.take(name, reader, first)
        writer.add_outline_item(title=name, page_number=first)
        if len(writer.pages) % 2:
            writer.add_blank_page()
    tree.close()
    _describe(writer, title, language)
    made = io.BytesIO()
    writer.write(made)
    made.seek(0)
    return made


class _Tree:
    """The structure of the whole: one document whose parts are the letters, and for every page the
    elements its marked content belongs to."""

    def __init__(self, writer: PdfWriter) -> None:
        self.writer = writer
        self.kids, self.numbers, self.roles = ArrayObject(), ArrayObject(), DictionaryObject()
        self.root = DictionaryObject({NameObject("/Type"): NameObject("/StructTreeRoot")})
        self.reference = writer._add_object(self.root)
        self.document = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/StructElem"),
                NameObject("/S"): NameObject("/Document"),
                NameObject("/P"): self.reference,
                NameObject("/K"): self.kids,
            }
        )
        self.whole = writer._add_object(self.document)
        self.key = 0

    def take(self, name: str, reader: PdfReader, first: int) -> None:
        """The structure of one letter, whose pages stand in the writer from `first` on."""
        own = reader.root_object.get("/StructTreeRoot")
        if own is None:
            return
        whole: Any = own.get_object().clone(self.writer)
        language = reader.root_object.get("/Lang")
        for kid in _listed(whole["/K"]):
            element = kid.get_object()
            element[NameObject("/S")] = NameObject("/Part")
            element[NameObject("/T")] = TextStringObject(name)
            element[NameObject("/P")] = self.whole
            if language is not None:
                element[NameObject("/Lang")] = TextStringObject(language)
            self.kids.append(kid)
        self.roles.update(whole.get("/RoleMap", {}))
        of_page = dict(_numbered(whole["/ParentTree"]))
        for offset, page in enumerate(reader.pages):
            elements = of_page.get(int(page.get("/StructParents", -1)))
            if elements is None:
                continue
            put = self.writer.pages[first + offset]
            put[NameObject("/StructParents")] = NumberObject(self.key)
            put[NameObject("/Tabs")] = NameObject("/S")
            self.numbers.extend((NumberObject(self.key), elements))
            self.key += 1

    def close(self) -> None:
        parents = DictionaryObject({NameObject("/Nums"): self.numbers})
        self.root.update(
            {
                NameObject("/K"): ArrayObject([self.whole]),
                NameObject("/RoleMap"): self.roles,
                NameObject("/ParentTree"): self.writer._add_object(parents),
                NameObject("/ParentTreeNextKey"): NumberObject(self.key),
            }
        )
        self.writer.root_object[NameObject("/StructTreeRoot")] = self.reference


def _listed(kids: Any) -> list[Any]:
    return list(kids) if isinstance(kids, ArrayObject) else [kids]


def _numbered(tree: Any) -> Iterable[tuple[int, Any]]:
    """Pairs of a number tree, whatever its depth."""
    node = tree.get_object()
    for kid in node.get("/Kids", ()):
        yield from _numbered(kid)
    pairs = node.get("/Nums", ArrayObject())
    for at in range(0, len(pairs), 2):
        yield int(pairs[at]), pairs[at + 1]


def _describe(writer: PdfWriter, title: str, language: str) -> None:
    writer.add_metadata({"/Title": title})
    about = StreamObject()
    about.set_data(XMP.format(title=escape(title)).encode())
    about.update(
        {NameObject("/Type"): NameObject("/Metadata"), NameObject("/Subtype"): NameObject("/XML")}
    )
    yes = BooleanObject(True)
    writer.root_object.update(
        {
            NameObject("/Lang"): TextStringObject(language),
            NameObject("/MarkInfo"): DictionaryObject({NameObject("/Marked"): yes}),
            NameObject("/ViewerPreferences"): DictionaryObject(
                {NameObject("/DisplayDocTitle"): yes}
            ),
            NameObject("/Metadata"): writer._add_object(about),
        }
    )
