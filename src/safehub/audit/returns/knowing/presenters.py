"""What pages say of whether agencies know the children."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from safehub.audit.programmes.models import Audit
from safehub.audit.returns.knowing.queries import Asked, Child, Question
from safehub.audit.returns.models import KnowingSaid, KnownAnswer
from safehub.foundation.govuk.parts import Fact, Link, Tag
from safehub.foundation.govuk.wording import day, moment

WORDS = {
    "": Tag("Not answered", "yellow"),
    KnownAnswer.KNOWN: Tag("Known", "green"),
    KnownAnswer.NOT_KNOWN: Tag("Not known", "grey"),
    KnownAnswer.CANNOT_TELL: Tag("Cannot tell", "orange"),
}
_NOT_GIVEN = "Not given"
_NONE_CHOSEN = (
    "Nobody has said yet which columns of the frame tell who a child is, so that none of them "
    "shows. Ask the audit coordinator to choose them."
)


@dataclass(frozen=True)
class OpenCase:
    """A question that is open, with who the child is as far as that shows."""

    number: str
    state: Tag
    facts: list[Fact]
    href: str


def open_cases(audit: Audit, questions: Sequence[Question], *, answers: bool) -> list[OpenCase]:
    """What is still to be answered."""
    return [
        OpenCase(
            number=one.knowing.case.number or "",
            state=WORDS[one.standing],
            facts=[*child_facts(one.child), *said_facts(one)],
            href=reverse("audit:answer_knowing", args=[audit.reference, one.knowing.pk])
            if answers
            else "",
        )
        for one in questions
        if one.is_open
    ]


def settled_rows(
    audit: Audit, questions: Sequence[Question], *, takes_back: bool
) -> list[list[object]]:
    """A row for each that is answered, without who the child is."""
    return [
        [
            f"Case {one.knowing.case.number}",
            WORDS[one.standing],
            _said(one.last) if one.knowing.answered_at else "By a return",
            Link(
                "Take it back",
                reverse("audit:take_back_knowing", args=[audit.reference, one.knowing.pk]),
                hidden=f"for case {one.knowing.case.number}",
            )
            if takes_back and one.knowing.answered_at
            else "",
        ]
        for one in questions
        if not one.is_open
    ]


def _said(last: KnowingSaid | None) -> str:
    if last is None:
        return ""
    who = last.said_by.name if last.said_by else "the operator of the machine"
    return f"{moment(last.said_at)}, by {who}"


def child_facts(child: Child | None) -> list[Fact]:
    """Who a child is; nothing where that is not shown."""
    if child is None:
        return []
    one = child.identity
    who = [
        Fact("Name", one.name or _NOT_GIVEN),
        Fact("Born", one.born or _NOT_GIVEN),
        Fact("Address", one.address or _NOT_GIVEN),
        Fact("Family", one.family or _NOT_GIVEN),
    ]
    return [
        *(who if child.is_mapped else (Fact("Who it is", _NONE_CHOSEN),)),
        Fact("Referral", child.referral),
        Fact("Child", child.child),
        Fact("Referred on", day(child.referred_on)),
    ]


def said_facts(one: Question) -> list[Fact]:
    """What was said last, where that left the question open."""
    if one.last is None:
        return []
    return [
        Fact(one.last.get_answer_display(), one.last.why),
        Fact("Said", _said(one.last)),
    ]


def asked_rows(asked: Sequence[Asked]) -> list[list[object]]:
    """A row for each agency: what it was asked, said, and has still to say."""
    return [
        [
            one.participant.name,
            one.asked,
            one.known,
            one.not_known,
            one.cannot_tell,
            one.waiting,
            day(one.waits_since) if one.waits_since else "–",
        ]
        for one in asked
    ]
