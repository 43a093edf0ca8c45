"""What to look for where nothing may tell who a child of the sample is.

The people are those of the sampled cases, by the columns of the frame that were kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from safehub.audit.sampling.rows import columns_of
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
    mapping: Mapping[str, str | Sequence[str]] | None = None,
) -> Sought:
    """What to look for: of each person (a key) the cells by column.

    `mapping` is what the office said of its frame: the columns of each detail (name, born, address,
    family). It goes before what a heading seems to say.
    """
    said = {
        column: _DETAILS[detail]
        for detail, columns in columns_of(mapping or {}).items()
        for column in columns
    }
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
