"""A page derives the one figure that it shows, and it is the one that the report lists."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from factories.world import whole_world
from safehub.audit.reports.figures import Figure
from safehub.audit.reports.material import figures_of, material_of
from safehub.audit.reports.standing import AgencyStanding, as_rows


@pytest.mark.django_db
def test_figure_alone_is_as_the_report_lists_it(settings: Settings, tmp_path: Path) -> None:
    settings.UPLOADS = tmp_path / "uploads"
    audit = whole_world(tmp_path).audit
    figures = material_of(audit).figures
    first: dict[str, Figure] = {}
    for one in figures.listed:
        first.setdefault(one.name, one)
    # Of a question all figures are derived at once: the first of each, and every count and grade.
    asked = {(one.agency, one.question): one.name for one in reversed(list(first.values()))}
    names = {*asked.values(), *(name for name, one in first.items() if not one.question)}
    assert len(names) > 40
    assert any(first[name].evidence and first[name].question for name in names)
    for name in names:
        alone = next(one for one in figures_of(audit, name) if one.name == name)
        assert alone == first[name]
        assert alone.evidence == first[name].evidence
    for code, agency, headline, rows in as_rows(figures):
        standing = AgencyStanding(code, agency, headline, rows)
        for name in ("asked", "known", "not_known", "returned", "awaited", "met_good"):
            shown = standing.figure(name)
            expected = first.get(f"{code}.{name}")
            assert (shown and shown.definition) == (expected and expected.definition)
            assert shown == next((f for f in standing.figures if f.name == f"{code}.{name}"), None)
