"""How many queries each page may take: a list 12, a detail 25."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.fixtures import Settings

from factories.world import World, whole_world
from safehub.foundation.access.vocabulary import Role

LIST, DETAIL = 12, 25

PAGES = [
    ("home", (), Role.AUDIT_COORDINATOR, LIST),
    ("audit:audits", (), Role.AUDIT_COORDINATOR, LIST),
    ("accounts:people", (), Role.AUDIT_COORDINATOR, LIST),
    ("letters", (), Role.SYSTEM_ADMINISTRATOR, LIST),
    ("alerts", (), Role.PRIVACY_OFFICER, LIST),
    ("audit:round", ("reference",), Role.AUDIT_COORDINATOR, DETAIL),
    ("audit:return", ("reference", "return"), Role.AUDIT_COORDINATOR, DETAIL),
    ("audit:figures", ("reference",), Role.AUDIT_COORDINATOR, DETAIL),
    ("audit:figure", ("reference", "figure"), Role.AUDIT_COORDINATOR, DETAIL),
    ("audit:reports", ("reference",), Role.AUDIT_COORDINATOR, LIST),
]


@pytest.fixture
def world(db: None, settings: Settings, tmp_path: Path) -> World:
    settings.UPLOADS = tmp_path / "uploads"
    return whole_world(tmp_path)


@pytest.mark.parametrize(("name", "parts", "role", "most"), PAGES, ids=lambda value: str(value))
def test_page_keeps_to_its_queries(
    world: World, name: str, parts: tuple[str, ...], role: Role, most: int
) -> None:
    first = world.audit.participants.get(code="CSC").returns.order_by("pk").first()
    known = {
        "reference": world.audit.reference,
        "return": first.pk if first else 0,
        "figure": "CSC.met_good",
    }
    client = world.client(role, "office")
    address = reverse(name, args=[known[part] for part in parts])
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as taken:
        assert client.get(address).status_code == 200
    # A savepoint is no question to the database.
    asked = [q["sql"] for q in taken.captured_queries if "SAVEPOINT" not in q["sql"]]
    assert len(asked) <= most, "\n".join(sql[:150] for sql in asked)
