"""Reads plain text, and the legible strings in what is not."""

from __future__ import annotations

import base64
import binascii
import html
import quopri
import re
from urllib.parse import unquote

from safehub.foundation.disclosure.reading.parts import Reading

_BINARY = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_ESCAPED = re.compile(r"&#?\w+;|%[0-9A-Fa-f]{2}|=[0-9A-F]{2}|=\r?\n|\\u[0-9a-fA-F]{4}")
_UNICODE = re.compile(r"\\u([0-9a-fA-F]{4})")
_ENCODED = re.compile(
    r"(?<![\w+/=-])(?:[\w+/-]{4}(?:\r?\n)?){6,}[\w+/-]{0,3}={0,2}(?![\w+/=-])", re.A
)
_LONGEST_DIGEST = 128
_STRINGS = re.compile(rb"[\x09\x20-\x7e\x80-\xff]{4,}")
_WIDE = re.compile(rb"(?:[\x09\x0a\x0d\x20-\x7e]\x00){4,}")
_WIDE_BIG = re.compile(rb"(?:\x00[\x09\x0a\x0d\x20-\x7e]){4,}")


def decoded(data: bytes) -> str | None:
    """The bytes as text, or None where they are none."""
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe\x00\x00", "utf-32"),
        (b"\x00\x00\xfe\xff", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"),
    ):  # fmt: skip
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                return None
    for encoding in ("utf-8", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if _BINARY.search(text) else text
    return None


def read(reading: Reading, name: str, text: str) -> None:
    """The text as it is, and again with what is escaped in it put plainly."""
    reading.add(name, text)
    if _ESCAPED.search(text):
        for plainer in {unescaped(text), _unquoted(text)} - {text}:
            reading.again(f"{name}, unescaped", plainer)
    _read_encoded(reading, name, text)


def _read_encoded(reading: Reading, name: str, text: str) -> None:
    """What is written as base64: read if it is text, else told where it is longer than a digest."""
    for found in _ENCODED.finditer(text):
        letters = "".join(found[0].split()).rstrip("=").replace("-", "+").replace("_", "/")
        try:
            plainer = decoded(base64.b64decode(letters + "=" * (-len(letters) % 4)))
        except binascii.Error:
            plainer = None
        if plainer is not None and plainer.isprintable():
            reading.again(f"{name}, decoded", plainer)
        elif len(letters) > _LONGEST_DIGEST and len(set(letters)) > 16:
            reading.not_read(name, "data that is encoded as letters")


def unescaped(text: str) -> str:
    """With entities, percent signs and escapes of JSON resolved."""
    text = html.unescape(unquote(text, errors="replace"))
    return _UNICODE.sub(lambda match: chr(int(match.group(1), 16)), text)


def _unquoted(text: str) -> str:
    return quopri.decodestring(text.encode("utf-8", "replace")).decode("utf-8", "replace")


def read_strings(reading: Reading, name: str, data: bytes) -> None:
    """What is legible in bytes that are no text: enough to find, never enough to clear."""
    for label, pattern, encoding in (
        ("legible bytes", _STRINGS, "utf-8"),
        ("legible wide bytes", _WIDE, "utf-16-le"),
        ("legible wide bytes, big end first", _WIDE_BIG, "utf-16-be"),
    ):
        found = (m.group().decode(encoding, "replace") for m in pattern.finditer(data))
        reading.add(f"{name}, {label}", "\n".join(found))
