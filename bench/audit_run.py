"""`safehub audit run` as a whole process, beside pandas and python-docx over the same rows.

Run: .venv/bin/python bench/audit_run.py [--quick]. Exits 1 where a budget is broken.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from pathlib import Path

from measure import (
    Contender,
    machine,
    options,
    print_budgets,
    print_table,
    run_in_turn,
    script,
)

MAKE = (
    "import sys; from pathlib import Path; from safehub.demo.rounds import write_pack; "
    "write_pack(Path(sys.argv[1]), seed=int(sys.argv[2]), cases=int(sys.argv[3]), "
    "full=sys.argv[4] == 'full')"
)
ORDINARY = 60
FULL_SIZES = (150, 300, 600)
Prepared = Callable[[], tuple[Sequence[str], Mapping[str, str]]]


def environment() -> dict[str, str]:
    """No database server and no settings of somebody's own: each run founds a store on SQLite."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("SAFEHUB_")}
    kept.pop("DATABASE_URL", None)
    return kept


def make_pack(work: Path, seed: int, cases: int, kind: str) -> Path:
    folder = work / f"{kind}-{cases}"
    arguments = [str(folder), str(seed), str(cases), kind]
    subprocess.run([sys.executable, "-c", MAKE, *arguments], check=True, env=environment())
    return folder


def ours(work: Path, pack: Path) -> Prepared:
    program = Path(sys.executable).with_name("safehub")
    if not program.exists():
        raise SystemExit(f"{program} is not there: install the package first (./safehub test).")
    number = count()

    def prepare() -> tuple[Sequence[str], Mapping[str, str]]:
        home = work / f"home-{pack.name}-{next(number)}"
        out = work / f"out-{home.name}"
        command = [str(program), "audit", "run", str(pack), "--out", str(out)]
        return command, environment() | {"SAFEHUB_HOME": str(home)}

    return prepare


def by_hand(work: Path, pack: Path) -> Prepared:
    command = [*script("report_by_hand.py"), str(pack), str(work / f"{pack.name}.docx")]
    return lambda: (command, environment())


def pair(work: Path, seed: int, cases: int, kind: str) -> tuple[Contender, Contender]:
    pack = make_pack(work, seed, cases, kind)
    size = f"{cases} cases, 12 agencies, 40 q" + (", full" if kind == "full" else "")
    return (
        Contender("safehub audit run", size, ours(work, pack)),
        Contender("pandas + python-docx by hand", size, by_hand(work, pack)),
    )


def main() -> int:
    chosen = options(__doc__ or "")
    with tempfile.TemporaryDirectory(prefix="safehub-bench-") as folder:
        work = Path(folder)
        pairs = [pair(work, chosen.seed, ORDINARY, "ordinary")]
        pairs += [pair(work, chosen.seed, cases, "full") for cases in FULL_SIZES]
        run_in_turn((one for both in pairs for one in both), quick=chosen.quick)
    print_table(pairs)
    ordinary, small, _, large = (mine for mine, _ in pairs)
    held = print_budgets(
        (
            ("60 cases, seconds", ordinary.wall, 10),
            ("60 cases, MB", ordinary.memory, 400),
            ("600 cases, seconds", large.wall, 60),
            ("600 cases, MB", large.memory, 800),
            ("600 over 150 cases, times as long", large.wall / small.wall, 4.5),
        )
    )
    print(f"{machine()}; seed {chosen.seed}; median of {len(ordinary.runs)}")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
