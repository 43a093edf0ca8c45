"""The four renderings say the same, whatever the texts hold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safehub.foundation.documents import pdf
from safehub.foundation.documents.html import to_html
from safehub.foundation.documents.pdf import to_pdf
from safehub.foundation.documents.tree import Document, Heading, Paragraph, Picture, Table
from safehub.foundation.documents.typesetting import fonts
from safehub.foundation.documents.word import to_word

from .examples import AWKWARD, BIDI_CONTROLS, RIGHT_TO_LEFT, UNCOVERED, rich_document
from .reading_back import (
    squeezed,
    text_of_pdf,
    texts_of_html,
    texts_of_json,
    texts_of_word,
)

EVERY_TEXT = (*AWKWARD, *RIGHT_TO_LEFT, *BIDI_CONTROLS, *UNCOVERED)


def spelled_out(text: str) -> str:
    """The text of a PDF with code points in brackets turned back into their characters."""
    return re.sub(r"\[U\+([0-9A-F]{4,6})\]", lambda code: chr(int(code[1], 16)), text)


def visible(text: str) -> str:
    return "".join(letter for letter in text if unicodedata.category(letter) != "Cf")


def test_word_html_and_json_hold_every_text_in_order() -> None:
    document = rich_document(*EVERY_TEXT)
    assert texts_of_json(document.as_data()) == document.texts()
    assert texts_of_html(to_html(document)) == document.texts()
    assert texts_of_word(to_word(document)) == document.texts()


def test_pdf_holds_every_text_in_order() -> None:
    document = rich_document(*AWKWARD, *UNCOVERED)
    read = spelled_out(text_of_pdf(to_pdf(document)))
    assert read == squeezed("".join(document.texts()))


@pytest.mark.parametrize("text", [*RIGHT_TO_LEFT, *BIDI_CONTROLS])
def test_pdf_right_to_left_text_keeps_its_letters(text: str) -> None:
    # A PDF draws such a text in the order of the eye, and the dots of Arabic as marks of their own.
    read = text_of_pdf(to_pdf(Document("T", "", (Paragraph(text),))))
    assert set(visible(read)) == set(visible(squeezed("T" + text)))


def test_pdf_of_a_character_in_no_font_gives_its_code_point(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pinned = fonts()
    monkeypatch.setattr(pdf, "fonts", lambda **_: pinned)
    read = text_of_pdf(to_pdf(Document("T", "", (Paragraph("Lin 林, ਗੁ"),))))
    assert read == "TLin[U+6797],[U+0A17][U+0A41]"


def test_pdf_of_a_chart_with_a_character_in_no_font_comes_out() -> None:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 99 20" width="99" height="20"'
        ' font-family="Arial, Arimo, sans-serif"><text y="15">\ue123</text></svg>'
    )
    document = Document("T", "", (Picture("C", "A", svg),))
    assert text_of_pdf(to_pdf(document)).startswith("TFigure1:CA")
    assert texts_of_word(to_word(document)) == document.texts()


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(text=texts, label=texts)
@settings(deadline=None, max_examples=40)
def test_any_text_survives_html_and_word(text: str, label: str) -> None:
    table = Table(label, (label, "B"), ((text, label),), note=text)
    document = Document("T", text, (Heading(1, label), Paragraph(text), table))
    assert texts_of_html(to_html(document)) == document.texts()
    assert texts_of_word(to_word(document)) == document.texts()


@given(text=texts)
@settings(deadline=None, max_examples=25)
def test_any_text_comes_out_as_pdf(text: str) -> None:
    document = Document("T", "", (Heading(1, f"H{text}"), Table("C", ("A",), ((text,),))))
    assert to_pdf(document).startswith(b"%PDF")


@pytest.mark.parametrize("render", [to_html, to_word, to_pdf])
def test_the_same_document_gives_the_same_file(
    render: Callable[[Document], str | bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = render(rich_document(*AWKWARD))
    monkeypatch.setattr("time.time", lambda: 4_000_000_000.0)
    monkeypatch.setattr("time.localtime", lambda *_: (2096, 10, 2, 7, 6, 40, 1, 276, 0))
    assert render(rich_document(*AWKWARD)) == first


def test_characters_that_xml_forbids_become_the_replacement_mark() -> None:
    document = Document("T\x00", "a\r\nb", (Paragraph("x\x0by\ufffez\ud800"),))
    assert document.texts() == ["T\ufffd", "a\nb", "x\ufffdy\ufffdz\ufffd"]
    assert texts_of_word(to_word(document)) == document.texts()
    assert texts_of_html(to_html(document)) == document.texts()
