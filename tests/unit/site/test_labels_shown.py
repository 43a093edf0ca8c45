"""What the page of a return tells of the labels that stand on it, and to whom."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.urls import reverse
from pytest_django.fixtures import Settings

from factories.people import make_viewer
from factories.world import World, whole_world
from safehub.audit.returns.models import Return
from safehub.foundation.access.commands import label_record
from safehub.foundation.access.vocabulary import FieldClass, Relation, Role
from safehub.foundation.records import ref_of

pytestmark = pytest.mark.django_db
REASON = "Asha is the sister of the man she fled from"
STANDS = "A label stands on this return"


@pytest.fixture
def world(db: None, settings: Settings, tmp_path: Path) -> World:
    settings.UPLOADS = tmp_path / "uploads"
    return whole_world(tmp_path)


@pytest.fixture
def found(world: World) -> Return:
    return Return.objects.filter(
        participant__audit=world.audit,
        participant__code="CSC",
        versions__is_latest=True,
        versions__status="submitted",
    ).first()  # type: ignore[return-value]


def _page(world: World, found: Return, role: Role, where: str = "CSC") -> str:
    address = reverse("audit:return", args=[world.audit.reference, found.pk])
    answer = world.client(role, where).get(address)
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.mark.parametrize("field_class", [FieldClass.OPINION, FieldClass.THIRD_PARTY])
@pytest.mark.parametrize("by_relation", [False, True], ids=["by name", "by relation"])
def test_reason_of_a_label_is_kept_from_whom_it_bars(
    world: World, found: Return, field_class: FieldClass, by_relation: bool
) -> None:
    asha = world.member(Role.AGENCY_AUDITOR)
    label_record(
        on=ref_of(found),
        reason=REASON,
        by=make_viewer(world.member(Role.AUDIT_COORDINATOR, "office")),
        field_class=field_class,
        not_to_person=None if by_relation else asha.person_id,
        not_to_relation=Relation.OWNER if by_relation else None,
    )
    barred = _page(world, found, Role.AGENCY_AUDITOR)
    assert STANDS in barred
    assert REASON not in barred
    assert REASON in _page(world, found, Role.AUDIT_COORDINATOR, "office")


def test_reason_of_a_label_is_an_opinion(world: World, found: Return) -> None:
    """Where opinions are kept from somebody by one label, so are the reasons of all others."""
    asha = world.member(Role.AGENCY_AUDITOR)
    by = make_viewer(world.member(Role.AUDIT_COORDINATOR, "office"))
    label_record(
        on=ref_of(found),
        reason="withheld",
        by=by,
        field_class=FieldClass.OPINION,
        not_to_person=asha.person_id,
    )
    label_record(on=ref_of(found), reason=REASON, by=by, purpose="audit")
    barred = _page(world, found, Role.AGENCY_AUDITOR)
    assert barred.count(STANDS) == 2
    assert REASON not in barred
