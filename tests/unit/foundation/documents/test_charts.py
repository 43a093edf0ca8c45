"""Charts are well-formed, fit their width and never need their colours."""

from __future__ import annotations

import itertools

import pytest
from lxml import etree

from safehub.foundation.documents.charts import (
    SHADES,
    WIDTH,
    CountRow,
    GradeRow,
    ShareRow,
    counts,
    grades_by_agency,
    shares_with_intervals,
)
from safehub.foundation.documents.lettering import width_of

from .examples import GRADES, LONG_NAME

SVG = "{http://www.w3.org/2000/svg}"
NAMES = (LONG_NAME, "Housing", "x" * 90, '<b> & "Sons"', "林 ŵ தமிழ்", "")


def number(element: etree._Element, attribute: str) -> float:
    return float(element.get(attribute) or "nan")


def grade_rows(number: int) -> tuple[GradeRow, ...]:
    return tuple(
        GradeRow(NAMES[place % len(NAMES)], (place % 3, place % 50, 9, place % 2))
        for place in range(number)
    )


def drawings(number: int) -> list[str]:
    names = [NAMES[place % len(NAMES)] for place in range(number)]
    return [
        grades_by_agency(GRADES, grade_rows(number)),
        shares_with_intervals([ShareRow(name, 48, 56, 0.739, 0.93) for name in names]),
        counts([CountRow(name, place * 7) for place, name in enumerate(names)]),
    ]


@pytest.mark.parametrize("rows", [1, 2, 10, 40])
def test_charts_are_well_formed_and_nothing_leaves_them(rows: int) -> None:
    for svg in drawings(rows):
        root = etree.fromstring(svg)
        height = number(root, "height")
        assert number(root, "width") == WIDTH
        for text in root.iter(f"{SVG}text"):
            width = width_of(text.text or "") * 13
            across, base = number(text, "x"), number(text, "y")
            start = {"end": across - width, "middle": across - width / 2}
            left = start.get(text.get("text-anchor", "start"), across)
            assert left >= -0.1
            assert left + width <= WIDTH + 0.1
            assert 9 <= base <= height - 2
        for box in root.iter(f"{SVG}rect"):
            assert number(box, "y") + number(box, "height") <= height


@pytest.mark.parametrize("rows", [1, 6, 40])
def test_no_two_texts_of_a_chart_overlap(rows: int) -> None:
    for svg in drawings(rows):
        spans = []
        for text in etree.fromstring(svg).iter(f"{SVG}text"):
            width = width_of(text.text or "") * 13
            shift = {"end": width, "middle": width / 2}.get(text.get("text-anchor", ""), 0)
            left, base = number(text, "x") - shift, number(text, "y")
            spans.append((left, left + width, base - 10, base + 2))
        for one, other in itertools.combinations(spans, 2):
            apart = one[1] <= other[0] or other[1] <= one[0]
            assert apart or one[3] <= other[2] or other[3] <= one[2]


def luminance(colour: str) -> float:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_shades_differ_from_their_neighbours_the_page_and_their_ink() -> None:
    for shade, following in itertools.pairwise(SHADES):
        assert contrast(shade.fill, following.fill) >= 3
    for shade in SHADES:
        assert contrast(shade.fill, "#ffffff") >= 3
        assert contrast(shade.fill, shade.ink) >= 4.5


def test_every_count_of_a_grade_is_written() -> None:
    svg = grades_by_agency(GRADES, (GradeRow("A", (1, 60, 30, 1)),))
    words = [text.text for text in etree.fromstring(svg).iter(f"{SVG}text")]
    assert {"G 60", "RI 30", "Outstanding 1, Inadequate 1", "n = 92"} <= set(words)


def test_grades_with_the_same_initials_are_numbered() -> None:
    svg = grades_by_agency(("Good", "Grave"), (GradeRow("A", (5, 5)),))
    assert ">1 5<" in svg
    assert ">2 5<" in svg


def test_share_is_labelled_with_its_numbers() -> None:
    svg = shares_with_intervals((ShareRow("Seen", 48, 56), ShareRow("None", 0, 0)))
    assert ">48 of 56 (85.7 %)<" in svg
    assert ">0 of 0<" in svg
    assert svg.count("<circle") == 1


def test_counts_that_do_not_match_the_grades_are_refused() -> None:
    with pytest.raises(ValueError, match="one count for each grade"):
        grades_by_agency(GRADES, (GradeRow("A", (1, 2)),))
