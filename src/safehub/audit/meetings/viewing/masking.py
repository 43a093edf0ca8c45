"""Hiding who a case is from a text that is thrown on a wall."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

HIDDEN = "[hidden]"
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_SHORTEST = 2


def telling_words(cells: Mapping[str, object]) -> frozenset[str]:
    """The words by which the cells of a referral tell who it is, folded.

    Every cell whole, and of those with several words each that begins with a capital or holds a
    figure, such as the parts of a name or an address. May, Grace and Will are words as well: they
    are hidden too, since a wall is read by everybody in the room.
    """
    found: set[str] = set()
    for value in cells.values():
        text = str(value).strip()
        words = _WORD.findall(text)
        found |= {text.casefold()} if len(words) == 1 else set()
        found |= {
            word.casefold()
            for word in words
            if word[:1].isupper() or any(sign.isdigit() for sign in word)
        }
    return frozenset(word for word in found if len(word) >= _SHORTEST)


def masked(text: str, words: Iterable[str]) -> str:
    """The text with each of these words hidden, wherever it stands as a word of its own."""
    telling = frozenset(words)
    if not telling:
        return text

    def instead(match: re.Match[str]) -> str:
        word = match.group(0)
        stem = re.sub(r"['’]s$", "", word)
        parts = {word.casefold(), stem.casefold(), *stem.casefold().split("-")}
        return HIDDEN if parts & telling else word

    return _WORD.sub(instead, text)
