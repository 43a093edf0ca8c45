"""The rows of who answered the returns of a world."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from oracle.plain_access_world import World
from safehub.audit.returns.models import ReturnVersion


def answerer_rows(world: World, versions: Iterable[ReturnVersion]) -> Iterator[dict[str, object]]:
    keys = {(one.audit_return_id, one.number): one.pk for one in versions}
    for one in world.returns.values():
        for version in one.versions:
            for person in version.answered_by:
                yield {"version_id": keys[one.key, version.number], "person_id": person}
