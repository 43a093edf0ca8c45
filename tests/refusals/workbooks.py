"""Workbooks that mean harm, or that are none."""

from __future__ import annotations

import functools
import io
import zipfile

import openpyxl

_CONTENT = b"[Content_Types].xml"


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """The workbook with one more part."""
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


def declared_with_macros(data: bytes) -> bytes:
    """The workbook, whose parts say that it is one with macros, under no telling name."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename.encode() == _CONTENT:
                content = content.replace(
                    b"openxmlformats-officedocument.spreadsheetml.sheet.main",
                    b"ms-excel.sheet.macroEnabled.main",
                )
            target.writestr(entry, content)
    return out.getvalue()


@functools.cache
def bomb() -> bytes:
    """A sheet of 300 MB in about 300 kB."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "returns"
    plain = io.BytesIO()
    book.save(plain)
    out = io.BytesIO()
    with (
        zipfile.ZipFile(plain) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target,
    ):
        for entry in source.infolist():
            if entry.filename.startswith("xl/worksheets/"):
                with target.open(entry.filename, "w") as file:
                    for _ in range(300):
                        file.write(b" " * 1_000_000)
            else:
                target.writestr(entry, source.read(entry))
    return out.getvalue()


def encrypted() -> bytes:
    """What a workbook with a password begins with: a compound file, no zip."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
