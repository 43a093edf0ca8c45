"""All that a report is written from, fetched from the store once."""

from __future__ import annotations

from dataclasses import dataclass, replace

from safehub.audit.actions.plans import ActionTerms
from safehub.audit.actions.queries import actions_on
from safehub.audit.coding.figures import Coded
from safehub.audit.coding.queries import coded
from safehub.audit.meetings.agreed import Agreed
from safehub.audit.meetings.queries import agreed_at
from safehub.audit.moderation.queries import Moderated, moderated
from safehub.audit.programmes.models import Audit
from safehub.audit.programmes.plans import Method, Plan, Withdrawal
from safehub.audit.programmes.queries import plan_from_data, terms_of
from safehub.audit.programmes.terms import Terms
from safehub.audit.reports import derivation, figures
from safehub.audit.reports.figures import Figure, Figures, Round
from safehub.audit.returns.queries import rows_of, summaries_of
from safehub.audit.returns.rows import KNOWN, ReturnRow
from safehub.audit.returns.summaries import Summary
from safehub.audit.sampling.models import Draw, Frame
from safehub.audit.sampling.queries import (
    ExclusionMade,
    draws_made,
    exclusions_made,
    frame_of,
    frame_size,
    identifying_words,
    sample_of,
    withdrawals_made,
)
from safehub.audit.sampling.rules import Sample
from safehub.instruments.queries import tool_of
from safehub.instruments.tools import Tool


@dataclass(frozen=True)
class SampleShown:
    """The numbers of the sample that may be published; None is left out."""

    frame: int | None = None
    excluded: int | None = None
    drawn: int | None = None
    reserve: int | None = None
    withdrawn: int | None = None
    outside_period: int | None = None
    has_strata: bool = False


@dataclass(frozen=True)
class Material:
    """What is stored of an audit, as plain data, with the figures derived from it.

    `suppression` is what was chosen for publishing, None before; `shown` is all that is left of
    the sample's numbers where some are suppressed.
    """

    terms: Terms
    plan: Plan
    tool: Tool
    frame: Frame
    frame_size: int
    draws: tuple[Draw, ...]
    sample: Sample
    exclusions: tuple[ExclusionMade, ...]
    withdrawals: tuple[Withdrawal, ...]
    rows: tuple[ReturnRow, ...]
    summaries: tuple[Summary, ...]
    agreed: Agreed
    actions: tuple[ActionTerms, ...]
    figures: Figures
    identifying_words: frozenset[str]
    suppression: str | None = None
    shown: SampleShown | None = None
    moderated: Moderated | None = None
    # Also where what moderation came to is left out of what is published.
    is_moderated: bool = False
    coded: Coded | None = None

    @property
    def is_random(self) -> bool:
        """Whether the sample speaks for its frame."""
        return self.plan.method is Method.RANDOM


def material_of(audit: Audit) -> Material:
    """Everything about the audit. Raises NotPossible where no sample was drawn. 21 queries."""
    terms = terms_of(audit)
    draws = draws_made(audit)
    sample = sample_of(audit)
    plan = plan_from_data(draws[-1].plan)
    tool = tool_of(audit.tool_version)
    rows = tuple(rows_of(audit))
    summaries = tuple(summaries_of(audit))
    actions = tuple(actions_on(audit))
    asked = {case.number for case in sample.asked}
    counted = [row for row in rows if row.is_counted and row.case in asked]
    second = moderated(audit, counted)
    derived = derivation.derive(_round(terms, plan, tool, sample, rows, summaries))
    return Material(
        terms=terms,
        plan=plan,
        tool=tool,
        frame=frame_of(audit),
        frame_size=frame_size(audit),
        draws=tuple(draws),
        sample=sample,
        exclusions=tuple(exclusions_made(audit)),
        withdrawals=withdrawals_made(audit),
        rows=rows,
        summaries=summaries,
        agreed=agreed_at(audit) or Agreed(),
        actions=actions,
        figures=derived,
        identifying_words=frozenset(identifying_words(audit)),
        moderated=second,
        is_moderated=second is not None,
        coded=coded(audit, asked),
    )


def _round(
    terms: Terms,
    plan: Plan,
    tool: Tool,
    sample: Sample,
    rows: tuple[ReturnRow, ...],
    summaries: tuple[Summary, ...],
) -> Round:
    grading = terms.grading
    return Round(
        tool=tool,
        agencies=tuple(
            figures.Agency(agency.code, agency.name, agency.respondent_unit)
            for agency in terms.agencies
        ),
        grading=figures.Grading(grading.question, grading.met_good) if grading else None,
        is_random=plan.method is Method.RANDOM,
        is_stratified=plan.column is not None,
        frame=sum(stratum.frame for stratum in sample.drawn.strata),
        drawn=sample.drawn.size,
        asked=tuple(case.number for case in sample.asked),
        rows=rows,
        summaries={summary.agency: summary.printed for summary in summaries},
    )


def figures_of(audit: Audit, name: str) -> tuple[Figure, ...]:
    """Of the agency whose code begins the name: counts, grades and the answers to the question of
    that name, each with its evidence. 9 queries."""
    terms = terms_of(audit)
    code = max(
        (one.code for one in terms.agencies if name.startswith(f"{one.code}.")),
        key=len,
        default="",
    )
    only = replace(terms, agencies=tuple(one for one in terms.agencies if one.code == code))
    sample = sample_of(audit)
    plan = plan_from_data(draws_made(audit)[-1].plan)
    tool = tool_of(audit.tool_version)
    asked = [one.name for one in tool.questions if _is_about(f"{code}.{one.name}", name)]
    needed = {KNOWN, *asked, *([terms.grading.question] if terms.grading else ())}
    rows = tuple(rows_of(audit, agency=code, questions=frozenset(needed)))
    # An agency that told a story alone has no counts, not even noughts.
    summaries = () if rows else tuple(one for one in summaries_of(audit) if one.agency == code)
    return derivation.derive(_round(only, plan, tool, sample, rows, summaries), only=asked).listed


def _is_about(question: str, figure: str) -> bool:
    return figure == question or figure.startswith(f"{question}.")
