"""Reads HTML, XML and SVG: text, attributes, comments and what is hidden."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from lxml import etree
from lxml import html as lxml_html

from safehub.foundation.disclosure.reading.parts import Lines, Reading
from safehub.foundation.disclosure.reading.plain import unescaped

_INLINE = frozenset(
    str.split(
        "a abbr b bdi bdo big cite code data del dfn em font i ins kbd label mark q s samp small "
        "span strike strong sub sup time tt u var wbr tspan"
    )
)
_PICTURED = frozenset(str.split("img image object embed iframe picture video audio canvas path"))
_MARKUP = re.compile(r"\s*(<!doctype|<html|<\?xml|<svg|<!--|<body|<div|<p>)", re.IGNORECASE)
_CHARACTER_DATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_STYLED = re.compile(r"\bcontent\s*:\s*[^;}]*['\"(]", re.IGNORECASE)
_NOT_TEXT = re.compile(r"url\(|data:image|@font-face", re.IGNORECASE)


def is_markup(text: str) -> bool:
    """Whether it begins as HTML or XML does."""
    return _MARKUP.match(text) is not None


def read(reading: Reading, name: str, data: bytes, text: str) -> None:
    """Read it leniently. What it shows as a picture must be looked at."""
    lines = Lines()
    try:
        root = lxml_html.document_fromstring(_opened(_without_declaration(text)))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        reading.add(name, unescaped(text))
        reading.not_read(name, "a web page that cannot be parsed")
        return
    for piece, where in pieces(root):
        lines.add(piece, where, "")
    lines.keep(reading, name)
    _attributes(reading, name, root)
    shows = {tag for tag in map(_tag, root.iter()) if tag in _PICTURED}
    if shows or _NOT_TEXT.search(text):
        reading.not_read(name, "pictures, drawings or frames in a web page")
    if _STYLED.search(text):
        reading.not_read(name, "words that a style sheet writes")
    reading.again(f"{name}, source", text)


def _without_declaration(text: str) -> str:
    return re.sub(r"^\s*<\?xml[^>]*\?>", "", text)


def _opened(text: str) -> str:
    """With character data as the text that it is in XML; the parser takes it for a comment."""
    return _CHARACTER_DATA.sub(lambda found: html.escape(found[1], quote=False), text)


def pieces(root: etree._Element) -> Iterator[tuple[str, str]]:
    """Each text with where it stands: inline elements part no words, others part lines."""
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        tag = _tag(element)
        where = f"<{tag}>" if tag else "comment"
        if event == "comment" or event == "pi":
            yield f"\n{element.text or ''}\n", where
            yield element.tail or "", where
        elif event == "start":
            yield ("" if tag in _INLINE else "\n") + (element.text or ""), where
        else:
            yield ("" if tag in _INLINE else "\n") + (element.tail or ""), where


def _attributes(reading: Reading, name: str, root: etree._Element) -> None:
    lines = Lines()
    seen = set()
    for element in root.iter():
        if isinstance(element.tag, str):
            for key, value in element.attrib.items():
                if value and value not in seen:
                    seen.add(value)
                    lines.add(unescaped(str(value)), f"attribute {key!s} of <{_tag(element)}>")
    lines.keep(reading, f"{name}, attributes")


def _tag(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""
