"""Makes up what one auditor answers about one case, so that the answers hang together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from safehub.demo import phrases
from safehub.demo.partnership import Agency, Round
from safehub.demo.questions import YES_NO, YES_NO_NA, Question
from safehub.demo.sample import Referral

Answers = dict[str, str]

# From the best work to the worst, with the least share of good answers that earns each.
_GRADES = (
    ("outstanding", 0.82),
    ("good", 0.52),
    ("requires_improvement", 0.31),
    ("inadequate", -1),
)
_LEFT_BLANK = 0.03


@dataclass(frozen=True, slots=True)
class Case:
    """A referral as the auditors find it: `care` moves every chance of a good answer."""

    number: str
    referral: Referral
    pre_verbal: bool
    domestic_abuse: bool
    care: float


def make_case(rng: Random, number: str, referral: Referral) -> Case:
    """Settle what all agencies see alike: whether the child speaks, whether there is abuse."""
    age = referral.referred_on - referral.birth_or_due_on
    return Case(
        number=number,
        referral=referral,
        pre_verbal=age.days < 600,
        domestic_abuse=rng.random() < 0.58,
        care=rng.uniform(-0.18, 0.18),
    )


def make_answers(
    rng: Random, case: Case, agency: Agency, terms: Round, questions: Sequence[Question]
) -> Answers:
    """Answers to every question that is asked; one that stays hidden or blank is left out."""
    chance = agency.practice + terms.practice + case.care
    given: Answers = {"known": "yes"}
    for question in questions:
        if question.name == "known" or (question.gate and not question.gate.opens(given)):
            continue
        answer = _answer(rng, case, agency, question, chance, given)
        if answer:
            given[question.name] = answer
    return given


def _answer(
    rng: Random, case: Case, agency: Agency, question: Question, chance: float, given: Answers
) -> str:
    maker = _MADE.get(question.name)
    if maker is not None:
        return maker(rng, case, agency, given)
    if question.kind not in (YES_NO, YES_NO_NA):
        raise ValueError(f"Nothing says how {question.name} is answered.")
    if rng.random() < _LEFT_BLANK:
        return ""
    applies = not question.kinds or agency.kind in question.kinds
    if rng.random() < (question.not_applicable if applies else 0.9):
        return "na"
    return "yes" if rng.random() < min(0.97, max(0.04, question.yes + chance)) else "no"


def _involvement(rng: Random, case: Case, agency: Agency, given: Answers) -> str:
    if agency.kind in ("social_care", "youth_justice"):
        return rng.choice(("none_before", "targeted", "statutory", "statutory"))
    return rng.choice(("none_before", "universal", "universal", "targeted", ""))


def _last_contact(rng: Random, case: Case, agency: Agency, given: Answers) -> str:
    if rng.random() < 0.12:
        return ""
    latest: date = case.referral.referred_on - timedelta(1)
    return (latest - timedelta(min(rng.randint(0, 90), rng.randint(0, 330)))).isoformat()


def _previous_referrals(rng: Random, case: Case, agency: Agency, given: Answers) -> str:
    told = case.referral.previous_referrals_12m
    if rng.random() < (0.08 if agency.kind == "social_care" else 0.4):
        return ""
    return str(told if rng.random() < 0.85 else max(0, told - 1))


def _hours_to_refer(rng: Random, case: Case, agency: Agency, given: Answers) -> str:
    if rng.random() < 0.2:
        return ""
    return f"{rng.choice((0.5, 1.5, 2.0, 4.0, 7.5, 24.0, 26.5, 48.0, 72.5, 168.0)):g}"


def _pre_verbal(rng: Random, case: Case, agency: Agency, given: Answers) -> str:
    if case.pre_verbal:
        return "yes"
    return "no" if rng.random() < 0.97 else ""


def _daily_life(rng: Random, case: Case, agency: Agency, given: Answers) -> str:
    if rng.random() < (0.6 if case.pre_verbal else 0.4):
        return ""
    return rng.choice(phrases.DAILY_LIFE[case.referral.age_band])


def _engaged_with(rng: Random, case: Case, agency: Agency, given: Answers) -> str:
    shares = {"mother": 0.92, "father": 0.34, "partner": 0.18, "siblings": 0.24, "wider": 0.12}
    if not case.pre_verbal:
        shares = {"child": 0.66, **shares}
    return " ".join(member for member, share in shares.items() if rng.random() < share)


def _domestic_abuse(rng: Random, case: Case, agency: Agency, given: Answers) -> str:
    if agency.kind == "domestic_abuse":
        return "yes"
    seen = rng.random() < (0.93 if case.domestic_abuse else 0.04)
    return "yes" if seen else "no"


def _risk_tool(rng: Random, case: Case, agency: Agency, given: Answers) -> str:
    if agency.kind == "police":
        return rng.choice(("dara", "dara", "dara", "dash_police"))
    return rng.choice(("dash_safelives", "dash_safelives", "dara", "other", ""))


def _dash_score(rng: Random, case: Case, agency: Agency, given: Answers) -> str:
    return "" if rng.random() < 0.1 else str(min(24, rng.randint(2, 14) + rng.randint(0, 10)))


def _text_of(
    of: Mapping[str, Sequence[str]], answered: str, often: float
) -> Callable[[Random, Case, Agency, Answers], str]:
    """Words that fit one of the questions answered so, for a share of the cases."""

    def make(rng: Random, case: Case, agency: Agency, given: Answers) -> str:
        fitting = [phrase for name in of if given.get(name) == answered for phrase in of[name]]
        if answered == "yes":
            fitting += phrases.BY_KIND[agency.kind]
        fitting = [phrase for phrase in fitting if _fits(phrase, case)]
        if not fitting or rng.random() > often:
            return ""
        return in_words_of_age(rng.choice(fitting), case)

    return make


def _fits(phrase: str, case: Case) -> bool:
    """What is said of a child who can be met is not said of an unborn one, nor the reverse."""
    unborn = case.referral.age_band == "unborn"
    return "{child}" not in phrase if unborn else "pregnancy" not in phrase


def in_words_of_age(phrase: str, case: Case) -> str:
    """The phrase with the word that fits the child's age."""
    return phrase.format(child=phrases.CHILD_WORD[case.referral.age_band])


def _grade(rng: Random, case: Case, agency: Agency, given: Answers) -> str:
    if rng.random() < _LEFT_BLANK:
        return ""
    matters = [name for name in phrases.WORRIED_ABOUT if given.get(name) in ("yes", "no")]
    good = sum(given[name] == "yes" for name in matters) / max(1, len(matters))
    judged = good + rng.uniform(-0.16, 0.2)
    return next(grade for grade, least in _GRADES if judged >= least)


def _no_risk(rng: Random, case: Case, agency: Agency, given: Answers) -> str:
    return "no"


_MADE: Mapping[str, Callable[[Random, Case, Agency, Answers], str]] = {
    "involvement_type": _involvement,
    "last_contact_on": _last_contact,
    "previous_referrals": _previous_referrals,
    "hours_to_refer": _hours_to_refer,
    "pre_verbal": _pre_verbal,
    "daily_life": _daily_life,
    "engaged_with": _engaged_with,
    "domestic_abuse_present": _domestic_abuse,
    "risk_tool": _risk_tool,
    "dash_score": _dash_score,
    "working_well": _text_of(phrases.WORKING_WELL, "yes", 0.6),
    "worried_about": _text_of(phrases.WORRIED_ABOUT, "no", 0.7),
    "needs_to_happen": _text_of(phrases.NEEDS_TO_HAPPEN, "no", 0.55),
    "grade": _grade,
    "immediate_risk": _no_risk,
}
