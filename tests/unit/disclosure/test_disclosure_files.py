"""A protected address in every channel of every kind of file is found; what cannot be read says
so; nothing that is clean is called found."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Callable

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import Polygon
from pypdf.generic import DecodedStreamObject, NameObject

from safehub.foundation.disclosure.protected import Hit
from safehub.foundation.disclosure.reading.files import read_file
from safehub.foundation.disclosure.scanning import scan

from .disclosure_canaries import PROTECTED, K
from .disclosure_files import (
    ADDRESS,
    CHANNELS,
    Made,
    changed_pdf,
    changed_zip,
    exif,
    in_cell,
    message,
    pdf,
    png,
    saved_into,
    word,
    workbook,
    zipped,
)


def hits_in(made: Made) -> list[Hit]:
    return [hit for hit in scan(read_file(*made), PROTECTED) if hit.kind is K.ADDRESS]


def why_unread(made: Made) -> str:
    return "; ".join(one.why for one in read_file(*made).unread)


@pytest.mark.parametrize("channel", CHANNELS)
def test_address_in_this_channel_is_found(channel: str) -> None:
    made = CHANNELS[channel]()
    found = hits_in(made)
    assert found
    assert all(hit.where for hit in found)


def test_every_kind_of_file_has_its_channels() -> None:
    kinds = {channel.split(" ")[0] for channel in CHANNELS}
    assert {"docx", "xlsx", "pdf", "csv", "txt", "html", "eml", "zip", "jpeg", "png"} <= kinds
    assert len(CHANNELS) >= 80


CLEAN: dict[str, Callable[[], Made]] = {
    "docx": lambda: ("a.docx", word()),
    "xlsx": lambda: ("a.xlsx", workbook(lambda b: None)),
    "pdf": lambda: ("a.pdf", pdf()),
    "eml": lambda: ("a.eml", message(lambda m: None)),
    "zip": lambda: ("a.zip", zipped(("b.txt", b"Nothing to see."))),
    "html": lambda: ("a.html", b"<p>Nothing to see.</p>"),
    "csv": lambda: ("a.csv", b"name,home\nA,elsewhere\n"),
}


@pytest.mark.parametrize("kind", CLEAN)
def test_clean_file_has_no_hit_and_is_read_whole(kind: str) -> None:
    made = CLEAN[kind]()
    assert scan(read_file(*made), PROTECTED) == []
    assert why_unread(made) == ""


def encrypted() -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf())))
    writer.encrypt("secret", algorithm="RC4-128")
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def deep(levels: int) -> bytes:
    data = zipped(("d.txt", ADDRESS.encode()))
    for _ in range(levels):
        data = zipped(("e.zip", data))
    return data


def locked_zip() -> bytes:
    """An entry that says it has a password."""
    data = bytearray(zipped(("b.txt", b"x")))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def scanned_page() -> bytes:
    writer = PdfWriter()
    page = writer.add_blank_page(100, 100)
    content = DecodedStreamObject()
    content.set_data(b"0 0 50 50 re f")
    page[NameObject("/Contents")] = writer._add_object(content)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


SPLIT = b"12 Alder<![CDATA[wick Clo]]>se"
HIDDEN_IN_TEXT: dict[str, Made] = {
    "XML": ("a.xml", b"<a>" + SPLIT + b"</a>"),
    "XHTML": ("a.html", b"<html><body><p>" + SPLIT + b"</p></body></html>"),
    "SVG": ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><text>" + SPLIT + b"</text></svg>"),
    "whole": ("a.xml", b"<a><![CDATA[12 Alderwick Close]]></a>"),
    "base64": ("a.txt", base64.b64encode(b"She lives at 12 Alderwick Close now.")),
    "base64 in lines": ("a.txt", base64.encodebytes(b"She lives at 12 Alderwick Close. " * 4)),
    "base64 in a sentence": (
        "a.txt",
        b"See " + base64.urlsafe_b64encode(b"at 12 Alderwick Close, flat two") + b" for more.",
    ),
}


@pytest.mark.parametrize("way", HIDDEN_IN_TEXT)
def test_address_that_is_written_otherwise_is_found(way: str) -> None:
    assert hits_in(HIDDEN_IN_TEXT[way])


def test_a_digest_and_a_long_word_are_nothing_to_look_at() -> None:
    text = f"{'0a1b' * 16} Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogoch {'=' * 80}"
    assert why_unread(("a.txt", text.encode())) == ""


UNREAD: dict[str, tuple[Callable[[], Made], str]] = {
    "text turned round": (
        lambda: ("a.txt", "12 \u202eesolC kciwredlA\u202c".encode()),
        "another order",
    ),
    "words of a style sheet": (
        lambda: ("a.html", b"<style>p:before{content:'12 Alder\\77ick Close'}</style><p>x</p>"),
        "style sheet",
    ),
    "encoded bytes": (
        lambda: ("a.txt", base64.b64encode(bytes(range(256)) * 2)),
        "encoded as letters",
    ),
    "picture": (lambda: ("a.png", png()), "a picture"),
    "picture with a position": (lambda: ("a.jpg", exif(b"x", gps=True)), "where it was taken"),
    "picture in Word": (
        lambda: ("a.docx", changed_zip(word(), {"word/media/i.png": png()})),
        "a picture",
    ),
    "picture in a zip in a message": (
        lambda: (
            "a.eml",
            message(
                lambda m: m.add_attachment(
                    zipped(("i.png", png())), "application", "zip", filename="b.zip"
                )
            ),
        ),
        "a picture",
    ),
    "PDF with a password": (lambda: ("a.pdf", encrypted()), "password"),
    "PDF page of a scanner": (lambda: ("a.pdf", scanned_page()), "a page without text"),
    "damaged PDF": (lambda: ("a.pdf", b"%PDF-1.7\nnothing"), "damaged"),
    "PDF with earlier versions": (
        lambda: ("a.pdf", saved_into(pdf())),
        "earlier versions",
    ),
    "PDF with bytes after its end": (lambda: ("a.pdf", pdf() + b"x" * 200), "after the end"),
    "old Office file": (lambda: ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)), "old"),
    "macros": (
        lambda: ("a.docx", changed_zip(word(), {"word/vbaProject.bin": b"\x01\x02" * 50})),
        "macro",
    ),
    "archive with a password": (lambda: ("a.zip", locked_zip()), "password"),
    "archive too deep": (lambda: ("a.zip", deep(5)), "deep"),
    "archive that is a bomb": (lambda: ("a.zip", zipped(("b", bytes(150_000_000)))), "unpacks"),
    "archive in another format": (lambda: ("a.7z", b"7z\xbc\xaf\x27\x1c" + bytes(20)), "7-Zip"),
    "bytes between entries": (
        lambda: (
            "a.zip",
            zipped(("b.txt", b"x")).replace(b"PK\x01\x02", b"y" * 9000 + b"PK\x01\x02"),
        ),
        "none of its entries",
    ),
    "broken Office part": (
        lambda: ("a.docx", changed_zip(word(), {"word/comments.xml": b"<a><b>"})),
        "cannot be parsed",
    ),
    "entity in an Office part": (
        lambda: (
            "a.docx",
            changed_zip(word(), {"word/x.xml": b"<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>"}),
        ),
        "cannot be parsed",
    ),
    "Rich Text": (lambda: ("a.rtf", b"{\\rtf1 x}"), "Rich Text"),
    "page with a picture": (lambda: ("a.html", b"<p>x<img src='y.png'></p>"), "pictures"),
    "no known kind": (lambda: ("a.bin", bytes(range(9)) * 9), "not known"),
}


@pytest.mark.parametrize("what", UNREAD)
def test_what_cannot_be_read_says_so(what: str) -> None:
    making, words = UNREAD[what]
    assert words in why_unread(making())


def test_mark_in_pdf_is_looked_at() -> None:
    drawn = changed_pdf(lambda w: w.add_annotation(0, Polygon([(1, 1), (2, 2), (3, 1)])))
    stamped = drawn.replace(b"/Polygon", b"/Stamp  ")
    assert "a mark that is drawn" in why_unread(("a.pdf", stamped))


def test_place_names_cell_and_page() -> None:
    book = workbook(lambda b: in_cell(b, "D9", ADDRESS))
    assert {hit.where for hit in hits_in(("a.xlsx", book))} == {
        "a.xlsx/xl/worksheets/sheet1.xml: cell D9"
    }
    found = hits_in(("a.pdf", pdf(f"She is at {ADDRESS}.")))
    assert "a.pdf: page 1" in {hit.where for hit in found}


def test_reading_writes_and_fetches_nothing(tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "secret.txt"
    outside.write_text(ADDRESS)
    xml = f"<!DOCTYPE a [<!ENTITY e SYSTEM 'file://{outside}'>]><a>&e;</a>".encode()
    reading = read_file("a.docx", changed_zip(word(), {"word/x.xml": xml}))
    assert scan(reading, PROTECTED) == []
    assert zipfile.is_zipfile(io.BytesIO(word()))
