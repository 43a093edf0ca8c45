"""Hiding who a case is from a text that is thrown on a wall."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from safehub.audit.sampling.naming import sought
from safehub.foundation.disclosure.errors import UnusableWord
from safehub.foundation.disclosure.protected import Protected, ProtectedKind
from safehub.foundation.disclosure.scanning import Scanner

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


@dataclass(frozen=True)
class Mask:
    """What hides words of people: a scan as of what is published, and words as they stand."""

    scanner: Scanner | None = None
    words: frozenset[str] = frozenset()

    def hide(self, text: str) -> str:
        """The text with everything hidden that may be somebody's, also what may be nobody's."""
        if self.scanner is not None:
            for start, end in reversed(_stretches(self.scanner, text)):
                text = f"{text[:start]}{HIDDEN}{text[end:]}"
        return masked(text, self.words)


NOTHING_HIDDEN = Mask()


def mask_of(
    people: Sequence[Mapping[str, str]],
    references: Iterable[str] = (),
    mapping: Mapping[str, str | Sequence[str]] | None = None,
    words: frozenset[str] = frozenset(),
) -> Mask:
    """Of each person the cells by column, and the references by which they are known.

    `mapping` is what the office said of its frame, as `sought` takes it; `words` are hidden too.
    """
    columns = list(dict.fromkeys(name for cells in people for name in cells))
    looked = sought(columns, [("", cells) for cells in people], mapping)
    protected = [*looked.protected, *filter(None, map(_reference, references))]
    return Mask(Scanner(protected) if protected else None, words)


def _reference(text: str) -> Protected | None:
    found = Protected(ProtectedKind.REFERENCE, "", (text,))
    try:
        Scanner([found])
    except UnusableWord:
        return None
    return found


def _stretches(scanner: Scanner, text: str) -> list[tuple[int, int]]:
    """Where something is found, those that overlap as one."""
    found: list[tuple[int, int]] = []
    for start, last in sorted((hit.start, hit.end) for hit in scanner.scan_text(text)):
        end = last
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found
