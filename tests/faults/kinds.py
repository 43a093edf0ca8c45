"""The classes of faults: which stores each meets, and how many there are in each lane."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from faults.harness import Harness

Inject = Callable[[Harness, str, int], None]


@dataclass(frozen=True)
class Kind:
    """`inject(harness, store, count)` injects so many faults and writes a line for each."""

    name: str
    store: str
    inject: Inject
    fast: int
    full: int


KINDS: list[Kind] = []


def kind(name: str, *, fast: int = 1, **stores: int) -> Callable[[Inject], Inject]:
    """Register a class: for each store, how many faults there are in the full lane."""

    def register(inject: Inject) -> Inject:
        KINDS.extend(Kind(name, store, inject, fast, full) for store, full in stores.items())
        return inject

    return register
