"""What makes a PDF readable with a screen reader."""

from __future__ import annotations

import io
from collections import Counter
from typing import Any

import pypdf
import pytest
import typst
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from safehub.foundation.documents import pdf
from safehub.foundation.documents.tree import Document, Paragraph, Picture, Table

from .examples import rich_document


def opened(document: Document) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf.to_pdf(document)))


def elements(node: Any) -> list[DictionaryObject]:
    node = node.get_object() if isinstance(node, IndirectObject) else node
    if isinstance(node, ArrayObject):
        return [element for child in node for element in elements(child)]
    if not isinstance(node, DictionaryObject):
        return []
    below = elements(node["/K"]) if "/K" in node else []
    return [node, *below] if "/S" in node else below


def test_pdf_is_tagged_and_says_so() -> None:
    reader = opened(rich_document("text"))
    root: Any = reader.root_object
    assert root["/MarkInfo"]["/Marked"]
    assert str(root["/Lang"]) == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    metadata = root["/Metadata"].get_object().get_data().decode()
    assert "pdfuaid:part>1<" in metadata or 'pdfuaid:part="1"' in metadata
    assert reader.metadata is not None
    assert reader.metadata.title == "Case audit & <report>"
    assert reader.metadata.get("/CreationDate") is None


def test_headings_tables_and_alternatives_are_in_the_structure() -> None:
    found = elements(opened(rich_document("text")).root_object["/StructTreeRoot"])
    kinds = Counter(str(element["/S"]) for element in found)
    assert kinds["/Table"] == 4
    assert kinds["/TH"] == 3 + 2 + 2 + 14
    assert kinds["/Caption"] == 7
    assert {"/H1", "/H2", "/H3", "/L", "/LI", "/TOC"} <= set(kinds)
    alternatives = [str(element["/Alt"]) for element in found if "/Alt" in element]
    assert "Twelve of 22 were Good." in alternatives


def test_pages_are_a4_and_a_wide_table_lies_on_its_side() -> None:
    sizes = {
        (round(page.mediabox.width), round(page.mediabox.height))
        for page in opened(rich_document("text")).pages
    }
    assert sizes == {(595, 842), (842, 595)}


def test_long_table_repeats_its_headings_and_numbers_its_pages() -> None:
    rows = tuple((f"C-{place}", "text") for place in range(120))
    pages = opened(Document("T", "", (Table("Cases", ("Case", "What"), rows),))).pages
    assert len(pages) > 2
    for number, page in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in page.extract_text()
        assert "Case" in page.extract_text()


def test_cell_longer_than_a_page_is_not_cut() -> None:
    rows = (("a", "word " * 3000 + "end"),)
    text = "".join(
        page.extract_text()
        for page in opened(Document("T", "", (Table("C", ("A", "B"), rows),))).pages
    )
    assert text.count("word") == 3000
    assert "end" in text


def test_word_wider_than_its_line_is_broken() -> None:
    table = Table("C", ("A", "B"), (("x" * 300, "short"),))
    page = opened(Document("T", "", (Paragraph("y" * 300), table))).pages[0]
    lines = page.extract_text().splitlines()
    assert max(len(line) for line in lines) < 110
    assert "".join(lines).count("x") == 300


def test_problem_that_is_not_of_fonts_is_raised() -> None:
    with pytest.raises(typst.TypstError):
        pdf.to_pdf(Document("T", "", (Paragraph("x"), Picture("p", "a", "not an image"))))
