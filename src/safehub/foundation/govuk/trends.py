"""A trend line as SVG. Each number stands beside its point, so there is no axis to read off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import escape

WIDTH = 640
_HEIGHT = 220
_LEFT, _RIGHT, _TOP, _FOOT = 30, 40, 34, 40
_INK = "#1c2126"
_MUTED = "#525b63"
_GRID = "#c9d0d5"
_MARK = "#08434a"
# More numbers than this would run into one another.
_MOST_LABELS = 12


@dataclass(frozen=True, slots=True)
class Point:
    """A value at a time. `value` None is a gap: the line is broken there. `words` say it."""

    label: str
    value: float | None
    words: str = ""

    @property
    def said(self) -> str:
        """The value as written."""
        if self.value is None:
            return "not known"
        return self.words or f"{self.value:g}"


def trend_svg(points: Sequence[Point]) -> str:
    """The drawing, from a common zero; negative values are ValueError."""
    known = [point.value for point in points if point.value is not None]
    if any(value < 0 for value in known):
        raise ValueError("A trend has no negative values.")
    most = max(known, default=0) or 1
    across = _places(len(points))
    foot = _HEIGHT - _FOOT
    height = foot - _TOP
    places = [
        (x, None if point.value is None else foot - height * point.value / most)
        for x, point in zip(across, points, strict=True)
    ]
    step = -(-len(points) // _MOST_LABELS) or 1
    parts = [f'<line x1="{_LEFT - 10}" y1="{foot}" x2="{WIDTH}" y2="{foot}" stroke="{_GRID}"/>']
    parts += _lines(places)
    for position, ((x, y), point) in enumerate(zip(places, points, strict=True)):
        shown = (len(points) - 1 - position) % step == 0
        if y is not None:
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="{_MARK}"/>')
            if shown:
                parts.append(_text(point.said, x, y - 11, _INK, "bold"))
        elif shown:
            parts.append(_text(point.said, x, foot - 8, _MUTED))
        if shown:
            parts.append(_text(point.label, x, foot + 20, _MUTED))
    size = f'viewBox="0 0 {WIDTH} {_HEIGHT}" width="{WIDTH}" height="{_HEIGHT}"'
    font = 'font-family="Arial, Arimo, sans-serif" font-size="13"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {font}>{"".join(parts)}</svg>'


def _places(count: int) -> list[float]:
    if count < 2:
        return [WIDTH / 2.0] * count
    room = WIDTH - _LEFT - _RIGHT
    return [_LEFT + room * position / (count - 1) for position in range(count)]


def _lines(places: Sequence[tuple[float, float | None]]) -> list[str]:
    """A line for each unbroken run of known points."""
    runs: list[list[str]] = [[]]
    for x, y in places:
        if y is None:
            runs.append([])
        else:
            runs[-1].append(f"{x:.1f},{y:.1f}")
    return [
        f'<polyline points="{" ".join(run)}" fill="none" stroke="{_MARK}" stroke-width="2.5"/>'
        for run in runs
        if len(run) > 1
    ]


def _text(words: str, x: float, y: float, fill: str, weight: str = "normal") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{fill}" font-weight="{weight}"'
        f' text-anchor="middle">{escape(words)}</text>'
    )
