"""Ready-made audit tools, to be loaded as a first draft and changed as a board sees fit.

Each is a file of YAML beside this module, in our own words. Its keys are columns of an XLSForm; a
section's `standard` is that of each of its questions which names none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

_VERSION = "1"
_USUAL_TYPE = "select_one yes_no_na"
_CODES = (
    *("front_door", "domestic_abuse", "neglect", "childs_journey"),
    *("file_audit", "gp_return", "section_11"),
)
SURVEY = (
    *("type", "name", "label", "hint", "required", "relevant", "constraint", "constraint_message"),
    *("calculation", "appearance", "parameters", "weight", "standard"),
)
CHOICES = ("list_name", "name", "label", "score", "descriptor")

Cells = list[list[str]]


@dataclass(frozen=True)
class Ready:
    """What a list of ready-made tools says of one: what it is for, and what it rests on."""

    code: str
    title: str
    about: str
    sources: tuple[str, ...]


def ready_tools() -> tuple[Ready, ...]:
    """Every ready-made tool, in the order in which a board is likely to want them."""
    return tuple(_ready(code) for code in _CODES)


def sheets_of_ready(code: str) -> dict[str, Cells]:
    """The tool of this code as the sheets of an XLSForm. Raises KeyError where there is none."""
    if code not in _CODES:
        raise KeyError(code)
    tool = _file(code)
    survey = [list(SURVEY), *_survey(tool["sections"])]
    used = {row[0].partition(" ")[2] for row in survey[1:]} - {""}
    lists = {**_file("lists"), **tool.get("lists", {})}
    choices = [list(CHOICES), *_choices({name: lists[name] for name in lists if name in used})]
    settings = [["form_title", "form_id", "version"], [tool["title"], code, _VERSION]]
    return {"survey": survey, "choices": choices, "settings": settings}


def _ready(code: str) -> Ready:
    tool = _file(code)
    return Ready(code, tool["title"], tool["about"].strip(), tuple(tool["sources"]))


def _survey(sections: list[dict[str, Any]]) -> Iterator[list[str]]:
    for section in sections:
        standard, questions = section.get("standard", ""), section["questions"]
        group = {key: value for key, value in section.items() if key in SURVEY}
        yield _row(SURVEY, group | {"type": "begin_group", "standard": ""})
        for question in questions:
            asks = question.get("type", _USUAL_TYPE)
            rests_on = question.get("standard", standard)
            yield _row(SURVEY, question | {"type": asks, "standard": rests_on})
        yield _row(SURVEY, {"type": "end_group"})


def _choices(lists: Mapping[str, list[dict[str, Any]]]) -> Iterator[list[str]]:
    for name, choices in lists.items():
        for choice in choices:
            yield _row(CHOICES, choice | {"list_name": name})


def _row(columns: tuple[str, ...], cells: Mapping[str, str]) -> list[str]:
    unknown = cells.keys() - set(columns)
    if unknown:
        raise ValueError(f"{', '.join(sorted(unknown))}: no column of a ready-made tool")
    return [cells.get(column, "").strip() for column in columns]


@cache
def _file(name: str) -> Any:
    """The file, in which every word is text: `yes` and `1` are what a sheet would hold."""
    text = resources.files(__name__).joinpath(f"{name}.yaml").read_text(encoding="utf-8")
    return _plain(yaml.compose(text, yaml.CSafeLoader))


def _plain(node: Any) -> Any:
    if isinstance(node, yaml.MappingNode):
        return {_plain(key): _plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_plain(part) for part in node.value]
    return node.value
