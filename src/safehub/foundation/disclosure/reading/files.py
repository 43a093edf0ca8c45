"""Reads any file for a scan: by what its bytes say it is, whatever its name says."""

from __future__ import annotations

from safehub.foundation.disclosure.reading import mail, markup, office, pdf, pictures, plain, zips
from safehub.foundation.disclosure.reading.budget import Budget
from safehub.foundation.disclosure.reading.parts import Reading

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAIL_NAMES = (".eml", ".mht", ".mhtml")
_MARKUP_NAMES = (".html", ".htm", ".xhtml", ".xml", ".svg")
_PACKED = {
    b"7z\xbc\xaf\x27\x1c": "a 7-Zip archive",
    b"Rar!": "a RAR archive",
    b"\x1f\x8b": "a gzip archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
}


def read_file(name: str, data: bytes, budget: Budget | None = None) -> Reading:
    """Every text in the file, its metadata and what is inside it, to a stated depth and size.

    What cannot be read is in `unread`, never passed over. Nothing is run, fetched or written.
    """
    reading = Reading()
    reading.add("file name", name)
    read_into(reading, name, data, budget or Budget(read_into))
    return reading


def read_into(reading: Reading, name: str, data: bytes, budget: Budget) -> None:
    """Read one file, or one inside another, into the reading."""
    if not budget.allows(reading, name, data):
        return
    if data.startswith(_OLE):
        reading.not_read(name, "an Office file of the old form, or one with a password")
        plain.read_strings(reading, name, data)
    elif data.startswith(b"PK") and zips.is_zip(data):
        if office.is_office(data):
            office.read(reading, name, data, budget)
        else:
            zips.read(reading, name, data, budget)
    elif b"%PDF-" in data[:1024]:
        pdf.read(reading, name, data, budget)
    elif pictures.is_picture(data):
        pictures.read(reading, name, data)
    elif any(data.startswith(sign) for sign in _PACKED):
        kind = next(words for sign, words in _PACKED.items() if data.startswith(sign))
        reading.not_read(name, f"{kind}: unpack it and attach what is in it")
    else:
        _read_text(reading, name, data, budget)


def _read_text(reading: Reading, name: str, data: bytes, budget: Budget) -> None:
    text = plain.decoded(data)
    if text is None:
        reading.not_read(name, "a file of a kind that is not known here")
        plain.read_strings(reading, name, data)
    elif name.lower().endswith(_MAIL_NAMES) or mail.is_mail(text):
        mail.read(reading, name, data, budget)
        reading.again(f"{name} as it came", text)
    elif text.startswith("{\\rtf"):
        reading.not_read(name, "a Rich Text file: save it as Word or PDF and attach that")
        reading.add(name, text)
    elif name.lower().endswith(_MARKUP_NAMES) or markup.is_markup(text):
        markup.read(reading, name, data, text)
    else:
        plain.read(reading, name, text)
