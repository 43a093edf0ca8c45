"""Charts for pages: what they say to whom does not see them."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from safehub.foundation.documents.charts import SHADES
from safehub.foundation.govuk import charts
from safehub.foundation.govuk.charts import Chart, CountRow, GradeRow, Point, ShareRow
from safehub.foundation.govuk.macros import template_macro

from .test_assets import contrast

SVG = "{http://www.w3.org/2000/svg}"


def all_four() -> list[Chart]:
    return [
        charts.bars("Gaps <b>", [CountRow("Police & co", 3), CountRow("=1+1", 1)], of="Gaps"),
        charts.stacked("Grades", ("Good", "Poor"), [GradeRow("Police", (3, 1))]),
        charts.intervals("Heard", [ShareRow("Police", 3, 4, 0.3, 0.95), ShareRow("None", 0, 0)]),
        charts.trend("In time", [Point("Q1", 50, "50 %"), Point("Q2", None)], of="Share"),
    ]


@pytest.mark.parametrize("chart", all_four(), ids=lambda chart: chart.title)
def test_chart_is_one_image_with_a_name_and_a_description(chart: Chart) -> None:
    root = ET.fromstring(chart.svg)
    assert root.get("role") == "img"
    title, desc = root[0], root[1]
    assert (title.tag, desc.tag) == (f"{SVG}title", f"{SVG}desc")
    assert root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"
    assert title.text == chart.title
    assert desc.text == chart.desc


@pytest.mark.parametrize("chart", all_four(), ids=lambda chart: chart.title)
def test_every_number_of_the_drawing_is_in_the_table_and_the_csv(chart: Chart) -> None:
    html = template_macro("govuk/charts.html", "chart_block")(chart.at("/x.csv"))
    assert 'href="/x.csv"' in html
    assert "The numbers as a table" in html
    text = chart.csv()
    assert text.count("\r\n") == len(chart.rows) + 1
    for row in chart.rows:
        assert len(row) == len(chart.columns)


def test_cell_that_a_spreadsheet_would_act_on_is_made_harmless() -> None:
    assert "\r\n'=1+1,1\r\n" in all_four()[0].csv()


def test_words_of_others_cannot_leave_the_drawing() -> None:
    chart = charts.trend("</title><script>", [Point("<script>", 1, "</text><script>")], of="x")
    html = template_macro("govuk/charts.html", "chart_block")(chart)
    assert "<script>" not in html


@pytest.mark.parametrize(
    "chart",
    [
        charts.bars("T", [], of="x"),
        charts.stacked("T", ("Good",), []),
        charts.intervals("T", []),
        charts.trend("T", [], of="x"),
    ],
)
def test_chart_of_nothing_says_so_and_draws_nothing(chart: Chart) -> None:
    html = template_macro("govuk/charts.html", "chart_block")(chart)
    assert "There is nothing to show yet." in html
    assert "<svg" not in html


def test_gap_in_a_trend_breaks_the_line() -> None:
    known = [Point(f"Q{n}", n) for n in (1, 2, 3)]
    gap = [*known, Point("Q4", None), Point("Q5", 4), Point("Q6", 5)]
    assert charts.trend("T", known, of="x").svg.count("<polyline") == 1
    broken = charts.trend("T", gap, of="x").svg
    assert broken.count("<polyline") == 2
    assert "not known" in broken


@pytest.mark.parametrize("count", [1, 2, 13, 200])
def test_trend_of_any_length_stays_within_its_frame(count: int) -> None:
    points = [Point(f"Q{n}", n) for n in range(count)]
    root = ET.fromstring(charts.trend("T", points, of="x").svg)
    labels = [one for one in root.iter(f"{SVG}text") if (one.text or "").startswith("Q")]
    assert len(labels) <= 13
    for circle in root.iter(f"{SVG}circle"):
        assert 0 <= float(circle.get("cx", "-1")) <= 640
        assert 20 <= float(circle.get("cy", "-1")) <= 220
    assert labels[-1].text == f"Q{count - 1}"


def test_trend_of_noughts_lies_on_the_ground() -> None:
    assert 'cy="180.0"' in charts.trend("T", [Point("a", 0), Point("b", 0)], of="x").svg


def test_negative_values_are_refused() -> None:
    with pytest.raises(ValueError, match="no negative"):
        charts.trend("T", [Point("a", -1)], of="x")


def test_neighbouring_shades_differ_by_three_to_one() -> None:
    fills = [shade.fill for shade in SHADES]
    for one, other in zip(fills, [*fills[1:], fills[0]], strict=True):
        assert contrast(one, other) >= 3
    for shade in SHADES:
        assert contrast(shade.fill, "#ffffff") >= 3 or shade.fill in fills[1::2]
        assert contrast(shade.ink, shade.fill) >= 4.5
