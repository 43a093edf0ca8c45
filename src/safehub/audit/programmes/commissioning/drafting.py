"""A draft of terms of reference as the terms it comes to, and what is still missing of them."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator

from safehub.audit.programmes.models import CommissionDraft
from safehub.audit.programmes.plans import Method, Plan
from safehub.audit.programmes.steps import WORDS as STEP_WORDS
from safehub.audit.programmes.steps import Dated, Step, dated_steps, out_of_order
from safehub.audit.programmes.terms import GradingTerms, Kind, Participant, Terms, ThemeTerms
from safehub.foundation.clocks.queries import calendar_in_force
from safehub.foundation.errors import NotPossible
from safehub.instruments.queries import tool_of
from safehub.instruments.tools import Question, QuestionType, Tool
from safehub.register.agencies.models import Agency

MOST_SEED = 999_999_999
_LONGEST_CODE = 60
# Their values would name children in the strata, which are published.
NAMING_COLUMNS = frozenset({"referral_id", "child_id"})


def graded_questions(tool: Tool) -> list[Question]:
    """Those that grade the work: one choice a return."""
    return [
        one
        for one in tool.questions
        if one.type is QuestionType.SELECT_ONE and one.is_asked and one.repeat is None
    ]


def agencies_of_draft(draft: CommissionDraft) -> list[tuple[Agency, str]]:
    """The agencies that are to take part, with who answers within each. One query."""
    keys = [key for key, _ in draft.agencies]
    found = draft.partnership.agencies.filter(is_office=False).in_bulk(keys)
    return [(found[key], unit) for key, unit in draft.agencies if key in found]


def plan_of_draft(draft: CommissionDraft) -> Plan:
    """The sampling plan. Only a random sample has a size and a reserve."""
    method = Method(draft.sample_method)
    is_random = method is Method.RANDOM
    return Plan(
        unit=draft.sample_unit,
        method=method,
        seed=int(draft.sample_seed),
        size=draft.sample_size if is_random else None,
        reserve=draft.sample_reserve if is_random else 0,
        column=draft.sample_column or None,
    )


def steps_of_draft(draft: CommissionDraft) -> tuple[Dated, ...]:
    """The steps with their days. Raises NotPossible beyond the years of the calendar."""
    return dated_steps(draft.starts_on, draft.offsets, draft.by_hand, calendar_in_force())


def terms_of_draft(draft: CommissionDraft, *, signed_on: dt.date) -> Terms:
    """The terms, once nothing is missing: commissioned on the day of the signature."""
    if draft.period_from is None or draft.period_to is None:
        raise ValueError("Terms without a period cannot be used.")
    days = {one.step: one.on for one in steps_of_draft(draft)}
    grading = None
    if draft.grading_question:
        grading = GradingTerms(draft.grading_question, tuple(draft.met_good))
    return Terms(
        title=draft.title,
        board=draft.partnership.name,
        kind=Kind(draft.kind),
        period_from=draft.period_from,
        period_to=draft.period_to,
        plan=plan_of_draft(draft),
        agencies=tuple(
            Participant(agency.code, agency.name, agency.kind, unit or None)
            for agency, unit in agencies_of_draft(draft)
        ),
        themes=tuple(ThemeTerms(*one) for one in draft.themes),
        grading=grading,
        key_lines_of_enquiry=tuple(draft.key_lines_of_enquiry),
        owner=draft.owner,
        programme=draft.programme,
        commissioned_by=draft.commissioned_by,
        commissioned_on=signed_on,
        reason=draft.reason,
        returns_due_on=days[Step.RETURNS],
        meeting_on=days[Step.MEETING],
    )


def what_is_missing(draft: CommissionDraft) -> list[str]:
    """What stands in the way of a signature: a sentence each."""
    return list(_missing(draft))


def _missing(draft: CommissionDraft) -> Iterator[str]:
    if draft.period_from is None or draft.period_to is None:
        yield "Enter the period that the referrals are from."
    elif draft.period_from > draft.period_to:
        yield "The period must begin before it ends."
    if not draft.agencies:
        yield "Choose the agencies that take part."
    elif len(agencies_of_draft(draft)) < len(draft.agencies):
        yield "An agency that was chosen is no longer there: choose the agencies again."
    if not draft.themes:
        yield "Write at least one theme."
    if draft.tool_version is None:
        yield "Choose the audit tool."
    elif draft.grading_question and not _can_be_graded(draft):
        yield "The tool has no such grading question: choose it again."
    if draft.sample_method == Method.RANDOM and not draft.sample_size:
        yield "Enter how many cases are drawn."
    yield from _steps_missing(draft)


def _can_be_graded(draft: CommissionDraft) -> bool:
    version = draft.tool_version
    questions = graded_questions(tool_of(version)) if version else []
    found = {one.name: one for one in questions}
    question = found.get(draft.grading_question)
    names = {choice.name for choice in question.choices} if question else set()
    return bool(draft.met_good) and set(draft.met_good) <= names


def _steps_missing(draft: CommissionDraft) -> Iterator[str]:
    try:
        wrong = out_of_order(steps_of_draft(draft))
    except NotPossible as refused:
        yield str(refused)
        return
    if wrong is not None:
        before, after = (STEP_WORDS[one.step] for one in wrong)
        yield f"“{after}” falls before “{before}”: change the days."


def themes_from_lines(lines: str) -> list[ThemeTerms]:
    """Themes as people write them: `* code: name`, one a line; the star marks a key line.

    A code that is left out is made from the name. Raises NotPossible for a code that occurs twice.
    """
    found: dict[str, ThemeTerms] = {}
    for line in filter(None, (one.strip() for one in lines.splitlines())):
        is_line = line.startswith("*")
        words = line.lstrip("*").strip()
        given, colon, name = words.partition(":")
        is_coded = bool(colon) and re.fullmatch(r"[\w-]{1,60}", given.strip()) is not None
        code = given.strip() if is_coded else _slug(words)
        name = name.strip() if is_coded else words
        if not name or not code:
            raise NotPossible(f"“{line}” has no words: write the theme after the colon.")
        if code in found:
            raise NotPossible(f"The code {code} stands twice: give one of them another.")
        found[code] = ThemeTerms(code, name, is_line)
    return list(found.values())


def _slug(words: str) -> str:
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain)[:_LONGEST_CODE].strip("_") or "theme"
