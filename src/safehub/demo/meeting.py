"""What the invented meetings agreed, this year and the year before, as data."""

from collections.abc import Mapping
from dataclasses import dataclass

Item = Mapping[str, str | bool]


@dataclass(frozen=True, slots=True)
class Meeting:
    """Findings, worries, gaps by theme, next steps; and the actions that followed.

    An action is gap, action, agency that owns it, person, due date, measure, status.
    """

    findings: tuple[Item, ...]
    working_well: tuple[str | Item, ...]
    worried_about: tuple[Item, ...]
    gaps: Mapping[str, tuple[str | Item, ...]]
    next_steps: tuple[Item, ...]
    actions: tuple[tuple[str, str, str, str, str, str, str], ...]


def _item(text: str, theme: str = "", owner: str = "", *, again: bool = False) -> Item:
    """An item with only the keys that say something; `again` where a round before found it too."""
    item: dict[str, str | bool] = {"text": text, "theme": theme, "owner": owner}
    return {key: value for key, value in item.items() if value} | (
        {"seen_before": True} if again else {}
    )


CURRENT_MEETING = Meeting(
    findings=(
        _item(
            "Babies and toddlers are still described through their parents: what a child who "
            "cannot yet speak looks like, does and is spared is seldom written down.",
            "voice",
            again=True,
        ),
        _item(
            "Most agencies keep a chronology and few open it before a decision.",
            "records",
            again=True,
        ),
        _item("Police notices often leave out somebody who was there.", "sharing", again=True),
        _item("Agencies do not hear what came of a referral, and do not ask.", "sharing"),
        _item("Fathers and partners are hard to find in the records of every agency.", "voice"),
        _item(
            "Professionals who disagree seldom use the challenge procedure; several did not know "
            "that it is one page long.",
            "challenge",
            again=True,
        ),
        _item("Section 47 analysis is clearer than a year ago.", "section_47"),
        _item("Answers from general practice came late, and several did not come.", "sharing"),
    ),
    working_well=(
        "Partners came prepared, spoke frankly and stayed to the end.",
        "Children of school age are heard, and their words are kept as they said them.",
        _item("The domestic abuse service and the police look at risk together.", "abuse"),
        _item("Managers say why, not only what, they decided.", "records"),
    ),
    worried_about=(
        _item(
            "A visit that ends with “asleep, appeared well” tells nobody how a baby lives.",
            "voice",
        ),
        _item("The history of a family stays behind when it moves.", "records"),
        _item("The person who harmed is missing from the children's records.", "abuse"),
        _item("Work with an unborn child begins late, when a pregnancy is no news.", "pre_birth"),
        _item("Early help is offered to parents and seldom to the child.", "early_help"),
    ),
    gaps={
        "voice": (
            "No agreed way to observe and record a child who cannot yet speak.",
            "Children are seldom seen alone where the home is the worry.",
            "Fathers and partners are not asked for their own account.",
        ),
        "sharing": (
            "Police notices do not name everybody in the home.",
            "Referrers are not told the outcome.",
            "The emergency department does not always check CP-IS.",
            _item(
                "General practice has no single route for answering.",
                owner="Lead practice for safeguarding",
            ),
        ),
        "abuse": (
            "The person who harmed is not linked to the children's records.",
            "A score alone decides whether a case goes to MARAC.",
        ),
        "early_help": ("Early help plans do not say what will change for the child.",),
        "records": (
            "Chronologies are written and not used.",
            "History from another county is not asked for.",
        ),
        "challenge": ("The challenge procedure is not known to front-line staff.",),
        "pre_birth": ("The pre-birth pathway begins after the twentieth week.",),
    },
    next_steps=(
        _item("Report to the partnership's executive in July.", owner="Quality Assurance Group"),
        _item(
            "Tell every auditor and every practitioner who asked what was learned.",
            owner="Training and Learning Group",
        ),
        _item("Read twenty of the babies' cases again in February 2027.", "voice", "Scrutineer"),
    ),
    actions=(
        (
            "voice.a",
            "Agree one page of prompts for observing a baby, and try it in two teams.",
            "COMMUNITY",
            "Named nurse",
            "2026-09-30",
            "An observation in eight of ten records read in February 2027",
            "in_progress",
        ),
        (
            "voice.a",
            "Add the prompts to the visit form of the record system.",
            "CSC",
            "Head of practice",
            "2026-12-18",
            "The form is live",
            "open",
        ),
        (
            "voice.b",
            "Say in each plan when the child will be seen alone, and where.",
            "CSC",
            "Principal social worker",
            "2026-10-30",
            "Dip sample of twenty plans",
            "open",
        ),
        (
            "sharing.a",
            "Change the notice so that it cannot be sent without a household list.",
            "POLICE",
            "Head of public protection",
            "2026-11-30",
            "Nine of ten notices name everybody",
            "in_progress",
        ),
        (
            "sharing.b",
            "Send the outcome to each referrer from the hub's record.",
            "CSC",
            "Hub manager",
            "2026-09-11",
            "Referrers told within three working days",
            "in_progress",
        ),
        (
            "sharing.c",
            "Make the CP-IS check a step of triage.",
            "ACUTE",
            "Named doctor",
            "2026-08-28",
            "Monthly count of checks",
            "open",
        ),
        (
            "abuse.a",
            "Link adults who harm to the children's records in the hub.",
            "POLICE",
            "Hub sergeant",
            "2026-12-18",
            "The link stands in all new cases",
            "open",
        ),
        (
            "abuse.b",
            "Teach professional judgement beside the score.",
            "DAS",
            "Service manager",
            "2026-10-16",
            "Sixty people taught; MARAC referrals read again",
            "open",
        ),
        (
            "early_help.a",
            "Add one line to each plan: what will be different for the child.",
            "EH",
            "Early help manager",
            "2026-09-25",
            "The line is filled in nine of ten plans",
            "open",
        ),
        (
            "records.a",
            "Open the chronology in every supervision.",
            "CSC",
            "Principal social worker",
            "2026-09-30",
            "Used in half of the cases read in February 2027",
            "open",
        ),
        (
            "challenge.a",
            "Put the one-page procedure on the wall and in induction.",
            "SCHOOLS",
            "Education safeguarding lead",
            "2026-09-04",
            "Ten challenges raised by March 2027",
            "open",
        ),
    ),
)

EARLIER_MEETING = Meeting(
    findings=(
        _item("Babies are hardly seen in referrals about babies.", "voice"),
        _item("Chronologies are not put to use.", "records"),
        _item("Notices leave people out.", "sharing"),
        _item("Section 47 enquiries end without a clear reason.", "section_47"),
        _item("The challenge procedure is not used.", "challenge"),
    ),
    working_well=(
        "Every agency that was asked to come came.",
        _item("Schools notice early and say so.", "early_help"),
    ),
    worried_about=(
        _item("Decisions are made without the agency that sees the child most.", "sharing"),
        _item("Only mothers are spoken with.", "voice"),
    ),
    gaps={
        "voice": ("What babies do and show is not recorded.",),
        "sharing": ("Police notices do not name everybody.", "Outcomes do not reach referrers."),
        "section_47": ("The reason for ending an enquiry is not recorded.",),
        "records": ("Chronologies are written and not used.",),
        "challenge": ("Staff do not know the challenge procedure.",),
    },
    next_steps=(_item("Read again in a year.", owner="Quality Assurance Group"),),
    actions=(
        (
            "voice.a",
            "Talk about observing babies in each team.",
            "COMMUNITY",
            "Named nurse",
            "2025-10-31",
            "Every team has met",
            "done",
        ),
        (
            "sharing.a",
            "Remind officers to name everybody.",
            "POLICE",
            "Head of public protection",
            "2025-09-30",
            "Reminder sent",
            "done",
        ),
        (
            "section_47.a",
            "Teach clear and SMART analysis.",
            "CSC",
            "Principal social worker",
            "2025-12-19",
            "Analysis clear in eight of ten enquiries",
            "closed",
        ),
        (
            "records.a",
            "Write a short guide to chronologies.",
            "CSC",
            "Head of practice",
            "2025-11-28",
            "The guide is published",
            "in_progress",
        ),
    ),
)
