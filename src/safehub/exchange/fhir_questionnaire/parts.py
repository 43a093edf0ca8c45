"""The parts of a question that several elements and extensions tell together."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from safehub.exchange.fhir_questionnaire.conditions import NotSaid, quoted
from safehub.exchange.fhir_questionnaire.elements import Element
from safehub.exchange.fhir_questionnaire.items import Entry
from safehub.exchange.fhir_questionnaire.vocabulary import (
    APPEARANCES,
    FEWEST,
    HL7,
    MAX,
    MIN,
    MOST,
    OURS,
    STEP,
    UNIT,
)
from safehub.instruments.answers import plain
from safehub.instruments.tools import EVERYBODY, Audience, QuestionType, Scale


def appearance_of(entry: Entry, kind: QuestionType) -> str:
    """How it looks: in our own words, else what the item's control comes to."""
    own = entry.element.own("appearance")
    if own:
        return own
    if entry.code == "text":
        return "multiline"
    if kind is QuestionType.RANGE or not entry.control:
        return ""
    if entry.control not in APPEARANCES:
        if entry.control != "slider":
            entry.element.remark(f"shown as {entry.control}: not kept")
        return ""
    return APPEARANCES[entry.control]


def hint_of(entry: Entry) -> str:
    """The texts beside it, and the unit that its number is in."""
    item = entry.element
    own = item.own("hint")
    one = item.one_of(UNIT)
    if one is None:
        return entry.hint or own
    one.text("url")
    coding = one.element("valueCoding")
    unit = ""
    if coding is not None:
        code, label = coding.text("code"), coding.text("display")
        unit = label or code
        coding.drop("system", "version", "userSelected")
        coding.finish()
    one.finish()
    return f"{entry.hint} ({unit})".strip() if unit else entry.hint


def number_of(item: Element, name: str) -> Decimal | None:
    """The number in our own extension of that name."""
    given = item.said(f"{OURS}{name}", "Decimal", "Integer", "String")
    if given is None:
        return None
    try:
        return Decimal(given)
    except InvalidOperation:
        item.refuse(name, given, "a number")
        return None


def audience_of(item: Element) -> Audience:
    """The agencies that are asked."""
    one = item.one_of(f"{OURS}agencies")
    if one is None:
        return EVERYBODY
    parts = list(one.parts())
    one.finish()
    codes = frozenset(str(value) for name, value in parts if name == "code")
    return Audience(codes, any(name == "without" and value is True for name, value in parts))


def scale_of(item: Element, kind: QuestionType) -> Scale | None:
    """The steps of a slider."""
    if kind is not QuestionType.RANGE:
        return None
    own = item.own("scale")
    low, high, step = _limit(item, MIN), _limit(item, MAX), item.said(STEP, "Integer")
    try:
        if own:
            start, end, by = (Decimal(part) for part in own.split())
            return Scale(start, end, by)
        return Scale(Decimal(low), Decimal(high), Decimal(step or 1))
    except (InvalidOperation, ValueError, TypeError):
        item.refuse("minValue", own, "the least and the most value of a slider, as numbers")
        return None


def _limit(item: Element, url: str) -> Any:
    return item.said(url, "Integer", "Decimal", "Date")


def limits_of(item: Element, kind: QuestionType, entry: Entry) -> list[str]:
    """What others' limits come to as rules of a tool."""
    rules = []
    for url, sign in ((MIN, ">="), (MAX, "<=")):
        if (value := _limit(item, url)) is not None:
            shown = f"'{value}'" if isinstance(value, str) else plain(Decimal(value))
            rules.append(f". {sign} {shown}")
    longest, shortest = item.whole("maxLength"), item.said(f"{HL7}minLength", "Integer")
    rules += [f"string-length(.) <= {longest}"] if longest is not None else []
    rules += [f"string-length(.) >= {shortest}"] if shortest is not None else []
    if places := item.said(f"{HL7}maxDecimalPlaces", "Integer"):
        rules.append(f". = round(., {places})")
    if pattern := item.said(f"{HL7}regex", "String"):
        try:
            rules.append(f"regex(., {quoted(pattern)})")
        except NotSaid as no:
            item.refuse("regex", no.found, no.wanted)
    most, fewest = item.said(MOST, "Integer"), item.said(FEWEST, "Integer")
    if kind is QuestionType.SELECT_MULTIPLE:
        rules += [f"count-selected(.) <= {most}"] if most is not None else []
        rules += [f"count-selected(.) >= {fewest}"] if fewest is not None else []
        for name in entry.options.exclusive:
            rules.append(f"(not(selected(., {quoted(name)})) or count-selected(.) = 1)")
    elif (most or 1) != 1 or (fewest or 0) > 1:
        item.refuse("questionnaire-maxOccurs", most or fewest, "one answer")
    return rules


def sets_of(contained: list[Element]) -> Mapping[str, Element]:
    """The value sets that a Questionnaire contains, by id."""
    found = {}
    for one in contained:
        kind, name = one.text("resourceType"), one.text("id")
        if kind != "ValueSet" or not name:
            one.refuse("", kind, "value sets only, each with an id")
        else:
            found[name] = one
    return found
