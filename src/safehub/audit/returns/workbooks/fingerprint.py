"""The hidden sheet by which a workbook is known again: which round, tool, sample and agency."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from safehub.foundation.documents.neutral import restored
from safehub.foundation.documents.tables import UNREAD
from safehub.foundation.mistakes import printable

SHEET = "safehub"
FORMAT = "1"
ABOUT = "By this sheet Safehub knows the workbook again. Please leave it as it is."
_CHECK, _FORMAT = "check", "format"


@dataclass(frozen=True)
class Fingerprint:
    """What a workbook was made for.

    `audit` is a mark of what the round is called, so that it has the same workbooks wherever it is
    stored; `title` and `period` are for telling people. There is no time of making: the same inputs
    give the same bytes. Texts are kept in a printable form.
    """

    audit: str
    title: str
    period: str
    tool: str
    tool_version: str
    sample: str
    agency: str
    respondent: str = ""

    @property
    def rows(self) -> list[tuple[str, str]]:
        """What the sheet holds, its check sum last."""
        held = [(_FORMAT, FORMAT), *((n, printable(text)) for n, text in asdict(self).items())]
        return [*held, (_CHECK, _sum(held))]


class Mistyped(ValueError):  # noqa: N818 - reads as what it says
    """There is such a sheet, and it does not hold what was written on it."""


def mark_of(said: object) -> str:
    """A short mark of plain data: other data have another."""
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()[:16]


def read_fingerprint(rows: Sequence[Sequence[str]] | None) -> Fingerprint | None:
    """What the hidden sheet says; None where there is none. Raises Mistyped."""
    if rows is None:
        return None
    held = {row[0]: restored(row[1]) if len(row) > 1 else "" for row in rows if row}
    names = [_FORMAT, *Fingerprint.__dataclass_fields__]
    if UNREAD in held.values() or not set(names) - {"respondent"} <= held.keys():
        raise Mistyped
    said = [(name, held.get(name, "")) for name in names]
    if held.get(_CHECK) != _sum(said) or held[_FORMAT] != FORMAT:
        raise Mistyped
    return Fingerprint(**_without_format(dict(said)))


def _without_format(said: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in said.items() if name != _FORMAT}


def _sum(rows: Sequence[tuple[str, str]]) -> str:
    """Against a slip of the hand, not against forgery: a workbook gives nobody any right."""
    # Trimmed, as cells are when they are read.
    return mark_of([(name, text.strip()) for name, text in rows])
