"""Reading an audit tool from the sheets of an XLSForm.

What this version does not support is refused with sheet, row and column, and never ignored.
Source: XLSForm reference (survey, choices and settings worksheets).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from safehub.foundation.mistakes import FileMistakes
from safehub.instruments.conditions import with_known_references
from safehub.instruments.tools import Tool
from safehub.instruments.xlsform.cells import COLUMNS, Cells, Line, languages_of, lines_of
from safehub.instruments.xlsform.lists import Lists
from safehub.instruments.xlsform.questions import FRAME_PREFIX, RESERVED
from safehub.instruments.xlsform.survey import Survey

__all__ = ["COLUMNS", "FRAME_PREFIX", "RESERVED", "Cells", "read_tool"]


def read_tool(sheets: Mapping[str, Cells], title: str, mistakes: FileMistakes) -> Tool | None:
    """The tool in these sheets (rows of trimmed text, headings first); None without a survey.

    `title` names the tool where the settings do not.
    """
    _refuse_other_sheets(sheets, mistakes)
    if not any(any(row) for row in sheets.get("survey", ())):
        mistakes.add("sheet survey", "", "a sheet of questions")
        return None
    choices = lines_of("choices", sheets.get("choices", ()), mistakes)
    survey_lines = lines_of("survey", sheets["survey"], mistakes)
    settings = _settings(lines_of("settings", sheets.get("settings", ()), mistakes), mistakes)
    default_language = settings.get("default_language", "")
    languages = languages_of(sheets, default_language)
    _check_language(default_language, languages, survey_lines, mistakes)
    headings = next(iter(sheets.get("choices", ())), ())
    lists = Lists(choices, languages, headings, mistakes)
    survey = Survey(lists, languages, mistakes)
    survey.prepare(survey_lines)
    for line in survey_lines:
        survey.take(line)
    survey.finish()
    tool = Tool(
        title=settings.get("form_title") or title,
        form_id=settings.get("form_id") or "tool",
        version=settings.get("version") or "1",
        sections=tuple(survey.sections),
        items=tuple(survey.items),
        names_certain=survey.names_certain,
        languages=languages,
        default_language=default_language,
    )
    return with_known_references(tool, survey.written, mistakes)


def _refuse_other_sheets(sheets: Mapping[str, Cells], mistakes: FileMistakes) -> None:
    for name, rows in sheets.items():
        if name not in COLUMNS and any(any(row) for row in rows):
            mistakes.add(f"sheet {name}", "a sheet", "only the sheets survey, choices and settings")


def _settings(lines: list[Line], mistakes: FileMistakes) -> dict[str, str]:
    for line in lines[1:]:
        place = f"sheet settings, row {line.number}"
        mistakes.add(place, "a further row", "one row of settings")
    return dict(lines[0].cells) if lines else {}


def _check_language(
    default: str, languages: Sequence[str], survey: Sequence[Line], mistakes: FileMistakes
) -> None:
    """The language that is shown first is one in which the questions are written."""
    unnamed = any("label" in line.cells for line in survey)
    if default and languages and default not in languages and not unnamed:
        place = "sheet settings, row 2, column default_language"
        mistakes.add(place, default, " or ".join(languages))
