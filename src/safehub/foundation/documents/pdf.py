"""Tagged PDF through Typst. What compiles here has passed Typst's checks for PDF/UA-1."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import Any

import typst

from safehub.foundation.documents.columns import column_shares, turned, type_size
from safehub.foundation.documents.lettering import (
    letters_of,
    on_one_line,
    runs_right_to_left,
    width_of,
)
from safehub.foundation.documents.slices import slices
from safehub.foundation.documents.tree import (
    Block,
    Bullets,
    Document,
    Heading,
    Labelled,
    Notice,
    Paragraph,
    Picture,
    Table,
)
from safehub.foundation.documents.typesetting import FAMILIES, fonts, in_pinned_type, undisplayed

Data = dict[str, Any]

_UPRIGHT_POINTS = 170 / 25.4 * 72
_TURNED_POINTS = 257 / 25.4 * 72
_WIDEST_LABEL = 7.0
# A row is kept on one page only while it surely fits on one.
_LONGEST_WHOLE_CELL = 500
_ROWS_KEPT_TOGETHER = 8
_ATTEMPTS = 4


def to_pdf(document: Document) -> bytes:
    """The report as PDF/UA-1, the same bytes for the same document on any day.

    A character that the fonts of the package lack is looked for in those of the system; one
    that is nowhere stands as its code point, `[U+6797]`, for a report must always come out.
    """
    data = _Composition(document).data()
    written = json.dumps(data, ensure_ascii=False)
    try:
        return _compiled(written)
    except typst.TypstError as problem:
        if not undisplayed(problem):
            raise
    return _with_other_fonts(data, written)


def _with_other_fonts(data: Data, written: str) -> bytes:
    missing: frozenset[str] = frozenset()
    for _ in range(_ATTEMPTS):
        try:
            return _compiled(written, of_the_system=True)
        except typst.TypstError as problem:
            if not undisplayed(problem) - missing:
                break
            missing |= undisplayed(problem)
            written = json.dumps(_marked(data, missing), ensure_ascii=False)
    # A glyph may fail only beside others; then nothing beyond Latin is left to chance.
    foreign = missing | {letter for letter in written if ord(letter) > 0x24F}
    return _compiled(json.dumps(_marked(data, foreign), ensure_ascii=False))


def _compiled(written: str, *, of_the_system: bool = False) -> bytes:
    return typst.compile(
        _template(),
        format="pdf",
        font_paths=fonts(of_the_system=of_the_system),
        ignore_system_fonts=not of_the_system,
        sys_inputs={"document": written, "families": json.dumps(FAMILIES)},
        pdf_standards=["ua-1"],
        timestamp=0,
    )


@cache
def _template() -> bytes:
    return files(__package__).joinpath("report.typ").read_bytes()


def _marked(value: Any, missing: frozenset[str]) -> Any:
    """The data with each missing character as its code point in square brackets."""
    if isinstance(value, str):
        if missing.isdisjoint(value):
            return value
        return "".join(
            f"[U+{ord(letter):04X}]" if letter in missing else letter for letter in value
        )
    if isinstance(value, list):
        return [_marked(part, missing) for part in value]
    if isinstance(value, dict):
        return {name: _marked(part, missing) for name, part in value.items()}
    return value


class _Composition:
    """The document as the data that `report.typ` reads; blank texts are left out."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._turned = turned(document)

    def data(self) -> Data:
        document = self._document
        return {
            "title": document.title,
            "running": on_one_line(document.title),
            "subtitle": _said(document.subtitle) if document.subtitle.strip() else None,
            "language": document.language.split("-"),
            "contents": bool(document.contents()),
            "pages": list(self._pages()),
        }

    def _pages(self) -> Iterator[Data]:
        """Blocks by the way their pages are turned."""
        pairs = enumerate(self._document.captioned())
        for aside, group in groupby(pairs, key=lambda pair: pair[0] in self._turned):
            points = _TURNED_POINTS if aside else _UPRIGHT_POINTS
            yield {
                "turned": aside,
                "blocks": [data for _, pair in group for data in self._block(*pair, points)],
            }

    def _block(self, block: Block, caption: str, points: float) -> Iterator[Data]:
        match block:
            case Heading():
                yield {"block": "heading", "level": block.level, "text": _said(block.text, 26)}
            case Paragraph() if block.text.strip():
                yield {"block": "paragraph", "text": _said(block.text)}
            case Notice() if block.text.strip():
                yield {"block": "notice", "text": _said(block.text)}
            case Bullets():
                items = [_said(item) for item in block.items if item.strip()]
                if items:
                    yield {"block": "bullets", "items": items}
            case Labelled():
                yield from _labelled(block)
            case Table():
                yield _table(block, caption, points)
            case Picture():
                yield {
                    "block": "picture",
                    "caption": _said(caption),
                    "alternative": block.alternative,
                    "parts": [
                        {"svg": in_pinned_type(svg), "share": share}
                        for svg, share in slices(block.svg)
                    ],
                }


def _labelled(block: Labelled) -> Iterator[Data]:
    items = [(label, text) for label, text in block.items if label.strip() or text.strip()]
    if items:
        yield {
            "block": "labelled",
            "narrow": all(width_of(label, bold=True) <= _WIDEST_LABEL for label, _ in items),
            "items": [{"label": _said(label), "text": _said(text)} for label, text in items],
        }


def _table(table: Table, caption: str, points: float) -> Data:
    size = type_size(table)
    shares = column_shares(table, points)
    widths = [(share * points - 8) / size for share in shares]
    rows = [
        {
            "cells": [_said(cell, width) for cell, width in zip(row, widths, strict=True)],
            "breakable": any(len(cell) > _LONGEST_WHOLE_CELL for cell in row),
        }
        for row in table.rows
    ]
    together = len(rows) <= _ROWS_KEPT_TOGETHER and not any(row["breakable"] for row in rows)
    return {
        "block": "table",
        "caption": _said(caption),
        "size": size,
        "shares": shares,
        "numeric": [column in table.numeric for column in range(len(table.headings))],
        "headings": [
            _said(heading, width / 1.08)
            for heading, width in zip(table.headings, widths, strict=True)
        ],
        "rows": rows,
        "together": together,
        "note": _said(table.note) if table.note.strip() else None,
    }


def _said(text: str, width: float = 40.0) -> str | Data:
    """The text, cut wherever a line may break if a word is wider than `width` ems.

    Typst has no emergency breaks: such a word would run out of its column.
    """
    # Typst gives a tab no width.
    text = text.replace("\t", "    ")
    rtl = runs_right_to_left(text)
    if len(text) * 1.1 <= width and not rtl:
        return text
    pieces = [""]
    for word in _words(text):
        if width_of(word.rstrip()) > width:
            pieces += [*letters_of(word), ""]
        else:
            pieces[-1] += word
    if len(pieces) == 1 and not rtl:
        return text
    return {"pieces": [piece for piece in pieces if piece], "rtl": rtl}


def _words(text: str) -> Iterator[str]:
    """Words, each with the spaces that follow it."""
    start = 0
    for place in range(1, len(text)):
        if text[place - 1].isspace() and not text[place].isspace():
            yield text[start:place]
            start = place
    yield text[start:]
