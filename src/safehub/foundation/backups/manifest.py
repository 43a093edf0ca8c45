"""What a backup says of itself: its parts with their hashes, the schema, the rows of each table."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from safehub.foundation.backups.digests import Rows

NAME = "manifest.json"
FORMAT = 1

Migration = tuple[str, str]


@dataclass(frozen=True)
class Part:
    """One file of the backup."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """All that is needed to know that what was put back is what was there."""

    made_at: str
    product: str
    engine: str
    engine_version: str
    migrations: tuple[Migration, ...]
    tables: dict[str, Rows]
    parts: dict[str, Part]

    def as_bytes(self) -> bytes:
        """As it is kept: JSON, sorted."""
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=1, sort_keys=True).encode()

    @property
    def rows(self) -> int:
        """How many rows there are in all."""
        return sum(table.count for table in self.tables.values())


def manifest_from(data: bytes) -> Manifest:
    """Reads what `as_bytes` wrote; it has been checked by then."""
    told = json.loads(data)
    return Manifest(
        made_at=told["made_at"],
        product=told["product"],
        engine=told["engine"],
        engine_version=told["engine_version"],
        migrations=tuple((app, name) for app, name in told["migrations"]),
        tables={name: Rows(**rows) for name, rows in told["tables"].items()},
        parts={name: Part(**part) for name, part in told["parts"].items()},
    )
