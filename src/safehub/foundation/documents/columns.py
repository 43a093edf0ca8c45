"""How wide each column of a table should be, decided once for Word, PDF and charts alike."""

from __future__ import annotations

from collections.abc import Sequence

from safehub.foundation.documents.lettering import width_of
from safehub.foundation.documents.tree import Document, Heading, Table

# Beyond these a column takes more lines, not more width.
_LONGEST_LINE = 34.0
_LONGEST_WORD = 11.0
# Below this a cell, such as a date or a count, is not worth a second line.
_SHORT_LINE = 8.0
_PADDING_POINTS = 9.0
_PORTRAIT_POINTS = 170 / 25.4 * 72
_ROWS_LOOKED_AT = 400


def type_size(table: Table) -> float:
    """Points: smaller as columns become many, so that words still fit their columns."""
    count = len(table.headings)
    if count <= 6:
        return 9.5
    return 8.5 if count <= 9 else 7.5


def turned(document: Document) -> frozenset[int]:
    """The positions of the blocks that need a page on its side.

    These are the tables whose words do not fit an upright page, and the headings just above them.
    """
    places: set[int] = set()
    for position, block in enumerate(document.blocks):
        if isinstance(block, Table) and _overflows(block):
            places.add(position)
            above = position - 1
            while above >= 0 and isinstance(document.blocks[above], Heading):
                places.add(above)
                above -= 1
    return frozenset(places)


def _overflows(table: Table) -> bool:
    size = type_size(table)
    return sum(low for low, _ in _needs(table, size)) > _PORTRAIT_POINTS / size


def column_shares(table: Table, points: float) -> tuple[float, ...]:
    """The share of the width that each column gets, of 1 in all; `points` is that width.

    Each column first gets its longest word, then what is left goes by the length of its texts.
    """
    size = type_size(table)
    line = points / size
    least, wanted = zip(*_needs(table, size), strict=True)
    if sum(wanted) <= line:
        return _grown(wanted, line)
    if sum(least) >= line:
        return _scaled(least)
    spare = (line - sum(least)) / (sum(wanted) - sum(least))
    return _scaled([low + (high - low) * spare for low, high in zip(least, wanted, strict=True)])


def _needs(table: Table, size: float) -> list[tuple[float, float]]:
    """For each column in ems: what its longest word needs, and what its longest line would."""
    rows = _sampled(table.rows)
    padding = _PADDING_POINTS / size
    return [
        _column_needs(heading, [row[column] for row in rows], padding)
        for column, heading in enumerate(table.headings)
    ]


def _column_needs(heading: str, cells: Sequence[str], padding: float) -> tuple[float, float]:
    longest = max((width_of(cell) for cell in cells), default=0.0)
    words = max(map(_longest_word, cells), default=0.0)
    if longest <= _SHORT_LINE:
        words = longest
    words = max(words, _longest_word(heading, bold=True))
    low = min(words, _LONGEST_WORD)
    high = min(max(longest, width_of(heading, bold=True)), _LONGEST_LINE)
    return low + padding, max(low, high) + padding


def _longest_word(text: str, *, bold: bool = False) -> float:
    return max((width_of(word, bold=bold) for word in text.split()), default=0.0)


def _sampled(rows: Sequence[tuple[str, ...]]) -> Sequence[tuple[str, ...]]:
    """Every row of a short table, evenly spread rows of a long one: widths need no more."""
    return rows[:: max(1, len(rows) // _ROWS_LOOKED_AT)]


def _grown(wanted: Sequence[float], line: float) -> tuple[float, ...]:
    """A narrow table still fills the line; its first column, which names the rows, takes more."""
    spare = line - sum(wanted)
    first = spare * 0.4
    others = (spare - first) / len(wanted)
    return _scaled([width + others + (first if not i else 0) for i, width in enumerate(wanted)])


def _scaled(widths: Sequence[float]) -> tuple[float, ...]:
    whole = sum(widths)
    return tuple(width / whole for width in widths)
