"""What a run wrote and said, and whether the oracle says the same."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from oracle.plain_pack import Oracle, compute

Row = dict[str, str]
Data = dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """A run of a pack. `out` may not be there, where the pack was refused."""

    out: Path
    exit_code: int
    stdout: bytes
    stderr: str
    kept: dict[str, Any] = field(default_factory=dict, compare=False)

    @property
    def publishable(self) -> Path:
        return self.out / "publishable"

    @property
    def restricted(self) -> Path:
        return self.out / "restricted"

    @cached_property
    def report(self) -> Data:
        data: Data = json.loads((self.publishable / "report.json").read_bytes())
        return data

    @cached_property
    def figures(self) -> list[Row]:
        return read_rows(self.publishable / "figures.csv")

    @property
    def lines(self) -> list[str]:
        """Standard error, line by line."""
        return self.stderr.splitlines()

    def sheet(self, name: str) -> list[Row]:
        """A CSV file of restricted/."""
        return read_rows(self.restricted / name)

    def agency(self, code: str) -> Data:
        return next(dict(one) for one in self.report["agencies"] if one["code"] == code)

    def question(self, agency: str, name: str) -> Data:
        both = [*self.report["questions"], *self.report["other_questions"]]
        return next(dict(q) for q in both if (q["agency"], q["name"]) == (agency, name))

    def figure(self, name: str) -> Row:
        return next(row for row in self.figures if row["figure"] == name)


def read_rows(path: Path) -> list[Row]:
    text = path.read_bytes().decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file below the folder by its path."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def compared(outcome: Outcome) -> Data:
    """report.json with what the product adds to the format taken away."""
    report: Data = json.loads(json.dumps(outcome.report))
    del report["document"]
    del report["sample"]["draws"]
    for gap in report["gaps"]:
        del gap["owner"]
    for question in report["questions"]:
        question.pop("further", None)
    return report


def assert_as_computed(outcome: Outcome, pack: Path, previous: Path | None = None) -> Oracle:
    """Every figure, case and row of evidence is the oracle's."""
    assert outcome.exit_code == 0, outcome.stderr
    oracle = compute(pack, previous)
    product = compared(outcome)
    wanted = json.loads(json.dumps(oracle.report))
    wanted["sample"].setdefault("outside_period", 0)
    for spread in (product["spread"], wanted["spread"]):
        if spread is not None:
            assert ("reason" in spread) is (spread["alpha"] is None)
            spread.pop("reason", None)
    for name, value in wanted.items():
        assert product[name] == value, name
    assert product == wanted
    figures = [
        {name: cell for name, cell in row.items() if name != "definition"}
        for row in outcome.figures
    ]
    assert figures == oracle.figures
    assert outcome.sheet("sample.csv") == oracle.sample_csv
    evidence = [tuple(row.values()) for row in outcome.sheet("evidence.csv")]
    assert len(evidence) == len(set(evidence))
    assert set(evidence) == oracle.evidence
    risk = [tuple(row.values()) for row in outcome.sheet("immediate_risk.csv")]
    assert risk == oracle.immediate_risk
    return oracle
