"""Charts as SVG text. Every number is written beside its mark, so colour is never needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Self
from xml.sax.saxutils import escape, quoteattr

from safehub.foundation.documents.lettering import width_of, wrapped, writable

WIDTH = 640.0
_SIZE = 13.0
_LINE = 16.0
_GAP = 12.0
_BAR = 24.0
_MARGIN = 4.0
_INK = "#1c2126"
_MUTED = "#525b63"
_GRID = "#c9d0d5"
_MARK = "#08434a"


@dataclass(frozen=True)
class Shade:
    """A fill, and the ink that can be read on it at 4.5:1."""

    fill: str
    ink: str


# Dark and mid by turns: 3:1 between any two neighbours, and between each and the white page.
SHADES = (
    Shade("#08434a", "#ffffff"),
    Shade("#2e9a95", "#000000"),
    Shade("#6b2b06", "#ffffff"),
    Shade("#d2741a", "#000000"),
    Shade("#343a41", "#ffffff"),
    Shade("#8d959b", "#000000"),
    Shade("#4c2a63", "#ffffff"),
    Shade("#cb6fa4", "#000000"),
)


@dataclass(frozen=True)
class GradeRow:
    """One bar: an agency, say, with a count for each grade in the order of the grades."""

    label: str
    counts: tuple[int, ...]


@dataclass(frozen=True)
class ShareRow:
    """A count out of a whole, with its 95 % interval as shares of 1, or none."""

    label: str
    count: int
    of: int
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class CountRow:
    """One bar of a plain count."""

    label: str
    count: int


class Drawing(str):
    """A chart that can be drawn again with other words, measured and wrapped anew."""

    __slots__ = ("again",)
    again: Callable[[Callable[[str], str]], str]

    def __new__(cls, svg: str, again: Callable[[Callable[[str], str]], str]) -> Self:
        """The chart `svg`; `again` draws it once more, each label passed through a function."""
        drawing = super().__new__(cls, svg)
        drawing.again = again
        return drawing

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        """A copy is plain text, which is all that a file can hold."""
        return str, (str(self),)


def grades_by_agency(grades: Sequence[str], rows: Sequence[GradeRow]) -> str:
    """Bars of equal length, cut by the share of each grade; ValueError if counts do not match.

    A key letter and the count stand in each segment; a segment too narrow for them is spelled
    out under its bar.
    """
    if any(len(row.counts) != len(grades) for row in rows):
        raise ValueError("Each row of the chart needs one count for each grade.")
    names = list(zip(grades, _keys(grades), strict=True))
    legend, top = _legend(names)
    drawing = [*legend]
    breaks: list[float] = []
    left, right = 186.0, 62.0
    for row in rows:
        lines = wrapped(row.label, (left - _GAP) / _SIZE)
        bar, under = _stacked_bar(row, names, left, WIDTH - left - right, top)
        height = max(len(lines) * _LINE, _BAR + under)
        base = top + _BAR / 2 + 4.5
        drawing += _lines(lines, 0, base if len(lines) == 1 else top + 12)
        drawing += bar
        drawing.append(_text(f"n = {sum(row.counts)}", WIDTH - 2, base, anchor="end"))
        top += height + _GAP
        breaks.append(top - _GAP / 2)
    return Drawing(
        _svg(drawing, top - _GAP + _MARGIN, breaks[:-1]),
        lambda said: grades_by_agency(
            [said(grade) for grade in grades],
            [replace(row, label=said(row.label)) for row in rows],
        ),
    )


def shares_with_intervals(rows: Sequence[ShareRow]) -> str:
    """A dot for each share on a scale from 0 to 100 %, with a whisker where there is an interval.

    A row of nothing (`of=0`) has its words but no dot.
    """
    left, right = 200.0, 150.0
    widest = max((width_of(_share_words(row)) * _SIZE for row in rows), default=0.0)
    right = max(right, widest + _GAP * 2)
    plot = WIDTH - left - right
    marks: list[str] = []
    breaks: list[float] = []
    top = _MARGIN
    for row in rows:
        lines = wrapped(row.label, (left - _GAP * 1.5) / _SIZE)
        height = max(len(lines) * _LINE, _LINE) + _GAP
        middle = top + height / 2
        marks += _lines(lines, 0, middle - (len(lines) - 1) * _LINE / 2 + 4.5)
        marks += _dot(row, left, plot, middle)
        marks.append(_text(_share_words(row), left + plot + _GAP * 1.5, middle + 4.5))
        top += height
        breaks.append(top)
    return Drawing(
        _svg([*_scale(left, plot, top), *marks], top + _LINE + 8, breaks[:-1]),
        lambda said: shares_with_intervals([replace(row, label=said(row.label)) for row in rows]),
    )


def counts(rows: Sequence[CountRow]) -> str:
    """A bar for each count, from a common zero, with the number at its end."""
    left = 236.0
    most = max((row.count for row in rows), default=0)
    ends = max((width_of(str(row.count)) * _SIZE for row in rows), default=0.0)
    plot = WIDTH - left - ends - 10
    drawing: list[str] = []
    breaks: list[float] = []
    top = _MARGIN
    for row in rows:
        lines = wrapped(row.label, (left - _GAP) / _SIZE)
        height = max(len(lines) * _LINE, _BAR - 4)
        middle = top + height / 2
        length = plot * row.count / most if most else 0.0
        drawing += _lines(lines, 0, middle - (len(lines) - 1) * _LINE / 2 + 4.5)
        drawing.append(_box(left, middle - 10, length, 20, _MARK))
        drawing.append(_text(str(row.count), left + length + 6, middle + 4.5))
        top += height + _GAP - 2
        breaks.append(top - _GAP / 2 + 1)
    foot = top - _GAP + 2
    drawing.append(_rule(left, _MARGIN - 2, left, foot + 2, _INK))
    return Drawing(
        _svg(drawing, foot + _MARGIN, breaks[:-1]),
        lambda said: counts([replace(row, label=said(row.label)) for row in rows]),
    )


def _keys(grades: Sequence[str]) -> tuple[str, ...]:
    """The initials of each grade, or their positions when initials would not tell them apart."""
    initials = ["".join(word[0] for word in grade.split()).upper()[:3] for grade in grades]
    if len(set(initials)) == len(grades) and all(initials):
        return tuple(initials)
    return tuple(str(position) for position in range(1, len(grades) + 1))


def _shade(position: int) -> Shade:
    return SHADES[position % len(SHADES)]


def _legend(names: Sequence[tuple[str, str]]) -> tuple[list[str], float]:
    """The key above the bars, and where the bars may begin."""
    drawing: list[str] = []
    across, top = 0.0, _MARGIN
    box = max((width_of(key) * _SIZE for _, key in names), default=0.0) + 12
    for position, (grade, key) in enumerate(names):
        lines = wrapped(grade, (WIDTH - box - 24) / _SIZE)
        needed = box + 6 + max(width_of(line) for line in lines) * _SIZE
        if across and across + needed > WIDTH:
            across, top = 0.0, top + _LINE + 10
        shade = _shade(position)
        drawing.append(_box(across, top, box, 20, shade.fill))
        drawing.append(_text(key, across + box / 2, top + 14.5, fill=shade.ink, anchor="middle"))
        drawing += _lines(lines, across + box + 6, top + 14.5)
        across += needed + 20
        top += (len(lines) - 1) * _LINE
    return drawing, top + 20 + _GAP * 1.5


def _stacked_bar(
    row: GradeRow, names: Sequence[tuple[str, str]], left: float, length: float, top: float
) -> tuple[list[str], float]:
    """The bar and how much room the words under it take; `names` are each grade and its key."""
    whole = sum(row.counts)
    base = top + _BAR / 2 + 4.5
    if not whole:
        return [_text("None graded", left, base, fill=_MUTED)], 0.0
    drawing: list[str] = []
    narrow: list[str] = []
    across = left
    for position, (count, (grade, key)) in enumerate(zip(row.counts, names, strict=True)):
        if not count:
            continue
        width, shade = length * count / whole, _shade(position)
        drawing.append(_segment(across, top, width, shade.fill))
        words = f"{key} {count}"
        if width_of(words) * _SIZE + 6 <= width:
            drawing.append(_text(words, across + width / 2, base, fill=shade.ink, anchor="middle"))
        else:
            narrow.append(f"{grade} {count}")
        across += width
    under = wrapped(", ".join(narrow), length / _SIZE) if narrow else []
    drawing += _lines(under, left, top + _BAR + 14, fill=_MUTED)
    return drawing, len(under) * _LINE


def _segment(across: float, top: float, width: float, fill: str) -> str:
    """A cut of a bar, ending in a white gap that leaves even the thinnest one visible."""
    return _box(across, top, max(width - 2.0, 1.0), _BAR, fill)


def _share_words(row: ShareRow) -> str:
    if not row.of:
        return f"{row.count} of {row.of}"
    return f"{row.count} of {row.of} ({100 * row.count / row.of:.1f} %)"


def _dot(row: ShareRow, left: float, plot: float, middle: float) -> Iterator[str]:
    if not row.of:
        return
    if row.low is not None and row.high is not None:
        low, high = left + plot * row.low, left + plot * row.high
        yield _rule(low, middle, high, middle, _INK, 2)
        yield _rule(low, middle - 5, low, middle + 5, _INK, 2)
        yield _rule(high, middle - 5, high, middle + 5, _INK, 2)
    centre = left + plot * row.count / row.of
    yield f'<circle cx="{_n(centre)}" cy="{_n(middle)}" r="5.5" fill="{_MARK}" stroke="#ffffff"/>'


def _scale(left: float, plot: float, foot: float) -> Iterator[str]:
    for hundredths in (0, 25, 50, 75, 100):
        across = left + plot * hundredths / 100
        yield _rule(across, _MARGIN, across, foot, _INK if not hundredths else _GRID)
        yield _text(f"{hundredths} %", across, foot + _LINE, fill=_MUTED, anchor="middle")


def _n(number: float) -> str:
    """One decimal and no `-0`: the same text for the same chart on every machine."""
    text = f"{number:.1f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _text(
    words: str, across: float, base: float, *, fill: str = _INK, anchor: str = "start"
) -> str:
    where = f'x="{_n(across)}" y="{_n(base)}" fill="{fill}"'
    if anchor != "start":
        where += f' text-anchor="{anchor}"'
    return f"<text {where}>{escape(writable(words))}</text>"


def _lines(lines: Sequence[str], across: float, base: float, *, fill: str = _INK) -> list[str]:
    return [
        _text(line, across, base + _LINE * place, fill=fill) for place, line in enumerate(lines)
    ]


def _box(across: float, top: float, width: float, height: float, fill: str) -> str:
    return (
        f'<rect x="{_n(across)}" y="{_n(top)}" width="{_n(width)}" height="{_n(height)}"'
        f' fill="{fill}"/>'
    )


def _rule(x1: float, y1: float, x2: float, y2: float, ink: str, width: float = 1) -> str:
    ends = f'x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}"'
    return f'<line {ends} stroke="{ink}" stroke-width="{_n(width)}"/>'


def _svg(drawing: Sequence[str], height: float, breaks: Sequence[float]) -> str:
    """`breaks` are the heights at which a chart too tall for a page may be cut."""
    size = f'viewBox="0 0 {_n(WIDTH)} {_n(height)}" width="{_n(WIDTH)}" height="{_n(height)}"'
    font = f"font-family={quoteattr('Arial, Arimo, sans-serif')} font-size={quoteattr(_n(_SIZE))}"
    cuts = f'data-breaks="{" ".join(map(_n, breaks))}"'
    inner = "".join(drawing)
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {cuts} {font}>{inner}</svg>'
