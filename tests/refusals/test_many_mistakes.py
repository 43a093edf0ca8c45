"""A pack with n planted, independent mistakes over all its files gives exactly n lines."""

from __future__ import annotations

import os
import random
from collections import Counter

import pytest

from safehub.exchange.audit_pack.reading import look

from .catalogue import CATALOGUE
from .conftest import Plot
from .planting import Line, Mistake, independent
from .test_single_mistakes import fits

FULL = os.environ.get("SAFEHUB_TEST_LANE") == "full"
ROUNDS = 400 if FULL else 40
RICH = [mistake for mistake in CATALOGUE if mistake.base == "rich"]


def chosen(seed: int) -> list[Mistake]:
    """Two to twenty-five mistakes, none of which hangs on another."""
    rng = random.Random(seed)
    many = rng.randint(2, 25)
    taken: list[Mistake] = []
    for mistake in rng.sample(RICH, len(RICH)):
        if len(taken) == many:
            break
        if all(independent(mistake, other) for other in taken):
            taken.append(mistake)
    return taken


def missed(expected: list[Line], lines: list[str]) -> tuple[list[Line], list[str]]:
    """The expected lines that are not there, and the lines that nobody expected."""
    left = list(lines)
    absent = []
    # The longest first: a short prefix must not take the line of another.
    for wanted in sorted(expected, key=lambda line: -len(line.prefix + "".join(line.words))):
        found = next((line for line in left if fits(line, wanted)), None)
        if found is None:
            absent.append(wanted)
        else:
            left.remove(found)
    return absent, left


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_independent_mistakes_are_told_each_once(seed: int, plot: Plot) -> None:
    mistakes = chosen(seed)
    pack = plot("rich")
    expected = [line for mistake in mistakes for line in mistake.plant(pack)]
    looked = look(pack.folder)
    lines = [str(found) for found in looked.mistakes]
    assert looked.pack is None
    assert missed(expected, lines) == ([], []), "; ".join(mistake.name for mistake in mistakes)
    assert max(Counter(lines).values()) == 1
    assert len(lines) == len(expected)


@pytest.mark.parametrize("seed", range(1_000, 1_006))
def test_order_of_planting_changes_no_line(seed: int, plot: Plot) -> None:
    mistakes = [m for m in chosen(seed) if not {"returns/end", "tool/end"} & m.touches]
    told = []
    for order in (mistakes, mistakes[::-1]):
        pack = plot("rich")
        for mistake in order:
            mistake.plant(pack)
        told.append([str(found) for found in look(pack.folder).mistakes])
    assert sorted(told[0]) == sorted(told[1])


def test_same_pack_twice_tells_the_same_lines(plot: Plot) -> None:
    pack = plot("rich")
    for mistake in chosen(77):
        mistake.plant(pack)
    first, second = ([str(m) for m in look(pack.folder).mistakes] for _ in range(2))
    assert first == second
