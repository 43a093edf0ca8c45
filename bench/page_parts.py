"""What the design system costs in processor time: a list, a grid, a form, the charts. No database.

Everything is drawn in one process, ours and the bare strings in turn, after each was drawn once.
The hooks of the shell are empty here: what navigation and who one acts as cost is theirs.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from html import escape
from typing import Any

from measure import machine

ROUNDS = 300
ROWS = 50


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="30 rounds instead of 300")
    rounds = 30 if parser.parse_args().quick else ROUNDS
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(SAFEHUB_HOME=home, DJANGO_SETTINGS_MODULE="safehub.config.settings")
        drawn = _drawn()
        took: dict[str, list[float]] = {name: [] for name in drawn}
        for draw in drawn.values():
            draw()
        for _ in range(rounds):
            for name, draw in drawn.items():
                began = time.process_time()
                draw()
                took[name].append((time.process_time() - began) * 1000)
    print(f"{machine()}; {rounds} rounds, milliseconds of processor time\n")
    print(f"{'what':<44}{'median':>8}{'p95':>8}{'bytes':>9}")
    for name, times in took.items():
        p95 = sorted(times)[int(len(times) * 0.95)]
        size = len(str(drawn[name]()))
        print(f"{name:<44}{statistics.median(times):>8.2f}{p95:>8.2f}{size:>9}")
    bare = statistics.median(took[BARE])
    print(f"\nthe list over bare strings: {statistics.median(took[LIST]) / bare:.1f}")
    held = [_budget(took, name, most) for name, most in BUDGETS.items()]
    sys.exit(0 if all(held) else 1)


LIST = f"page: a list of {ROWS} rows, 5 columns"
BARE = f"the same {ROWS} rows as bare strings"
GRID = "page: a grid of 50 cases by 12 agencies"
CHARTS = ("chart: bars", "chart: stacked bars", "chart: intervals", "chart: trend")
BUDGETS = {LIST: 5.0, **dict.fromkeys(CHARTS, 5.0)}


def _budget(took: dict[str, list[float]], name: str, most: float) -> bool:
    median = statistics.median(took[name])
    print(f"{'held' if median <= most else 'BROKEN'}: {name} {median:.2f} ms, at most {most:g}")
    return median <= most


def _drawn() -> dict[str, Callable[[], Any]]:
    import django

    django.setup()
    from django.conf import settings
    from django.test import RequestFactory

    settings.SAFEHUB_NAVIGATION = settings.SAFEHUB_ACTING_AS = settings.SAFEHUB_BANNERS = ""
    from safehub.foundation.govuk import charts, forms
    from safehub.foundation.govuk.macros import jinja
    from safehub.foundation.govuk.parts import Column, Link, Mark, Tag
    from safehub.foundation.govuk.shell import shell_of

    request = RequestFactory().get("/")
    env = jinja()
    head = '{% extends "govuk/layout.html" %}{% from "govuk/tables.html" import table, grid %}'
    listed = env.from_string(
        head + "{% block content %}{{ table(columns, rows, 'Returns') }}{% endblock %}"
    )
    gridded = env.from_string(
        head + "{% block content %}{{ grid('Case', heads, rows, 'Round', totals) }}{% endblock %}"
    )
    formed = env.get_template("govuk/form.html")
    columns = [Column(word, sort_href="?s") for word in ("Case", "Agency", "State", "Due", "n")]
    plain = [(f"Case {n}", "Police & co", "Returned", "3 November 2026", n) for n in range(ROWS)]
    heads = [f"Agency {n}" for n in range(12)]
    grades = ("Outstanding", "Good", "Requires improvement", "Inadequate")

    class Asked(forms.Form):
        name = forms.TextField("Name", hint="As the family writes it")
        born = forms.DateField("Date of birth")
        known = forms.RadiosField("Known?", [("y", "Yes"), ("n", "No")])
        kinds = forms.CheckboxesField("Kinds", [(str(n), f"Kind {n}") for n in range(5)])
        notes = forms.LongTextField("Notes")
        agency = forms.SelectField("Agency", [(str(n), f"Agency {n}") for n in range(12)])

    def rows() -> list[tuple[object, ...]]:
        return [
            (Link(case, "/c"), agency, Tag(state, "green"), due, count)
            for case, agency, state, due, count in plain
        ]

    def cells() -> list[tuple[object, list[Mark], str]]:
        return [
            (Link(f"Case {n}", "/c"), [Mark("Returned", "done", "/r") for _ in heads], "7 of 12")
            for n in range(50)
        ]

    return {
        LIST: lambda: listed.render(request=request, columns=columns, rows=rows(), title="List"),
        BARE: lambda: "".join(
            "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>"
            for row in plain
        ),
        GRID: lambda: gridded.render(
            request=request, heads=heads, rows=cells(), totals=["7 of 12"] * 12, title="Grid"
        ),
        "page: a form of 6 fields": lambda: formed.render(
            request=request, form=Asked(), title="Form"
        ),
        "the same form with 6 mistakes": lambda: formed.render(
            request=request, form=Asked({}), title="Form"
        ),
        "one text field": lambda: Asked()["name"].as_govuk(),
        "the shell alone": lambda: shell_of(request),
        CHARTS[0]: lambda: (
            charts.bars("B", [charts.CountRow(f"Theme {n}", n) for n in range(12)], of="Gaps").svg
        ),
        CHARTS[1]: lambda: (
            charts.stacked(
                "S", grades, [charts.GradeRow(f"Agency {n}", (n, 3, 2, 1)) for n in range(12)]
            ).svg
        ),
        CHARTS[2]: lambda: (
            charts.intervals(
                "I", [charts.ShareRow(f"Agency {n}", n, 12, n / 20, n / 12) for n in range(12)]
            ).svg
        ),
        CHARTS[3]: lambda: (
            charts.trend("T", [charts.Point(f"Q{n}", n * 3) for n in range(12)], of="Share").svg
        ),
    }


if __name__ == "__main__":
    main()
