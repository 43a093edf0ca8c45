"""Small parts of pages as plain values that write themselves: put one into any cell or sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

Colour = Literal[
    "", "grey", "green", "teal", "blue", "purple", "magenta", "red", "orange", "yellow"
]
Order = Literal["", "none", "ascending", "descending"]


@dataclass(frozen=True, slots=True)
class Link:
    """A link; `hidden` is read out after its text, where the text alone says too little."""

    text: str
    href: str
    hidden: str = ""

    def __html__(self) -> str:
        more = (
            Markup('<span class="govuk-visually-hidden"> {}</span>').format(self.hidden)
            if self.hidden
            else ""
        )
        return Markup('<a class="govuk-link" href="{}">{}{}</a>').format(self.href, self.text, more)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Tag:
    """A state in words on a tint. The words carry the meaning, never the colour alone."""

    text: str
    colour: Colour = ""

    def __html__(self) -> str:
        kind = f" govuk-tag--{self.colour}" if self.colour else ""
        return Markup('<strong class="govuk-tag{}">{}</strong>').format(kind, self.text)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Badge:
    """A count that wants attention; `of` is read out after it."""

    count: int
    of: str = "waiting"

    def __html__(self) -> str:
        if not self.count:
            return Markup()
        return Markup(
            '<span class="sh-badge">{}<span class="govuk-visually-hidden"> {}</span></span>'
        ).format(self.count, self.of)


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
        inner = Markup('<span aria-hidden="true">{}</span> {}').format(SIGNS[self.tone], self.word)
        if self.href:
            return Markup('<a class="sh-state sh-state--{}" href="{}">{}</a>').format(
                self.tone, self.href, inner
            )
        return Markup('<span class="sh-state sh-state--{}">{}</span>').format(self.tone, inner)

    def __str__(self) -> str:
        return self.word


# Templates know each by its name: {{ Tag("Overdue", "red") }}.
PARTS = (Link, Tag, Badge, Column, Fact, Moment, Tile, Tab, Mark)
