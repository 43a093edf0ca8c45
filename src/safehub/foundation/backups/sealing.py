"""The file of a backup: a header to be read by anybody, then encrypted chunks.

    SAFEHUB BACKUP 1 ⏎ | length of header, 4 bytes | header, JSON | SHA-256 of all that | chunks

Each chunk is AES-256-GCM under a key of this file alone (HKDF-SHA256 of the backup key and a salt),
with its number and whether it is the last one as nonce, and the header's hash as associated data.
So no chunk can be changed, moved, doubled or left out, and nothing is released before it is
checked (the STREAM construction: Hoang, Reyhanitabar, Rogaway and Vizár, 2015).
"""

from __future__ import annotations

import hashlib
import io
import json
import secrets
import struct
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from safehub.foundation.backups.keys import fingerprint
from safehub.foundation.errors import NotPossible

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

MAGIC = b"SAFEHUB BACKUP 1\n"
CHUNK = 1 << 20
_TAG = 16
_LONGEST_HEADER = 4096
_LENGTH = struct.Struct(">I")


@dataclass(frozen=True)
class Header:
    """What anybody may know of a backup."""

    made_at: str
    product: str
    engine: str
    key: str
    salt: str


def new_header(*, made_at: str, product: str, engine: str, key: bytes) -> Header:
    """A header with a salt of its own."""
    return Header(made_at, product, engine, fingerprint(key), secrets.token_hex(32))


def damaged(what: str) -> NotPossible:
    """The error for a file that is not as it was written."""
    return NotPossible(
        f"This backup is damaged: {what}. Nothing was restored; take another copy of it, "
        "or another backup."
    )


def _cipher(key: bytes, header: Header) -> AESGCM:
    derived = HKDF(SHA256(), 32, bytes.fromhex(header.salt), b"safehub backup").derive(key)
    return AESGCM(derived)


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])


class SealedWriter(io.RawIOBase):
    """Encrypts what is written to it. Without `close` the file is not whole, and no reader takes
    it for whole.
    """

    def __init__(self, file: BinaryIO, header: Header, key: bytes) -> None:
        text = json.dumps(asdict(header), sort_keys=True).encode()
        start = MAGIC + _LENGTH.pack(len(text)) + text
        self._digest = hashlib.sha256(start).digest()
        self._file, self._cipher = file, _cipher(key, header)
        self._kept, self._number = bytearray(), 0
        file.write(start + self._digest)

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: ReadableBuffer, /) -> int:
        """Takes all of it."""
        view = memoryview(data)
        self._kept += view
        # One chunk is held back, so that the last one can be marked as such.
        while len(self._kept) > CHUNK:
            self._seal(bytes(self._kept[:CHUNK]), is_last=False)
            del self._kept[:CHUNK]
        return view.nbytes

    def finish(self) -> None:
        """Write the last chunk. Nothing can be written after it."""
        self._seal(bytes(self._kept), is_last=True)
        self._kept.clear()

    def _seal(self, chunk: bytes, *, is_last: bool) -> None:
        nonce = _nonce(self._number, is_last=is_last)
        self._file.write(self._cipher.encrypt(nonce, chunk, self._digest))
        self._number += 1


def read_header(file: BinaryIO) -> tuple[Header, bytes]:
    """The header and its hash. Raises NotPossible for what is no backup, or a damaged one."""
    if file.read(len(MAGIC)) != MAGIC:
        raise NotPossible(
            "This is no backup of Safehub, or its first line is damaged: nothing was restored."
        )
    packed = file.read(_LENGTH.size)
    length = _LENGTH.unpack(packed)[0] if len(packed) == _LENGTH.size else _LONGEST_HEADER + 1
    text = file.read(length) if length <= _LONGEST_HEADER else b""
    digest = hashlib.sha256(MAGIC + packed + text).digest()
    if file.read(len(digest)) != digest:
        raise damaged("its header is not as it was written")
    return Header(**json.loads(text)), digest


class SealedReader(io.RawIOBase):
    """Gives what was written, chunk by checked chunk. Raises NotPossible for another key, and for
    damage where it meets it.
    """

    def __init__(self, file: BinaryIO, key: bytes) -> None:
        self.header, self._digest = read_header(file)
        if self.header.key != fingerprint(key):
            raise NotPossible(
                f"This backup was made with another key (it wants {self.header.key}, and was "
                f"given {fingerprint(key)}): name the right key file with --key."
            )
        self._file, self._cipher = file, _cipher(key, self.header)
        self._next = file.read(CHUNK + _TAG)
        self._open, self._number, self._is_over = memoryview(b""), 0, False

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, into: WriteableBuffer, /) -> int:
        """Nothing only at the end of what was written."""
        while not self._open and not self._is_over:
            self._open = memoryview(self._unseal())
        view = memoryview(into).cast("B")
        size = min(len(view), len(self._open))
        view[:size] = self._open[:size]
        self._open = self._open[size:]
        return size

    def _unseal(self) -> bytes:
        sealed, self._next = self._next, self._file.read(CHUNK + _TAG)
        is_last = not self._next
        try:
            nonce = _nonce(self._number, is_last=is_last)
            chunk = self._cipher.decrypt(nonce, sealed, self._digest)
        except InvalidTag as error:
            where = "it ends too early, or its end" if is_last else f"part {self._number + 1}"
            raise damaged(f"{where} is not as it was written") from error
        self._number, self._is_over = self._number + 1, is_last
        return chunk
