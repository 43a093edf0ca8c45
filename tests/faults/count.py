"""Count a ledger again: `python -m faults.count LEDGER [--full]`, in the folder tests.

Ends with 1 where anything was lost, doubled, corrupt or open; with --full also where there are
fewer than 500 faults, or fewer than 20 of a class.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from faults.ledger import COUNTED, Count, Fault

FULL, EACH = 500, 20


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m faults.count")
    parser.add_argument("ledger", type=Path)
    parser.add_argument("--full", action="store_true", help="hold it to the bar of a release")
    read = parser.parse_args(words)
    faults = [Fault.read(line) for line in read.ledger.read_text(encoding="utf-8").splitlines()]
    by_kind: dict[str, Counter[str]] = {}
    for fault in faults:
        row = by_kind.setdefault(fault.kind, Counter())
        row["faults"] += 1
        for name in ("acknowledged", "found", *COUNTED):
            row[name] += getattr(fault, name)
    columns = ("faults", "acknowledged", "found", *COUNTED)
    sys.stdout.write(f"{'class':<24}" + "".join(f"{name:>14}" for name in columns) + "\n")
    for kind, row in sorted(by_kind.items()):
        sys.stdout.write(f"{kind:<24}" + "".join(f"{row[name]:>14}" for name in columns) + "\n")
    count = Count.of(faults)
    sys.stdout.write(f"{count}\n")
    few = [kind for kind, number in count.kinds.items() if number < EACH]
    if read.full and (len(faults) < FULL or few):
        sys.stdout.write(
            f"too few: {len(faults)} of {FULL}; {', '.join(few) or 'each class has enough'}\n"
        )
        return 1
    return 0 if count.is_clean else 1


if __name__ == "__main__":
    sys.exit(main())
