"""A seeded few of the wrong changes that `python -m access.mutate` makes are all found."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .lanes import tell

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
    assert " of 10 killed" in done.stdout
