"""How many wrong changes to the policy the proof finds: `python -m access.mutate`, from tests/.

    SAFEHUB_HOME=$(mktemp -d) PYTHONPATH=. ../.venv/bin/python -m access.mutate
    SAFEHUB_HOME=$(mktemp -d) PYTHONPATH=. ../.venv/bin/python -m access.mutate --sample 10

Each mutant is made in a fork of this process, which has asked the oracle already; the fork holds a
part of the matrix, then some worlds, to it, and ends at the first difference. A mutant is killed
by a difference, an error, or by taking too long. Those that are known to change nothing
(`equivalent`) are told apart, and are in no share.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import time
from collections import Counter
from dataclasses import dataclass
from functools import cache

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "safehub.config.settings")
django.setup()

from django.db import connection  # noqa: E402 - Django must be set up

from oracle import plain_access as plain  # noqa: E402
from oracle import plain_access_grants as page  # noqa: E402
from safehub.foundation.access import judging, queries  # noqa: E402
from safehub.foundation.access.queries.kept import QUESTIONS  # noqa: E402

from . import matrix  # noqa: E402
from .agreement import compare_worlds  # noqa: E402
from .mutants import Mutant, engine_mutants, grant_mutants  # noqa: E402
from .reasons import wrong_small_checks  # noqa: E402
from .words import CLASSES  # noqa: E402

KILLED, SURVIVED = 0, 1
SEED = 20261124
# Mostly the crowded ones, and those first: they show more.
WORLDS = (*range(1, 60, 2), *range(0, 20, 2))
# Seconds of processor time of a fork; a mutant may loop, or ask the database for everything.
LONGEST = 240


@dataclass(frozen=True)
class Asked:
    """A cell with what the oracle says of it."""

    cell: matrix.Cell
    expected: plain.Verdict


def asked() -> list[Asked]:
    """A part of every matrix; the oracle is asked once, before any fork."""
    drawn = random.Random(SEED)
    cells = [
        *leaving_cells(),
        *matrix.mixed_cells(SEED, 10_000),
        *(one for one in matrix.table_cells(pairs=False) if drawn.random() < 0.05),
    ]
    return [Asked(one, expected(one)) for one in cells]


def leaving_cells() -> list[matrix.Cell]:
    """Each class of field of what is taken out, where it is granted: what then must be done."""
    return [
        matrix.cell(
            matrix.Question(
                *(role, kind, action, frozenset({page.OWNER}), status, one, channel),
                by_command=True,
            )
        )
        for action in sorted(page.TAKES_OUT)
        for kind in [matrix.kind_of(action)]
        for role in (page.COORDINATOR, page.LEAD, page.CHAIR)
        for status in (page.OPENED, "drafted")
        for one in sorted(CLASSES)
        for channel in (page.SCREEN, page.PRINT, page.EXPORT)
    ]


@cache
def about(action: str) -> list[Asked]:
    """Every cell of the table of one action, and of its kind's classes where it opens one."""
    kind = matrix.kind_of(action)
    classes = [None, *CLASSES] if action in page.SEE.values() else [None]
    cells = [
        matrix.cell(matrix.Question(role, kind, action, relations, status, one, by_command=True))
        for role in sorted(page.ROLES)
        for relations in (matrix.relation_sets(pairs=False) if kind else [frozenset[str]()])
        for status in (matrix.STATUSES if kind else ("",))
        for one in classes
    ]
    cells += matrix.mixed_cells(SEED, 1_500, [action])
    return [Asked(one, expected(one)) for one in cells]


def expected(one: matrix.Cell) -> plain.Verdict:
    return plain.decide(one.plain_facts, one.action, one.field_class, one.around)


def differs(some: list[Asked]) -> bool:
    """Whether any cell is decided otherwise than the oracle says."""
    policy = queries.policy()
    return any(
        matrix.difference(
            one.cell,
            one.expected,
            judging.judge(
                policy,
                one.cell.viewer,
                one.cell.action,
                one.cell.facts,
                at=matrix.NOW,
                field_class=CLASSES[one.cell.field_class] if one.cell.field_class else None,
                context=one.cell.context,
            ),
        )
        for one in some
    )


def is_found(mutant: Mutant, some: list[Asked]) -> bool:
    """Whether the proof finds the mutant, in this process, which it spoils."""
    mutant.install()
    QUESTIONS.clear()
    if mutant.is_asked_in_worlds and compare_worlds(WORLDS).differences:
        return True
    if mutant.action and differs(about(mutant.action)):
        return True
    if wrong_small_checks() or differs(some):
        return True
    return not mutant.is_asked_in_worlds and bool(compare_worlds(WORLDS).differences)


def fork(mutant: Mutant, some: list[Asked]) -> int:
    """Try the mutant in a child; gives its process id."""
    if mutant.action:
        about(mutant.action)
    child = os.fork()
    if child:
        return child
    signal.setitimer(signal.ITIMER_PROF, LONGEST)
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
    try:
        found = is_found(mutant, some)
    except BaseException:  # noqa: BLE001 - whatever a mutant breaks, it is found
        found = True
    os._exit(KILLED if found else SURVIVED)


def run(mutants: list[Mutant], some: list[Asked], workers: int) -> tuple[list[Mutant], int]:
    """The mutants that survive, and how many of the others were stopped after taking too long."""
    waiting, running, left = list(reversed(mutants)), dict[int, Mutant](), list[Mutant]()
    stopped = 0
    while waiting or running:
        while waiting and len(running) < workers:
            mutant = waiting.pop()
            running[fork(mutant, some)] = mutant
        if len(waiting) % 20 == 0:
            sys.stdout.write(f"  {len(waiting)} to go, {len(left)} survived\n")
            sys.stdout.flush()
        child, status = os.wait()
        mutant = running.pop(child)
        if os.WIFEXITED(status) and os.WEXITSTATUS(status) == SURVIVED:
            left.append(mutant)
            sys.stdout.write(f"  survived: {mutant}\n")
            sys.stdout.flush()
        stopped += os.WIFSIGNALED(status)
    return left, stopped


def chosen(sample: int, seed: int, *, every: bool) -> list[Mutant]:
    """All mutants of the code and one in five of the grants, unless every one is wanted.

    With `sample` so many of them, drawn by the seed from code and grants alike.
    """
    engine, grants = engine_mutants(), grant_mutants(SEED)
    if not sample:
        return [*engine, *(grants if every else grants[::5])]
    drawn = random.Random(seed)
    return [*drawn.sample(engine, sample - sample // 2), *drawn.sample(grants, sample // 2)]


def main() -> int:
    """Prints killed of all, by group; ends with 1 where fewer than the bar are killed."""
    parser = argparse.ArgumentParser(prog="access.mutate", description=__doc__)
    parser.add_argument("--sample", type=int, default=0, help="try so many, not all")
    parser.add_argument("--seed", type=int, default=SEED, help="of the sample")
    parser.add_argument(
        "--equivalent", action="store_true", help="try those that should change nothing, alone"
    )
    parser.add_argument("--every", action="store_true", help="every grant, and not one in five")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--bar", type=float, default=90, help="percent that must be killed")
    options = parser.parse_args()
    began = time.monotonic()
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    some, drawn = asked(), chosen(options.sample, options.seed, every=options.every)
    # Each world must agree by itself, or it would find every mutant.
    if compare_worlds(WORLDS).differences or differs(some):
        sys.stdout.write("The policy differs from the oracle before any change: mend that first.\n")
        return 2
    if options.equivalent:
        return try_equivalent(some, options.workers)
    mutants = [one for one in drawn if not one.equivalent]
    left, stopped = run(mutants, some, options.workers)
    killed = len(mutants) - len(left)
    groups, lost = (Counter(bool(one.action) for one in rows) for rows in (mutants, left))
    for name, group in (("code", False), ("grants", True)):
        sys.stdout.write(f"{name}: {groups[group] - lost[group]} of {groups[group]} killed\n")
    tell_equivalent(drawn)
    share = 100 * killed / len(mutants)
    seconds = time.monotonic() - began
    sys.stdout.write(
        f"{killed} of {len(mutants)} killed ({stopped} of them by taking too long), "
        f"{share:.1f} %, in {seconds:.0f} s\n"
    )
    return 0 if share >= options.bar else 1


def tell_equivalent(drawn: list[Mutant]) -> None:
    """Those that were not tried, each with why it changes nothing."""
    same = [one for one in drawn if one.equivalent]
    sys.stdout.write(f"{len(same)} more of {len(drawn)} drawn are no change, and were not tried\n")
    sys.stdout.writelines(f"  {one}: {one.equivalent}\n" for one in same)


def try_equivalent(some: list[Asked], workers: int) -> int:
    """All that are listed as changing nothing; 1 where one of them is found to change something."""
    same = [one for one in engine_mutants() if one.equivalent]
    left, _ = run(same, some, workers)
    found = [one for one in same if one not in left]
    sys.stdout.writelines(f"  no equivalent: {one}\n" for one in found)
    sys.stdout.write(f"{len(left)} of {len(same)} change nothing that could be found\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
