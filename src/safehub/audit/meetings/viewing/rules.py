"""Where agencies' answers on one case agree and where they contradict each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from safehub.instruments.tools import NO, YES, Question, QuestionType

Standing = Literal["agree", "near", "differ", "contradict"]
# Grades this many steps apart cannot both be right (domain notes, spread of grades).
FAR_APART = 2
_NO_ANSWERS = frozenset({"", "na", "not_graded"})


@dataclass(frozen=True)
class Together:
    """How the answers of several stand to each other, in words."""

    standing: Standing
    words: str


def together(
    question: Question, answers: Sequence[str], *, is_grade: bool = False
) -> Together | None:
    """How they stand; None where fewer than two answered, and for words and dates.

    Blank answers and *not applicable* count as none. Grades go by the order of their list.
    """
    if question.type is not QuestionType.SELECT_ONE:
        return None
    given = [answer for answer in answers if answer not in _NO_ANSWERS]
    if len(given) < 2:
        return None
    if len(set(given)) == 1:
        return Together("agree", "All agree")
    if is_grade:
        return _grades(question, given)
    if question.is_yes_no and {YES, NO} <= set(given):
        yes, no = given.count(YES), given.count(NO)
        return Together("contradict", f"Contradiction: {yes} yes, {no} no")
    return Together("differ", "Answers differ")


def _grades(question: Question, given: Sequence[str]) -> Together:
    order = [choice.name for choice in question.choices if choice.name not in _NO_ANSWERS]
    places = [order.index(answer) for answer in given if answer in order]
    apart = max(places, default=0) - min(places, default=0)
    if apart >= FAR_APART:
        return Together("contradict", f"Contradiction: grades {apart} steps apart")
    return Together("near", "Grades one step apart")
