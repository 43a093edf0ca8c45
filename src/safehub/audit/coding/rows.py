"""Codes as plain data: what a pack carries of them, and what figures count. It names nobody."""

from __future__ import annotations

from dataclasses import dataclass

Key = tuple[str, str, str]
"""A return by its agency, respondent and case."""


@dataclass(frozen=True)
class Words:
    """The words of a theme, as a code book has them in one edition."""

    name: str
    definition: str
    examples: str = ""
    use_when: str = ""
    not_when: str = ""


@dataclass(frozen=True)
class ThemeUsed:
    """A theme by its code, with the edition of its words that it was coded by."""

    code: str
    edition: int
    words: Words


@dataclass(frozen=True)
class GivenCode:
    """A code: a passage by its characters, counted from 0, the end not among them."""

    start: int
    end: int
    polarity: str
    theme: ThemeUsed


@dataclass(frozen=True)
class TextTaken:
    """A text with what the first coding gave, and the second; None where that is not in."""

    key: Key
    column: str
    wants_second: bool
    first: tuple[GivenCode, ...]
    second: tuple[GivenCode, ...] | None

    @property
    def is_settled(self) -> bool:
        """Whether every coding that is wanted is in."""
        return self.second is not None or not self.wants_second
