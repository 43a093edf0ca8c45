"""What a MAC of the trail is over, byte for byte, whichever database holds the row.

Keyed BLAKE2b (RFC 7693) and not HMAC-SHA256: it is a MAC by design, with no second pass, and was
two to three times as fast here, which verifying needs. Merkle trees are those of RFC 6962, 2.1.
"""

from __future__ import annotations

import datetime as dt
import hashlib
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


def line_in_sql(vendor: str) -> str:
    """The SQL that builds the text of `line_of` from a row."""
    if vendor == "postgresql":
        at = "to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
        cells = [at if name == "at" else f"coalesce({name}::text, '')" for name in COLUMNS]
        return f"concat_ws(E'\\t', {', '.join(cells)})"
    # SQLite keeps a moment as text, without the dot where the microseconds are nought.
    at = "CASE length(at) WHEN 19 THEN at || '.000000' ELSE at END"
    cells = [at if name == "at" else f"coalesce({name}, '')" for name in COLUMNS]
    return " || char(9) || ".join(cells)


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


def leaf(mac: bytes, written_in: int) -> bytes:
    """The leaf of one event: its MAC, which covers all that it says, and its transaction."""
    return hashlib.sha256(b"\0" + mac + written_in.to_bytes(8, "big", signed=True)).digest()


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """The root over one leaf or more. An odd one out goes up a level as it is."""
    sha256 = hashlib.sha256
    level = list(leaves)
    while len(level) > 1:
        pairs = iter(level)
        above = [sha256(b"\1" + a + b).digest() for a, b in zip(pairs, pairs, strict=False)]
        if len(level) % 2:
            above.append(level[-1])
        level = above
    return level[0]


def chained(before: bytes, batch: Sequence[object]) -> bytes:
    """What binds a batch to all before it: the hash of `before` and of what the batch says."""
    said = _PARTED.join(v.hex() if isinstance(v, bytes) else str(v) for v in batch)
    return hashlib.sha256(before + said.encode()).digest()
