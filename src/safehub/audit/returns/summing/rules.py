"""What an agency's own returns come to, and the words that a summative report begins with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from safehub.audit.programmes.terms import Statement
from safehub.audit.returns.rows import KNOWN, Printed, ReturnRow
from safehub.foundation.govuk.wording import plural
from safehub.instruments.tools import NO, YES, Question, QuestionType, Tool


@dataclass(frozen=True)
class Answered:
    """How one question with choices was answered: the label of each choice, and how often."""

    question: str
    counts: tuple[tuple[str, int], ...]
    of: int


@dataclass(frozen=True)
class OwnFigures:
    """An agency's part in numbers. Cases count once; returns are those on children it knows.

    `good` of `graded` returns met good; both None where the audit has no grading question.
    """

    asked: int
    known: int
    not_known: int
    returns: int
    good: int | None
    graded: int | None
    answered: tuple[Answered, ...] = ()

    def printed(self) -> tuple[Printed, ...]:
        """As the report sets them beside what is derived (audit packs, `figures`)."""
        found = [Printed("cases_known", self.known)]
        if self.good is not None and self.graded is not None:
            found.append(Printed("met_good", self.good, self.graded))
        return tuple(found)


def figures_of(
    rows: Sequence[ReturnRow],
    asked: frozenset[str],
    tool: Tool,
    *,
    grading: str = "",
    met_good: frozenset[str] = frozenset(),
) -> OwnFigures:
    """Of one agency's latest returns on the cases that are asked of it, by their numbers.

    One respondent that knows the child settles it for the agency (audit packs, Figures).
    """
    mine = [row for row in rows if row.case in asked]
    counted = [row for row in mine if row.is_counted]
    knows = {row.case for row in mine if row.answers.get(KNOWN) == YES}
    not_known = {row.case for row in mine if row.answers.get(KNOWN) == NO} - knows
    good = graded = None
    question = tool.by_name.get(grading)
    if question is not None:
        scale = {choice.name for choice in question.choices if choice.name not in _NO_GRADE}
        grades = [row.answers[grading] for row in counted if row.answers.get(grading) in scale]
        good, graded = sum(one in met_good for one in grades), len(grades)
    return OwnFigures(
        asked=len(asked),
        known=len({row.case for row in counted}),
        not_known=len(not_known),
        returns=len(counted),
        good=good,
        graded=graded,
        answered=tuple(_answered(tool.by_name.values(), [row.answers for row in counted])),
    )


_NO_GRADE = frozenset({"na", "not_graded"})


def _answered(
    questions: Iterable[Question], answers: Sequence[Mapping[str, str]]
) -> Iterable[Answered]:
    for question in questions:
        if question.type is not QuestionType.SELECT_ONE or question.name == KNOWN:
            continue
        given = Counter(one.get(question.name, "") for one in answers)
        counts = tuple(
            (choice.label or choice.name, given[choice.name])
            for choice in question.choices
            if given[choice.name]
        )
        if counts:
            total = sum(count for _, count in counts)
            yield Answered(question.label or question.name, counts, total)


def first_words(figures: OwnFigures) -> str:
    """The overview that a summative report begins with: plain numbers, for somebody to go on."""
    silent = figures.asked - figures.known - figures.not_known
    parts = [
        f"We were asked about {plural(figures.asked, 'case')}.",
        f"We know the child in {figures.known} and do not know the child in {figures.not_known}.",
    ]
    if silent:
        parts.append(f"{plural(silent, 'case')} {'is' if silent == 1 else 'are'} not answered yet.")
    if figures.good is not None and figures.graded:
        parts.append(
            f"Of {plural(figures.graded, 'graded return')}, {figures.good} "
            f"{'was' if figures.good == 1 else 'were'} good or better."
        )
    return " ".join(parts)


def statements_from(text: str, themes: frozenset[str]) -> tuple[Statement, ...]:
    """One statement a line; the code of a theme of the audit may stand before a colon."""
    found = []
    for line in text.splitlines():
        code, colon, rest = line.strip().partition(":")
        if colon and code.strip() in themes and rest.strip():
            found.append(Statement(rest.strip(), code.strip(), None))
        elif line.strip():
            found.append(Statement(line.strip(), None, None))
    return tuple(found)


def lines_from(statements: Iterable[Statement]) -> str:
    """The statements as lines; the other way round from `statements_from`."""
    return "\n".join(f"{one.theme}: {one.text}" if one.theme else one.text for one in statements)
