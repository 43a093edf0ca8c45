"""What a set of answers scores, section by section, as a sum that can be followed.

A line is a question with a score. What is hidden or answered `na`, and a choice without a score,
leaves the denominator; so does what is unanswered, which is counted beside.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from safehub.instruments.answers import plain
from safehub.instruments.tools import NOT_APPLICABLE, Column, Question, QuestionType, Section, Tool

_ONE, _TENTH = Decimal(1), Decimal("0.1")


@dataclass(frozen=True)
class Line:
    """What one question adds: `score` of at most `of`, each times `weight`."""

    question: str
    label: str
    score: Decimal
    of: Decimal
    weight: Decimal

    @property
    def earned(self) -> Decimal:
        """The points that it adds."""
        return self.score * self.weight

    @property
    def possible(self) -> Decimal:
        """The points that it could have added."""
        return self.of * self.weight


@dataclass(frozen=True)
class SectionScore:
    """The sum of one section, or of the whole tool; `name` is blank outside every section."""

    name: str
    label: str
    lines: tuple[Line, ...]
    unanswered: int

    @property
    def earned(self) -> Decimal:
        """The points of all lines."""
        return sum((line.earned for line in self.lines), Decimal(0))

    @property
    def possible(self) -> Decimal:
        """The points that there were to have."""
        return sum((line.possible for line in self.lines), Decimal(0))

    @property
    def percent(self) -> Decimal | None:
        """The share in per cent, to one place; None where there were no points to have."""
        if not self.possible:
            return None
        return (100 * self.earned / self.possible).quantize(_TENTH, ROUND_HALF_UP)


@dataclass(frozen=True)
class Scored:
    """The sections that have a score, in order, and all of them together."""

    sections: tuple[SectionScore, ...]
    total: SectionScore


def score_of(tool: Tool, answers: Mapping[str, str], hidden: Iterable[str] = ()) -> Scored:
    """The score of canonical answers, by column; `hidden` as `examine` has it."""
    absent = set(hidden)
    found: dict[str, tuple[list[Line], list[str]]] = {}
    for column in tool.columns:
        if column.name in absent or not is_scored(column.question):
            continue
        lines, unanswered = found.setdefault(column.question.section or "", ([], []))
        answer = answers.get(column.name, "")
        if not answer:
            unanswered += [column.name] if _is_owed(tool, column, answers) else []
        elif (line := _line(tool, column, answer)) is not None:
            lines.append(line)
    order = ["", *(section.name for section in tool.sections)]
    sections = tuple(
        SectionScore(name, _label(tool, name), tuple(found[name][0]), len(found[name][1]))
        for name in order
        if name in found
    )
    every = tuple(line for section in sections for line in section.lines)
    total = SectionScore("", tool.title, every, sum(one.unanswered for one in sections))
    return Scored(sections, total)


def is_scored(question: Question) -> bool:
    """Whether answers have a score: a list with scores, or a range that has been given a weight."""
    if question.weight == 0 or not question.is_asked:
        return False
    if question.type is QuestionType.RANGE:
        return question.weight is not None and question.scale is not None
    return question.is_select and any(choice.score is not None for choice in question.choices)


def as_sum(section: SectionScore) -> str:
    """The score in words that an auditor can add up again: `3 of 4 × 2 + 1 of 2 = 7 of 10`."""
    return _sum(section, [_term(line) for line in section.lines])


def whole_as_sum(scored: Scored) -> str:
    """The score of all sections, each with its points: `7 of 10 + 3 of 4 = 10 of 14 (71.4%)`."""
    return _sum(scored.total, [_points_of(one) for one in scored.sections if one.lines])


def _points_of(section: SectionScore) -> str:
    return f"{plain(section.earned)} of {plain(section.possible)}"


def _sum(section: SectionScore, terms: Sequence[str]) -> str:
    words = " + ".join(terms) if terms else "Nothing here has a score yet"
    # What is a sum of one thing is that thing.
    if terms and terms != [_points_of(section)]:
        words += f" = {_points_of(section)}"
    if section.percent is not None:
        words += f" ({plain(section.percent)}%)"
    if section.unanswered:
        questions = "question is" if section.unanswered == 1 else "questions are"
        words += f"; {section.unanswered} {questions} not answered and not counted"
    return f"{words}."


def _term(line: Line) -> str:
    times = "" if line.weight == 1 else f" × {plain(line.weight)}"
    return f"{plain(line.score)} of {plain(line.of)}{times}"


def _label(tool: Tool, name: str) -> str:
    return tool.by_section[name].label if name else ""


def _is_owed(tool: Tool, column: Column, answers: Mapping[str, str]) -> bool:
    """Whether a blank is a gap: an entry in which nothing stands was not begun."""
    if column.entry is None:
        return True
    return any(
        answers.get(other.name)
        for other in tool.columns
        if other.entry == column.entry and other.question.repeat == column.question.repeat
    )


def _line(tool: Tool, column: Column, answer: str) -> Line | None:
    question = column.question
    points = _points(question, answer)
    if points is None:
        return None
    score, of = points
    label = question.label if column.entry is None else f"{question.label} ({column.entry})"
    return Line(column.name, label, score, of, _weight(tool, question))


def _points(question: Question, answer: str) -> tuple[Decimal, Decimal] | None:
    """The score of the answer and the most that could be had; None where it has no score."""
    if question.type is QuestionType.RANGE:
        return (Decimal(answer), question.scale.end) if question.scale is not None else None
    scores = {choice.name: choice.score for choice in question.choices}
    known = [score for score in scores.values() if score is not None]
    chosen = [answer] if question.type is QuestionType.SELECT_ONE else answer.split()
    had = [scores.get(name) for name in chosen if name != NOT_APPLICABLE]
    worth = [score for score in had if score is not None]
    if not worth:
        return None
    if question.type is QuestionType.SELECT_ONE:
        return worth[0], max(known)
    return sum(worth, Decimal(0)), sum((score for score in known if score > 0), Decimal(0))


def _weight(tool: Tool, question: Question) -> Decimal:
    """The question's weight times those of the sections around it."""
    weight = _ONE if question.weight is None else question.weight
    section: Section | None = tool.by_section.get(question.section or "")
    while section is not None:
        weight *= _ONE if section.weight is None else section.weight
        section = tool.by_section.get(section.parent or "")
    return weight
