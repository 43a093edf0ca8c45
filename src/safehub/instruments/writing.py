"""A tool as the sheets of an XLSForm, and sheets as a workbook: the way back from `read_tool`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import IO

import xlsxwriter

from safehub.foundation.documents.neutral import neutralised
from safehub.instruments.answers import plain
from safehub.instruments.expressions import Expression
from safehub.instruments.tools import (
    EVERYBODY,
    OTHER_SUFFIX,
    Audience,
    Choice,
    Question,
    Repeat,
    Scale,
    Section,
    Tool,
    Words,
)
from safehub.instruments.xlsform import COLUMNS
from safehub.instruments.xlsform.questions import OTHER_CHOICE, is_dynamic, quoted_source

Sheets = dict[str, list[list[str]]]
_Row = dict[str, str]

# A fixed date, so that the same sheets have the same bytes on any day.
_MADE_ON = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - a file property without a zone
_ALWAYS = {
    "survey": ("type", "name", "label"),
    "choices": ("list_name", "name", "label"),
    "settings": ("form_title", "form_id", "version"),
}
_ORDER = {name: position for position, name in enumerate(COLUMNS)}
_MEDIA = {"image", "audio", "video"}


def sheets_of(tool: Tool) -> Sheets:
    """The sheets from which `read_tool` reads this tool again: survey, choices, settings.

    Columns that would be blank are left out, but for those that a choice filter asks for and one
    for each language of the tool. Raises ValueError where two questions give the same list
    different choices.
    """
    settings = {"form_title": tool.title, "form_id": tool.form_id, "version": tool.version}
    if tool.default_language:
        settings["default_language"] = tool.default_language
    return {
        "survey": _table("survey", list(_survey(tool)), tool.languages, _unspoken(tool)),
        "choices": _table("choices", list(_choices(tool)), tool.languages, _filtered_by(tool)),
        "settings": _table("settings", [settings], ()),
    }


def _filtered_by(tool: Tool) -> set[str]:
    """The columns that choice filters ask for, whether or not any choice has something there."""
    return {
        name for item in tool.items if item.choice_filter for name in item.choice_filter.columns
    }


def _unspoken(tool: Tool) -> set[str]:
    """A column for each language in which nothing is said yet, so that it is not lost."""
    said = [section.words for section in tool.sections]
    for item in tool.items:
        said += [item.words, *(choice.words for choice in item.choices)]
    spoken = {language for words in said for _, language, _ in words}
    return {_heading("label", one) for one in tool.languages if one not in spoken}


def _table(
    sheet: str, rows: Sequence[_Row], languages: Sequence[str], more: Collection[str] = ()
) -> list[list[str]]:
    used = {name for row in rows for name, cell in row.items() if cell}
    used |= {*_ALWAYS[sheet], *more}

    def order(name: str) -> tuple[int, int, str]:
        column, _, language = name.removeprefix("media::").partition("::")
        known = COLUMNS[sheet]
        position = known.index(column) if column in known else len(known)
        return (position, languages.index(language) + 1 if language in languages else 0, name)

    names = sorted(used, key=order)
    return [names, *([row.get(name, "") for name in names] for row in rows)]


def _survey(tool: Tool) -> Iterator[_Row]:
    open_groups: list[Section] = []
    added = {item.name + OTHER_SUFFIX for item in tool.items if item.has_other}
    for part in tool.parts():
        parent = part.parent if isinstance(part, Section) else part.section
        while open_groups and open_groups[-1].name != parent:
            yield _end(open_groups.pop())
        if isinstance(part, Section):
            open_groups.append(part)
            yield _group(part)
        elif part.name not in added:
            yield _question(part)
    while open_groups:
        yield _end(open_groups.pop())


def _end(section: Section) -> _Row:
    return {"type": "end_repeat" if section.repeat else "end_group"}


def _group(section: Section) -> _Row:
    return {
        "type": "begin_repeat" if section.repeat else "begin_group",
        "name": section.name,
        "label": section.label,
        "hint": section.hint,
        "relevant": _source(section.relevant),
        "weight": _number(section.weight),
        "agencies": _agencies(section.audience),
        "appearance": section.appearance,
        **_counts(section.repeat),
        **_words(section.words),
    }


def _counts(repeat: Repeat | None) -> _Row:
    if repeat is None:
        return {}
    if repeat.count is None:
        return {"repeat_count": str(repeat.most)}
    return {"repeat_count": repeat.count.source, "parameters": f"most={repeat.most}"}


def _question(item: Question) -> _Row:
    required = _source(item.required)
    return {
        "type": " ".join(
            [item.type, *([item.list_name] if item.list_name else [])]
            + (["or_other"] if item.has_other else [])
        ),
        "name": item.name,
        "label": item.label,
        "hint": item.hint,
        "required": "yes" if required == "true()" else required,
        "required_message": item.required_message,
        "relevant": _source(item.condition),
        "constraint": _source(item.constraint),
        "constraint_message": item.constraint_message,
        "calculation": _source(item.calculation),
        "default": _default(item.default),
        "readonly": "yes" if item.is_read_only else "",
        "appearance": item.appearance,
        "choice_filter": _source(item.choice_filter),
        "parameters": _steps(item.scale),
        "weight": _number(item.weight),
        "standard": item.standard,
        "agencies": _agencies(item.audience),
        **_words(item.words),
    }


def _source(expression: Expression | None) -> str:
    return "" if expression is None else expression.source


def _number(number: Decimal | None) -> str:
    return "" if number is None else plain(number)


def _default(default: Expression | None) -> str:
    """The answer itself where the reader takes it for one, else the expression."""
    if default is None:
        return ""
    text = default.literal
    is_plain = text is not None and text and not is_dynamic(text)
    return text if text and is_plain and quoted_source(text) == default.source else default.source


def _steps(scale: Scale | None) -> str:
    if scale is None:
        return ""
    return f"start={plain(scale.start)} end={plain(scale.end)} step={plain(scale.step)}"


def _agencies(audience: Audience) -> str:
    """The codes with spaces between, or with commas where a code has a space itself."""
    if audience == EVERYBODY:
        return ""
    codes = sorted(audience.codes)
    if any(" " in code for code in codes):
        listed = ", ".join(codes) + ("," if len(codes) == 1 else "")
    else:
        listed = " ".join(codes)
    return f"not {listed}" if audience.is_without else listed


def _words(words: Words) -> _Row:
    return {_heading(column, language): text for column, language, text in words}


def _heading(column: str, language: str) -> str:
    heading = f"media::{column}" if column in _MEDIA else column
    return f"{heading}::{language}" if language else heading


def _choices(tool: Tool) -> Iterator[_Row]:
    for name, choices in _lists(tool).items():
        for choice in choices:
            yield {
                "list_name": name,
                "name": choice.name,
                "label": choice.label,
                "score": _number(choice.score),
                "descriptor": choice.descriptor,
                **_words(choice.words),
                **dict(choice.columns),
            }


def _lists(tool: Tool) -> dict[str, tuple[Choice, ...]]:
    """Each list as it stood before `or_other` added to it, in the order of their first use."""
    found: dict[str, tuple[Choice, ...]] = {}
    for item in _plain_first(item for item in tool.items if item.list_name):
        is_added = item.has_other and item.choices[-1:] == (OTHER_CHOICE,)
        kept = item.choices[:-1] if is_added else item.choices
        whole = found.setdefault(item.list_name, kept)
        if whole not in (kept, item.choices):
            raise ValueError(f"The list {item.list_name} has other choices at {item.name}.")
    return {name: found[name] for name in dict.fromkeys(i.list_name for i in tool.items) if name}


def _plain_first(items: Iterable[Question]) -> list[Question]:
    """A question without `or_other` shows whether the list had such a choice itself."""
    return sorted(items, key=lambda item: item.has_other)


def write_sheets(
    sheets: Mapping[str, Sequence[Sequence[str]]],
    file: Path | IO[bytes],
    *,
    is_neutralised: bool = False,
) -> None:
    """Write the sheets of a tool as a workbook, each cell as text.

    `is_neutralised` is for papers that say so: one apostrophe before what a spreadsheet program
    would act on.
    """
    target = str(file) if isinstance(file, Path) else file
    book = xlsxwriter.Workbook(target, {"strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"author": "Safehub", "created": _MADE_ON})
    bold = book.add_format({"bold": True})
    # PostgreSQL keeps no order of keys. A sheet that is not read holds nothing, and is written all
    # the same, so that the sheets which are read back are the same version of the tool.
    for name in sorted(sheets, key=lambda name: (name not in COLUMNS, _ORDER.get(name, 0), name)):
        sheet = book.add_worksheet(name)
        for number, row in enumerate(sheets[name]):
            for position, cell in enumerate(row):
                if cell:
                    text = neutralised(cell) if is_neutralised else cell
                    sheet.write_string(number, position, text, bold if number == 0 else None)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, 20, 24)
    book.close()
