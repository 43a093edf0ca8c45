"""Numbers in words: `twenty-one`, `one hundred and two`, `twenty nineteen`, `second`."""

from __future__ import annotations

from collections.abc import Sequence

from safehub.foundation.disclosure.flat import Token

_UNITS = str.split(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
_TENS = str.split("twenty thirty forty fifty sixty seventy eighty ninety")
_ORDINALS = str.split(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"
)

UNITS = {word: value for value, word in enumerate(_UNITS)}
TENS = {word: 10 * value for value, word in enumerate(_TENS, start=2)}
ORDINALS = {word: value for value, word in enumerate(_ORDINALS, start=1)} | {
    "twentieth": 20,
    "thirtieth": 30,
}
DIGITS = {word: str(value) for word, value in UNITS.items() if value < 10} | {
    "oh": "0",
    "nought": "0",
    "nil": "0",
}
_SUFFIXES = {"st", "nd", "rd", "th"}
NUMBER_WORDS = UNITS.keys() | TENS.keys() | ORDINALS.keys()
_HUNDRED, _THOUSAND = "hundred", "thousand"


def with_numbers(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with every number in words put in digits, and `2nd` as `2`."""
    made: list[Token] = []
    place = 0
    while place < len(tokens):
        token = tokens[place]
        if token.word in NUMBER_WORDS:
            value, used = _number(tokens, place)
            made.append(Token(str(value), token.start, tokens[place + used - 1].end))
            place += used
            continue
        is_suffix = token.word in _SUFFIXES and made and made[-1].end == token.start
        if is_suffix and made[-1].word.isdigit():
            made[-1] = Token(made[-1].word, made[-1].start, token.end)
        else:
            made.append(token)
        place += 1
    return made


def _number(tokens: Sequence[Token], place: int) -> tuple[int, int]:
    """The number that begins there, and of how many tokens."""
    value, used = _below_hundred(tokens, place)
    for scale, size in ((_HUNDRED, 100), (_THOUSAND, 1000)):
        if 0 < value < 100 and _word(tokens, place + used) == scale:
            value, used = value * size, used + 1
            more = used + (_word(tokens, place + used) == "and")
            if _word(tokens, place + more) in NUMBER_WORDS:
                rest, further = _below_hundred(tokens, place + more)
                value, used = value + rest, more + further
            return value, used
    return _year(tokens, place, value, used)


def _year(tokens: Sequence[Token], place: int, value: int, used: int) -> tuple[int, int]:
    """`twenty nineteen` and `nineteen ninety-eight` are years."""
    if value in {19, 20} and _word(tokens, place + used) in NUMBER_WORDS:
        rest, further = _below_hundred(tokens, place + used)
        if rest >= 10:
            return 100 * value + rest, used + further
    return value, used


def _below_hundred(tokens: Sequence[Token], place: int) -> tuple[int, int]:
    word = tokens[place].word
    if word in TENS:
        after = _word(tokens, place + 1)
        rest = UNITS.get(after, 0) if UNITS.get(after, 0) < 10 else 0
        rest = rest or (ORDINALS.get(after, 0) if ORDINALS.get(after, 99) < 10 else 0)
        return TENS[word] + rest, 2 if rest else 1
    return UNITS.get(word, ORDINALS.get(word, 0)), 1


def _word(tokens: Sequence[Token], place: int) -> str:
    return tokens[place].word if place < len(tokens) else ""
