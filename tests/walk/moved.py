"""An audit as a pack, and a table of that pack read and written again."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from factories.people import operator
from safehub.audit.programmes.models import Audit
from safehub.exchange.audit_pack.writing import write_pack


def exported(audit: Audit, folder: Path) -> Path:
    """The folder, with the audit in it as a pack."""
    write_pack(audit, folder, operator())
    return folder


def cells(table: Path) -> list[dict[str, str]]:
    """The rows of a table, by column."""
    with table.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def written(table: Path, rows: Sequence[dict[str, str]], columns: Sequence[str]) -> None:
    """The table, with these rows and no others."""
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
