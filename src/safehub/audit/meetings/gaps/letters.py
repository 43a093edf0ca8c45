"""The letters that name gaps under a theme."""

from __future__ import annotations

import itertools
import string
from collections.abc import Iterable, Iterator


def letters() -> Iterator[str]:
    """a to z, then aa, ab and on, as a spreadsheet names its columns."""
    for one in (1, 2):
        for letter in itertools.product(string.ascii_lowercase, repeat=one):
            yield "".join(letter)


def next_letter(taken: Iterable[str]) -> str | None:
    """The letter after the last that is taken; None where all 702 are.

    A letter in between that is free again is left free while there is one after the last: somebody
    may have written it down. Only then is it used.
    """
    used = set(taken)
    every = list(letters())
    last = max((place for place, letter in enumerate(every) if letter in used), default=-1)
    after = every[last + 1 :] or [letter for letter in every if letter not in used]
    return next(iter(after), None)
