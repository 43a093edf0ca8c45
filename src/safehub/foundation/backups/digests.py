"""What tells the rows of two databases apart: for each table, how many there are and a digest.

The digest is the sum of the rows' SHA-256 values, so that it does not hang on their order. It is
compared with one made by the same engine only, and is no proof against a forger: the file that
carries it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

_SIZE = 1 << 256


@dataclass(frozen=True)
class Rows:
    """The rows of one table."""

    count: int
    digest: str


def digest_of(rows: Iterable[bytes]) -> Rows:
    """Count and digest of rows, each given as bytes that say all of it."""
    count, total = 0, 0
    for row in rows:
        count += 1
        total += int.from_bytes(hashlib.sha256(row).digest(), "big")
    return Rows(count, f"{total % _SIZE:064x}")


def differences(wanted: dict[str, Rows], found: dict[str, Rows]) -> list[str]:
    """What is not the same, a sentence each; nothing where all is."""
    said = [f"the table {name} is missing" for name in sorted(wanted.keys() - found.keys())]
    said += [f"there is a table {name} too many" for name in sorted(found.keys() - wanted.keys())]
    for name in sorted(wanted.keys() & found.keys()):
        if wanted[name].count != found[name].count:
            said.append(f"{name} has {found[name].count} rows, and had {wanted[name].count}")
        elif wanted[name] != found[name]:
            said.append(f"rows of {name} are not as they were")
    return said
