"""The people and the look-ups of a plain world's register as rows of the database."""

from __future__ import annotations

from oracle.plain_access_world import World
from safehub.register.people.models import Individual, LookUp

from .looks import keep
from .matrix import NOW


def load_register(world: World) -> None:
    """Under the same keys."""
    keep(
        Individual,
        (
            {"pk": key, "partnership_id": partnership, "birth": "unknown", "recorded_at": NOW}
            for key, partnership in world.individuals.items()
        ),
    )
    keep(
        LookUp,
        (
            {"pk": key, "membership_id": membership, "family_name": "P", "made_at": NOW}
            for key, membership in world.lookups.items()
        ),
    )
