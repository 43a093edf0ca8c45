"""The commissions and planned audits of a plain world as rows of the database."""

from __future__ import annotations

import datetime as dt

from oracle.plain_access_world import World
from safehub.audit.programmes.models import CommissionDraft, CommissionWriter, PlannedAudit

from .matrix import NOW


def load_commissions(world: World) -> None:
    """Under the same keys, with who wrote any of each."""
    CommissionDraft.objects.bulk_create(
        CommissionDraft(
            pk=one.key,
            partnership_id=one.partnership,
            title="An audit",
            kind="routine",
            sample_seed="1",
            starts_on=dt.date(2026, 6, 1),
            started_at=NOW,
            updated_at=NOW,
        )
        for one in world.commissions.values()
    )
    PlannedAudit.objects.bulk_create(
        PlannedAudit(
            pk=key,
            partnership_id=partnership,
            title="An audit",
            theme="A theme",
            origin="review",
            begins_on=dt.date(2026, 6, 1),
        )
        for key, partnership in world.planned.items()
    )
    CommissionWriter.objects.bulk_create(
        CommissionWriter(draft_id=one.key, person_id=person)
        for one in world.commissions.values()
        for person in sorted(one.writers)
    )
