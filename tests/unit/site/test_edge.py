"""The edge: what cannot be written to the trail is not shown, and errors are pages."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connection
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from factories.people import make_viewer
from factories.world import World, whole_world
from safehub.foundation.access.commands import declare_conflict
from safehub.foundation.access.models import Alert, Conflict
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.errors import TrailUnavailable
from safehub.foundation.outbox.models import Job
from safehub.foundation.records import RecordRef, ref_of
from safehub.foundation.trail.models import TrailEvent
from safehub.site import edge


@pytest.fixture
def world(db: None, settings: Settings, tmp_path: Path) -> World:
    settings.UPLOADS = tmp_path / "uploads"
    return whole_world(tmp_path)


def _broken(*args: Any, **kwargs: Any) -> int:
    raise TrailUnavailable("The trail cannot be written.")


def test_page_whose_trail_cannot_be_written_is_a_503(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = world.client(Role.AUDIT_COORDINATOR, "office")
    address = reverse("audit:round", args=[world.audit.reference])
    assert client.get(address).status_code == 200
    monkeypatch.setattr(edge, "write_noted", _broken)
    answer = client.get(address)
    assert answer.status_code == 503
    assert world.audit.title.encode() not in answer.content
    assert b"999" in answer.content
    assert answer.headers["Retry-After"]


def test_page_is_a_503_while_the_trail_has_no_table(world: World) -> None:
    client = world.client(Role.AUDIT_COORDINATOR, "office")
    table = TrailEvent._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} RENAME TO {table}_gone")
    answer = client.get(reverse("audit:round", args=[world.audit.reference]))
    assert answer.status_code == 503
    assert world.audit.title.encode() not in answer.content


def test_act_whose_trail_cannot_be_written_does_not_happen(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from safehub.foundation.access import commands

    monkeypatch.setattr(commands, "record", _broken)
    viewer = make_viewer(world.member(Role.AGENCY_AUDITOR, "CSC"))
    with pytest.raises(TrailUnavailable):
        declare_conflict(on=ref_of(world.audit), reason="A cousin.", by=viewer)
    assert not Conflict.objects.filter(reason="A cousin.").exists()


def test_refusal_that_cannot_be_recorded_is_a_503(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edge, "record_refusal_of", _broken)
    client = world.client(Role.BOARD_MEMBER, "elsewhere")
    assert client.get(reverse("audit:round", args=[world.audit.reference])).status_code == 503


def test_read_is_on_the_trail_with_what_it_showed(world: World) -> None:
    client = world.client(Role.AGENCY_AUDITOR, "CSC")
    found = world.audit.participants.get(code="CSC").returns.first()
    assert found is not None
    before = TrailEvent.objects.count()
    client.get(reverse("audit:return", args=[world.audit.reference, found.pk]))
    event = TrailEvent.objects.order_by("-id").get(event="return.see")
    assert TrailEvent.objects.count() == before + 1
    assert event.record_key == found.pk
    assert event.person == world.member(Role.AGENCY_AUDITOR, "CSC").person_id
    assert "opinion" in event.classes
    assert event.request_id


def test_refusal_is_on_the_trail(world: World) -> None:
    client = world.client(Role.BOARD_MEMBER, "elsewhere")
    client.get(reverse("audit:round", args=[world.audit.reference]))
    event = TrailEvent.objects.order_by("-id").first()
    assert event is not None
    assert (event.event, event.outcome, event.record_key) == (
        "audit.see",
        "refused",
        world.audit.pk,
    )


def test_label_past_its_day_stands_on_the_page_of_who_may_look_again(world: World) -> None:
    """And leads to the page where they do."""
    from safehub.foundation.access.commands import label_record

    lead = make_viewer(world.member(Role.SAFEGUARDING_LEAD))
    agency = RecordRef("agencies.agency", lead.organisation or 0)
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    label = label_record(
        on=agency, reason="agreed", purpose="the audit", recheck_by=yesterday, by=lead
    )
    client, auditor = world.client(Role.SAFEGUARDING_LEAD), world.client(Role.AGENCY_AUDITOR)
    assert "labels to look at again" in client.get("/").content.decode()
    assert "labels to look at again" not in auditor.get("/").content.decode()
    assert f"/labels/{label.pk}/" in client.get("/labels/").content.decode()
    assert client.get(f"/labels/{label.pk}/").status_code == 200
    assert auditor.get(f"/labels/{label.pk}/").status_code == 404
    assert auditor.get("/labels/").status_code == 404


def test_conflicted_look_is_refused_and_alerts(world: World) -> None:
    member = world.member(Role.AGENCY_AUDITOR, "CSC")
    client = world.client(Role.AGENCY_AUDITOR, "CSC")
    declare_conflict(on=ref_of(world.audit), reason="A cousin.", by=make_viewer(member))
    before = set(Alert.objects.values_list("pk", flat=True))
    answer = client.get(reverse("audit:round", args=[world.audit.reference]))
    assert answer.status_code == 404
    alert = Alert.objects.exclude(pk__in=before).get()
    assert (alert.person_id, alert.key) == (member.person_id, world.audit.pk)
    job = Job.objects.filter(code="access.tell_of_alert", payload__alert=alert.pk)
    assert job.exists()


@pytest.mark.parametrize("status", [400, 500, 503])
def test_plain_pages_need_no_database(status: int) -> None:
    """No database is allowed in this test."""
    answer = edge.plain(status)
    assert answer.status_code == status
    assert b"<h1" in answer.content


@pytest.mark.parametrize(
    "place",
    [
        "safehub.register.accounts.sessions.store.SessionStore.load",
        "safehub.register.accounts.middleware.membership_to_act_under",
    ],
    ids=["session", "membership"],
)
@pytest.mark.parametrize(("error", "status"), [(OperationalError, 503), (RuntimeError, 500)])
def test_database_that_fails_before_the_view_is_a_503(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    place: str,
    error: type[Exception],
    status: int,
) -> None:
    def gone(*args: object, **kwargs: object) -> None:
        raise error("no server")

    client = world.client(Role.AUDIT_COORDINATOR, "office")
    client.raise_request_exception = False
    monkeypatch.setattr(place, gone)
    answer = client.get("/")
    assert answer.status_code == status
    assert ("Retry-After" in answer.headers) is (status == 503)
    assert b"999" in answer.content
    assert b"no server" not in answer.content


def test_database_that_fails_is_a_503(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from safehub.site import queries

    def gone(*args: object, **kwargs: object) -> None:
        raise DatabaseError("no server")

    monkeypatch.setattr(queries, "audits_under_way", gone)
    answer = world.client(Role.AUDIT_COORDINATOR, "office").get("/")
    assert answer.status_code == 503
    assert b"no server" not in answer.content
