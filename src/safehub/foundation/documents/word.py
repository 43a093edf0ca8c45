"""Word files with real styles, captions, contents and text alternatives."""

from __future__ import annotations

import io
from collections.abc import Iterator

from docx.document import Document as WordDocument
from docx.shared import Length

from safehub.foundation.documents.columns import turned
from safehub.foundation.documents.lettering import width_of
from safehub.foundation.documents.slices import slices
from safehub.foundation.documents.tree import (
    Block,
    Bullets,
    Document,
    Heading,
    Labelled,
    Notice,
    Paragraph,
    Picture,
    Table,
)
from safehub.foundation.documents.typesetting import png_of
from safehub.foundation.documents.word_package import (
    LINE_WIDTH,
    TURNED_LINE_WIDTH,
    bytes_of,
    end_turned,
    new_package,
    section_xml,
)
from safehub.foundation.documents.word_table import table_xml
from safehub.foundation.documents.word_xml import (
    direction,
    field,
    field_end,
    field_start,
    paragraph,
    picture,
    run,
    text_paragraph,
)

_CSS_PIXELS_WIDE = 640.0
_LABEL_SIZE = 10.5
_NARROW_LABEL = 680
_WIDEST_LABEL = 3400


def to_word(document: Document) -> bytes:
    """A .docx that opens without questions: its fields are filled in and need no update."""
    word = new_package(document)
    written = "".join(_Writing(document, word).paragraphs())
    return bytes_of(word, written)


class _Writing:
    """One document on its way into Word; it counts what must be unique in the file."""

    def __init__(self, document: Document, word: WordDocument) -> None:
        self._document = document
        self._word = word
        self._turned = turned(document)
        self._listed = {position for position, _ in document.contents()}

    def paragraphs(self) -> Iterator[str]:
        yield text_paragraph(self._document.title, "Title")
        if self._document.subtitle.strip():
            yield text_paragraph(self._document.subtitle, "Subtitle")
        yield from self._contents()
        aside = False
        for position, (block, caption) in enumerate(self._document.captioned()):
            if (position in self._turned) != aside:
                yield self._section_end(turned=aside)
                aside = not aside
            yield from self._block(block, caption, position)
        if aside:
            end_turned(self._word)

    def _section_end(self, *, turned: bool) -> str:
        return paragraph("", "AfterTable", section_xml(self._word, turned=turned))

    def _contents(self) -> Iterator[str]:
        entries = self._document.contents()
        if not entries:
            return
        yield text_paragraph("Contents", "TOCHeading")
        last = len(entries) - 1
        for place, (position, heading) in enumerate(entries):
            link = f'<w:hyperlink w:anchor="{_bookmark(position)}" w:history="1">'
            runs = f"{link}{run(heading.text)}</w:hyperlink>"
            if place == 0:
                runs = field_start(r'TOC \o "1-2" \n \h') + runs
            if place == last:
                runs += field_end()
            yield paragraph(runs, f"TOC{heading.level}", direction(heading.text))

    def _block(self, block: Block, caption: str, position: int) -> Iterator[str]:
        match block:
            case Heading():
                yield self._heading(block, position)
            case Paragraph() if block.text.strip():
                yield text_paragraph(block.text, "Normal")
            case Notice() if block.text.strip():
                yield text_paragraph(block.text, "Notice")
            case Bullets():
                items = (item for item in block.items if item.strip())
                yield from (text_paragraph(item, "ListBullet") for item in items)
            case Labelled():
                yield from _labelled(block)
            case Table():
                wide = position in self._turned
                yield from _table(block, caption, TURNED_LINE_WIDTH if wide else LINE_WIDTH)
            case Picture():
                yield _caption(caption, block.caption)
                yield from self._picture(block, caption, position)

    def _heading(self, heading: Heading, position: int) -> str:
        runs = run(heading.text)
        if position in self._listed:
            name = _bookmark(position)
            start = f'<w:bookmarkStart w:id="{position}" w:name="{name}"/>'
            runs = f'{start}{runs}<w:bookmarkEnd w:id="{position}"/>'
        return paragraph(runs, f"Heading{heading.level}", direction(heading.text))

    def _picture(self, block: Picture, caption: str, position: int) -> Iterator[str]:
        """The chart, cut if it is taller than a page; one alternative speaks for all its parts."""
        name = caption.split(":", 1)[0]
        alternative = block.alternative
        for place, (svg, share) in enumerate(slices(block.svg)):
            png = png_of(svg, width=_CSS_PIXELS_WIDE)
            relation, image = self._word.part.get_or_add_image(io.BytesIO(png))
            width = round(LINE_WIDTH * share)
            size = (width, width * image.px_height // image.px_width)
            number = (position + 1) * 100 + place
            yield paragraph(picture(name, alternative, number, relation, size), "Picture")
            alternative = ""


def _bookmark(position: int) -> str:
    return f"_Toc{position:08d}"


def _caption(numbered: str, text: str) -> str:
    """`Table 2: …` with the 2 as a field, so that Word can count again when tables are added."""
    kind, number = numbered.removesuffix(text).rstrip(": ").split(" ")
    count = field(rf"SEQ {kind} \* ARABIC", number)
    return paragraph(f"{run(f'{kind} ')}{count}{run(f': {text}')}", "Caption", direction(text))


def _table(table: Table, caption: str, line: Length) -> Iterator[str]:
    yield _caption(caption, table.caption)
    yield table_xml(table, caption, line.twips)
    if table.note.strip():
        yield text_paragraph(table.note, "TableNote")
    # Two tables that touch become one in Word.
    yield paragraph("", "AfterTable")


def _labelled(block: Labelled) -> Iterator[str]:
    items = [(label, text) for label, text in block.items if label.strip() or text.strip()]
    longest = max((width_of(label, bold=True) for label, _ in items), default=0.0)
    indent = min(max(_NARROW_LABEL, round((longest + 1) * _LABEL_SIZE * 20)), _WIDEST_LABEL)
    # The style holds the usual indent; a list with longer labels needs its own.
    tabs = indented = ""
    if indent != _NARROW_LABEL:
        cleared = f'<w:tab w:val="clear" w:pos="{_NARROW_LABEL}"/>'
        tabs = f'<w:tabs>{cleared}<w:tab w:val="left" w:pos="{indent}"/></w:tabs>'
        indented = f'<w:ind w:left="{indent}" w:hanging="{indent}"/>'
    for label, text in items:
        runs = f"{run(label, 'Label')}<w:r><w:tab/></w:r>{run(text)}"
        yield paragraph(runs, "Labelled", tabs + direction(text) + indented)
