"""Every route × method × role × relation: who gets in is what the rules say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from access.lanes import by_lane, tell
from factories.browsers import browser
from factories.world import World, whole_world
from safehub.foundation.access.models import Conflict
from safehub.foundation.access.states import ConflictState
from safehub.foundation.access.vocabulary import Role

from .expected import denial, expected, expected_signed_out
from .routes import FED, MANAGING, OWN, Route, arguments, routes
from .standing import asker
from .ways import ABSENT, ACCOUNT, OPEN

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
RELATIONS = ("related", "unrelated", "conflicted")
ROLES: list[Role] = [role for role in Role if role is not Role.LOCAL_OPERATOR]
# An open page that asks for more: a link that was sent, or whose text it is.
OPEN_TO_A_LINK = {"accounts:accept", "submissions:discard"}


@pytest.fixture
def world(db: None, settings: Settings, tmp_path: Path) -> World:
    settings.UPLOADS = tmp_path / "uploads"
    return whole_world(tmp_path)


@pytest.fixture
def gathering(db: None, settings: Settings, tmp_path: Path) -> World:
    settings.UPLOADS = tmp_path / "uploads"
    return whole_world(tmp_path, opened=False)


def test_every_route_is_fed() -> None:
    groups = (FED, ABSENT, ACCOUNT, MANAGING, OPEN)
    fed = sorted(name for group in groups for name in group)
    assert fed == [route.name for route in routes()], "feed these to tests/sweeps/routes.py"
    assert not [r.name for r in routes() if r.is_open != (r.name in {*OPEN, *OPEN_TO_A_LINK})]
    assert len(routes()) >= 60


@pytest.mark.django_db
def test_nobody_signed_in_gets_to_sign_in_and_nothing_else(world: World) -> None:
    seen: Counter[str] = Counter()
    wrong: list[str] = []
    for route in routes():
        address = reverse(route.name, kwargs=arguments(route, world))
        for method in METHODS:
            said = _ask(browser(), method, address)
            seen[f"{method} {said.status_code}"] += 1
            wanted = expected_signed_out(route, method)
            if said.status_code != wanted:
                wrong.append(f"{method} {route.name}: {said.status_code}, wanted {wanted}")
            if not route.is_open and not said.headers.get("Location", "").startswith("/sign-in/"):
                wrong.append(f"{method} {route.name}: not sent to sign in")
    tell(f"routes without sign-in: {sum(seen.values())} asked, {dict(sorted(seen.items()))}")
    assert not wrong, "\n".join(wrong)


# Between them they are let in to each route, and refused at each that refuses anybody.
FEW = [
    Role.AUDIT_COORDINATOR,
    Role.AGENCY_AUDITOR,
    Role.AGENCY_COORDINATOR,
    Role.MEETING_CHAIR,
    Role.BOARD_MEMBER,
    Role.SAFEGUARDING_LEAD,
    Role.PRIVACY_OFFICER,
    Role.SYSTEM_ADMINISTRATOR,
    Role.EMERGENCY_DUTY,
]
CHOSEN = by_lane(FEW, ROLES)
# What is answered while a round gathers, and by nobody once it is opened.
GATHERING = {
    *("audit:begin_return", "audit:answer_part", "audit:check_answers", "audit:discard_answers"),
    *(
        "audit:sign_off",
        "audit:change_tool",
        "audit:workbook",
        "audit:sent_workbook",
        "audit:marked_workbook",
        "audit:sum_up",
    ),
    *("audit:choose_moderated", "audit:grade_again", "audit:send_back"),
    *("audit:add_source", "audit:correct_source"),
    *("audit:ask_known", "audit:remind_known", "audit:answer_knowing", "audit:take_back_knowing"),
}
ALSO_GATHERING = {
    *("audit:coding", "audit:code_book", "audit:theme_passages", "audit:coded_text"),
    "audit:suggestions",
    "audit:moderation",
    "audit:second_look",
    "audit:round",
    "audit:own_cases",
    "audit:answers",
    "audit:knowing",
    "audit:knowing_asked",
    "audit:figures",
}
# An open tool is for everybody but a referrer, and what is one's own is for everybody.
FOR_ALL = {name for name, fed in FED.items() if fed == OWN} | {
    *("tools:version", "tools:version_preview", "tools:xlsform", "tools:compare"),
    *("fhir:questionnaire", "accounts:accept"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("role", CHOSEN)
def test_routes_open_to_whom_the_rules_let_in(world: World, role: Role) -> None:
    # One role, which is refused somewhere on nearly every route, asks in every way; the others in
    # the two of a browser.
    methods = METHODS if role is Role.AUDIT_COORDINATOR else ("GET", "POST")
    asked, wrong = _swept(world, role, routes(), methods)
    tell(f"routes as {role}: {asked} asked, {len(wrong)} wrong")
    assert not wrong, "\n".join(wrong)


@pytest.mark.django_db
def test_a_round_that_gathers_is_answered_by_whom_the_rules_let_in(gathering: World) -> None:
    answering = [route for route in routes() if route.name in GATHERING | ALSO_GATHERING]
    assert {route.name for route in answering} == GATHERING | ALSO_GATHERING
    asked, wrong = 0, list[str]()
    for role in CHOSEN:
        more, found = _swept(gathering, role, answering, ("GET", "POST"))
        asked, wrong = asked + more, wrong + found
    tell(f"routes of a round that gathers: {asked} asked, {len(wrong)} wrong")
    assert not wrong, "\n".join(wrong)


@pytest.mark.django_db
def test_each_route_lets_somebody_in_and_keeps_somebody_out(
    world: World,
) -> None:
    """Else the sweep could not tell a check that is missing, or one too many."""
    opened = _standing_of(world, [name for name in {**FED, **MANAGING} if name not in GATHERING])
    assert [name for name, answers in opened.items() if 0 not in answers] == []
    shut = [name for name, answers in opened.items() if answers == {0}]
    assert sorted(shut) == sorted(FOR_ALL)


def _standing_of(world: World, names: list[str]) -> dict[str, set[int]]:
    fed = {**FED, **MANAGING}
    askers = [asker(world, role, relation) for role in FEW for relation in RELATIONS]
    return {name: {denial(fed[name], world, who) for who in askers} for name in names}


def _swept(
    world: World, role: Role, asked: list[Route], methods: Iterable[str]
) -> tuple[int, list[str]]:
    """How many requests were made as that role in each relation, and which were answered wrong."""
    count, wrong = 0, []
    for relation in RELATIONS:
        where = "elsewhere" if relation == "unrelated" else world.related(role)
        member = world.member(role, where)
        if relation == "conflicted":
            _put_in_conflict(world, member.person_id)
        client, who = world.client(role, where), asker(world, role, relation)
        for route in asked:
            address = reverse(route.name, kwargs=arguments(route, world))
            for method in methods:
                if _ends_the_session(route, method):
                    continue
                # What a request changes is taken back, so that the next finds the world whole.
                point = transaction.savepoint()
                said = _ask(client, method, address).status_code
                transaction.savepoint_rollback(point)
                wanted = expected(route, method, world, who)
                count += 1
                if said != wanted:
                    told = f"{role} {relation} {method} {route.name}"
                    wrong.append(f"{told}: {said}, wanted {wanted}")
        _out_of_conflict(member.person_id)
    return count, wrong


def _out_of_conflict(person: int) -> None:
    Conflict.objects.filter(person=person, state=ConflictState.DECLARED).delete()


def _ask(client: Client, method: str, address: str) -> HttpResponse:
    # A form that is sent with nothing in it.
    kind = "application/x-www-form-urlencoded" if method == "POST" else "text/plain"
    return cast("HttpResponse", client.generic(method, address, b"", kind))


def _ends_the_session(route: Route, method: str) -> bool:
    return route.name in ("account_logout", "accounts:end_other_sessions") and method == "POST"


def _put_in_conflict(world: World, person: int) -> None:
    Conflict.objects.create(
        kind="programmes.audit",
        key=world.audit.pk,
        person_id=person,
        state=ConflictState.DECLARED,
        reason="A cousin.",
        raised_by_id=person,
        raised_at=world.audit.commissioned_at,
    )


@pytest.mark.django_db
def test_what_may_not_be_seen_answers_as_what_is_not_there(world: World) -> None:
    """Same body and headers, whatever the reason."""
    client = world.client(Role.AGENCY_AUDITOR, "elsewhere")
    there = client.get(reverse("audit:round", args=[world.audit.reference]))
    missing = client.get(reverse("audit:round", args=["no-such-audit"]))
    assert there.status_code == missing.status_code == 404
    assert _plain(there, world.audit.reference) == _plain(missing, "no-such-audit")


def _plain(response: Any, reference: str) -> tuple[bytes, dict[str, str]]:
    import re

    body = response.content.replace(reference.encode(), b"")
    body = re.sub(rb'value="[\w-]{20,}"|data-csrf="[\w-]+"|data-idle-seconds="\d+"', b"", body)
    headers = {k: v for k, v in response.headers.items() if k not in ("Safehub-Request",)}
    return body, headers
