"""An audit tool as data: sections, questions, choices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum

from safehub.instruments.expressions import Expression

YES, NO, NOT_APPLICABLE = "yes", "no", "na"
# What a ticked acknowledgement is kept as (XLSForm: `acknowledge`).
OK = "OK"
# What `or_other` adds to a list, and what the question for its words is called.
OTHER, OTHER_SUFFIX = "other", "_other"


class QuestionType(StrEnum):
    """The XLSForm types that a tool may use."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    TIME = "time"
    DATETIME = "dateTime"
    SELECT_ONE = "select_one"
    SELECT_MULTIPLE = "select_multiple"
    RANGE = "range"
    RANK = "rank"
    ACKNOWLEDGE = "acknowledge"
    FILE = "file"
    CALCULATE = "calculate"
    NOTE = "note"


# What a cell says in another language, or which file it shows: (column, language, text). The
# language is blank where the sheet names none; columns such as label, hint, image.
Words = tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Choice:
    """One choice of a list.

    `score` is its worth, where the list has scores; `descriptor` says what a judge must have seen
    to give it; `columns` are the further columns that a choice filter may ask about.
    """

    name: str
    label: str
    score: Decimal | None = None
    descriptor: str = ""
    columns: tuple[tuple[str, str], ...] = ()
    words: Words = ()


@dataclass(frozen=True)
class Audience:
    """The agencies that are asked: all, only those named, or all but those named."""

    codes: frozenset[str] = frozenset()
    is_without: bool = False

    def has(self, agency: str) -> bool:
        """Whether the agency of this code is asked; a blank code is asked everything."""
        return not agency or not self.codes or (agency in self.codes) is not self.is_without


EVERYBODY = Audience()


@dataclass(frozen=True)
class Repeat:
    """A group that may be answered several times: `most` entries, or as many as `count` says."""

    most: int
    count: Expression | None = None


@dataclass(frozen=True)
class Section:
    """A group of questions. `parent` is the name of the group around it, or None.

    `at` is the number of items before it; `relevant` is its own condition alone.
    """

    name: str
    label: str
    parent: str | None = None
    at: int = 0
    hint: str = ""
    relevant: Expression | None = None
    repeat: Repeat | None = None
    weight: Decimal | None = None
    audience: Audience = EVERYBODY
    appearance: str = ""
    words: Words = ()


@dataclass(frozen=True)
class Scale:
    """The steps of a range: from `start` to `end` by `step`."""

    start: Decimal
    end: Decimal
    step: Decimal


@dataclass(frozen=True)
class Question:
    """A question. `relevant` holds its own condition (`condition`) and those of all groups around.

    `certain` is false where the tool has a mistake in the question's type or list, so that an
    answer to it cannot be judged; `conditions_certain` likewise for its conditions.
    `repeat` is the name of the repeated group that it stands in.
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
    condition: Expression | None = None
    list_name: str = ""
    choice_filter: Expression | None = None
    has_other: bool = False
    scale: Scale | None = None
    calculation: Expression | None = None
    default: Expression | None = None
    is_read_only: bool = False
    appearance: str = ""
    required_message: str = ""
    weight: Decimal | None = None
    standard: str = ""
    audience: Audience = EVERYBODY
    repeat: str | None = None
    words: Words = ()

    @property
    def is_yes_no(self) -> bool:
        """Whether it is a single choice from a list that has `yes` and `no`."""
        names = {choice.name for choice in self.choices}
        return self.type is QuestionType.SELECT_ONE and {YES, NO} <= names

    @property
    def is_select(self) -> bool:
        """Whether its answers come from a list."""
        return self.type in {QuestionType.SELECT_ONE, QuestionType.SELECT_MULTIPLE}

    @property
    def is_derived(self) -> bool:
        """Whether its answer is worked out from others, and never given."""
        return self.type is QuestionType.CALCULATE or (
            self.is_read_only and self.type is not QuestionType.NOTE
        )

    @property
    def derivation(self) -> Expression | None:
        """What its answer is worked out by, where it is derived."""
        return (self.calculation or self.default) if self.is_derived else None

    @property
    def is_asked(self) -> bool:
        """Whether somebody answers it: notes, calculations and what is only read ask nothing."""
        silent = self.type in {QuestionType.NOTE, QuestionType.CALCULATE}
        return not silent and not self.is_read_only


@dataclass(frozen=True)
class Column:
    """One place for an answer: a question, and in a repeated group which entry, from 1."""

    name: str
    question: Question
    entry: int | None = None


def column_name(question: str, entry: int | None) -> str:
    """`q`, or `q[2]` for the second entry: no name of a question has brackets."""
    return question if entry is None else f"{question}[{entry}]"


@dataclass(frozen=True)
class Tool:
    """A whole tool. `names_certain` is false where a mistake may have lost a question's name."""

    title: str
    form_id: str
    version: str
    sections: tuple[Section, ...]
    items: tuple[Question, ...]
    names_certain: bool = True
    languages: tuple[str, ...] = ()
    default_language: str = ""
    by_name: dict[str, Question] = field(init=False, repr=False, compare=False)
    by_section: dict[str, Section] = field(init=False, repr=False, compare=False)
    columns: tuple[Column, ...] = field(init=False, repr=False, compare=False)
    derived: tuple[Column, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {item.name: item for item in self.items})
        object.__setattr__(self, "by_section", {one.name: one for one in self.sections})
        object.__setattr__(self, "columns", tuple(self._columns()))
        object.__setattr__(self, "derived", tuple(self._derived()))

    def _columns(self) -> Iterator[Column]:
        """Entry by entry within each repeated group, as a person reads them."""
        waiting: list[Question] = []
        for item in [*self.items, None]:
            if waiting and (item is None or item.repeat != waiting[0].repeat):
                most = self._most(waiting[0].repeat)
                for entry in range(1, most + 1):
                    for one in waiting:
                        yield Column(column_name(one.name, entry), one, entry)
                waiting = []
            if item is None or not item.is_asked:
                continue
            if item.repeat:
                waiting.append(item)
            else:
                yield Column(item.name, item)

    def _derived(self) -> Iterator[Column]:
        """What is worked out and not given, entry by entry."""
        for item in self.items:
            if item.is_derived:
                for entry in range(1, self._most(item.repeat) + 1) if item.repeat else (None,):
                    yield Column(column_name(item.name, entry), item, entry)

    def _most(self, repeat: str | None) -> int:
        section = self.by_section.get(repeat or "")
        return section.repeat.most if section is not None and section.repeat is not None else 1

    @property
    def questions(self) -> tuple[Question, ...]:
        """What is asked once, in order: what figures count. `columns` has the repeated ones too."""
        return tuple(item for item in self.items if item.is_asked and not item.repeat)

    def for_agency(self, code: str) -> Tool:
        """The tool as this agency sees it, without the questions that only others are asked."""
        dropped = {one.name for one in self.sections if not self._asks(one, code)}
        kept = [item.audience.has(code) and item.section not in dropped for item in self.items]
        return replace(
            self,
            sections=tuple(
                replace(one, at=sum(kept[: one.at]))
                for one in self.sections
                if one.name not in dropped
            ),
            items=tuple(item for item, is_kept in zip(self.items, kept, strict=True) if is_kept),
        )

    def parts(self) -> Iterator[Section | Question]:
        """Groups and questions in the order of the survey: a group stands before its questions."""
        waiting = list(self.sections)
        for position, item in enumerate(self.items):
            while waiting and waiting[0].at <= position:
                yield waiting.pop(0)
            yield item
        yield from waiting

    def asks(self, item: Question, code: str) -> bool:
        """Whether this agency is asked, by the question's own audience and its groups'."""
        around = self.by_section.get(item.section or "")
        return item.audience.has(code) and (around is None or self._asks(around, code))

    def asks_everybody(self, item: Question) -> bool:
        """Whether no agency is left out, by the question's own audience or its groups'."""
        section = self.by_section.get(item.section or "")
        audiences = [item.audience]
        while section is not None:
            audiences.append(section.audience)
            section = self.by_section.get(section.parent or "")
        return all(audience == EVERYBODY for audience in audiences)

    def _asks(self, section: Section, code: str) -> bool:
        around = self.by_section.get(section.parent or "")
        return section.audience.has(code) and (around is None or self._asks(around, code))
