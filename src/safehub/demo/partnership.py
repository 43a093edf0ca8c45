"""Fallowshire, a county that is on no map: its agencies, places, themes and two rounds, as data."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

COUNTY = "Fallowshire"
BOARD = f"{COUNTY} Safeguarding Children Partnership"
QUALITY_GROUP = "Quality Assurance Group"

AGE_BANDS = ("unborn", "under_1", "1_4", "5_9", "10_15", "16_17")
OUTCOMES = ("no_further_action", "early_help", "assessment", "section_47")

Route = Literal["csv", "workbook", "narrative", "none"]


@dataclass(frozen=True, slots=True)
class Agency:
    """A partner and how it takes part.

    `knows` is the chance that it knows the child, by age band in the order of AGE_BANDS; `awaited`
    the share of its returns that never came; `practice` moves every chance of a good answer.
    """

    code: str
    name: str
    kind: str
    knows: tuple[float, float, float, float, float, float]
    awaited: float
    practice: float
    route: Route = "csv"
    respondent_unit: str | None = None


AGENCIES: tuple[Agency, ...] = (
    Agency(
        "CSC",
        f"{COUNTY} Children's Social Care",
        "social_care",
        knows=(0.97, 0.98, 0.97, 0.97, 0.97, 0.97),
        awaited=0.03,
        practice=0.02,
    ),
    Agency(
        "POLICE",
        f"{COUNTY} Police",
        "police",
        knows=(0.85, 0.92, 0.92, 0.92, 0.95, 0.96),
        awaited=0.02,
        practice=0.04,
    ),
    Agency(
        "COMMUNITY",
        f"{COUNTY} Community Health",
        "health",
        knows=(0.9, 0.98, 0.97, 0.85, 0.7, 0.55),
        awaited=0.04,
        practice=0.03,
        route="workbook",
    ),
    Agency(
        "SCHOOLS",
        f"{COUNTY} Schools and Colleges",
        "education",
        knows=(0.2, 0.25, 0.45, 0.97, 0.95, 0.8),
        awaited=0.08,
        practice=0.0,
        respondent_unit="school",
    ),
    Agency(
        "GP",
        f"{COUNTY} General Practice",
        "health",
        knows=(0.8, 0.85, 0.82, 0.75, 0.7, 0.65),
        awaited=0.2,
        practice=-0.05,
        respondent_unit="GP practice",
    ),
    Agency(
        "ACUTE",
        f"{COUNTY} General Hospital",
        "health",
        knows=(0.85, 0.7, 0.5, 0.4, 0.4, 0.45),
        awaited=0.08,
        practice=-0.04,
    ),
    Agency(
        "EH",
        f"{COUNTY} Early Help",
        "early_help",
        knows=(0.35, 0.5, 0.6, 0.6, 0.55, 0.4),
        awaited=0.05,
        practice=0.01,
    ),
    Agency(
        "HOUSING",
        f"{COUNTY} Homes",
        "housing",
        knows=(0.5, 0.5, 0.45, 0.4, 0.35, 0.4),
        awaited=0.1,
        practice=-0.08,
    ),
    Agency(
        "DAS",
        f"{COUNTY} Domestic Abuse Service",
        "domestic_abuse",
        knows=(0.4, 0.4, 0.35, 0.3, 0.25, 0.25),
        awaited=0.04,
        practice=0.08,
    ),
    Agency(
        "YJS",
        f"{COUNTY} Youth Justice Service",
        "youth_justice",
        knows=(0.0, 0.0, 0.0, 0.02, 0.3, 0.5),
        awaited=0.0,
        practice=0.08,
    ),
    Agency(
        "SUBSTANCE",
        f"{COUNTY} Drug and Alcohol Service",
        "substance_misuse",
        knows=(0.3, 0.3, 0.25, 0.2, 0.2, 0.25),
        awaited=0.0,
        practice=0.0,
        route="none",
    ),
    Agency(
        "PROBATION",
        f"Probation, {COUNTY}",
        "probation",
        knows=(0.2, 0.2, 0.2, 0.2, 0.2, 0.2),
        awaited=0.0,
        practice=0.0,
        route="narrative",
    ),
)

PLACES = (
    "Fallowmere",
    "Netherfallow",
    "Fallowstoke",
    "Fallowhithe",
    "Fallowcombe",
    "Fallowbeck",
    "Overfallow",
    "Fallowminster",
    "Fallowgarth",
    "Fallowthorpe",
    "Fallowholt",
    "Fallowmouth",
)

RESPONDENTS: dict[str, tuple[str, ...]] = {
    "school": tuple(
        f"{place} {sort}" for sort in ("Primary School", "High School") for place in PLACES
    ),
    "GP practice": tuple(
        f"{place} {sort}" for sort in ("Surgery", "Health Centre") for place in PLACES
    ),
}


@dataclass(frozen=True, slots=True)
class Theme:
    """A heading of the coding frame; its place in THEMES gives the gaps their number."""

    code: str
    name: str
    key_line_of_enquiry: bool = False


THEMES: tuple[Theme, ...] = (
    Theme("voice", "Voice of the child", key_line_of_enquiry=True),
    Theme("sharing", "Information sharing", key_line_of_enquiry=True),
    Theme("abuse", "Domestic abuse"),
    Theme("section_47", "Section 47 enquiries"),
    Theme("early_help", "Early help"),
    Theme("records", "Chronologies and record keeping"),
    Theme("challenge", "Challenge and escalation"),
    Theme("pre_birth", "Unborn children"),
)


@dataclass(frozen=True, slots=True)
class Round:
    """The terms of one year's round. `practice` moves every chance of a good answer."""

    programme: str
    reason: str
    period_from: date
    period_to: date
    commissioned_on: date
    returns_due_on: date
    meeting_on: date
    practice: float
    title: str = ""


EARLIER_ROUND = Round(
    programme="Case audit programme 2025/26",
    reason=(
        "Three single-agency audits in a row found little about the lives of babies and toddlers "
        "in referrals. The partnership wants to see whether that is so in every agency."
    ),
    period_from=date(2024, 4, 1),
    period_to=date(2025, 3, 31),
    commissioned_on=date(2025, 4, 14),
    returns_due_on=date(2025, 6, 6),
    meeting_on=date(2025, 6, 18),
    practice=-0.05,
)

CURRENT_ROUND = Round(
    programme="Case audit programme 2026/27",
    reason=(
        "The round of 2025 found that children who cannot yet speak were hardly seen in referrals "
        "and that chronologies lay unused. The independent scrutineer asks what has changed."
    ),
    period_from=date(2025, 4, 1),
    period_to=date(2026, 3, 31),
    commissioned_on=date(2026, 4, 13),
    returns_due_on=date(2026, 6, 5),
    meeting_on=date(2026, 6, 17),
    practice=0.0,
)

TITLE = "At the front door: referrals and what became of them"

# Half-way through: some agencies have answered all, some a part, some nothing yet.
AUTUMN_ROUND = Round(
    programme="Case audit programme 2026/27",
    reason=(
        "The summer's round found notices that named half of those present. The partnership looks "
        "at the referrals of the six months since."
    ),
    period_from=date(2026, 4, 1),
    period_to=date(2026, 9, 30),
    commissioned_on=date(2026, 10, 19),
    returns_due_on=date(2026, 12, 4),
    meeting_on=date(2026, 12, 16),
    practice=0.03,
    title="Who was named, and who was told: referrals since April",
)

# Small, and all but answered: whoever is new takes each part in turn and finishes it.
RAPID_ROUND = Round(
    programme="Case audit programme 2026/27",
    reason=(
        "Three children were referred again within a month of being closed. The partnership looks "
        "at eight referrals of one month, and wants to know within three weeks."
    ),
    period_from=date(2026, 10, 1),
    period_to=date(2026, 10, 31),
    commissioned_on=date(2026, 11, 9),
    returns_due_on=date(2026, 11, 27),
    meeting_on=date(2026, 12, 2),
    practice=0.0,
    title="Closed and referred again: eight children in October",
)
RAPID_CASES, RAPID_AGENCIES, RAPID_QUESTIONS = 8, 6, 15
# Whose last return of the rapid round is still to come.
LAST_TO_ANSWER = "POLICE"

# The share of its cases that each agency has answered so far; any other, a half.
ANSWERED_SO_FAR = {"CSC": 1.0, "POLICE": 0.8, "GP": 0.2, "HOUSING": 0.0, "YJS": 1.0, "ACUTE": 0.35}

KEY_LINES_OF_ENQUIRY = (
    "Is the child seen and heard, above all the child who cannot yet speak?",
    "Does what one agency knows reach the others in time, and does the answer come back?",
    "Is the family's history put together and used?",
)
