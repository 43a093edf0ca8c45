"""What may be answered to a question, and how an answer is kept: as canonical text."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

from safehub.instruments.tools import Question, QuestionType

_INTEGER = re.compile(r"[+-]?\d{1,18}\Z", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(\d{1,18}(\.\d{0,18})?|\.\d{1,18})\Z", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)


class NotAnAnswer(ValueError):  # noqa: N818 - reads as what it says
    """The text cannot answer the question; its own text says what can."""


def canonical(question: Question, text: str) -> str:
    """The answer as it is kept. Blank stays blank. Raises NotAnAnswer."""
    if not text:
        return text
    match question.type:
        case QuestionType.INTEGER:
            if not _INTEGER.match(text):
                raise NotAnAnswer("a whole number")
            return str(int(text))
        case QuestionType.DECIMAL:
            if not _DECIMAL.match(text):
                raise NotAnAnswer("a number")
            # What is kept is a JSON number: one of more digits would come back as another.
            if Decimal(repr(float(text))) != Decimal(text):
                raise NotAnAnswer("a number of at most 15 digits")
            return plain(Decimal(text))
        case QuestionType.DATE:
            return parsed_date(text).isoformat()
        case QuestionType.SELECT_ONE:
            return _chosen(question, text)
        case QuestionType.SELECT_MULTIPLE:
            chosen = [_chosen(question, name) for name in text.split()]
            if len(set(chosen)) < len(chosen):
                raise NotAnAnswer("each choice once")
            return " ".join(chosen)
        case _:
            return text


def parsed_date(text: str) -> dt.date:
    """A date that exists, written YYYY-MM-DD. Raises NotAnAnswer."""
    wanted = "a date that exists, as YYYY-MM-DD"
    if not _DATE.match(text):
        raise NotAnAnswer(wanted)
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise NotAnAnswer(wanted) from error


def plain(number: Decimal) -> str:
    """A decimal without exponent, trailing zeros or a minus before nought."""
    text = format(number.normalize(), "f")
    return "0" if text in {"-0", "0"} else text


def _chosen(question: Question, text: str) -> str:
    if not any(choice.name == text for choice in question.choices):
        raise NotAnAnswer(" or ".join(choice.name for choice in question.choices))
    return text
