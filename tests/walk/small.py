"""A small invented audit with something of everything, for tests to vary."""

from __future__ import annotations

import copy
import datetime as dt
import random
from collections.abc import Mapping

from oracle.plain_reading import Question
from oracle.plain_relevance import is_asked

from .drafts import Data, Draft, Row

LISTS = {
    "yes_no": ("yes", "no"),
    "yes_no_na": ("yes", "no", "na"),
    "yes_no_partly": ("yes", "no", "partly", "na"),
    "who": ("mother", "father", "child", "school"),
    "where": ("home", "school", "clinic"),
    "grades": ("outstanding", "good", "requires_improvement", "inadequate", "na"),
}

SURVEY: list[Row] = [
    {"type": "select_one yes_no", "name": "known", "label": "Known?", "required": "yes"},
    {"type": "begin_group", "name": "audited", "relevant": "${known} = 'yes'"},
    {"type": "integer", "name": "visits", "label": "Visits?", "constraint": ". >= 0"},
    {"type": "decimal", "name": "hours", "label": "Hours?"},
    {
        "type": "date",
        "name": "seen_on",
        "label": "Seen on?",
        "constraint": ". <= today()",
        "constraint_message": "a day that has passed",
    },
    {"type": "select_one yes_no_na", "name": "consent", "label": "Consent?", "required": "yes"},
    {"type": "select_one yes_no_partly", "name": "plan", "label": "A plan?"},
    {"type": "select_multiple who", "name": "engaged", "label": "Whom?"},
    {"type": "select_one where", "name": "place", "label": "Where?", "hint": "The last visit"},
    {"type": "begin_group", "name": "voices", "relevant": "${visits} > 0 or ${hours} > 0"},
    {"type": "select_one yes_no", "name": "voice", "label": "Voice recorded?"},
    {
        "type": "select_one yes_no_na",
        "name": "heard",
        "label": "Acted upon?",
        "relevant": "${voice} = 'yes' and not(selected(${engaged}, 'school'))",
    },
    {"type": "note", "name": "thanks", "label": "Thank you."},
    {"type": "end_group"},
    {"type": "text", "name": "comment", "label": "In words"},
    {"type": "select_one grades", "name": "grade", "label": "Grade"},
    {"type": "select_one yes_no", "name": "immediate_risk", "label": "At risk now?"},
    {"type": "end_group"},
]


def choices_of(lists: Mapping[str, tuple[str, ...]]) -> list[Row]:
    return [
        {"list_name": name, "name": choice, "label": choice.replace("_", " ").capitalize()}
        for name, choices in lists.items()
        for choice in choices
    ]


def frame_of(rows: int, areas: tuple[str, ...] = ("north", "south", "east")) -> list[Row]:
    """The frame: `area` comes round in turn, so that strata are as near alike as can be."""
    first = dt.date(2025, 4, 1)
    return [
        {
            "referral_id": f"R{number:04}",
            "child_id": f"C{number // 2:04}",
            "referred_on": str(first + dt.timedelta(days=number % 365)),
            "area": areas[number % len(areas)],
            "source_code": f"{number % 5}A",
        }
        for number in range(rows)
    ]


def terms_of(**changes: object) -> Data:
    terms: Data = {
        "title": "Voices of children",
        "board": "Ashmere Safeguarding Children Partnership",
        "kind": "routine",
        "period": {"from": dt.date(2025, 4, 1), "to": dt.date(2026, 3, 31)},
        "meeting_on": dt.date(2026, 6, 24),
        "sample": {"unit": "referral", "size": 10, "seed": 42, "reserve": 2},
        "grading": {"question": "grade", "met_good": ["outstanding", "good"]},
        "agencies": [
            {"code": "CSC", "name": "Social Care"},
            {
                "code": "SCHOOLS",
                "name": "Schools",
                "kind": "education",
                "respondent_unit": "school",
            },
            {"code": "POLICE", "name": "Police", "kind": "police"},
            {"code": "HEALTH", "name": "Health"},
            {"code": "HOMES", "name": "Housing"},
        ],
        "themes": [
            {"code": "voice", "name": "Voice of the child", "key_line_of_enquiry": True},
            {"code": "sharing", "name": "Information sharing"},
            {"code": "plans", "name": "Plans"},
        ],
    }
    return terms | changes


def questions_of(survey: list[Row], lists: Mapping[str, tuple[str, ...]]) -> dict[str, Question]:
    """The questions as the oracle has them, with the conditions of the groups around each."""
    found: dict[str, Question] = {}
    around: list[str] = []
    for row in survey:
        kind, _, choices = row["type"].partition(" ")
        if kind == "begin_group":
            around.append(row.get("relevant", ""))
        elif kind == "end_group":
            around.pop()
        elif kind != "note":
            relevant = tuple(text for text in [*around, row.get("relevant", "")] if text)
            name = row["name"]
            found[name] = Question(name, kind, tuple(lists.get(choices, ())), relevant)
    return found


def fill(
    rng: random.Random,
    row: Row,
    questions: Mapping[str, Question],
    required: frozenset[str] = frozenset({"known", "consent"}),
) -> Row:
    """Answer each question that the row is asked; some are left blank."""
    for name, question in questions.items():
        if name in row or not is_asked(question, row, dict(questions)):
            continue
        if name in required or rng.random() < 0.8:
            row[name] = _answer(rng, question)
    return row


def _answer(rng: random.Random, question: Question) -> str:
    match question.kind:
        case "integer":
            return str(rng.randrange(12))
        case "decimal":
            return str(rng.randrange(400) / 8)
        case "date":
            return str(dt.date(2025, 4, 1) + dt.timedelta(days=rng.randrange(364)))
        case "select_multiple":
            return " ".join(rng.sample(question.choices, rng.randint(1, len(question.choices))))
        case "select_one":
            return rng.choice(question.choices)
        case _:
            return rng.choice(["Watches, then plays.", "“Loud”; naïve", "Two\nlines"])


def returns_of(
    rng: random.Random,
    cases: list[str],
    questions: Mapping[str, Question],
    respondents: Mapping[str, tuple[str, ...]],
    required: frozenset[str] = frozenset({"known", "consent"}),
) -> list[Row]:
    """Rows of agencies, some not known, awaited or absent; an agency without unit has `("",)`."""
    rows: list[Row] = []
    for agency, names in respondents.items():
        for case in cases:
            for name in rng.sample(names, rng.randint(0, len(names))):
                row = {"agency": agency, "respondent": name, "case": case, "status": "submitted"}
                chance = rng.random()
                if chance < 0.12:
                    row["known"] = "no"
                elif chance < 0.2:
                    row |= {"status": "not_returned", "known": rng.choice(["yes", ""])}
                else:
                    row["known"] = "yes"
                    fill(rng, row, questions, required)
                rows.append({key: value for key, value in row.items() if value})
    return rows


SCHOOLS = ("Beech School", "Ivy School", "Oak School")


def small(seed: int = 1, cases: int = 10, **terms: object) -> Draft:
    """The small audit: HEALTH only wrote a report, HOMES nothing at all."""
    rng = random.Random(seed)
    numbers = [f"{number:02}" for number in range(1, cases + 1)]
    respondents = {"CSC": ("",), "SCHOOLS": SCHOOLS, "POLICE": ("",)}
    draft = Draft(
        terms=terms_of(**terms),
        survey=copy.deepcopy(SURVEY),
        choices=choices_of(LISTS),
        frame=frame_of(40),
        returns=returns_of(rng, numbers, questions_of(SURVEY, LISTS), respondents),
        summative=[
            {
                "agency": "HEALTH",
                "overview": "We know few of them.",
                "working_well": ["Health visitors observe."],
                "worried_about": [{"text": "Notices come late.", "theme": "sharing"}],
                "figures": [{"cases_known": 3}],
            }
        ],
        meeting={
            "held_on": dt.date(2026, 6, 25),
            "findings": [
                {"text": "Seldom seen alone.", "theme": "voice", "seen_before": True},
                "Plans are late.",
            ],
            "working_well": ["All partners came."],
            "worried_about": [{"text": "Notices.", "owner": "Board"}],
            "gaps": {
                "plans": {"b": {"text": "No dates in plans.", "owner": "CSC"}, "a": "No plan."},
                "voice": {"a": "Babies are not observed."},
            },
            "next_steps": [{"text": "Report in autumn.", "owner": "Board"}],
        },
        actions=[
            {
                "gap": "plans.b",
                "action": "Date each step.",
                "owner_agency": "CSC",
                "person": "Edie Marchbanks",
                "due_on": "2026-09-30",
                "measure": "An audit of ten plans.",
                "status": "open",
            },
            {
                "gap": "voice.a",
                "action": "Observe.",
                "owner_agency": "HEALTH",
                "status": "in_progress",
            },
        ],
    )
    draft.sample["size"] = cases
    return draft
