"""The terms of reference of an audit as plain data."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from safehub.audit.programmes.plans import Plan, Withdrawal


class Kind(StrEnum):
    """Why and how an audit is done."""

    ROUTINE = "routine"
    THEMED = "themed"
    EXTRAORDINARY = "extraordinary"
    RAPID = "rapid"


class Invented(StrEnum):
    """What in an audit is not real, and has to be shown as such wherever it appears."""

    FRAME = "frame"
    SEED = "seed"
    RETURNS = "returns"
    GRADES = "grades"
    RESPONDENTS = "respondents"
    ALL = "all"


@dataclass(frozen=True)
class Participant:
    """An agency that takes part; `respondent_unit` says who answers within it, if not itself."""

    code: str
    name: str
    kind: str = ""
    respondent_unit: str | None = None


@dataclass(frozen=True)
class ThemeTerms:
    """A theme of the audit; a key line of enquiry is marked in its heading."""

    code: str
    name: str
    is_key_line_of_enquiry: bool = False


@dataclass(frozen=True)
class GradingTerms:
    """The grading question and the choices that are good or better."""

    question: str
    met_good: tuple[str, ...]


@dataclass(frozen=True)
class ExclusionTerms:
    """A referral kept out of the draw, and why."""

    referral_id: str
    reason: str


@dataclass(frozen=True)
class Terms:
    """What the commissioner and the coordinator agreed. Blank text and None are "not said"."""

    title: str
    board: str
    kind: Kind
    period_from: dt.date
    period_to: dt.date
    plan: Plan
    agencies: tuple[Participant, ...]
    themes: tuple[ThemeTerms, ...]
    grading: GradingTerms | None = None
    exclusions: tuple[ExclusionTerms, ...] = ()
    withdrawals: tuple[Withdrawal, ...] = ()
    invented: tuple[Invented, ...] = ()
    key_lines_of_enquiry: tuple[str, ...] = ()
    owner: str = ""
    programme: str = ""
    commissioned_by: str = ""
    commissioned_on: dt.date | None = None
    reason: str = ""
    returns_due_on: dt.date | None = None
    meeting_on: dt.date | None = None


@dataclass(frozen=True)
class Statement:
    """Something that an agency or the meeting says, with its theme and who owns it."""

    text: str
    theme: str | None = None
    owner: str | None = None
    seen_before: bool = False
