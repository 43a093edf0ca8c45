"""Runs packs in this process, on a store and in folders that are the test's own."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import pytest
from click.testing import CliRunner, Result
from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker
from pytest_django.fixtures import Settings

from safehub.audit.reports import papers
from safehub.cli import main
from safehub.demo.rounds import write_pack

from .drafts import Draft
from .runs import Outcome

Command = Callable[..., Result]


class Run(Protocol):
    """Runs a pack, or a draft, into a folder of its own or into `out`."""

    def __call__(
        self,
        pack: Path | Draft,
        previous: Path | None = None,
        *,
        out: Path | None = None,
        as_json: bool = False,
    ) -> Outcome: ...


def command(*words: object) -> Result:
    """One `safehub` command line. What it raises beyond its own errors is raised here."""
    return CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)


def run_into(out: Path, pack: Path, previous: Path | None = None, *more: str) -> Outcome:
    words: list[object] = ["audit", "run", pack, "--out", out, *more]
    if previous is not None:
        words += ["--previous", previous]
    result = command(*words)
    return Outcome(out, result.exit_code, result.stdout_bytes, result.stderr)


@pytest.fixture
def store(db: None, settings: Settings, tmp_path: Path) -> Path:
    """An empty store; gives the folder of its uploads."""
    settings.SAFEHUB_HOME = tmp_path / "home"
    settings.UPLOADS = tmp_path / "home" / "uploads"
    return tmp_path / "home" / "uploads"


@pytest.fixture
def safehub(store: Path) -> Command:
    return command


@pytest.fixture
def whole(store: Path, tmp_path: Path) -> Run:
    """Runs a pack as it is run."""
    numbers = itertools.count(1)

    def running(
        pack: Path | Draft,
        previous: Path | None = None,
        *,
        out: Path | None = None,
        as_json: bool = False,
    ) -> Outcome:
        number = next(numbers)
        if isinstance(pack, Draft):
            pack = pack.write(tmp_path / f"draft-{number}")
        more = ["--json"] if as_json else []
        return run_into(out or tmp_path / f"out-{number}", pack, previous, *more)

    return running


@pytest.fixture
def run(whole: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a pack without setting its report as PDF and Word, which takes half of the time."""
    monkeypatch.setattr(papers, "to_pdf", lambda _: b"")
    monkeypatch.setattr(papers, "to_word", lambda _: b"")
    return whole


class Demo(Protocol):
    """Writes an invented round and gives its folder."""

    def __call__(self, seed: int, *, earlier: bool = ..., **sizes: int) -> Path: ...


@pytest.fixture
def demo(tmp_path: Path) -> Demo:
    def writing(seed: int, *, earlier: bool = False, **sizes: int) -> Path:
        folder = tmp_path / f"demo-{seed}{'-before' if earlier else ''}"
        write_pack(folder, seed=seed, earlier=earlier, **sizes)  # type: ignore[arg-type]
        return folder

    return writing


@pytest.fixture(scope="session")
def real(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[..., Outcome]:
    """Runs that several tests only look at: each pack is run once for all of them."""
    kept: dict[tuple[Path, Path | None], Outcome] = {}
    home = tmp_path_factory.mktemp("home")

    def looking(pack: Path, previous: Path | None = None) -> Outcome:
        if (pack, previous) not in kept:
            out = tmp_path_factory.mktemp("run") / "out"
            settings = override_settings(SAFEHUB_HOME=home, UPLOADS=home / "uploads")
            with django_db_blocker.unblock(), settings, transaction.atomic():
                kept[pack, previous] = run_into(out, pack, previous)
                transaction.set_rollback(True)
        return kept[pack, previous]

    return looking
