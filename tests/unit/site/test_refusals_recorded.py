"""What is refused leaves a row on the trail, whichever way it is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.urls import reverse
from pytest_django.fixtures import Settings

from factories.people import make_viewer
from factories.world import World, whole_world
from safehub.foundation.access.commands import raise_alert, share_record
from safehub.foundation.access.guarding.commands import name_person
from safehub.foundation.access.states import AlertKind
from safehub.foundation.access.vocabulary import Relation, Role
from safehub.foundation.errors import NotAllowed
from safehub.foundation.records import ref_of
from safehub.foundation.trail.models import TrailEvent

pytestmark = pytest.mark.django_db
PLACES = {
    "audit:figure": (Role.BOARD_MEMBER, "audit.see_grid"),
    "alerts": (Role.AGENCY_AUDITOR, "alert.see"),
    "glass": (Role.BOARD_MEMBER, "glass.see"),
    "labels": (Role.AGENCY_AUDITOR, "record.label"),
    "conflicts": (Role.AGENCY_AUDITOR, "conflict.decide"),
    "close_alert": (Role.AGENCY_AUDITOR, "alert.see"),
    "recheck_label": (Role.SAFEGUARDING_LEAD, "record.label"),
}


@pytest.fixture
def world(db: None, settings: Settings, tmp_path: Path) -> World:
    settings.UPLOADS = tmp_path / "uploads"
    return whole_world(tmp_path)


def _refused() -> list[str]:
    return list(TrailEvent.objects.filter(outcome="refused").values_list("event", flat=True))


@pytest.mark.parametrize("name", PLACES)
def test_page_that_is_refused_leaves_a_row(world: World, name: str) -> None:
    role, action = PLACES[name]
    args: list[object] = []
    if name == "audit:figure":
        args = [world.audit.reference, "CSC.met_good"]
    elif name == "recheck_label":
        args = [999_999]
    elif name == "close_alert":
        by = make_viewer(world.member(Role.PRIVACY_OFFICER, "office"))
        alert = raise_alert(what=AlertKind.CONFLICTED_LOOK, on=ref_of(world.audit), by=by)
        args = [alert.pk]
    client = world.client(role, world.related(role))
    assert client.get(reverse(name, args=args)).status_code == 404
    assert _refused() == [action]


def test_refusal_in_words_of_its_own_carries_what_is_recorded(world: World) -> None:
    by = make_viewer(world.member(Role.AUDIT_COORDINATOR, "office"))
    on = ref_of(world.audit)
    assert by.person is not None
    with pytest.raises(NotAllowed, match="with yourself") as shared:
        share_record(on=on, relation=Relation.SHARED, reason="mine", by=by, person=by.person)
    with pytest.raises(NotAllowed, match="put yourself") as named:
        name_person(on=on, person=by.person, by=by)
    for error, action in ((shared, "record.share"), (named, "record.protect")):
        refusal = error.value.refusal
        assert refusal is not None
        assert (refusal.action, refusal.on, refusal.viewer) == (action, on, by)
