"""Leaving out figures under five, and all from which they could be worked out.

What is counted here are children: cases, returns, respondents and referrals. Counts of agencies,
findings, gaps and actions are not, and stand. Source: need to know, "Properties" (under five, with
secondary suppression).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from safehub.audit.reports.comparison import MET_GOOD, Compared
from safehub.audit.reports.figures import AgencyFigures, Figures
from safehub.audit.reports.material import Material, SampleShown
from safehub.audit.reports.publishing.states import Suppression
from safehub.audit.reports.standing import (
    CASE_COUNTS,
    COUNTS,
    RANGES,
    SINGLE,
    StandingFigure,
    as_rows,
    closed,
    hidden_groups,
    is_small,
    links_of,
)
from safehub.foundation.statistics import Share
from safehub.instruments.tools import Tool

RESPONDENTS = "respondents"


@dataclass(frozen=True)
class Hidden:
    """What is hidden of one agency: groups of figures by their key, and the grading question."""

    groups: frozenset[str]
    graded: str

    def hides(self, figure: str) -> bool:
        """Whether `met_good` or the figures of a question of that name are hidden."""
        return (self.graded if figure == MET_GOOD else figure) in self.groups


def hidden_in(material: Material) -> dict[str, Hidden]:
    """What is hidden of each agency, by its code."""
    grading = material.terms.grading
    return hidden_of(material.figures, material.tool, grading.question if grading else MET_GOOD)


def hidden_of(figures: Figures, tool: Tool, graded: str) -> dict[str, Hidden]:
    """The same of figures; `graded` names the grading question."""
    linked = links_of(tool)
    return {
        code: Hidden(closed(hidden_groups(_standing(rows)), linked), graded)
        for code, _, _, rows in as_rows(figures)
    }


def _standing(rows: Sequence[Sequence[object]]) -> tuple[StandingFigure, ...]:
    return tuple(StandingFigure(*row) for row in rows)  # type: ignore[arg-type]


def suppressed_material(material: Material) -> Material:
    """The material with nothing in it that may not be shown: what is written from it is safe."""
    hidden = hidden_in(material)
    shown = _sample_shown(material)
    has_frame = shown.frame is not None
    return replace(
        material,
        suppression=Suppression.UNDER_FIVE,
        shown=shown,
        figures=suppressed_figures(material.figures, hidden, has_frame=has_frame),
        # Second grades are given to a share of the returns: hardly a number of theirs is not small,
        # and beside the agencies' own each tells of the other.
        moderated=None,
        coded=None,
    )


def suppressed_figures(
    figures: Figures, hidden: Mapping[str, Hidden], *, has_frame: bool
) -> Figures:
    """The figures without what is hidden. `has_frame`: the size of the frame is shown."""
    return Figures(
        agencies=tuple(
            _agency(one, hidden[one.agency.code], has_frame=has_frame) for one in figures.agencies
        ),
        questions=tuple(
            replace(one, share=_share(one.share, has_frame))
            for one in figures.questions
            if one.question.name not in hidden[one.agency].groups
        ),
        other_questions=tuple(
            replace(
                one,
                options=tuple((name, _share(of, has_frame)) for name, of in one.options),
                values={k: v for k, v in one.values.items() if k not in SINGLE},
            )
            for one in figures.other_questions
            if one.question.name not in hidden[one.agency].groups
        ),
        spread=None if _spread_tells(figures) else figures.spread,
        listed=tuple(
            replace(one, share=_share(one.share, has_frame) if one.share else None)
            for one in figures.listed
            if not _is_hidden(one.name, one.agency, one.question, one.answer, hidden)
        ),
    )


def _is_hidden(
    name: str, agency: str, question: str, answer: str, hidden: Mapping[str, Hidden]
) -> bool:
    plain, of = name.removeprefix(f"{agency}."), hidden[agency]
    if not question and plain == "asked":
        return False
    if not question and plain in COUNTS:
        return CASE_COUNTS in of.groups
    if not question and plain == MET_GOOD:
        return of.hides(MET_GOOD)
    if answer in SINGLE and answer in RANGES:
        return True
    return (question or plain) in of.groups


def _share(share: Share, has_frame: bool) -> Share:
    """Without the interval that tells the size of the frame, where that is hidden."""
    return share if has_frame else replace(share, interval_fpc=None)


def _agency(one: AgencyFigures, hidden: Hidden, *, has_frame: bool) -> AgencyFigures:
    counts = one.counts
    if CASE_COUNTS in hidden.groups:
        counts = {name: n if name == "asked" else None for name, n in counts.items()}
    grades_hidden = hidden.hides(MET_GOOD)
    good = one.met_good
    return replace(
        one,
        counts=counts,
        grades=None if grades_hidden else one.grades,
        met_good=None if grades_hidden or good is None else _share(good, has_frame),
        respondents=None if RESPONDENTS in hidden.groups else one.respondents,
        # What an agency printed may be any of the numbers that are hidden.
        printed=(),
    )


def _spread_tells(figures: Figures) -> bool:
    one = figures.spread
    if one is None:
        return True
    numbers = (one.cases, one.same, one.within_one)
    left = (one.cases - one.same, one.cases - one.within_one, one.within_one - one.same)
    return any(map(is_small, (*numbers, *left)))


def _sample_shown(material: Material) -> SampleShown:
    """All of the sample's numbers, or, where one of its parts is small, none but who was asked.

    The frame is what was excluded, what was not drawn, what was withdrawn and what was asked
    about, so that each part could be had from the others.
    """
    drawn, sample = material.sample.drawn, material.sample
    excluded = len(material.exclusions)
    eligible = material.frame_size - excluded
    withdrawn, reserve = sample.withdrawn_without_replacement, len(drawn.reserves)
    outside = material.frame.outside_period
    parts = (excluded, eligible - drawn.size, withdrawn)
    if any(map(is_small, parts)):
        return SampleShown(outside_period=None if is_small(outside) else outside)
    strata = drawn.strata
    cut = any(is_small(n) for one in strata for n in (one.frame, one.drawn, one.frame - one.drawn))
    left = eligible - drawn.size - reserve
    return SampleShown(
        frame=material.frame_size,
        excluded=excluded,
        drawn=drawn.size,
        reserve=None if is_small(reserve) or is_small(left) else reserve,
        withdrawn=withdrawn,
        outside_period=None if is_small(outside) else outside,
        has_strata=not cut,
    )


def suppressed_comparison(
    compared: Sequence[Compared], now: Mapping[str, Hidden], before: Mapping[str, Hidden]
) -> tuple[Compared, ...]:
    """Only what is hidden in neither round."""
    return tuple(
        one
        for one in compared
        if not now[one.agency].hides(one.figure)
        and not (one.agency in before and before[one.agency].hides(one.figure))
    )
