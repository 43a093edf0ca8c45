"""Months of the trail on PostgreSQL: made ahead, and never wanting."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import connection, transaction

from safehub.foundation.trail import commands
from safehub.foundation.trail.models import TrailEvent
from safehub.foundation.trail.tables import MONTHS_AHEAD, make_partitions

from .people import CARA


@pytest.fixture(autouse=True)
def postgresql() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no partitions: the trail is one table there")


def partition_of(event: TrailEvent) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tableoid::regclass::text FROM trail_trailevent WHERE id = %s", [event.pk]
        )
        return str(cursor.fetchone()[0])


@pytest.mark.django_db
def test_the_coming_months_are_made_ahead_and_once() -> None:
    day = dt.date(2031, 11, 20)
    assert make_partitions(connection, day) == MONTHS_AHEAD + 1
    assert make_partitions(connection, day) == 0
    with time_machine.travel(dt.datetime(2032, 1, 31, 23, 59, 59, tzinfo=dt.UTC), tick=False):
        commands.record("trail.opened", by=CARA)
    with time_machine.travel(dt.datetime(2032, 2, 1, tzinfo=dt.UTC), tick=False):
        commands.record("trail.opened", by=CARA)
    named = [partition_of(event) for event in TrailEvent.objects.order_by("at")]
    assert named == ["trail_trailevent_2032_01", "trail_trailevent_2032_02"]


@pytest.mark.django_db
def test_an_event_of_a_month_that_has_no_partition_is_kept_all_the_same() -> None:
    with time_machine.travel(dt.datetime(2040, 5, 5, tzinfo=dt.UTC), tick=False):
        commands.record("trail.opened", by=CARA)
    assert partition_of(TrailEvent.objects.get()) == "trail_trailevent_rest"
    # Its month stays there: the others are made, and nothing fails.
    assert make_partitions(connection, dt.date(2040, 5, 5)) == MONTHS_AHEAD
    assert TrailEvent.objects.count() == 1


@pytest.mark.django_db
def test_a_new_partition_has_the_guards_and_indexes_of_the_table() -> None:
    make_partitions(connection, dt.date(2031, 11, 20))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = 'trail_trailevent_2031_11'::regclass"
        )
        assert cursor.fetchall() == [("trail_event_only_grows",)]
        cursor.execute("SELECT count(*) FROM pg_indexes WHERE tablename = %s", ["trail_trailevent"])
        wanted = cursor.fetchone()[0]
        cursor.execute(
            "SELECT count(*) FROM pg_indexes WHERE tablename = %s", ["trail_trailevent_2031_11"]
        )
        assert cursor.fetchone()[0] == wanted == 4


@pytest.mark.django_db(transaction=True)
def test_making_partitions_gives_way_to_whoever_holds_the_table() -> None:
    import threading

    from django.db import connections

    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE trail_trailevent IN SHARE UPDATE EXCLUSIVE MODE")
            held.set()
            done.wait(timeout=30)
        connections.close_all()

    thread = threading.Thread(target=hold)
    thread.start()
    try:
        assert held.wait(timeout=30)
        assert make_partitions(connection, dt.date(2031, 11, 20)) == 0
    finally:
        done.set()
        thread.join()
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('trail_trailevent_2031_11') IS NULL")
        assert cursor.fetchone()[0]
