"""Reading which returns wait for their agency's sign-off, and what became of what was sent in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from safehub.audit.programmes.models import Audit
from safehub.audit.returns.models import Return
from safehub.audit.returns.queries.relations import return_own_work
from safehub.audit.returns.rows import IMMEDIATE_RISK, SUBMITTED
from safehub.foundation.access.decision import open_record, visible_to
from safehub.foundation.access.queries import rows_visible
from safehub.foundation.access.queries.kept import Rows
from safehub.foundation.access.viewer import Viewer
from safehub.instruments.responses import answers_of
from safehub.instruments.tools import YES


@dataclass(frozen=True)
class ToSign:
    """A return that waits for sign-off: its key, its case's number, who answered, its version."""

    pk: int
    reference: str
    case: str
    respondent: str
    number: int


def returns_to_sign(viewer: Viewer, audit: Audit | None = None) -> list[ToSign]:
    """The returns that the viewer may sign off and nobody has yet, by case. At most 100.

    Those of one audit, or of all. One query.
    """

    def make(given: Sequence[int]) -> Rows:
        found = Return.objects.filter(
            versions__is_latest=True,
            versions__status=SUBMITTED,
            versions__sign_off__isnull=True,
            participant__agency=viewer.organisation,
        )
        if given:
            found = found.filter(participant__audit=given[0])
        seen = visible_to(viewer, "return.sign_off", found).exclude(return_own_work(viewer))
        return seen.order_by("case__number", "respondent").values_list(
            *("pk", "participant__audit__reference", "case__number"),
            *("respondent", "versions__number"),
        )[:100]

    given = [] if audit is None else [audit.pk]
    rows = rows_visible(viewer, ("return.sign_off",), "returns.to_sign", make, given)
    return [ToSign(*row) for row in rows]


def return_to_sign(viewer: Viewer, reference: str, key: int, action: str) -> Return:
    """One return, opened to sign it off. Raises Absent and NotAllowed. Two queries."""
    found = (
        Return.objects.filter(participant__audit__reference=reference)
        .select_related("case", "participant__audit__tool_version")
        .defer("participant__audit__tool_version__sheets")
    )
    return open_record(viewer, action, found, pk=key)


@dataclass(frozen=True)
class WasSent:
    """The return that a working return became. `is_at_risk` and when as its latest version says.

    `agency` is the code of whose it is.
    """

    pk: int
    case: str
    is_at_risk: bool
    agency: str
    submitted_at: dt.datetime | None


def sent_in_as(viewer: Viewer, reference: str, working: int) -> WasSent | None:
    """What a working return that is gone became, to whoever may open that. One query."""
    found = Return.objects.filter(
        participant__audit__reference=reference,
        sent_in__working=working,
        versions__is_latest=True,
    )
    row = (
        visible_to(viewer, "return.see", found)
        .values_list(
            *("pk", "case__number", "versions__response"),
            *("participant__code", "versions__submitted_at"),
        )
        .first()
    )
    if row is None:
        return None
    key, case, response, agency, at = row
    return WasSent(key, case or "", answers_of(response).get(IMMEDIATE_RISK) == YES, agency, at)
