"""What moving a round to another version of its tool would do. No database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from safehub.audit.returns.presenters import answer_in_words
from safehub.audit.returns.rows import KNOWN, ReturnRow
from safehub.audit.returns.working.parts import settled
from safehub.instruments.comparing import Difference
from safehub.instruments.migrating import migrate, with_words_of_another
from safehub.instruments.responses import examine
from safehub.instruments.tools import Column, QuestionType, Tool


@dataclass(frozen=True)
class SetAside:
    """An answer that has no place in the new version: in words, and why.

    `asked_still` says that its question is there and wants another answer. `file` is the column of
    a file that answered it.
    """

    question: str
    answer: str
    why: str
    asked_still: bool
    file: str = ""


@dataclass(frozen=True)
class Carried:
    """The answers of an open return as the new version has them, and what stays beside it."""

    answers: dict[str, str]
    aside: tuple[SetAside, ...]
    added: tuple[str, ...]

    @property
    def dropped(self) -> tuple[str, ...]:
        """The questions that are not asked any longer, and were answered."""
        return tuple(one.question for one in self.aside if not one.asked_still)

    @property
    def again(self) -> tuple[str, ...]:
        """The questions that have to be answered again."""
        return tuple(one.question for one in self.aside if one.asked_still)


def carried(
    old: Tool, new: Tool, answers: Mapping[str, str], *, today: dt.date, agency: str
) -> Carried:
    """Carry what was answered so far to the new version; both tools as the agency is asked them."""
    found = migrate(old, new, answers, today, agency)
    kept, examined = settled(new, found.answers, today=today, agency=agency)
    asked = {one.name for one in new.columns} - set(examined.hidden)
    columns = {one.name: one for one in old.columns}
    aside = tuple(
        SetAside(
            label_of(columns[lost.column]),
            answer_in_words(columns[lost.column].question, lost.answer),
            lost.why,
            lost.column in asked,
            lost.column if columns[lost.column].question.type is QuestionType.FILE else "",
        )
        for lost in found.lost
    )
    added = [one for one in found.new_questions if not one.repeat and one.name in asked]
    return Carried(kept, aside, tuple(one.label or one.name for one in added))


def label_of(column: Column) -> str:
    """What a question is called, and which entry of a repeat it is."""
    label = column.question.label or column.question.name
    return label if column.entry is None else f"{label} ({column.entry})"


def in_the_way(
    old: Tool, new: Tool, row: ReturnRow, found: Iterable[Difference], *, today: dt.date
) -> tuple[str, ...]:
    """The questions for which a return that was sent in would not answer the new version.

    None: it stands as it is. It stands where each of its answers is the same answer there, where
    nothing that it was not asked is asked of it, and where no question that it answered means
    something else now. Words that alone are others are for a person to judge.
    """
    breaking = {one.where for one in found if one.breaks and not one.is_wording}
    given = {one.name: row.answers.get(one.name, "") for one in old.columns}
    there = migrate(old, new, given, today, row.agency)
    wrong = {one.column for one in there.lost}
    wrong |= {name for name, text in there.answers.items() if given[name] != text}
    wrong |= {name for name in row.answers if name.partition("[")[0] in breaking}
    answers = {one.name: there.answers.get(one.name, "") for one in new.columns}
    examined = examine(new, answers, today=today, complete=True, agency=row.agency)
    wrong |= {fault.question for fault in examined.faults}
    # Of a return that figures count, also what a condition hides: they would count it as a blank.
    hidden: Collection[str] = () if row.is_counted else examined.hidden
    wrong |= {one.name for one in new.columns} - set(given) - set(hidden)
    labels = {one.name: label_of(one) for one in (*new.columns, *new.derived)}
    labels |= {one.name: label_of(one) for one in (*old.columns, *old.derived)}
    return tuple(label for name, label in labels.items() if name in wrong)


@dataclass(frozen=True)
class Reworded:
    """A question that returns that were sent in answer, or a choice of it, in both wordings.

    `of` is the question as it is worded now, for a choice; blank for the question itself.
    """

    of: str
    before: str
    after: str


def reworded(old: Tool, new: Tool, rows: Iterable[ReturnRow]) -> tuple[Reworded, ...]:
    """What is worded otherwise of all that was answered, for a person to say it means the same.

    Of a question that was answered every choice, so that it does not tell which of them was taken.
    """
    answered = {name.partition("[")[0] for row in rows for name in row.answers}
    found = []
    for now in new.items:
        was = old.by_name.get(now.name)
        if was is None or now.name not in answered:
            continue
        if was.label != now.label:
            found.append(Reworded("", was.label, now.label))
        labels = {one.name: one.label for one in was.choices}
        found += [
            Reworded(now.label or now.name, labels[one.name], one.label)
            for one in now.choices
            if labels.get(one.name, one.label) != one.label
        ]
    return tuple(found)


def against_terms(
    old: Tool, new: Tool, *, grading_question: str, met_good: Collection[str]
) -> tuple[str, ...]:
    """Why the terms of the audit do not let it be made with the new version; none: they do."""
    reasons = []
    if KNOWN in old.by_name and KNOWN not in new.by_name:
        reasons.append(f"It does not ask whether the child is known: keep the question {KNOWN}.")
    if grading_question:
        question = new.by_name.get(grading_question)
        names = {one.name for one in question.choices} if question is not None else set()
        missing = [one for one in met_good if one not in names]
        was = old.by_name.get(grading_question)
        moved = with_words_of_another(was, question) if was and question else frozenset()
        if question is None:
            reasons.append(
                f"The terms of the audit grade by the question {grading_question}: keep it."
            )
        elif missing:
            reasons.append(
                f"The terms of the audit call {', '.join(missing)} good or better: keep these "
                f"choices of the question {grading_question}."
            )
        elif turned := [one for one in met_good if one in moved]:
            reasons.append(
                f"The terms of the audit call {', '.join(turned)} good or better, and another "
                f"choice of the question {grading_question} has those words now, or had them "
                "before: keep the words of these choices."
            )
    return tuple(reasons)
