"""The invented agencies' summative reports, with the numbers that they printed."""

from collections.abc import Mapping, Sequence

from safehub.demo.partnership import Agency
from safehub.demo.returns import Row

Summary = dict[str, object]

_GOOD = ("outstanding", "good")

_WORDS: Mapping[str, Summary] = {
    "CSC": {
        "overview": (
            "We read every case with the worker beside us. Direct work is warm and careful; what "
            "we know is not always where the next person would look for it."
        ),
        "working_well": [
            "Direct work with children of school age.",
            {"text": "Section 47 analysis is clear in most enquiries.", "theme": "section_47"},
        ],
        "worried_about": [
            {"text": "Visits to babies are recorded as visits to parents.", "theme": "voice"},
            {"text": "Chronologies are up to date and unread.", "theme": "records"},
        ],
        "actions": [
            {
                "text": "Observation of babies becomes a standing question in supervision.",
                "theme": "voice",
                "owner": "Principal social worker",
            },
        ],
    },
    "POLICE": {
        "overview": "Officers see the children of a house at its worst hour, and mostly see them.",
        "working_well": ["Officers speak with children and record what they say."],
        "worried_about": [
            {"text": "Notices leave out adults who had gone before we came.", "theme": "sharing"},
        ],
        "actions": [{"text": "The notice gets a household list.", "theme": "sharing"}],
    },
    "COMMUNITY": {
        "overview": "Health visitors know these babies well and write too little of it down.",
        "working_well": ["Home visits are kept up with families who move."],
        "worried_about": [
            {"text": "The record has weights and feeds and little else.", "theme": "voice"},
        ],
        "actions": [
            {"text": "One page of prompts for observing a baby.", "theme": "voice"},
        ],
    },
    "SCHOOLS": {
        "working_well": ["Class teachers notice early and say so."],
        "worried_about": [
            {"text": "We are seldom told what came of a referral.", "theme": "sharing"},
        ],
    },
    "GP": {
        "overview": "The practices that answered did so with care; a number did not answer.",
        "worried_about": [
            {"text": "There is no one form and no one address for answers.", "theme": "sharing"},
        ],
    },
    "DAS": {
        "working_well": [{"text": "Risk is looked at together with the police.", "theme": "abuse"}],
    },
    "YJS": {
        "overview": "We know few of these children, and those few well.",
        "working_well": ["Workers stay with young people who do not want to talk."],
    },
    "PROBATION": {
        "overview": (
            "We hold no file on a child. What follows is written from the supervision records of "
            "parents, and so gives no figures."
        ),
        "working_well": ["Officers ask about children in every session."],
        "worried_about": [
            {"text": "We are not asked for what we know of an adult.", "theme": "sharing"},
        ],
    },
}


def make_summaries(
    agencies: Sequence[Agency], rows: Sequence[Row], withdrawn: str | None
) -> list[Summary]:
    """A report of each agency that wrote one; children's social care misprints its own count."""
    counted = [row for row in rows if row["case"] != withdrawn and row["status"] == "submitted"]
    summaries = []
    for agency in agencies:
        if agency.code not in _WORDS:
            continue
        own = [row for row in counted if row["agency"] == agency.code]
        summary: Summary = {"agency": agency.code, **_WORDS[agency.code]}
        figures = _figures(agency, own)
        summaries.append(summary | ({"figures": figures} if figures else {}))
    return summaries


def _figures(agency: Agency, own: Sequence[Row]) -> list[dict[str, object]]:
    answered = [row for row in own if row["known"] == "yes"]
    grades = [row["grade"] for row in answered if row.get("grade")]
    good, graded = sum(grade in _GOOD for grade in grades), len(grades)
    taken = [row["part_of_decision"] for row in answered if row.get("part_of_decision")]
    yes, either = taken.count("yes"), taken.count("yes") + taken.count("no")
    printed: Mapping[str, list[dict[str, object]]] = {
        "CSC": [{"met_good": good + 2 if good + 2 <= graded else good - 2, "of": graded}],
        "POLICE": [{"met_good": good, "of": graded}],
        "COMMUNITY": [
            {"question": "part_of_decision", "answer": "yes", "count": yes, "of": either}
        ],
        "GP": [{"respondents_answered": len({row["respondent"] for row in own} - {""})}],
        "YJS": [{"met_good": good, "of": graded}, {"cases_known": len(answered)}],
    }
    return printed.get(agency.code, [])
