"""Every class of faults: a few in the fast lane, all of them in the full one."""

from __future__ import annotations

import os

import pytest

from faults import all_kinds
from faults.harness import Harness
from faults.kinds import Kind
from faults.ledger import Count, Fault
from faults.stores import NoPostgres

IS_FULL = os.environ.get("SAFEHUB_TEST_LANE") == "full"
# In the fast lane the tests on PostgreSQL inject into PostgreSQL, those on SQLite into SQLite.
STORE = "postgresql" if os.environ.get("DATABASE_URL") else "sqlite"
MINE = [kind for kind in all_kinds() if IS_FULL or kind.store == STORE]


@pytest.mark.parametrize("kind", MINE, ids=lambda kind: f"{kind.name}-{kind.store}")
def test_nothing_is_lost_doubled_corrupt_or_open(harness: Harness, kind: Kind) -> None:
    count = kind.full if IS_FULL else kind.fast
    ledger, before = harness.ledger, len(harness.ledger.own)
    try:
        kind.inject(harness, kind.store, count)
    except NoPostgres as missing:
        pytest.skip(str(missing))
    except Exception as error:
        # What did not come back is a harm too: the ledger must not look whole without it.
        words = f"{type(error).__name__}: {str(error)[:500]}"
        ledger.add(Fault(kind.name, harness.seed, kind.store, corrupt=1, notes=[words]))
        raise
    faults = ledger.own[before:]
    assert len(faults) == count
    unclean = [fault for fault in faults if not fault.is_clean]
    assert not unclean, f"seed {harness.seed}, {Count.of(faults)}: {unclean[:3]}"
