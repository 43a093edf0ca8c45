"""Who may give which role, and how long a link holds. Decisions with no database and no request."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from safehub.foundation.access.vocabulary import Role

INVITATION_HOLDS = dt.timedelta(days=7)
SIGN_IN_LINK_HOLDS = dt.timedelta(hours=12)
# How long what nobody can use any more is kept.
SPENT_KEPT = dt.timedelta(days=30)
SESSION_KEPT = dt.timedelta(days=7)
# A device that has not been used so long is unknown again.
DEVICE_HOLDS = dt.timedelta(days=180)

# What an agency does in the hub and in audits: its own lead and coordinator give these.
AGENCY_ROLES = frozenset(
    {
        Role.REFERRER,
        Role.AGENCY_CONTRIBUTOR,
        Role.AGENCY_AUDITOR,
        Role.AGENCY_COORDINATOR,
        Role.AGENCY_SIGN_OFF,
        Role.GP_PRACTICE,
        Role.ALLOCATED_WORKER,
        Role.EMERGENCY_DUTY,
        Role.ACTION_OWNER,
    }
)
# The local operator is whoever types at the machine: nobody is given that.
ALL_GIVEN = frozenset(Role) - {Role.LOCAL_OPERATOR}

GIVES: dict[Role, frozenset[Role]] = {
    Role.AGENCY_COORDINATOR: AGENCY_ROLES,
    Role.SAFEGUARDING_LEAD: AGENCY_ROLES | {Role.SAFEGUARDING_LEAD},
    Role.SYSTEM_ADMINISTRATOR: ALL_GIVEN,
    Role.LOCAL_OPERATOR: ALL_GIVEN,
}

ROLE_NAMES: dict[Role, str] = {
    Role.REFERRER: "Referrer",
    Role.AGENCY_CONTRIBUTOR: "Agency contributor",
    Role.AGENCY_AUDITOR: "Agency auditor",
    Role.AGENCY_COORDINATOR: "Agency audit coordinator",
    Role.AGENCY_SIGN_OFF: "Agency sign-off",
    Role.SAFEGUARDING_LEAD: "Agency safeguarding lead",
    Role.GP_PRACTICE: "GP practice",
    Role.ALLOCATED_WORKER: "Allocated worker",
    Role.EMERGENCY_DUTY: "Emergency duty team",
    Role.HUB_COORDINATOR: "Hub coordinator",
    Role.HUB_RESEARCHER: "Hub researcher",
    Role.HUB_DECISION_MAKER: "Hub decision-maker",
    Role.AUDIT_COORDINATOR: "Audit coordinator",
    Role.AUDIT_MODERATOR: "Audit moderator",
    Role.MEETING_CHAIR: "Meeting chair",
    Role.COMMISSIONER: "Commissioner",
    Role.SCRUTINEER: "Scrutineer",
    Role.DESIGNATED_OFFICER: "Designated officer for allegations",
    Role.ACTION_OWNER: "Action owner",
    Role.BOARD_MEMBER: "Board member",
    Role.PRIVACY_OFFICER: "Privacy officer",
    Role.SYSTEM_ADMINISTRATOR: "System administrator",
    Role.INSPECTOR: "Inspector",
    Role.SERVICE_ACCOUNT: "Service account",
    Role.LOCAL_OPERATOR: "Local operator",
}


def roles_given_by(role: Role) -> frozenset[Role]:
    """The roles that somebody in this role may give to others."""
    return GIVES.get(role, frozenset())


_LONDON = ZoneInfo("Europe/London")


def end_of(day: dt.date | None) -> dt.datetime | None:
    """The first moment after the day, in London; None for none."""
    if day is None:
        return None
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), tzinfo=_LONDON)
