"""Charts taller than a page, cut between their rows."""

from __future__ import annotations

import re
from itertools import pairwise

# What stands on an upright page under its caption, for a chart 640 wide across the whole line.
MOST_HEIGHT = 870.0

_SIZES = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)" width="[\d.]+" height="[\d.]+"')
_BREAKS = re.compile(r'data-breaks="([\d. ]*)"')


def slices(svg: str) -> list[tuple[str, float]]:
    """The parts of a chart that each fit a page, with the share of the line that each fills.

    A picture that names no `data-breaks` stays whole and is made smaller instead.
    """
    sizes = _SIZES.search(svg)
    if sizes is None:
        return [(svg, 1.0)]
    width, height = float(sizes[1]), float(sizes[2])
    tops = _tops(svg, height)
    ends = [*tops[1:], height]
    return [
        (_cut(svg, width, top, end), min(1.0, MOST_HEIGHT * width / 640 / (end - top)))
        for top, end in zip(tops, ends, strict=True)
    ]


def _tops(svg: str, height: float) -> list[float]:
    named = _BREAKS.search(svg)
    breaks = [float(place) for place in named[1].split()] if named else []
    tops = [0.0]
    for place, following in pairwise([*breaks, height]):
        if following - tops[-1] > MOST_HEIGHT:
            tops.append(place)
    return tops


def _cut(svg: str, width: float, top: float, end: float) -> str:
    size = f'viewBox="0 {top:g} {width:g} {end - top:g}" width="{width:g}" height="{end - top:g}"'
    return _SIZES.sub(lambda _: size, svg, count=1)
