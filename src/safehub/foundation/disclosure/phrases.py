"""Finds addresses and places in a text, word by word, with slips and a word left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from safehub.foundation.disclosure.addresses import Phrase, canonical
from safehub.foundation.disclosure.flat import Flat, Token
from safehub.foundation.disclosure.ordinary import ordinary_words
from safehub.foundation.disclosure.protected import Matched

# How far apart two neighbouring words of one phrase may stand, in characters.
_WIDEST_GAP = 60
_SHORTEST_SLIP = 3


@dataclass(frozen=True)
class Stretch:
    """A stretch of flat text that a rule found."""

    start: int
    end: int
    matched: Matched
    score: int = 100
    is_sure: bool = True


def slips_allowed(word: str, *, in_phrase: bool) -> int:
    """How many letters may be wrong, missing, too many or swapped: the longer, the more."""
    if word.isdigit() or len(word) < (_SHORTEST_SLIP if in_phrase else 4):
        return 0
    if len(word) < 8:
        return 1
    return 2 if len(word) < 12 else 3


class Vocabulary:
    """The different words of a text by length, for finding those that are nearly another."""

    def __init__(self, words: Iterable[str]) -> None:
        self._by_length: dict[int, list[str]] = defaultdict(list)
        for word in dict.fromkeys(words):
            if not word.isdigit():
                self._by_length[len(word)].append(word)

    def near(self, word: str, slips: int) -> Iterator[tuple[str, int]]:
        """The words within so many slips, and how many each has; the word itself is left out."""
        if not slips:
            return
        for length in range(len(word) - slips, len(word) + slips + 1):
            for found, distance, _ in process.extract(
                word,
                self._by_length.get(length, []),
                scorer=OSA.distance,
                processor=None,
                score_cutoff=slips,
                limit=None,
            ):
                if distance:
                    yield found, int(distance)


@dataclass(frozen=True)
class _At:
    """A word of a phrase found in the text, with how many slips."""

    place: int
    slips: int


class PhraseText:
    """A text made ready for many phrases."""

    def __init__(self, flat: Flat) -> None:
        self._flat = flat
        self._tokens: list[Token] = canonical(flat.tokens)
        self._places: dict[str, list[int]] = defaultdict(list)
        for place, token in enumerate(self._tokens):
            self._places[token.word].append(place)
        self._vocabulary = Vocabulary(self._places)
        self._near: dict[str, dict[int, int]] = {}

    def _found(self, word: str) -> Mapping[int, int]:
        """Where the word stands, and with how many slips."""
        if word not in self._near:
            found = dict.fromkeys(self._places.get(word, ()), 0)
            for near, slips in self._vocabulary.near(word, slips_allowed(word, in_phrase=True)):
                found |= dict.fromkeys(self._places[near], slips)
            self._near[word] = found
        return self._near[word]

    def stretches(self, phrase: Phrase) -> Iterator[Stretch]:
        """Every place of the phrase."""
        seen: set[tuple[int, int]] = set()
        for index in sorted(phrase.strong):
            for place in self._found(phrase.words[index]):
                found = self._around(phrase, index, place)
                if self._will_do(phrase, found):
                    stretch = self._stretch(phrase, found)
                    if (stretch.start, stretch.end) not in seen:
                        seen.add((stretch.start, stretch.end))
                        yield stretch

    def _around(self, phrase: Phrase, index: int, place: int) -> dict[int, _At]:
        """The words of the phrase that stand about this one, each where it is expected or one off.

        One word may be too many or too few before it, and one after it.
        """
        found = {index: _At(place, self._found(phrase.words[index])[place])}
        for step, limit in ((-1, -1), (1, len(phrase.words))):
            last, shift = place, 0
            for other in range(index + step, limit, step):
                where = self._found(phrase.words[other])
                expected = place + (other - index) + shift
                for off in (0, step, -step):
                    at = expected + off
                    ahead = (at - last) * step > 0
                    if ahead and at in where and self._is_near(last, at):
                        found[other] = _At(at, where[at])
                        last, shift = at, shift + off
                        break
        return found

    def _is_near(self, one: int, other: int) -> bool:
        first, second = sorted((one, other))
        return self._tokens[second].start - self._tokens[first].end <= _WIDEST_GAP

    def _will_do(self, phrase: Phrase, found: Mapping[int, _At]) -> bool:
        """Enough of the words, among them one that tells; a slip and a gap are not both forgiven
        in a short one, nor a slip that makes an ordinary word."""
        count = len(phrase.words)
        missing = count - len(found)
        if phrase.is_name and phrase.strong <= found.keys() and missing:
            return self._is_a_name(phrase, found)
        if missing > (0 if phrase.is_all or count < 3 else 1):
            return False
        told = phrase.strong & found.keys()
        if not told or (len(told) == 1 and len(found) == 1 and count > 1):
            return False
        if count == 1 or missing or count == 2:
            return not any(self._is_other_word(at) for at in found.values())
        return True

    def _is_a_name(self, phrase: Phrase, found: Mapping[int, _At]) -> bool:
        """Whether the words that tell are enough by themselves to mean the place."""
        telling = [found[i] for i in phrase.strong]
        if any(at.slips for at in telling):
            return len(found) > 1 and not any(self._is_other_word(at) for at in found.values())
        tokens = [self._tokens[at.place] for at in telling]
        return len(tokens) > 1 or len(found) > 1 or any(map(self._is_telling, tokens))

    def _is_telling(self, token: Token) -> bool:
        return token.word not in ordinary_words() or self._flat.is_capital(token)

    def _is_other_word(self, at: _At) -> bool:
        token = self._tokens[at.place]
        return bool(at.slips) and not self._is_telling(token)

    def _stretch(self, phrase: Phrase, found: Mapping[int, _At]) -> Stretch:
        places = [at.place for at in found.values()]
        start, end = self._tokens[min(places)].start, self._tokens[max(places)].end
        slips = sum(at.slips for at in found.values())
        letters = sum(map(len, phrase.words))
        lost = sum(len(w) for i, w in enumerate(phrase.words) if i not in found)
        if not slips and not lost:
            return Stretch(start, end, Matched.NORMALISED, is_sure=phrase.is_sure)
        score = round(100 * (1 - (slips + lost) / max(letters, 1)))
        return Stretch(start, end, Matched.FUZZY, max(score, 1), phrase.is_sure)


def name_phrase(words: Sequence[str]) -> Phrase:
    """A whole name: every part must stand there, each perhaps with a slip."""
    return Phrase(tuple(words), frozenset(range(len(words))), is_all=True)
