"""The `safehub` command as a process of its own: exit codes, and what goes to which stream."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .drafts import MEADOWSHIRE
from .small import small

SAFEHUB = Path(sys.executable).parent / "safehub"


def process(home: Path, *words: object) -> subprocess.CompletedProcess[bytes]:
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
    }
    environment |= {"SAFEHUB_HOME": str(home), "LC_ALL": "C", "TZ": "Asia/Kathmandu"}
    command = [str(SAFEHUB), *map(str, words)]
    return subprocess.run(
        command, env=environment, capture_output=True, check=False, cwd=home.parent
    )


def test_run_makes_its_store_and_prints_the_report_alone(tmp_path: Path) -> None:
    home, out = tmp_path / "new" / "home", tmp_path / "out"
    home.parent.mkdir()
    done = process(home, "audit", "run", MEADOWSHIRE, "--out", out, "--json")
    assert done.returncode == 0, done.stderr
    assert done.stdout == (out / "publishable" / "report.json").read_bytes()
    lines = done.stderr.decode().splitlines()
    assert all(line.startswith("IMMEDIATE RISK") for line in lines[:7])
    assert (home / "safehub.sqlite3").exists()
    again = process(home, "audit", "run", MEADOWSHIRE, "--out", out, "--json")
    assert again.stdout == done.stdout


def test_pack_with_mistakes_exits_one_and_makes_nothing(tmp_path: Path) -> None:
    pack = small(kind="odd").write(tmp_path / "pack")
    done = process(tmp_path / "home", "audit", "run", pack, "--out", tmp_path / "out")
    assert done.returncode == 1
    assert done.stderr.decode().splitlines() == [
        "audit.yaml, kind: found odd, wanted routine or themed or extraordinary or rapid"
    ]
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "home" / "safehub.sqlite3").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("audit", "run"),
        ("audit", "run", "pack"),
        ("audit", "run", "pack", "--out", "o", "--colour"),
        ("audit", "sample", "one", "--seed", "minus"),
        ("audit", "paint"),
        ("paint",),
    ],
)
def test_wrong_usage_exits_two(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = process(tmp_path / "home", *words)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"Usage:" in done.stderr


def test_unknown_audit_exits_one_with_a_sentence(tmp_path: Path) -> None:
    done = process(tmp_path / "home", "audit", "show", "nowhere")
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"nowhere" in done.stderr
    assert b"Traceback" not in done.stderr


def test_folder_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    done = process(tmp_path / "home", "audit", "run", "absent", "--out", tmp_path / "out")
    assert done.returncode == 2
    assert b"absent" in done.stderr
    assert not (tmp_path / "out").exists()
