"""Charts for pages: the report's drawings and a trend, each with its words, table and CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.text import slugify
from markupsafe import Markup, escape

from safehub.foundation.documents import charts as drawing
from safehub.foundation.documents.charts import CountRow, GradeRow, ShareRow
from safehub.foundation.documents.neutral import neutralised
from safehub.foundation.govuk.parts import Column
from safehub.foundation.govuk.trends import Point, trend_svg

__all__ = ["Chart", "CountRow", "GradeRow", "Point", "ShareRow", "bars", "intervals", "stacked"]
__all__ += ["trend"]


@dataclass(frozen=True)
class Chart:
    """A drawing and the numbers that it draws. `desc` says in a sentence what is to be seen."""

    id: str
    title: str
    desc: str
    svg: Markup
    columns: tuple[Column, ...]
    rows: tuple[tuple[object, ...], ...]
    csv_href: str = ""
    note: str = ""

    def csv(self) -> str:
        """The table as CSV, with cells that a spreadsheet program would act on made harmless."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow([neutralised(column.label) for column in self.columns])
        writer.writerows([[neutralised(str(cell)) for cell in row] for row in self.rows])
        return out.getvalue()

    def at(self, csv_href: str) -> Chart:
        """The same chart, with the address of its CSV."""
        return replace(self, csv_href=csv_href)


def _chart(
    title: str,
    desc: str,
    svg: str,
    columns: Sequence[Column],
    rows: Sequence[tuple[object, ...]],
    note: str,
) -> Chart:
    name = slugify(title) or "chart"
    return Chart(
        name,
        title,
        desc,
        _told(svg if rows else "", name, title, desc),
        tuple(columns),
        tuple(rows),
        "",
        note,
    )


def _told(svg: str, name: str, title: str, desc: str) -> Markup:
    """The drawing as one image with a name and a description, for those who do not see it."""
    if not svg:
        return Markup()
    opening, rest = svg.split(">", 1)
    said = (
        f' class="sh-chart__svg" role="img" aria-labelledby="{name}-title {name}-desc">'
        f'<title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-desc">{escape(desc)}</desc>'
    )
    return Markup(opening + said + rest)  # noqa: S704 - the drawing has escaped its own words


def bars(title: str, rows: Sequence[CountRow], *, of: str, note: str = "") -> Chart:
    """A bar for each count. `of` is what is counted: `Gaps`."""
    most = max(rows, key=lambda row: row.count, default=None)
    desc = f"The most is {most.label} with {most.count:,}." if most else "There is nothing to show."
    columns = (Column("Name"), Column(of, numeric=True))
    table = [(row.label, row.count) for row in rows]
    return _chart(
        title,
        f"A bar chart of {len(rows)} rows. {desc}",
        drawing.counts(rows),
        columns,
        table,
        note,
    )


def stacked(
    title: str, grades: Sequence[str], rows: Sequence[GradeRow], *, note: str = ""
) -> Chart:
    """A bar for each row, cut by its counts of each grade; each cut has its letters and count."""
    columns = (Column("Name"), *(Column(grade, numeric=True) for grade in grades))
    table = [(row.label, *row.counts) for row in rows]
    desc = f"A bar for each of {len(rows)} rows, divided by {', '.join(grades)}."
    return _chart(title, desc, drawing.grades_by_agency(grades, rows), columns, table, note)


def intervals(title: str, rows: Sequence[ShareRow], *, note: str = "") -> Chart:
    """A dot for each share, with its 95 % interval."""
    columns = (
        Column("Name"),
        Column("Count", numeric=True),
        Column("Out of", numeric=True),
        Column("Share", numeric=True),
        Column("95 % interval", numeric=True),
    )
    table = [(row.label, row.count, row.of, _share(row), _interval(row)) for row in rows]
    desc = f"A dot for each of {len(rows)} shares, with its 95 % interval as a line."
    return _chart(title, desc, drawing.shares_with_intervals(rows), columns, table, note)


def _share(row: ShareRow) -> str:
    return f"{100 * row.count / row.of:.1f} %" if row.of else "–"


def _interval(row: ShareRow) -> str:
    if row.low is None or row.high is None:
        return "–"
    return f"{100 * row.low:.1f} to {100 * row.high:.1f} %"


def trend(title: str, points: Sequence[Point], *, of: str, note: str = "") -> Chart:
    """A line through points in their order, each with its number beside it."""
    columns = (Column("When"), Column(of, numeric=True))
    table = [(point.label, point.said) for point in points]
    desc = "There is nothing to show."
    if points:
        first, last = points[0], points[-1]
        desc = f"From {first.said} in {first.label} to {last.said} in {last.label}."
    return _chart(title, f"A line chart. {desc}", trend_svg(points), columns, table, note)
