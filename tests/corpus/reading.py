"""Reading the stored cases: one a line, in `cases/*.jsonl`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CASES = Path(__file__).parent / "cases"


@dataclass(frozen=True)
class Case:
    """`kind` says what it is fed to; `stored` is the line as it is."""

    group: str
    name: str
    kind: str
    expect: Any
    stored: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.group}/{self.name}"

    @property
    def put(self) -> Any:
        """What is put in, with what is stored as a repetition written out."""
        return written_out(self.stored.get("put"))

    def part(self, name: str, otherwise: Any = None) -> Any:
        """Another part of the line, written out."""
        return written_out(self.stored.get(name, otherwise))


def written_out(stored: Any) -> Any:
    """`{"repeat": "a", "times": 3, "before": "x", "then": "y"}` is xaaay, wherever it stands."""
    if isinstance(stored, list):
        return [written_out(each) for each in stored]
    if not isinstance(stored, Mapping):
        return stored
    if "repeat" not in stored:
        return {name: written_out(each) for name, each in stored.items()}
    many = stored["repeat"] * stored["times"]
    if isinstance(many, list):
        return many
    return f"{stored.get('before', '')}{many}{'a' * stored.get('pad', 0)}{stored.get('then', '')}"


def stored_cases() -> Iterator[Case]:
    """Every case, in the order of the files."""
    for file in sorted(CASES.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            yield Case(file.stem, row["case"], row["kind"], row["expect"], row)
