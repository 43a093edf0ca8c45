"""The routes of the register of people, and what each is fed with."""

from __future__ import annotations

from typing import Any

from factories.world import World

from .fed import Fed
from .ways import READS, WRITES, Way


def _child(world: World) -> Any:
    return world.registered.child


def on_child(action: str, way: Way = WRITES) -> Fed:
    return Fed(
        lambda world: {"key": _child(world).pk},
        lambda world: [(action, _child(world))],
        way=way,
    )


def on_unborn() -> Fed:
    return Fed(
        lambda world: {"key": world.registered.unborn.pk},
        lambda world: [("individual.change", world.registered.unborn)],
        way=WRITES,
    )


REGISTERED: dict[str, Fed] = {
    "register:search": Fed(
        lambda world: {}, lambda world: [("individual.search", None)], way=WRITES
    ),
    "register:results": Fed(
        lambda world: {"key": world.registered.look_up.pk},
        lambda world: [("lookup.see", world.registered.look_up)],
    ),
    "register:record": Fed(
        lambda world: {"key": world.registered.look_up.pk},
        lambda world: [("lookup.see", world.registered.look_up), ("individual.record", None)],
        way=WRITES,
    ),
    "register:individual": on_child("individual.see", READS),
    **{
        f"register:{name}": on_child("individual.change")
        for name in ("add_name", "add_identifier", "add_address", "contact", "correct_birth")
    },
    "register:died": on_child("individual.change"),
    "register:end_address": Fed(
        lambda world: {"key": _child(world).pk, "address": world.registered.address.pk},
        lambda world: [("individual.change", _child(world))],
        way=WRITES,
    ),
    "register:born": on_unborn(),
    "register:lost": on_unborn(),
}
