"""What every test of the product needs."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker

log = logging.getLogger(__name__)

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


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The tests' database, left by everyone before it is taken down.

    PostgreSQL does not drop a database that somebody still uses, and a server's thread, or a
    browser that was closed in mid-answer, may be a moment late in leaving it. They have five
    seconds to go; who stays is named, and ended.
    """
    yield
    from django.db import connection

    if connection.vendor != "postgresql":
        return
    with django_db_blocker.unblock():
        try:
            _see_off(connection)
        finally:
            connection.close()


def _see_off(connection: Any) -> None:
    others = (
        "FROM pg_stat_activity WHERE datname = current_database()"
        " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )
    patience = time.monotonic() + 5
    with connection.cursor() as cursor:
        while True:
            cursor.execute(f"SELECT state, left(query, 200) {others}")
            late = cursor.fetchall()
            if not late:
                return
            if time.monotonic() > patience:
                break
            time.sleep(0.1)
        for state, query in late:
            log.warning("still in the tests' database, and ended: %s, last asked %r", state, query)
        cursor.execute(f"SELECT pg_terminate_backend(pid, 5000) {others}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was asked twice and why; what the tests of faults injected, and where to count it."""
    from faults.ledger import Count, Ledger

    for report in terminalreporter.getreports("rerun"):
        terminalreporter.section(f"asked twice: {report.nodeid}")
        terminalreporter.write_line(report.longreprtext[-3000:])

    ledger = Ledger()
    faults = list(ledger.faults())
    if faults:
        seeds = ", ".join(sorted({str(fault.seed) for fault in faults}))
        terminalreporter.write_line(f"{Count.of(faults)}; seed {seeds}; ledger {ledger.path}")
