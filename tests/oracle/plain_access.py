"""Who may see and do what, decided again: written from docs/need-to-know.md alone.

Nothing of the product is imported, and every word here is a word of that page. `decide` takes the
plain facts about one viewer and one record; `plain_access_world` finds them in a world. Where the
page leaves a question, the stricter answer is taken, and the place says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

ALLOW, MASK, ABSENT, REFUSED, BREAK_GLASS = "allow", "mask", "absent", "refused", "break glass"

OPERATOR = "local operator"
CONTRIBUTOR, AUDITOR, AGENCY_COORDINATOR = "contributor", "auditor", "agency coordinator"
SIGN_OFF, LEAD, GP = "sign-off", "safeguarding lead", "GP practice"
COORDINATOR, MODERATOR, CHAIR = "audit coordinator", "moderator", "chair"
SCRUTINEER, COMMISSIONER, BOARD, INSPECTOR = (
    "scrutineer",
    "commissioner",
    "board member",
    "inspector",
)
REFERRER, ACTION_OWNER, PRIVACY_OFFICER = "referrer", "action owner", "privacy officer"
WORKER, EMERGENCY, LADO = "allocated worker", "emergency duty", "designated officer"
HUB_COORDINATOR, HUB_RESEARCHER = "hub coordinator", "hub researcher"
HUB_DECIDER = "hub decision-maker"
ADMINISTRATOR, SERVICE = "system administrator", "service account"

ROLES = frozenset(
    {
        *(OPERATOR, CONTRIBUTOR, AUDITOR, AGENCY_COORDINATOR, SIGN_OFF, LEAD, GP, COORDINATOR),
        *(MODERATOR, CHAIR, SCRUTINEER, COMMISSIONER, BOARD, INSPECTOR, REFERRER, ACTION_OWNER),
        *(PRIVACY_OFFICER, WORKER, EMERGENCY, LADO, HUB_COORDINATOR, HUB_RESEARCHER, HUB_DECIDER),
        *(ADMINISTRATOR, SERVICE),
    }
)
AGENCY_ROLES = frozenset({CONTRIBUTOR, AUDITOR, AGENCY_COORDINATOR, SIGN_OFF, LEAD, GP})
ANSWERING = frozenset({AGENCY_COORDINATOR, SIGN_OFF, LEAD})
COORDINATORS = frozenset({COORDINATOR, OPERATOR})
BOARDS = frozenset({COMMISSIONER, BOARD})
# The second table names the audit coordinator, not "Coordinator": the local operator is left out.
DECIDERS = frozenset({PRIVACY_OFFICER, LEAD, COORDINATOR, HUB_DECIDER})
SHARERS = frozenset({LEAD, COORDINATOR, HUB_DECIDER, AGENCY_COORDINATOR, HUB_COORDINATOR})
PROTECTORS = frozenset({LEAD, COORDINATOR, HUB_DECIDER})
GLASS_BREAKERS = frozenset(
    {AUDITOR, AGENCY_COORDINATOR, LEAD, WORKER, EMERGENCY, HUB_COORDINATOR, HUB_RESEARCHER}
    | {HUB_DECIDER, COORDINATOR, LADO}
)

OWNER, ASKED, SHARED, EXPIRED = "owner", "asked", "shared", "expired"
ASSIGNED, REFERRED, CONTRIBUTED = "assigned", "referred", "contributed"
# A share whose end has come. It "grants nothing of itself", so it is never a case's own *expired*.
ENDED = "ended"
PART, ANY_OF_THREE = {OWNER, ASKED}, {OWNER, ASKED, SHARED}

GATHERING, OPENED = "gathering", "opened"

ADMINISTRATIVE, SECRET = "administrative", "secret"
IDENTITY, PROTECTED, THIRD_PARTY = "identity", "protected", "third party"
OPINION, AGGREGATE, STAFF, REFERRER_CLASS = "opinion", "aggregate", "staff", "referrer"
HEALTH, INTELLIGENCE = "health", "intelligence"
ALL_CLASSES = "all"

AUDIT, CASE, REFERRAL, RETURN, SUMMATIVE = "audit", "case", "referral", "return", "summative"
MEETING, ACTION, REPORT, TOOL = "meeting", "action", "report", "tool"
GLASS, CONFLICT, ALERT = "broken glass", "conflict", "alert"

SCREEN, PROJECTOR, PRINT, EXPORT = "screen", "projector", "print", "export"
COMMAND_LINE = "command line"

RESTRICTED, SEALED, SEALED_PERSON = "restricted", "sealed", "sealed person"
STAFF_SUBJECT = "staff subject"

# One grant: these roles, in one of these relations, in one of these statuses (none: in any).
Grant = tuple[frozenset[str], set[str], set[str] | None]


def grant(roles: frozenset[str] | set[str], relations: set[str], *statuses: str) -> Grant:
    return frozenset(roles), relations, set(statuses) or None


INSPECTORS = grant({INSPECTOR}, {SHARED})
RETURN_SEE = [
    grant(COORDINATORS, {SHARED}),
    grant({MODERATOR}, {SHARED, ASKED}),
    grant({CHAIR, SCRUTINEER}, {SHARED, ASKED}, OPENED),
    grant(AGENCY_ROLES, {OWNER}),
    grant({AUDITOR} | ANSWERING, {ASKED}, OPENED),
    INSPECTORS,
]
OWNING_COORDINATOR = [grant(COORDINATORS, {OWNER})]
SEE_LINK = [*OWNING_COORDINATOR, grant(AGENCY_ROLES, {ASKED}), INSPECTORS]
REPORT_SEE = [
    *OWNING_COORDINATOR,
    grant({MODERATOR, CHAIR}, PART),
    grant({SCRUTINEER} | BOARDS, PART, OPENED),
    grant(AGENCY_ROLES, {ASKED}, OPENED),
    INSPECTORS,
]
REVIEW = [grant(DECIDERS, {OWNER})]
ALERTS = [grant({PRIVACY_OFFICER}, {OWNER})]

# Each action done to a record: the kind of that record, and who may.
ACTIONS: dict[str, tuple[str, list[Grant]]] = {
    "audit.see": (
        AUDIT,
        [
            *OWNING_COORDINATOR,
            grant({MODERATOR, CHAIR, SCRUTINEER} | BOARDS, PART),
            grant(AGENCY_ROLES | {ACTION_OWNER}, {ASKED}),
            INSPECTORS,
        ],
    ),
    "audit.see_figures": (
        AUDIT,
        [
            *OWNING_COORDINATOR,
            grant({MODERATOR, CHAIR}, PART),
            grant({SCRUTINEER} | BOARDS, PART, OPENED),
            grant(ANSWERING, {ASKED}, OPENED),
            INSPECTORS,
        ],
    ),
    "audit.see_grid": (
        AUDIT,
        [
            *OWNING_COORDINATOR,
            grant({MODERATOR, CHAIR, SCRUTINEER}, PART),
            grant(AGENCY_ROLES, {ASKED}),
            INSPECTORS,
        ],
    ),
    "audit.draw": (AUDIT, OWNING_COORDINATOR),
    "audit.receive": (AUDIT, OWNING_COORDINATOR),
    "audit.make_report": (AUDIT, OWNING_COORDINATOR),
    "audit.write_workbooks": (AUDIT, OWNING_COORDINATOR),
    "audit.export": (AUDIT, OWNING_COORDINATOR),
    "audit.record_meeting": (AUDIT, [*OWNING_COORDINATOR, grant({CHAIR}, PART)]),
    "case.see": (
        CASE,
        [
            *OWNING_COORDINATOR,
            grant({MODERATOR, CHAIR}, PART | {EXPIRED}),
            grant({SCRUTINEER}, PART | {EXPIRED}, OPENED),
            grant(AGENCY_ROLES, {ASKED, EXPIRED}),
            INSPECTORS,
        ],
    ),
    "case.see_link": (CASE, SEE_LINK),
    "frame.see": (REFERRAL, OWNING_COORDINATOR),
    "return.see": (RETURN, RETURN_SEE),
    "summative.see": (SUMMATIVE, RETURN_SEE),
    "meeting.see": (
        MEETING,
        [
            *OWNING_COORDINATOR,
            grant({MODERATOR, CHAIR, SCRUTINEER}, PART),
            grant(AGENCY_ROLES, {ASKED}, OPENED),
            INSPECTORS,
        ],
    ),
    "action.see": (
        ACTION,
        [
            grant(COORDINATORS, {SHARED}),
            grant({MODERATOR, CHAIR, SCRUTINEER} | BOARDS, ANY_OF_THREE),
            grant(AGENCY_ROLES | {ACTION_OWNER}, {OWNER}),
            grant(AGENCY_ROLES, {ASKED}, OPENED),
            INSPECTORS,
        ],
    ),
    "report.see": (REPORT, REPORT_SEE),
    "report.download": (REPORT, REPORT_SEE),
    "tool.see": (TOOL, [grant(ROLES - {REFERRER}, {OWNER})]),
    "glass.see": (GLASS, [*REVIEW, grant(GLASS_BREAKERS, {CONTRIBUTED})]),
    "glass.confirm": (GLASS, REVIEW),
    "glass.review": (GLASS, REVIEW),
    "conflict.see": (CONFLICT, [*REVIEW, grant(ROLES, {CONTRIBUTED})]),
    "conflict.decide": (CONFLICT, REVIEW),
    "alert.see": (ALERT, ALERTS),
    "alert.close": (ALERT, ALERTS),
}
# Each action done to no record: the roles that may.
FREE_ACTIONS: dict[str, frozenset[str]] = {
    "audit.commission": COORDINATORS,
    "record.share": SHARERS,
    "record.label": SHARERS,
    "record.protect": PROTECTORS,
    "glass.break": GLASS_BREAKERS,
}
SEE = {
    AUDIT: "audit.see",
    CASE: "case.see",
    REFERRAL: "frame.see",
    RETURN: "return.see",
    SUMMATIVE: "summative.see",
    MEETING: "meeting.see",
    ACTION: "action.see",
    REPORT: "report.see",
    TOOL: "tool.see",
    GLASS: "glass.see",
    CONFLICT: "conflict.see",
    ALERT: "alert.see",
}
APPROVES = {"glass.confirm", "glass.review", "conflict.decide", "alert.close"}
TAKES_OUT = {"audit.write_workbooks", "audit.export", "report.download"}
WANTS_SECOND_FACTOR = {"audit.write_workbooks", "audit.export", "glass.break"}
GLASS_OPENS = {"return.see"}

CLASSES: dict[str, dict[str, list[Grant]]] = {
    AUDIT: {AGGREGATE: ACTIONS["audit.see_figures"][1], STAFF: ACTIONS["audit.see"][1]},
    CASE: {IDENTITY: SEE_LINK, PROTECTED: SEE_LINK},
    REFERRAL: {IDENTITY: OWNING_COORDINATOR, PROTECTED: OWNING_COORDINATOR},
    RETURN: {
        OPINION: RETURN_SEE,
        THIRD_PARTY: [
            grant(AGENCY_ROLES, {OWNER}),
            grant(COORDINATORS | {MODERATOR}, {SHARED}),
        ],
    },
    SUMMATIVE: {OPINION: RETURN_SEE, AGGREGATE: RETURN_SEE},
    MEETING: {OPINION: ACTIONS["meeting.see"][1]},
    ACTION: {
        OPINION: ACTIONS["action.see"][1],
        STAFF: [
            grant(COORDINATORS, {SHARED}),
            grant({CHAIR}, ANY_OF_THREE),
            grant(AGENCY_ROLES | {ACTION_OWNER}, {OWNER}),
        ],
    },
    REPORT: {AGGREGATE: REPORT_SEE, OPINION: REPORT_SEE},
    TOOL: {},
    GLASS: {STAFF: REVIEW, OPINION: REVIEW},
    CONFLICT: {STAFF: REVIEW, OPINION: REVIEW},
    ALERT: {STAFF: ALERTS, OPINION: ALERTS},
}
SEALED_CLASSES = {IDENTITY, PROTECTED}
NOT_ON_A_PROJECTOR = {IDENTITY, PROTECTED, THIRD_PARTY, REFERRER_CLASS}


@dataclass(frozen=True)
class Guard:
    """A protection of the record, or of one that holds it, as it stands to this viewer.

    `named`: the viewer is on its list, which for a seal is that of its guardians. `own_agency`: the
    professional whom the record is about is of the viewer's agency. `confirmed`: the viewer broke
    glass over what it protects, a second person confirmed that, and it still holds.
    """

    kind: str
    named: bool = False
    own_agency: bool = False
    confirmed: bool = False


@dataclass(frozen=True)
class Label:
    """`keeps`: it names the viewer, or a relation that the viewer has."""

    field_class: str = ALL_CLASSES
    keeps: bool = False
    purpose: str = ""

    def masks(self, field_class: str, stated: str) -> bool:
        bears = self.field_class in {field_class, ALL_CLASSES}
        return bears and (self.keeps or (self.purpose != "" and self.purpose != stated))


@dataclass(frozen=True)
class Facts:
    """What is so between one viewer and one record; `kind` blank where there is no record."""

    role: str
    kind: str = ""
    in_date: bool = True
    conflicted: bool = False
    relations: frozenset[str] = frozenset()
    status: str = ""
    guards: tuple[Guard, ...] = ()
    labels: tuple[Label, ...] = ()
    glass_right: bool = False
    glass_broken: bool = False
    own_work: bool = False


@dataclass(frozen=True)
class Circumstances:
    channel: str = SCREEN
    now: datetime | None = None
    second_factor_at: datetime | None = None
    purpose: str = ""

    def second_factor_is_fresh(self) -> bool:
        if self.channel == COMMAND_LINE:
            return True
        if self.now is None or self.second_factor_at is None:
            return False
        return self.now - self.second_factor_at <= timedelta(minutes=15)


def decide(
    facts: Facts, action: str, field_class: str | None, around: Circumstances
) -> tuple[str, bool]:
    """How the decision falls, by the nine rules in their order; and whether by broken glass."""
    if not action_fits(action, facts.kind) or not facts.in_date:  # 1, 2
        return ABSENT, False
    if facts.conflicted or hidden(facts):  # 3, 4
        return ABSENT, False
    if facts.kind == "":  # 5, done to no record
        allowed, by_glass = facts.role in FREE_ACTIONS[action], False
        if not allowed:
            return REFUSED, False
    else:  # 5
        allowed = granted(facts, ACTIONS[action][1]) and on_every_list(facts)
        by_glass = not allowed and glass_passes(facts, action)
        if not (allowed or by_glass):
            return fallen(facts, action, around), False
    if action in APPROVES and facts.own_work:  # 6
        return REFUSED, by_glass
    if around.channel in {PRINT, EXPORT} and (action not in TAKES_OUT or by_glass):  # 7
        return REFUSED, by_glass
    if action in WANTS_SECOND_FACTOR and not around.second_factor_is_fresh():  # 8
        return REFUSED, by_glass
    if field_class is not None and masked(facts, field_class, around, by_glass=by_glass):  # 9
        return MASK, by_glass
    return ALLOW, by_glass


def visible(facts: Facts, action: str) -> bool:
    """Whether the record is among those of `visible_to`: rules 1 to 5 alone."""
    if not action_fits(action, facts.kind) or facts.kind == "" or not facts.in_date:
        return False
    if facts.conflicted or hidden(facts):
        return False
    allowed = granted(facts, ACTIONS[action][1]) and on_every_list(facts)
    return allowed or glass_passes(facts, action)


def action_fits(action: str, kind: str) -> bool:
    if kind == "":
        return action in FREE_ACTIONS
    return action in ACTIONS and ACTIONS[action][0] == kind


def hidden(facts: Facts) -> bool:
    for guard in facts.guards:
        if guard.kind == STAFF_SUBJECT and guard.own_agency and not guard.named:
            return True
        if guard.kind == SEALED_PERSON and not guard.named:
            return True
    return any(label.keeps and label.field_class == ALL_CLASSES for label in facts.labels)


def granted(facts: Facts, grants: list[Grant]) -> bool:
    return any(
        facts.role in roles
        and bool(relations & facts.relations)
        and (statuses is None or facts.status in statuses)
        for roles, relations, statuses in grants
    )


def on_every_list(facts: Facts) -> bool:
    return all(guard.named for guard in facts.guards if guard.kind == RESTRICTED)


def glass_passes(facts: Facts, action: str) -> bool:
    return facts.glass_broken and facts.glass_right and action in GLASS_OPENS


def fallen(facts: Facts, action: str, around: Circumstances) -> str:
    """What becomes of an action that rule 5 does not allow."""
    see = SEE[facts.kind]
    if action != see and decide(facts, see, None, around)[0] == ALLOW:
        return REFUSED
    if facts.glass_right and action in GLASS_OPENS:
        return BREAK_GLASS
    return ABSENT


def masked(facts: Facts, field_class: str, around: Circumstances, *, by_glass: bool) -> bool:
    if field_class == SECRET:
        return True
    if field_class == ADMINISTRATIVE:
        return False
    if field_class in SEALED_CLASSES and sealed(facts):
        return True
    if not shows(facts, field_class, by_glass=by_glass):
        return True
    if any(label.masks(field_class, around.purpose) for label in facts.labels):
        return True
    return around.channel == PROJECTOR and field_class in NOT_ON_A_PROJECTOR


def sealed(facts: Facts) -> bool:
    seals = [guard for guard in facts.guards if guard.kind == SEALED]
    return any(not seal.named and not seal.confirmed for seal in seals)


def shows(facts: Facts, field_class: str, *, by_glass: bool) -> bool:
    if by_glass:
        return field_class != REFERRER_CLASS
    return granted(facts, CLASSES.get(facts.kind, {}).get(field_class, []))
