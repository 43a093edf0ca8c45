"""Finds telephone numbers however they are grouped, prefixed or spelt out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from rapidfuzz.distance import OSA

from safehub.foundation.disclosure.flat import Flat, Token
from safehub.foundation.disclosure.numerals import DIGITS
from safehub.foundation.disclosure.phrases import Stretch
from safehub.foundation.disclosure.protected import Matched

_REPEATS = {"double": 2, "treble": 3, "triple": 3}
_LOOKALIKE = {"o": "0", "i": "1", "l": "1", "s": "5", "b": "8"}
_WIDEST_GAP = 6
# Fewer digits than this are looked for in no text: they are in every one.
_FEWEST = 5
# A number without its area code is dialled from the same town.
_LOCAL = 6
_FEWEST_TO_SLIP = 9
_ENDS = frozenset("\n\t;,")


@dataclass
class _Run:
    """Digits that follow each other, with where each stands and which begin a group."""

    digits: list[str] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)
    breaks: set[int] = field(default_factory=set)
    is_plain: bool = True


class PhoneText:
    """A text made ready for many numbers."""

    def __init__(self, flat: Flat) -> None:
        self._flat = flat
        self._runs = [run for run in self._read() if len(run.digits) >= _FEWEST]

    def stretches(self, number: str) -> Iterator[Stretch]:
        """Every place of the number, its national form or its local part standing alone; one digit
        may be wrong, missing, too many or swapped with the next."""
        wanted = national(number)
        if len(wanted) < _FEWEST:
            return
        for run in self._runs:
            yield from self._of(run, wanted)

    def _of(self, run: _Run, wanted: str) -> Iterator[Stretch]:
        digits = "".join(run.digits)
        core = wanted.lstrip("0")
        place = digits.find(core)
        if place >= 0:
            while place >= 0:
                yield self._stretch(run, *_with_prefix(digits, place, place + len(core)))
                place = digits.find(core, place + 1)
            return
        if len(digits) >= _LOCAL and len(core) >= _FEWEST_TO_SLIP and core.endswith(digits):
            yield self._stretch(run, 0, len(digits), Matched.FUZZY)
            return
        yield from self._slipped(run, digits, core)

    def _slipped(self, run: _Run, digits: str, core: str) -> Iterator[Stretch]:
        if len(core) < _FEWEST_TO_SLIP or len(digits) < len(core) - 1:
            return
        starts = {0, *run.breaks, *(i + 1 for i in range(len(digits)) if digits[i] == "0")}
        starts |= {i + 2 for i in range(len(digits) - 1) if digits[i : i + 2] == "44"}
        for start in sorted(starts):
            for length in (len(core), len(core) - 1, len(core) + 1):
                end = start + length
                is_whole = end == len(digits) or end in run.breaks
                if end <= len(digits) and is_whole and OSA.distance(digits[start:end], core) == 1:
                    yield self._stretch(run, start, end, Matched.FUZZY)
                    return

    def _stretch(
        self, run: _Run, start: int, end: int, matched: Matched = Matched.NORMALISED
    ) -> Stretch:
        if matched is Matched.NORMALISED and not run.is_plain:
            matched = Matched.LOOKALIKE
        score = 100 if matched is not Matched.FUZZY else 90
        return Stretch(run.spans[start][0], run.spans[end - 1][1], matched, score)

    def _read(self) -> Iterator[_Run]:
        run, times, last = _Run(), 1, -1
        for token in self._flat.tokens:
            if token.word in _REPEATS:
                times = _REPEATS[token.word]
                continue
            digits, is_plain = _digits(token)
            gap = self._flat.text[last : token.start] if last >= 0 else ""
            if not digits or len(gap) > _WIDEST_GAP + 8 * (times > 1):
                yield run
                run = _Run()
            if digits:
                if run.digits:
                    run.breaks.add(len(run.digits))
                run.is_plain &= is_plain
                self._add(run, token, digits * times)
                last = token.end
            times = 1
        yield run

    @staticmethod
    def _add(run: _Run, token: Token, digits: str) -> None:
        is_each = len(digits) == token.end - token.start
        for offset, digit in enumerate(digits):
            start = token.start + offset if is_each else token.start
            run.digits.append(digit)
            run.spans.append((start, start + 1 if is_each else token.end))


def _digits(token: Token) -> tuple[str, bool]:
    """The digits that a token says, and whether it says them as digits."""
    word = token.word
    if word.isdigit():
        return word, True
    if word in DIGITS:
        return DIGITS[word], True
    if len(word) <= 2 and all(char in _LOOKALIKE for char in word):
        return "".join(_LOOKALIKE[char] for char in word), False
    return "", True


def national(number: str) -> str:
    """The digits as dialled within the country."""
    digits = "".join(char for char in number if char.isdigit())
    plus = number.strip().startswith(("+", "00"))
    if digits.startswith("0044"):
        digits = digits[2:]
    if digits.startswith("44") and (plus or len(digits) >= 12):
        digits = "0" + digits[2:].lstrip("0")
    return digits


def _with_prefix(digits: str, start: int, end: int) -> tuple[int, int]:
    """The place with the 0, 44 or 0044 before it."""
    for prefix in ("00440", "0044", "440", "44", "0"):
        if digits[:start].endswith(prefix):
            return start - len(prefix), end
    return start, end
