"""Who has looked at a record, page by page."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from safehub.foundation.access.vocabulary import FieldClass
from safehub.foundation.errors import NotFound
from safehub.foundation.records import RecordRef
from safehub.foundation.trail import commands
from safehub.foundation.trail.queries import TrailFilter, events_for, looks_at

from .people import BEN, CARA, CASE

pytestmark = pytest.mark.django_db
NINE = dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC)


def test_looks_at_a_record_are_told_in_words_newest_first() -> None:
    with time_machine.travel(NINE, tick=False):
        commands.record("trail.opened", by=CARA, on=CASE, classes=[FieldClass.HEALTH])
    with time_machine.travel(NINE + dt.timedelta(minutes=5), tick=False):
        commands.record(
            "trail.verified", by=BEN, on=CASE, outcome="refused", reason="role", detail={"note": 4}
        )
        commands.record("trail.opened", by=BEN, on=RecordRef("sampling.case", 8))
        commands.record("trail.opened", by=BEN, on=RecordRef("sampling.draw", 7))
    page = looks_at(CARA, CASE)
    assert page.following == ""
    refused, opened = page.rows
    assert (opened.person, opened.role, opened.words) == (
        3,
        "audit_coordinator",
        "opened the trail",
    )
    assert (opened.at, opened.is_read, opened.classes) == (NINE, True, ("health",))
    assert (opened.on, opened.outcome, opened.purpose) == (CASE, "allowed", "audit")
    assert (refused.person, refused.outcome, refused.reason) == (2, "refused", "role")
    assert (refused.words, refused.is_read, refused.detail) == (
        "verified the trail",
        False,
        {"note": 4},
    )


def test_pages_follow_each_other_by_key_and_lose_none_of_one_moment(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for minute in range(4):
        with time_machine.travel(NINE + dt.timedelta(minutes=minute), tick=False):
            for _ in range(3):
                commands.record("trail.opened", by=CARA, on=CASE)
    seen: list[int] = []
    after = ""
    for _ in range(3):
        with django_assert_num_queries(1):
            page = looks_at(CARA, CASE, after=after, limit=5)
        seen += [row.key for row in page.rows]
        after = page.following
    assert after == ""
    assert len(seen) == len(set(seen)) == 12
    assert seen == sorted(seen, reverse=True)


@pytest.mark.parametrize(
    "after", ["x", "20261124T090000.000000", "20261124T090000.000000.-1", "..", "٣.٣"]
)
def test_a_page_that_makes_no_sense_is_not_found(after: str) -> None:
    with pytest.raises(NotFound, match="no such page"):
        looks_at(CARA, CASE, after=after)


def test_the_trail_is_asked_by_person_agency_event_outcome_request_and_time() -> None:
    with time_machine.travel(NINE, tick=False):
        commands.record("trail.opened", by=CARA, on=CASE)
        commands.record("trail.verified", by=BEN, outcome="refused")
    with time_machine.travel(NINE + dt.timedelta(days=1), tick=False):
        commands.record("trail.opened", by=BEN)

    def asked(wanted: TrailFilter) -> list[tuple[int | None, str]]:
        return [(row.person, row.event) for row in events_for(CARA, wanted).rows]

    assert asked(TrailFilter(person=3)) == [(3, "trail.opened")]
    assert asked(TrailFilter(organisation=200)) == [(2, "trail.opened"), (2, "trail.verified")]
    assert asked(TrailFilter(events=frozenset({"trail.verified"}))) == [(2, "trail.verified")]
    assert asked(TrailFilter(outcome="refused")) == [(2, "trail.verified")]
    assert asked(TrailFilter(request_id="r-1")) == [(3, "trail.opened")]
    assert asked(TrailFilter(on=CASE)) == [(3, "trail.opened")]
    assert asked(TrailFilter(since=NINE + dt.timedelta(hours=1))) == [(2, "trail.opened")]
    assert len(asked(TrailFilter(until=NINE + dt.timedelta(hours=1)))) == 2
    assert len(asked(TrailFilter())) == 3
