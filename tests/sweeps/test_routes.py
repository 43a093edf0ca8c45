"""Every route × method × role × relation: who gets in is what the rules say."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from typing import Any, cast

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from access.lanes import IS_FULL, tell
from factories.browsers import browser
from factories.people import make_viewer
from factories.world import World, whole_world
from safehub.foundation.access.decision import decide
from safehub.foundation.access.models import Conflict
from safehub.foundation.access.queries import policy
from safehub.foundation.access.states import ConflictState
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Role

from .routes import ABSENT, ACCOUNT, FED, MANAGING, Route, routes

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
RELATIONS = ("related", "unrelated", "conflicted")
ROLES: list[Role] = [role for role in Role if role is not Role.LOCAL_OPERATOR]
SEED = 20261124
ANSWERS = {200, 204, 302, 400, 401, 403, 404, 405, 409, 410, 422, 429}


@pytest.fixture
def world(db: None, settings: Settings, tmp_path: Path) -> World:
    settings.UPLOADS = tmp_path / "uploads"
    return whole_world(tmp_path)


def arguments(route: Route, world: World) -> dict[str, Any]:
    if route.name in FED:
        return FED[route.name].arguments(world)
    if route.name in MANAGING:
        somebody = world.member(Role.AGENCY_AUDITOR, "CSC")
        return dict.fromkeys(MANAGING[route.name], somebody.person_id)
    return ABSENT.get(route.name, {})


def test_every_route_is_fed() -> None:
    known = {*FED, *ABSENT, *ACCOUNT, *MANAGING}
    unknown = [r.name for r in routes() if r.name not in known and not r.is_open]
    assert not unknown, "feed these to tests/sweeps/routes.py"
    assert len(routes()) >= 60


@pytest.mark.django_db
def test_nobody_signed_in_gets_to_sign_in_and_nothing_else(world: World) -> None:
    seen: Counter[str] = Counter()
    for route in routes():
        address = reverse(route.name, kwargs=arguments(route, world))
        for method in METHODS:
            response = _ask(browser(), method, address)
            seen[f"{method} {response.status_code}"] += 1
            assert response.status_code in ANSWERS | {503}, (route.name, method)
            if not route.is_open and method in ("GET", "HEAD"):
                assert response.status_code in (302, 404), (route.name, method)
                if response.status_code == 302:
                    assert response.headers["Location"].startswith("/sign-in/"), route.name
    tell(f"routes without sign-in: {sum(seen.values())} asked, {dict(sorted(seen.items()))}")


def _chosen_roles() -> list[Role]:
    if IS_FULL:
        return ROLES
    always = {Role.AUDIT_COORDINATOR, Role.AGENCY_AUDITOR, Role.BOARD_MEMBER}
    some = random.Random(SEED).sample([r for r in ROLES if r not in always], 3)
    return [*sorted(always), *some]


@pytest.mark.django_db
@pytest.mark.parametrize("role", _chosen_roles())
def test_routes_open_to_whom_the_rules_let_in(world: World, role: Role) -> None:
    wrong: list[str] = []
    asked = 0
    for relation in RELATIONS:
        where = "elsewhere" if relation == "unrelated" else world.related(role)
        member = world.member(role, where)
        if relation == "conflicted":
            _put_in_conflict(world, member.person_id)
        client = world.client(role, where)
        for route in routes():
            address = reverse(route.name, kwargs=arguments(route, world))
            for method in METHODS if role is Role.AUDIT_COORDINATOR else ("GET", "HEAD", "POST"):
                if _ends_the_session(route, method):
                    continue
                # What a request changes is taken back, so that the next finds the world whole.
                point = transaction.savepoint()
                said = _ask(client, method, address)
                expected = _expected(route, method, world, make_viewer(member))
                transaction.savepoint_rollback(point)
                asked += 1
                if said.status_code not in expected:
                    wrong.append(
                        f"{role} {relation} {method} {route.name}: {said.status_code}, "
                        f"wanted {sorted(expected)}"
                    )
    tell(f"routes as {role}: {asked} asked, {len(wrong)} wrong")
    assert not wrong, "\n".join(wrong)


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


def _expected(route: Route, method: str, world: World, viewer: Viewer) -> set[int]:
    """The answers that the rules allow. A form that is sent empty is refused with 422."""
    if route.is_open or route.name in ACCOUNT:
        return ANSWERS
    if route.name in ABSENT:
        return {302, 401, 403, 404, 405, 409, 422} | ({200} if method == "OPTIONS" else set())
    if route.name in MANAGING:
        return {200, 302, 403, 404, 405, 422}
    fed = FED[route.name]
    if method in ("PUT", "PATCH", "DELETE", "OPTIONS"):
        return {403, 404, 405}
    if not _is_let_in(fed, world, viewer):
        # Whether it is not there or is refused was told apart by the matrix; here: no page.
        return {302, 403, 404, 405} if method == "POST" else {403, 404}
    if method == "POST":
        return {302, 422} if fed.writes else {405}
    return {200, 302} if fed.writes else {200}


def _is_let_in(fed: Any, world: World, viewer: Viewer) -> bool:
    if fed.has_role:
        grants = policy().actions[fed.has_role].grants
        return any(viewer.role in grant.roles for grant in grants)
    asked = fed.asks(world)
    if asked == [("trail.see", None)]:
        if viewer.role is not Role.PRIVACY_OFFICER:
            asked = [("audit.see", world.audit), *asked]
        elif viewer.partnership != world.audit.partnership_id or _in_conflict(viewer):
            return False
    return all(decide(viewer, action, record).is_allowed for action, record in asked)


def _in_conflict(viewer: Viewer) -> bool:
    return Conflict.objects.filter(person=viewer.person).exists()


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
