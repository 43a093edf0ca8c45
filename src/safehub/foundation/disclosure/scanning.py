"""Scans text and documents for protected words."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeVar

from safehub.foundation.disclosure.addresses import POSTCODE, Phrase, phrases
from safehub.foundation.disclosure.codes import CodeText
from safehub.foundation.disclosure.dates import DateText, day_of
from safehub.foundation.disclosure.errors import UnusableWord
from safehub.foundation.disclosure.flat import Flat, flatten
from safehub.foundation.disclosure.names import NameText, name_parts
from safehub.foundation.disclosure.ordinary import ordinary_words
from safehub.foundation.disclosure.phones import PhoneText, national
from safehub.foundation.disclosure.phrases import PhraseText, Stretch, name_phrase
from safehub.foundation.disclosure.protected import (
    Hit,
    Matched,
    Protected,
    ProtectedKind,
    Suggestion,
)
from safehub.foundation.disclosure.reading.parts import Part, Reading
from safehub.foundation.disclosure.squashed import SquashedText, squash

_ADDRESSES = {
    ProtectedKind.ADDRESS,
    ProtectedKind.SCHOOL,
    ProtectedKind.GP,
    ProtectedKind.REFUGE,
    ProtectedKind.OTHER,
}
_BETWEEN_PARTS = frozenset(" \t\r\n,.'-")
_SUREST = list(Matched)
_Word = TypeVar("_Word")


@dataclass(frozen=True)
class _Looked:
    """Something looked for, and whose it is."""

    kind: ProtectedKind
    person: str


class Scanner:
    """Looks for the same words in as many texts as wanted. Raises UnusableWord for a protected
    word that could never be found, so that nobody trusts a scan that looks for nothing."""

    def __init__(self, protected: Sequence[Protected]) -> None:
        self._squashed: dict[tuple[str, bool], set[_Looked]] = defaultdict(set)
        self._names: dict[str, set[_Looked]] = defaultdict(set)
        self._phrases: dict[Phrase, set[_Looked]] = defaultdict(set)
        self._postcodes: dict[str, set[_Looked]] = defaultdict(set)
        self._emails: dict[str, set[_Looked]] = defaultdict(set)
        self._phones: dict[str, set[_Looked]] = defaultdict(set)
        self._days: dict[dt.date, set[_Looked]] = defaultdict(set)
        self._written: dict[str, set[str]] = defaultdict(set)
        for one in protected:
            for word in one.words:
                self._add(one, word)

    def _add(self, one: Protected, word: str) -> None:
        looked = _Looked(one.kind, one.person_key)
        self._written[one.kind].add(word)
        match one.kind:
            case ProtectedKind.NAME:
                self._add_name(looked, word)
            case ProtectedKind.PHONE:
                if len(national(word)) < 5:
                    raise UnusableWord(one.kind, "a number of at least five figures")
                self._phones[national(word)].add(looked)
            case ProtectedKind.BIRTH_DATE:
                day = day_of(word)
                if day is None:
                    raise UnusableWord(one.kind, "a day, written YYYY-MM-DD")
                self._days[day].add(looked)
            case ProtectedKind.POSTCODE | ProtectedKind.REFERENCE:
                self._add_code(looked, word)
            case ProtectedKind.EMAIL:
                self._add_code(looked, word)
                self._emails[word].add(looked)
                local = squash(word.partition("@")[0])
                if len(local) > 5:
                    self._squashed[local, False].add(looked)
            case _:
                self._add_address(looked, word)

    def _add_code(self, looked: _Looked, word: str) -> None:
        code = squash(word)
        if len(code) < 3:
            raise UnusableWord(looked.kind, "at least three letters or figures")
        self._squashed[code, True].add(looked)
        if looked.kind is ProtectedKind.POSTCODE:
            self._postcodes[code].add(looked)

    def _add_name(self, looked: _Looked, word: str) -> None:
        whole = name_parts(word)
        if not whole:
            raise UnusableWord(looked.kind, "a name of at least two letters")
        self._written[looked.kind] |= set(word.split())
        for part in whole:
            self._squashed[part, False].add(looked)
            self._names[part].add(looked)
        if len(whole) > 1:
            for joined in ("".join(whole), whole[-1] + "".join(whole[:-1])):
                self._squashed[joined, False].add(looked)
                self._names[joined].add(looked)
            for pair in pairwise(whole):
                self._phrases[name_phrase(pair)].add(looked)
                self._phrases[name_phrase(pair[::-1])].add(looked)

    def _add_address(self, looked: _Looked, word: str) -> None:
        found = list(phrases(Protected(looked.kind, looked.person, (word,))))
        codes = ["".join(match.groups()) for match in POSTCODE.finditer(word)]
        if not found and not codes:
            raise UnusableWord(looked.kind, "words that can be told from others")
        for phrase in found:
            self._phrases[phrase].add(looked)
            joined = "".join(phrase.words)
            if len(phrase.words) > 1 and len(joined) > 7:
                self._squashed[joined, True].add(looked)
        written = squash(word)
        if len(written) > 9:
            self._squashed[written, True].add(looked)
        for code in codes:
            self._add_code(replace(looked, kind=ProtectedKind.POSTCODE), code)

    def scan_text(self, text: str) -> list[Hit]:
        """The hits of a plain text, in their order."""
        return self.scan(Part("", text))

    def scan(self, part: Part) -> list[Hit]:
        """The hits of one part, in their order."""
        flat = flatten(part.text)
        if not flat.tokens:
            return []
        found: dict[tuple[int, int, ProtectedKind], tuple[Stretch, set[str]]] = {}
        for stretch, looked in self._found(flat):
            for one in looked:
                key = (stretch.start, stretch.end, one.kind)
                kept, persons = found.setdefault(key, (stretch, set()))
                found[key] = (_surer(kept, stretch), persons | {one.person})
        merged = _merged(flat, found)
        return [self._hit(part, flat, kind, stretch, persons) for stretch, kind, persons in merged]

    def _found(self, flat: Flat) -> Iterator[tuple[Stretch, set[_Looked]]]:
        squashed = SquashedText(flat)
        for (word, is_code), looked in self._squashed.items():
            for stretch in squashed.stretches(word, is_code=is_code):
                yield stretch, looked
        if self._names:
            yield from _each(self._names, NameText(flat).stretches)
        if self._postcodes or self._emails:
            codes = CodeText(flat)
            yield from _each(self._postcodes, codes.postcodes)
            yield from _each(self._emails, codes.emails)
        if self._phrases:
            yield from _each(self._phrases, PhraseText(flat).stretches)
        if self._phones:
            yield from _each(self._phones, PhoneText(flat).stretches)
        if self._days:
            yield from _each(self._days, DateText(flat).stretches)

    def _hit(
        self, part: Part, flat: Flat, kind: ProtectedKind, stretch: Stretch, persons: set[str]
    ) -> Hit:
        start, end = flat.span(stretch.start, stretch.end)
        text = part.text[start:end]
        matched = stretch.matched
        if matched is Matched.NORMALISED and text in self._written[kind]:
            matched = Matched.EXACT
        is_ordinary = text.casefold() in ordinary_words() or not stretch.is_sure
        is_loose = matched is Matched.FUZZY
        suggestion = Suggestion.LOOK if is_ordinary or is_loose else Suggestion.MASK
        return Hit(
            kind,
            tuple(sorted(persons)),
            part.name,
            part.where(start),
            start,
            end,
            text,
            matched,
            stretch.score,
            suggestion,
        )


def _each(
    wanted: Mapping[_Word, set[_Looked]], stretches: Callable[[_Word], Iterator[Stretch]]
) -> Iterator[tuple[Stretch, set[_Looked]]]:
    """What a text finds of each word, with whose it is."""
    for word, looked in wanted.items():
        for stretch in stretches(word):
            yield stretch, looked


_Found = dict[tuple[int, int, ProtectedKind], tuple[Stretch, set[str]]]


def _surer(one: Stretch, other: Stretch) -> Stretch:
    """The surer of two finds of the same stretch."""
    best = min(one, other, key=lambda s: (_SUREST.index(s.matched), -s.score))
    return replace(best, is_sure=one.is_sure or other.is_sure)


def _merged(flat: Flat, found: _Found) -> Iterator[tuple[Stretch, ProtectedKind, set[str]]]:
    """One find for each stretch: those inside a wider one of the same people fall to it, and the
    parts of a name that stand side by side become one."""
    for kind in dict.fromkeys(key[2] for key in found):
        rows = [value for key, value in found.items() if key[2] is kind]
        rows.sort(key=lambda row: (row[0].start, -row[0].end))
        kept: list[tuple[Stretch, set[str]]] = []
        for stretch, persons in rows:
            joined = _join(flat, kept[-1], (stretch, persons), kind) if kept else None
            if joined:
                kept[-1] = joined
            else:
                kept.append((stretch, persons))
        for stretch, persons in kept:
            yield stretch, kind, persons


def _join(
    flat: Flat, one: tuple[Stretch, set[str]], other: tuple[Stretch, set[str]], kind: ProtectedKind
) -> tuple[Stretch, set[str]] | None:
    (first, whose), (second, theirs) = one, other
    both = whose & theirs
    if not both:
        return None
    if second.end <= first.end:
        sure = first.is_sure or second.is_sure
        return replace(first, is_sure=sure), whose
    between = flat.text[first.end : second.start]
    beside = kind is ProtectedKind.NAME and len(between) < 5 and set(between) <= _BETWEEN_PARTS
    if second.start > first.end and not beside:
        return None
    looser = max(first, second, key=lambda s: _SUREST.index(s.matched))
    sure = first.is_sure or second.is_sure
    score = min(first.score, second.score)
    return Stretch(first.start, second.end, looser.matched, score, sure), both


def scan_reading(reading: Reading, scanner: Scanner) -> list[Hit]:
    """The hits of every part. A second reading adds only what the first did not show."""
    found = [hit for part in reading.parts if not part.is_again for hit in scanner.scan(part)]
    known = {hit.key for hit in found}
    again = (hit for part in reading.parts if part.is_again for hit in scanner.scan(part))
    return found + [hit for hit in again if hit.key not in known]


def scan(document: str | Reading, protected: Sequence[Protected]) -> list[Hit]:
    """Every place of a protected word in a text, or in a document that was read.

    For a file: `scan(read_file(name, data), protected)`; what of it could not be read is in
    `Reading.unread`, and a scan says nothing of that. Raises UnusableWord.
    """
    reading = Reading([Part("", document)]) if isinstance(document, str) else document
    return scan_reading(reading, Scanner(protected))
