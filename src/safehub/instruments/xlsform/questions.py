"""One row of the survey that is a question, cell by cell."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

from safehub.foundation.mistakes import FileMistakes
from safehub.instruments.answers import NotAnAnswer, canonical
from safehub.instruments.expressions import Expression
from safehub.instruments.tools import (
    EVERYBODY,
    OTHER,
    Audience,
    Choice,
    Question,
    QuestionType,
    Scale,
)
from safehub.instruments.xlsform.cells import Line
from safehub.instruments.xlsform.kinds import LISTED, kind_of, types_wanted
from safehub.instruments.xlsform.lists import NUMBER, ChoiceList, Lists

# Columns of returns.csv and of the workbooks; a question of that name could not be told apart.
RESERVED = {"agency", "respondent", "case", "status"}
FRAME_PREFIX = "frame_"

# Names of XML: Python's word characters leave out the vowel signs of many scripts.
_SIGNS = "".join(c for c in map(chr, range(0x300, 0x11000)) if unicodedata.category(c)[0] == "M")
NAME = re.compile(rf"[^\W\d][\w.{_SIGNS}-]*\Z")
YES = {"yes", "true", "true()"}
NO = {"", "no", "false", "false()"}
OTHER_CHOICE = Choice(OTHER, "Other")

# What an expression looks like to whoever writes a default; all else is the answer itself.
_DYNAMIC = re.compile(r"""\$\{|[a-z][\w:-]*\(|('[^']*'|"[^"]*")\Z""")
_APPEARANCES = {
    *("multiline", "minimal", "autocomplete", "compact", "quick", "quickcompact", "likert"),
    *("horizontal", "horizontal-compact", "vertical", "columns", "columns-pack", "no-buttons"),
    *("field-list", "table-list", "label", "list-nolabel", "list", "numbers", "thousands-sep"),
    *("picker", "rating", "no-ticks", "no-calendar"),
}
_NUMBERED_APPEARANCE = re.compile(r"(columns-|compact-|w)[1-9]\d?\Z", re.ASCII)
_KEY_AND_VALUE = re.compile(r"([^\s,;=]+)\s*=\s*([^\s,;=]+)")
_WEIGHED = {*LISTED, QuestionType.RANGE} - {QuestionType.RANK}
_USUAL_SCALE = {"start": "1", "end": "10", "step": "1"}


@dataclass(frozen=True)
class Around:
    """What the groups around a question mean for it."""

    section: str | None
    repeat: str | None
    conditions: tuple[Expression, ...]
    certain: bool


class _Expressions(Protocol):
    """Who reads and keeps the expressions of a survey, and knows the names so far."""

    lines: dict[str, Line]

    def expression(
        self, line: Line, column: str, repeat: str | None, *, columns: bool = False
    ) -> tuple[Expression | None, bool]: ...

    def read(
        self, source: str, line: Line, column: str, repeat: str | None, *, columns: bool = False
    ) -> tuple[Expression | None, bool]: ...


class _Asked(NamedTuple):
    """The type of a question and its list; `certain` is false where a mistake is in them."""

    type: QuestionType
    list_name: str = ""
    choices: tuple[Choice, ...] = ()
    has_other: bool = False
    certain: bool = True


class QuestionReader:
    """Reads one row that is a question."""

    def __init__(
        self,
        line: Line,
        expressions: _Expressions,
        lists: Lists,
        languages: Sequence[str],
        mistakes: FileMistakes,
    ) -> None:
        self._line, self._expressions, self._lists = line, expressions, lists
        self._languages, self._mistakes = languages, mistakes
        self._repeat: str | None = None
        self._is_sure = True
        # Not so where a mistake leaves open whether anybody answers it, in a column of its own.
        self._is_role_sure = True

    def question(self, around: Around) -> Question | None:
        """The question; None where it has no name of its own, so that no name is certain."""
        self._repeat = around.repeat
        line = self._line
        is_named = self._is_named()
        asked = self._asked()
        read = {name: self._expression(name) for name in ("relevant", "constraint")}
        if not is_named:
            return None
        relevant = read["relevant"]
        conditions = [*around.conditions, *([relevant] if relevant is not None else [])]
        bare = Question(
            name=line["name"],
            label=line.text("label", self._languages) or line["name"],
            type=asked.type,
            list_name=asked.list_name,
            choices=asked.choices,
            has_other=asked.has_other,
            certain=asked.certain,
        )
        extras = self._extras(bare)
        if line["repeat_count"]:
            self._refuse("repeat_count", "nothing on a question: begin_repeat has a count")
        return Question(
            **{name: getattr(bare, name) for name in ("name", "label", "type", "list_name")},
            **{name: getattr(bare, name) for name in ("choices", "has_other")},
            certain=asked.certain and self._is_role_sure,
            hint=line.text("hint", self._languages),
            relevant=tuple(conditions),
            condition=relevant,
            constraint=read["constraint"],
            constraint_message=line.text("constraint_message", self._languages),
            required=self._required(),
            required_message=line.text("required_message", self._languages),
            section=around.section,
            repeat=around.repeat,
            weight=weight_of(line, self._mistakes, asked),
            standard=line["standard"],
            audience=audience_of(line, self._mistakes),
            appearance=appearance_of(line, self._mistakes),
            words=line.words(),
            **extras,
            conditions_certain=self._is_sure and around.certain,
        )

    def _extras(self, bare: Question) -> dict[str, Any]:
        """What XLSForm calls filter, calculation, default, read only, and the steps of a range."""
        choice_filter = self._filter(bare)
        scale = self._scale(bare)
        calculation = self._calculation(bare)
        is_read_only = self._read_only(bare)
        judged = Question(bare.name, bare.label, bare.type, choices=bare.choices, scale=scale)
        return {
            "choice_filter": choice_filter,
            "scale": scale,
            "calculation": calculation,
            "default": self._default(judged, certain=bare.certain),
            "is_read_only": is_read_only,
        }

    def _refuse(self, column: str, wanted: str, found: str | None = None) -> None:
        shown = self._line[column] if found is None else found
        self._mistakes.add(self._line.place(column), shown, wanted)

    def _is_named(self) -> bool:
        name = self._line["name"]
        if "name" in self._line.unread:
            pass
        elif not name or not NAME.match(name):
            self._refuse("name", "a name (letters, digits, _ - .)")
        elif name in self._expressions.lines:
            self._refuse("name", "each name once", f"{name} again")
        elif name in RESERVED or name.startswith(FRAME_PREFIX):
            self._refuse("name", "a name that no other column has")
        else:
            return True
        return False

    def _asked(self) -> _Asked:
        line = self._line
        if "type" in line.unread:
            return _Asked(QuestionType.NOTE, certain=False)
        kind = kind_of(line["type"])
        if kind.type is None:
            self._refuse("type", types_wanted(line["type"]), re.sub(r"\s+", " ", line["type"]))
            # Whether it would have had a column of answers cannot be said.
            return _Asked(QuestionType.NOTE, certain=False)
        if kind.type not in LISTED:
            return _Asked(kind.type)
        found = self._lists.by_name.get(kind.list_name)
        if found is None:
            if self._lists.certain:
                wanted = f"{kind.type} and the name of a list on the sheet choices"
                self._refuse("type", wanted, re.sub(r"\s+", " ", line["type"]))
            return _Asked(kind.type, certain=False)
        if kind.type is not QuestionType.SELECT_ONE:
            self._refuse_spaces(found)
        choices = tuple(found.choices.values())
        if kind.has_other and OTHER not in found.choices:
            choices += (OTHER_CHOICE,)
        certain = found.certain and self._lists.certain
        return _Asked(kind.type, kind.list_name, choices, kind.has_other, certain)

    def _refuse_spaces(self, choices: ChoiceList) -> None:
        for name, line in choices.lines.items():
            if re.search(r"\s", name):
                wanted = "a name without spaces, for spaces part the answers of select_multiple"
                self._mistakes.add(line.place("name"), name, wanted)
                choices.certain = False

    def _expression(self, column: str, *, columns: bool = False) -> Expression | None:
        found, is_sure = self._expressions.expression(
            self._line, column, self._repeat, columns=columns
        )
        self._is_sure = self._is_sure and is_sure
        return found

    def _required(self) -> Expression | None:
        if self._line["required"].lower() in NO:
            self._is_sure = self._is_sure and "required" not in self._line.unread
            return None
        if self._line["required"].lower() in YES:
            return Expression("true()")
        return self._expression("required")

    def _filter(self, bare: Question) -> Expression | None:
        if self._line["choice_filter"] and bare.type not in LISTED and bare.certain:
            self._refuse("choice_filter", "nothing on a question without a list")
            return None
        if self._line["choice_filter"] and bare.has_other:
            self._refuse(
                "choice_filter", "nothing beside or_other: write the choice other yourself"
            )
            return None
        found = self._expression("choice_filter", columns=True)
        for name in sorted(found.columns) if found is not None else ():
            if not self._lists.has_column(name):
                self._refuse("choice_filter", "the name of a column of the sheet choices", name)
                self._is_sure = False
        return found

    def _scale(self, bare: Question) -> Scale | None:
        if bare.type is not QuestionType.RANGE:
            if self._line["parameters"] and bare.certain:
                self._refuse("parameters", "nothing but on a range or a repeat")
            return None
        given = _USUAL_SCALE | parameters_of(self._line, tuple(_USUAL_SCALE), self._mistakes)
        if not all(NUMBER.match(text) for text in given.values()):
            self._refuse("parameters", "numbers, as start=0 end=10 step=1")
            return Scale(Decimal(1), Decimal(10), Decimal(1))
        scale = Scale(*(Decimal(given[key]) for key in ("start", "end", "step")))
        if scale.step <= 0 or scale.start >= scale.end:
            self._refuse("parameters", "a start before the end, and a step above 0")
            return Scale(Decimal(1), Decimal(10), Decimal(1))
        return scale

    def _calculation(self, bare: Question) -> Expression | None:
        written = self._line["calculation"] or "calculation" in self._line.unread
        if bare.type is QuestionType.CALCULATE and not written:
            self._refuse("calculation", "an expression, for the type is calculate")
            self._is_sure = False
        if written and bare.type is QuestionType.NOTE and bare.certain:
            self._refuse("calculation", "nothing on a note: the type calculate keeps it")
            return None
        return self._expression("calculation")

    def _read_only(self, bare: Question) -> bool:
        """Whether nobody answers it; then something has to say what stands there."""
        line = self._line
        text = line["readonly"].lower()
        if text not in YES | NO:
            self._refuse("readonly", "yes or no")
        is_read_only = text in YES and bare.type not in {QuestionType.NOTE, QuestionType.CALCULATE}
        derived = is_read_only or bare.type is QuestionType.CALCULATE
        if line["calculation"] and not derived and bare.type is not QuestionType.NOTE:
            self._refuse("calculation", "readonly yes beside it, or the type calculate")
            self._is_role_sure = False
        if is_read_only and not (line["calculation"] or line["default"]):
            self._refuse("readonly", "a default or a calculation beside it, or the type note")
            self._is_role_sure = False
        if derived and line["calculation"] and line["default"]:
            self._refuse("default", "a default or a calculation, not both")
        for column in ("required", "constraint") if derived else ():
            if line[column].lower() not in NO:
                self._refuse(column, "nothing on what nobody answers")
        return is_read_only or not self._is_role_sure

    def _default(self, question: Question, *, certain: bool) -> Expression | None:
        text = self._line["default"]
        if "default" in self._line.unread:
            self._is_sure = False
        if not text:
            return None
        if question.type in {QuestionType.NOTE, QuestionType.FILE, QuestionType.CALCULATE}:
            if certain:
                self._refuse("default", f"nothing on the type {question.type}")
            return None
        source = text if is_dynamic(text) else quoted_source(text)
        found, is_sure = self._expressions.read(source, self._line, "default", self._repeat)
        self._is_sure = self._is_sure and is_sure
        return self._checked_default(question, found) if certain else found

    def _checked_default(self, question: Question, found: Expression | None) -> Expression | None:
        """The default as an answer is kept, where it is one and the same for everybody."""
        if found is None or found.literal is None:
            return found
        try:
            kept = canonical(question, found.literal)
        except NotAnAnswer as error:
            self._refuse("default", str(error))
            return None
        return quoted(kept)


def quoted_source(text: str) -> str:
    """The text in quotes, as an expression has it."""
    return f'"{text}"' if "'" in text else f"'{text}'"


def quoted(text: str) -> Expression:
    """The expression that comes to this text."""
    return Expression(quoted_source(text))


def is_dynamic(text: str) -> bool:
    """Whether the cell of a default is read as an expression, not as the answer itself."""
    return _DYNAMIC.match(text) is not None or "${" in text


def parameters_of(line: Line, known: Sequence[str], mistakes: FileMistakes) -> dict[str, str]:
    """The `key=value` pairs of the cell; any other key, or anything else, is refused."""
    text = line["parameters"]
    found = dict(_KEY_AND_VALUE.findall(text))
    rest = _KEY_AND_VALUE.sub("", text).strip(" ,;\t\n")
    if rest or not found.keys() <= set(known):
        wanted = "only " + " ".join(f"{key}=NUMBER" for key in known)
        mistakes.add(line.place("parameters"), text, wanted)
    return {key: found[key] for key in known if key in found}


def weight_of(line: Line, mistakes: FileMistakes, asked: _Asked | None = None) -> Decimal | None:
    """What a question or section counts in a score."""
    text = line["weight"]
    if not text:
        return None
    if not NUMBER.match(text) or Decimal(text) < 0:
        mistakes.add(line.place("weight"), text, "a number from 0 up")
        return None
    if asked is not None and asked.certain and asked.type not in _WEIGHED:
        wanted = "nothing but on a group, a select or a range, for nothing else has a score"
        mistakes.add(line.place("weight"), text, wanted)
        return None
    return Decimal(text)


def audience_of(line: Line, mistakes: FileMistakes) -> Audience:
    """Who is asked: codes with spaces between, or commas where a code has a space itself."""
    text = line["agencies"]
    if not text:
        return EVERYBODY
    without = re.match(r"not\s+", text, re.IGNORECASE)
    rest = text[without.end() :] if without else text
    parts = re.split(r"[,;]" if re.search("[,;]", rest) else r"\s+", rest)
    codes = frozenset(part.strip() for part in parts if part.strip())
    if not codes or text.strip().lower() == "not":
        wanted = "codes of agencies, or not and codes of agencies"
        mistakes.add(line.place("agencies"), text, wanted)
        return EVERYBODY
    return Audience(codes, is_without=without is not None)


def appearance_of(line: Line, mistakes: FileMistakes) -> str:
    """How it looks; a word that would change what is asked, or asks for an app, is refused."""
    words = line["appearance"].split()
    for word in words:
        if word not in _APPEARANCES and not _NUMBERED_APPEARANCE.match(word):
            listed = ", ".join(sorted(_APPEARANCES))
            wanted = f"nothing, for {word} means nothing on a page (only {listed}, w1 to w12)"
            mistakes.add(line.place("appearance"), line["appearance"], wanted)
            return ""
    return " ".join(words)
