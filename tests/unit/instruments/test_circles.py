"""Questions that wait on themselves: told once a circle, however many there are."""

from __future__ import annotations

import time
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safehub.foundation.mistakes import Mistakes
from safehub.instruments.conditions import MOST_IN_A_ROW, _searched
from safehub.instruments.responses import examine
from safehub.instruments.xlsform import read_tool

NAMES = st.sampled_from("abcdefgh")
MANY = 3_000


def reached(start: str, needs: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = set(needs.get(start, ()))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting |= needs.get(name, set())
    return found


@given(st.dictionaries(NAMES, st.sets(NAMES)))
def test_a_circle_is_all_that_are_reached_from_each_other(needs: dict[str, set[str]]) -> None:
    far = {name: reached(name, needs) for name in needs}
    wanted = {
        name: {other for other in far if other in far[name] and name in far[other]}
        for name in needs
        if name in far[name]
    }
    assert _searched(needs).circles == wanted


def test_a_chain_of_thousands_is_searched_at_once() -> None:
    chain = {str(n): {str(n + 1)} for n in range(MANY)}
    began = time.perf_counter()
    assert _searched(chain | {str(MANY): set()}).circles == {}
    ring = _searched(chain | {str(MANY): {"0"}}).circles
    assert set(ring) == {str(n) for n in range(MANY + 1)}
    assert time.perf_counter() - began < 1


def test_a_tool_of_a_thousand_questions_in_a_row_is_read_in_time() -> None:
    rows = [["type", "name", "label", "relevant"], ["text", "q0", "Q", ""]]
    rows += [["text", f"q{n}", "Q", f"${{q{n - 1}}} != ''"] for n in range(1, 1_000)]
    rows[1][3] = "${q999} != ''"
    mistakes = Mistakes()
    read_tool({"survey": rows}, "T", mistakes.of("t.xlsx"))
    assert [one.place for one in mistakes] == ["sheet survey, row 2, column relevant"]


@pytest.mark.parametrize("order", [1, -1], ids=["forward", "backward"])
def test_a_chain_that_cannot_be_worked_out_is_refused_where_it_is_too_long(order: int) -> None:
    def rows(count: int) -> list[list[str]]:
        chain = [["text", f"q{n}", "Q", f"${{q{n - 1}}} != ''"] for n in range(1, count)]
        return [["type", "name", "label", "relevant"], *[["text", "q0", "Q", ""], *chain][::order]]

    mistakes = Mistakes()
    tool = read_tool({"survey": rows(MOST_IN_A_ROW)}, "T", mistakes.of("t.xlsx"))
    assert tool is not None
    assert len(mistakes) == 0
    given = {column.name: "x" for column in tool.columns}
    for complete in (True, False):
        assert examine(tool, given, today=None, complete=complete).faults == ()
    read_tool({"survey": rows(MOST_IN_A_ROW + 5)}, "T", mistakes.of("t.xlsx"))
    (told,) = mistakes
    assert told.wanted == "what waits on at most 80 questions, one after another"
