"""The rows of the reports of a world, and of what was put forward of them."""

from __future__ import annotations

from collections.abc import Iterator

from oracle.plain_access_world import World

from .matrix import NOW


def report_rows(world: World) -> Iterator[dict[str, object]]:
    for one in world.reports.values():
        yield {
            "pk": one.key,
            "audit_id": one.audit,
            "number": 1,
            "document": {},
            "made_by_id": one.made_by,
        }


def publication_rows(world: World) -> Iterator[dict[str, object]]:
    for one in world.reports.values():
        if one.put_forward_by is None:
            continue
        # Who signed it is somebody else; it is not asked for here.
        others = [key for key in world.persons if key != one.put_forward_by]
        yield {
            "pk": one.key,
            "report_id": one.key,
            "suppression": "none",
            "document": {},
            "briefing": {},
            "put_forward_by_id": one.put_forward_by,
            "put_forward_at": NOW,
            "signed_by_id": others[0] if one.is_published else None,
            "published_at": NOW if one.is_published else None,
        }
