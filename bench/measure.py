"""Runs whole processes in turn and says what they took. Standard library only.

A child of a large process is born large: its peak memory begins at its parent's. So whatever
measures stays small, and data are made by processes of their own.
"""

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

RUNS = 5


@dataclass(frozen=True)
class Run:
    """Seconds on the clock, seconds of processor, peak resident memory in MB (10^6 bytes)."""

    wall: float
    cpu: float
    memory: float


@dataclass
class Contender:
    """Something that is measured at one size. `command` is called before each run, unmeasured."""

    name: str
    size: str
    command: Callable[[], tuple[Sequence[str], Mapping[str, str]]]
    runs: list[Run] = field(default_factory=list)

    @property
    def wall(self) -> float:
        return statistics.median(run.wall for run in self.runs)

    @property
    def cpu(self) -> float:
        return statistics.median(run.cpu for run in self.runs)

    @property
    def memory(self) -> float:
        return max(run.memory for run in self.runs)

    @property
    def p95(self) -> float:
        """By nearest rank: with five runs, the slowest."""
        return sorted(run.wall for run in self.runs)[-max(1, len(self.runs) // 20)]


def options(description: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--quick", action="store_true", help="one run of each instead of five")
    parser.add_argument("--seed", type=int, default=20260617, help="seed of the invented data")
    return parser.parse_args()


def run_once(command: Sequence[str], env: Mapping[str, str]) -> Run:
    """Run to the end, output thrown away; SystemExit with the last lines where it fails."""
    with tempfile.TemporaryFile() as errors:
        started = time.perf_counter()
        process = subprocess.Popen(command, env=dict(env), stdout=subprocess.DEVNULL, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            errors.seek(0)
            tail = errors.read().decode(errors="replace")[-2000:]
            raise SystemExit(f"{' '.join(command)} ended with {process.returncode}:\n{tail}")
    to_bytes = 1 if sys.platform == "darwin" else 1024
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * to_bytes / 1e6)


def run_in_turn(contenders: Iterable[Contender], *, quick: bool) -> None:
    """One run of each, then the next round, so that a busy minute falls on all alike."""
    listed = list(contenders)
    for number in range(1 if quick else RUNS):
        for contender in listed:
            print(f"  round {number + 1}: {contender.size}, {contender.name}", file=sys.stderr)
            contender.runs.append(run_once(*contender.command()))


def print_table(groups: Iterable[Sequence[Contender]]) -> None:
    """Size by size: ours, then last what it is beside; `ratio` is of median wall times to that."""
    row = "{:<34} {:<30} {:>8} {:>8} {:>8} {:>9} {:>7}"
    print(row.format("size", "what", "median s", "p95 s", "cpu s", "peak MB", "ratio"))
    for group in groups:
        for one in group:
            ratio = "" if one is group[-1] else f"{one.wall / group[-1].wall:.2f}"
            cells = (f"{one.wall:.2f}", f"{one.p95:.2f}", f"{one.cpu:.2f}", f"{one.memory:.0f}")
            print(row.format(one.size, one.name, *cells, ratio))


def print_budgets(budgets: Iterable[tuple[str, float, float]]) -> bool:
    """A line each: what, measured, allowed. True where all hold."""
    held = True
    for what, measured, allowed in budgets:
        holds = measured <= allowed
        held = held and holds
        print(f"{what}: {measured:.2f} of {allowed:g} {'holds' if holds else 'BROKEN'}")
    return held


def machine() -> str:
    """The facts that a result is quoted with."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    day = time.strftime("%Y-%m-%d")
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GB, Python {platform.python_version()}, {day}, "
        f"load {os.getloadavg()[0]:.1f} at the end"
    )


def script(name: str) -> list[str]:
    """The command that runs a file of this folder with this Python."""
    return [sys.executable, str(Path(__file__).with_name(name))]
