"""Changes that change nothing: of code that only spares the database a question.

Each is named by its module, by the code at its place, and by the number of the change there, as
`access.mutate` prints it. They are counted apart and tried by `--equivalent` alone, where none may
be found; an entry that is no change any more fails `test_mutation`.
"""

from __future__ import annotations

from dataclasses import dataclass

_QUERIES = "foundation.access.queries"
_CONDITIONS = "foundation.access.queries.conditions"
_BEARING = "foundation.access.queries.bearing"
_NO_ROWS = "asks after rows that are not there, and finds none"
_NO_KEYS = "a condition on no key, where the branch leaves it out"
_AGAIN = "asks again for what is remembered, and finds the same"


@dataclass(frozen=True)
class Equivalent:
    """One of them, and why no record, viewer or moment can show it. `code` is how it begins."""

    module: str
    change: int
    code: str
    why: str


EQUIVALENT = (
    Equivalent(_QUERIES, 1, "allowed if hidden == conditions.NOTHING", _NO_KEYS),
    Equivalent(_QUERIES, 2, "_glass(viewer, places, at) if row.get('has_glass')", _NO_ROWS),
    Equivalent(_QUERIES, 2, "_bearing(viewer, places, relations, labels) if row.get(", _NO_ROWS),
    Equivalent(_QUERIES, 2, "if 'has_glass' in marks or 'has_labels' in marks:", _NO_ROWS),
    Equivalent(_QUERIES, 2, "if key is not None:\n    found |= Q(kind=code", _NO_ROWS),
    Equivalent(
        _QUERIES,
        0,
        "max((row.until for row in rows), default=None)",
        "asked only where there is broken glass that holds, so there is a row",
    ),
    Equivalent(
        _QUERIES,
        0,
        " for one, condition in having.items() if one in telling",
        "works out relations that nothing is granted in",
    ),
    Equivalent(_QUERIES, 0, " for name, condition in marks.items() if condition", _NO_KEYS),
    Equivalent(
        _QUERIES,
        1,
        "if not whole and kind_code not in bearing.labelled",
        "works out relations that nothing is granted in",
    ),
    Equivalent(
        _QUERIES,
        1,
        "if question is not None and len(sought) == 1:",
        "words anew what is kept in words, and asks the same",
    ),
    Equivalent(_CONDITIONS, 2, "if keys.get(code):", _NO_KEYS),
    Equivalent(_CONDITIONS, 1, "if not having:", _NO_ROWS),
    Equivalent(_CONDITIONS, 2, "if code in having:", _NO_ROWS),
    Equivalent(_CONDITIONS, 2, "_at(kind, bearing.shares[relation]) if relation in", _NO_KEYS),
    Equivalent(_CONDITIONS, 2, "if given is not NOTHING:", _NO_KEYS),
    Equivalent(_CONDITIONS, 2, "if ended is not NOTHING:", _NO_KEYS),
    Equivalent(_CONDITIONS, 1, "if not _is_labelled(kind, bearing):", _NO_ROWS),
    Equivalent(_CONDITIONS, 1, "if kind.code not in _guarded(", _NO_ROWS),
    Equivalent(
        _BEARING,
        1,
        "-1 if key is None else key",
        "no key is equal to NULL either, and who has no person has no agency",
    ),
    Equivalent(_BEARING, 1, "if kept is not None and who in kept:", _AGAIN),
    Equivalent(_BEARING, 1, "if kept is not None:\n    kept[who]", _AGAIN),
)


def why_equivalent(module: str, change: int, code: str) -> str:
    """The reason of the entry for this change; blank where there is none."""
    found = (
        one.why
        for one in EQUIVALENT
        if (one.module, one.change) == (module, change) and code.startswith(one.code)
    )
    return next(found, "")
