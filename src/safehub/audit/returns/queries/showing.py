"""What of a round a viewer sees at all, by the rules alone.

What there is plays no part: where nothing is shown a page says so, whether something was returned
or not, and never that nothing was.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from safehub.audit.programmes.models import Audit
from safehub.foundation.access.facts import Facts
from safehub.foundation.access.judging import judge
from safehub.foundation.access.queries import facts_of, policy
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Relation


@dataclass(frozen=True)
class Showing:
    """One viewer and one audit, as it stands to them."""

    viewer: Viewer
    audit: Facts

    @property
    def is_of_cases(self) -> bool:
        """Whether any case of the sample is."""
        return self._may("case.see", "sampling.case", self.audit.relations)

    def is_of_returns(self, *, of_own_agency: bool) -> bool:
        """Whether what an agency submitted is."""
        asked = Relation.OWNER if of_own_agency else Relation.ASKED
        relations = self._held(asked)
        return self._may("return.see", "returns.return", relations)

    def is_of_begun(self, *, of_own_agency: bool) -> bool:
        """Whether what an agency has begun is, be it only that it has."""
        asked = Relation.OWNER if of_own_agency else Relation.NONE
        relations = self._held(asked)
        return self._may("return.see_begun", "returns.workingreturn", relations)

    def _held(self, asked: Relation) -> frozenset[Relation]:
        """How the viewer stands to what the audit holds: an office shares what an agency owns."""
        held = {Relation.OWNER: Relation.SHARED, Relation.ASKED: asked}
        return frozenset(held.get(one, one) for one in self.audit.relations)

    def _may(self, action: str, kind: str, relations: frozenset[Relation]) -> bool:
        facts = Facts(kind, 0, relations, self.audit.status)
        at = self.viewer.at or timezone.now()
        return judge(policy(), self.viewer, action, facts, at=at).is_allowed


def showing_to(viewer: Viewer, audit: Audit) -> Showing:
    """What of the audit is shown to the viewer. Two queries at most."""
    found = facts_of(viewer, "programmes.audit", [audit.pk])
    return Showing(viewer, found.get(audit.pk, Facts("programmes.audit", audit.pk)))
