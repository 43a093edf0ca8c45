"""Puts the second looks of a plain world into the database, after its returns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from django.db.models import Model

from oracle.plain_access_world import World
from safehub.audit.moderation.models import Choice, SecondLook

from .matrix import NOW

M = TypeVar("M", bound=Model)


def keep(model: type[M], rows: Iterable[dict[str, object]]) -> list[M]:
    return model._default_manager.bulk_create([model(**row) for row in rows])


def load_looks(world: World, audits: Mapping[int, int], versions: Mapping[int, int]) -> None:
    """`audits` by the key of a case, `versions` by that of a return."""
    keep(
        Choice,
        (
            {"pk": key, "audit_id": key, "number": 1, "of": 0, "graders": 1, "chosen_at": NOW}
            for key in world.audits
        ),
    )
    keep(
        SecondLook,
        (
            {
                "pk": one.key,
                "choice_id": audits[world.returns[one.key].case],
                "audit_return_id": one.key,
                "position": one.key,
                "because": [],
                "version_id": versions[one.key] if one.settled else None,
                "settled_at": NOW if one.settled else None,
            }
            for one in world.looks.values()
        ),
    )
