"""How much is read of one document before a person must look: bombs end here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from safehub.foundation.disclosure.reading.parts import Reading
from safehub.foundation.documents.spreadsheets import MOST_UNPACKED

MOST_DEPTH = 4
MOST_FILES = 2_000


@dataclass
class Budget:
    """`read` reads a file inside another one. `left` counts bytes that may still be unpacked."""

    read: Callable[[Reading, str, bytes, Budget], None]
    left: int = MOST_UNPACKED
    files: int = MOST_FILES
    depth: int = 0

    def allows(self, reading: Reading, name: str, data: bytes) -> bool:
        """Whether this file may still be read; otherwise it is noted as unread."""
        self.left -= len(data)
        self.files -= 1
        if self.left < 0 or self.files < 0:
            reading.not_read(name, "more than is read of one document")
            return False
        return True

    def inside(self, reading: Reading, name: str, data: bytes) -> None:
        """Read a file that is inside the one being read."""
        if self.depth >= MOST_DEPTH:
            reading.not_read(name, f"a file more than {MOST_DEPTH} deep inside others")
            return
        self.depth += 1
        try:
            self.read(reading, name, data, self)
        finally:
            self.depth -= 1
