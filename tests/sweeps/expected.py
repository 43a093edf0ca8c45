"""The one answer that a route gives to somebody who asks it in one way."""

from __future__ import annotations

from typing import Any

from factories.world import World
from oracle import plain_access as plain
from safehub.foundation.access.vocabulary import Role

from .routes import FED, MANAGING, Fed, Route
from .standing import Asker, has_a_part, verdict
from .ways import ABSENT, ACCOUNT, OPEN, SIGNED_OUT

REFUSED, ABSENT_STATUS = 403, 404


def expected(route: Route, method: str, world: World, who: Asker) -> int:
    """The status. A form that is sent empty is refused with 422."""
    if route.name in OPEN:
        return OPEN[route.name].answer(method)
    if route.name in ACCOUNT:
        return ACCOUNT[route.name].answer(method)
    if route.name in ABSENT:
        way = ABSENT[route.name][1]
        return way.refusal(method, ABSENT_STATUS)
    fed = FED.get(route.name) or MANAGING[route.name]
    refusal = denial(fed, world, who)
    if refusal == REFUSED and fed.late and not denial(fed, world, who, fed.was):
        return fed.late.answer(method)
    return fed.way.refusal(method, refusal) if refusal else fed.way.answer(method)


def expected_signed_out(route: Route, method: str) -> int:
    """The status for somebody who has not signed in: to the sign-in, but from what is open."""
    if not route.is_open:
        return 302
    if route.name in SIGNED_OUT:
        return SIGNED_OUT[route.name].answer(method)
    fed = FED[route.name]
    return fed.way.refusal(method, ABSENT_STATUS) if fed.owner else fed.way.answer(method)


def denial(fed: Fed, world: World, who: Asker, status: str = "") -> int:
    """404 where it is not there for them, 403 where this may not be done, 0 where it may.

    With a `status`: if what is asked for had that.
    """
    if fed.owner is not None and fed.owner(world) != who.person:
        return ABSENT_STATUS
    if fed.has_role and not has_a_part(who, fed.has_role):
        return ABSENT_STATUS
    for action, record in _asked(fed, world, who):
        said = verdict(world, who, action, record, status)
        if fed.wants_glass and action == fed.wants_glass:
            if said != plain.BREAK_GLASS:
                return ABSENT_STATUS
        elif said != plain.ALLOW:
            return REFUSED if said == plain.REFUSED and action not in fed.hides else ABSENT_STATUS
    if fed is FED["trail"] and who.role is Role.PRIVACY_OFFICER:
        return 0 if not who.is_elsewhere and not who.is_conflicted else ABSENT_STATUS
    if fed.manages and not has_a_part(who, fed.manages):
        return REFUSED
    return 0


def _asked(fed: Fed, world: World, who: Asker) -> list[tuple[str, Any]]:
    """What they must be allowed. The privacy officer need not open a record to see its trail.

    It must have to do with their agency all the same, and not be shut to them.
    """
    asked = fed.asks(world)
    if fed is not FED["trail"] or who.role is not Role.PRIVACY_OFFICER:
        return asked
    return asked[1:]
