"""Reads PDF files: pages, and every string of every object, so that no note, field, link, title
or script is passed over; files inside are read too."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    ContentStream,
    DictionaryObject,
    IndirectObject,
    StreamObject,
    TextStringObject,
)

from safehub.foundation.disclosure.reading.budget import Budget
from safehub.foundation.disclosure.reading.parts import Lines, Reading

# What pypdf raises on files that are damaged or use what it does not know (NotImplementedError
# among them): each is a file that a person must look at, and never a fault of ours.
_BROKEN = (
    PyPdfError, ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError,
    NotImplementedError, ArithmeticError, AssertionError, OSError, LookupError,
)  # fmt: skip
_MOST_PAGES = 2_000
_MOST_OBJECTS = 200_000
_MOST_AFTER = 64
# Marks that have a look of their own, which is no text.
_DRAWN = {"/Stamp", "/Ink", "/Redact", "/Sound", "/Movie", "/Screen", "/3D", "/RichMedia"}
_ILLEGIBLE = re.compile(r"[\ufffd\ue000-\uf8ff]|\(cid:\d+\)|/g\d+")


def read(reading: Reading, name: str, data: bytes, budget: Budget) -> None:
    """Read what can be. Pictures, drawn marks, earlier versions and unknown letters are unread."""
    try:
        document = PdfReader(io.BytesIO(data), strict=False)
        if document.is_encrypted:
            reading.not_read(name, "a PDF with a password or with protection")
            return
        pages = document.pages
        count = len(pages)
    except _BROKEN:
        reading.not_read(name, "a PDF that is damaged")
        return
    if count > _MOST_PAGES:
        reading.not_read(name, f"a PDF of more than {_MOST_PAGES} pages")
        return
    _earlier_versions(reading, name, data)
    _pages(reading, name, document)
    _objects(reading, name, document, budget)


def _earlier_versions(reading: Reading, name: str, data: bytes) -> None:
    """A PDF that was saved into keeps its earlier text behind the new one."""
    allowed = 2 if b"/Linearized" in data[:2048] else 1
    if data.count(b"%%EOF") > allowed:
        reading.not_read(name, "a PDF that holds its earlier versions: print it to a new file")
    if len(data) - data.rfind(b"%%EOF") > _MOST_AFTER:
        reading.not_read(name, "bytes after the end of a PDF")


def _pages(reading: Reading, name: str, document: PdfReader) -> None:
    lines = Lines()
    for number, page in enumerate(document.pages, start=1):
        try:
            text = page.extract_text()
        except _BROKEN:
            reading.not_read(f"{name}, page {number}", "a page whose text cannot be taken out")
            continue
        lines.add(text, f"page {number}")
        if len(_ILLEGIBLE.findall(text)) * 20 > len(text) + 1:
            reading.not_read(f"{name}, page {number}", "letters that no program can name")
        if not text.strip() and page.get("/Contents") is not None:
            reading.not_read(f"{name}, page {number}", "a page without text that shows something")
    lines.keep(reading, name)


def _objects(reading: Reading, name: str, document: PdfReader, budget: Budget) -> None:
    lines = Lines()
    pictures = 0
    for number, found in _all(document):
        if found is None:
            reading.not_read(f"{name}, object {number}", "an object that cannot be read")
            continue
        for text in _strings(found):
            lines.add(text, f"object {number}")
        if not isinstance(found, DictionaryObject):
            continue
        pictures += found.get("/Subtype") == "/Image"
        if found.get("/Subtype") in _DRAWN:
            reading.not_read(f"{name}, object {number}", "a mark that is drawn")
        if isinstance(found, StreamObject):
            _stream(reading, f"{name}, object {number}", found, budget)
    if pictures:
        reading.not_read(name, f"pictures in a PDF ({pictures}): a person must look at them")
    lines.keep(reading, f"{name}, behind the pages")


def _all(document: PdfReader) -> Iterator[tuple[int, Any]]:
    """Every object that the file lists, also those that no page reaches."""
    listed = {(number, generation) for generation, of in document.xref.items() for number in of}
    listed |= {(number, 0) for number in document.xref_objStm}
    yield 0, document.trailer
    for number, generation in sorted(listed)[:_MOST_OBJECTS]:
        if number == 0:
            continue
        try:
            yield number, document.get_object(IndirectObject(number, generation, document))
        except _BROKEN:
            yield number, None


def _strings(found: Any, depth: int = 0) -> Iterator[str]:
    """The strings of an object, not of those that it points to."""
    if depth > 30:
        return
    if isinstance(found, TextStringObject):
        yield str(found)
    elif isinstance(found, ByteStringObject):
        yield bytes(found).decode("latin-1")
    elif isinstance(found, DictionaryObject):
        for value in found.values():
            yield from _strings(value, depth + 1)
    elif isinstance(found, ArrayObject):
        for value in found:
            yield from _strings(value, depth + 1)


def _stream(reading: Reading, name: str, stream: StreamObject, budget: Budget) -> None:
    """Files inside, XML metadata and scripts. Page contents were read as pages."""
    kind, subtype = stream.get("/Type"), stream.get("/Subtype")
    if kind == "/EmbeddedFile" or kind == "/Metadata" or subtype == "/XML" or "/JS" in stream:
        try:
            content = stream.get_data()
        except _BROKEN:
            reading.not_read(name, "a file inside that cannot be unpacked")
            return
        budget.inside(reading, f"{name}{'.xml' if kind == '/Metadata' else ''}", content)
    elif subtype == "/Form":
        _form(reading, name, stream)


def _form(reading: Reading, name: str, stream: StreamObject) -> None:
    """The look of a note or a field, which the text of a page leaves out."""
    try:
        content = ContentStream(stream, stream.pdf if hasattr(stream, "pdf") else None)
        shown = [
            str(operand)
            for operands, operator in content.operations
            if operator in {b"Tj", b"'", b'"', b"TJ"}
            for operand in _flat(operands)
        ]
    except _BROKEN:
        reading.not_read(name, "a drawn part that cannot be read")
        return
    reading.add(name, "".join(shown))


def _flat(operands: Any) -> Iterator[Any]:
    for operand in operands:
        if isinstance(operand, list):
            yield from _flat(operand)
        elif isinstance(operand, str):
            yield operand
