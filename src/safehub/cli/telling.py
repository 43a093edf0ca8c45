"""How the command line tells people what goes on."""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

COMMAND = "./safehub"
"""How people start the product: by the launcher."""


def note(text: str) -> None:
    """A line for a person, on standard error."""
    click.echo(text, err=True)


class Progressing:
    """A bar on a terminal, a plain line for each step in a log."""

    def __init__(self, steps: int) -> None:
        self._console = Console(stderr=True)
        self._progress: Progress | None = None
        self._task = TaskID(0)
        self._started = time.monotonic()
        if self._console.is_terminal:
            self._progress = Progress(
                SpinnerColumn(),
                TextColumn("{task.description}"),
                BarColumn(),
                TimeElapsedColumn(),
                console=self._console,
                transient=True,
            )
            self._task = self._progress.add_task("Starting", total=steps)

    def silently(self, text: str) -> None:
        """A step that has no line in a log: what it may have to say comes first."""
        if self._progress is not None:
            self.step(text)

    def step(self, text: str) -> None:
        """The next step begins."""
        if self._progress is not None:
            self._progress.update(self._task, description=text, advance=1)
        else:
            note(f"{text} …")

    @contextlib.contextmanager
    def shown(self) -> Iterator[Progressing]:
        """Shows the bar while the work goes on."""
        if self._progress is None:
            yield self
            return
        with self._progress:
            yield self

    @property
    def seconds(self) -> float:
        """How long it has taken so far."""
        return time.monotonic() - self._started


def unexpected(error: Exception) -> str:
    """What a person is told of a fault of ours; what a developer needs goes to a private file."""
    home = Path(os.environ.get("SAFEHUB_HOME") or "var")
    name = f"{secrets.token_hex(4)}.txt"
    sentence = "Safehub failed in a way that it did not expect; what it had begun is not stored."
    try:
        for folder in (home, home / "failures"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = home / "failures" / name
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.write("".join(traceback.format_exception(error)))
    except OSError:
        return f"{sentence} Nor could it write down why ({type(error).__name__})."
    return f"{sentence} Why is written in {path}; it may hold case content, so keep it close."


def write_out(data: str) -> None:
    """Exactly this text on standard output, in UTF-8 whatever the locale."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data.encode())
    sys.stdout.buffer.flush()
