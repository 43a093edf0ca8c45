"""The rows of what one agency is told or asked on one case, beside its returns."""

from __future__ import annotations

from collections.abc import Iterator

from oracle.plain_access_world import World

from .matrix import NOW

# Case, agency, and the rest of a row.
Row = tuple[int, int, dict[str, object]]


def risk_rows(world: World) -> Iterator[Row]:
    for one in world.risks.values():
        yield (
            one.case,
            one.agency,
            {
                "pk": one.key,
                "case_id": one.case,
                "what": "A worry.",
                "raised_by_id": one.raised_by,
                "raised_at": NOW,
            },
        )


def matter_rows(world: World) -> Iterator[Row]:
    for one in world.matters.values():
        yield (
            one.case,
            one.agency,
            {
                "pk": one.key,
                "case_id": one.case,
                "kind": "practice",
                "is_for_office": one.for_office,
                "what": "A matter.",
                "raised_by_id": one.raised_by,
                "raised_at": NOW,
            },
        )


def knowing_rows(world: World) -> Iterator[Row]:
    for one in world.knowings.values():
        yield (
            one.case,
            one.agency,
            {
                "pk": one.key,
                "case_id": one.case,
                "answer": one.answer.replace(" ", "_"),
                "asked_at": NOW,
                "answered_at": NOW if one.answer else None,
            },
        )
