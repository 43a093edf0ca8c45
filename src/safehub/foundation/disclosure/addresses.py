"""Addresses, schools and practices as the words that tell: what is looked for, and how much of it
must stand together to be found."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from safehub.foundation.disclosure.flat import Token, flatten
from safehub.foundation.disclosure.numerals import with_numbers
from safehub.foundation.disclosure.protected import Protected, ProtectedKind

POSTCODE = re.compile(r"\b([A-Z]{1,2}\d[A-Z\d]?)\s*(\d[A-Z]{2})\b", re.IGNORECASE)

# Each way of writing a word, and the one that stands for all.
_WRITTEN = {
    "street": "st str saint", "road": "rd", "avenue": "ave av avn", "close": "cl cls", "lane": "ln",
    "drive": "dr drv", "court": "ct crt", "crescent": "cres cresc crs", "gardens": "gdns gdn gds",
    "garden": "", "place": "pl", "square": "sq", "terrace": "tce terr ter", "park": "pk",
    "grove": "gr grv", "house": "hse ho", "flat": "flt fl apartment apt unit", "way": "wy",
    "view": "vw", "hill": "hl", "mount": "mt", "green": "grn", "walk": "wlk", "row": "",
    "rise": "", "mews": "mws", "parade": "pde", "buildings": "bldgs", "building": "bldg",
    "cottage": "cott cottages", "estate": "est", "north": "nth", "south": "sth",
    "school": "sch schl", "primary": "prim pri", "secondary": "sec", "academy": "acad",
    "junior": "jnr", "infant": "inf infants", "community": "comm", "catholic": "rc",
    "surgery": "surg", "medical": "med", "centre": "ctr center cen", "practice": "prac practise",
    "hospital": "hosp", "health": "hlth",
}  # fmt: skip
_CANONICAL = {w: word for word, ways in _WRITTEN.items() for w in ways.split()}
# Dropped wherever it stands: `No. 12`, `The Elms`.
_EMPTY = {"the", "no", "number", "of", "and", "at", "s"}
_STREETS = frozenset(
    str.split(
        "street road avenue close lane drive court crescent gardens garden place square terrace "
        "park grove house flat way view hill mount green walk row rise mews parade buildings "
        "building cottage estate"
    )
)
_INSTITUTIONS = frozenset(
    str.split(
        "school primary secondary academy junior infant community catholic surgery medical centre "
        "practice hospital health college nursery church england high grammar refuge womens women "
        "aid doctors doctor gp clinic trust"
    )
)
_DIRECTIONS = frozenset(str.split("north south east west upper lower old new"))
_NATIONS = frozenset(str.split("england wales scotland uk gb unitedkingdom greatbritain"))
_LINES = re.compile(r"[,;\n]|\s[-–]\s")
_PLACES = {ProtectedKind.SCHOOL, ProtectedKind.GP, ProtectedKind.REFUGE}


@dataclass(frozen=True)
class Phrase:
    """Words that stand together. `strong` are the places of the words that tell.

    `is_all` wants every word; otherwise one may be missing. `is_name` lets its strong words
    alone be a hit: pupils say that they go to Greenfield.
    """

    words: tuple[str, ...]
    strong: frozenset[int]
    is_all: bool = False
    is_name: bool = False
    is_sure: bool = True


def canonical(tokens: Sequence[Token]) -> list[Token]:
    """The tokens as addresses are compared: numbers in digits, `St` as `street`, no `the`."""
    numbered = with_numbers(tokens)
    return [
        Token(_CANONICAL.get(token.word, token.word), token.start, token.end)
        for token in numbered
        if token.word not in _EMPTY
    ]


def phrases(one: Protected) -> Iterator[Phrase]:
    """What to look for of an address or of the name of a place, line by line."""
    for text in one.words:
        lines = [line for line in _LINES.split(POSTCODE.sub("\n", text)) if line.strip()]
        for number, line in enumerate(lines):
            found = _phrase(one.kind, line, is_first=number == 0)
            if found:
                yield found
                yield from _street_alone(found)
        yield from _across(lines)


def _phrase(kind: ProtectedKind, line: str, *, is_first: bool) -> Phrase | None:
    words = _words(line)
    if not words or "".join(words) in _NATIONS:
        return None
    strong = _strong(words)
    if kind in _PLACES and is_first:
        return Phrase(words, strong, is_name=True)
    is_street = any(w in _STREETS or w.isdigit() for w in words)
    if len(words) == 1 and words[0].isdigit():
        return None
    # A town or county by itself is in many a text; a person says whether it tells anything.
    is_telling = is_street or is_first
    return Phrase(words, strong, is_all=not is_telling, is_sure=is_telling)


def _across(lines: Sequence[str]) -> Iterator[Phrase]:
    """`12, Alder Close`: a number parted from its street by a comma."""
    for line, after in pairwise(lines):
        number, street = _words(line), _words(after)
        is_number = len(number) <= 2 and any(word.isdigit() for word in number)
        if is_number and any(word in _STREETS for word in street):
            words = (*number[-1:], *street)
            yield Phrase(words, _strong(words))


def _street_alone(phrase: Phrase) -> Iterator[Phrase]:
    """The street without its number, and the house without its flat."""
    words = phrase.words
    starts = [i + 1 for i, word in enumerate(words) if word.isdigit() and i + 1 < len(words)]
    for start in starts:
        rest = words[start:]
        # The letter of `12A` goes with its number.
        rest = rest[1:] if len(rest) > 1 and len(rest[0]) == 1 else rest
        if len(rest) >= 2 and not all(word.isdigit() for word in rest):
            yield Phrase(rest, _strong(rest))


def _words(line: str) -> tuple[str, ...]:
    return tuple(token.word for token in canonical(flatten(line).tokens))


def _strong(words: Sequence[str]) -> frozenset[int]:
    """The words that no other address has by default. Where there are none, all but numbers."""
    weak = _STREETS | _INSTITUTIONS | _DIRECTIONS
    letters = [i for i, word in enumerate(words) if not word.isdigit()]
    found = [i for i in letters if words[i] not in weak and len(words[i]) > 1]
    return frozenset(found or letters)
