"""Lawful bases and golden rules, as versioned data."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from safehub.foundation.errors import NotPossible

_FILE = Path(__file__).parent / "data" / "lawful_bases.json"


@dataclass(frozen=True)
class LawfulBasis:
    """One basis on which information may be shared. `is_unconfirmed`: check its source first."""

    code: str
    label: str
    kind: str
    source: str
    is_unconfirmed: bool
    is_off_until_switched_on: bool


@dataclass(frozen=True)
class GoldenRule:
    """One of the seven rules of sharing, in our words."""

    number: int
    words: str
    is_unconfirmed: bool


@cache
def _data() -> dict[str, list[dict[str, object]]]:
    found: dict[str, list[dict[str, object]]] = json.loads(_FILE.read_text(encoding="utf-8"))
    return found


def current_edition() -> str:
    """The edition of the bases that a new disclosure is judged by; each keeps its own."""
    return str(_data()["editions"][-1]["edition"])


@cache
def lawful_bases(edition: str = "") -> dict[str, LawfulBasis]:
    """The bases of an edition, the current one by default, by code. Raises NotPossible."""
    wanted = edition or current_edition()
    for found in _data()["editions"]:
        if found["edition"] == wanted:
            rows = found["bases"]
            assert isinstance(rows, list)  # noqa: S101 - the shape of our own file
            return {row["code"]: _basis(row) for row in rows}
    raise NotPossible(f"There is no edition {wanted} of the lawful bases.")


def _basis(row: dict[str, object]) -> LawfulBasis:
    return LawfulBasis(
        str(row["code"]),
        str(row["label"]),
        str(row["kind"]),
        str(row["source"]),
        bool(row["unconfirmed"]),
        bool(row["off_until_switched_on"]),
    )


def golden_rules() -> list[GoldenRule]:
    """The rules of the latest edition, in their order."""
    rows = _data()["golden_rules"][-1]["rules"]
    assert isinstance(rows, list)  # noqa: S101 - the shape of our own file
    return [GoldenRule(row["number"], row["words"], row["unconfirmed"]) for row in rows]


def check_basis(code: str, switched_on: frozenset[str]) -> None:
    """Raises NotPossible for a basis that is not known, or is off and not switched on."""
    basis = lawful_bases().get(code)
    if basis is None:
        raise NotPossible(f"There is no lawful basis {code!r}: choose one of the list.")
    if basis.is_off_until_switched_on and code not in switched_on:
        raise NotPossible(
            f"The lawful basis “{basis.label}” is not in use here: choose another, or ask the "
            "board to switch it on once it is in force."
        )
