"""What pages say of second looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from safehub.audit.moderation.figures import NONE_PAIRED, Agreement, Graded
from safehub.audit.moderation.models import Choice, SecondLook, SentBack
from safehub.audit.moderation.queries import BothShown, Listed, Moderated
from safehub.audit.moderation.states import WORDS
from safehub.audit.programmes.models import Audit
from safehub.foundation.govuk.parts import Fact, Link, Tag
from safehub.foundation.govuk.wording import moment, plural
from safehub.foundation.statistics import Coefficient
from safehub.instruments.queries import tool_of
from safehub.instruments.tools import Question

SETTLED = Tag("All grades are in", "green")
AWAITED = Tag("Second grade awaited", "yellow")
SENT_BACK = Tag("Sent back", "red")
CLOSED = Tag("Not graded again", "grey")
WITHDRAWN = Tag("Case withdrawn", "grey")
FEW = 20
NO_NUMBER = "–"


def state_of(audit: Audit, look: SecondLook, *, is_sent_back: bool) -> Tag:
    """How far it is."""
    if look.settled_at is not None:
        return SETTLED
    if look.audit_return.case.withdrawal_position is not None:
        return WITHDRAWN
    if audit.opened_at is not None:
        return CLOSED
    return SENT_BACK if is_sent_back else AWAITED


def look_rows(audit: Audit, looks: Sequence[Listed], *, shows_why: bool) -> list[list[object]]:
    """A row for each second look; what waits for the viewer leads to grading it."""
    return [
        [
            Link(
                f"Case {one.look.audit_return.case.number}",
                reverse("audit:second_look", args=[audit.reference, one.pk]),
                one.look.audit_return.participant.name,
            ),
            one.look.audit_return.participant.name,
            *([because(one.look)] if shows_why else []),
            state_of(audit, one.look, is_sent_back=one.is_sent_back),
            Link(
                "Grade it",
                reverse("audit:grade_again", args=[audit.reference, one.pk]),
                f"case {one.look.audit_return.case.number}, "
                f"{one.look.audit_return.participant.name}",
            )
            if one.is_mine
            else "",
        ]
        for one in looks
    ]


def because(look: SecondLook) -> str:
    """Why it was chosen, in words."""
    return "; ".join(WORDS[one] for one in look.because)


def choice_rows(choices: Sequence[Choice]) -> list[list[object]]:
    """A row for each choice that was made, with the seed by which it can be made again."""
    return [
        [
            one.number,
            f"{one.share} % of {plural(one.of, 'return')}"
            if one.share is not None
            else f"Of {plural(one.of, 'return')}: "
            + "; ".join(WORDS[trigger] for trigger in one.triggers),
            one.seed if one.share is not None else NO_NUMBER,
            one.graders,
            moment(one.chosen_at),
        ]
        for one in choices
    ]


def look_facts(look: SecondLook, *, graded: bool, shows_why: bool) -> list[Fact]:
    """The head of a second look."""
    facts = [
        Fact("Case", look.audit_return.case.number),
        Fact("Agency", look.audit_return.participant.name),
        *([Fact("Chosen because", because(look))] if shows_why else []),
        Fact("Second grades wanted", look.choice.graders),
    ]
    if graded and look.settled_at is None:
        facts.append(Fact("Yours", "You have graded it. Both grades show once all are in."))
    return facts


def grade_facts(audit: Audit, shown: BothShown) -> list[Fact]:
    """Both grades, with the reasons."""
    question = grading_question(audit)
    facts = [Fact("The agency's grade", _label(question, shown.first) or "No grade")]
    for one in shown.seconds:
        who = f"Moderator {one.moderator}"
        if shown.shows_staff and one.graded_by is not None:
            who = f"{who}, {one.graded_by.name}"
        facts += [
            Fact(who, _label(question, one.grade)),
            Fact(f"Why (moderator {one.moderator})", one.reason),
        ]
    return facts


def grading_question(audit: Audit) -> Question:
    """The question that grades."""
    return tool_of(audit.tool_version).by_name[audit.grading_question]


def _label(question: Question, grade: str | None) -> str:
    return next(
        (one.label or one.name for one in question.choices if one.name == grade), grade or ""
    )


def back_facts(sent: Sequence[SentBack]) -> list[Fact]:
    """What the agency was asked to look at again."""
    return [Fact(moment(one.sent_at), one.reason) for one in sent]


@dataclass(frozen=True)
class ModeratedShown:
    """Agreement in words, and the table of grades with either."""

    lead: str
    agreement: list[list[object]]
    agencies: list[list[object]]


def moderated_shown(found: Moderated) -> ModeratedShown:
    """What moderation came to, for a page."""
    return ModeratedShown(
        lead=lead_of(found.agreement),
        agreement=agreement_rows(found.agreement),
        agencies=[
            [
                found.names[one.agency],
                one.looks,
                good_in_words(one.own),
                good_in_words(one.moderated),
            ]
            for one in found.agencies
        ],
    )


def lead_of(agreement: Agreement) -> str:
    """In plain words, with how few it rests on."""
    if not agreement.pairs:
        return f"{NONE_PAIRED} So nothing can be said of agreement."
    few = (
        f" That is few: with fewer than {FEW}, one return more or less can change each much."
        if agreement.pairs < FEW
        else ""
    )
    return (
        f"Of {plural(agreement.pairs, 'return')} with both grades, {agreement.same} "
        f"{'has' if agreement.same == 1 else 'have'} the same grade twice "
        f"({agreement.percent} %), and {agreement.within_one} differ by one step at most.{few}"
    )


def agreement_rows(agreement: Agreement) -> list[list[object]]:
    """Each measure, what it says, its value or why there is none, and what it rests on."""
    pairs = plural(agreement.pairs, "return")
    several = (
        f"{plural(agreement.several, 'return')}, {agreement.raters} people each"
        if agreement.several
        else plural(0, "return")
    )
    return [
        ["Same grade twice", "How often both gave the same grade", _percent(agreement), pairs],
        [
            "Cohen's kappa",
            "The same beyond chance, of agency and moderator: 1 is always, 0 no more than chance",
            _value(agreement.cohen),
            pairs,
        ],
        [
            "Fleiss' kappa",
            "The same beyond chance, of the agency and several moderators",
            _value(agreement.fleiss),
            several,
        ],
        [
            "Krippendorff's alpha, ordinal",
            "Beyond chance, where grades far apart weigh more than grades side by side",
            _value(agreement.alpha),
            pairs,
        ],
    ]


def _percent(agreement: Agreement) -> str:
    return f"{agreement.percent} %" if agreement.pairs else NO_NUMBER


def _value(one: Coefficient) -> str:
    return str(one.value) if one.value is not None else f"None. {one.reason}"


def good_in_words(graded: Graded) -> str:
    """`3 of 4 (75.0 %)`; a dash where nothing was graded."""
    if not graded.of:
        return NO_NUMBER
    return f"{graded.good} of {graded.of} ({graded.percent} %)"
