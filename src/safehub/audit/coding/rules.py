"""Where sentences begin and end, which passages are marked, and which texts are coded twice.

A text is shown in its sentences, so that a passage can be marked with check boxes alone; who wants
less than a sentence gives its exact words. Which texts are coded twice is drawn by permanent random
numbers, as second grades are (Ohlsson 1995): the SHA-256 of `seed|AGENCY|RESPONDENT|CASE|COLUMN`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Sequence

from safehub.audit.coding.rows import Key
from safehub.audit.sampling.rules import rank

Span = tuple[int, int]
"""The first character of a passage, counted from 0, and the one after its last."""

_BOUNDARY = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+|\s*\n\s*")


def sentences(text: str) -> list[Span]:
    """The sentences of a text, in order and without the spaces around them."""
    edges = [0, *(gap.end() for gap in _BOUNDARY.finditer(text))]
    found = []
    for start, end in zip(edges, [*edges[1:], len(text)], strict=True):
        part = text[start:end]
        inner = part.strip()
        if inner:
            begins = start + len(part) - len(part.lstrip())
            found.append((begins, begins + len(inner)))
    return found


def passages(spans: Sequence[Span], chosen: Collection[int]) -> list[Span]:
    """Sentences that follow each other are one passage; others are passages of their own."""
    found: list[Span] = []
    before = -2
    for at in sorted(set(chosen)):
        start, end = spans[at]
        if at == before + 1:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
        before = at
    return found


def places_of(text: str, words: str) -> list[Span]:
    """Every place where the text has these very words, however their spaces are broken."""
    parts = [re.escape(part) for part in words.split()]
    if not parts:
        return []
    return [found.span() for found in re.finditer(r"\s+".join(parts), text)]


def coded_twice(seed: int, texts: Iterable[tuple[Key, str]], percent: int) -> set[tuple[Key, str]]:
    """So many percent of the texts, rounded up, by rank. A text is a return and a column."""
    ordered = sorted(set(texts), key=lambda one: (rank(seed, "|".join((*one[0], one[1]))), one))
    return set(ordered[: math.ceil(len(ordered) * percent / 100)])
