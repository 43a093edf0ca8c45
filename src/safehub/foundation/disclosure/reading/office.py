"""Reads Word, Excel, PowerPoint and OpenDocument files: every part of the package, shown or hidden.

Nothing is looked for by its place: each text and each attribute of each part is read, so that
comments, tracked deletions, hidden sheets, defined names and properties are read with the rest.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile

from lxml import etree

from safehub.foundation.disclosure.reading.budget import Budget
from safehub.foundation.disclosure.reading.parts import Lines, Reading
from safehub.foundation.disclosure.reading.zips import BROKEN, entries

_XML = (".xml", ".rels", ".vml", ".xhtml", ".html", ".htm")
# Elements that end a line; within them texts join without a space, as the reader sees them.
_BLOCKS = frozenset(str.split("p h si comment text row is list-item definedName"))
_SPACES = frozenset(str.split("tab br cr s line-break noBreakHyphen softHyphen"))
_CELLS = frozenset(str.split("c tc table-cell"))
_TEXTS = frozenset(str.split("t v f delText instrText delInstrText"))
_PLACES = {
    "comments": "comments", "footnotes": "footnotes", "endnotes": "endnotes", "header": "header",
    "footer": "footer", "core": "properties", "app": "properties", "custom": "properties",
    "sharedStrings": "cells", "workbook": "names of the workbook", "document": "text",
}  # fmt: skip
_MACROS = ("vbaproject", "macrosheets", "activex")
_SERIAL_DAY = dt.date(1899, 12, 30)


def is_office(data: bytes) -> bool:
    """Whether the archive is a package of Office or OpenDocument."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except BROKEN:
        return False
    return "[Content_Types].xml" in names or {"mimetype", "content.xml"} <= names


def read(reading: Reading, name: str, data: bytes, budget: Budget) -> None:
    """Read every part; a workbook's cells sheet by sheet besides."""
    parts = dict(entries(reading, name, data, budget))
    budget.left -= sum(map(len, parts.values()))
    strings = _shared_strings(parts)
    for path, content in parts.items():
        place = f"{name}/{path}"
        if any(word in path.lower() for word in _MACROS):
            reading.not_read(place, "a macro or a control")
        if path.lower().endswith(_XML) or content.lstrip()[:1] == b"<":
            _part(reading, place, path, content, strings)
        else:
            budget.inside(reading, place, content)
    if any(re.match(r"word/(afchunk|.*\.(htm|html|mht|rtf|txt|docx)$)", path) for path in parts):
        reading.not_read(name, "a document with another one laid into its text")


def _parsed(content: bytes) -> etree._Element | None:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    # An entity would be left out of the text, and so could hide a word.
    return None if any(isinstance(node, etree._Entity) for node in root.iter()) else root


def _part(reading: Reading, place: str, path: str, content: bytes, strings: list[str]) -> None:
    root = _parsed(content)
    if root is None:
        reading.not_read(place, "a part of an Office file that cannot be parsed")
        reading.add(place, content.decode("utf-8", "replace"))
        return
    lines = Lines()
    if path.startswith("xl/worksheets/") and _local(root) == "worksheet":
        _cells(lines, root, strings)
        lines.keep(reading, place)
        lines = Lines()
        for data in root.findall("{*}sheetData"):
            root.remove(data)
    _texts(lines, root, path)
    lines.keep(reading, place)
    _attributes(reading, place, root)


def _texts(lines: Lines, root: etree._Element, path: str) -> None:
    """The text of the part in its order, block by block."""
    kind = _kind(path)
    number = 1
    pieces: list[str] = []
    for event, node in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event in {"comment", "pi"}:
            lines.add(node.text or "", f"{kind}, hidden comment")
            pieces.append(node.tail or "")
            continue
        local = _local(node)
        if event == "start":
            pieces.append(" " if local in _SPACES else "")
            pieces.append(node.text or "")
            continue
        if local in _BLOCKS:
            lines.add("".join(pieces).strip("\n"), f"{kind}, paragraph {number}")
            number, pieces = number + 1, []
        elif local in _CELLS:
            pieces.append("\t")
        elif local not in _INLINE_LOCALS:
            pieces.append("\n")
        pieces.append(node.tail or "")
    lines.add("".join(pieces).strip("\n"), kind)


# What joins its neighbours: runs and their properties, and links and changes around runs.
_INLINE_LOCALS = frozenset(
    str.split(
        "t r rPr hyperlink ins del smartTag sdt sdtContent span a delText proofErr bookmarkStart "
        "bookmarkEnd lang b i u color sz szCs rFonts vanish commentRangeStart commentRangeEnd "
        "fldChar lastRenderedPageBreak bCs iCs caps strike highlight rStyle noProof moveFrom "
        "moveTo customXml s tab br"
    )
)


def _attributes(reading: Reading, place: str, root: etree._Element) -> None:
    lines = Lines()
    seen: set[str] = set()
    for node in root.iter():
        if isinstance(node.tag, str):
            for key, value in node.attrib.items():
                text = str(value)
                if len(text) > 2 and text not in seen:
                    seen.add(text)
                    lines.add(text, f"attribute {str(key).rpartition('}')[2]} of {_local(node)}")
    lines.keep(reading, f"{place}, attributes")


def _shared_strings(parts: dict[str, bytes]) -> list[str]:
    root = _parsed(parts.get("xl/sharedStrings.xml", b""))
    if root is None:
        return []
    return [
        "".join(t.text or "" for t in item.iter() if _local(t) == "t")
        for item in root
        if _local(item) == "si"
    ]


def _cells(lines: Lines, root: etree._Element, strings: list[str]) -> None:
    """Row by row, so that what is parted by cells is found whole, each cell by its name."""
    for row in root.iter("{*}row"):
        hidden = ", hidden row" if row.get("hidden") in {"1", "true"} else ""
        for cell in row.iter("{*}c"):
            lines.add(_cell(cell, strings), f"cell {cell.get('r', '?')}{hidden}", "\t")
        lines.add("\n", "end of row", "")


def _cell(cell: etree._Element, strings: list[str]) -> str:
    value = cell.findtext("{*}v") or ""
    if cell.get("t") == "s":
        index = int(value) if value.isdigit() else -1
        return strings[index] if 0 <= index < len(strings) else ""
    inline = "".join(t.text or "" for t in cell.iter("{*}t"))
    formula = cell.findtext("{*}f") or ""
    return " ".join(filter(None, (inline, value, _as_day(value), formula)))


def _as_day(value: str) -> str:
    """A whole number or the like as the day that a workbook may show for it."""
    whole = value.partition(".")[0]
    if not whole.isdigit() or not 1 <= int(whole) < 80_000 or len(whole) < 4:
        return ""
    return (_SERIAL_DAY + dt.timedelta(days=int(whole))).isoformat()


def _kind(path: str) -> str:
    stem = path.rpartition("/")[2].partition(".")[0].rstrip("0123456789")
    return _PLACES.get(stem, stem or path)


def _local(node: etree._Element) -> str:
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""
