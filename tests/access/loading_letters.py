"""The rows of what was sent out and shared in a world."""

from __future__ import annotations

from oracle.plain_access_world import World
from safehub.foundation.disclosure.models import Disclosure, SharingRecord

from .looks import keep
from .matrix import NOW


def load_letters(world: World) -> None:
    keep(
        Disclosure,
        (
            {
                "pk": one.key,
                "organisation": one.agency,
                "state": one.state,
                "made_by_id": one.made_by,
                "made_at": NOW,
                # Only another may have cleared it.
                **(
                    {
                        "cleared_by_id": 1 if one.made_by != 1 else 2,
                        "cleared_at": NOW,
                        "clearance": "c",
                        "released_at": NOW,
                    }
                    if one.state in {"cleared", "released"}
                    else {}
                ),
            }
            for one in world.disclosures.values()
        ),
    )
    keep(
        SharingRecord,
        (
            {
                "pk": one.key,
                "organisation": one.agency,
                "decision": "refused",
                "decided_by_id": 1,
                "decided_at": NOW,
            }
            for one in world.sharings.values()
        ),
    )
