"""The pages on which a conflict of interest is decided, and a decision turned round."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from factories.people import make_viewer
from factories.world import World, whole_world
from safehub.foundation.access.commands import declare_conflict
from safehub.foundation.access.decision import decide
from safehub.foundation.access.models import Conflict
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.records import ref_of

pytestmark = pytest.mark.django_db
REASON = "My sister is the child's mother."


@pytest.fixture
def world(db: None, settings: Settings, tmp_path: Path) -> World:
    settings.UPLOADS = tmp_path / "uploads"
    return whole_world(tmp_path)


@pytest.fixture
def declared(world: World) -> Conflict:
    cara = make_viewer(world.member(Role.AUDIT_COORDINATOR, "office"))
    return declare_conflict(on=ref_of(world.audit), reason=REASON, by=cara)


def _send(client: Client, address: str, **typed: str) -> int:
    shown = client.get(address).content.decode()
    token = re.search(r'name="form_token" value="([^"]+)"', shown)
    assert token
    return int(client.post(address, {"form_token": token.group(1), **typed}).status_code)


def test_declared_conflict_has_a_way_out(world: World, declared: Conflict) -> None:
    cara = world.member(Role.AUDIT_COORDINATOR, "office")
    lead = world.client(Role.SAFEGUARDING_LEAD)
    listed = lead.get(reverse("conflicts")).content.decode()
    address = reverse("decide_conflict", args=[declared.pk])
    assert address in listed
    assert REASON not in listed
    assert REASON in lead.get(address).content.decode().replace("&#39;", "'")
    assert _send(lead, address, outcome="cleared", reason="Pressed by mistake.") == 302
    assert decide(make_viewer(cara), "audit.see", ref_of(world.audit)).is_allowed
    turned = reverse("reverse_conflict", args=[declared.pk])
    assert turned in lead.get(reverse("conflicts")).content.decode()
    assert _send(lead, turned, reason="It was none.") == 302
    assert not decide(make_viewer(cara), "audit.see", ref_of(world.audit)).is_allowed
    assert turned not in lead.get(reverse("conflicts")).content.decode()


def test_nobody_decides_on_their_own_page(world: World, declared: Conflict) -> None:
    cara = world.client(Role.AUDIT_COORDINATOR, "office")
    assert reverse("decide_conflict", args=[declared.pk]) not in (
        cara.get(reverse("conflicts")).content.decode()
    )
    assert cara.get(reverse("decide_conflict", args=[declared.pk])).status_code == 403
    auditor = world.client(Role.AGENCY_AUDITOR)
    for name, args in (
        ("conflicts", []),
        ("decide_conflict", [declared.pk]),
        ("reverse_conflict", [declared.pk]),
    ):
        assert auditor.get(reverse(name, args=args)).status_code == 404
