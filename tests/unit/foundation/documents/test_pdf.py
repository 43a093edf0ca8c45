"""What makes a PDF readable with a screen reader."""

from __future__ import annotations

import copy
import io
from collections import Counter
from typing import Any

import pypdf
import pytest
import typst
from lxml import etree
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from safehub.foundation.documents import pdf
from safehub.foundation.documents.charts import (
    CountRow,
    GradeRow,
    ShareRow,
    counts,
    grades_by_agency,
    shares_with_intervals,
)
from safehub.foundation.documents.lettering import width_of
from safehub.foundation.documents.tree import Document, Paragraph, Picture, Table
from safehub.foundation.documents.typesetting import fonts

from .examples import GRADES, rich_document


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


SCRIPTS = {
    "Arabic": "الشرطة",
    "Thai": "ตำรวจ",
    "Hindi": "पुलिस",
    "Tamil": "போலீஸ்",
    "Urdu": "پولیس",
    "Yoruba": "Ọlọ́pàá",
    "Igbo": "Ụgbọ n̄",
    "Romani": "č̣",
    "Bengali": "পুলিশ",
    "Chinese": "警察",
    "emoji": "Team 🚓 👩‍🚒",
    "pointed Hebrew": "מִשְׁטָרָה",
}


def charted(*names: str) -> Document:
    """The names in a paragraph, a table and each kind of chart."""
    charts = (
        grades_by_agency(GRADES, [GradeRow(name, (1, 2, 3, 4)) for name in names]),
        shares_with_intervals([ShareRow(name, 3, 4, 0.5, 0.9) for name in names]),
        counts([CountRow(name, 3) for name in names]),
    )
    pictures = (Picture(f"Of {names[0]}", f"Counts for {names[0]}.", svg) for svg in charts)
    table = Table("C", ("Agency", names[0]), tuple((name, name) for name in names))
    return Document(names[0], "", (Paragraph(" ".join(names)), table, *pictures))


@pytest.fixture
def pinned_fonts_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine without any other font."""
    pinned = fonts()
    monkeypatch.setattr(pdf, "fonts", lambda **_: pinned)


@pytest.mark.parametrize("name", SCRIPTS.values(), ids=SCRIPTS.keys())
def test_charts_and_tables_in_any_script_come_out(name: str) -> None:
    document = charted(name, "Housing")
    written = pdf.to_pdf(document)
    assert pdf.to_pdf(document) == written
    reader = pypdf.PdfReader(io.BytesIO(written))
    root: Any = reader.root_object
    assert "pdfuaid:part" in root["/Metadata"].get_object().get_data().decode()
    found = elements(root["/StructTreeRoot"])
    alternatives = [str(element["/Alt"]) for element in found if "/Alt" in element]
    assert alternatives == [f"Counts for {name}."] * 3


def test_only_a_chart_that_needs_it_is_made_of_dots() -> None:
    latin = counts([CountRow("Housing", 3)])
    arabic = counts([CountRow(SCRIPTS["Arabic"], 3)])
    blocks = (Picture("Latin", "a", latin), Picture("Arabic", "b", arabic))
    reader = opened(Document("T", "", blocks))
    assert "Housing" in reader.pages[0].extract_text()
    assert len(reader.pages[0].images) == 1


def test_tall_chart_made_of_dots_is_cut_between_its_rows() -> None:
    svg = counts([CountRow(SCRIPTS["Thai"], place) for place in range(60)])
    pages = opened(Document("T", "", (Picture("p", "a", svg),))).pages
    assert [len(page.images) for page in pages] == [1, 2]


@pytest.mark.usefixtures("pinned_fonts_only")
def test_only_characters_in_no_font_become_code_points() -> None:
    name = "Полиция – Αστυνομία “х” 🚓 警"
    text = " ".join(page.extract_text() for page in opened(charted(name)).pages)
    marked = "Полиция – Αστυνομία “х” [U+1F693] [U+8B66]"
    assert " ".join(text.split()).count(marked) >= 4
    for word in ("Полиция", "Αστυνομία", "–", "“х”"):
        assert text.count(word) == text.count("[U+8B66]")
    assert set("".join(text.split("[U+")[1:])) & set("🚓警") == set()


@pytest.mark.usefixtures("pinned_fonts_only")
def test_font_for_one_character_is_used_beside_another_that_has_none() -> None:
    text = opened(charted(f"🚓 {SCRIPTS['Thai'][0]}я")).pages[0].extract_text()
    assert f"[U+1F693] {SCRIPTS['Thai'][0]}я" in text


@pytest.mark.usefixtures("pinned_fonts_only")
def test_chart_labels_of_code_points_stay_in_their_column(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn: list[str] = []

    def seen(svg: str) -> str:
        drawn.append(svg)
        return svg

    monkeypatch.setattr(pdf, "in_pinned_type", seen)
    pdf.to_pdf(charted(f"{SCRIPTS['Bengali']} {SCRIPTS['Chinese']}"))
    columns = (186.0, 200.0, 236.0)
    for svg, column in zip(drawn[-3:], columns, strict=True):
        labels = [text for text in map(str, etree.fromstring(svg).itertext()) if "+" in text]
        assert len(labels) > 1
        assert max(width_of(label) * 13 for label in labels) < column
        assert "".join(labels).count("[U+") == 7


@pytest.mark.parametrize("word", ["\u05d8\u05c8", "\u05e5\u05b8\u05c9", "\u0b85\u0b81\ufeff"])
def test_letters_that_typst_itself_refuses_become_code_points(word: str) -> None:
    for document in (Document("T", "", (Paragraph(f"Полиция {word} end"),)), charted(f"я {word}")):
        text = opened(document).pages[0].extract_text()
        assert f"[U+{ord(word[-1]):04X}]" in text
        assert "я" in text


def test_copy_of_a_chart_is_its_text() -> None:
    svg = counts([CountRow("Housing", 3)])
    assert copy.deepcopy(svg) == svg
    assert type(copy.deepcopy(svg)) is str
