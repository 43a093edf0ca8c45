"""The items of a Questionnaire in order, each with the name that it gets in a tool."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from safehub.exchange.fhir_questionnaire.conditions import Asked
from safehub.exchange.fhir_questionnaire.elements import Element
from safehub.exchange.fhir_questionnaire.options import (
    YES_NO,
    Named,
    Options,
    options_of,
    words_of,
)
from safehub.exchange.fhir_questionnaire.vocabulary import (
    HIDDEN,
    ITEM_CONTROL,
    MAX,
    MIN,
    SAID_BY_US,
    STEP,
)
from safehub.instruments.tools import NO, YES, QuestionType, Words
from safehub.instruments.xlsform import FRAME_PREFIX, RESERVED

# A chain of conditions costs the square of its length to check.
MOST_ITEMS = 1_000
_DEEPEST = 20
_GROUP = "group."
_ASIDE = {"help", "flyover", "prompt", "unit", "lower", "upper"}
_TYPES = {
    "boolean": QuestionType.SELECT_ONE,
    "decimal": QuestionType.DECIMAL,
    "integer": QuestionType.INTEGER,
    "date": QuestionType.DATE,
    "dateTime": QuestionType.DATETIME,
    "time": QuestionType.TIME,
    "string": QuestionType.TEXT,
    "text": QuestionType.TEXT,
    "choice": QuestionType.SELECT_ONE,
    "open-choice": QuestionType.SELECT_ONE,
    "attachment": QuestionType.FILE,
    "display": QuestionType.NOTE,
}
_NOTHING_UNDER = {QuestionType.NOTE, QuestionType.SELECT_MULTIPLE, QuestionType.RANK}
_INSTEAD = {
    "quantity": "decimal, with the unit in the text",
    "reference": "string or choice, for a tool leads to no other record",
    "url": "string",
    "question": "the type of answer that is wanted",
    "coding": "choice (R5 calls it coding)",
}


@dataclass
class Entry:
    """One item on its way to a section or a question.

    `kind` is None for a group; `after` are the questions that it stood under; `code` is its FHIR
    type and `control` the way in which it is to be shown.
    """

    element: Element
    link: str
    name: str
    section: str | None
    kind: QuestionType | None
    code: str
    control: str = ""
    after: tuple[str, ...] = ()
    hint: str = ""
    hint_words: Words = ()
    options: Options = field(default_factory=Options)
    is_open: bool = False

    @property
    def asked(self) -> Asked:
        """The question as a condition sees it."""
        kind = self.kind if self.kind is not None else QuestionType.NOTE
        return Asked(self.name, kind, self.options.codes)


class Items:
    """Goes through the items and keeps what it has found, in order."""

    def __init__(self, sets: Mapping[str, Element], named: Named) -> None:
        self._sets, self._named = sets, named
        self.entries: list[Entry] = []
        self.by_link: dict[str, Entry] = {}
        self._names: dict[tuple[bool, str], str] = {}
        self._count = 0
        self.renamed: list[tuple[str, str]] = []

    def take(
        self,
        items: list[Element],
        section: str | None = None,
        after: tuple[str, ...] = (),
        depth: int = 1,
    ) -> None:
        """Take these items and all within them."""
        for item in items:
            self._count += 1
            if self._count > MOST_ITEMS:
                item.refuse("", "one more item", f"at most {MOST_ITEMS:,} items")
                return
            if depth > _DEEPEST:
                item.refuse("", "items nested without end", f"at most {_DEEPEST} levels")
                return
            self._item(item, section, after, depth)

    def _item(self, item: Element, section: str | None, after: tuple[str, ...], depth: int) -> None:
        link, code = item.text("linkId"), item.text("type")
        if not link:
            item.refuse("linkId", "", "a linkId")
            return
        item.place = f"item {link}"
        if code != "group" and code not in _TYPES:
            item.refuse("type", code, _INSTEAD.get(code, f"group or {', '.join(_TYPES)}"))
            return
        is_group = code == "group"
        entry = Entry(
            item, link, self._name(item, link, is_group=is_group), section, None, code, after=after
        )
        entry.control = control_of(item)
        if link in self.by_link:
            item.refuse("linkId", f"{link} again", "each linkId once")
            return
        self.by_link[link] = entry
        children = item.elements("item")
        if not is_group:
            entry.kind = self._kind(entry)
            self._offer(entry)
        self.entries.append(entry)
        rest = self._asides(entry, children, is_group=is_group)
        if is_group:
            self.take(rest, entry.name, (), depth + 1)
        elif rest and entry.kind in _NOTHING_UNDER:
            self.refuse_children(entry, rest)
        else:
            self.take(rest, section, (*after, entry.name), depth + 1)

    @staticmethod
    def refuse_children(entry: Entry, rest: list[Element]) -> None:
        """What stands under each of several answers, or under a text that nobody answers."""
        entry.element.refuse(
            "item", f"{len(rest)} items under it", "items beside it, or in a group"
        )

    def _asides(self, entry: Entry, children: list[Element], *, is_group: bool) -> list[Element]:
        """Take the texts that help with an item as its hint; the items that are left."""
        rest = []
        for child in children:
            control = control_of(child) if child.has("type") else ""
            is_display = child.peek("type") == "display"
            placeholder = is_display and child.own("placeholder")
            if not is_display or (is_group and control not in _ASIDE and not placeholder):
                child.control = control
                rest.append(child)
                continue
            child.place = f"item {child.text('linkId')}"
            child.drop("type")
            text = child.text("text")
            words = words_of(child.beside("text"), "hint", self._named)
            child.finish()
            if placeholder:
                continue
            entry.hint = f"{entry.hint} {text}".strip()
            entry.hint_words += words
        return rest

    # --- names -----------------------------------------------------------------------------------

    def _name(self, item: Element, link: str, *, is_group: bool) -> str:
        """The linkId as a name of XML, which nothing else has."""
        plain = link.removeprefix(_GROUP) if is_group else link
        name = (item.own("name") if is_group else "") or xml_name(plain)
        if not is_group and (name in RESERVED or name.startswith(FRAME_PREFIX)):
            name = f"q_{name}"
        other = self._names.setdefault((is_group, name), link)
        if other != link:
            wanted = f"a linkId that is not also written {name}, as {other} is"
            item.refuse("linkId", link, wanted)
        if name != plain:
            self.renamed.append((link, name))
        return name

    # --- kinds -----------------------------------------------------------------------------------

    def _kind(self, entry: Entry) -> QuestionType:
        item, kind = entry.element, _TYPES[entry.code]
        own = item.own("type")
        if own and own not in {one.value for one in SAID_BY_US}:
            item.refuse("type", own, "a type of question")
        elif own:
            kind = QuestionType(own)
        hidden = item.said(HIDDEN, "Boolean")
        if hidden and kind is not QuestionType.CALCULATE:
            wanted = "an item that is shown: nobody could answer this one"
            item.refuse("questionnaire-hidden", "true", wanted)
        if kind is not QuestionType.RANK and item.peek("repeats") is True:
            if entry.code in {"choice", "open-choice"}:
                item.drop("repeats")
                return QuestionType.SELECT_MULTIPLE
            item.drop("repeats")
            wanted = "one answer: put the question into a group that repeats"
            item.refuse("repeats", "true", wanted)
        if entry.control == "slider" and kind in {QuestionType.INTEGER, QuestionType.DECIMAL}:
            if item.has_extension(MIN) and item.has_extension(MAX):
                return QuestionType.RANGE
            item.remark("slider not kept: it has no ends (minValue, maxValue)")
            item.all_of(STEP)
        if kind is QuestionType.RANK:
            item.drop("repeats")
        return kind

    def _offer(self, entry: Entry) -> None:
        item = entry.element
        entry.is_open = entry.code == "open-choice"
        if entry.kind is None:
            return
        if entry.code in {"choice", "open-choice"}:
            entry.options = options_of(item, entry.kind, self._sets, self._named)
        elif entry.code == "boolean" and entry.kind is QuestionType.SELECT_ONE:
            entry.options = Options(list(YES_NO), {("", "true"): YES, ("", "false"): NO})


def control_of(item: Element) -> str:
    """The one way in which the item is to be shown, where it is told; else blank."""
    if item.control:
        return item.control
    one = item.one_of(ITEM_CONTROL)
    if one is None:
        return ""
    one.text("url")
    concept = one.element("valueCodeableConcept")
    codes = []
    if concept is not None:
        for coding in concept.elements("coding"):
            codes.append(coding.text("code"))
            coding.drop("system", "version", "display", "userSelected")
            coding.finish()
        concept.drop("text")
        concept.finish()
    one.finish()
    return next((code for code in codes if code), "")


def xml_name(text: str) -> str:
    """The text as a name of XML: other signs become `_`, and a letter stands first."""
    kept = "".join(
        char if char in "_-." or char.isalnum() or unicodedata.category(char)[0] == "M" else "_"
        for char in text
    )
    return kept if re.match(r"[^\W\d]", kept) else f"q{kept}"
