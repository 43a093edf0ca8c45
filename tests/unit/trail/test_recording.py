"""Writing events: in the act's transaction, noted for a request, refused afterwards."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass, Role
from safehub.foundation.errors import Misconfigured, TrailUnavailable
from safehub.foundation.records import RecordRef
from safehub.foundation.trail import commands
from safehub.foundation.trail.buffer import buffering
from safehub.foundation.trail.keys import add_key, all_keys, current_key
from safehub.foundation.trail.models import TrailEvent

from .people import CARA, CASE


@pytest.mark.django_db
def test_an_event_keeps_who_what_and_why() -> None:
    commands.record(
        "trail.opened",
        by=CARA,
        on=CASE,
        reason="routine",
        classes=[FieldClass.HEALTH, FieldClass.IDENTITY],
        detail={"note": 5, "cases": [1, 2]},
    )
    kept = TrailEvent.objects.get()
    assert (kept.event, kept.outcome, kept.reason) == ("trail.opened", "allowed", "routine")
    assert (kept.person, kept.membership, kept.organisation) == (3, 30, 300)
    assert (kept.role, kept.via, kept.operating_user) == ("audit_coordinator", "page", "cara")
    assert (kept.record_kind, kept.record_key) == ("sampling.case", 7)
    assert (kept.classes, kept.purpose, kept.request_id) == ("health,identity", "audit", "r-1")
    assert json.loads(kept.detail) == {"note": 5, "cases": [1, 2]}
    assert len(kept.mac) == 32


@pytest.mark.django_db
def test_an_event_takes_one_insert_and_no_lock() -> None:
    commands.record("trail.opened", by=CARA)
    with CaptureQueriesContext(connection) as captured:
        commands.record("trail.opened", by=CARA)
    ran = [query["sql"] for query in captured.captured_queries]
    inserts = [sql for sql in ran if sql.startswith("INSERT")]
    assert len(inserts) == 1
    assert len(ran) <= 2  # on SQLite the last id is asked for as well
    assert not any("LOCK" in sql.upper() or "FOR UPDATE" in sql.upper() for sql in ran)


@pytest.mark.django_db
def test_an_event_that_nobody_declares_is_refused() -> None:
    with pytest.raises(Misconfigured, match="tea\\.made"):
        commands.record("tea.made", by=CARA)
    with pytest.raises(Misconfigured), buffering():
        commands.noted("tea.made", by=CARA)


@pytest.mark.django_db
def test_text_that_would_part_columns_or_break_the_database_is_made_plain() -> None:
    odd = Viewer(role=Role.REFERRER, request_id="a\tb\0c\ud800" + "x" * 200)
    commands.record("trail.opened", by=odd, on=RecordRef("sampling.case", 10**30))
    kept = TrailEvent.objects.get()
    assert kept.request_id == ("a b c?" + "x" * 200)[:80]
    assert kept.record_key == -1


@pytest.mark.django_db(transaction=True)
def test_a_trail_that_cannot_be_written_takes_the_act_with_it(home: Path) -> None:
    commands.record("trail.opened", by=CARA)
    (home / "keys" / "trail_key").write_text("not a key\n", encoding="ascii")

    def act() -> None:
        with transaction.atomic():
            _mark("done")
            commands.record("trail.opened", by=CARA)

    with pytest.raises(TrailUnavailable, match="nothing was done"):
        act()
    assert _marks() == []


@pytest.mark.django_db(transaction=True)
def test_a_trail_table_that_is_gone_takes_the_act_with_it_even_if_swallowed() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE trail_trailevent RENAME TO trail_gone")
    try:
        with transaction.atomic():
            _mark("done")
            try:
                commands.record("trail.opened", by=CARA)
            except TrailUnavailable as error:
                assert "not done" in str(error)  # noqa: PT017 - it is swallowed on purpose
            else:
                pytest.fail("nothing was raised")
        assert _marks() == []
        with pytest.raises(TrailUnavailable):
            commands.record_refusal("trail.opened", by=CARA)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE trail_gone RENAME TO trail_trailevent")


def _mark(word: str) -> None:
    from django.contrib.contenttypes.models import ContentType

    ContentType.objects.create(app_label="trailtest", model=word)


def _marks() -> list[str]:
    from django.contrib.contenttypes.models import ContentType

    found = ContentType.objects.filter(app_label="trailtest")
    return list(found.values_list("model", flat=True))


@pytest.mark.django_db(transaction=True)
def test_an_event_goes_with_its_act_when_it_is_rolled_back() -> None:
    def act() -> None:
        with transaction.atomic():
            commands.record("trail.opened", by=CARA)
            raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011
        act()
    commands.record_refusal("trail.opened", by=CARA, reason="not_yours")
    assert list(TrailEvent.objects.values_list("outcome", "reason")) == [("refused", "not_yours")]


@pytest.mark.django_db(transaction=True)
def test_a_refusal_inside_a_transaction_would_vanish_and_is_not_let_pass() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        commands.record_refusal("trail.opened", by=CARA)


@pytest.mark.django_db
def test_a_request_notes_each_read_once_and_writes_all_at_its_end() -> None:
    with buffering():
        for classes in ([FieldClass.HEALTH], [FieldClass.POLICE], []):
            commands.noted("trail.opened", by=CARA, on=CASE, classes=classes)
        commands.noted("trail.opened", by=CARA, on=CASE, outcome="refused")
        commands.noted("trail.opened", by=CARA, on=RecordRef("sampling.case", 8))
        assert not TrailEvent.objects.exists()
        assert commands.write_noted() == 3
        assert commands.write_noted() == 0
    kept = list(TrailEvent.objects.order_by("id").values_list("record_key", "outcome", "classes"))
    assert kept == [(7, "allowed", "health,police"), (7, "refused", ""), (8, "allowed", "")]


@pytest.mark.django_db
def test_outside_a_request_a_read_is_written_at_once() -> None:
    commands.noted("trail.opened", by=CARA, on=CASE)
    assert TrailEvent.objects.count() == 1
    assert commands.write_noted() == 0


@pytest.mark.django_db
def test_a_thousand_reads_of_one_request_are_all_written() -> None:
    with buffering():
        for key in range(1_200):
            commands.noted("trail.opened", by=CARA, on=RecordRef("sampling.case", key))
        assert commands.write_noted() == 1_200
    assert len(set(TrailEvent.objects.values_list("pk", flat=True))) == 1_200


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", [{"reason": "other"}, None], ids=["update", "delete"])
def test_the_database_refuses_to_change_or_take_away_an_event(change: dict[str, str]) -> None:
    commands.record("trail.opened", by=CARA)
    events = TrailEvent.objects.all()
    with pytest.raises(IntegrityError, match="only ever added to"):
        events.update(**change) if change else events.delete()
    assert TrailEvent.objects.get().reason == ""


@pytest.mark.django_db
def test_the_key_is_its_own_and_its_owners_alone(home: Path) -> None:
    key = current_key()
    path = home / "keys" / "trail_key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert key.secret.hex() in path.read_text(encoding="ascii")
    assert django_settings.SECRET_KEY not in path.read_text(encoding="ascii")
    assert key.secret.hex() not in repr(key)


@pytest.mark.django_db
def test_a_new_key_signs_from_then_on_and_the_old_one_stays() -> None:
    commands.record("trail.opened", by=CARA)
    first = current_key()
    second = add_key()
    commands.record("trail.opened", by=CARA)
    assert list(TrailEvent.objects.order_by("id").values_list("key_id", flat=True)) == [1, 2]
    assert all_keys() == {1: first, 2: second}
    assert first.secret != second.secret
