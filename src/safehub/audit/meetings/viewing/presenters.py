"""All agencies' views of one case beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from safehub.audit.meetings.viewing.masking import Mask
from safehub.audit.meetings.viewing.queries import Summed, View
from safehub.audit.meetings.viewing.rules import Standing, together
from safehub.audit.programmes.models import Audit
from safehub.audit.returns.models import SummativeStatement
from safehub.audit.returns.presenters import MASKED, answer_in_words
from safehub.audit.returns.rows import KNOWN
from safehub.foundation.govuk.parts import Colour, Tag
from safehub.instruments.queries import tool_of
from safehub.instruments.tools import Question, Tool

_COLOURS: dict[Standing, Colour] = {
    "agree": "green",
    "near": "yellow",
    "differ": "yellow",
    "contradict": "red",
}
NOT_ASKED, NOT_ANSWERED = "Not asked", "Not answered"
_KINDS = {
    SummativeStatement.Kind.WORKING_WELL.value: "Working well",
    SummativeStatement.Kind.WORRIED_ABOUT.value: "Worried about",
    SummativeStatement.Kind.ACTION.value: "Will do",
}


@dataclass(frozen=True)
class Side:
    """The views of a case: a head for each respondent who knows the child, a row for each question.

    `contradictions` counts the rows in which they cannot both be right; `not_known` names those
    who do not know the child, who have nothing to say of it.
    """

    heads: list[str]
    rows: list[list[object]]
    contradictions: int
    keys: list[int]
    not_known: list[str]


def side_by_side(audit: Audit, views: Sequence[View]) -> Side:
    """A row for each question of the round's tool that anybody answered, in its order.

    How the answers stand to each other is said in words after the question.
    """
    every, tool = list(zip(_heads(views), views, strict=True)), tool_of(audit.tool_version)
    views = [view for view in views if view.is_known]
    tools = [tool_of(view.version.tool_version) for view in views]
    rows: list[list[object]] = []
    contradictions = 0
    for question in tool.questions:
        given = [view.answers.get(question.name, "") for view in views]
        if not any(given) or question.name == KNOWN:
            continue
        standing = together(question, given, is_grade=question.name == audit.grading_question)
        if standing and standing.standing == "contradict":
            contradictions += 1
        rows.append(
            [
                question.label or question.name,
                Tag(standing.words, _COLOURS[standing.standing]) if standing else "",
                *(
                    _cell(question, view, answered_in)
                    for view, answered_in in zip(views, tools, strict=True)
                ),
            ]
        )
    return Side(
        [head for head, view in every if view.is_known],
        rows,
        contradictions,
        [view.key for view in views],
        [head for head, view in every if not view.is_known],
    )


def _heads(views: Sequence[View]) -> list[str]:
    """Agencies by name; several respondents of one by their own, or else by number."""
    agencies = [view.agency for view in views]
    heads = []
    for place, view in enumerate(views):
        several = agencies.count(view.agency) > 1
        number = agencies[: place + 1].count(view.agency)
        of_it = view.respondent or (f"answer {number}" if several else "")
        heads.append(f"{view.agency}, {of_it}" if of_it else view.agency)
    return heads


def _cell(question: Question, view: View, tool: Tool) -> str:
    if not view.is_readable:
        return MASKED
    answer = view.answers.get(question.name, "")
    if answer:
        return answer_in_words(tool.by_name.get(question.name, question), answer)
    return NOT_ASKED if question.name in view.not_asked else NOT_ANSWERED


def summed_rows(summed: Sequence[Summed], mask: Mask) -> list[list[object]]:
    """A row for each agency with what it says under the theme, by kind, as far as it is shown."""
    return [
        [
            one.agency,
            *(mask.hide(" ".join(text for kind, text in one.said if kind == of)) for of in _KINDS),
        ]
        for one in summed
        if one.said
    ]


SUMMED_HEADS = tuple(_KINDS.values())
