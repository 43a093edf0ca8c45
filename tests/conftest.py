"""What every test of the product needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest


@pytest.fixture(autouse=True, scope="session")
def _trail_that_tests_may_empty() -> None:
    """Between tests with real transactions Django empties all tables, which the trail refuses.

    So its guards come down for that moment alone; within a test they stand.
    """
    from django.db import connection

    from safehub.foundation.trail.tables import drop_guards, put_up_guards

    flush: Callable[[Iterable[str]], None] = connection.ops.execute_sql_flush

    def flush_unguarded(sql_list: Iterable[str]) -> None:
        drop_guards(connection)
        flush(sql_list)
        put_up_guards(connection)

    connection.ops.execute_sql_flush = flush_unguarded  # type: ignore[method-assign]
