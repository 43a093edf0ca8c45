"""Puts the texts to be coded of a plain world into the database, after its returns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from oracle import plain_access_grants as page
from oracle.plain_access_world import World
from safehub.audit.coding.models import CodedText, TextChoice
from safehub.audit.returns.models import ReturnVersion

from .looks import keep
from .matrix import NOW


def load_texts(world: World, audits: Mapping[int, int], versions: Iterable[ReturnVersion]) -> None:
    """`audits` by the key of a case. A superseded text is of a version that is not the latest."""
    by_latest = {(one.audit_return_id, one.is_latest): one.pk for one in versions}
    keep(
        TextChoice,
        (
            {"pk": key, "audit_id": key, "number": 1, "of": 0, "chosen_at": NOW}
            for key in world.audits
        ),
    )
    keep(
        CodedText,
        (
            {
                "pk": one.key,
                "choice_id": audits[world.returns[one.key].case],
                "audit_return_id": one.key,
                "version_id": by_latest[one.key, one.state != page.SUPERSEDED],
                "column": "story",
                "wants_second": one.state == page.AWAITED,
                "first_by_id": one.first_by,
                "first_done_at": None if one.state == page.UNCODED else NOW,
            }
            for one in world.texts.values()
        ),
    )
