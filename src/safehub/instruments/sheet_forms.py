"""What is written of a tool on pages: each cell of a row of its sheets is a field."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms import Field

from safehub.foundation.govuk import forms
from safehub.foundation.govuk.forms import Look, Section
from safehub.foundation.submissions.forms import EditForm
from safehub.instruments.drafting import CHOICES, SURVEY, Drafted, Line
from safehub.instruments.models import ToolDraft
from safehub.instruments.tools import QuestionType

LONGEST_NAME = 100
_LONG, _CELL = 4_000, 1_000
NARROW, CODE = Look(width=20), Look(width=20, spellcheck=False)
_LINES = Look(rows=2)

TYPES: dict[str, str] = {
    QuestionType.TEXT: "Free text",
    QuestionType.SELECT_ONE: "One choice from a list",
    QuestionType.SELECT_MULTIPLE: "Any choices from a list",
    QuestionType.INTEGER: "A whole number",
    QuestionType.DECIMAL: "A number",
    QuestionType.RANGE: "A number on a scale",
    QuestionType.DATE: "A date",
    QuestionType.TIME: "A time",
    QuestionType.DATETIME: "A date and time",
    QuestionType.RANK: "Choices put in order",
    QuestionType.ACKNOWLEDGE: "A box to tick",
    QuestionType.FILE: "A file, as evidence",
    QuestionType.CALCULATE: "Worked out from other answers",
    QuestionType.NOTE: "Words to read; nothing is asked",
}
OF_LISTS = (QuestionType.SELECT_ONE, QuestionType.SELECT_MULTIPLE, QuestionType.RANK)
NO, YES, WHEN = "no", "yes", "when"
_REQUIRED = [(NO, "No"), (YES, "Yes"), (WHEN, "Only when")]
_SAID_NO = {"", "no", "false", "false()"}
_SAID_YES = {"yes", "true", "true()"}
_EXAMPLE = "Blank: always. Such as ${known} = 'yes'."


def drafted_of(record: Model) -> Drafted:
    """The sheets of the draft that a form edits."""
    assert isinstance(record, ToolDraft)  # noqa: S101 - these forms edit nothing else
    return Drafted(record.sheets, record.keys)


def _cell(label: str, hint: str = "", **more: Any) -> forms.TextField:
    return forms.TextField(label, hint=hint, required=False, longest=_CELL, **more)


def _several(label: str, hint: str = "") -> forms.LongTextField:
    return forms.LongTextField(label, hint=hint, required=False, longest=_LONG, look=_LINES)


class _RowFields(forms.Form):
    """What a question and a section have in common."""

    # Columns that have no field of their own here: field to heading.
    further: ClassVar[dict[str, str]] = {}

    name = forms.TextField(
        "Name",
        hint="Short, with no spaces: conditions and columns of answers call it so.",
        longest=LONGEST_NAME,
        look=CODE,
    )
    label = _several("In words", "As auditors read it. Blank: its name is shown.")
    hint = _several("Hint", "Help that stands under the words.")
    relevant = _cell("Asked only where", _EXAMPLE)
    weight = _cell("Weight", "How much it counts in the score. Blank: 1.", look=Look(width=5))
    agencies = _cell(
        "Agencies", "Codes with spaces between. Blank: all. With not before them: all but these."
    )
    appearance = _cell("Appearance", "Such as multiline or minimal.", look=NARROW)


TEXT_COLUMNS = (
    *("name", "label", "hint", "relevant", "weight", "agencies", "appearance"),
    *("required_message", "constraint", "constraint_message", "calculation", "default"),
    *("readonly", "choice_filter", "parameters", "standard"),
)


class QuestionFields(_RowFields):
    """One question."""

    code = "instruments.AddQuestionForm"
    kind = forms.SelectField("What is answered", [])
    list_name = forms.SelectField(
        "List of choices", [], required=False, hint="For choices alone. Make the list first."
    )
    has_other = forms.CheckboxField("Something else may be answered, in words")
    required = forms.RadiosField(
        "Must it be answered?", _REQUIRED, look=Look(reveals={WHEN: ("required_when",)})
    )
    required_when = forms.TextField(
        "It must be answered when", hint="Such as ${grade} = 'poor'.", longest=_CELL
    )
    required_message = _cell("What is said where it is not answered")
    constraint = _cell("An answer will do only where", "A dot is the answer: . <= today()")
    constraint_message = _cell("What is said of one that will not do")
    calculation = _cell("Worked out as", "Only for what is worked out from other answers.")
    default = _cell("Filled in beforehand as")
    readonly = _cell("Only to be read", "Blank or no: it can be answered. yes: it is only shown.")
    choice_filter = _cell("Offer only choices where", "Such as area = ${area}.")
    parameters = _cell("Scale", "Only for a number on a scale: start=0 end=10 step=1")
    standard = _several("Standard", "What good practice is measured against, with its source.")
    field_order = (
        *("kind", "list_name", "has_other", "name", "label", "hint", "relevant", "agencies"),
        *("required", "required_when", "required_message", "constraint", "constraint_message"),
        *("standard", "weight", "default", "calculation", "parameters", "choice_filter"),
        *("readonly", "appearance"),
    )

    def __init__(self, *args: Any, drafted: Drafted, line: Line | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        _offer(self.fields["kind"], list(TYPES.items()), line.kind if line else "")
        lists = [(one, one) for one in drafted.list_names]
        _offer(self.fields["list_name"], lists, line.list_name if line else "")
        if line is None:
            self.initial.setdefault("required", NO)

    @property
    def sections(self) -> tuple[Section, ...]:  # type: ignore[override]
        """As they are drawn."""
        return _sections(_QUESTION_PARTS, tuple(self.further))

    def clean(self) -> dict[str, Any]:
        """A choice needs a list."""
        data = super().clean() or self.cleaned_data
        if data.get("kind") in OF_LISTS and not data.get("list_name"):
            self.add_error("list_name", "Choose the list that the answers come from")
        return data

    def cells(self) -> dict[str, str]:
        """The row that the valid form comes to."""
        data = self.cleaned_data
        kind = data["kind"]
        if kind in OF_LISTS:
            kind = f"{kind} {data['list_name']}{' or_other' if data['has_other'] else ''}"
        required = {NO: "", YES: "yes"}.get(data["required"], data["required_when"])
        return {"type": kind, "required": required, **_text_cells(self)}


class QuestionForm(EditForm, QuestionFields):
    """A question as it stands. Of a draft and a row: `question_form`."""

    code = "instruments.QuestionForm"
    key: ClassVar[int] = 0

    @classmethod
    def initial_of(cls, record: Model) -> dict[str, Any]:
        """As the row says; nothing once it is gone."""
        line = drafted_of(record).line(SURVEY, cls.key)
        return _question_values(line, cls.further) if line else {}


class SectionFields(_RowFields):
    """A group of questions."""

    code = "instruments.AddSectionForm"
    is_repeated = forms.CheckboxField(
        "It may be answered several times",
        hint="Such as once for each child.",
        look=Look(reveals={"on": ("repeat_count",)}),
    )
    repeat_count = _cell("How many times", "A number at most 20, or ${children}. Blank: up to 20.")
    field_order = (
        *("name", "label", "hint", "relevant", "agencies", "is_repeated", "repeat_count"),
        *("weight", "appearance"),
    )

    def __init__(self, *args: Any, drafted: Drafted, line: Line | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)

    @property
    def sections(self) -> tuple[Section, ...]:  # type: ignore[override]
        """As they are drawn."""
        return _sections(_SECTION_PARTS, tuple(self.further))

    def cells(self) -> dict[str, str]:
        """The row where the section begins."""
        repeated = self.cleaned_data["is_repeated"]
        count = self.cleaned_data["repeat_count"] if repeated else ""
        type_ = "begin_repeat" if repeated else "begin_group"
        return {"type": type_, "repeat_count": count, **_text_cells(self)}


class SectionForm(EditForm, SectionFields):
    """A section as it stands. Of a draft and a row: `section_form`."""

    code = "instruments.SectionForm"
    key: ClassVar[int] = 0

    @classmethod
    def initial_of(cls, record: Model) -> dict[str, Any]:
        """As the row says; nothing once it is gone."""
        line = drafted_of(record).line(SURVEY, cls.key)
        return _section_values(line, cls.further) if line else {}


_QUESTION_PARTS = (
    ("The question", ("kind", "list_name", "has_other", "name", "label", "hint")),
    ("Who is asked, and when", ("relevant", "agencies")),
    (
        "What answer will do",
        ("required", "required_message", "constraint", "constraint_message"),
    ),
    ("What it is measured against", ("standard", "weight")),
    (
        "Seldom needed",
        ("default", "calculation", "parameters", "choice_filter", "readonly", "appearance"),
    ),
)
_SECTION_PARTS = (
    ("The section", ("name", "label", "hint")),
    ("Who is asked, and when", ("relevant", "agencies", "is_repeated")),
    ("Seldom needed", ("weight", "appearance")),
)


def _sections(
    parts: Sequence[tuple[str, tuple[str, ...]]], further: tuple[str, ...]
) -> tuple[Section, ...]:
    found = [Section(legend, fields) for legend, fields in parts]
    return (*found, Section("Other columns", further)) if further else tuple(found)


def _offer(field: Field, choices: list[tuple[str, str]], now: str) -> None:
    """The choices, and what stands there now even where it is none of them."""
    if now and now not in dict(choices):
        choices = [*choices, (now, f"{now} (not known)")]
    field.choices = [("", "Choose one"), *choices]  # type: ignore[attr-defined]


def field_name(heading: str) -> str:
    """The name of the field of a column that has none of its own: headings may hold anything."""
    return f"column_{zlib.crc32(heading.encode()):08x}"


def _further(headings: Sequence[str], own: Sequence[str]) -> dict[str, str]:
    """Field to heading, of the columns that no field is for."""
    return {field_name(one): one for one in headings if one not in own}


def _with_columns(form: type[forms.Form], headings: Sequence[str], **more: Any) -> Any:
    own = (*TEXT_COLUMNS, "type", "required", "repeat_count")
    further = _further(headings, own)
    fields = {name: _several(heading) for name, heading in further.items()}
    return type(form.__name__, (form,), {**fields, "further": further, **more})


def _text_cells(form: Any) -> dict[str, str]:
    data = form.cleaned_data
    cells = {name: data[name] for name in TEXT_COLUMNS if name in data}
    return cells | {heading: data[name] for name, heading in form.further.items()}


def _question_values(line: Line, further: Mapping[str, str]) -> dict[str, Any]:
    required = line["required"]
    plain = required.lower()
    whether = NO if plain in _SAID_NO else YES if plain in _SAID_YES else WHEN
    return {
        **{name: line[name] for name in TEXT_COLUMNS},
        **{name: line[heading] for name, heading in further.items()},
        "kind": line.kind,
        "list_name": line.list_name,
        "has_other": line.has_other,
        "required": whether,
        "required_when": required if whether == WHEN else "",
    }


def _section_values(line: Line, further: Mapping[str, str]) -> dict[str, Any]:
    names = [name for name in TEXT_COLUMNS if name in SectionFields.base_fields]
    return {
        **{name: line[name] for name in names},
        **{name: line[heading] for name, heading in further.items()},
        "is_repeated": line.is_repeated,
        "repeat_count": line["repeat_count"],
    }


def question_form(drafted: Drafted, key: int | None) -> Any:
    """The class of form for a question of this draft; a new one without a key."""
    form = QuestionFields if key is None else QuestionForm
    return _with_columns(form, drafted.headings(SURVEY), key=key or 0)


def section_form(drafted: Drafted, key: int | None) -> Any:
    """The class of form for a section of this draft; a new one without a key."""
    form = SectionFields if key is None else SectionForm
    worded = [one for one in drafted.headings(SURVEY) if "::" in one]
    return _with_columns(form, worded, key=key or 0)


# --- lists of choices ---------------------------------------------------------------------------

_NEW = 4
_CHOICE = ("name", "label", "score", "descriptor")


def _choice_field(column: str, *, required: bool) -> Field:
    match column:
        case "name":
            return forms.TextField("Name", required=required, longest=LONGEST_NAME, look=CODE)
        case "label":
            return forms.TextField("In words", required=False, longest=_CELL)
        case "score":
            return _cell("Score", look=Look(width=5))
        case "place":
            return forms.WholeNumberField("Place in the list", required=False, most=9_999)
        case "descriptor":
            return _several("Descriptor", "What an auditor must have seen to give this.")
        case _:
            return _several(column)


class ListFields(forms.Form):
    """A list of choices: those that it has, and a few blank ones. Made by `list_form`."""

    code = "instruments.ListForm"
    # The list's own name, its choices' keys, and field to heading of the further columns.
    of: ClassVar[str] = ""
    keys: ClassVar[tuple[int, ...]] = ()
    further: ClassVar[dict[str, str]] = {}
    list_name = forms.TextField(
        "Name of the list",
        hint="Short, with no spaces. Questions call it so.",
        longest=LONGEST_NAME,
        look=CODE,
    )

    def clean_list_name(self) -> str:
        """Spaces part the words of a type, so a name has none."""
        given = str(self.cleaned_data["list_name"])
        if re.search(r"\s", given):
            raise ValidationError("The name of the list must have no spaces", code="invalid")
        return given

    @property
    def sections(self) -> tuple[Section, ...]:  # type: ignore[override]
        """One for each choice."""
        columns = (*_CHOICE, *self.further)
        standing = [
            Section(
                f"Choice {number}",
                (*(f"{one}_{key}" for one in columns), f"place_{key}", f"remove_{key}"),
            )
            for number, key in enumerate(self.keys, start=1)
        ]
        new = [
            Section(f"New choice {number}", tuple(f"{one}_new{number}" for one in columns))
            for number in range(1, _NEW + 1)
        ]
        return (*standing, *new)

    def clean(self) -> dict[str, Any]:
        """What is filled in of a new choice needs a name; a list needs a choice."""
        data = super().clean() or self.cleaned_data
        for number in range(1, _NEW + 1):
            given = self._given(f"new{number}")
            if any(given.values()) and not given["name"]:
                self.add_error(f"name_new{number}", "Enter the name of this choice")
        return data

    def _given(self, mark: str) -> dict[str, str]:
        data = self.cleaned_data
        cells = {one: str(data.get(f"{one}_{mark}") or "") for one in _CHOICE}
        further = {heading: f"{name}_{mark}" for name, heading in self.further.items()}
        return cells | {heading: str(data.get(name) or "") for heading, name in further.items()}

    def rows(self) -> list[tuple[int | None, dict[str, str]]]:
        """The choices in order, with the keys of those that were there."""
        kept = [key for key in self.keys if not self.cleaned_data.get(f"remove_{key}")]
        places = {key: n for n, key in enumerate(self.keys, start=1)}

        def place(key: int) -> tuple[int, int]:
            given = self.cleaned_data.get(f"place_{key}")
            return (places[key] if given is None else given, places[key])

        found: list[tuple[int | None, dict[str, str]]] = [
            (key, self._given(str(key))) for key in sorted(kept, key=place)
        ]
        new = (self._given(f"new{number}") for number in range(1, _NEW + 1))
        return found + [(None, cells) for cells in new if cells["name"]]


class ListForm(EditForm, ListFields):
    """A list as it stands."""

    @classmethod
    def initial_of(cls, record: Model) -> dict[str, Any]:
        """As the sheet says; nothing once the list is gone."""
        lines = drafted_of(record).list_of(cls.of)
        found: dict[str, Any] = {"list_name": cls.of} if lines else {}
        for number, line in enumerate(lines, start=1):
            if line.key not in cls.keys:
                continue
            found |= {f"{one}_{line.key}": line[one] for one in _CHOICE}
            found |= {f"{name}_{line.key}": line[head] for name, head in cls.further.items()}
            found |= {f"place_{line.key}": number, f"remove_{line.key}": False}
        return found


def list_form(drafted: Drafted, name: str) -> Any:
    """The class of form for a list of this draft; a new one where the name is blank."""
    keys = tuple(one.key for one in drafted.list_of(name)) if name else ()
    further = _further(drafted.headings(CHOICES), (*_CHOICE, "list_name"))
    columns = (*_CHOICE, *further)
    fields: dict[str, Field] = {}
    for key in keys:
        for column in columns:
            field = _choice_field(further.get(column, column), required=column == "name")
            fields[f"{column}_{key}"] = field
        fields[f"place_{key}"] = _choice_field("place", required=False)
        fields[f"remove_{key}"] = forms.CheckboxField("Take this choice away")
    for number in range(1, _NEW + 1):
        for column in columns:
            fields[f"{column}_new{number}"] = _choice_field(
                further.get(column, column), required=False
            )
    form = ListForm if name else ListFields
    own = {
        "code": "instruments.ListForm" if name else "instruments.AddListForm",
        "of": name,
        "keys": keys,
        "further": further,
    }
    return type(form.__name__, (form,), {**fields, **own})
