"""How much of the proof a lane does, and how a number that it came to is told."""

from __future__ import annotations

import os
import sys
from typing import TypeVar

T = TypeVar("T")

IS_FULL = os.environ.get("SAFEHUB_TEST_LANE") == "full"


def by_lane(fast: T, full: T) -> T:
    """The fast lane does a seeded part, the full one all of it."""
    return full if IS_FULL else fast


# `.ci/run` sets the number for its own lane.
WORLDS = int(os.environ.get("SAFEHUB_TEST_WORLDS") or by_lane(64, 2_000))


def tell(words: str) -> None:
    """Onto the test's output, which `-rP` prints."""
    sys.stdout.write(words + "\n")
