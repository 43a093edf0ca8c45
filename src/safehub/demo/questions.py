"""The core questions of the invented audit tool, and how likely each is to be answered yes."""

from collections.abc import Mapping
from dataclasses import dataclass

YES_NO = "select_one yes_no"
YES_NO_NA = "select_one yes_no_na"

HEALTH = frozenset({"health"})
STATUTORY = frozenset({"social_care", "police", "health"})


@dataclass(frozen=True, slots=True)
class Gate:
    """The answer to an earlier question that lets a question be asked (`!=` holds for a blank)."""

    question: str
    answer: str
    equal: bool = True

    def opens(self, given: Mapping[str, str]) -> bool:
        """Whether the question is asked after these answers."""
        return (given.get(self.question, "") == self.answer) is self.equal

    def expression(self) -> str:
        """The same rule as an XLSForm writes it in `relevant`."""
        return f"${{{self.question}}} {'=' if self.equal else '!='} '{self.answer}'"


@dataclass(frozen=True, slots=True)
class Question:
    """A row of the tool. `yes` is the chance of a yes where the question applies.

    It applies to the kinds of agency in `kinds` (empty: to all) but for a share `not_applicable`.
    """

    section: str
    kind: str
    name: str
    label: str
    yes: float = 0.0
    not_applicable: float = 0.03
    kinds: frozenset[str] = frozenset()
    gate: Gate | None = None
    hint: str = ""
    constraint: str = ""
    constraint_message: str = ""
    required: bool = False


KNOWN = Gate("known", "yes")
PRE_VERBAL = Gate("pre_verbal", "yes")
SPEAKS = Gate("pre_verbal", "yes", equal=False)
ABUSE = Gate("domestic_abuse_present", "yes")

SECTIONS: Mapping[str, str] = {
    "involvement": "Involvement with the family",
    "referral": "The referral",
    "information_sharing": "Information sharing",
    "voice": "Voice and daily life of the child",
    "family": "The whole family",
    "domestic_abuse": "Domestic abuse",
    "practice": "Practice and oversight",
    "judgement": "Your judgement",
}

CORE: tuple[Question, ...] = (
    Question(
        "involvement",
        YES_NO,
        "known",
        "Is the child or the family known to your agency?",
        hint="Look for brothers, sisters and carers too. If nobody is known, answer no and stop.",
        required=True,
    ),
    Question(
        "involvement",
        "select_one involvement",
        "involvement_type",
        "What was your agency's work with the family in the twelve months before the referral?",
        gate=KNOWN,
    ),
    Question(
        "involvement",
        "date",
        "last_contact_on",
        "When was your agency's last contact with the family before the referral?",
        gate=KNOWN,
        constraint=". <= today()",
        constraint_message="The last contact cannot be in the future",
    ),
    Question(
        "referral",
        YES_NO_NA,
        "reason_clear",
        "Is the reason for the referral clear, and tied to what worried the referrer?",
        yes=0.8,
    ),
    Question(
        "referral",
        YES_NO_NA,
        "threshold_stated",
        "Does the referral state the level of need, and was it the right one?",
        yes=0.68,
    ),
    Question(
        "referral",
        YES_NO_NA,
        "family_told",
        "Is it recorded whether the family was told of the referral and, if not, why not?",
        yes=0.72,
    ),
    Question(
        "referral",
        YES_NO_NA,
        "history_used",
        "Was the family's history gathered and weighed?",
        yes=0.55,
    ),
    Question(
        "referral",
        "integer",
        "previous_referrals",
        "How many referrals about the child were there in the twelve months before?",
        constraint=". >= 0 and . <= 50",
        constraint_message="Give a whole number from 0 to 50",
    ),
    Question(
        "referral",
        "decimal",
        "hours_to_refer",
        "How many hours passed between the concern and the referral?",
        hint="Your best estimate from the record; half hours are welcome.",
        constraint=". >= 0 and . <= 2000",
        constraint_message="Give hours from 0 to 2000",
    ),
    Question(
        "information_sharing",
        YES_NO_NA,
        "part_of_decision",
        "Was your agency part of the decision about the referral?",
        yes=0.7,
    ),
    Question(
        "information_sharing",
        YES_NO_NA,
        "cp_is_checked",
        "Was CP-IS checked when the child came for unplanned care?",
        yes=0.6,
        kinds=HEALTH,
        not_applicable=0.25,
    ),
    Question(
        "information_sharing",
        YES_NO_NA,
        "notice_received",
        "Did a police notice about the child reach your agency?",
        yes=0.66,
        not_applicable=0.15,
    ),
    Question(
        "information_sharing",
        YES_NO_NA,
        "notice_named_all",
        "Did the notice name everybody who was there?",
        yes=0.48,
        not_applicable=0.02,
        gate=Gate("notice_received", "yes"),
    ),
    Question(
        "information_sharing",
        YES_NO_NA,
        "outcome_fed_back",
        "Was your agency told what came of the referral?",
        yes=0.5,
    ),
    Question("voice", YES_NO, "pre_verbal", "Was the child too young to speak, or not yet born?"),
    Question(
        "voice",
        YES_NO_NA,
        "voice_recorded",
        "Are the child's own words or wishes on the record?",
        yes=0.66,
        gate=SPEAKS,
    ),
    Question(
        "voice",
        YES_NO_NA,
        "seen_alone",
        "Was the child seen alone?",
        yes=0.56,
        not_applicable=0.12,
        gate=SPEAKS,
    ),
    Question(
        "voice",
        YES_NO_NA,
        "observation_recorded",
        "Is there an observation of the baby, or what is known of the pregnancy, on the record?",
        yes=0.36,
        not_applicable=0.05,
        gate=PRE_VERBAL,
    ),
    Question(
        "voice",
        "text",
        "daily_life",
        "What does the record tell you of a day in this child's life?",
    ),
    Question(
        "family",
        "select_multiple member",
        "engaged_with",
        "Who in the family was spoken with?",
    ),
    Question(
        "family",
        YES_NO_NA,
        "father_considered",
        "Are the father and any partner on the record, and was their part considered?",
        yes=0.46,
    ),
    Question(
        "family",
        YES_NO_NA,
        "siblings_considered",
        "Were brothers, sisters and other children of the household considered?",
        yes=0.7,
        not_applicable=0.15,
    ),
    Question(
        "domestic_abuse",
        YES_NO,
        "domestic_abuse_present",
        "Does domestic abuse feature in the case?",
    ),
    Question(
        "domestic_abuse",
        "select_one risk_tool",
        "risk_tool",
        "Which risk assessment was used?",
        gate=ABUSE,
    ),
    Question(
        "domestic_abuse",
        "integer",
        "dash_score",
        "What was the score of the DASH checklist (SafeLives version)?",
        hint="Scores of different tools are not compared with each other.",
        constraint=". >= 0 and . <= 24",
        constraint_message="A score of this version runs from 0 to 24",
        gate=Gate("risk_tool", "dash_safelives"),
    ),
    Question(
        "domestic_abuse",
        YES_NO_NA,
        "marac_considered",
        "Was a referral to MARAC considered?",
        yes=0.6,
        not_applicable=0.1,
        gate=ABUSE,
    ),
    Question(
        "domestic_abuse",
        YES_NO_NA,
        "perpetrator_recorded",
        "Is the person who harmed on the child's record?",
        yes=0.5,
        gate=ABUSE,
    ),
    Question(
        "practice",
        YES_NO_NA,
        "chronology_present",
        "Is there a chronology, and is it up to date?",
        yes=0.74,
    ),
    Question(
        "practice",
        YES_NO_NA,
        "chronology_used",
        "Was the chronology used in the decision?",
        yes=0.3,
        gate=Gate("chronology_present", "yes"),
    ),
    Question(
        "practice",
        YES_NO_NA,
        "section_47_smart",
        "If there was a section 47 enquiry, is its analysis clear and SMART?",
        yes=0.68,
        not_applicable=0.35,
        kinds=STATUTORY,
    ),
    Question(
        "practice", YES_NO_NA, "early_help_considered", "Was early help considered?", yes=0.62
    ),
    Question(
        "practice",
        YES_NO_NA,
        "neglect_tool_used",
        "Where neglect was a worry, was the neglect tool used?",
        yes=0.42,
        not_applicable=0.4,
    ),
    Question(
        "practice",
        YES_NO_NA,
        "challenge_used",
        "Where professionals differed, was the challenge procedure used?",
        yes=0.3,
        not_applicable=0.55,
    ),
    Question(
        "practice",
        YES_NO_NA,
        "management_oversight",
        "Is there management oversight, with reasons, on the record?",
        yes=0.71,
    ),
    Question("judgement", "text", "working_well", "What is working well?"),
    Question("judgement", "text", "worried_about", "What are you worried about?"),
    Question("judgement", "text", "needs_to_happen", "What needs to happen?"),
    Question(
        "judgement",
        "select_one grade4",
        "grade",
        "Overall grade of your agency's work",
        hint="Good is the benchmark: judge the last six months.",
    ),
    Question(
        "judgement",
        YES_NO,
        "immediate_risk",
        "Is any child at immediate risk now?",
        hint="If yes, ring 999 or the hub at once. Do not wait for the audit.",
        required=True,
    ),
)
