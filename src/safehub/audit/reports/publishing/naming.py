"""The name scan: words of people in the sample that stand in what is about to be published.

The people are those of the sampled cases, by the columns of the frame that were kept. Names are
words as well (May, Grace, Will), so that each hit is for a person to judge.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any

from safehub.foundation.disclosure.protected import Protected, ProtectedKind
from safehub.foundation.disclosure.scanning import Scanner

_NODE = re.compile(r">([^<]+)<")
# So much of what stands beside a hit is shown with it, in characters.
_BESIDE = 80


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
