"""The bytes of a Questionnaire, JSON or XML, as plain data; limits before anything else.

Source: HL7 FHIR R4, "JSON representation of resources" and "XML representation of resources".
"""

from __future__ import annotations

import json
import re
from decimal import Decimal, InvalidOperation
from typing import Any

from lxml import etree

from safehub.foundation.mistakes import FileMistakes

LARGEST = 5_000_000
_DEEPEST = 60
_FHIR = "{http://hl7.org/fhir}"
_XHTML = "{http://www.w3.org/1999/xhtml}"
_WANTED = "a FHIR R4 Questionnaire as JSON or XML"
_WHOLE = re.compile(r"-?(0|[1-9]\d{0,17})\Z", re.ASCII)
_DECIMAL = re.compile(r"-?(0|[1-9]\d{0,17})(\.\d{1,18})?([eE][-+]?\d{1,2})?\Z", re.ASCII)
# Elements that may stand several times: the XML of one of them looks like that of one only.
_SEVERAL = {
    *("answerOption", "code", "coding", "concept", "contact", "contained", "contains"),
    *("derivedFrom", "designation", "enableWhen", "exclude", "extension", "filter", "identifier"),
    *("include", "initial", "item", "jurisdiction", "modifierExtension", "parameter", "profile"),
    *("security", "subjectType", "tag", "telecom", "useContext", "valueSet"),
}
# `code` is one word in a coding or a concept, and several in a Questionnaire and its items.
_CODED = {"Questionnaire", "item"}
_FLAGS = {"required", "repeats", "readOnly", "initialSelected", "experimental", "userSelected"}
_FLAGS |= {"valueBoolean", "answerBoolean"}
_WHOLES = {"maxLength", "valueInteger", "answerInteger", "valuePositiveInt", "valueUnsignedInt"}
_DECIMALS = {"valueDecimal", "answerDecimal"}

Data = dict[str, Any]


class _Unreadable(ValueError):  # noqa: N818 - reads as what it says
    def __init__(self, place: str, found: str, wanted: str = _WANTED) -> None:
        super().__init__(found)
        self.place, self.found, self.wanted = place, found, wanted


def parsed(data: bytes, mistakes: FileMistakes) -> Data | None:
    """The Questionnaire in the bytes; None, and a mistake, where there is none that can be read."""
    try:
        resource = _resource(data)
    except _Unreadable as error:
        mistakes.give_up(error.place, error.found, error.wanted)
        return None
    kind = resource.get("resourceType")
    if kind != "Questionnaire":
        found = f"the resource {kind}" if isinstance(kind, str) else "no resourceType"
        mistakes.give_up("", found, "a Questionnaire")
        return None
    return resource


def _resource(data: bytes) -> Data:
    if len(data) > LARGEST:
        raise _Unreadable("", f"{len(data):,} bytes", f"at most {LARGEST:,} bytes")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _Unreadable("", "a file that is not UTF-8", f"{_WANTED}, in UTF-8") from error
    return _from_xml(text) if text.lstrip().startswith("<") else _from_json(text)


# --- JSON ----------------------------------------------------------------------------------------


def _from_json(text: str) -> Data:
    try:
        resource = json.loads(
            text,
            parse_float=_decimal,
            parse_int=_whole,
            parse_constant=_constant,
            object_pairs_hook=_once,
        )
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise _Unreadable(place, f"JSON that cannot be read ({error.msg})") from error
    except RecursionError as error:
        raise _Unreadable("", "JSON nested without end", f"at most {_DEEPEST} levels") from error
    if not isinstance(resource, dict):
        raise _Unreadable("", "JSON that is no object")
    _measure(resource, 1)
    return resource


def _measure(value: object, depth: int) -> None:
    if depth > _DEEPEST:
        raise _Unreadable("", "JSON nested without end", f"at most {_DEEPEST} levels")
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in parts:
        _measure(part, depth + 1)


def _once(pairs: list[tuple[str, Any]]) -> Data:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _Unreadable("", f"{twice} again", "each property of an object once")
    return found


def _whole(text: str) -> int:
    if not _WHOLE.match(text):
        raise _Unreadable("", text, "a whole number of at most 18 digits")
    return int(text)


def _decimal(text: str) -> Decimal:
    if not _DECIMAL.match(text):
        raise _Unreadable("", text, "a number of at most 18 digits")
    return Decimal(text)


def _constant(text: str) -> None:
    raise _Unreadable("", text, "a number")


# --- XML -----------------------------------------------------------------------------------------


def _from_xml(text: str) -> Data:
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        wanted = "XML without one, for it can make a file dangerous to open"
        raise _Unreadable("", "a document type declaration (<!DOCTYPE …>)", wanted)
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        found = f"XML that cannot be read ({error.msg})"
        raise _Unreadable(f"line {error.lineno}", found) from error
    name = _name(root)
    return {"resourceType": name, **_content(root, name, 1)}


def _name(element: Any) -> str:
    tag = str(element.tag)
    if not tag.startswith(_FHIR):
        found = f"the element {tag.rpartition('}')[2]} of another namespace"
        raise _Unreadable(f"line {element.sourceline}", found, "elements of http://hl7.org/fhir")
    return tag[len(_FHIR) :]


def _content(element: Any, name: str, depth: int) -> Data:
    """What JSON would have of an element: its parts by name, a primitive's extensions beside it."""
    if depth > _DEEPEST:
        place = f"line {element.sourceline}"
        raise _Unreadable(place, "elements nested without end", f"at most {_DEEPEST} levels")
    found: Data = {key: str(value) for key, value in element.attrib.items() if key in {"id", "url"}}
    if (element.text or "").strip():
        raise _Unreadable(f"line {element.sourceline}", element.text.strip(), "a value attribute")
    for part in element:
        if str(part.tag) == f"{_XHTML}div":
            found["div"] = "".join(part.itertext())
            continue
        key = _name(part)
        several = key in _SEVERAL and (key != "code" or name in _CODED)
        _put(found, key, part, several, depth)
    return found


def _put(found: Data, key: str, part: Any, several: bool, depth: int) -> None:
    value: Any
    if key == "contained":
        value = [
            {"resourceType": _name(one), **_content(one, _name(one), depth + 2)} for one in part
        ]
        found.setdefault(key, []).extend(value)
        return
    written = part.get("value")
    if written is None:
        value = _content(part, key, depth + 1)
    else:
        value = _primitive(part, key, written)
        if len(part):
            beside = _content(part, key, depth + 1)
            if several:
                beside = [beside]  # type: ignore[assignment]
            found[f"_{key}"] = beside
    if several:
        found.setdefault(key, []).append(value)
    elif key in found:
        raise _Unreadable(f"line {part.sourceline}", f"{key} again", f"one {key}")
    else:
        found[key] = value


def _primitive(part: Any, key: str, written: str) -> Any:
    place = f"line {part.sourceline}"
    if key in _FLAGS:
        if written not in {"true", "false"}:
            raise _Unreadable(place, written, "true or false")
        return written == "true"
    if key in _WHOLES:
        if not _WHOLE.match(written):
            raise _Unreadable(place, written, "a whole number of at most 18 digits")
        return int(written)
    if key in _DECIMALS:
        try:
            return _decimal(written)
        except (_Unreadable, InvalidOperation) as error:
            raise _Unreadable(place, written, "a number of at most 18 digits") from error
    return written
