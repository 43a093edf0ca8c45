"""Reads e-mail messages: headers, every form of the body, attachments and messages inside."""

from __future__ import annotations

import email
import re
from email.message import MIMEPart
from email.policy import default

from safehub.foundation.disclosure.reading.budget import Budget
from safehub.foundation.disclosure.reading.parts import Reading

Message = MIMEPart
_HEADERS = re.compile(r"(?:[A-Za-z-]+:[^\n]*\n(?:[ \t][^\n]*\n)*){3,}\r?\n")
_KNOWN = re.compile(r"^(from|to|subject|date|mime-version|received|message-id):", re.I | re.M)


def is_mail(text: str) -> bool:
    """Whether it begins with the headers of a message."""
    match = _HEADERS.match(text.replace("\r\n", "\n")[:20_000])
    return match is not None and len(_KNOWN.findall(match.group())) >= 3


def read(reading: Reading, name: str, data: bytes, budget: Budget) -> None:
    """Read the message and all that hangs on it."""
    message = email.message_from_bytes(data, policy=default)
    _part(reading, name, message, budget)


def _part(reading: Reading, name: str, message: Message, budget: Budget) -> None:
    headers = [f"{key}: {_header(message, key)}" for key in dict.fromkeys(message.keys())]
    reading.add(f"{name}, headers", "\n".join(headers))
    if message.defects:
        reading.not_read(name, "a message that is not well formed")
    if message.is_multipart():
        for number, part in enumerate(message.iter_parts(), start=1):
            _part(reading, f"{name}/{part.get_filename() or f'part {number}'}", part, budget)
        reading.add(
            f"{name}, between its parts", f"{message.preamble or ''}\n{message.epilogue or ''}"
        )
        return
    content = message.get_payload(decode=True)
    if not isinstance(content, bytes):
        reading.not_read(name, "a part of a message that cannot be decoded")
        return
    if not content:
        return
    inner = name
    if message.get_filename() is None:
        is_web = message.get_content_type() == "text/html"
        inner = f"{name}/body{'.html' if is_web else '.txt'}"
    charset = message.get_content_charset()
    if message.get_content_maintype() == "text" and charset:
        try:
            content = content.decode(charset).encode("utf-8")
        except (LookupError, UnicodeDecodeError):
            reading.not_read(name, "a part of a message in an unknown character set")
    budget.inside(reading, inner, content)


def _header(message: Message, key: str) -> str:
    """All values of a header. A malformed one is given as it came."""
    try:
        return " | ".join(str(value) for value in message.get_all(key, []))
    except (ValueError, IndexError, AttributeError, TypeError):
        return ""
