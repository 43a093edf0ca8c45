"""Tagged PDF through Typst. What compiles here has passed Typst's checks for PDF/UA-1."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import Any

import typst

from safehub.foundation.documents.charts import WIDTH, Drawing
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
from safehub.foundation.documents.typesetting import (
    FAMILIES,
    fonts,
    in_pinned_type,
    is_of_letters,
    is_panic,
    png_of,
    undisplayed,
    without_code_points,
)

Data = dict[str, Any]

_UPRIGHT_POINTS = 170 / 25.4 * 72
_TURNED_POINTS = 257 / 25.4 * 72
_WIDEST_LABEL = 7.0
# A row is kept on one page only while it surely fits on one.
_LONGEST_WHOLE_CELL = 500
_ROWS_KEPT_TOGETHER = 8
_ATTEMPTS = 8
_LAST_OF_LATIN = 0x24F
_KEPT = frozenset({"language", "alternative"})


def to_pdf(document: Document) -> bytes:
    """The report as PDF/UA-1, the same bytes for the same document on any day.

    A report must always come out. A character that the fonts of the package lack is looked for
    in those of the system; one that is nowhere stands as its code point, `[U+6797]`. A chart
    whose glyphs would lose their characters goes in as a picture made of dots.
    """
    setting = _Setting()
    for _ in range(_ATTEMPTS):
        found, problem = _tried(document, setting)
        if problem is None:
            return found
        if not is_of_letters(problem):
            raise problem
        better = _mended(document, setting, problem)
        if better == setting:
            break
        setting = better
    # Then nothing is left to chance.
    foreign = frozenset(filter(_is_foreign, "".join(_strings(document))))
    return _compiled(document, replace(setting, marked=setting.marked | foreign))


@dataclass(frozen=True)
class _Setting:
    """What is done to a document so that it comes out; at first, nothing."""

    of_the_system: bool = False
    marked: frozenset[str] = frozenset()
    """The characters, or clusters of them, that stand as their code points."""
    dotted: frozenset[str] = frozenset()
    """The charts that go in as PNG."""
    searched: bool = False


def _tried(document: Document, setting: _Setting) -> tuple[bytes, BaseException | None]:
    try:
        return _compiled(document, setting), None
    except BaseException as problem:
        if isinstance(problem, typst.TypstError) or is_panic(problem):
            return b"", problem
        raise


def _mended(document: Document, setting: _Setting, problem: BaseException) -> _Setting:
    unshown = undisplayed(problem)
    if unshown and not setting.of_the_system:
        return replace(setting, of_the_system=True)
    if unshown - setting.marked:
        # What Typst names may be the neighbours of a character that is nowhere.
        lone = _failing(sorted(unshown - setting.marked), setting)
        return replace(setting, marked=setting.marked | (lone or unshown))
    spelled = _spelled(document, setting.marked)
    charts = [block for block in spelled.blocks if isinstance(block, Picture)]
    dotted = {
        chart.svg for chart in charts if _tried(Document("T", "", (chart,)), setting)[1] is not None
    }
    if without_code_points(problem) and dotted - setting.dotted:
        return replace(setting, dotted=setting.dotted | dotted)
    if setting.searched:
        return setting
    words = {word for text in _strings(document) for word in text.split()}
    foreign = sorted(word for word in words if any(map(_is_foreign, word)))
    parts = sorted({letters for word in foreign for letters in letters_of(word)} - {""})
    faulty = _failing(parts, setting) or _failing(foreign, setting)
    return replace(setting, marked=setting.marked | faulty, searched=True)


def _failing(texts: Sequence[str], setting: _Setting) -> frozenset[str]:
    """Those of the texts that do not come out even alone."""
    if not texts:
        return frozenset()
    blocks = [block for text in texts for block in (Paragraph(text), Notice(text))]
    if _tried(Document("T", "", tuple(blocks)), setting)[1] is None:
        return frozenset()
    if len(texts) == 1:
        return frozenset(texts)
    half = len(texts) // 2
    return _failing(texts[:half], setting) | _failing(texts[half:], setting)


def _is_foreign(letter: str) -> bool:
    return ord(letter) > _LAST_OF_LATIN


def _compiled(document: Document, setting: _Setting) -> bytes:
    data = _Composition(_spelled(document, setting.marked), setting).data()
    return typst.compile(
        _template(),
        format="pdf",
        font_paths=fonts(of_the_system=setting.of_the_system),
        ignore_system_fonts=not setting.of_the_system,
        sys_inputs={
            "document": json.dumps(data, ensure_ascii=False),
            "families": json.dumps(FAMILIES),
        },
        pdf_standards=["ua-1"],
        timestamp=0,
    )


@cache
def _template() -> bytes:
    return files(__package__).joinpath("report.typ").read_bytes()


def _strings(value: Any) -> Iterator[str]:
    """Every text of a document or of a part of it."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _strings(part)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _strings(getattr(value, field.name))


def _spelled(document: Document, marked: frozenset[str]) -> Document:
    """The document with each marked text as its code points in square brackets.

    Charts are drawn again, so that their labels are measured as they will stand. Alternatives
    keep their letters, for they need no font.
    """
    if not marked:
        return document
    longest_first = sorted(marked, key=lambda text: (-len(text), text))
    pattern = re.compile("|".join(map(re.escape, longest_first)))

    def said(text: str) -> str:
        return pattern.sub(lambda found: "".join(map(_code_point, found[0])), text)

    def of(value: Any) -> Any:
        if isinstance(value, Drawing):
            return value.again(said)
        if isinstance(value, str):
            return said(value)
        if isinstance(value, tuple):
            return tuple(map(of, value))
        if is_dataclass(value) and not isinstance(value, type):
            names = [field.name for field in fields(value) if field.name not in _KEPT]
            return replace(value, **{name: of(getattr(value, name)) for name in names})
        return value

    spelled: Document = of(document)
    return spelled


def _code_point(letter: str) -> str:
    return letter if letter.isascii() else f"[U+{ord(letter):04X}]"


class _Composition:
    """The document as the data that `report.typ` reads; blank texts are left out."""

    def __init__(self, document: Document, setting: _Setting) -> None:
        self._document = document
        self._setting = setting
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
                        {
                            **self._drawn(svg, dotted=block.svg in self._setting.dotted),
                            "share": share,
                        }
                        for svg, share in slices(block.svg)
                    ],
                }

    def _drawn(self, svg: str, *, dotted: bool) -> Data:
        if not dotted:
            return {"svg": in_pinned_type(svg)}
        png = png_of(svg, width=WIDTH, of_the_system=self._setting.of_the_system)
        return {"png": list(png)}


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
