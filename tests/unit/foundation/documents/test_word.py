"""What Word and its screen readers need besides the texts."""

from __future__ import annotations

import io

import docx
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from lxml import etree

from safehub.foundation.documents.tree import Document, Heading, Table
from safehub.foundation.documents.word import to_word

from .examples import AWKWARD, rich_document
from .reading_back import parts_of_word


def opened(document: Document) -> WordDocument:
    return docx.Document(io.BytesIO(to_word(document)))


def turned(word: WordDocument) -> list[bool]:
    return [(section.page_width or 0) > (section.page_height or 0) for section in word.sections]


def test_every_table_repeats_its_headings_and_splits_no_row() -> None:
    tables = opened(rich_document(*AWKWARD)).tables
    assert len(tables) == 4
    for table in tables:
        rows = table._tbl.tr_lst
        assert rows[0].find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        assert all(row.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in rows)
        properties = table._tbl.tblPr
        assert properties.find(qn("w:tblCaption")) is not None
        assert properties.find(qn("w:tblDescription")) is not None


def test_pictures_carry_their_alternatives() -> None:
    drawn = opened(rich_document()).element.body.iter(qn("wp:docPr"))
    found = [(picture.get("name"), picture.get("descr")) for picture in drawn]
    assert found[1] == ("Figure 2", 'Alternative with "quotes" & <angles>')
    assert len(found) == 3


def test_fields_are_filled_in_and_nothing_asks_for_an_update() -> None:
    parts = parts_of_word(to_word(rich_document()))
    body = etree.fromstring(parts["word/document.xml"])
    instructions = [(text.text or "").strip() for text in body.iter(qn("w:instrText"))]
    assert instructions[0] == r'TOC \o "1-2" \n \h'
    assert instructions.count(r"SEQ Table \* ARABIC") == 4
    assert instructions.count(r"SEQ Figure \* ARABIC") == 3
    kinds = [mark.get(qn("w:fldCharType")) for mark in body.iter(qn("w:fldChar"))]
    assert kinds == ["begin", "separate", "end"] * (len(kinds) // 3)
    assert b"updateFields" not in parts["word/settings.xml"]
    footer = next(part for name, part in parts.items() if name.startswith("word/footer"))
    assert b"NUMPAGES" in footer


def test_links_of_the_contents_lead_to_headings() -> None:
    body = etree.fromstring(parts_of_word(to_word(rich_document()))["word/document.xml"])
    links = [link.get(qn("w:anchor")) for link in body.iter(qn("w:hyperlink"))]
    names = [mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))]
    assert links == names
    assert len(set(names)) == len(names) > 1


def test_styles_are_real_and_the_language_is_british() -> None:
    word = opened(rich_document("x"))
    used = {paragraph.style and paragraph.style.name for paragraph in word.paragraphs}
    assert {"Title", "Subtitle", "Heading 1", "Heading 2", "Heading 3", "List Bullet"} <= used
    assert {"Caption", "Notice", "Labelled", "Table Note"} <= used
    assert {table.style and table.style.name for table in word.tables} == {"Safehub Table"}
    assert {lang.get(qn("w:val")) for lang in word.styles.element.iter(qn("w:lang"))} == {"en-GB"}
    properties = word.core_properties
    assert (properties.title, properties.author) == ("Case audit & <report>", "Safehub")


def test_wide_table_turns_its_page_and_takes_its_heading_along() -> None:
    wide = Table("W", tuple(f"Standard {n}" for n in range(14)), (("1 of 56",) * 14,))
    word = opened(Document("T", "", (Heading(1, "a"), Heading(2, "b"), wide, Heading(1, "c"))))
    assert turned(word) == [False, True, False]
    last = opened(Document("T", "", (Heading(1, "a"), wide)))
    assert turned(last) == [False, True]


def test_parts_are_dated_alike_and_hold_no_leftovers() -> None:
    parts = parts_of_word(to_word(rich_document()))
    assert not [name for name in parts if "thumbnail" in name or "customXml" in name]
    for name, part in parts.items():
        if name.endswith((".xml", ".rels")):
            etree.fromstring(part)
