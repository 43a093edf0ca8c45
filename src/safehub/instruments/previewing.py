"""A tool's questions as fields of the ground, to be looked at: nothing is kept."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from safehub.foundation.govuk import forms
from safehub.foundation.govuk.macros import govuk
from safehub.instruments.fields import fields_of
from safehub.instruments.tools import Question, QuestionType, Section, Tool


@dataclass(frozen=True)
class Shown:
    """One question: its drawn field, or the words of a note, and what bears on it."""

    question: Question
    field: Markup
    bearing: tuple[str, ...] = ()


@dataclass(frozen=True)
class ShownSection:
    """A section and what stands in it before the next begins; blank outside any."""

    section: Section | None
    depth: int
    shown: tuple[Shown, ...]


def preview(tool: Tool, agency: str) -> list[ShownSection]:
    """All that this agency is asked, in order; a blank code is asked everything."""
    seen = tool.for_agency(agency)
    of = {one.name: fields_of(one, f"q{number}") for number, one in enumerate(seen.items)}
    asked = [of[one.name] for one in seen.items if one.is_asked]
    fields = {name: field for each in asked for name, field in each.items()}
    form: forms.Form = type("PreviewForm", (forms.Form,), fields)(prefix="preview")
    parts: list[ShownSection] = []
    for section in (None, *seen.sections):
        name = section.name if section is not None else None
        within = tuple(
            Shown(one, _drawn(form, one, list(of[one.name])), tuple(bearing_on(one)))
            for one in seen.items
            if one.section == name
        )
        if section is not None or within:
            parts.append(ShownSection(section, _depth(seen, section), within))
    return parts


def _drawn(form: forms.Form, question: Question, names: list[str]) -> Markup:
    """The fields of a question; nothing for what asks nothing."""
    drawn = Markup("\n").join(form[name].as_govuk() for name in names if name in form.fields)
    if not drawn or question.type is not QuestionType.RANK:
        return drawn
    legend = {"text": question.label, "classes": "govuk-fieldset__legend--s"}
    return govuk("fieldset", {"legend": legend, "html": drawn})


def _depth(tool: Tool, section: Section | None) -> int:
    depth = 0
    while section is not None and section.parent:
        section = tool.by_section.get(section.parent)
        depth += 1
    return depth


def bearing_on(question: Question) -> list[str]:
    """Conditions and the like, in words."""
    said = []
    if question.condition is not None:
        said.append(f"Asked only where {question.condition.source}")
    if question.constraint is not None:
        told = question.constraint_message or question.constraint.source
        said.append(f"An answer will do only where: {told}")
    if question.calculation is not None:
        said.append(f"Worked out as {question.calculation.source}")
    if question.is_read_only:
        said.append("Only shown, and not answered")
    if question.choice_filter is not None:
        said.append(f"Offers only choices where {question.choice_filter.source}")
    if question.weight is not None:
        said.append(f"Weight {question.weight}")
    if question.standard:
        said.append(f"Standard: {question.standard}")
    return said
