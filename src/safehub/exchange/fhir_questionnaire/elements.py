"""One element of a resource, read part by part; what nobody asked for is told at the end.

So nothing is passed over in silence: a part is kept, remarked on, or refused with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from safehub.exchange.fhir_questionnaire.vocabulary import HL7, OURS, SDC
from safehub.foundation.mistakes import FileMistakes

# Far more than any person writes, and far from what would keep a machine busy for minutes.
MOST_PARTS = 1_000
_UNWRITABLE = re.compile("[\0-\b\v\f\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

# What only says how an item looks, who made it, or what it is called in a terminology.
_ABOUT = (
    {
        f"{HL7}{name}"
        for name in (
            *(
                "rendering-style",
                "rendering-styleSensitive",
                "rendering-xhtml",
                "rendering-markdown",
            ),
            *("designNote", "questionnaire-choiceOrientation", "entryFormat"),
            *("questionnaire-supportLink", "questionnaire-displayCategory", "display"),
            *("structuredefinition-wg", "structuredefinition-fmm", "cqf-scope", "keyboard"),
            *("structuredefinition-standards-status"),
        )
    }
    | {
        f"{SDC}sdc-questionnaire-{name}"
        for name in (
            *("shortText", "collapsible", "width", "columnCount", "openLabel", "keyboard"),
            *("performerType", "preferredTerminologyServer", "itemMedia", "itemAnswerMedia"),
        )
    }
    | {f"{SDC}questionnaire-answerKey", f"{SDC}sdc-questionnaire-preferredTerminologyServer"}
)
_FHIRPATH = "nothing: FHIRPath is not worked out here"
_REASONS = (
    ("calculatedExpression", f"{_FHIRPATH}, so write a calculate in a sheet"),
    ("initialExpression", "nothing: answers of another system cannot be filled in"),
    ("enableWhenExpression", f"{_FHIRPATH}, so use enableWhen"),
    ("constraint", f"{_FHIRPATH}, so use minValue, maxValue or regex"),
    ("variable", _FHIRPATH),
    ("launchContext", "nothing: a tool is opened without a record of another system"),
    ("population", "nothing: answers of another system cannot be filled in"),
    ("candidate", "nothing: answers of another system cannot be offered"),
    ("answerExpression", f"{_FHIRPATH}, so give the choices under answerOption"),
    ("answerOptionsToggle", f"{_FHIRPATH}, so use a choice filter in a sheet"),
    ("extract", "nothing: answers are not copied into other resources"),
    ("sub-questionnaire", "the whole form in one file"),
    ("assemble", "nothing, once the form stands in one file"),
    ("unitOption", "nothing: ask for the unit in a question of its own"),
    ("signatureRequired", "nothing: ask for a signature in a question of its own"),
    ("fhirType", "one of FHIR's own item types"),
)


class Element:
    """An object of a resource. Each `take` removes what it gives, and `finish` tells the rest."""

    def __init__(self, data: Any, place: str, mistakes: FileMistakes) -> None:
        self._left: dict[str, Any] = dict(data) if isinstance(data, dict) else {}
        self.place, self._mistakes = place, mistakes
        if not isinstance(data, dict):
            self.refuse("", data, "an object")
        self._extensions = self._elements("extension")
        self._taken: set[int] = set()
        # How it is to be shown, once that has been read.
        self.control = ""

    def refuse(self, part: str, found: Any, wanted: str) -> None:
        """Note a mistake of this element, at one of its parts."""
        place = ", ".join(piece for piece in (self.place, part) if piece)
        self._mistakes.add(place, _shown(found), wanted)

    def remark(self, text: str) -> None:
        """Say what is left out, without a harm."""
        self._mistakes.remark(self.place or "the Questionnaire", text)

    def text(self, key: str) -> str:
        """A text, without the spaces at its ends; blank where there is none."""
        value = self._left.pop(key, None)
        if value is None:
            return ""
        if not isinstance(value, str) or _UNWRITABLE.search(value):
            self.refuse(key, value, "a text that can be printed")
            return ""
        return value.strip()

    def flag(self, key: str) -> bool:
        """True or false; false where there is none."""
        value = self._left.pop(key, None)
        if value is not None and not isinstance(value, bool):
            self.refuse(key, value, "true or false")
        return value is True

    def whole(self, key: str) -> int | None:
        """A whole number, or None."""
        value = self._left.pop(key, None)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            self.refuse(key, value, "a whole number")
            return None
        return value

    def value(self, prefix: str = "value") -> tuple[str, Any] | None:
        """The kind and value of a `value[x]`: texts, true or false, and numbers as they stand."""
        keys = [key for key in self._left if key.startswith(prefix)]
        if len(keys) != 1:
            if len(keys) > 1:
                self.refuse(prefix, ", ".join(keys), f"one {prefix}[x]")
                for key in keys:
                    del self._left[key]
            return None
        kind = keys[0][len(prefix) :]
        fits = _KINDS.get(kind)
        given = self._left[keys[0]]
        if fits is None:
            del self._left[keys[0]]
            return kind, given
        if fits is str:
            return kind, self.text(keys[0])
        del self._left[keys[0]]
        if isinstance(given, bool) is not (fits is bool) or not isinstance(given, fits):
            self.refuse(keys[0], given, "a value of its type")
            return None
        return kind, given

    def elements(self, key: str) -> list[Element]:
        """The objects of a list, each with its place."""
        return self._elements(key)

    def _elements(self, key: str) -> list[Element]:
        value = self._left.pop(key, None)
        if value is None:
            return []
        if not isinstance(value, list):
            self.refuse(key, value, "a list")
            return []
        if len(value) > MOST_PARTS:
            self.refuse(key, f"{len(value):,} of them", f"at most {MOST_PARTS:,}")
            return []
        return [
            Element(one, self._at(f"{key} {number}"), self._mistakes)
            for number, one in enumerate(value, start=1)
        ]

    def element(self, key: str) -> Element | None:
        """One object."""
        value = self._left.pop(key, None)
        return None if value is None else Element(value, self._at(key), self._mistakes)

    def part(self, key: str) -> Element:
        """One object that is there."""
        return Element(self._left.pop(key, None), self._at(key), self._mistakes)

    def beside(self, key: str) -> Element | None:
        """What stands beside a text: its translations and the like."""
        value = self._left.pop(f"_{key}", None)
        return None if value is None else Element(value, self._at(key), self._mistakes)

    def has(self, key: str) -> bool:
        """Whether that part is there and has not been taken."""
        return key in self._left

    def peek(self, key: str) -> Any:
        """That part as it stands, not taken."""
        return self._left.get(key)

    def has_extension(self, url: str) -> bool:
        """Whether an extension of that address is there."""
        return any(one.peek("url") == url for one in self._extensions)

    def _at(self, part: str) -> str:
        return f"{self.place}, {part}" if self.place else part

    # --- extensions ------------------------------------------------------------------------------

    def all_of(self, url: str) -> list[Element]:
        """Every extension of that address."""
        found = []
        for number, one in enumerate(self._extensions):
            if number not in self._taken and one.peek("url") == url:
                self._taken.add(number)
                found.append(one)
        return found

    def one_of(self, url: str) -> Element | None:
        """The one extension of that address."""
        found = self.all_of(url)
        if len(found) > 1:
            self.refuse(_short(url), f"{len(found)} of them", "one")
        return found[0] if found else None

    def said(self, url: str, *kinds: str) -> Any:
        """The value of the one extension of that address, of one of these kinds; else None."""
        one = self.one_of(url)
        if one is None:
            return None
        one.text("url")
        value = one.value()
        if value is None or value[0] not in kinds:
            self.refuse(_short(url), value and f"value{value[0]}", f"a value{kinds[0]}")
            return None
        one.finish()
        return value[1]

    def own(self, name: str) -> str:
        """The text of our own extension of that name; blank where there is none."""
        return str(self.said(f"{OURS}{name}", "String") or "")

    def parts(self) -> Iterator[tuple[str, Any]]:
        """The parts of an extension that has extensions for parts: name and value."""
        self.text("url")
        for number, one in enumerate(self._extensions):
            self._taken.add(number)
            name, value = one.text("url"), one.value()
            one.finish()
            yield name, value[1] if value else ""

    # --- the rest --------------------------------------------------------------------------------

    def leave(self, *keys: str, why: str) -> None:
        """Leave these parts out, and say so."""
        left = [key for key in keys if self._left.pop(key, None) is not None]
        left += [key for key in keys if self._left.pop(f"_{key}", None) is not None]
        if left:
            self.remark(f"{', '.join(left)} not kept: {why}")

    def drop(self, *keys: str) -> None:
        """Leave out what says nothing of the tool: ids, dates of the file."""
        for key in keys:
            self._left.pop(key, None)

    def finish(self) -> None:
        """Tell of everything that nobody asked for."""
        self.drop("id")
        for number, one in enumerate(self._extensions):
            if number not in self._taken:
                self._judge(one)
        for one in self._elements("modifierExtension"):
            url = one.text("url")
            self.refuse(f"modifierExtension {_short(url)}", url, "nothing that changes the meaning")
        for key in list(self._left):
            if key.startswith("_"):
                Element(self._left[key], self._at(key[1:]), self._mistakes).finish()
            else:
                wanted = "nothing, for a Questionnaire of R4 that Safehub can keep has no such part"
                self.refuse(key, self._left[key], wanted)

    def _judge(self, extension: Element) -> None:
        url = extension.text("url")
        short = _short(url)
        if url in _ABOUT:
            self.remark(f"{short} is not kept")
            return
        reason = next((why for word, why in _REASONS if word.lower() in url.lower()), "")
        wanted = reason or "nothing: Safehub does not know this extension and cannot keep it"
        self.refuse(f"extension {short}", url, wanted)


_KINDS: dict[str, Any] = {
    **dict.fromkeys(("String", "Code", "Uri", "Url", "Canonical", "Markdown", "Id"), str),
    **dict.fromkeys(("Date", "Time", "DateTime", "Instant"), str),
    "Boolean": bool,
    "Integer": int,
    "Decimal": (int, Decimal),
}


def _short(url: str) -> str:
    return url.rstrip("/").rpartition("/")[2].rpartition(":")[2] or url


def _shown(found: Any) -> str:
    if found is None:
        return ""
    if isinstance(found, bool):
        return "true" if found else "false"
    if isinstance(found, str | int | Decimal):
        return str(found)
    return "a list" if isinstance(found, list) else "an object"
