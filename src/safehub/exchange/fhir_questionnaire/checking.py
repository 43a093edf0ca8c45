"""Whether a tool out of a Questionnaire is one that the product can hold.

The questions that a condition may ask are seen to with the item in hand; everything else by the
one reader of tools, to whom the tool is given as sheets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from safehub.foundation.mistakes import FileMistakes, Mistakes
from safehub.instruments.conditions import Written, with_known_references
from safehub.instruments.expressions import Expression
from safehub.instruments.tools import Question, Section, Tool
from safehub.instruments.writing import sheets_of
from safehub.instruments.xlsform import read_tool

_ROW = re.compile(r"sheet (\w+), row (\d+)(?:, column (.+))?\Z")


def settled(tool: Tool, links: Mapping[str, str], mistakes: FileMistakes, *, is_ours: bool) -> Tool:
    """The tool, ours as it was and others' as sheets say it; tells mistakes with their items.

    `links` leads from the name of a question to its linkId.
    """
    checked = with_known_references(tool, list(_written(tool, links)), mistakes)
    if mistakes.any:
        return checked
    sheets = sheets_of(tool)
    found = Mistakes()
    again = read_tool(sheets, tool.title, found.of("sheets"))
    for mistake in found:
        mistakes.add(_place(mistake.place, sheets, links), mistake.found, mistake.wanted)
    return checked if is_ours or again is None else again


def _written(tool: Tool, links: Mapping[str, str]) -> Iterator[Written]:
    """Every expression of the tool, with the item that it stands on."""
    for section in tool.sections:
        repeat = _repeat(tool, section)
        count = section.repeat.count if section.repeat is not None else None
        for part, expression in (("enableWhen", section.relevant), ("repeat-count", count)):
            if expression is not None:
                yield Written(expression, f"item {section.name}, {part}", repeat)
    for item in tool.items:
        for part, expression in _expressions(item):
            place = f"item {links.get(item.name, item.name)}, {part}"
            yield Written(expression, place, item.repeat)


def _expressions(item: Question) -> Iterator[tuple[str, Expression]]:
    for part, expression in (
        ("enableWhen", item.condition),
        ("required", item.required),
        ("constraint", item.constraint),
        ("choice-filter", item.choice_filter),
        ("calculation", item.calculation),
        ("default", item.default),
    ):
        if expression is not None:
            yield part, expression


def _repeat(tool: Tool, section: Section) -> str | None:
    """The repeated group that the section is in, or is."""
    around: Section | None = section
    while around is not None and around.repeat is None:
        around = tool.by_section.get(around.parent or "")
    return around.name if around is not None else None


def _place(
    place: str, sheets: Mapping[str, Sequence[Sequence[str]]], links: Mapping[str, str]
) -> str:
    """The item that stands in this row of a sheet, in words of the Questionnaire."""
    match = _ROW.match(place)
    if match is None:
        return place
    rows = sheets.get(match[1], ())
    number = int(match[2]) - 1
    if match[1] == "settings" or not 0 < number < len(rows):
        return match[3] or ""
    row = dict(zip(rows[0], rows[number], strict=False))
    if match[1] == "choices":
        return f"choice {row.get('name', '')} of {row.get('list_name', '')}, {match[3]}"
    name = row.get("name", "")
    return f"item {links.get(name, name)}, {match[3]}"
