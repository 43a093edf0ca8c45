"""Whose trail a privacy officer reads: of records that are not hidden from them."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.urls import reverse
from pytest_django.fixtures import Settings

from factories.people import make_viewer
from factories.world import World, whole_world
from safehub.audit.returns.models import Return
from safehub.foundation.access.commands import label_record
from safehub.foundation.access.guarding.commands import name_person, protect_record
from safehub.foundation.access.vocabulary import Role, Sensitivity
from safehub.foundation.records import RecordRef, ref_of
from safehub.foundation.trail.models import TrailEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None, settings: Settings, tmp_path: Path) -> World:
    settings.UPLOADS = tmp_path / "uploads"
    return whole_world(tmp_path)


@pytest.fixture
def on(world: World) -> RecordRef:
    """A return of social care, about one of whose staff somebody makes an allegation."""
    found = Return.objects.filter(
        participant__audit=world.audit,
        participant__code="CSC",
        versions__is_latest=True,
        versions__status="submitted",
    ).first()
    assert found is not None
    return ref_of(found)


def _status(world: World, on: RecordRef) -> int:
    address = reverse("trail", args=[on.kind, on.key])
    return int(world.client(Role.PRIVACY_OFFICER, "CSC").get(address).status_code)


def _accuse(world: World, on: RecordRef, code: str) -> None:
    protect_record(
        on=on,
        sensitivity=Sensitivity.STAFF_SUBJECT,
        reason="an allegation",
        by=make_viewer(world.member(Role.AUDIT_COORDINATOR, "office")),
        subject_organisation=world.agencies[code].pk,
    )


def test_trail_of_a_staff_subject_is_hidden_from_that_agencys_officer(
    world: World, on: RecordRef
) -> None:
    assert _status(world, on) == 200
    _accuse(world, on, "CSC")
    assert _status(world, on) == 404
    refused = TrailEvent.objects.filter(event="trail.see", outcome="refused")
    assert refused.get().reason == "staff_subject"


def test_trail_of_a_staff_subject_shows_to_the_named_officer_and_of_another_agency(
    world: World, on: RecordRef
) -> None:
    others = [code for code, one in world.agencies.items() if code != "CSC" and not one.is_office]
    _accuse(world, on, others[0])
    assert _status(world, on) == 200
    name_person(
        on=on,
        person=world.member(Role.PRIVACY_OFFICER, "CSC").person_id,
        by=make_viewer(world.member(Role.AUDIT_COORDINATOR, "office")),
    )
    _accuse(world, on, "CSC")
    assert _status(world, on) == 200


def test_trail_of_a_record_kept_from_the_officer_by_name_is_hidden(
    world: World, on: RecordRef
) -> None:
    label_record(
        on=on,
        reason="A relative.",
        by=make_viewer(world.member(Role.AUDIT_COORDINATOR, "office")),
        not_to_person=world.member(Role.PRIVACY_OFFICER, "CSC").person_id,
    )
    assert _status(world, on) == 404
