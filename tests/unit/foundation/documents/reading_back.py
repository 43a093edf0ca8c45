"""Reads each kind of file as another program would, knowing nothing of how it was written."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import docx
import pypdf
from lxml import etree
from pypdf.generic import (
    ArrayObject,
    ContentStream,
    DictionaryObject,
    IndirectObject,
    NameObject,
    TextStringObject,
)

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_VOID = {"meta", "br", "rect", "line", "circle"}


def texts_of_json(data: dict[str, Any]) -> list[str]:
    """The texts of the JSON rendering in reading order."""
    texts = [data["title"], data["subtitle"]]
    for block in data["blocks"]:
        texts += [block[name] for name in ("caption", "text", "alternative") if name in block]
        for item in block.get("items", ()):
            texts += [item] if isinstance(item, str) else item
        texts += block.get("headings", ())
        texts += [cell for row in block.get("rows", ()) for cell in row]
        texts.append(block.get("note", ""))
    return _present(texts)


def texts_of_word(file: bytes) -> list[str]:
    """Paragraphs, cells and text alternatives in order; the contents list is passed over."""
    body = docx.Document(io.BytesIO(file)).element.body
    texts: list[str] = []
    for paragraph in body.iter(f"{_W}p"):
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        name = "" if style is None else style.get(f"{_W}val", "")
        if not name.startswith("TOC"):
            texts += _texts_of_paragraph(paragraph, labelled=name == "Labelled")
    return _present(texts)


def _texts_of_paragraph(paragraph: etree._Element, *, labelled: bool) -> Iterator[str]:
    label = ""
    text = ""
    for run in paragraph.iter(f"{_W}r"):
        style = run.find(f"{_W}rPr/{_W}rStyle")
        if style is not None and style.get(f"{_W}val") == "Label":
            label += _text_of_run(run)
        else:
            text += _text_of_run(run)
        for described in run.iter(f"{_WP}docPr"):
            yield str(described.get("descr", ""))
    yield from (label, text.removeprefix("\t") if labelled else text)


def _text_of_run(run: etree._Element) -> str:
    marks = {f"{_W}br": "\n", f"{_W}tab": "\t"}
    return "".join(
        marks.get(str(part.tag)) or (part.text or "" if part.tag == f"{_W}t" else "")
        for part in run
    )


def texts_of_html(page: str) -> list[str]:
    """The texts of the page in order, without the contents list and the words in charts."""
    reader = _Page()
    reader.feed(page)
    reader.close()
    return _present(reader.texts)


class _Page(HTMLParser):
    _HOLDERS = frozenset(
        ["h1", "h2", "h3", "h4", "p", "li", "dt", "dd", "caption", "th", "td", "figcaption", "desc"]
    )

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            return
        self._open.append(tag)
        if tag in self._HOLDERS:
            self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "nav" not in self._open and self._open and self._open[-1] in self._HOLDERS:
            self.texts[-1] += data


def text_of_pdf(file: bytes) -> str:
    """What a screen reader is given, in the order of the structure tree, spaces made single.

    Footers and repeated headings are artifacts and so are not in it; the contents list is left
    out. A text alternative stands where its figure does.
    """
    reader = pypdf.PdfReader(io.BytesIO(file))
    marked = {
        page.indirect_reference.idnum: _marked_texts(reader, page)
        for page in reader.pages
        if page.indirect_reference is not None
    }
    root = reader.root_object["/StructTreeRoot"]
    assert isinstance(root, DictionaryObject)
    return squeezed(" ".join(_spoken(root, marked, 0)))


def squeezed(text: str) -> str:
    """The text without spaces: a PDF breaks lines, and the space at a break is not drawn."""
    return re.sub(r"\s+", "", text)


def _spoken(
    node: Any, marked: dict[int, dict[int, str]], page: int, kind: str = ""
) -> Iterator[str]:
    node = node.get_object() if isinstance(node, IndirectObject) else node
    if isinstance(node, ArrayObject):
        for child, following in pairwise([*node, None]):
            # The heading of the contents list goes with it.
            if _kind(following) != "/TOC":
                yield from _spoken(child, marked, page, kind)
    elif isinstance(node, int):
        yield marked[page].get(int(node), "")
    elif isinstance(node, DictionaryObject):
        kind = str(node.get("/S", kind))
        if kind == "/TOC":
            return
        if kind == "/Lbl":
            yield from (text for text in _children(node, marked, page) if text != "•")
            return
        on_page = node.raw_get("/Pg").idnum if "/Pg" in node else page
        if "/MCID" in node:
            yield marked[on_page].get(node.raw_get("/MCID"), "")
        elif kind == "/Figure" and "/Alt" in node:
            yield str(node["/Alt"])
        else:
            yield from _children(node, marked, page)


def _children(
    node: DictionaryObject, marked: dict[int, dict[int, str]], page: int
) -> Iterator[str]:
    if "/K" in node:
        on_page = node.raw_get("/Pg").idnum if "/Pg" in node else page
        yield from _spoken(node.raw_get("/K"), marked, on_page)


def _kind(node: Any) -> str:
    node = node.get_object() if isinstance(node, IndirectObject) else node
    return str(node.get("/S", "")) if isinstance(node, DictionaryObject) else ""


def _marked_texts(reader: pypdf.PdfReader, page: pypdf.PageObject) -> dict[int, str]:
    """The text drawn under each mark of a page."""
    fonts = {name: _glyph_texts(font) for name, font in _fonts_of(page).items()}
    texts: dict[int, str] = {}
    marks: list[tuple[int, str | None, bool]] = [(-1, None, False)]
    glyphs: dict[int, str] = {}
    content = ContentStream(page["/Contents"], reader)
    for operands, operator in content.operations:
        if operator in (b"BDC", b"BMC"):
            marks.append(_opened(marks[-1], operands))
            number, spoken, _ = marks[-1]
            if spoken is not None:
                texts[number] = texts.get(number, "") + spoken
        elif operator == b"EMC":
            marks.pop()
        elif operator == b"Tf":
            glyphs = fonts[str(operands[0])]
        elif operator in (b"Tj", b"TJ"):
            number, spoken, backwards = marks[-1]
            if spoken is None:
                drawn = _decoded(operands[0], glyphs)
                texts[number] = texts.get(number, "") + "".join(
                    reversed(drawn) if backwards else drawn
                )
    return texts


def _opened(
    outer: tuple[int, str | None, bool], operands: list[Any]
) -> tuple[int, str | None, bool]:
    properties = operands[1] if len(operands) > 1 else {}
    number = int(properties.get("/MCID", outer[0])) if isinstance(properties, dict) else outer[0]
    spoken = properties.get("/ActualText") if isinstance(properties, dict) else None
    backwards = outer[2] or operands[0] == NameObject("/ReversedChars")
    return number, None if spoken is None else _string(spoken), backwards


def _string(value: Any) -> str:
    if isinstance(value, TextStringObject):
        return str(value)
    return bytes(value).decode("utf-16")


def _fonts_of(page: pypdf.PageObject) -> dict[str, Any]:
    resources = page["/Resources"]
    assert isinstance(resources, DictionaryObject)
    found = dict(resources.get("/Font", {}))
    return {name: font.get_object() for name, font in found.items()}


def _glyph_texts(font: Any) -> dict[int, str]:
    """What each glyph says, by the ToUnicode map of its font."""
    lines = font["/ToUnicode"].get_data().decode("latin-1")
    glyphs: dict[int, str] = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", lines, re.DOTALL):
        for code, text in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            glyphs[int(code, 16)] = bytes.fromhex(text).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", lines, re.DOTALL):
        for low, high, text in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            first = bytes.fromhex(text).decode("utf-16-be")
            for step in range(int(high, 16) - int(low, 16) + 1):
                glyphs[int(low, 16) + step] = first[:-1] + chr(ord(first[-1]) + step)
    return glyphs


def _decoded(shown: Any, glyphs: dict[int, str]) -> list[str]:
    parts = shown if isinstance(shown, list) else [shown]
    texts: list[str] = []
    for part in parts:
        if isinstance(part, (int, float)):
            continue
        raw = part.original_bytes
        codes = (int.from_bytes(raw[place : place + 2]) for place in range(0, len(raw), 2))
        texts += [glyphs.get(code, "") for code in codes]
    return texts


def parts_of_word(file: bytes) -> dict[str, bytes]:
    """Every part of the file by its name."""
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _present(texts: list[str]) -> list[str]:
    return [text for text in texts if text.strip()]
