"""That a child is at immediate risk can be told from every page of an audit."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.urls import reverse
from pytest_django.fixtures import Settings

from factories.world import whole_world
from safehub.foundation.access.queries import has_role_for

from .openers import opener
from .routes import arguments, routes
from .test_budgets import shown
from .test_routes import GATHERING

LINK = "/risks/raise/"


@pytest.mark.django_db
@pytest.mark.parametrize("is_opened", [True, False], ids=["opened", "gathering"])
def test_it_is_told_from_every_page_of_an_audit(
    is_opened: bool, settings: Settings, tmp_path: Path
) -> None:
    settings.UPLOADS = tmp_path / "uploads"
    world = whole_world(tmp_path, opened=is_opened)
    known = {route.name: route for route in routes()}
    looked, without = 0, list[str]()
    for name in shown():
        if not name.startswith("audit:") or (name in GATHERING) is is_opened:
            continue
        role, where = opener(name)
        given = arguments(known[name], world)
        if "reference" not in given or not has_role_for(role, "risk.raise"):
            continue
        page = world.client(role, where).get(reverse(name, kwargs=given)).content.decode()
        looked += 1
        wanted = f"{LINK}?case={given['number']}" if isinstance(given.get("number"), str) else LINK
        if name != "audit:raise_risk" and wanted not in page:
            without.append(name)
    assert looked > (10 if not is_opened else 40), looked
    assert without == []
