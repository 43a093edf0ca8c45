"""The report of real runs, read back from its four files as other programs read them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import docx
import pypdf
import pytest

from unit.foundation.documents.reading_back import (
    squeezed,
    text_of_pdf,
    texts_of_html,
    texts_of_json,
    texts_of_word,
)

from .drafts import MEADOWSHIRE, NORTHAMPTONSHIRE
from .runs import Outcome

Real = Callable[..., Outcome]
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
RUNS = pytest.mark.parametrize(
    ("pack", "previous"),
    [(MEADOWSHIRE, None), (NORTHAMPTONSHIRE, None), (NORTHAMPTONSHIRE, MEADOWSHIRE)],
    ids=["meadowshire", "northamptonshire", "compared"],
)


def word_of(outcome: Outcome) -> bytes:
    return (outcome.publishable / "report.docx").read_bytes()


@RUNS
def test_four_reports_say_the_same(real: Real, pack: Path, previous: Path | None) -> None:
    outcome = real(pack, previous)
    said = texts_of_json(outcome.report["document"])
    assert len(said) > 200
    html = (outcome.publishable / "report.html").read_text(encoding="utf-8")
    assert texts_of_html(html) == said
    assert texts_of_word(word_of(outcome)) == said
    pdf = (outcome.publishable / "report.pdf").read_bytes()
    assert text_of_pdf(pdf) == squeezed("".join(said))


@RUNS
def test_figures_of_the_report_are_those_of_its_data(
    real: Real, pack: Path, previous: Path | None
) -> None:
    outcome = real(pack, previous)
    said = " ".join(texts_of_word(word_of(outcome)))
    for agency in outcome.report["agencies"]:
        met = agency["met_good"]
        if met and met["of"]:
            assert f"{met['n']} of {met['of']} ({met['percent']} %)" in said
    for gap in outcome.report["gaps"]:
        assert gap["text"] in said


@RUNS
def test_every_picture_has_a_text_alternative(
    real: Real, pack: Path, previous: Path | None
) -> None:
    outcome = real(pack, previous)
    pictures = [block for block in outcome.report["document"]["blocks"] if "alternative" in block]
    assert pictures
    assert all(block["alternative"] for block in pictures)
    html = (outcome.publishable / "report.html").read_text(encoding="utf-8")
    drawn = re.findall(r"<svg.*?</svg>", html, re.DOTALL)
    assert len(drawn) == len(pictures)
    assert all("<desc" in svg for svg in drawn)
    described = [
        part.get("descr", "")
        for part in docx.Document(io.BytesIO(word_of(outcome))).element.body.iter()
        if str(part.tag).endswith("}docPr")
    ]
    assert described == [block["alternative"] for block in pictures]


def test_word_has_heading_styles_captions_and_repeated_heading_rows(real: Real) -> None:
    outcome = real(MEADOWSHIRE)
    document = docx.Document(io.BytesIO(word_of(outcome)))
    styles = [str(paragraph.style.name) for paragraph in document.paragraphs if paragraph.style]
    assert {"Heading 1", "Heading 2", "Caption"} <= set(styles)
    headings = [p.text for p in document.paragraphs if p.style and p.style.name == "Heading 1"]
    assert [text.split(".")[0] for text in headings[1:9]] == list("12345678")
    blocks = outcome.report["document"]["blocks"]
    assert styles.count("Caption") == sum("caption" in block for block in blocks)
    assert document.tables
    for table in document.tables:
        assert table.rows[0]._tr.find(f"{W}trPr/{W}tblHeader") is not None


def test_word_has_a_field_for_the_page_number(real: Real) -> None:
    with zipfile.ZipFile(io.BytesIO(word_of(real(MEADOWSHIRE)))) as archive:
        footers = [name for name in archive.namelist() if re.search(r"footer\d*\.xml$", name)]
        texts = [ET.fromstring(archive.read(name)) for name in footers]
    fields = [
        (part.text or part.get(f"{W}instr") or "").strip()
        for root in texts
        for part in root.iter()
        if part.tag in {f"{W}instrText", f"{W}fldSimple"}
    ]
    assert any(field.startswith("PAGE") for field in fields)


def test_pdf_is_tagged_and_names_its_language_and_title(real: Real) -> None:
    outcome = real(NORTHAMPTONSHIRE)
    reader = pypdf.PdfReader(outcome.publishable / "report.pdf")
    root = reader.root_object
    assert root["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert str(root["/Lang"]).startswith("en")
    assert reader.metadata is not None
    assert reader.metadata.title == outcome.report["audit"]["title"]


def test_headings_are_the_sections_of_the_report(real: Real) -> None:
    blocks = real(MEADOWSHIRE).report["document"]["blocks"]
    first = [block["text"] for block in blocks if block.get("level") == 1]
    words = [
        "At a glance",
        *("Background", "Method", "Findings", "What is working well", "What are we worried about"),
        *("Gaps", "Figures by agency", "Next steps and actions"),
    ]
    assert [first[0], *(text.partition(" ")[2] for text in first[1:9])] == words
    assert len(first) == 10


def test_figures_stand_as_n_of_n_with_percent(real: Real) -> None:
    said = texts_of_json(real(NORTHAMPTONSHIRE).report["document"])
    assert any("48 of 56 (85.7 %)" in text for text in said)
    assert any("44 of 60 (73.3 %)" in text for text in said)
    assert any("31 of 35" in text for text in said)
    assert not any("31 of 41" in text for text in said)


def test_picture_has_its_table_beside_it(real: Real) -> None:
    blocks = real(MEADOWSHIRE).report["document"]["blocks"]
    for position, block in enumerate(blocks):
        if "alternative" in block:
            beside = blocks[max(0, position - 2) : position + 3]
            assert any("rows" in one for one in beside)
