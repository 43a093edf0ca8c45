"""A question as fields of a form: what is drawn, what it begins with, and what was answered.

One question is one field, but for a rank, which is one for each choice. Answers are told as in
answers.py: canonical text.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms as django_forms

from safehub.foundation.govuk import forms
from safehub.foundation.govuk.dates import month_number
from safehub.foundation.govuk.forms import Look
from safehub.foundation.govuk.wording import named
from safehub.instruments.answers import NotAnAnswer, canonical, plain
from safehub.instruments.tools import NOT_APPLICABLE, OK, Choice, Question, QuestionType

# More choices than a person looks through as buttons.
_MANY = 12
# A scale of so few steps is shown step by step.
_FEW_STEPS = 11
_LONGEST = 10_000
_HOUR = re.compile(
    r"(\d{1,2})(?:[:.](\d{2}))?(?:[:.](\d{2}))? ?(am|pm)?\Z", re.ASCII | re.IGNORECASE
)
_DAY = re.compile(r"(\d{1,2})[/. -]([A-Za-z]+|\d{1,2})[/. -](\d{4})[ ,T]+(.+)\Z", re.ASCII)
_DAY_FIRST = "For example, 27/6/2026 14:30"


def fields_of(
    question: Question,
    name: str,
    *,
    choices: Sequence[Choice] | None = None,
    hint: str = "",
    reveals: Mapping[str, tuple[str, ...]] | None = None,
) -> dict[str, django_forms.Field]:
    """The fields in which the question is answered, under names that begin with `name`.

    `choices` are those that are offered, where a filter leaves some out; `hint` is told after the
    question's own; `reveals` are the fields shown under a choice.
    """
    offered = question.choices if choices is None else choices
    if question.type is QuestionType.RANK:
        places = [("", "Not placed"), *((str(n), ordinal(n)) for n in range(1, len(offered) + 1))]
        return {
            f"{name}_{number}": forms.SelectField(one.label or one.name, places)
            for number, one in enumerate(offered, start=1)
        }
    told = " ".join(part for part in (question.hint, hint) if part)
    return {name: _field(question, offered, told, reveals or {})}


def names_of(
    question: Question, name: str, *, choices: Sequence[Choice] | None = None
) -> tuple[str, ...]:
    """The names alone of those fields: nothing is made for them."""
    if question.type is not QuestionType.RANK:
        return (name,)
    offered = question.choices if choices is None else choices
    return tuple(f"{name}_{number}" for number in range(1, len(offered) + 1))


def _field(
    question: Question,
    offered: Sequence[Choice],
    hint: str,
    reveals: Mapping[str, tuple[str, ...]],
) -> django_forms.Field:
    label = question.label or question.name
    pairs = [(one.name, one.label or one.name) for one in offered]
    look = Look(
        size="s",
        item_hints={one.name: one.descriptor for one in offered if one.descriptor},
        reveals=reveals,
    )
    match question.type:
        case QuestionType.SELECT_ONE if _is_long(question, reveals):
            return forms.SelectField(
                label, [("", "Choose one"), *pairs], hint=hint, look=Look(size="s")
            )
        case QuestionType.SELECT_ONE:
            return forms.RadiosField(label, pairs, hint=hint, look=_apart(look, offered))
        case QuestionType.SELECT_MULTIPLE:
            return forms.CheckboxesField(label, pairs, hint=hint, look=_apart(look, offered))
        case QuestionType.RANGE:
            return _scale(question, label, hint)
        case QuestionType.DATE:
            return forms.DateField(label, hint=hint, look=Look(size="s"))
        case QuestionType.ACKNOWLEDGE:
            return forms.CheckboxField(label, hint=hint)
        case QuestionType.FILE:
            return forms.FileField(label, hint=hint, required=False, look=Look(size="s"))
        case QuestionType.INTEGER:
            look = Look(size="s", width=5, inputmode="numeric")
            return forms.TextField(label, hint=hint, longest=40, look=look)
        case QuestionType.DECIMAL:
            look = Look(size="s", width=5, inputmode="decimal")
            return forms.TextField(label, hint=hint, longest=40, look=look)
        case QuestionType.TIME:
            hint = hint or "For example, 14:30"
            return forms.TextField(label, hint=hint, longest=40, look=Look(size="s", width=5))
        case QuestionType.DATETIME:
            hint = f"{hint} {_DAY_FIRST}".strip()
            return forms.TextField(label, hint=hint, longest=60, look=Look(size="s", width=20))
    rows = 5 if "multiline" in question.appearance else 2
    return forms.LongTextField(label, hint=hint, longest=_LONGEST, look=Look(size="s", rows=rows))


def _apart(look: Look, offered: Sequence[Choice]) -> Look:
    """Not applicable stands apart from what is an answer, after a divider."""
    if len(offered) < 2 or offered[-1].name != NOT_APPLICABLE:
        return look
    return Look(
        size=look.size,
        item_hints=look.item_hints,
        reveals=look.reveals,
        exclusive=NOT_APPLICABLE,
    )


def _is_long(question: Question, reveals: Mapping[str, tuple[str, ...]]) -> bool:
    """A drop-down reveals nothing, so that a choice which does stays a button."""
    return not reveals and (len(question.choices) > _MANY or "minimal" in question.appearance)


def _scale(question: Question, label: str, hint: str) -> django_forms.Field:
    scale = question.scale
    if scale is None:
        return forms.TextField(label, hint=hint, longest=40, look=Look(size="s", width=5))
    steps = int((scale.end - scale.start) / scale.step) + 1
    if steps > _FEW_STEPS:
        said = f"From {plain(scale.start)} to {plain(scale.end)} by {plain(scale.step)}."
        look = Look(size="s", width=5, inputmode="decimal")
        return forms.TextField(label, hint=f"{hint} {said}".strip(), longest=40, look=look)
    pairs = [(text, text) for n in range(steps) if (text := plain(scale.start + n * scale.step))]
    return forms.RadiosField(label, pairs, hint=hint, look=Look(size="s", inline=True, small=True))


def initial_of(
    question: Question, name: str, answer: str, *, choices: Sequence[Choice] | None = None
) -> dict[str, Any]:
    """What its fields begin with."""
    offered = question.choices if choices is None else choices
    match question.type:
        case QuestionType.RANK:
            places = {one: str(place) for place, one in enumerate(answer.split(), start=1)}
            return {
                f"{name}_{number}": places.get(one.name, "")
                for number, one in enumerate(offered, start=1)
            }
        case QuestionType.SELECT_MULTIPLE:
            return {name: answer.split()}
        case QuestionType.DATE:
            return {name: dt.date.fromisoformat(answer) if answer else None}
        case QuestionType.ACKNOWLEDGE:
            return {name: answer == OK}
        case QuestionType.DATETIME if answer:
            moment = dt.datetime.fromisoformat(answer)
            return {name: f"{moment.day}/{moment.month}/{moment.year} {answer.split('T')[1]}"}
        case QuestionType.FILE:
            return {}
    return {name: answer}


def answer_of(
    question: Question,
    name: str,
    cleaned: Mapping[str, Any],
    *,
    choices: Sequence[Choice] | None = None,
) -> str:
    """The answer that the cleaned fields give, as it is kept; of a file, the name of a new one.

    Raises NotAnAnswer.
    """
    offered = question.choices if choices is None else choices
    if question.type is QuestionType.RANK:
        given = [cleaned.get(f"{name}_{n}") or "" for n in range(1, len(offered) + 1)]
        return canonical(question, _ranked(offered, given))
    value = cleaned.get(name)
    if value is None or value in ("", [], False):
        return ""
    match question.type:
        case QuestionType.SELECT_MULTIPLE:
            order = [one.name for one in question.choices]
            text = " ".join(sorted(map(str, value), key=order.index))
        case QuestionType.DATE:
            text = value.isoformat()
        case QuestionType.ACKNOWLEDGE:
            text = OK
        case QuestionType.TIME:
            text = _clock(str(value))
        case QuestionType.DATETIME:
            text = _moment(str(value))
        case QuestionType.FILE:
            text = str(value.name)
        case QuestionType.INTEGER | QuestionType.DECIMAL | QuestionType.RANGE:
            # People write thousands with commas; nobody here writes a decimal comma.
            text = re.sub(r"(?<=\d),(?=\d{3}(\D|\Z))", "", str(value))
        case _:
            text = str(value)
    return canonical(question, text)


def _ranked(offered: Sequence[Choice], given: Sequence[str]) -> str:
    """The choices in the order of their places. Raises NotAnAnswer for a place given twice."""
    placed = sorted(
        (int(place), choice.name) for place, choice in zip(given, offered, strict=True) if place
    )
    if not placed:
        return ""
    places = [place for place, _ in placed]
    if places != list(range(1, len(offered) + 1)):
        raise NotAnAnswer(f"each place from 1 to {len(offered)} once")
    return " ".join(name for _, name in placed)


def wrong_answer(question: Question, wrong: NotAnAnswer) -> str:
    """What somebody is told whose answer will not do."""
    return f"{named(question.label or question.name)} must be {wrong}"


def _clock(text: str) -> str:
    """`9.30`, `9:30 pm` and `14` as HH:MM; what is none of them as it was typed."""
    found = _HOUR.match(text.strip())
    if found is None:
        return text
    hour, minute, second, half = int(found[1]), found[2] or "00", found[3], (found[4] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            return text
        hour = hour % 12 + (12 if half == "pm" else 0)
    return f"{hour:02}:{minute}" + (f":{second}" if second else "")


def _moment(text: str) -> str:
    """`27/6/2026 2.30pm` as YYYY-MM-DDTHH:MM; what is not of that kind as it was typed."""
    found = _DAY.match(text.strip())
    month = month_number(found[2]) if found else None
    if found is None or month is None:
        return text
    return f"{found[3]}-{month:02}-{int(found[1]):02}T{_clock(found[4])}"


def ordinal(number: int) -> str:
    """`1st`, `2nd`, `11th`."""
    ending = (
        "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    )
    return f"{number}{ending}"
