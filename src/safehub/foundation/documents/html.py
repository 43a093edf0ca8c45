"""One page that needs nothing else: styles inside, charts inside, no script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html import escape
from importlib.resources import files

from safehub.foundation.documents.lettering import by_direction
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

_ROOT = re.compile(r"<svg\b")
_ROOT_END = re.compile(r"(<svg\b[^>]*>)")
_PROLOGUE = re.compile(r"^\s*<\?xml[^>]*\?>\s*")


def to_html(document: Document) -> str:
    """The whole page. Every text is escaped; headings start at `h2`, the title being the `h1`."""
    title = escape(document.title)
    body = "\n".join(_body(document))
    return f"""<!DOCTYPE html>
<html lang="{escape(document.language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{_styles()}</style>
</head>
<body>
<a class="skip" href="#content">Skip to main content</a>
<div class="masthead"></div>
<main id="content" tabindex="-1">
{body}
</main>
</body>
</html>
"""


def to_part(document: Document) -> str:
    """The document within a page that has its own `h1`: its title is an `h2`, and no contents.

    Everything is escaped. What is wide scrolls within `scroll` and `picture`, which take the focus.
    """
    lines = [_element("h2", document.title)]
    if document.subtitle.strip():
        lines.append(_element("p", document.subtitle, ' class="subtitle"'))
    for position, (block, caption) in enumerate(document.captioned()):
        lines += _block(block, caption, position, under=2)
    return "\n".join(lines)


@cache
def _styles() -> str:
    return files(__package__).joinpath("page.css").read_text("utf-8")


def _body(document: Document) -> Iterator[str]:
    yield _element("h1", document.title)
    if document.subtitle.strip():
        yield _element("p", document.subtitle, ' class="subtitle"')
    yield from _contents(document)
    for position, (block, caption) in enumerate(document.captioned()):
        yield from _block(block, caption, position)


def _contents(document: Document) -> Iterator[str]:
    entries = document.contents()
    if not entries:
        return
    yield '<nav class="contents" aria-labelledby="contents">\n<h2 id="contents">Contents</h2>\n<ol>'
    for position, heading in entries:
        under = ' class="under"' if heading.level == 2 else ""
        link = f'<a href="#heading-{position}">{escape(heading.text)}</a>'
        yield f"<li{under}{_direction(heading.text)}>{link}</li>"
    yield "</ol>\n</nav>"


def _block(block: Block, caption: str, position: int, under: int = 1) -> Iterator[str]:
    match block:
        case Heading():
            yield _element(f"h{block.level + under}", block.text, f' id="heading-{position}"')
        case Paragraph() if block.text.strip():
            yield _element("p", block.text)
        case Notice() if block.text.strip():
            yield _element("p", block.text, ' class="notice"')
        case Bullets():
            yield from _bullets(block)
        case Labelled():
            yield from _labelled(block)
        case Table():
            yield from _table(block, caption, f"table-{position}")
        case Picture():
            yield from _picture(block, caption, f"figure-{position}")


def _bullets(block: Bullets) -> Iterator[str]:
    items = [item for item in block.items if item.strip()]
    if items:
        yield "<ul>"
        yield from (_element("li", item) for item in items)
        yield "</ul>"


def _labelled(block: Labelled) -> Iterator[str]:
    items = [(label, text) for label, text in block.items if label.strip() or text.strip()]
    if items:
        yield '<dl class="labelled">'
        for label, text in items:
            yield f"<div>{_element('dt', label)}{_element('dd', text)}</div>"
        yield "</dl>"


def _table(table: Table, caption: str, name: str) -> Iterator[str]:
    yield '<div class="table">'
    # A keyboard user can scroll only what can take the focus, and that needs a name.
    yield f'<div class="scroll" role="region" aria-labelledby="{name}" tabindex="0">'
    yield "<table>"
    yield _element("caption", caption, f' id="{name}"')
    yield f"<thead>\n<tr>{_headings(table)}</tr>\n</thead>\n<tbody>"
    for row in table.rows:
        yield f"<tr>{''.join(_cells(table, row))}</tr>"
    yield "</tbody>\n</table>\n</div>"
    if table.note.strip():
        yield _element("p", table.note, ' class="note"')
    yield "</div>"


def _headings(table: Table) -> str:
    return "".join(
        _element("th", heading, f' scope="col"{_alignment(table, column)}')
        if heading.strip()
        else "<td></td>"
        for column, heading in enumerate(table.headings)
    )


def _cells(table: Table, row: tuple[str, ...]) -> Iterator[str]:
    for column, text in enumerate(row):
        heads_row = column == 0 and text.strip()
        kind, scope = ("th", ' scope="row"') if heads_row else ("td", "")
        yield _element(kind, text, scope + _alignment(table, column))


def _alignment(table: Table, column: int) -> str:
    return ' class="number"' if column in table.numeric else ""


def _picture(picture: Picture, caption: str, name: str) -> Iterator[str]:
    yield f"<figure>\n{_element('figcaption', caption)}"
    yield f'<div class="picture" role="group" aria-label="{escape(caption)}" tabindex="0">'
    yield f"{_svg(picture, caption, name)}</div>"
    yield "</figure>"


def _svg(picture: Picture, caption: str, name: str) -> str:
    """The chart with its caption as its name and its alternative as its description."""
    named = f'<svg role="img" aria-labelledby="{name}-title" aria-describedby="{name}-desc"'
    words = (
        f'<title id="{name}-title">{escape(caption)}</title>'
        f'<desc id="{name}-desc">{escape(picture.alternative)}</desc>'
    )
    svg = _PROLOGUE.sub("", picture.svg)
    svg = _ROOT.sub(lambda _: named, svg, count=1)
    return _ROOT_END.sub(lambda root: root[1] + words, svg, count=1)


def _element(name: str, text: str, attributes: str = "") -> str:
    return f"<{name}{attributes}{_direction(text)}>{escape(text)}</{name}>"


def _direction(text: str) -> str:
    """`dir=auto` where a text holds Hebrew, Arabic or the like, so that it stays in its element."""
    if text.isascii() or by_direction(text) == [(False, text)]:
        return ""
    return ' dir="auto"'
