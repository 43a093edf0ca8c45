"""What may stand in an e-mail's head and body: one address, one line, one link."""

from __future__ import annotations

import unicodedata
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.encoding import punycode

from safehub.foundation.errors import Refused
from safehub.foundation.mistakes import Mistake

_LONGEST_ADDRESS = 254
_LONGEST_LINE = 200
_LONGEST_LINK = 1000
# Controls, format characters such as direction marks, surrogates, line and paragraph separators.
_NO_PLACE_IN_A_LINE = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def _is_one_line(text: str) -> bool:
    return not any(unicodedata.category(char) in _NO_PLACE_IN_A_LINE for char in text)


def _refuse(place: str, found: str, wanted: str) -> Refused:
    return Refused([Mistake("e-mail", place, found, wanted)])


def checked_address(address: str) -> str:
    """The address as a mail server takes it, its domain in ASCII. Raises Refused."""
    local, _, domain = address.strip().rpartition("@")
    try:
        plain = f"{local}@{punycode(domain)}"
        validate_email(plain)
    except (ValidationError, UnicodeError) as error:
        raise _refuse("address", address, "one e-mail address") from error
    if len(plain) > _LONGEST_ADDRESS or not plain.isascii():
        raise _refuse("address", address, "an e-mail address of plain letters, at most 254")
    return plain


def checked_line(text: str) -> str:
    """A reference: one printable line. Raises Refused for a line break or an overlong text."""
    if not text or len(text) > _LONGEST_LINE or not _is_one_line(text):
        raise _refuse("reference", text, "one line of at most 200 characters")
    return text


def checked_link(link: str) -> str:
    """Blank, a path of ours, or a whole http or https address. Raises Refused."""
    if not link:
        return ""
    parts = urlsplit(link) if link.isascii() and _is_one_line(link) and " " not in link else None
    is_path = parts is not None and not parts.scheme and not parts.netloc and link.startswith("/")
    is_whole = parts is not None and parts.scheme in {"http", "https"} and bool(parts.netloc)
    if len(link) > _LONGEST_LINK or not (is_path or is_whole):
        raise _refuse("link", link, "a path that begins with / or an http address")
    return link
