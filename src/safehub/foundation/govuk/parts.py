"""Small parts of pages as plain values that write themselves: put one into any cell or sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from markupsafe import Markup, escape

Colour = Literal[
    "", "grey", "green", "teal", "blue", "purple", "magenta", "red", "orange", "yellow"
]
Order = Literal["", "none", "ascending", "descending"]


# A grid has hundreds of these, so they are put together by hand from escaped parts: Markup.format
# takes ten times as long.
def _hidden(words: str) -> str:
    return f'<span class="govuk-visually-hidden"> {escape(words)}</span>' if words else ""


@dataclass(frozen=True, slots=True)
class Link:
    """A link; `hidden` is read out after its text, where the text alone says too little."""

    text: str
    href: str
    hidden: str = ""

    def __html__(self) -> str:
        words = f"{escape(self.text)}{_hidden(self.hidden)}"
        return f'<a class="govuk-link" href="{escape(self.href)}">{words}</a>'

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Tag:
    """A state in words on a tint. The words carry the meaning, never the colour alone."""

    text: str
    colour: Colour = ""

    def __html__(self) -> str:
        kind = f" govuk-tag--{self.colour}" if self.colour else ""
        return f'<strong class="govuk-tag{escape(kind)}">{escape(self.text)}</strong>'

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Badge:
    """A count that wants attention; `of` is read out after it."""

    count: int
    of: str = "waiting"

    def __html__(self) -> str:
        return f'<span class="sh-badge">{self.count}{_hidden(self.of)}</span>' if self.count else ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. One that can be sorted has `sort_href`, and says how it is `sorted`."""

    label: str
    numeric: bool = False
    sort_href: str = ""
    sorted: Order = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A row of a summary list. `acts` are links such as Change."""

    label: str
    value: object
    acts: Sequence[Link] = ()


@dataclass(frozen=True, slots=True)
class Moment:
    """One entry of a timeline: what happened, when in words, by whom, and what there is to say."""

    title: str
    at: str
    by: str = ""
    body: object = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure in large type; with `href` it opens what it counts."""

    figure: str
    label: str
    href: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Tab:
    """An entry of a sub-navigation."""

    label: str
    href: str
    is_here: bool = False
    count: int = 0


Tone = Literal["none", "waiting", "draft", "done", "back", "late"]
# A sign of its own for each tone, so that a grid can be read without colour.
SIGNS: dict[str, str] = {
    "none": "–",
    "waiting": "○",
    "draft": "◐",
    "done": "●",
    "back": "↩",
    "late": "!",
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A state in a grid: its word, its tone, and where it leads."""

    word: str
    tone: Tone = "none"
    href: str = ""

    def __html__(self) -> str:
        kind, inner = _mark(self.word, self.tone)
        if self.href:
            return f'<a {kind} href="{escape(self.href)}">{inner}</a>'
        return f"<span {kind}>{inner}</span>"

    def __str__(self) -> str:
        return self.word


# A grid has hundreds of marks and very few different words on them.
@lru_cache(maxsize=512)
def _mark(word: str, tone: str) -> tuple[str, str]:
    return (
        f'class="sh-state sh-state--{tone}"',
        f'<span aria-hidden="true">{SIGNS[tone]}</span> {escape(word)}',
    )


def cells(marks: Iterable[object]) -> Markup:
    """The marks of a row of a grid as table cells, put together at once."""
    inner = "</td><td>".join(
        mark.__html__() if isinstance(mark, Mark) else escape(mark) for mark in marks
    )
    return Markup(f"<td>{inner}</td>" if inner else "")  # noqa: S704 - each cell is escaped


# Templates know each by its name: {{ Tag("Overdue", "red") }}.
PARTS = (Link, Tag, Badge, Column, Fact, Moment, Tile, Tab, Mark)
