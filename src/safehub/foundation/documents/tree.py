"""The typed tree that every document is written in, once, whatever file it ends in."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from safehub.foundation.documents.lettering import is_blank, writable


@dataclass(frozen=True)
class Heading:
    """A numbered or plain heading; level 1 to 3. The number, if any, is part of the text."""

    level: int
    text: str

    def __post_init__(self) -> None:
        if self.level not in (1, 2, 3):
            raise ValueError(f"The heading {self.text!r} is of level {self.level}, not 1 to 3.")


@dataclass(frozen=True)
class Paragraph:
    """Running text."""

    text: str


@dataclass(frozen=True)
class Notice:
    """A paragraph set apart because a reader must not miss it."""

    text: str


@dataclass(frozen=True)
class Bullets:
    """An unordered list."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Labelled:
    """A list whose items carry labels of their own, such as the `1a` of a gap."""

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Table:
    """A table with one row of headings. Every row has as many cells as there are headings.

    The first column heads its row. `numeric` holds the positions of right-aligned columns.
    """

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int] = frozenset()
    note: str = ""

    def __post_init__(self) -> None:
        if not self.headings:
            raise ValueError(f"The table {self.caption!r} has no columns.")
        if any(len(row) != len(self.headings) for row in self.rows):
            raise ValueError(f"A row of the table {self.caption!r} has the wrong number of cells.")


@dataclass(frozen=True)
class Picture:
    """A chart with its caption and a text alternative that says what the chart shows."""

    caption: str
    alternative: str
    svg: str

    def __post_init__(self) -> None:
        if is_blank(self.alternative):
            raise ValueError(f"The picture {self.caption!r} has no text alternative.")


Block = Heading | Paragraph | Notice | Bullets | Labelled | Table | Picture


@dataclass(frozen=True)
class Document:
    """A whole document: title, a line under it, and its blocks in reading order.

    What no file can hold is settled here, so that every rendering says the same: characters
    that are not allowed in XML become U+FFFD, line ends become a newline, a blank heading goes,
    and a heading that skips a level moves up to the next (PDF/UA refuses a gap).
    """

    title: str
    subtitle: str
    blocks: tuple[Block, ...]
    language: str = "en-GB"

    def __post_init__(self) -> None:
        if is_blank(self.title):
            raise ValueError("A document needs a title.")
        object.__setattr__(self, "title", writable(self.title))
        object.__setattr__(self, "subtitle", writable(self.subtitle))
        object.__setattr__(self, "blocks", tuple(_settled(self.blocks)))

    def texts(self) -> list[str]:
        """Every text in reading order, as a reader of any rendering must meet it.

        Captions of tables and pictures are numbered (`Table 1: …`, `Figure 1: …`); a caption
        stands before its table or picture and a note after. The texts inside a picture are its
        caption and its alternative; a text of nothing but spaces is left out.
        """
        return [text for text in self._texts() if text.strip()]

    def _texts(self) -> Iterator[str]:
        yield from (self.title, self.subtitle)
        for block, caption in self.captioned():
            match block:
                case Heading() | Paragraph() | Notice():
                    yield block.text
                case Bullets():
                    yield from block.items
                case Labelled():
                    for label, text in block.items:
                        yield from (label, text)
                case Table():
                    yield caption
                    yield from block.headings
                    for row in block.rows:
                        yield from row
                    yield block.note
                case Picture():
                    yield from (caption, block.alternative)

    def captioned(self) -> Iterator[tuple[Block, str]]:
        """Each block with its numbered caption, which is blank for blocks that have none."""
        tables = pictures = 0
        for block in self.blocks:
            if isinstance(block, Table):
                tables += 1
                yield block, f"Table {tables}: {block.caption}"
            elif isinstance(block, Picture):
                pictures += 1
                yield block, f"Figure {pictures}: {block.caption}"
            else:
                yield block, ""

    def contents(self) -> list[tuple[int, Heading]]:
        """The headings of levels 1 and 2 with their positions among the blocks.

        Empty when there are fewer than two: a list of one entry guides nobody.
        """
        listed = [
            (position, block)
            for position, block in enumerate(self.blocks)
            if isinstance(block, Heading) and block.level < 3
        ]
        return listed if len(listed) > 1 else []

    def as_data(self) -> dict[str, Any]:
        """The tree as plain data for JSON: each block is an object with a `block` key."""
        blocks = []
        for block, caption in self.captioned():
            fields = dataclasses.asdict(block)
            fields.pop("svg", None)
            if caption:
                fields["caption"] = caption
            if "numeric" in fields:
                fields["numeric"] = sorted(fields["numeric"])
            blocks.append({"block": type(block).__name__.lower(), **fields})
        return {
            "title": self.title,
            "subtitle": self.subtitle,
            "language": self.language,
            "blocks": blocks,
        }

    def as_kept(self) -> dict[str, Any]:
        """Everything, pictures included: `document_of` gives an equal document back."""
        data = self.as_data()
        for kept, block in zip(data["blocks"], self.blocks, strict=True):
            if isinstance(block, Picture):
                kept["svg"] = block.svg
            if isinstance(block, Picture | Table):
                kept["caption"] = block.caption
        return data


def document_of(data: Mapping[str, Any]) -> Document:
    """The document that `as_kept` made data of, perhaps by way of JSON."""
    blocks = tuple(_block_of(dict(block)) for block in data["blocks"])
    return Document(data["title"], data["subtitle"], blocks, data["language"])


def _block_of(fields: dict[str, Any]) -> Block:
    kind = _BLOCKS[fields.pop("block")]
    if "numeric" in fields:
        fields["numeric"] = frozenset(fields["numeric"])
    made: Block = kind(**{name: _tupled(value) for name, value in fields.items()})
    return made


def _tupled(value: Any) -> Any:
    return tuple(_tupled(part) for part in value) if isinstance(value, list) else value


_BLOCKS: dict[str, Any] = {
    kind.__name__.lower(): kind
    for kind in (Heading, Paragraph, Notice, Bullets, Labelled, Table, Picture)
}


def _settled(blocks: tuple[Block, ...]) -> Iterator[Block]:
    level = 0
    for block in blocks:
        if isinstance(block, Heading):
            if is_blank(block.text):
                continue
            level = min(block.level, level + 1)
            yield Heading(level, writable(block.text))
        else:
            fields = vars(block)
            settled = {name: _writable_parts(value) for name, value in fields.items()}
            yield block if settled == fields else dataclasses.replace(block, **settled)


def _writable_parts(value: Any) -> Any:
    if isinstance(value, str):
        return writable(value)
    if isinstance(value, tuple):
        return tuple(_writable_parts(part) for part in value)
    return value
