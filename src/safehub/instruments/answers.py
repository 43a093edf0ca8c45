"""What may be answered to a question, and how an answer is kept: as canonical text."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal

from safehub.instruments.tools import OK, Question, QuestionType

_INTEGER = re.compile(r"[+-]?\d{1,18}\Z", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(\d{1,18}(\.\d{0,18})?|\.\d{1,18})\Z", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)
_TIME = re.compile(r"\d{2}:\d{2}(:\d{2})?\Z", re.ASCII)
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(:\d{2})?)\Z", re.ASCII)
_LONGEST_FILE_NAME = 255


class NotAnAnswer(ValueError):  # noqa: N818 - reads as what it says
    """The text cannot answer the question; its own text says what can."""


def canonical(question: Question, text: str) -> str:
    """The answer as it is kept. Blank stays blank. Raises NotAnAnswer."""
    keep = _KEPT_AS.get(question.type)
    return keep(question, text) if text and keep is not None else text


def _integer(question: Question, text: str) -> str:
    if not _INTEGER.match(text):
        raise NotAnAnswer("a whole number")
    return str(int(text))


def _ticked(question: Question, text: str) -> str:
    if text.upper() != OK:
        raise NotAnAnswer(OK)
    return OK


def _file_name(question: Question, text: str) -> str:
    if len(text) > _LONGEST_FILE_NAME or re.search(r"[/\\\x00-\x1f]", text):
        raise NotAnAnswer("the name of a file, without folders")
    return text


def _decimal(question: Question, text: str) -> str:
    if not _DECIMAL.match(text):
        raise NotAnAnswer("a number")
    # What is kept is a JSON number: one of more digits would come back as another.
    if Decimal(repr(float(text))) != Decimal(text):
        raise NotAnAnswer("a number of at most 15 digits")
    return plain(Decimal(text))


def _on_scale(question: Question, text: str) -> str:
    scale = question.scale
    kept = _decimal(question, text)
    if scale is None:
        return kept
    number = Decimal(kept)
    if not scale.start <= number <= scale.end or (number - scale.start) % scale.step:
        steps = "" if scale.step == 1 else f" in steps of {plain(scale.step)}"
        raise NotAnAnswer(f"a number from {plain(scale.start)} to {plain(scale.end)}{steps}")
    return kept


def _time(question: Question, text: str) -> str:
    wanted = "a time as HH:MM, such as 09:30"
    if not _TIME.match(text):
        raise NotAnAnswer(wanted)
    try:
        time = dt.time.fromisoformat(text)
    except ValueError as error:
        raise NotAnAnswer(wanted) from error
    return time.isoformat("seconds" if time.second else "minutes")


def _moment(question: Question, text: str) -> str:
    """A date with a time of this country, which its writer read off a clock on the wall."""
    found = _MOMENT.match(text)
    try:
        if found is None:
            raise NotAnAnswer(text)
        return f"{parsed_date(found[1])}T{_time(question, found[2])}"
    except NotAnAnswer as error:
        raise NotAnAnswer("a date and time that exist, as YYYY-MM-DDTHH:MM") from error


def _several(question: Question, text: str) -> str:
    chosen = [_chosen(question, name) for name in text.split()]
    if len(set(chosen)) < len(chosen):
        raise NotAnAnswer("each choice once")
    if (
        question.type is QuestionType.RANK
        and question.choice_filter is None
        and len(chosen) < len(question.choices)
    ):
        names = ", ".join(choice.name for choice in question.choices)
        raise NotAnAnswer(f"all of {names}, the first in rank first")
    if question.type is QuestionType.SELECT_MULTIPLE:
        # In whatever order they were typed or ticked, it is the same answer.
        chosen.sort(key=[choice.name for choice in question.choices].index)
    return " ".join(chosen)


def _date(question: Question, text: str) -> str:
    return parsed_date(text).isoformat()


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


_KEPT_AS: dict[QuestionType, Callable[[Question, str], str]] = {
    QuestionType.INTEGER: _integer,
    QuestionType.DECIMAL: _decimal,
    QuestionType.RANGE: _on_scale,
    QuestionType.DATE: _date,
    QuestionType.TIME: _time,
    QuestionType.DATETIME: _moment,
    QuestionType.SELECT_ONE: _chosen,
    QuestionType.SELECT_MULTIPLE: _several,
    QuestionType.RANK: _several,
    QuestionType.ACKNOWLEDGE: _ticked,
    QuestionType.FILE: _file_name,
}
