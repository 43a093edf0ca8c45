"""Two people edited one record: what each changed, by field, and what can be put together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, QuerySet
from django.forms import BaseForm, ChoiceField, Field, FileField, ModelChoiceField, MultiValueField

from safehub.foundation.submissions.originals import Original, Plain, plain

MINE = "mine"
THEIRS = "theirs"


@dataclass(frozen=True)
class Difference:
    """A field in which the two sides differ. `kept` is mine or theirs, or blank: to be chosen."""

    name: str
    label: str
    mine: str
    theirs: str
    kept: str


@dataclass(frozen=True)
class Merge:
    """What the form would hold with both sides' changes, and where the sides differ.

    `values` has my own value for a field that both changed, until a side is chosen.
    """

    values: Mapping[str, Any]
    differences: list[Difference] = field(default_factory=list)

    @property
    def clashes(self) -> tuple[str, ...]:
        """The fields that wait for a choice."""
        return tuple(one.name for one in self.differences if not one.kept)


def edited_fields(form: BaseForm, current: Mapping[str, Any]) -> list[str]:
    """The fields that are compared: those of the record. A file is never merged."""
    return [
        name
        for name, one in form.fields.items()
        if name in current and not isinstance(one, FileField) and not one.disabled
    ]


def plain_values(form: BaseForm, values: Mapping[str, Any]) -> dict[str, Plain]:
    """The compared fields, each in the plain words that originals are kept in."""
    return {name: plain(values[name]) for name in edited_fields(form, values)}


def merged(
    form: BaseForm,
    *,
    original: Original | None,
    current: Mapping[str, Any],
    choices: Mapping[str, str],
) -> Merge:
    """Put the valid form and the record as it is now together, field by field.

    A field that one side alone changed is that side's; where both did, `choices` says whose. With
    no original nothing can be told apart, and every field that differs waits for a choice.
    """
    values = dict(form.cleaned_data)
    differences = []
    for name in edited_fields(form, current):
        mine, theirs = plain(values[name]), plain(current[name])
        if mine == theirs:
            continue
        kept = _kept(name, mine, theirs, original, choices)
        differences.append(
            Difference(
                name=name,
                label=str(form[name].label),
                mine=in_words(form.fields[name], values[name]),
                theirs=in_words(form.fields[name], current[name]),
                kept=kept,
            )
        )
        if kept == THEIRS:
            values[name] = as_cleaned(form.fields[name], current[name])
    return Merge(values, differences)


def _kept(
    name: str, mine: Plain, theirs: Plain, original: Original | None, choices: Mapping[str, str]
) -> str:
    chosen = choices.get(name, "")
    if original is None or name not in original.values:
        return chosen
    before = original.values[name]
    if name in original.clashes:
        # A choice holds for what it was made between: if they changed it again, it is asked again.
        return chosen if theirs == before else ""
    if theirs == before:
        return MINE
    return THEIRS if mine == before else chosen if name in original.clashes else ""


def as_cleaned(one: Field, value: Any) -> Any:
    """A value of the record as the form itself would have given it after cleaning."""
    if isinstance(one, MultiValueField):
        return one.clean(one.widget.decompress(value))
    if isinstance(value, Model | QuerySet) or hasattr(value, "all"):
        return one.clean(one.prepare_value(value))
    return value


def in_words(one: Field, value: Any) -> str:
    """A value as the two sides are shown it."""
    if hasattr(value, "all"):
        value = value.all()
    if isinstance(value, list | tuple | set | QuerySet):
        return ", ".join(in_words(one, each) for each in value) or _NOTHING
    if value is None or value == "":
        return _NOTHING
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(one, ModelChoiceField) and isinstance(value, Model):
        return one.label_from_instance(value)
    if isinstance(one, ChoiceField):
        return _label_of(one, value)
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return f"{value.day} {value:%B %Y}"
    return str(value)


_NOTHING = "nothing"


def _label_of(one: ChoiceField, value: Any) -> str:
    for key, label in list(one.choices):  # type: ignore[arg-type]
        pairs = label if isinstance(label, list | tuple) else [(key, label)]
        for each, words in pairs:
            if str(each) == str(value):
                return str(words)
    return str(value)
