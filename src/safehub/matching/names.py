"""Names as they are compared: one spelling, in Latin capitals; and short forms of first names."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from functools import cache, lru_cache
from importlib.resources import files

from anyascii import anyascii

_DROPPED = re.compile(r"['’‘ʼ`´.]")
_OTHER = re.compile(r"[^A-Z]+")


@lru_cache(maxsize=65_536)
def plain_name(name: str) -> str:
    """The name in Latin capitals: `Zoë` and `ZOE`, `O’Neill` and `Oneill`, `Мария` and `Mariya`.

    Hyphens become spaces, other scripts are written as they sound, and what is no letter goes.
    Blank where nothing is left.
    """
    latin = anyascii(name) if not name.isascii() else name
    return " ".join(_OTHER.sub(" ", _DROPPED.sub("", latin).upper()).split())


@cache
def short_forms() -> dict[str, frozenset[str]]:
    """For each first name, the names of which it is one or a short form: `KATE` of two, say.

    From nicknames.csv: a full name a row, then its short forms and other spellings.
    """
    found: dict[str, set[str]] = defaultdict(set)
    with (files(__package__) / "data" / "nicknames.csv").open(encoding="utf-8") as file:
        for row in csv.reader(file):
            for name in row:
                if name:
                    found[name].add(row[0])
    return {name: frozenset(full) for name, full in found.items()}


@lru_cache(maxsize=65_536)
def kin_of(first_name: str) -> tuple[str, ...]:
    """What a plain first name may stand for: its parts, and each part's full forms, in order.

    Two names are kin where they share one of these: `MARY ANN` and `MARY`, `BOB` and `ROBERT`.
    Initials are nothing's short form.
    """
    parts = [part for part in first_name.split() if len(part) > 1]
    full = (short_forms().get(part, frozenset()) for part in parts)
    return tuple(sorted({*parts, *(name for names in full for name in names)}))


@lru_cache(maxsize=65_536)
def parts_of(surname: str) -> tuple[str, ...]:
    """The parts of a plain surname of which it has several; none where it is one word."""
    parts = surname.split()
    return tuple(sorted({part for part in parts if len(part) > 1})) if len(parts) > 1 else ()
