"""What the pages that belong to no single part add: asking who has looked."""

from __future__ import annotations

from safehub.foundation.access.policy import Action, Grant
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.declarations import Declares

# The privacy officer reads the trail of any record by its number, and sees no content there.
ANY_RECORD = frozenset({Role.PRIVACY_OFFICER})
OWN_RECORDS = frozenset(
    {
        Role.AUDIT_COORDINATOR,
        Role.SAFEGUARDING_LEAD,
        Role.AGENCY_COORDINATOR,
        Role.HUB_COORDINATOR,
        Role.LOCAL_OPERATOR,
    }
)

DECLARES = Declares(
    actions=(
        Action(
            "trail.see",
            "see who has looked at a record",
            "looked at the trail of the record",
            (Grant(ANY_RECORD | OWN_RECORDS),),
        ),
    ),
)
