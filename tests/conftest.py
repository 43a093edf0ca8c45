"""What every test of the product needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# A machine that does much else at once is slow, which is no fault of what is tested.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


@pytest.fixture(autouse=True, scope="session")
def _trail_that_tests_may_empty() -> None:
    """Between tests with real transactions Django empties all tables, which some refuse.

    So the guards of the trail and of published reports come down for that moment alone; within a
    test they stand.
    """
    from django.db import connection

    from safehub.audit.reports.publishing import guards
    from safehub.foundation.trail.tables import drop_guards, put_up_guards

    # On the class: a server's thread, or an event loop, has a connection of its own.
    operations = type(connection.ops)
    flush: Callable[[Any, Iterable[str]], None] = operations.execute_sql_flush

    def flush_unguarded(self: Any, sql_list: Iterable[str]) -> None:
        drop_guards(self.connection)
        guards.drop_guards(self.connection)
        flush(self, sql_list)
        guards.put_up_guards(self.connection)
        put_up_guards(self.connection)

    operations.execute_sql_flush = flush_unguarded  # type: ignore[method-assign]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What the tests of faults injected, and where their ledger can be counted again."""
    from faults.ledger import Count, Ledger

    ledger = Ledger()
    faults = list(ledger.faults())
    if faults:
        seeds = ", ".join(sorted({str(fault.seed) for fault in faults}))
        terminalreporter.write_line(f"{Count.of(faults)}; seed {seeds}; ledger {ledger.path}")
