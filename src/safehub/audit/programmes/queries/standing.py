"""How a viewer stands to an audit and to what an audit holds: the conditions all its apps share.

Case audit, need to know: the partnership's office runs the audit and owns it; an agency that takes
part is asked; anybody else has no part in it.
"""

from __future__ import annotations

from django.db.models import Case, CharField, Exists, OuterRef, Q, Value, When

from safehub.audit.programmes.models import Participant
from safehub.foundation.access.policy import Grant
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Relation, Role

GATHERING, OPENED = "gathering", "opened"

OPERATOR = frozenset({Role.LOCAL_OPERATOR})
COORDINATOR = frozenset({Role.AUDIT_COORDINATOR}) | OPERATOR
MODERATOR = frozenset({Role.AUDIT_MODERATOR})
CHAIR = frozenset({Role.MEETING_CHAIR})
SCRUTINEER = frozenset({Role.SCRUTINEER})
INSPECTOR = frozenset({Role.INSPECTOR})
AGGREGATES_ONLY = frozenset({Role.COMMISSIONER, Role.BOARD_MEMBER})
ACTION_OWNER = frozenset({Role.ACTION_OWNER})
# Who audits for an agency, and who answers for what it returns.
AUDITING = frozenset({Role.AGENCY_CONTRIBUTOR, Role.AGENCY_AUDITOR, Role.GP_PRACTICE})
ANSWERING = frozenset({Role.AGENCY_COORDINATOR, Role.AGENCY_SIGN_OFF, Role.SAFEGUARDING_LEAD})
AGENCY = AUDITING | ANSWERING

OWNER = frozenset({Relation.OWNER})
ASKED = frozenset({Relation.ASKED})
SHARED = frozenset({Relation.SHARED})
PART = OWNER | ASKED
IS_OPENED = frozenset({OPENED})

# Everybody who has to do with the audit from the board's side, whichever agency they come from.
BOARD_SIDE = (
    Grant(COORDINATOR, OWNER),
    Grant(MODERATOR | CHAIR | SCRUTINEER | AGGREGATES_ONLY, PART),
    Grant(INSPECTOR, SHARED),
)

NOBODY = Q(pk__in=[])
ALL = Q(pk__isnull=False)


def takes_part(viewer: Viewer, audit: str) -> Q:
    """The viewer's agency takes part in the audit to whose key the path leads."""
    found = Participant.objects.filter(agency=viewer.organisation, audit=OuterRef(audit))
    return Q(Exists(found))


def audit_status(audit: str = "") -> Case:
    """`gathering` until the meeting opens the round, then `opened`. `audit` leads to the audit."""
    path = f"{audit}__opened_at__isnull" if audit else "opened_at__isnull"
    return Case(
        When(**{path: True}, then=Value(GATHERING)),
        default=Value(OPENED),
        output_field=CharField(),
    )
