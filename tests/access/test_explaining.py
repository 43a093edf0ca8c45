"""`safehub access explain`: each rule in words, the outcome, the fields and what bears on it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
import time_machine
from click.testing import CliRunner, Result

from oracle import plain_access_grants as page
from oracle.plain_access_world import Given, Incident, Labelled, Protection, World
from safehub.cli import main
from safehub.foundation.trail.models import TrailEvent

from .loading import load
from .matrix import NOW
from .small import ASHA, BEFORE, BEN, EDIE, POLICE_RETURN, SCHOOL_RETURN, small_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return small_world()


@pytest.fixture(autouse=True)
def still() -> Any:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def safehub(*words: str) -> Result:
    return CliRunner().invoke(main, words, catch_exceptions=False)


def explained(*words: str) -> dict[str, Any]:
    done = safehub("access", "explain", *words, "--json")
    assert done.exit_code == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def failing(found: dict[str, Any]) -> set[str]:
    return {step["rule"] for step in found["steps"] if not step["holds"]}


def test_own_return_is_allowed_and_its_classes_are_told(world: World) -> None:
    load(world)
    found = explained("p1@example.org", "returns.return:10020")
    assert (found["outcome"], found["reason"]) == ("allow", "granted")
    assert failing(found) == {"5 broken glass"}
    shown = {one for one, told in found["classes"].items() if told["shown"]}
    assert shown == {"opinion", "third_party", "administrative"}
    assert found["classes"]["secret"] == {"shown": False, "reason": "class"}


def test_other_agencys_return_offers_glass_before_the_round_is_opened(world: World) -> None:
    load(world)
    found = explained("p1@example.org:agency_auditor", "returns.return:10030")
    assert (found["outcome"], found["reason"]) == ("break_glass", "status")
    assert failing(found) == {"5 status", "5 broken glass"}
    assert found["classes"] == {}


def test_conflict_share_guard_label_and_glass_are_said(world: World) -> None:
    world.conflicts[1] = Incident(1, 1, ASHA, page_audit(), state="declared")
    world.given = [Given(SCHOOL_RETURN, page.SHARED, EDIE, BEFORE, NOW, person=ASHA)]
    world.protections = [Protection(SCHOOL_RETURN, page.RESTRICTED, frozenset({BEN}))]
    world.labels = [Labelled(SCHOOL_RETURN, page.OPINION, frozenset({ASHA}))]
    world.glass[1] = Incident(1, 1, ASHA, SCHOOL_RETURN, membership=ASHA, at=BEFORE)
    load(world)
    found = explained("p1@example.org", "returns.return:10030")
    assert (found["outcome"], found["reason"]) == ("absent", "conflicted")
    assert {"3 conflict", "5 named list"} <= failing(found)
    share, conflict, guard, label, glass = found["bearing"]
    assert "(shared) on returns.return:10030, ended 2026-06-30 23:30:00 UTC" in share
    assert "on programmes.audit:1, declared" in conflict
    assert guard.endswith("returns.return:10030, not on its named list")
    assert label.endswith("opinion, not to person 1")
    assert "over returns.return:10030, ran out" in glass


def page_audit() -> tuple[str, int]:
    return page.AUDIT, 1


def test_words_name_the_audit_by_its_reference_and_go_to_the_trail(world: World) -> None:
    load(world)
    done = safehub("access", "explain", "p4@example.org", "audit-1", "--action", "audit.export")
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[0] == "audit.export on programmes.audit:1 by membership 4 (audit_coordinator)"
    assert "  no  8 second factor: wanted again within 15 minutes" in lines
    assert any(line.startswith("outcome: refused") for line in lines)
    event = TrailEvent.objects.get(event="access.explained")
    assert (event.record_kind, event.record_key) == ("programmes.audit", 1)
    assert event.role == "local_operator"


@pytest.mark.parametrize(
    ("record", "outcome"),
    [("returns.return:99", "break_glass"), ("sampling.case:5", "absent")],
)
def test_record_that_is_not_there_is_as_one_without_a_part_in_it(
    world: World, record: str, outcome: str
) -> None:
    load(world)
    assert explained("p6@example.org", record)["outcome"] == outcome


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("p1@example.org", "nothing"), "names no record"),
        (("p1@example.org", "returns.return:x"), "names no record"),
        (("p1@example.org", "returns.return:10020", "--action", "case.see"), "give one of"),
        (("nobody@example.org", "returns.return:10020"), "Nobody with that e-mail address"),
    ],
)
def test_what_is_not_there_is_said(world: World, words: tuple[str, ...], says: str) -> None:
    load(world)
    done = safehub("access", "explain", *words)
    assert (done.exit_code, says in done.stderr) == (1, True)


def test_somebody_without_the_role_is_refused(world: World) -> None:
    load(world)
    done = safehub("--as", "p2@example.org", "access", "explain", "p1@example.org", "audit-1")
    assert (done.exit_code, "your role does not do this" in done.stderr) == (1, True)
    assert (
        safehub(
            "--as", "p5@example.org", "access", "explain", "p1@example.org", "audit-1"
        ).exit_code
        == 0
    )


def test_membership_that_has_ended_is_explained_as_out_of_date(world: World) -> None:
    world.memberships[ASHA] = replace(world.memberships[ASHA], ends=NOW)
    load(world)
    found = explained("p1@example.org", f"returns.return:{POLICE_RETURN[1]}")
    assert (found["outcome"], found["reason"]) == ("absent", "out_of_date")
    assert "2 in date" in failing(found)
