"""Reads what a picture file says beside its pixels. The pixels themselves no program here reads."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from safehub.foundation.disclosure.reading.parts import Reading
from safehub.foundation.disclosure.reading.plain import read_strings

_PNG = b"\x89PNG\r\n\x1a\n"
_SIGNS = (
    _PNG, b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\x00", b"MM\x00*", b"\x00\x00\x01\x00",
    b"\xd7\xcd\xc6\x9a", b"\x01\x00\x00\x00", b"8BPS", b"\x00\x00\x00\x0cjP  ",
)  # fmt: skip
_BRANDS = (b"heic", b"heix", b"mif1", b"avif", b"hevc", b"msf1")
_GPS_TAG = 0x8825
_MOST_INFLATED = 1_000_000


def is_picture(data: bytes) -> bool:
    """Whether the bytes begin as a picture of a known kind does."""
    is_webp = data[:4] == b"RIFF" and data[8:12] == b"WEBP"
    is_heif = data[4:8] == b"ftyp" and data[8:12] in _BRANDS
    is_bitmap = data.startswith(b"BM") and data[6:10] == bytes(4)
    return data.startswith(_SIGNS) or is_webp or is_heif or is_bitmap


def read(reading: Reading, name: str, data: bytes) -> None:
    """Its metadata as text, and that a person must look at it."""
    reading.not_read(name, "a picture: a person must look at what it shows")
    if tells_place(data):
        reading.not_read(name, "a picture that says where it was taken")
    read_strings(reading, name, _without_pixels(data))
    reading.add(f"{name}, text chunks", "\n".join(_png_texts(data)))


def tells_place(data: bytes) -> bool:
    """Whether its metadata hold a position. Any trace of one will do: it is only looked for."""
    if b"exif:GPS" in data or b"GPSLatitude" in data:
        return True
    starts = [i + 6 for i in _places(data, b"Exif\x00\x00")]
    starts += [i + 4 for i in _places(data, b"eXIf") if data.startswith(_PNG)]
    starts += [0] if data[:4] in {b"II*\x00", b"MM\x00*"} else []
    starts += [i for sign in (b"II*\x00", b"MM\x00*") for i in _places(data[:200_000], sign)]
    return any(_has_gps(data[start : start + 65_536]) for start in starts)


def _places(data: bytes, sign: bytes) -> Iterator[int]:
    place = data.find(sign)
    while place >= 0:
        yield place
        place = data.find(sign, place + 1)


def _has_gps(tiff: bytes) -> bool:
    """Whether the first directory of a TIFF header points to one of positions."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < 10:
        return False
    try:
        (first,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, first)
        tags = [struct.unpack_from(f"{order}H", tiff, first + 2 + 12 * i)[0] for i in range(count)]
    except struct.error:
        return False
    return _GPS_TAG in tags


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = len(_PNG)
    while place + 8 <= len(data):
        size = int.from_bytes(data[place : place + 4], "big")
        yield data[place + 4 : place + 8], data[place + 8 : place + 8 + size]
        place += size + 12


def _without_pixels(data: bytes) -> bytes:
    """A PNG without its image data, which holds only chance letters. Others as they are."""
    if not data.startswith(_PNG):
        return data
    after = data.rfind(b"IEND")
    kept = [kind + b"\n" + body for kind, body in _chunks(data) if kind not in {b"IDAT", b"fdAT"}]
    return b"\n\x00".join([*kept, data[after:] if after >= 0 else b""])


def _png_texts(data: bytes) -> Iterator[str]:
    """Texts that a PNG holds compressed."""
    if not data.startswith(_PNG):
        return
    for kind, body in _chunks(data):
        if kind in {b"zTXt", b"iTXt"}:
            word, _, rest = body.partition(b"\x00")
            for start in range(min(len(rest), 200)):
                try:
                    inflated = zlib.decompressobj().decompress(rest[start:], _MOST_INFLATED)
                except zlib.error:
                    continue
                yield f"{word.decode('latin-1')}: {inflated.decode('utf-8', 'replace')}"
                break
