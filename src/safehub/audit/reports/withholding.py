"""Keeping ids and names of restricted papers out of what is published.

What people write for the report may name a referral, a child, a practice or the person of an
action. Such words are withheld, since publishable papers hold none of them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from safehub.foundation.documents.lettering import writable

WITHHELD = "[withheld]"

_RUN = re.compile(r"[^\W_]+")
_YEAR = re.compile(r"(19|20)\d\d\Z", re.ASCII)
_SHORTEST_NUMBER = 4
_SHORTEST_WORD = 4
_SHORTEST_NAME = 2


class Withholding:
    """Withholds words from texts, and keeps count of what it had to."""

    def __init__(
        self,
        ids: Iterable[str],
        respondents: Iterable[str] = (),
        people: Iterable[str] = (),
        published: Iterable[str] = (),
    ) -> None:
        """`people` are the persons of actions.

        `published` are texts that stand in the report anyway, such as agencies' names: a
        respondent or a person called by words of theirs gives nothing away.
        """
        open_words = {part.casefold() for text in published for part in _parts(text)}

        def told(names: Iterable[str]) -> frozenset[str]:
            cores = {_core(name) for name in names}
            return frozenset(
                name
                for name in cores
                if len(name) >= _SHORTEST_NAME and name.casefold() not in open_words
            )

        self._ids = frozenset(i for i in (_core(i).casefold() for i in ids) if _is_telling(i))
        self._respondents = told(respondents)
        self._people = told(people)
        every = [*self._ids, *self._respondents, *self._people]
        self._longest = max((len(word) for word in every), default=0)
        self.found: Counter[str] = Counter()

    def clean(self, text: str) -> str:
        """The text with each telling word that stands in it replaced by `[withheld]`."""
        return self._without(self._respondents | self._people, text)

    def clean_owner(self, text: str) -> str:
        """An owner as it may be published: whom the meeting named, the meeting made public."""
        return self._without(self._respondents, text)

    def _without(self, names: frozenset[str], text: str) -> str:
        text = writable(text)
        kept, done = [], 0
        for start, end in _spans(text, self._longest):
            word = text[start:end]
            if start >= done and (word in names or word.casefold() in self._ids):
                self.found[word] += 1
                kept += [text[done:start], WITHHELD]
                done = end
        return "".join([*kept, text[done:]])


def _core(word: str) -> str:
    """The word without the signs at its ends, by which a text would hold it all the same."""
    runs = list(_RUN.finditer(word))
    return word[runs[0].start() : runs[-1].end()] if runs else ""


def _spans(text: str, longest: int) -> Iterator[tuple[int, int]]:
    """Every stretch from the start of a word to the end of one, the longest first at each start.

    A stretch is at most `longest` characters, so that a text of n words has few of them.
    """
    runs = [match.span() for match in _RUN.finditer(text)]
    for position, (start, _) in enumerate(runs):
        ends = [end for _, end in runs[position:] if end - start <= longest]
        for end in reversed(ends):
            yield start, end


def _parts(text: str) -> Iterator[str]:
    for start, end in _spans(text, len(text)):
        yield text[start:end]


def _is_telling(word: str) -> bool:
    """Whether an id can be told from ordinary words: `12` is a number in any report."""
    if word.isdigit():
        return len(word) >= _SHORTEST_NUMBER and not _YEAR.match(word)
    return any(char.isdigit() for char in word) or len(word) >= _SHORTEST_WORD
