"""What an agency's summative report rests on, and how it stands."""

from __future__ import annotations

from safehub.audit.programmes.models import Audit, Participant
from safehub.audit.returns.models import SummativeReport
from safehub.audit.returns.queries import rows_of, summaries_of
from safehub.audit.returns.summaries import Summary
from safehub.audit.returns.summing.rules import OwnFigures, figures_of
from safehub.audit.sampling.queries import cases_drawn
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.errors import Absent, NotPossible
from safehub.instruments.queries import tool_of


def own_part(viewer: Viewer, audit: Audit) -> Participant:
    """The viewer's agency in the audit. One query.

    Raises Absent where it takes no part, and NotPossible for a viewer of one practice or school.
    """
    found = audit.participants.filter(agency=viewer.organisation).first()
    if found is None:
        raise Absent("Your agency takes no part in this audit.")
    if viewer.unit:
        raise NotPossible(
            f"Whoever answers for the whole of {found.name} writes its summative report."
        )
    return found


def own_figures(audit: Audit, participant: Participant) -> OwnFigures:
    """What the agency's returns come to as they are now. Two queries."""
    asked = (
        cases_drawn(audit)
        .filter(number__isnull=False, withdrawal_position__isnull=True)
        .values_list("number", flat=True)
    )
    return figures_of(
        rows_of(audit, agency=participant.code),
        frozenset(number or "" for number in asked),
        tool_of(audit.tool_version),
        grading=audit.grading_question,
        met_good=frozenset(audit.met_good),
    )


def is_summed_up(participant: Participant) -> bool:
    """Whether the agency has a summative report. One query."""
    return SummativeReport.objects.filter(participant=participant).exists()


def own_summary(participant: Participant) -> Summary | None:
    """The agency's summative report as it stands; None where there is none. Three queries."""
    if not is_summed_up(participant):
        return None
    return next(one for one in summaries_of(participant.audit) if one.agency == participant.code)
