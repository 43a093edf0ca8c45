"""The name scan: words of people in the sample that stand in what is about to be published.

The people are those of the sampled cases, by the columns of the frame that were kept. Names are
words as well (May, Grace, Will), so that each hit is for a person to judge.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any

from safehub.foundation.disclosure.errors import UnusableWord
from safehub.foundation.disclosure.protected import Protected, ProtectedKind
from safehub.foundation.disclosure.scanning import Scanner

_HEADINGS: tuple[tuple[ProtectedKind, frozenset[str]], ...] = (
    (ProtectedKind.POSTCODE, frozenset({"postcode"})),
    (ProtectedKind.ADDRESS, frozenset({"address", "addresses", "street", "road", "lives"})),
    (ProtectedKind.PHONE, frozenset({"phone", "telephone", "mobile"})),
    (ProtectedKind.EMAIL, frozenset({"email"})),
    (ProtectedKind.SCHOOL, frozenset({"school", "nursery", "college"})),
    (ProtectedKind.GP, frozenset({"gp", "surgery"})),
    (ProtectedKind.REFERENCE, frozenset({"nhs", "upn", "number", "reference"})),
    (ProtectedKind.BIRTH_DATE, frozenset({"birth", "born", "dob", "date", "on"})),
    (
        ProtectedKind.NAME,
        frozenset(
            {
                *("name", "names", "forename", "forenames", "surname", "surnames", "alias"),
                *("mother", "father", "parent", "parents", "carer", "carers", "sibling"),
                *("siblings", "family", "household", "child", "worker"),
            }
        ),
    ),
)
# What the office says a column is when it uploads the frame.
_DETAILS = {
    "name": ProtectedKind.NAME,
    "born": ProtectedKind.BIRTH_DATE,
    "address": ProtectedKind.ADDRESS,
    "family": ProtectedKind.NAME,
}
_WORD = re.compile(r"[a-z]+")
_NODE = re.compile(r">([^<]+)<")
# So much of what stands beside a hit is shown with it, in characters.
_BESIDE = 80


def kind_of(heading: str) -> ProtectedKind | None:
    """What a column of the frame tells of a person, by the words of its heading; None: nothing."""
    words = set(_WORD.findall(heading.casefold()))
    return next((kind for kind, known in _HEADINGS if words & known), None)


@dataclass(frozen=True)
class Sought:
    """What is looked for. `looked_in` are the columns; `unusable` counts words too short."""

    protected: tuple[Protected, ...]
    looked_in: tuple[str, ...]
    not_looked_in: tuple[str, ...]
    unusable: int


def sought(
    columns: Sequence[str],
    people: Iterable[tuple[str, Mapping[str, str]]],
    mapping: Mapping[str, str] | None = None,
) -> Sought:
    """What to look for: of each person (a key) the cells by column.

    `mapping` is what the office said of its frame: the column of each detail (name, born, address,
    family). It goes before what a heading seems to say.
    """
    said = {column: _DETAILS[detail] for detail, column in (mapping or {}).items()}
    kinds = {name: said.get(name) or kind_of(name) for name in columns}
    words: dict[tuple[ProtectedKind, str], None] = {}
    unusable = 0
    for _, cells in people:
        for name, kind in kinds.items():
            value = cells.get(name, "").strip()
            if kind is None or not value:
                continue
            found = _usable(kind, value)
            if found is None:
                unusable += 1
            else:
                words[found, value] = None
    protected = tuple(Protected(kind, "", (value,)) for kind, value in words)
    looked = tuple(name for name in columns if kinds[name] is not None)
    others = tuple(name for name in columns if kinds[name] is None)
    return Sought(protected, looked, others, unusable)


def _usable(kind: ProtectedKind, value: str) -> ProtectedKind | None:
    """As what the value can be looked for; a date in other letters is looked for as it stands."""
    for one in (kind, ProtectedKind.OTHER):
        try:
            Scanner([Protected(one, "", (value,))])
        except UnusableWord:
            continue
        return one
    return None


@dataclass(frozen=True)
class Word:
    """A hit: what it may be of somebody's, the word as it stands, and what stands beside it."""

    kind: ProtectedKind
    before: str
    word: str
    after: str


def found_words(texts: Iterable[str], protected: Sequence[Protected]) -> list[Word]:
    """Every hit in each text; a text that stands whole in another is looked at there."""
    if not protected:
        return []
    scanner = Scanner(protected)
    return [
        Word(
            hit.kind,
            text[max(0, hit.start - _BESIDE) : hit.start],
            hit.text,
            text[hit.end : hit.end + _BESIDE],
        )
        for text in _widest(texts)
        for hit in scanner.scan_text(text)
    ]


def _widest(texts: Iterable[str]) -> list[str]:
    """Each text once, in order, but for those that another holds whole."""
    each = list(dict.fromkeys(text for text in texts if text.strip()))
    kept, seen = set(), ""
    for text in sorted(each, key=len, reverse=True):
        if text not in seen:
            kept.add(text)
            seen += f"\0{text}"
    return [text for text in each if text in kept]


def texts_of(data: Any) -> Iterator[str]:
    """Every text in plain data, also the keys of it and what is written in a drawing."""
    match data:
        case str() if data.lstrip().startswith("<svg"):
            yield from (unescape(text) for text in _NODE.findall(data))
        case str():
            yield data
        case dict():
            for key, value in data.items():
                yield str(key)
                yield from texts_of(value)
        case list() | tuple():
            for value in data:
                yield from texts_of(value)


def texts_of_json(text: str) -> Iterator[str]:
    """The same of a JSON text."""
    yield from texts_of(json.loads(text))
