"""Finds names that are not spelt as they are kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from safehub.foundation.disclosure.flat import Flat, Token, flatten
from safehub.foundation.disclosure.ordinary import ordinary_words
from safehub.foundation.disclosure.phrases import Stretch, Vocabulary, slips_allowed
from safehub.foundation.disclosure.protected import Matched

_TITLES = frozenset(str.split("mr mrs ms miss mx dr prof sir rev nee"))
# Joining words that by themselves are nobody's name, unless they come first.
_JOINING = frozenset(str.split("de da di du del van von der den bin binti ibn bint al el ul ap"))
_SHORT = 4
_LETTER = 1


def name_parts(name: str) -> list[str]:
    """The parts of a name that are looked for: no titles, no initials, no joining words.

    Empty only where nothing could be looked for.
    """
    words = [token.word for token in flatten(name).tokens]
    found = [word for word in words if len(word) > _LETTER or not word.isascii()]
    if len(found) > 1 and found[0] in _TITLES:
        found = found[1:]
    return found[:1] + [word for word in found[1:] if word not in _JOINING]


class NameText:
    """A text made ready for many names."""

    def __init__(self, flat: Flat) -> None:
        self._flat = flat
        self._tokens: dict[str, list[Token]] = defaultdict(list)
        for token in flat.tokens:
            self._tokens[token.word].append(token)
            # `Aldremans` may be of Alderman.
            if len(token.word) > _SHORT and token.word.endswith("s"):
                self._tokens[token.word[:-1]].append(
                    Token(token.word[:-1], token.start, token.end - 1)
                )
        # A report that says `grade` means grades by `Grade` as well.
        small = {token.word for token in flat.tokens if not flat.text[token.start].isupper()}
        self._vocabulary = Vocabulary(
            word
            for word, tokens in self._tokens.items()
            if word not in ordinary_words()
            or (word not in small and any(map(flat.is_capital, tokens)))
        )

    def stretches(self, name: str) -> Iterator[Stretch]:
        """Words that are the name but for a slip or so. An ordinary word is none where the text has
        it in small letters too, or only at the start of a sentence: every `grade` would else be
        Grace."""
        for word, slips in self._vocabulary.near(name, slips_allowed(name, in_phrase=False)):
            if len(name) == _SHORT and not _is_near_short(word, name):
                continue
            for token in self._tokens[word]:
                if self._may_be_name(token, is_short=len(name) == _SHORT):
                    score = round(100 * (1 - slips / len(name)))
                    yield Stretch(token.start, token.end, Matched.FUZZY, score)

    def _may_be_name(self, token: Token, *, is_short: bool) -> bool:
        if token.word in ordinary_words():
            return not is_short and self._flat.is_capital(token)
        return not is_short or self._flat.text[token.start].isupper()


def _is_near_short(word: str, name: str) -> bool:
    """Four letters are near with two of them swapped, or where the first is the same."""
    return sorted(word) == sorted(name) or word[0] == name[0]
