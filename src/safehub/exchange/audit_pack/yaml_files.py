"""YAML in which words stay words, read by the keys that may be there and no others.

`yes no on off` are text (YAML 1.1 would make them true and false) and numbers are taken as they
are written, so that `010` never turns into 8. A mistake names the path of its value.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterator
from difflib import get_close_matches
from typing import TypeGuard, TypeVar

import yaml

from safehub.foundation.documents.tables import decoded
from safehub.foundation.mistakes import FileMistakes
from safehub.instruments.answers import NotAnAnswer, parsed_date

T = TypeVar("T")

_NULLS = {"", "~", "null", "Null", "NULL"}
# Escapes such as "\\0" can bring in what neither a database nor a Word file can hold.
_UNWRITABLE = re.compile("[\0-\b\v\f\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_FLAGS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_WHOLE = re.compile(r"(0|[1-9]\d{0,99})\Z", re.ASCII)
_MOST = 999_999_999
_LOOKS_NUMERIC = re.compile(r"[-+]?[\d.][\d_.,:xoeE+-]*\Z", re.ASCII)


_READABLE = "YAML (see to the colons, the quotes and the spaces before each line)"


class Value:
    """One value of a YAML file, with the path that leads to it."""

    def __init__(self, node: yaml.Node | None, path: str, mistakes: FileMistakes) -> None:
        self._node, self.path, self._mistakes = node, path, mistakes

    @property
    def is_absent(self) -> bool:
        """Whether nothing stands there: no key, or a null."""
        node = self._node
        if node is None:
            return True
        return isinstance(node, yaml.ScalarNode) and node.style is None and node.value in _NULLS

    @property
    def is_mapping(self) -> bool:
        """Whether keys stand there."""
        return isinstance(self._node, yaml.MappingNode)

    @property
    def is_list(self) -> bool:
        """Whether a list stands there."""
        return isinstance(self._node, yaml.SequenceNode)

    def refuse(self, wanted: str, found: str | None = None) -> None:
        """Note that this value is a mistake."""
        self._mistakes.add(self.path, self.shown() if found is None else found, wanted)

    def shown(self) -> str:
        """The value as a mistake shows it."""
        if self.is_absent or self._node is None:
            return ""
        if isinstance(self._node, yaml.ScalarNode):
            return str(self._node.value)
        return "a list" if self.is_list else "keys and values"

    def _scalar(self) -> str | None:
        node = self._node
        if self.is_absent or not isinstance(node, yaml.ScalarNode):
            return None
        return str(node.value).strip() if node.tag.startswith("tag:yaml.org,2002:") else None

    def _is_plain(self) -> bool:
        return isinstance(self._node, yaml.ScalarNode) and self._node.style is None

    def text(self) -> str | None:
        """The text, trimmed; None, and a mistake, where there is none."""
        text = self._scalar()
        if not text:
            self.refuse("text")
            return None
        if _UNWRITABLE.search(text):
            self.refuse("text without control characters")
            return None
        return text

    def optional_text(self) -> str:
        """The text, or blank where nothing stands."""
        return "" if self.is_absent or self._scalar() == "" else self.text() or ""

    def quoted_number(self) -> str | None:
        """Digits that stand for a name, such as a case number, and so must be in quotes."""
        text = self.text()
        if text is not None and self._is_plain() and _LOOKS_NUMERIC.match(text):
            self.refuse(f"the number in quotes, '{text}'")
            return None
        return text

    def count(self) -> int | None:
        """How many there are of something: a number that any store can hold."""
        number = self.whole_number()
        if number is not None and number > _MOST:
            self.refuse(f"a whole number, {_MOST:,} at most")
            return None
        return number

    def whole_number(self, least: int = 0) -> int | None:
        """A whole number in plain decimal digits, `least` or more."""
        text = self._scalar()
        if text is None or not self._is_plain() or not _WHOLE.match(text) or int(text) < least:
            self.refuse(f"a whole number, {least} or more")
            return None
        return int(text)

    def flag(self) -> bool | None:
        """true or false."""
        text = self._scalar()
        if text not in _FLAGS or not self._is_plain():
            self.refuse("true or false")
            return None
        return _FLAGS[text]

    def date(self) -> dt.date | None:
        """A date that exists, as YYYY-MM-DD."""
        try:
            return parsed_date(self._scalar() or "")
        except NotAnAnswer as wrong:
            self.refuse(str(wrong))
            return None

    def one_of(self, values: Collection[str]) -> str | None:
        """One of these words."""
        text = self._scalar()
        if text not in values:
            self.refuse(" or ".join(values))
            return None
        return text

    def items(self) -> list[Value]:
        """The entries of a list; none, and a mistake, where there is no list."""
        if self.is_absent:
            return []
        if not isinstance(self._node, yaml.SequenceNode):
            self.refuse("a list")
            return []
        return [
            Value(node, f"{self.path}[{position}]", self._mistakes)
            for position, node in enumerate(self._node.value, start=1)
        ]

    def entries(self) -> Iterator[tuple[str, Value]]:
        """The keys as written, each with its value; a key a second time is a mistake."""
        if self.is_absent:
            return
        if not isinstance(self._node, yaml.MappingNode):
            self.refuse("keys and values")
            return
        seen = set()
        for key, node in self._pairs(self._node):
            name = str(key.value).strip() if isinstance(key, yaml.ScalarNode) else ""
            path = f"{self.path}.{name}" if self.path else name
            if not name:
                self.refuse("a key that is text", "a key that is none")
            elif name in seen:
                self._mistakes.add(path, f"{name} again", "each key once")
            else:
                seen.add(name)
                yield name, Value(node, path, self._mistakes)

    def _pairs(self, mapping: yaml.MappingNode) -> list[tuple[yaml.Node, yaml.Node]]:
        """The keys and values; a text with an unquoted comma in `{…}` is one text again.

        YAML ends a plain text in braces at a comma and takes the rest for a key without a value.
        Nobody means that: the words after the comma would be lost without a sign.
        """
        pairs: list[tuple[yaml.Node, yaml.Node]] = []
        for key, value in mapping.value:
            last = pairs[-1][1] if pairs else None
            if mapping.flow_style and _is_rest(key, value) and _is_plain_text(last):
                first = pairs[-1][0]
                whole = " ".join(_between(last.start_mark, key.end_mark).split())
                joined = yaml.ScalarNode(last.tag, whole, last.start_mark, key.end_mark)
                pairs[-1] = (first, joined)
                path = f"{self.path}.{first.value}"
                self._mistakes.remark(path, "an unquoted comma; it was read as one text")
            else:
                pairs.append((key, value))
        return pairs

    def keys(self, required: Collection[str], optional: Collection[str] = ()) -> Keys:
        """The values under these keys. An unknown key is a mistake, and so is a missing one."""
        found: dict[str, Value] = {}
        allowed = [*required, *optional]
        for name, value in self.entries():
            if name in allowed:
                found[name] = value
            else:
                value.refuse(f"only {', '.join(allowed)}", f"the key {name}")
        if self.is_mapping:
            for name in required:
                if name not in found:
                    self.at(name).refuse("this key")
        elif self.is_absent:
            self.refuse("keys and values")
        unknown = [name for name, _ in self.entries() if name not in allowed]
        return Keys(self, found, {name for name in allowed if get_close_matches(name, unknown)})

    def at(self, name: str, node: yaml.Node | None = None) -> Value:
        """The value that would stand under that key."""
        path = f"{self.path}.{name}" if self.path else name
        return Value(node, path, self._mistakes)


def _between(start: yaml.Mark, end: yaml.Mark) -> str:
    return str(start.buffer[start.pointer : end.pointer]) if start.buffer else ""


def _is_rest(key: yaml.Node, value: yaml.Node) -> bool:
    """Whether it is a key without so much as a colon."""
    if not isinstance(key, yaml.ScalarNode) or not isinstance(value, yaml.ScalarNode):
        return False
    return value.value == "" and not _between(key.end_mark, value.start_mark).strip()


def _is_plain_text(node: yaml.Node | None) -> TypeGuard[yaml.ScalarNode]:
    return isinstance(node, yaml.ScalarNode) and node.style is None and bool(node.value)


class Keys:
    """The values found under the keys of one mapping."""

    def __init__(self, owner: Value, found: dict[str, Value], misspelt: set[str]) -> None:
        self._owner, self._found, self._misspelt = owner, found, misspelt

    def __contains__(self, name: str) -> bool:
        return name in self._found

    def __getitem__(self, name: str) -> Value:
        """The value under the key, or an absent one."""
        return self._found.get(name) or self._owner.at(name)

    def is_certain(self, name: str) -> bool:
        """Whether it is known what the key holds, be it nothing: it is not misspelt."""
        owner = self._owner
        return (owner.is_mapping or owner.is_absent) and (
            name in self._found or name not in self._misspelt
        )

    def read(self, name: str, how: Callable[[Value], T]) -> T | None:
        """The value read by `how`, or None where the key is missing or holds nothing."""
        value = self._found.get(name)
        return None if value is None or value.is_absent else how(value)

    def need(self, name: str, how: Callable[[Value], T]) -> T | None:
        """As `read`, for a required key: one that holds nothing is read, and so is a mistake."""
        value = self._found.get(name)
        return None if value is None else how(value)


def read_yaml(data: bytes, mistakes: FileMistakes) -> Value | None:
    """The value that the file holds; None, and one mistake, where it is no YAML."""
    text = decoded(data, mistakes)
    if text is None:
        return None
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "a character that YAML does not allow"
        problem = re.sub(r"^(but )?(found|got) ", "", str(problem))
        mistakes.add(place, problem, _READABLE)
        return None
    except RecursionError:
        mistakes.add("", "lists within lists without end", _READABLE)
        return None
    return Value(node, "", mistakes)
