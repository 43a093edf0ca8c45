"""What the disclosure scan finds, what it wrongly finds, and how long it takes.

.venv/bin/python bench/disclosure.py
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections import Counter
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "safehub.config.settings")
sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from safehub.foundation.disclosure.protected import ProtectedKind, counted
from safehub.foundation.disclosure.reading.files import read_file
from safehub.foundation.disclosure.scanning import Scanner, scan
from unit.disclosure.disclosure_canaries import PROTECTED, VARIANTS, clean_prose
from unit.disclosure.disclosure_files import CHANNELS
from unit.disclosure.test_disclosure_variants import invented_words

RUNS = 7
OWN = {"will", "may", "grace", "jo"}


def found_of_variants() -> int:
    return sum(any(hit.kind is kind for hit in scan(text, PROTECTED)) for kind, text in VARIANTS)


def found_of_channels() -> int:
    return sum(
        any(hit.kind is ProtectedKind.ADDRESS for hit in scan(read_file(*make()), PROTECTED))
        for make in CHANNELS.values()
    )


def main() -> None:
    print(f"variants found: {found_of_variants()} of {len(VARIANTS)}")
    print(f"channels of files found: {found_of_channels()} of {len(CHANNELS)}")
    prose = clean_prose(20_000)
    words = len(prose.split())
    own = Counter(hit.text for hit in scan(prose, PROTECTED) if hit.text.casefold() not in OWN)
    print(f"false hits of one family in {words} words: {sum(own.values())} {dict(own)}")
    many = invented_words(600)
    false = Counter(hit.text for hit in scan(prose, many))
    print(f"false hits of 600 invented words: {sum(false.values())} {dict(false.most_common(9))}")
    report = clean_prose(15_000, seed=3)
    taken = []
    for _ in range(RUNS):
        started = time.process_time()
        Scanner(many).scan_text(report)
        taken.append(time.process_time() - started)
    print(
        f"report of {len(report.split())} words, {counted(many)} protected words: median "
        f"{statistics.median(taken):.2f} s of processor, best {min(taken):.2f} s of {RUNS} runs"
    )


if __name__ == "__main__":
    main()
