"""The ledger: a line of JSON for each fault, so that anyone can count again."""

from __future__ import annotations

import json
import os
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

COUNTED = ("lost", "doubled", "corrupt", "open")


@dataclass
class Fault:
    """One fault. `acknowledged`: what was confirmed to somebody; `found`: how much of it is there.

    `lost` is the difference; `doubled` effects that happened twice; `corrupt` whatever a check of
    the store, or of what belongs together in it, complained of; `open` pages that were shown to
    somebody who is not signed in.
    """

    kind: str
    seed: int
    store: str = ""
    acknowledged: int = 0
    found: int = 0
    lost: int = 0
    doubled: int = 0
    corrupt: int = 0
    open: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not any(getattr(self, name) for name in COUNTED)

    def line(self) -> str:
        said = asdict(self)
        said["class"] = said.pop("kind")
        return json.dumps(said, sort_keys=True) + "\n"

    @classmethod
    def read(cls, line: str) -> Fault:
        said = json.loads(line)
        return cls(kind=said.pop("class"), **said)


class Ledger:
    """A file that only grows. `own` are the lines of this process; others may add theirs."""

    def __init__(self, path: Path | None = None) -> None:
        named = os.environ.get("SAFEHUB_FAULT_LEDGER")
        folder = os.environ.get("SAFEHUB_HOME") or tempfile.gettempdir()
        self.path = path or Path(named or Path(folder) / "faults.jsonl")
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.own: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        with self.path.open("a", encoding="utf-8") as file:
            file.write(fault.line())
        self.own.append(fault)
        return fault

    def faults(self) -> Iterator[Fault]:
        if self.path.exists():
            yield from map(Fault.read, self.path.read_text(encoding="utf-8").splitlines())


@dataclass
class Count:
    """What a ledger adds up to. `kinds` counts the faults of each class."""

    kinds: Counter[str]
    totals: Counter[str]

    @classmethod
    def of(cls, faults: Iterable[Fault]) -> Count:
        kinds: Counter[str] = Counter()
        totals: Counter[str] = Counter()
        for fault in faults:
            kinds[fault.kind] += 1
            for name in ("acknowledged", "found", *COUNTED):
                totals[name] += getattr(fault, name)
        return cls(kinds, totals)

    @property
    def is_clean(self) -> bool:
        return not any(self.totals[name] for name in COUNTED)

    def __str__(self) -> str:
        counted = ", ".join(f"{self.totals[name]} {name}" for name in COUNTED)
        return (
            f"{self.kinds.total()} faults of {len(self.kinds)} classes, "
            f"{self.totals['acknowledged']} acknowledged, {self.totals['found']} found: {counted}"
        )
