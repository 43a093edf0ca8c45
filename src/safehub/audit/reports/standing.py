"""Figures as they stand, as the plain rows that pages show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from safehub.audit.reports.figures import AgencyFigures, Figure, Figures
from safehub.audit.reports.wording import written

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
    """One agency's figures as they stand: counts and met good, and every figure."""

    code: str
    name: str
    headline: dict[str, Any]
    figures: tuple[StandingFigure, ...]


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
        isinstance(one.n, int) and one.answer not in _RANGES,
    ]


_RANGES = {"min", "median", "max", "earliest", "latest"}


def _text(value: Any) -> str | None:
    return None if value is None else written(value)


def suppressed(figures: tuple[StandingFigure, ...]) -> frozenset[str]:
    """The names of the figures that may not be shown outside the audit.

    Small ones; and where a group (one question's answers) would hide only one, the next smallest
    that counts anybody as well, so that it cannot be worked out from the rest.
    """
    groups: dict[tuple[str, str], list[StandingFigure]] = {}
    for one in figures:
        if one.is_count and one.n is not None:
            groups.setdefault((one.question, one.unit), []).append(one)
    hidden: set[str] = set()
    for group in groups.values():
        small = [one for one in group if one.is_small]
        hidden |= {one.name for one in small}
        if len(small) == 1:
            others = [one for one in group if not one.is_small and int(one.n or 0) > 0]
            if others:
                hidden.add(min(others, key=lambda one: int(one.n or 0)).name)
    return frozenset(hidden)
