"""Finds words in a text that is squashed to its letters and digits, so that no space, hyphen, line
break or punctuation can hide one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from safehub.foundation.disclosure.flat import Flat, Token, flatten
from safehub.foundation.disclosure.ordinary import ordinary_words
from safehub.foundation.disclosure.phrases import Stretch
from safehub.foundation.disclosure.protected import Matched

# From this length on a word is found in the midst of another, such as a file name.
_LONG = 7
# A shorter word than this with a space inside is a chance: `in a` is not Ina.
_SHORTEST_PARTED = 5
_LOOKALIKE = str.maketrans("01l58374", "oiisbeta")
_PARTING = frozenset(" \t\r\n.,;:!?()[]|/\\_")


def squash(text: str) -> str:
    """The text's letters and digits, small and plain."""
    return "".join(token.word for token in flatten(text).tokens)


def looks(squashed: str) -> str:
    """With each digit as the letter that it may be taken for, and `l` as `i`."""
    return squashed.translate(_LOOKALIKE)


class SquashedText:
    """A text made ready for many words."""

    def __init__(self, flat: Flat) -> None:
        self._flat = flat
        self._tokens: list[Token] = flat.tokens
        self._squashed = "".join(token.word for token in self._tokens)
        self._looks = looks(self._squashed)
        self._starts: list[int] = []
        length = 0
        for token in self._tokens:
            self._starts.append(length)
            length += len(token.word)

    def stretches(self, word: str, *, is_code: bool = False) -> Iterator[Stretch]:
        """Every place of the squashed word. A code stands in whatever groups it is written."""
        if len(word) < 2:
            return
        for start in _places(self._squashed, word):
            found = self._stretch(start, len(word), is_code=is_code)
            if found:
                yield found
        if len(word) < 3:
            return
        seen_as = looks(word)
        for start in _places(self._looks, seen_as):
            there = self._squashed[start : start + len(word)]
            if there != word and _may_be(there, word):
                found = self._stretch(start, len(word), is_code=is_code)
                if found:
                    yield Stretch(found.start, found.end, Matched.LOOKALIKE)

    def _stretch(self, start: int, length: int, *, is_code: bool) -> Stretch | None:
        """The stretch in flat text, where it begins and ends as a word does."""
        first, offset = self._token_at(start)
        last, ending = self._token_at(start + length - 1)
        begin = self._tokens[first].start + offset
        end = self._tokens[last].start + ending + 1
        is_word = self._begins(first, offset) and self._ends(last, ending + 1)
        is_inside = length >= _LONG and first == last
        if not is_word and not is_inside and not _is_uncased(self._tokens[first].word):
            return None
        if not is_code and last > first and not self._is_one_word(first, last, begin, end, length):
            return None
        return Stretch(begin, end, Matched.NORMALISED)

    def _token_at(self, place: int) -> tuple[int, int]:
        index = bisect_right(self._starts, place) - 1
        return index, place - self._starts[index]

    def _begins(self, index: int, offset: int) -> bool:
        if not offset:
            return True
        place = self._tokens[index].start + offset
        return self._flat.text[place].isupper() and self._flat.text[place - 1].islower()

    def _ends(self, index: int, offset: int) -> bool:
        token = self._tokens[index]
        rest = token.word[offset:]
        if rest in {"", "s"}:
            return True
        place = token.start + offset
        return self._flat.text[place].isupper() and self._flat.text[place - 1].islower()

    def _is_one_word(self, first: int, last: int, begin: int, end: int, length: int) -> bool:
        """Whether pieces that are parted make one word: not where each is a word of its own."""
        pieces = self._tokens[first : last + 1]
        gap = self._flat.text[begin:end]
        if not _PARTING.intersection(gap):
            return True
        if len(pieces) > 2 and all(len(piece.word) == 1 for piece in pieces):
            return True
        if length < _SHORTEST_PARTED:
            return False
        return length > 9 or not all(_is_a_word(piece.word) for piece in pieces)


def _places(text: str, word: str) -> Iterator[int]:
    place = text.find(word)
    while place >= 0:
        yield place
        place = text.find(word, place + 1)


def _is_uncased(word: str) -> bool:
    """Of a script that has no capitals, and often no spaces between words."""
    return word.isalpha() and word.upper() == word.lower()


def _is_a_word(piece: str) -> bool:
    return piece in ordinary_words() or piece.isdigit()


def _may_be(there: str, word: str) -> bool:
    """Whether what stands there is the word in look-alikes, and no word or number of its own."""
    letters = sum(char.isalpha() for char in there)
    if word.isalpha():
        return letters * 2 >= len(there) and there not in ordinary_words()
    if word.isdigit():
        return (len(there) - letters) * 2 >= len(there)
    return True
