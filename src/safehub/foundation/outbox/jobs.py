"""The jobs that may be run later, by code. Each app keeps its own in its jobs.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from safehub.foundation.errors import Misconfigured

JobFunction = Callable[[Mapping[str, Any]], None]

_JOBS: dict[str, JobFunction] = {}


def job(code: str) -> Callable[[JobFunction], JobFunction]:
    """Register a function as the job `code`.

    It is called with its payload inside the transaction that marks it done: what it writes to
    the database happens once, or not at all. It must be short, and must not reach outside the
    database: for that it writes messages and jobs of its own.
    """

    def register(function: JobFunction) -> JobFunction:
        if _JOBS.setdefault(code, function) is not function:
            raise Misconfigured(f"Two jobs are called {code}.")
        return function

    return register


def job_named(code: str) -> JobFunction:
    """The function of a job. Raises Misconfigured for a code that no app has."""
    try:
        return _JOBS[code]
    except KeyError:
        raise Misconfigured(f"There is no job called {code}.") from None
