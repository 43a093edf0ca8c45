"""Which reason is given where nothing grants an action: what was missing in the nearest grant."""

from __future__ import annotations

from dataclasses import dataclass

from oracle import plain_access_grants as page
from safehub.foundation.access import judging, queries
from safehub.foundation.access.reasons import Reason

from .matrix import NOW, Question, cell


@dataclass(frozen=True)
class Nearest:
    """Somebody who may not open a return, and why not."""

    role: str
    relations: frozenset[str]
    status: str
    reason: Reason


NEAREST = (
    Nearest(page.REFERRER, frozenset({page.OWNER}), page.OPENED, Reason.ROLE),
    Nearest(page.CHAIR, frozenset(), page.OPENED, Reason.RELATION),
    Nearest(page.CHAIR, frozenset({page.OWNER}), page.OPENED, Reason.RELATION),
    Nearest(page.CHAIR, frozenset({page.ENDED}), page.OPENED, Reason.EXPIRED),
    Nearest(page.CHAIR, frozenset({page.EXPIRED}), page.OPENED, Reason.EXPIRED),
    Nearest(page.CHAIR, frozenset({page.SHARED}), page.GATHERING, Reason.STATUS),
    Nearest(page.CHAIR, frozenset({page.SHARED, page.ENDED}), page.GATHERING, Reason.STATUS),
    # Of two grants the one in which the relation was there came nearer, in whichever order.
    Nearest(page.AUDITOR, frozenset({page.ASKED}), page.GATHERING, Reason.STATUS),
    Nearest(page.AUDITOR, frozenset({page.ENDED}), page.GATHERING, Reason.EXPIRED),
)


def nearest_reason(one: Nearest) -> Reason:
    """The reason that the product gives."""
    asked = cell(Question(one.role, page.RETURN, "return.see", one.relations, one.status))
    return judging.judge(queries.policy(), asked.viewer, asked.action, asked.facts, at=NOW).reason
