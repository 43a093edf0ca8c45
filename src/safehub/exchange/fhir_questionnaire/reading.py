"""A FHIR R4 Questionnaire as a tool: ours back to an equal one, others' where a tool can say it."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

from safehub.exchange.fhir_questionnaire.building import Builder
from safehub.exchange.fhir_questionnaire.checking import settled
from safehub.exchange.fhir_questionnaire.elements import Element
from safehub.exchange.fhir_questionnaire.items import Items
from safehub.exchange.fhir_questionnaire.languages import name_of
from safehub.exchange.fhir_questionnaire.parsing import parsed
from safehub.exchange.fhir_questionnaire.parts import sets_of
from safehub.exchange.fhir_questionnaire.vocabulary import CANONICAL, OURS
from safehub.exchange.fhir_questionnaire.writing import walked, write_questionnaire
from safehub.foundation.mistakes import FileMistakes
from safehub.instruments.tools import Tool

MOST_LANGUAGES = 40
_ABOUT = (
    *("date", "publisher", "contact", "description", "purpose", "useContext", "jurisdiction"),
    *("copyright", "approvalDate", "lastReviewDate", "effectivePeriod", "identifier"),
    *("experimental", "code", "implicitRules"),
)
_NOT_COMPARED = {"item", "id", "code", "definition", "_text", "answerOption"}


def read_questionnaire(data: bytes, mistakes: FileMistakes) -> Tool | None:
    """The tool in these bytes (JSON or XML), or None and every reason why it cannot be one.

    What says nothing of the questions, such as a publisher, is left out with a remark.
    """
    resource = parsed(data, mistakes)
    if resource is None:
        return None
    tool = _Reader(resource, mistakes).tool()
    return None if mistakes.any else tool


class _Reader:
    def __init__(self, resource: dict[str, Any], mistakes: FileMistakes) -> None:
        self._resource, self._mistakes = resource, mistakes
        self._root = Element(resource, "", mistakes)
        self._languages: dict[str, str] = {}
        self._listed: list[str] = []

    def tool(self) -> Tool | None:
        root = self._root
        root.drop("resourceType", "meta", "text", "status", "subjectType", "language")
        is_ours = root.own("tool") == "1"
        self._read_languages()
        default_language = root.own("default-language")
        items = Items(sets_of(root.elements("contained")), self._named)
        items.take(root.elements("item"))
        builder = Builder(items, self._named)
        builder.build()
        # Where an item was refused there was a question, so this would send its writer astray.
        if not builder.questions and not self._mistakes.any:
            root.refuse("item", "", "at least one question")
        identity = self._identity()
        root.leave(*_ABOUT, why="a tool has a title, a form id and a version")
        root.leave("derivedFrom", why="a tool stands for itself")
        root.finish()
        self._tell_names(items)
        if self._mistakes.any:
            return None
        tool = Tool(
            *identity,
            sections=tuple(builder.sections),
            items=tuple(builder.questions),
            languages=tuple(self._listed if is_ours else sorted(self._listed)),
            default_language=default_language,
        )
        links = {entry.name: entry.link for entry in items.entries if entry.kind is not None}
        tool = settled(tool, links, self._mistakes, is_ours=is_ours)
        if is_ours and not self._mistakes.any:
            self._compare(tool)
        return tool

    def _identity(self) -> tuple[str, str, str]:
        """Title, form id and version."""
        root = self._root
        url, version, title = root.text("url"), root.text("version"), root.text("title")
        name = root.text("name")
        if url.startswith(CANONICAL):
            form_id = unquote(url[len(CANONICAL) :])
        else:
            form_id = name or str(self._resource.get("id") or "tool")
        return title or form_id, form_id, version or "1"

    def _read_languages(self) -> None:
        for one in self._root.all_of(f"{OURS}language"):
            parts = dict(one.parts())
            one.finish()
            self._languages[str(parts.get("code", ""))] = str(parts.get("name", ""))
            if parts.get("listed") is True:
                self._listed.append(str(parts.get("name", "")))

    def _named(self, code: str) -> str:
        """The language of this code as a sheet calls it."""
        if code not in self._languages and len(self._languages) >= MOST_LANGUAGES:
            wanted = f"translations into at most {MOST_LANGUAGES} languages"
            self._root.refuse("translation", "one more language", wanted)
        elif code not in self._languages:
            self._languages[code] = name_of(code)
            self._listed.append(self._languages[code])
        return self._languages.get(code, code)

    def _tell_names(self, items: Items) -> None:
        if not items.renamed:
            return
        shown = ", ".join(f"{link} is {name}" for link, name in items.renamed[:5])
        more = len(items.renamed) - 5
        text = f"linkIds that are no names are written as names: {shown}"
        self._root.remark(f"{text}, and {more} more" if more > 0 else text)

    def _compare(self, tool: Tool) -> None:
        """A file of ours says some things twice, for others and for itself: both must agree."""
        written = json.loads(json.dumps(write_questionnaire(tool)), parse_float=Decimal)
        ours = {item["linkId"]: item for item in walked(written.get("item", ()))}
        for item in walked(self._resource.get("item", ())):
            again = ours.get(item["linkId"], {})
            for key in sorted((item.keys() | again.keys()) - _NOT_COMPARED):
                if _plain(item.get(key)) != _plain(again.get(key)):
                    wanted = (
                        "what the extensions of Safehub on this item say: "
                        "change both or take the extension out"
                    )
                    self._mistakes.add(f"item {item['linkId']}, {key}", _shown(item, key), wanted)
            if _selected(item) != _selected(again):
                wanted = "the choices that the default of Safehub's extension names"
                place = f"item {item['linkId']}, initialSelected"
                self._mistakes.add(place, " ".join(_selected(item)), wanted)


def _shown(item: dict[str, Any], key: str) -> str:
    value = item.get(key)
    return "" if value is None else json.dumps(value, default=str)


def _selected(item: dict[str, Any]) -> list[str]:
    return [
        str(option.get("valueCoding", {}).get("code"))
        for option in item.get("answerOption", ())
        if option.get("initialSelected")
    ]


def _plain(value: Any) -> Any:
    """The value without the order of its extensions, which means nothing."""
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list):
        parts = [_plain(part) for part in value]
        if all(isinstance(part, dict) and "url" in part for part in parts):
            return sorted(parts, key=lambda part: (part["url"], str(part)))
        return parts
    return value
