"""The languages of a tool and their codes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf.locale import LANG_INFO

from safehub.instruments.tools import Tool

_CODE = r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*"
_NAMED = re.compile(rf".*\(({_CODE})\)\s*\Z", re.DOTALL)
_BARE = re.compile(rf"({_CODE})\Z")


@dataclass(frozen=True)
class Languages:
    """Code by name, in the order of the tool; `listed` are those that the tool itself names."""

    codes: dict[str, str]
    listed: tuple[str, ...]

    @classmethod
    def of(cls, tool: Tool) -> Languages:
        """The languages that the tool lists, and then any others that its words are in."""
        codes: dict[str, str] = {}
        for name in [*tool.languages, *_used(tool)]:
            if name and name not in codes:
                codes[name] = _code(name, taken=codes.values())
        return cls(codes, tool.languages)

    def code(self, name: str) -> str:
        """Its code: a private one where the name tells none (BCP 47, 2.2.7)."""
        return self.codes[name]

    def real_code(self, name: str) -> str:
        """Its code where that is no private one, else blank."""
        code = _code(name, taken=()) if name else ""
        return "" if code.startswith("x-") else code

    def extensions(self, prefix: str) -> list[dict[str, Any]]:
        """What leads from the codes back to the names."""
        return [
            {
                "url": f"{prefix}language",
                "extension": [
                    {"url": "name", "valueString": name},
                    {"url": "code", "valueCode": code},
                    {"url": "listed", "valueBoolean": name in self.listed},
                ],
            }
            for name, code in self.codes.items()
        ]


def _used(tool: Tool) -> Iterable[str]:
    words = [one.words for one in tool.sections]
    for item in tool.items:
        words += [item.words, *(choice.words for choice in item.choices)]
    yield from (language for some in words for _, language, _ in some)


def _code(name: str, taken: Iterable[str]) -> str:
    match = _NAMED.match(name) or _BARE.match(name)
    codes = set(taken)
    if match and match[1] not in codes:
        return match[1]
    return f"x-l{len(codes) + 1}"


def name_of(code: str) -> str:
    """What a sheet calls the language of this code: `Dutch (nl)`."""
    known = LANG_INFO.get(code.lower()) or LANG_INFO.get(code.split("-")[0].lower()) or {}
    return f"{known.get('name', code)} ({code})"
