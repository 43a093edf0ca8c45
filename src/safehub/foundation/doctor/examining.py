"""Everything that the doctor looks at, in its order."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from safehub.foundation.doctor import database, files, running
from safehub.foundation.doctor.findings import Check, Finding, State, findings_of


def examine(*, secret_is_given: bool) -> list[Finding]:
    """Look at everything. Changes nothing, and makes nothing that is not there.

    What needs the database is left out where that does not answer.
    """
    first: dict[str, Check] = {
        "rights": files.rights,
        "keys": partial(files.keys, secret_is_given=secret_is_given),
        "restore": files.left_over,
        "disk": files.disk,
        "assets": files.assets,
    }
    found = list(_each(first))
    found += _each({"database": database.reached if database.is_there() else database.absent})
    if found[-1].state is State.OK:
        found += _each({"schema": database.schema})
        found += _each(_on_a_store(is_of_this_version=found[-1].state is State.OK))
    found += _each({"mail": running.mail, "serving": running.serving})
    return found


def _on_a_store(*, is_of_this_version: bool) -> dict[str, Check]:
    looked_at: dict[str, Check] = {
        "durability": database.durability,
        "engine": database.which_database,
    }
    if is_of_this_version:
        looked_at |= {
            "clock": database.clock,
            "calendar": running.calendar,
            "trail": running.trail,
            "sealer": running.sealer,
            "worker": running.worker,
            "outbox": running.outbox,
            "backups": running.backups,
        }
    return looked_at


def _each(looked_at: dict[str, Check]) -> Iterator[Finding]:
    for name, check in looked_at.items():
        yield from findings_of(name, check)
