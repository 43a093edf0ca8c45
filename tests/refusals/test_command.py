"""What a person sees: exit code, standard error, no folder, nothing stored."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from .bases import MEADOWSHIRE
from .catalogue import CATALOGUE
from .conftest import Plot
from .planting import Line, Mistake, Planting
from .test_many_mistakes import chosen, missed

COMMAND = Path(sys.executable).with_name("safehub")
NAMED = {mistake.name: mistake for mistake in CATALOGUE}
SINGLE = [
    "audit.yaml is missing",
    "a billion laughs in YAML",
    "audit.yaml is deep",
    "a title of two lines",
    "300 MB in little",
    "a workbook with a password",
    "frame.csv is missing",
    "an entity from a file",
    "hidden and beyond its bounds",
    "a size beyond all bounds",
]


def run(pack: Path, tmp_path: Path, *more: str) -> subprocess.CompletedProcess[str]:
    home = tmp_path / "home"
    environment = {**os.environ, "SAFEHUB_HOME": str(home), "PYTHONUTF8": "1"}
    environment.pop("DATABASE_URL", None)
    words = [str(COMMAND), "audit", "run", str(pack), "--out", str(tmp_path / "out"), *more]
    return subprocess.run(words, env=environment, capture_output=True, text=True, check=False)


def rows_stored(home: Path) -> int:
    """The rows of every table of ours."""
    stores = [path for path in home.rglob("*") if path.suffix in {".sqlite3", ".db"}]
    total = 0
    for path in stores:
        with sqlite3.connect(path) as store:
            names = [
                name
                for (name,) in store.execute("select name from sqlite_master where type='table'")
            ]
            ours = [n for n in names if not n.startswith(("django_", "sqlite_", "auth_"))]
            for name in ours:
                (count,) = store.execute(f'select count(*) from "{name}"').fetchone()  # noqa: S608
                total += count
    return total


def check_refused(
    done: subprocess.CompletedProcess[str], tmp_path: Path, expected: list[Line]
) -> None:
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    lines = done.stderr.splitlines()
    assert missed(expected, lines) == ([], [])
    assert not (tmp_path / "out").exists()
    assert rows_stored(tmp_path / "home") == 0
    assert list((tmp_path / "home").rglob("uploads/*")) == []
    assert all(line.startswith("IMMEDIATE RISK: ") for line in done.stdout.splitlines())


def two_lines(pack: Planting) -> list[Line]:
    pack.put("audit.yaml", "kind", "themed\nor so")
    return [Line("audit.yaml, kind: found themed\\nor so, wanted routine")]


@pytest.mark.parametrize("name", SINGLE)
def test_single_mistake_is_refused_by_the_command(name: str, plot: Plot, tmp_path: Path) -> None:
    lines = Mistake(name, two_lines, frozenset())
    mistake = NAMED.get(name, lines)
    pack = plot(mistake.base)
    expected = mistake.plant(pack)
    check_refused(run(pack.folder, tmp_path), tmp_path, expected)


def test_many_mistakes_are_refused_by_the_command(plot: Plot, tmp_path: Path) -> None:
    pack = plot("rich")
    expected = [line for mistake in chosen(4) for line in mistake.plant(pack)]
    done = run(pack.folder, tmp_path, "--json")
    assert done.stdout == "" or done.stdout.startswith('{"refused": true')
    assert len(done.stderr.splitlines()) == len(expected)
    assert done.returncode == 1


def test_both_packs_bad_are_told_of_together(plot: Plot, tmp_path: Path) -> None:
    now, before = plot("rich"), plot("rich")
    expected = NAMED["a kind that there is not"].plant(now)
    told = NAMED["seed -5"].plant(before) + NAMED["actions.csv is empty"].plant(before)
    expected += [Line(f"previous pack, {line.prefix}", line.words) for line in told]
    done = run(now.folder, tmp_path, "--previous", str(before.folder))
    check_refused(done, tmp_path, expected)


def test_bad_previous_pack_refuses_a_good_one(plot: Plot, tmp_path: Path) -> None:
    before = plot("rich")
    told = NAMED["frame.csv is missing"].plant(before)
    done = run(MEADOWSHIRE, tmp_path, "--previous", str(before.folder))
    expected = [Line(f"previous pack, {line.prefix}", line.words) for line in told]
    check_refused(done, tmp_path, expected)


def test_child_at_immediate_risk_is_told_of_on_standard_output(plot: Plot, tmp_path: Path) -> None:
    pack = plot("rich")
    NAMED["seed -5"].plant(pack)
    done = run(pack.folder, tmp_path)
    assert "IMMEDIATE RISK: " in done.stdout
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("audit.yaml, sample.seed: found -5")
