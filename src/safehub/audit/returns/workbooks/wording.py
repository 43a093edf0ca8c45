"""The words on a workbook: what a question asks, and how it is answered."""

from __future__ import annotations

from safehub.instruments.answers import plain
from safehub.instruments.tools import OK, Question, QuestionType

# What stands in the cell of a file: the file itself comes by the page of the return.
ON_THE_PAGE = "on the page"


def how_to_answer(question: Question) -> str:
    """How the question is answered, in words that go on after “Give”."""
    names = [choice.name for choice in question.choices]
    match question.type:
        case QuestionType.SELECT_ONE:
            return " or ".join(names) or "nothing, for there are no choices"
        case QuestionType.SELECT_MULTIPLE:
            return f"any of these, with spaces between: {', '.join(names)}"
        case QuestionType.RANK:
            return f"these in order, the first in rank first, with spaces between: {_all(names)}"
        case QuestionType.DATE:
            return "a date that exists, such as 2026-01-31"
        case QuestionType.DATETIME:
            return "a date and time, such as 2026-01-31 14:30"
        case QuestionType.TIME:
            return "a time, such as 14:30"
        case QuestionType.INTEGER:
            return "a whole number"
        case QuestionType.DECIMAL:
            return "a number"
        case QuestionType.RANGE:
            return _scale(question)
        case QuestionType.ACKNOWLEDGE:
            return f"{OK}, or nothing"
        case QuestionType.FILE:
            return "nothing here: add the file on the page of the return"
        case _:
            return "text"


def _all(names: list[str]) -> str:
    return ", ".join(names)


def _scale(question: Question) -> str:
    scale = question.scale
    if scale is None:
        return "a number"
    steps = "" if scale.step == 1 else f" in steps of {plain(scale.step)}"
    return f"a number from {plain(scale.start)} to {plain(scale.end)}{steps}"


def said_of(question: Question) -> str:
    """The question, its hint, and how it is answered: what is shown when its cell is chosen."""
    hint = f" ({question.hint})" if question.hint else ""
    return f"{question.label}{hint}\n{how_to_answer(question)}".strip()


def choices_in_words(question: Question) -> str:
    """How it is answered, with what each choice means."""
    if not question.choices:
        return how_to_answer(question)
    told = [
        f"{choice.name} ({choice.label})" if choice.label not in {"", choice.name} else choice.name
        for choice in question.choices
    ]
    between = " or " if question.type is QuestionType.SELECT_ONE else ", "
    opening = {
        QuestionType.SELECT_MULTIPLE: "any of these, with spaces between: ",
        QuestionType.RANK: "all of these, the first in rank first, with spaces between: ",
    }.get(question.type, "")
    return opening + between.join(told)
