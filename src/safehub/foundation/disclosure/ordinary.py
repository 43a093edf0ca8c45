"""Ordinary English words: a slip of the pen is not looked for in each of them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "data" / "ordinary_words.txt"
# Words of one and two letters, which the list leaves out.
_SHORT = frozenset(
    str.split(
        "a i am an as at be by do go he hi if in is it me my no of oh ok on or so to up us we"
    )
)


@cache
def ordinary_words() -> frozenset[str]:
    """Words that were counted in small letters in prose. Will and May are among them, Sarah is not.

    What is missing costs a hit that a person clears; a name among them could cost a miss.
    """
    return frozenset(_FILE.read_text(encoding="ascii").split()) | _SHORT
