"""Figures as they stand, as the plain rows that pages show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from safehub.audit.reports.figures import AgencyFigures, Figure, Figures
from safehub.audit.reports.wording import written
from safehub.audit.returns.rows import KNOWN
from safehub.instruments.tools import Question, Tool

# Figures shown outside the audit: a count below five could point to a family (need to know,
# "Properties"); 0 tells of nobody.
SMALLEST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class StandingFigure:
    """One figure as a page shows it. `n` is written; None where nothing can be derived."""

    name: str
    question: str
    answer: str
    unit: str
    definition: str
    n: str | None
    of: int | None = None
    percent: str | None = None
    low: str | None = None
    high: str | None = None
    is_count: bool = True

    @property
    def is_small(self) -> bool:
        """Whether it counts somebody, and fewer than five."""
        return self.is_count and self.n is not None and 0 < int(self.n) < SMALLEST_SHOWN


@dataclass(frozen=True)
class AgencyStanding:
    """One agency's figures as they stand: counts and met good, and a row for every figure.

    A page shows few of the hundred and more, so each becomes a `StandingFigure` when it is asked.
    `linked` are the questions whose numbers tell of each other (`links_of`).
    """

    code: str
    name: str
    headline: dict[str, Any]
    rows: list[list[Any]]
    linked: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @cached_property
    def figures(self) -> tuple[StandingFigure, ...]:
        """Every figure, in the order of figures.csv."""
        return tuple(StandingFigure(*row) for row in self.rows)

    @cached_property
    def hidden(self) -> frozenset[str]:
        """The names of the figures that may not be shown outside the audit."""
        return suppressed(self.figures, self.linked)

    def figure(self, name: str) -> StandingFigure | None:
        """The first figure of that name (less the agency's code): counts come before questions."""
        full = f"{self.code}.{name}"
        return next((StandingFigure(*row) for row in self.rows if row[0] == full), None)


def as_rows(figures: Figures) -> list[tuple[str, str, dict[str, Any], list[list[Any]]]]:
    """For each agency: code, name, headline and figures, as JSON keeps them."""
    by_agency: dict[str, list[list[Any]]] = {}
    for one in figures.listed:
        by_agency.setdefault(one.agency, []).append(_row(one))
    return [
        (one.agency.code, one.agency.name, _headline(one), by_agency.get(one.agency.code, []))
        for one in figures.agencies
    ]


def _headline(one: AgencyFigures) -> dict[str, Any]:
    share = one.met_good
    return {
        **one.counts,
        "met_good": [share.n, share.of, _text(share.percent)] if share else None,
    }


def _row(one: Figure) -> list[Any]:
    share = one.share
    low, high = (share.interval if share and share.interval else None) or (None, None)
    return [
        one.name,
        one.question,
        one.answer,
        one.unit,
        one.definition,
        _text(one.n),
        one.of,
        _text(share.percent) if share else None,
        _text(low),
        _text(high),
        isinstance(one.n, int) and one.answer not in RANGES,
    ]


RANGES = {"min", "median", "max", "earliest", "latest"}


def _text(value: Any) -> str | None:
    return None if value is None else written(value)


def suppressed(
    figures: tuple[StandingFigure, ...], linked: Mapping[str, frozenset[str]]
) -> frozenset[str]:
    """The names of one agency's figures that may not be shown outside the audit.

    Figures that can be worked out from each other stand or fall together: the counts of cases, the
    answers to one question, and with the grades met good. Where one of a group, or what it leaves
    of its total, counts somebody and fewer than five, the whole group is hidden with its totals,
    and so are the questions `linked` to it, so that nothing of it can be worked out; of the counts
    only `asked`, which is the size of the sample, stays. The least and the greatest answer are each
    one case's own: never shown. Source: need to know, "Properties" (figures under five, with
    secondary suppression).
    """
    groups = _groups(figures)
    hidden: set[str] = set()
    for key in closed(hidden_groups(figures), linked) & groups.keys():
        hidden |= {one.name for one in groups.pop(key) if _plain(one) != "asked"}
    for group in groups.values():
        hidden |= {one.name for one in group if one.answer in SINGLE}
    return frozenset(hidden)


def hidden_groups(figures: tuple[StandingFigure, ...]) -> frozenset[str]:
    """The groups of one agency's figures that are hidden whole, each by its key.

    A key is the name of a question (the grading question's has the grades and met good with it),
    `CASE_COUNTS`, or the plain name of a figure that stands alone.
    """
    return frozenset(
        key
        for key, group in _groups(figures).items()
        if _has_small(group) or (key == CASE_COUNTS and _leaves_small(group))
    )


def _groups(figures: tuple[StandingFigure, ...]) -> dict[str, list[StandingFigure]]:
    graded = next((one.question for one in figures if _plain(one).startswith("grade.")), "")
    groups: dict[str, list[StandingFigure]] = {}
    for one in figures:
        groups.setdefault(_group(one, graded), []).append(one)
    return groups


CASE_COUNTS = "counts of cases"
COUNTS = ("asked", "known", "not_known", "returned", "awaited")
# Answers of one case each.
SINGLE = RANGES - {"median"}


def _plain(one: StandingFigure) -> str:
    """Its name without the agency's code."""
    return one.name.partition(".")[2]


def _group(one: StandingFigure, graded: str) -> str:
    name = _plain(one)
    if name in COUNTS:
        return CASE_COUNTS
    return graded if name == "met_good" else one.question or name


def is_small(number: int) -> bool:
    """Whether it counts somebody, and fewer than five."""
    return 0 < number < SMALLEST_SHOWN


def _has_small(group: list[StandingFigure]) -> bool:
    """Whether one of them, its total, or what it leaves of that, counts some and too few."""
    for one in group:
        of = one.of or 0
        if one.is_small or is_small(of):
            return True
        if one.is_count and one.n is not None and is_small(of - int(one.n)):
            return True
    return False


def _leaves_small(group: list[StandingFigure]) -> bool:
    """Whether the counts tell of few in their differences.

    Known and not returned; awaited and not said to be known; all that one leaves of the sample.
    """
    n = {_plain(one): int(one.n) for one in group if one.n is not None}
    asked, owed = n.get("asked", 0), n.get("known", 0) - n.get("returned", 0)
    left = [asked - count for count in n.values()]
    return any(is_small(one) for one in [owed, n.get("awaited", 0) - owed, *left])


def links_of(tool: Tool) -> dict[str, frozenset[str]]:
    """For each question, those whose numbers tell of its own: it waits on them, or they on it.

    How many were not asked one question says how many gave a certain answer to another, so what is
    hidden of one is hidden of all. All counted returns say that the child is known, so that
    question ties nothing.
    """
    joined: dict[str, set[str]] = {}
    for question in tool.questions:
        group = {question.name}
        for name in _waits_on(question):
            group |= joined.get(name, {name})
        group |= joined.get(question.name, set())
        for name in group:
            joined[name] = group
    return {name: frozenset(group) for name, group in joined.items()}


def _waits_on(question: Question) -> set[str]:
    return {name for one in question.relevant for name in one.references} - {KNOWN}


def closed(groups: frozenset[str], linked: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The groups with all that tell of them."""
    return groups.union(*(linked.get(group, frozenset()) for group in groups))
