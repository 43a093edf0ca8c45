"""The grid never says of what it does not show that it is not there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.urls import reverse
from pytest_django.fixtures import Settings

from factories.people import make_viewer
from factories.world import World, whole_world
from safehub.audit.meetings.holding.commands import open_meeting
from safehub.audit.returns.models import Return
from safehub.audit.returns.presenters import grid_of
from safehub.audit.returns.queries import grid_for
from safehub.foundation.access.vocabulary import Role

CHAIR, SCRUTINEER, MODERATOR = Role.MEETING_CHAIR, Role.SCRUTINEER, Role.AUDIT_MODERATOR


@pytest.fixture
def world(db: None, settings: Settings, tmp_path: Path) -> World:
    settings.UPLOADS = tmp_path / "uploads"
    return whole_world(tmp_path, opened=False)


def page_of(world: World, role: Role, where: str) -> str:
    address = reverse("audit:round", args=[world.audit.reference])
    html = world.client(role, where).get(address).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html[html.index("<h1") :]))


def hidden(world: World, role: Role, where: str) -> set[str]:
    """The agencies of which the page says that it shows nothing; and it says so everywhere."""
    viewer = make_viewer(world.member(role, where))
    grid = grid_for(viewer, world.audit)
    assert grid is not None
    shown = grid_of(viewer, world.audit, grid)
    names = dict(grid.agencies)
    for at, code in enumerate(shown.heads):
        marks = {marks[at].word for _, marks, _ in shown.rows}
        counts = next(row for row in shown.counts if row[0] == names[code])
        is_hidden = code in grid.hidden
        assert (marks == {"Not shown"}) is is_hidden, code
        assert (set(counts[2:]) == {"Not shown"}) is is_hidden, code
        assert (shown.totals[at] == "Not shown") is is_hidden, code
    return set(grid.hidden)


def opens(world: World) -> None:
    open_meeting(audit=world.audit, by=make_viewer(world.member(CHAIR, "office")))
    world.audit.refresh_from_db()


def test_a_round_that_gathers_shows_what_it_shows_and_says_what_it_does_not(world: World) -> None:
    agencies = set(world.audit.participants.values_list("code", flat=True))
    for where in ("office", "CSC"):
        assert hidden(world, CHAIR, where) == agencies
        page = page_of(world, CHAIR, where)
        assert "What agencies returned is not shown to you before the round is opened." in page
        assert "Awaited" in page  # a head of a column, and no cell
        assert not re.search(r"\b\d+ of \d+\b", page)
    page = page_of(world, SCRUTINEER, "office")
    assert "The cases of this round, and what agencies returned on them, are not shown" in page
    for word in ("There are no cases", "Awaited", "Asked", "Returned"):
        assert word not in page
    assert hidden(world, MODERATOR, "POLICE") == {"POLICE"}
    police = world.audit.participants.get(code="POLICE").name
    assert f"What {police} returned is not shown to you: in your role" in page_of(
        world, MODERATOR, "POLICE"
    )
    # Each row counts over the agencies whose returns are shown.
    assert re.search(rf"\b\d+ of {len(agencies) - 1}\b", page_of(world, MODERATOR, "POLICE"))
    for role, where in (
        (MODERATOR, "office"),
        (Role.AUDIT_COORDINATOR, "office"),
        (Role.AGENCY_COORDINATOR, "CSC"),
    ):
        assert hidden(world, role, where) == set()
        assert "not shown to you" not in page_of(world, role, where)


def test_what_is_not_shown_is_the_same_whether_anything_was_returned(world: World) -> None:
    before = {one: page_of(world, *one) for one in ((CHAIR, "CSC"), (SCRUTINEER, "office"))}
    Return.objects.filter(participant__audit=world.audit, participant__code="POLICE").delete()
    assert {one: page_of(world, *one) for one in before} == before


def test_an_opened_round_shows_returns_and_no_chair_their_own_agencys(world: World) -> None:
    opens(world)
    assert hidden(world, CHAIR, "office") == set()
    assert hidden(world, SCRUTINEER, "office") == set()
    assert hidden(world, CHAIR, "CSC") == {"CSC"}
    assert "There are no cases" not in page_of(world, SCRUTINEER, "office")


def test_who_does_not_see_what_is_begun_reads_no_count_of_it(world: World) -> None:
    def begun(role: Role, where: str, code: str) -> object:
        viewer = make_viewer(world.member(role, where))
        grid = grid_for(viewer, world.audit)
        assert grid is not None
        name = dict(grid.agencies)[code]
        row = next(one for one in grid_of(viewer, world.audit, grid).counts if one[0] == name)
        return row[5]

    assert begun(MODERATOR, "office", "HOMES") == "Not shown"
    assert begun(Role.AUDIT_COORDINATOR, "office", "HOMES") == 0
    assert begun(Role.AGENCY_COORDINATOR, "HOMES", "HOMES") == 0


def test_an_auditor_reads_that_their_own_cases_alone_are_counted(world: World) -> None:
    page = page_of(world, Role.AGENCY_AUDITOR, "CSC")
    assert "You see the cases that are allocated to you, and they alone are counted." in page
