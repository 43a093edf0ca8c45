"""What a set of answers scores, as a page says it: a sum for each section and one for the whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from safehub.instruments.answers import plain
from safehub.instruments.scoring import Line, as_sum, is_scored, score_of, whole_as_sum
from safehub.instruments.tools import Tool

OUTSIDE = "Outside every section"


@dataclass(frozen=True)
class SumsShown:
    """Rows of section and sum, the sum of the whole, and what each question adds."""

    rows: list[list[str]]
    whole: list[str]
    lines: list[list[str]]


def sums_shown(
    tool: Tool, answers: Mapping[str, str], hidden: Iterable[str] = ()
) -> SumsShown | None:
    """The score of canonical answers in words; None for a tool in which nothing has a score."""
    if not any(is_scored(column.question) for column in tool.columns):
        return None
    scored = score_of(tool, answers, hidden)
    return SumsShown(
        rows=[[one.label or OUTSIDE, as_sum(one)] for one in scored.sections],
        whole=["Whole", whole_as_sum(scored)],
        lines=[_line(line) for line in scored.total.lines],
    )


def _line(line: Line) -> list[str]:
    return [
        line.label or line.question,
        f"{plain(line.score)} of {plain(line.of)}",
        plain(line.weight),
        f"{plain(line.earned)} of {plain(line.possible)}",
    ]
