"""The rows of who answered the returns of a world, and who recorded a source of one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from oracle.plain_access_world import World
from safehub.audit.returns.models import ReturnVersion


def answerer_rows(world: World, versions: Iterable[ReturnVersion]) -> Iterator[dict[str, object]]:
    keys = {(one.audit_return_id, one.number): one.pk for one in versions}
    for one in world.returns.values():
        for version in one.versions:
            for person in version.answered_by:
                yield {"version_id": keys[one.key, version.number], "person_id": person}


def source_rows(world: World) -> Iterator[dict[str, object]]:
    for one in world.returns.values():
        for person in one.heard_by:
            yield {
                "audit_return_id": one.key,
                "kind": "practitioner",
                "was_asked": False,
                "not_asked_because": "Away.",
                "added_by_id": person,
                "added_at": dt.datetime(2026, 1, 5, tzinfo=dt.UTC),
            }
