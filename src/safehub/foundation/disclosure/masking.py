"""Leaves protected words out of a text. Files are never painted over: what is masked in a PDF or a
Word file can be laid bare again, so a file is replaced or left out whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

MASK = "[withheld]"


@dataclass(frozen=True)
class Gap:
    """A stretch to leave out. A masked one leaves a mark, a removed one nothing."""

    start: int
    end: int
    is_marked: bool


def masked(text: str, gaps: Iterable[Gap]) -> str:
    """The text without the stretches. Where stretches overlap they are one, marked if any is."""
    kept: list[str] = []
    done = 0
    for gap in _joined(gaps):
        kept += [text[done : gap.start], MASK if gap.is_marked else ""]
        done = gap.end
    return "".join([*kept, text[done:]])


def _joined(gaps: Iterable[Gap]) -> list[Gap]:
    made: list[Gap] = []
    for gap in sorted(gaps, key=lambda g: (g.start, g.end)):
        if made and gap.start < made[-1].end:
            last = made.pop()
            marked = last.is_marked or gap.is_marked
            gap = Gap(last.start, max(last.end, gap.end), marked)
        made.append(gap)
    return made
