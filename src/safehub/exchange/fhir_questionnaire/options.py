"""The choices that an item of a Questionnaire offers: its own options, or a contained value set."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from safehub.exchange.fhir_questionnaire.elements import Element
from safehub.exchange.fhir_questionnaire.vocabulary import HL7, ORDINAL, OURS, TRANSLATION
from safehub.instruments.tools import NO, OTHER, YES, Choice, QuestionType, Words

_SCORES = (ORDINAL, f"{HL7}itemWeight", f"{HL7}questionnaire-ordinalValue")
_EXCLUSIVE = f"{HL7}questionnaire-optionExclusive"
_PREFIX = f"{HL7}questionnaire-optionPrefix"
_LONGEST_SLUG = 60

Named = Callable[[str], str]


@dataclass
class Options:
    """Choices in order; `codes` leads from (system, code) to the name of a choice."""

    choices: list[Choice] = field(default_factory=list)
    codes: dict[tuple[str, str], str] = field(default_factory=dict)
    selected: list[str] = field(default_factory=list)
    exclusive: list[str] = field(default_factory=list)
    _names: set[str] = field(default_factory=set)

    def add(self, choice: Choice, system: str, code: str) -> bool:
        """Take a choice; False where its name is taken already."""
        if choice.name in self._names:
            return False
        self._names.add(choice.name)
        self.choices.append(choice)
        self.codes[system, code] = choice.name
        self.codes.setdefault(("", code), choice.name)
        return True


YES_NO = (Choice(YES, "Yes"), Choice(NO, "No"))


def words_of(beside: Element | None, column: str, named: Named) -> Words:
    """The translations of a text, each with the name of its language."""
    if beside is None:
        return ()
    found = []
    for one in beside.all_of(TRANSLATION):
        parts = dict(one.parts())
        one.finish()
        language, text = str(parts.get("lang", "")), str(parts.get("content", ""))
        if language and text:
            found.append((column, named(language), text))
        else:
            one.refuse("", "", "a language (lang) and a text (content)")
    beside.finish()
    return tuple(found)


def own_words(element: Element) -> Words:
    """Words that FHIR has no place for, out of our own extensions."""
    found = []
    for one in element.all_of(f"{OURS}words"):
        parts = {name: str(value) for name, value in one.parts()}
        one.finish()
        word = parts.get("column", ""), parts.get("language", ""), parts.get("text", "")
        found.append(word)
    return tuple(found)


def in_order(words: Words, order: str) -> Words:
    """The words as they were, where an order is told and fits."""
    places = order.split()
    if sorted(places) != sorted(str(number) for number in range(len(words))):
        return words
    return tuple(words[int(place)] for place in places)


def options_of(
    item: Element,
    kind: QuestionType,
    sets: Mapping[str, Element],
    named: Named,
) -> Options:
    """What the item offers. Refuses what cannot be a choice, and names that collide."""
    options = Options()
    for option in item.elements("answerOption"):
        _take(options, option, kind, named)
    address = item.text("answerValueSet")
    if address.startswith("#") and address[1:] in sets:
        _take_set(options, sets[address[1:]], kind, item)
    elif address:
        wanted = "choices under answerOption, or a value set that the file itself contains"
        item.refuse("answerValueSet", address, wanted)
    elif not options.choices:
        item.refuse("answerOption", "", "the choices")
    return options


def _take(options: Options, option: Element, kind: QuestionType, named: Named) -> None:
    selected = option.flag("initialSelected")
    exclusive = option.said(_EXCLUSIVE, "Boolean") is True
    score = _score(option)
    prefix = option.said(_PREFIX, "String")
    descriptor, order = option.own("descriptor"), option.own("words-order")
    words, columns = own_words(option), _columns(option)
    translated: Words = ()
    system, is_text = "", not option.has("valueCoding")
    if not is_text:
        coding = option.part("valueCoding")
        own_score = _score(coding)
        score = score if own_score is None else own_score
        system, code, label = coding.text("system"), coding.text("code"), coding.text("display")
        translated = words_of(coding.beside("display"), "label", named)
        coding.leave("version", "userSelected", why="a choice has a name and a label")
        coding.finish()
        code, label = code or label, label or code
    else:
        beside = option.beside("valueString")
        value = option.value()
        if value is None or value[0] not in {"String", "Integer", "Date", "Time"}:
            found = f"value{value[0]}" if value else ""
            option.refuse("", found, "a coding, or a text, whole number, date or time")
            option.finish()
            return
        code = label = str(value[1])
        translated = words_of(beside, "label", named)
    option.finish()
    if not code:
        option.refuse("", "", "a code or a text")
        return
    name = choice_name(code, kind, is_text=is_text)
    label = f"{prefix} {label}" if prefix else label
    words = in_order(tuple(sorted((*translated, *words))), order)
    if not options.add(Choice(name, label, score, descriptor, columns, words), system, code):
        option.refuse("", code, f"a code that is not also written {name}, as another choice is")
        return
    if selected:
        options.selected.append(name)
    if exclusive:
        options.exclusive.append(name)


def choice_name(code: str, kind: QuestionType, *, is_text: bool = False) -> str:
    """The name of a choice: spaces would part the answers of one who may choose several."""
    if is_text or (kind is not QuestionType.SELECT_ONE and re.search(r"\s", code)):
        return _slug(code)
    return code


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFC", text).lower()
    return re.sub(r"[^\w.-]+", "_", plain).strip("_")[:_LONGEST_SLUG] or OTHER


def _score(element: Element) -> Decimal | None:
    own = element.own("score")
    found: Any = None
    for url in _SCORES:
        given = element.said(url, "Decimal", "Integer")
        found = given if given is not None else found
    try:
        return Decimal(own) if own else None if found is None else Decimal(found)
    except InvalidOperation:
        element.refuse("score", own, "a number")
        return None


def _columns(option: Element) -> tuple[tuple[str, str], ...]:
    found = []
    for one in option.all_of(f"{OURS}column"):
        parts = {name: str(value) for name, value in one.parts()}
        one.finish()
        found.append((parts.get("name", ""), parts.get("value", "")))
    return tuple(found)


# --- value sets ----------------------------------------------------------------------------------


def _take_set(options: Options, value_set: Element, kind: QuestionType, item: Element) -> None:
    """A contained value set that lists its codes; one that asks a terminology is refused."""
    listed: list[tuple[str, Element]] = []
    expansion, compose = value_set.element("expansion"), value_set.element("compose")
    if expansion is not None:
        listed = [(one.text("system"), one) for one in expansion.elements("contains")]
    elif compose is not None:
        for include in compose.elements("include"):
            system = include.text("system")
            concepts = include.elements("concept")
            if not concepts or include.has("filter") or include.has("valueSet"):
                wanted = "its codes one by one, for no terminology server is asked"
                item.refuse("answerValueSet", system or "a value set within another", wanted)
            listed += [(system, one) for one in concepts]
        if compose.has("exclude"):
            item.refuse("answerValueSet", "codes that are left out", "its codes one by one")
    for system, one in listed:
        code, label = one.text("code"), one.text("display")
        name = choice_name(code, kind)
        score = _score(one)
        if one.has("contains") or not code:
            item.refuse(
                "answerValueSet", label or code, "codes in one list, not one within another"
            )
        elif not options.add(Choice(name, label or code, score), system, code):
            wanted = f"a code that is not also written {name}, as another choice is"
            item.refuse("answerValueSet", code, wanted)
    if not options.choices:
        item.refuse("answerValueSet", "a value set without codes", "its codes one by one")
