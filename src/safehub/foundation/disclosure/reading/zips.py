"""Reads zip files, entry by entry, within limits that are checked before anything is unpacked."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator

from safehub.foundation.disclosure.reading.budget import Budget
from safehub.foundation.disclosure.reading.parts import Reading
from safehub.foundation.documents.spreadsheets import MOST_RATIO, MOST_UNPACKED

# What zipfile raises on damaged files, and on ways of packing that it does not know
# (NotImplementedError): such a file is unread, and a person must look at it.
BROKEN = (
    zipfile.BadZipFile, zlib.error, OSError, ValueError, RuntimeError, EOFError, KeyError,
    NotImplementedError, UnicodeDecodeError,
)  # fmt: skip
_SMALL = 10_000_000


def is_zip(data: bytes) -> bool:
    """Whether it has a zip file's table of contents."""
    return zipfile.is_zipfile(io.BytesIO(data))


def read(reading: Reading, name: str, data: bytes, budget: Budget) -> None:
    """Every file of the archive, the names and comments of its entries too."""
    for entry, content in entries(reading, name, data, budget):
        budget.inside(reading, f"{name}/{entry}", content)


def entries(
    reading: Reading, name: str, data: bytes, budget: Budget
) -> Iterator[tuple[str, bytes]]:
    """Name and content of each entry. What cannot be unpacked is noted as unread."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            listed = archive.infolist()
            told = [e.filename for e in listed]
            told += [e.comment.decode("utf-8", "replace") for e in listed if e.comment]
            told.append(archive.comment.decode("utf-8", "replace"))
            reading.add(f"{name}, names of entries", "\n".join(told))
            if _is_bomb(listed, len(data), budget):
                reading.not_read(name, "an archive that unpacks to more than is read")
                return
            _look_between(reading, name, listed, data)
            for entry in listed:
                if not entry.is_dir():
                    yield from _entry(reading, name, archive, entry)
    except BROKEN:
        reading.not_read(name, "an archive that is damaged")


def _entry(
    reading: Reading, name: str, archive: zipfile.ZipFile, entry: zipfile.ZipInfo
) -> Iterator[tuple[str, bytes]]:
    try:
        content = archive.read(entry)
    except BROKEN:
        why = "a password" if entry.flag_bits & 1 else "damage"
        reading.not_read(f"{name}/{entry.filename}", f"an entry that cannot be read for {why}")
        return
    yield entry.filename, content


def _is_bomb(listed: list[zipfile.ZipInfo], size: int, budget: Budget) -> bool:
    unpacked = sum(entry.file_size for entry in listed)
    return unpacked > min(MOST_UNPACKED, max(budget.left, 0)) or (
        unpacked > _SMALL and unpacked > MOST_RATIO * size
    )


def _look_between(reading: Reading, name: str, listed: list[zipfile.ZipInfo], data: bytes) -> None:
    """Bytes of the file that are in no entry can hide anything."""
    packed = sum(e.compress_size + 30 + 46 + 3 * len(e.filename.encode()) for e in listed)
    extra = sum(len(e.extra) * 2 + len(e.comment) for e in listed)
    if len(data) > packed + extra + 4_096 + 64 * len(listed):
        reading.not_read(name, "bytes in an archive that are in none of its entries")
