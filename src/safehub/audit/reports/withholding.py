"""Keeping ids and names of restricted papers out of what is published.

What people write for the report may name a referral, a child, a practice or the person of an
action. Such words are withheld, since publishable papers hold none of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

WITHHELD = "[withheld]"
_SHORTEST_NUMBER = 5
_SHORTEST_WORD = 4


class Withholding:
    """Withholds words from texts, and counts how often it had to."""

    def __init__(self, words: Iterable[str], people: Iterable[str] = ()) -> None:
        """`words` are ids and respondents; `people` are the persons of actions."""
        self._words = [word for word in words if _is_telling(word)]
        self._people = [name for name in people if _is_telling(name)]
        self.count = 0

    def clean(self, text: str) -> str:
        """The text with each telling word that stands in it replaced by `[withheld]`."""
        return self._without([*self._words, *self._people], text)

    def clean_owner(self, text: str) -> str:
        """An owner as it may be published: whom the meeting named, the meeting made public."""
        return self._without(self._words, text)

    def _without(self, words: list[str], text: str) -> str:
        found = [word for word in words if word in text]
        for word in sorted(found, key=lambda word: (-len(word), word)):
            # \\b would not do: an id may begin or end with a sign.
            text, times = re.subn(rf"(?<!\w){re.escape(word)}(?!\w)", WITHHELD, text)
            self.count += times
        return text


def _is_telling(word: str) -> bool:
    """Whether the word can be told from ordinary ones: `12` is a number in any report."""
    if word.isdigit():
        return len(word) >= _SHORTEST_NUMBER
    has_digit = any(char.isdigit() for char in word)
    return has_digit or len(word) >= _SHORTEST_WORD
