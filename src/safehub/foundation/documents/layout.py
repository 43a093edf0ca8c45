"""What the cells of a sheet do not show: what is hidden, and what is merged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

from lxml import etree
from openpyxl.utils import get_column_letter, range_boundaries

from safehub.foundation.mistakes import FileMistakes

_CHUNK = 1 << 20
_SIGNS = (b"hidden=", b"mergeCell")
_TRUE = {"1", "true", "on"}
_MOST_MERGED = 20


def tell_of_layout(workbook: Any, worksheet: Any, mistakes: FileMistakes) -> None:
    """Remark on hidden rows and columns, which are read all the same; refuse merged cells.

    Of merged cells only the first holds anything, so the others would pass for blank.
    """
    # openpyxl keeps neither when it reads row by row; the part of the sheet has both.
    part = worksheet._worksheet_path
    with workbook._archive.open(part) as file:
        if not _has_signs(file):
            return
    rows, columns, merged = [], [], []
    with workbook._archive.open(part) as file:
        for name, element in _elements(file):
            if name == "mergeCell":
                merged.append(element.get("ref", ""))
            elif element.get("hidden", "") in _TRUE:
                if name == "row":
                    rows.append(int(element.get("r", "0")))
                else:
                    columns.append((int(element.get("min", "0")), int(element.get("max", "0"))))
    place = f"sheet {worksheet.title}"
    if rows:
        mistakes.remark(place, f"hidden rows were read like all others: {_some(rows)}.")
    if columns:
        letters = (f"{get_column_letter(a)} to {get_column_letter(b)}" for a, b in columns if a)
        mistakes.remark(place, f"hidden columns were read like all others: {', '.join(letters)}.")
    for reference in merged[:_MOST_MERGED]:
        first, top, last, bottom = range_boundaries(reference)
        where = f"{place}, row {top}, column {get_column_letter(first or 1)}"
        what = "headings" if top == 1 else "cells"
        wanted = f"{what} that are not merged: unmerge them and fill in each"
        if (first, top) != (last, bottom):
            mistakes.add(where, f"merged {what} ({reference})", wanted)


def _has_signs(file: IO[bytes]) -> bool:
    """Whether there may be anything to tell: most sheets are spared a second reading."""
    before = b""
    while chunk := file.read(_CHUNK):
        if any(sign in before + chunk for sign in _SIGNS):
            return True
        before = chunk[-16:]
    return False


def _elements(file: IO[bytes]) -> Iterator[tuple[str, Any]]:
    wanted = {"row", "col", "mergeCell"}
    parsing = etree.iterparse(file, events=("end",), resolve_entities=False, no_network=True)
    for _, element in parsing:
        name = etree.QName(element).localname
        if name in wanted:
            yield name, element
        if name != "c" and name != "v" and name != "is" and name != "t":
            element.clear(keep_tail=False)


def _some(rows: list[int]) -> str:
    """Runs of numbers, the first few."""
    runs: list[list[int]] = []
    for row in rows:
        if runs and row == runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    told = [str(a) if a == b else f"{a} to {b}" for a, b in runs[:10]]
    return ", ".join(told) + (" and others" if len(runs) > 10 else "")
