"""The forms in which a return is answered: one for each part of the tool."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, cast

from django import forms as django_forms
from django.db.models import Model

from safehub.audit.returns.models import WorkingReturn
from safehub.audit.returns.rows import IMMEDIATE_RISK
from safehub.audit.returns.working.commands import CHANGED_SINCE, ENDINGS, MOST_BYTES, NewFile
from safehub.audit.returns.working.parts import (
    ANSWERS_CODE,
    Judged,
    Part,
    condition_under,
    field_name,
)
from safehub.foundation.govuk import forms
from safehub.foundation.submissions.forms import EditForm
from safehub.instruments.answers import NotAnAnswer
from safehub.instruments.examining import choices_for
from safehub.instruments.fields import answer_of, fields_of, initial_of, names_of, wrong_answer
from safehub.instruments.tools import Choice, Column, Question, QuestionType, Section

_FIELD = re.compile(r"q[0-9a-f]{12}")
RING = (
    "Do not wait for this audit. If a child is in danger now, ring 999; else ring children's "
    "social care where the child lives, and tell your safeguarding lead."
)


# A version never changes, so the fields of a page that shows the same of it are the same.
_MADE: dict[tuple[object, ...], dict[str, django_forms.Field]] = {}
_MOST_MADE = 256


@dataclass(frozen=True)
class Piece:
    """Something that stands on the page of a part, in order: one of them is filled."""

    column: Column | None = None
    heading: str = ""
    hint: str = ""
    level: int = 2
    note: str = ""
    # What is worked out, and what of.
    worked_out: tuple[str, str] | None = None


@dataclass
class Asked:
    """A column on the page: the names of its fields, its choices, and what reveals it."""

    column: Column
    name: str
    choices: tuple[Choice, ...]
    under: tuple[Column, str] | None = None
    names: tuple[str, ...] = ()


@dataclass
class PartPage:
    """What is asked on the page of a part, as the answers stand, and in which order."""

    part: Part
    judged: Judged
    beside: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def asked(self) -> dict[str, Asked]:
        """By column: what applies, and what a choice on this very page lets apply."""
        found: dict[str, Asked] = {}
        above: dict[str, Column] = {}
        for column in self.part.columns:
            if not self._is_shown(column):
                continue
            under = condition_under(self.judged.tool, self.judged, column, above)
            if under is None and not self.judged.is_asked(column):
                continue
            name = field_name(column.name)
            found[column.name] = Asked(column, name, self._choices(column), under)
            above[column.name] = column
        return found

    def _choices(self, column: Column) -> tuple[Choice, ...]:
        if column.question.choice_filter is None:
            return column.question.choices
        judged = self.judged
        return choices_for(judged.tool, column, judged.answers, today=judged.today)

    def _is_shown(self, column: Column) -> bool:
        if column.entry is None:
            return True
        return column.entry in self.entries(column.question.repeat or "")

    def entries(self, repeat: str) -> tuple[int, ...]:
        """The entries that are shown: those begun and, unless they are counted, one more."""
        if repeat not in self._entries:
            section = self.judged.tool.by_section[repeat]
            found = self.judged.entries(repeat)
            if section.repeat is not None and section.repeat.count is None:
                more = max(found, default=0) + 1
                found = (*found, *([more] if more <= section.repeat.most else []))
            self._entries[repeat] = found
        return self._entries[repeat]

    @cached_property
    def _entries(self) -> dict[str, tuple[int, ...]]:
        return {}

    def left_over(self, posted: Mapping[str, str]) -> list[str]:
        """What was typed under questions that are not on this page, or no longer."""
        here = {one.name for one in self.asked.values()}
        return [
            text
            for name, text in posted.items()
            if (found := _FIELD.match(name)) and found[0] not in here and text.strip()
        ]

    @property
    def may_add(self) -> bool:
        """Whether a group on the page may have another entry after those shown."""
        repeats = {one.question.repeat for one in self.part.columns if one.question.repeat}
        for name in repeats:
            repeat = self.judged.tool.by_section[name].repeat
            if repeat is not None and repeat.count is None:
                return max(self.entries(name), default=0) < repeat.most
        return False

    def pieces(self) -> list[Piece]:
        """All that stands on the page, from top to bottom; what a choice reveals stands in it."""
        found: list[Piece] = []
        waiting = list(self.part.pieces)
        while waiting:
            piece = waiting.pop(0)
            if isinstance(piece, Section) and piece.repeat is not None:
                within = [piece.name]
                inner: list[Section | Question] = []
                while waiting and self._is_within(waiting[0], within):
                    inner.append(waiting.pop(0))
                for entry in self.entries(piece.name):
                    heading = f"{piece.label or piece.name} {entry}"
                    found.append(Piece(heading=heading, hint=piece.hint))
                    found += [one for each in inner for one in self._piece(each, entry)]
            else:
                found += self._piece(piece, None)
        # A heading with nothing below it says nothing.
        return [
            one
            for one, after in zip(found, [*found[1:], Piece(heading="end")], strict=True)
            if not (one.heading and after.heading and after.level <= one.level)
        ]

    def _is_within(self, piece: Section | Question, names: list[str]) -> bool:
        parent = piece.parent if isinstance(piece, Section) else piece.section
        if parent not in names:
            return False
        if isinstance(piece, Section):
            names.append(piece.name)
        return True

    def _piece(self, piece: Section | Question, entry: int | None) -> list[Piece]:
        if isinstance(piece, Section):
            if piece.parent is None:
                return []
            return [Piece(heading=piece.label or piece.name, hint=piece.hint)]
        column = Column(piece.name if entry is None else f"{piece.name}[{entry}]", piece, entry)
        if piece.type is QuestionType.NOTE:
            applies = all(self._holds(piece, entry))
            return [Piece(note=piece.label)] if piece.label and applies else []
        if piece.is_derived:
            worth = self.judged.examined.answers.get(column.name, "")
            return [Piece(worked_out=(piece.label, worth))] if piece.label and worth else []
        asked = self.asked.get(column.name)
        return [Piece(column=column)] if asked is not None and asked.under is None else []

    def _holds(self, question: Question, entry: int | None) -> list[bool]:
        answers = self.judged.examined.answers
        return [
            one.holds(
                {n: answers.get(f"{n}[{entry}]") or answers.get(n, "") for n in one.references},
                "",
                self.judged.today,
                {},
            )
            for one in question.relevant
        ]

    def form_class(self, working: WorkingReturn) -> type[AnswersForm]:
        """The form of the page. Its code has the version: what was typed is of these questions."""
        asked = self.asked
        for one in asked.values():
            names = names_of(one.column.question, one.name, choices=one.choices)
            one.names = (*names, *self._file_names(one))
        revealed: dict[str, dict[str, tuple[str, ...]]] = {}
        for one in asked.values():
            if one.under is not None:
                parent, value = one.under
                of = revealed.setdefault(parent.name, {})
                of[value] = (*of.get(value, ()), *one.names)
        fields = self._all_fields(working, revealed)
        return cast(
            "type[AnswersForm]",
            type(
                "AnswersForm",
                (AnswersForm,),
                {
                    **fields,
                    "page": self,
                    "code": f"{ANSWERS_CODE}.{working.tool_version_id}.{self.part.number}",
                    "use_required_attribute": False,
                },
            ),
        )

    def _all_fields(
        self, working: WorkingReturn, revealed: dict[str, dict[str, tuple[str, ...]]]
    ) -> dict[str, django_forms.Field]:
        """The fields of all that is asked; made once where they follow from the tool alone.

        A form copies its fields before it uses them, so that many may share these.
        """
        asked = self.asked.values()

        def made() -> dict[str, django_forms.Field]:
            fields: dict[str, django_forms.Field] = {}
            for one in asked:
                fields |= self._fields(one, revealed.get(one.column.name, {}))
            return fields

        if self.files or any(one.column.question.choice_filter is not None for one in asked):
            return made()
        key = (
            working.tool_version.sha256,
            self.judged.agency,
            self.part.number,
            tuple((one.column.name, one.under and one.under[1]) for one in asked),
            tuple(self.beside.items()),
        )
        if key not in _MADE:
            if len(_MADE) >= _MOST_MADE:
                _MADE.clear()
            _MADE[key] = made()
        return _MADE[key]

    def _fields(
        self, one: Asked, reveals: Mapping[str, tuple[str, ...]]
    ) -> dict[str, django_forms.Field]:
        question = one.column.question
        hint = self._hint(one.column)
        made = fields_of(question, one.name, choices=one.choices, hint=hint, reveals=reveals)
        if question.type is QuestionType.FILE:
            held = self.files.get(one.column.name, "")
            made[one.name] = forms.FileField(
                question.label or question.name,
                hint=f"{hint} At most {MOST_BYTES // 1_000_000} MB.".strip(),
                endings=ENDINGS,
                most_bytes=MOST_BYTES,
                look=forms.Look(size="s"),
            )
            if held:
                made[f"{one.name}_out"] = forms.CheckboxField(f"Take out {held}")
        return made

    def _file_names(self, one: Asked) -> tuple[str, ...]:
        is_held = one.column.question.type is QuestionType.FILE and one.column.name in self.files
        return (f"{one.name}_out",) if is_held else ()

    def _hint(self, column: Column) -> str:
        question = column.question
        said = [
            question.hint if question.type is QuestionType.FILE else "",
            f"Standard: {question.standard}." if question.standard else "",
            f"If yes: {RING}" if question.name == IMMEDIATE_RISK else "",
            self.beside.get(question.name, ""),
            self._held(column),
        ]
        return " ".join(part for part in said if part)

    def _held(self, column: Column) -> str:
        name = self.files.get(column.name, "")
        return f"{name} is kept; another file takes its place." if name else ""


class AnswersForm(EditForm, forms.Form):
    """The questions of one part. `given` and `new_files` are what a valid form holds."""

    page: ClassVar[PartPage]

    @classmethod
    def initial_of(cls, record: Model) -> dict[str, Any]:
        """The answers of the working return, as its fields begin."""
        answers = cast("WorkingReturn", record).answers
        found: dict[str, Any] = {}
        for one in cls.page.asked.values():
            answer = answers.get(one.column.name, "")
            found |= initial_of(one.column.question, one.name, answer, choices=one.choices)
        return found

    def _clean_fields(self) -> None:
        """Nothing is required before the return is submitted, though the fields look as if."""
        for one in self.fields.values():
            one.required = False
        super()._clean_fields()
        for one in self.fields.values():
            one.required = True

    def clean(self) -> dict[str, Any]:
        """Judge the answers by the tool, as they would be kept."""
        cleaned = super().clean() or self.cleaned_data
        given: dict[str, str] = {}
        for one in self.page.asked.values():
            if any(name in self.errors for name in one.names):
                continue
            try:
                given[one.column.name] = self._answer(one, cleaned)
            except NotAnAnswer as wrong:
                self.add_error(one.names[0], wrong_answer(one.column.question, wrong))
        self._judge(given)
        return cleaned

    def _answer(self, one: Asked, cleaned: Mapping[str, Any]) -> str:
        answer = answer_of(one.column.question, one.name, cleaned, choices=one.choices)
        if one.column.question.type is QuestionType.FILE and not answer:
            return (
                "" if cleaned.get(f"{one.name}_out") else self.page.files.get(one.column.name, "")
            )
        return answer

    def _judge(self, given: Mapping[str, str]) -> None:
        before = self.page.judged
        after = Judged(before.tool, before.agency, before.today, {**before.given, **given})
        self.judged = after
        for fault in after.examined.faults:
            if self._is_left_behind(fault.question, given):
                self._taken_back.add(fault.question)
            elif fault.question in given and not self.errors.get(self._first(fault.question)):
                question = self.page.asked[fault.question].column.question
                message = question.constraint_message or wrong_answer(
                    question, NotAnAnswer(fault.wanted)
                )
                self.add_error(self._first(fault.question), message)

    def _is_left_behind(self, column: str, given: Mapping[str, str]) -> bool:
        """Whether another answer on this page left out the choice that was good when it was made.

        Nobody can mend that here, since the page offers the choices of the answer before.
        """
        one = self.page.asked.get(column)
        held = self.page.judged.given.get(column, "")
        return (
            one is not None
            and one.column.question.choice_filter is not None
            and bool(held)
            and given.get(column) == held
            and all(fault.question != column for fault in self.page.judged.examined.faults)
        )

    @cached_property
    def _taken_back(self) -> set[str]:
        return set()

    @property
    def asked_again(self) -> list[Question]:
        """The questions whose answers are taken back, since their choices have changed."""
        return [self.page.asked[name].column.question for name in sorted(self._taken_back)]

    def _first(self, column: str) -> str:
        return self.page.asked[column].names[0]

    @property
    def given(self) -> dict[str, str]:
        """The answers of the form, by column, but files; after others' changes were taken in."""
        return {
            name: "" if name in self._taken_back else self._answer(one, self.cleaned_data)
            for name, one in self.page.asked.items()
            if one.column.question.type is not QuestionType.FILE
        }

    @property
    def new_files(self) -> dict[str, NewFile | None]:
        """The files that came, and those that are to go, by column."""
        found: dict[str, NewFile | None] = {}
        for name, one in self.page.asked.items():
            if one.column.question.type is not QuestionType.FILE:
                continue
            file = self.cleaned_data.get(one.name)
            if file:
                found[name] = NewFile(str(file.name), file.read())
            elif self.cleaned_data.get(f"{one.name}_out"):
                found[name] = None
        return found


class BeginForm(forms.Form):
    """Who answers, where several do in an agency, and whether the child is known."""

    def __init__(
        self,
        *args: Any,
        unit: str = "",
        known: Question | None = None,
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        if unit:
            self.fields["respondent"] = forms.TextField(f"Which {unit} answers?")
        if known is not None:
            self.fields["known"] = forms.RadiosField(
                known.label or known.name,
                [(one.name, one.label or one.name) for one in known.choices],
                hint=known.hint,
            )


class SubmitForm(forms.Form):
    """Submit what was looked at."""

    keeps_drafts = False

    def __init__(self, *args: Any, edition: int, replaces: int = 0, **more: Any) -> None:
        super().__init__(*args, **more)
        if replaces:
            self.fields["replaces"] = forms.CheckboxField(
                "I have read what came in since, and mine is to take its place",
                required=True,
            )
            self.fields["came_in"] = django_forms.IntegerField(
                widget=django_forms.HiddenInput, initial=replaces
            )
        self._replaces = replaces
        self.fields["edition"] = django_forms.IntegerField(
            widget=django_forms.HiddenInput, initial=edition
        )
        self._edition = edition

    def clean_came_in(self) -> int:
        """What came in since is what was looked at."""
        if self.cleaned_data["came_in"] != self._replaces:
            raise forms.ValidationError(CHANGED_SINCE)
        return self._replaces

    def clean_edition(self) -> int:
        """What is submitted is what was looked at."""
        if self.cleaned_data["edition"] != self._edition:
            raise forms.ValidationError(CHANGED_SINCE)
        return self._edition


class DiscardForm(forms.Form):
    """Nothing to fill in."""
