"""Answers to one version of a tool, carried into another: what stays, what is lost, what is new."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from safehub.instruments.answers import NotAnAnswer, canonical
from safehub.instruments.responses import examine
from safehub.instruments.tools import Column, Question, QuestionType, Tool


@dataclass(frozen=True)
class Lost:
    """An answer that has no place in the new version, and why."""

    column: str
    answer: str
    why: str


@dataclass(frozen=True)
class Migrated:
    """The answers that the new version has a place for, and what its reader should be told."""

    answers: dict[str, str]
    lost: tuple[Lost, ...]
    new_questions: tuple[Question, ...]


def migrate(
    old: Tool,
    new: Tool,
    answers: Mapping[str, str],
    today: dt.date | None,
    agency: str = "",
) -> Migrated:
    """Carry the answers over. No answer is changed but a choice whose name alone is another.

    A choice whose words are those of another choice now, or were before, is lost.
    An answer that breaks only a constraint is kept: whoever wrote it can mend it. What is worked
    out is worked out anew.
    """
    asked = {column.name: column for column in new.columns}
    before = {column.name: column for column in old.columns}
    kept: dict[str, str] = {}
    lost: list[Lost] = []
    for name, column in before.items():
        if not (text := answers.get(name, "")):
            continue
        try:
            if name not in asked:
                raise NotAnAnswer(_gone(name, new))
            kept[name] = _carried(column, asked[name], text)
        except NotAnAnswer as error:
            lost.append(Lost(name, text, str(error)))
    found = examine(
        new,
        {name: kept.get(name, "") for name in asked},
        today=today,
        complete=False,
        agency=agency,
    )
    why = "The question does not apply any longer."
    lost += [Lost(name, kept[name], why) for name in kept if name in found.hidden]
    kept = {name: text for name, text in kept.items() if name not in found.hidden}
    return Migrated(kept, tuple(lost), _new_questions(old, new, agency))


def _gone(name: str, new: Tool) -> str:
    question = new.by_name.get(name.partition("[")[0])
    if question is None:
        return "The question is gone."
    if question.is_derived:
        return "The answer is worked out now."
    return "There are fewer entries now." if question.repeat else "The question has moved."


def _carried(was: Column, now: Column, text: str) -> str:
    """The answer as the new version keeps it. Raises NotAnAnswer."""
    _hold_words(was.question, now.question, text)
    try:
        return canonical(now.question, _renamed(was.question, now.question, text))
    except NotAnAnswer as error:
        raise NotAnAnswer(f"The question wants {error} now.") from error


def _hold_words(was: Question, now: Question, text: str) -> None:
    """Raises NotAnAnswer where a choice that was taken has changed words with another.

    The name would still be there and mean something else, even the opposite.
    """
    if was.is_select and now.is_select:
        moved = with_words_of_another(was, now)
        names = [text] if was.type is QuestionType.SELECT_ONE else text.split()
        if not moved.isdisjoint(names):
            raise NotAnAnswer("The words of this choice were changed for those of another.")


def with_words_of_another(was: Question, now: Question) -> frozenset[str]:
    """The names that both have, whose words are another's now, or were another's before."""
    before = {one.name: _folded(one.label) for one in was.choices if one.label.strip()}
    after = {one.name: _folded(one.label) for one in now.choices if one.label.strip()}
    return frozenset(
        name
        for name in before.keys() & after.keys()
        if before[name] != after[name]
        and (before[name] in after.values() or after[name] in before.values())
    )


def _folded(label: str) -> str:
    """The label without what nobody reads as another word: capitals and spaces."""
    return " ".join(label.split()).casefold()


def _renamed(was: Question, now: Question, text: str) -> str:
    """The choices by their new names, where only the name of a choice is another."""
    if not (was.is_select and now.is_select):
        return text
    names = {choice.name for choice in now.choices}
    labels = {choice.label: choice.name for choice in now.choices}
    worded = {choice.name: choice.label for choice in was.choices}

    def name_of(old: str) -> str:
        return old if old in names else labels.get(worded.get(old, ""), old)

    if was.type is QuestionType.SELECT_ONE:
        return name_of(text)
    return " ".join(name_of(part) for part in text.split())


def _new_questions(old: Tool, new: Tool, agency: str) -> tuple[Question, ...]:
    asked = {item.name for item in old.items if item.is_asked and old.asks(item, agency)}
    return tuple(
        item
        for item in new.items
        if item.is_asked and new.asks(item, agency) and item.name not in asked
    )
