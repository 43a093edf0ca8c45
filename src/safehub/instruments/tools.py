"""An audit tool as data: sections, questions, choices."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from safehub.instruments.expressions import Expression

YES, NO, NOT_APPLICABLE = "yes", "no", "na"


class QuestionType(StrEnum):
    """The XLSForm types that a tool may use in this version."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    SELECT_ONE = "select_one"
    SELECT_MULTIPLE = "select_multiple"
    NOTE = "note"


@dataclass(frozen=True)
class Choice:
    """One choice of a list; `score` is its weight, where the list has weights."""

    name: str
    label: str
    score: Decimal | None = None


@dataclass(frozen=True)
class Section:
    """A group of questions. `parent` is the name of the group around it, or None."""

    name: str
    label: str
    parent: str | None = None


@dataclass(frozen=True)
class Question:
    """A question. `relevant` holds its own condition and those of every group around it.

    `certain` is false where the tool has a mistake in the question's type or list, so that an
    answer to it cannot be judged; `conditions_certain` likewise for its conditions.
    """

    name: str
    label: str
    type: QuestionType
    hint: str = ""
    choices: tuple[Choice, ...] = ()
    required: Expression | None = None
    relevant: tuple[Expression, ...] = ()
    constraint: Expression | None = None
    constraint_message: str = ""
    section: str | None = None
    certain: bool = True
    conditions_certain: bool = True

    @property
    def is_yes_no(self) -> bool:
        """Whether it is a single choice from a list that has `yes` and `no`."""
        names = {choice.name for choice in self.choices}
        return self.type is QuestionType.SELECT_ONE and {YES, NO} <= names

    @property
    def is_select(self) -> bool:
        """Whether its answers come from a list."""
        return self.type in {QuestionType.SELECT_ONE, QuestionType.SELECT_MULTIPLE}


@dataclass(frozen=True)
class Tool:
    """A whole tool. `names_certain` is false where a mistake may have lost a question's name."""

    title: str
    form_id: str
    version: str
    sections: tuple[Section, ...]
    items: tuple[Question, ...]
    names_certain: bool = True
    by_name: dict[str, Question] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {item.name: item for item in self.items})

    @property
    def questions(self) -> tuple[Question, ...]:
        """What is asked, in order; notes ask nothing."""
        return tuple(item for item in self.items if item.type is not QuestionType.NOTE)
