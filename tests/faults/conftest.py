"""One harness for all; the seed is that of the day, or SAFEHUB_FAULT_SEED."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator

import pytest

from faults.harness import Harness
from faults.ledger import Ledger


def todays_seed() -> int:
    """Another one each day, and the same in every process of a day."""
    return int(os.environ.get("SAFEHUB_FAULT_SEED") or dt.datetime.now(dt.UTC).strftime("%Y%m%d"))


@pytest.fixture(scope="session")
def harness() -> Iterator[Harness]:
    made = Harness.make(todays_seed(), Ledger())
    yield made
    made.remove()
