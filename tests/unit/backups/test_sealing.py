"""The encrypted file: what was written comes back, and nothing else ever does."""

from __future__ import annotations

import hashlib
import io
import json
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safehub.foundation.backups import sealing
from safehub.foundation.backups.sealing import MAGIC, SealedReader, SealedWriter, new_header
from safehub.foundation.errors import NotPossible

KEY, OTHER = b"k" * 32, b"o" * 32
SMALL = 64
SEALED = SMALL + 16


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "CHUNK", SMALL)


def sealed(*pieces: bytes, key: bytes = KEY) -> bytes:
    file = io.BytesIO()
    header = new_header(made_at="2026-11-24", product="1", engine="sqlite", key=key)
    writer = SealedWriter(file, header, key)
    for piece in pieces:
        writer.write(piece)
    writer.finish()
    return file.getvalue()


def opened(data: bytes, key: bytes = KEY) -> bytes:
    return SealedReader(io.BytesIO(data), key).read()


def body(data: bytes) -> int:
    """Where the first chunk begins."""
    (length,) = struct.unpack(">I", data[len(MAGIC) : len(MAGIC) + 4])
    return len(MAGIC) + 4 + int(length) + 32


@pytest.mark.parametrize("size", [0, 1, 63, 64, 65, 127, 128, 129, 1000])
def test_what_was_written_comes_back(size: int) -> None:
    data = bytes(n % 251 for n in range(size))
    file = sealed(data)
    assert opened(file) == data
    chunks = max(1, -(-size // SMALL))
    assert len(file) == body(file) + size + 16 * chunks


@settings(deadline=None)
@given(st.lists(st.binary(max_size=200), max_size=8), st.integers(1, 150))
def test_pieces_of_any_size_come_back(pieces: list[bytes], step: int) -> None:
    reader = SealedReader(io.BytesIO(sealed(*pieces)), KEY)
    found = b""
    while piece := reader.read(step):
        found += piece
    assert found == b"".join(pieces)


def test_nothing_of_what_was_written_shows() -> None:
    secret = b"the child's safe address"
    assert secret not in sealed(secret * 20)


def test_same_content_twice_is_not_the_same_file() -> None:
    one, other = sealed(b"x" * 500), sealed(b"x" * 500)
    assert one[body(one) :] != other[body(other) :]


def test_every_flipped_byte_is_found() -> None:
    whole = sealed(b"content " * 40)
    for place in range(len(whole)):
        flipped = bytearray(whole)
        flipped[place] ^= 0x41
        with pytest.raises(NotPossible, match="damaged"):
            opened(bytes(flipped))


def test_every_cut_is_found() -> None:
    whole = sealed(b"content " * 40)
    for length in range(len(whole)):
        with pytest.raises(NotPossible, match="damaged"):
            opened(whole[:length])


def test_whatever_is_added_moved_doubled_or_left_out_is_found() -> None:
    whole = sealed(bytes(n % 251 for n in range(SMALL * 4)))
    start = body(whole)
    head, chunks = whole[:start], [whole[n : n + SEALED] for n in range(start, len(whole), SEALED)]
    assert len(chunks) == 4
    wrong = [
        whole + b"x",
        whole + chunks[-1],
        head + b"".join(chunks[:3]),
        head + b"".join(chunks[1:]),
        head + b"".join([chunks[1], chunks[0], *chunks[2:]]),
        head + b"".join([chunks[0], chunks[0], *chunks[1:]]),
        head,
    ]
    for data in wrong:
        with pytest.raises(NotPossible, match="damaged"):
            opened(data)


def test_chunks_of_another_file_of_the_same_key_are_found() -> None:
    one, other = sealed(b"a" * 300), sealed(b"b" * 300)
    with pytest.raises(NotPossible, match="damaged"):
        opened(one[: body(one)] + other[body(other) :])


def test_header_that_was_rewritten_whole_is_found() -> None:
    """Even with its hash put right: the chunks are bound to it."""
    whole = sealed(b"a" * 300)
    start = body(whole)
    told = json.loads(whole[len(MAGIC) + 4 : start - 32])
    text = json.dumps(told | {"made_at": "2020-01-01"}, sort_keys=True).encode()
    front = MAGIC + struct.pack(">I", len(text)) + text
    forged = front + hashlib.sha256(front).digest() + whole[start:]
    assert sealing.read_header(io.BytesIO(forged))[0].made_at == "2020-01-01"
    with pytest.raises(NotPossible, match="damaged"):
        opened(forged)


def test_other_key_is_refused_in_words() -> None:
    with pytest.raises(NotPossible, match="another key"):
        opened(sealed(b"content"), OTHER)


def test_file_that_was_not_finished_is_refused() -> None:
    file = io.BytesIO()
    header = new_header(made_at="2026-11-24", product="1", engine="sqlite", key=KEY)
    writer = SealedWriter(file, header, KEY)
    writer.write(b"x" * 1000)
    with pytest.raises(NotPossible, match="damaged"):
        opened(file.getvalue())


def test_other_file_is_no_backup() -> None:
    with pytest.raises(NotPossible, match="no backup of Safehub"):
        opened(b"PK\x03\x04 something else")
