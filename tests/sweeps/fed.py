"""How a route is asked: the shape in which the sweeps are fed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from factories.world import World

from .ways import READS, Way


@dataclass(frozen=True)
class Fed:
    """How a route is asked in a world: its arguments, and what whoever comes must be allowed.

    `asks` gives (action, record) pairs that must all be allowed; none: the page is one's own.
    `owner` is the only person who is let in; `has_role` an action that their role must have to do
    with, and `manages` one without which they are refused. `wants_glass` names the one of the
    asked actions over which glass must be offered. What is refused by one of `hides` is not there.
    """

    arguments: Callable[[World], dict[str, Any]]
    asks: Callable[[World], list[tuple[str, Any]]] = lambda world: []
    has_role: str = ""
    manages: str = ""
    owner: Callable[[World], int | None] | None = None
    wants_glass: str = ""
    hides: tuple[str, ...] = ()
    way: Way = READS
    # How it answers whom the meeting kept from it: they were let in while the round gathered.
    late: Way | None = None
    # The status that what is asked for had then.
    was: str = "gathering"


def _nothing(world: World) -> dict[str, Any]:
    return {}


OWN = Fed(_nothing)
