"""Which returns are chosen for a second look, and which grade stands after it.

A share is drawn by permanent random numbers, as a sample is (Ohlsson 1995): the rank of a return is
the SHA-256 of `seed|AGENCY|RESPONDENT|CASE`, lowest first, with the seed of the audit's own draw.
So anybody can draw it again, and a larger share holds the smaller one.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from safehub.audit.moderation.states import Trigger
from safehub.audit.returns.rows import IMMEDIATE_RISK, ReturnRow
from safehub.audit.sampling.rules import rank
from safehub.instruments.tools import NOT_APPLICABLE, YES, Tool

Key = tuple[str, str, str]
"""A return by its agency, respondent and case."""

FAR_APART = 2


@dataclass(frozen=True)
class Scale:
    """The grading question and its grades from best to worst, `na` left out; `names` have it."""

    question: str
    grades: tuple[str, ...]
    names: tuple[str, ...]

    def place(self, grade: str | None) -> int | None:
        """The position of the grade, 0 for the best; None for what is no grade."""
        return self.grades.index(grade) if grade in self.grades else None


def scale_of(tool: Tool, question: str) -> Scale | None:
    """The scale of the grading question; None for an audit without grades."""
    graded = tool.by_name.get(question)
    if graded is None:
        return None
    names = tuple(one.name for one in graded.choices)
    return Scale(question, tuple(one for one in names if one != NOT_APPLICABLE), names)


def key_of(row: ReturnRow) -> Key:
    """The return that the row is of."""
    return row.agency, row.respondent, row.case


def rank_of(seed: int, key: Key) -> str:
    """The permanent random number of a return."""
    return rank(seed, "|".join(key))


def share_drawn(seed: int, rows: Iterable[ReturnRow], percent: int) -> list[Key]:
    """So many percent of the returns, rounded up, by rank."""
    keys = sorted((key_of(row) for row in rows), key=lambda key: (rank_of(seed, key), key))
    return keys[: math.ceil(len(keys) * percent / 100)]


def triggers_met(
    scale: Scale, rows: Sequence[ReturnRow], wanted: Iterable[str]
) -> dict[Key, list[str]]:
    """The returns that meet any of the triggers, with those that each meets, in their order."""
    asked = [one for one in Trigger if one in set(wanted)]
    apart = cases_apart(scale, rows)
    found: dict[Key, list[str]] = {}
    for row in rows:
        met = [one.value for one in asked if _meets(one, scale, row, apart)]
        if met:
            found[key_of(row)] = met
    return found


def _meets(trigger: Trigger, scale: Scale, row: ReturnRow, apart: frozenset[str]) -> bool:
    place = scale.place(row.answers.get(scale.question))
    match trigger:
        case Trigger.LOWEST:
            return place is not None and place == len(scale.grades) - 1
        case Trigger.HIGHEST:
            return place == 0
        case Trigger.NO_GRADE:
            return place is None
        case Trigger.IMMEDIATE_RISK:
            return row.answers.get(IMMEDIATE_RISK) == YES
        case Trigger.APART:
            return place is not None and row.case in apart


def cases_apart(scale: Scale, rows: Iterable[ReturnRow]) -> frozenset[str]:
    """The cases that two agencies graded two steps or more apart, each by its lowest grade."""
    lowest: dict[str, dict[str, int]] = {}
    for row in rows:
        place = scale.place(row.answers.get(scale.question))
        if place is not None:
            of_case = lowest.setdefault(row.case, {})
            of_case[row.agency] = max(place, of_case.get(row.agency, 0))
    return frozenset(
        case
        for case, places in lowest.items()
        if max(places.values()) - min(places.values()) >= FAR_APART
    )


def moderated_grade(scale: Scale, grades: Sequence[str]) -> str | None:
    """The grade that stands after the second look: the one given most often, else the lower.

    The lower of two that were given as often, as where respondents differ (audit packs, Figures).
    `na` stands only where nobody gave a grade.
    """
    counts = Counter(grade for grade in grades if scale.place(grade) is not None)
    if not counts:
        return grades[0] if grades else None
    return max(counts, key=lambda grade: (counts[grade], scale.place(grade)))


def with_moderated(
    rows: Iterable[ReturnRow], question: str, moderated: Mapping[Key, str]
) -> list[ReturnRow]:
    """The rows, with the moderated grade in place of the agency's where there is one."""
    return [
        row
        if key_of(row) not in moderated
        else ReturnRow(
            row.agency,
            row.respondent,
            row.case,
            row.status,
            {**row.answers, question: moderated[key_of(row)]},
            row.not_asked,
        )
        for row in rows
    ]
