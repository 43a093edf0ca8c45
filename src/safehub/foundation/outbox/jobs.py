"""What may be run later, or comes round, by code. Each app keeps its own in its jobs.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from safehub.foundation.errors import Misconfigured

JobFunction = Callable[[Mapping[str, Any]], None]

Chore = Callable[[], None]

_JOBS: dict[str, JobFunction] = {}
_CHORES: dict[str, tuple[float, Chore]] = {}


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


def chore(code: str, *, every: float) -> Callable[[Chore], Chore]:
    """Register a function that every worker calls each so many seconds, such as a purge.

    Two workers may call it at once, so it must do no harm a second time.
    """

    def register(function: Chore) -> Chore:
        if _CHORES.setdefault(code, (every, function))[1] is not function:
            raise Misconfigured(f"Two chores are called {code}.")
        return function

    return register


def chores() -> dict[str, tuple[float, Chore]]:
    """Every chore by its code: the seconds between, and the function."""
    return dict(_CHORES)
