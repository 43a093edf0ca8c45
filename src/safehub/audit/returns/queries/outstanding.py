"""How much of a round is still out, for whoever is about to open it: numbers alone."""

from __future__ import annotations

from dataclasses import dataclass

from safehub.audit.programmes.models import Audit
from safehub.audit.returns.models import Return, WorkingReturn
from safehub.audit.sampling.queries import cases_drawn


@dataclass(frozen=True)
class Outstanding:
    """`asked` is one for each case and agency; `returned` of them have a return, also a nil one.

    `begun` are returns that somebody has begun and not sent in, and `by_agency` how many of those
    there are, by the agency's name.
    """

    asked: int
    returned: int
    by_agency: tuple[tuple[str, int], ...]

    @property
    def begun(self) -> int:
        """How many are begun and not sent in."""
        return sum(many for _, many in self.by_agency)

    @property
    def missing(self) -> int:
        """How many have no return."""
        return self.asked - self.returned


def outstanding_of(audit: Audit) -> Outstanding:
    """Of the cases asked about now. It tells nothing of any return, so it asks nobody's leave.

    Four queries.
    """
    cases = list(
        cases_drawn(audit)
        .filter(number__isnull=False, withdrawal_position__isnull=True)
        .values_list("pk", flat=True)
    )
    participants = list(audit.participants.order_by("position"))
    pairs = Return.objects.filter(participant__audit=audit, case__in=cases)
    returned = pairs.values("case", "participant").distinct().count()
    begun = dict.fromkeys((one.pk for one in participants), 0)
    for one in WorkingReturn.objects.filter(participant__audit=audit, case__in=cases).values_list(
        "participant", flat=True
    ):
        begun[one] += 1
    return Outstanding(
        asked=len(cases) * len(participants),
        returned=returned,
        by_agency=tuple((one.name, begun[one.pk]) for one in participants if begun[one.pk]),
    )
