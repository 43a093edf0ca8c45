"""The product's words beside those of the policy's page: the one place where the two meet."""

from __future__ import annotations

from oracle import plain_access as plain
from oracle import plain_access_grants as page
from safehub.foundation.access.facts import Channel
from safehub.foundation.access.reasons import Reason
from safehub.foundation.access.vocabulary import FieldClass, Outcome, Relation, Role

ROLES = {
    page.OPERATOR: Role.LOCAL_OPERATOR,
    page.CONTRIBUTOR: Role.AGENCY_CONTRIBUTOR,
    page.AUDITOR: Role.AGENCY_AUDITOR,
    page.AGENCY_COORDINATOR: Role.AGENCY_COORDINATOR,
    page.SIGN_OFF: Role.AGENCY_SIGN_OFF,
    page.LEAD: Role.SAFEGUARDING_LEAD,
    page.GP: Role.GP_PRACTICE,
    page.COORDINATOR: Role.AUDIT_COORDINATOR,
    page.MODERATOR: Role.AUDIT_MODERATOR,
    page.CHAIR: Role.MEETING_CHAIR,
    page.SCRUTINEER: Role.SCRUTINEER,
    page.COMMISSIONER: Role.COMMISSIONER,
    page.BOARD: Role.BOARD_MEMBER,
    page.INSPECTOR: Role.INSPECTOR,
    page.REFERRER: Role.REFERRER,
    page.ACTION_OWNER: Role.ACTION_OWNER,
    page.PRIVACY_OFFICER: Role.PRIVACY_OFFICER,
    page.WORKER: Role.ALLOCATED_WORKER,
    page.EMERGENCY: Role.EMERGENCY_DUTY,
    page.LADO: Role.DESIGNATED_OFFICER,
    page.HUB_COORDINATOR: Role.HUB_COORDINATOR,
    page.HUB_RESEARCHER: Role.HUB_RESEARCHER,
    page.HUB_DECIDER: Role.HUB_DECISION_MAKER,
    page.ADMINISTRATOR: Role.SYSTEM_ADMINISTRATOR,
    page.SERVICE: Role.SERVICE_ACCOUNT,
}
RELATIONS = {
    page.OWNER: Relation.OWNER,
    page.ASKED: Relation.ASKED,
    page.SHARED: Relation.SHARED,
    page.EXPIRED: Relation.EXPIRED,
    page.ENDED: Relation.ENDED,
    page.ASSIGNED: Relation.ASSIGNED,
    page.REFERRED: Relation.REFERRED,
    page.CONTRIBUTED: Relation.CONTRIBUTED,
}
CLASSES = {
    page.ADMINISTRATIVE: FieldClass.ADMINISTRATIVE,
    page.SECRET: FieldClass.SECRET,
    page.IDENTITY: FieldClass.IDENTITY,
    page.PROTECTED: FieldClass.PROTECTED,
    page.THIRD_PARTY: FieldClass.THIRD_PARTY,
    page.OPINION: FieldClass.OPINION,
    page.AGGREGATE: FieldClass.AGGREGATE,
    page.STAFF: FieldClass.STAFF,
    page.REFERRER_CLASS: FieldClass.REFERRER,
    page.HEALTH: FieldClass.HEALTH,
    page.INTELLIGENCE: FieldClass.POLICE,
}
CHANNELS = {
    page.SCREEN: Channel.PAGE,
    page.SEARCH: Channel.SEARCH,
    page.PROJECTOR: Channel.PROJECTOR,
    page.PRINT: Channel.PRINT,
    page.EXPORT: Channel.EXPORT,
}
KINDS = {
    page.AUDIT: "programmes.audit",
    page.PLANNED: "programmes.plannedaudit",
    page.COMMISSION: "programmes.commissiondraft",
    page.CASE: "sampling.case",
    page.REFERRAL: "sampling.framereferral",
    page.RETURN: "returns.return",
    page.WORKING: "returns.workingreturn",
    page.RISK: "returns.riskalert",
    page.KNOWING: "returns.knowing",
    page.MATTER: "returns.conductmatter",
    page.LOOK: "moderation.secondlook",
    page.TEXT: "coding.codedtext",
    page.SUMMATIVE: "returns.summativereport",
    page.MEETING: "meetings.meeting",
    page.ACTION: "actions.action",
    page.REPORT: "reports.reportversion",
    page.TOOL: "instruments.toolversion",
    page.TOOL_DRAFT: "instruments.tooldraft",
    page.GLASS: "access.glassbreak",
    page.CONFLICT: "access.conflict",
    page.ALERT: "access.alert",
    page.AGENCY: "agencies.agency",
    page.PERSON: "accounts.person",
    page.MEMBERSHIP: "accounts.membership",
    page.DISCLOSURE: "disclosure.disclosure",
    page.SHARING: "disclosure.sharingrecord",
    page.INDIVIDUAL: "people.individual",
    page.LOOKUP: "people.lookup",
}
OUTCOMES = {
    plain.ALLOW: Outcome.ALLOW,
    plain.MASK: Outcome.MASK,
    plain.ABSENT: Outcome.ABSENT,
    plain.REFUSED: Outcome.REFUSED,
    plain.BREAK_GLASS: Outcome.BREAK_GLASS,
}
# The reasons that the product may give where the page's rule of that number settled it.
REASONS = {
    1: {Reason.UNKNOWN},
    2: {Reason.OUT_OF_DATE},
    3: {Reason.CONFLICTED},
    4: {Reason.STAFF_SUBJECT, Reason.SEALED, Reason.LABEL},
    5: {Reason.ROLE, Reason.RELATION, Reason.EXPIRED, Reason.STATUS, Reason.RESTRICTED},
    6: {Reason.OWN_WORK},
    7: {Reason.CHANNEL},
    8: {Reason.STEP_UP},
    9: {Reason.CLASS, Reason.SEALED, Reason.LABEL, Reason.PURPOSE, Reason.CHANNEL},
}
# Classes that tell nothing of a person: no watermark is wanted for them.
NO_CONTENT = {page.ADMINISTRATIVE, page.SECRET, page.STAFF, page.AGGREGATE}
