"""A seeded few of the wrong changes that `python -m access.mutate` makes are all found."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from importlib import import_module
from inspect import getsource
from pathlib import Path

import pytest

from .equivalent import EQUIVALENT, Equivalent
from .lanes import tell
from .mutants import ENGINE, changes, nodes

TESTS = Path(__file__).parents[1]


@pytest.mark.skipif(
    bool(os.environ.get("DATABASE_URL")), reason="mutants are tried in forks, on SQLite alone"
)
def test_drawn_mutants_are_killed(tmp_path: Path) -> None:
    """The figure for all of them comes from the command; bench/README.md has the last one."""
    done = subprocess.run(
        [sys.executable, "-m", "access.mutate", "--sample", "10", "--bar", "90"],
        cwd=TESTS,
        env={**os.environ, "PYTHONPATH": str(TESTS), "SAFEHUB_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    tell(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " killed (" in done.stdout


@pytest.mark.parametrize("listed", EQUIVALENT, ids=lambda one: f"{one.change} of {one.code}")
def test_each_change_that_is_listed_as_none_is_there(listed: Equivalent) -> None:
    """An entry for code that is gone would hide the next change that looks like it."""
    source = getsource(import_module(f"safehub.{listed.module}"))
    places = [
        node
        for node in nodes(ast.parse(source), ENGINE[f"safehub.{listed.module}"])
        if ast.unparse(node).startswith(listed.code) and len(changes(node)) > listed.change
    ]
    assert places
    assert listed.why
