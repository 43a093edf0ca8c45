"""What a MAC of the trail is over, byte for byte, whichever database holds the row.

Keyed BLAKE2b (RFC 7693) and not HMAC-SHA256: it is a MAC by design, with no second pass, and was
two to three times as fast here, which verifying needs.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import struct
from collections.abc import Callable, Sequence
from hmac import compare_digest

from safehub.foundation.trail.keys import TrailKey

# In the order in which a row is written, signed and read back.
COLUMNS = (
    "id",
    "at",
    "event",
    "outcome",
    "reason",
    "person",
    "membership",
    "organisation",
    "role",
    "via",
    "operating_user",
    "record_kind",
    "record_key",
    "classes",
    "purpose",
    "request_id",
    "detail",
    "key_id",
)
_PARTED = "\t"
_ROW, _BATCH, _ROOT = b"safehub.row", b"safehub.batch", b"safehub.root"


def moment(at: dt.datetime) -> str:
    """A moment in UTC, to the microsecond, in letters that sort."""
    return at.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def line_of(values: Sequence[object]) -> bytes:
    """The bytes of one row; `values` in the order of COLUMNS, `at` as `moment` gives it.

    No value holds a tab (`writing.plain` sees to that), so two rows never share a line.
    """
    return _PARTED.join("" if value is None else str(value) for value in values).encode()


def moment_in_sql(vendor: str, column: str) -> str:
    """The SQL that gives a column of moments as `moment` does."""
    if vendor == "postgresql":
        return f"to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
    # SQLite keeps a moment as text, without the dot where the microseconds are nought.
    return f"CASE length({column}) WHEN 19 THEN {column} || '.000000' ELSE {column} END"


def line_in_sql(vendor: str) -> str:
    """The SQL that builds the bytes of `line_of` from a row."""
    at = moment_in_sql(vendor, "at")
    if vendor == "postgresql":
        cells = [at if name == "at" else f"coalesce({name}::text, '')" for name in COLUMNS]
        return f"convert_to(concat_ws(E'\\t', {', '.join(cells)}), 'UTF8')"
    cells = [at if name == "at" else f"coalesce({name}, '')" for name in COLUMNS]
    return f"CAST({' || char(9) || '.join(cells)} AS BLOB)"


def row_signer(key: TrailKey) -> Callable[[bytes], bytes]:
    """Signs lines of rows. The key is taken in once, not for each row."""
    keyed = hashlib.blake2b(key=key.secret, digest_size=32, person=_ROW)

    def sign(line: bytes) -> bytes:
        mac = keyed.copy()
        mac.update(line)
        return mac.digest()

    return sign


def batch_mac(key: TrailKey, chain: bytes) -> bytes:
    """The MAC of a batch, over what chains it to all before."""
    return hashlib.blake2b(chain, key=key.secret, digest_size=32, person=_BATCH).digest()


def root_mac(key: TrailKey, line: bytes) -> bytes:
    """The MAC of a line of the daily roots."""
    return hashlib.blake2b(line, key=key.secret, digest_size=32, person=_ROOT).digest()


def is_same(one: bytes, other: bytes) -> bool:
    """Compares MACs in a time that tells nothing."""
    return compare_digest(one, other)


def merkle_root(macs: Sequence[bytes], written_in: Sequence[int]) -> bytes:
    """The root over events in their order: a leaf for all their transactions, then each MAC.

    Pairs are hashed as in RFC 6962, 2.1; an odd one out goes up a level as it is. The MACs are
    leaves as they stand, which saves a hash for each: how many there are is in what is chained,
    so no inner node passes for a leaf. Raises TypeError or struct.error for what is no number.
    """
    transactions = struct.pack(f">{len(written_in)}q", *written_in)
    sha256 = hashlib.sha256
    level = [sha256(b"\0" + transactions).digest(), *macs]
    while len(level) > 1:
        pairs = iter(level)
        above = [sha256(b"\1" + a + b).digest() for a, b in zip(pairs, pairs, strict=False)]
        if len(level) % 2:
            above.append(level[-1])
        level = above
    return level[0]
