"""Who may do what, in the tables of docs/need-to-know.md, written again from that page alone.

A word of the page is a constant here; `plain_access` decides by these tables.
"""

from __future__ import annotations

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

KEEPERS = frozenset({ADMINISTRATOR, OPERATOR})
MANAGERS = frozenset({AGENCY_COORDINATOR, LEAD, ADMINISTRATOR, OPERATOR})
PREPARERS = frozenset(
    {AGENCY_COORDINATOR, LEAD, WORKER, EMERGENCY, HUB_COORDINATOR, HUB_DECIDER, COORDINATOR}
    | {CHAIR, LADO}
)
CLEARERS = frozenset(
    {LEAD, SIGN_OFF, HUB_COORDINATOR, HUB_DECIDER, COORDINATOR, MODERATOR, CHAIR, LADO}
)

OWNER, ASKED, SHARED, EXPIRED = "owner", "asked", "shared", "expired"
ASSIGNED, REFERRED, CONTRIBUTED = "assigned", "referred", "contributed"
# A share whose end has come. It "grants nothing of itself", so it is never a case's own *expired*.
ENDED = "ended"
PART, ANY_OF_THREE = {OWNER, ASKED}, {OWNER, ASKED, SHARED}

GATHERING, OPENED = "gathering", "opened"
EARLY, DRAFT, PUBLISHED = "early", "draft", "published"
UNPUBLISHED, READ_BY_CHAIR = {EARLY, DRAFT}, {DRAFT, PUBLISHED}
AWAITED, SETTLED, CLOSED = "awaited", "settled", "closed"
UNCODED, SUPERSEDED = "uncoded", "superseded"
UNDER_WAY = {"drafted", "checked", "cleared"}

ADMINISTRATIVE, SECRET = "administrative", "secret"
IDENTITY, PROTECTED, THIRD_PARTY = "identity", "protected", "third party"
OPINION, AGGREGATE, STAFF, REFERRER_CLASS = "opinion", "aggregate", "staff", "referrer"
HEALTH, INTELLIGENCE = "health", "intelligence"
ALL_CLASSES = "all"

AUDIT, CASE, REFERRAL, RETURN, SUMMATIVE = "audit", "case", "referral", "return", "summative"
MEETING, ACTION, REPORT, TOOL = "meeting", "action", "report", "tool"
TOOL_DRAFT = "draft of a tool"
COMMISSION = "commission"
PLANNED = "planned audit"
WORKING = "return being answered"
RISK = "alert of immediate risk"
KNOWING = "question whether a child is known"
MATTER = "matter of practice or conduct"
LOOK = "second look"
TEXT = "text to be coded"
GLASS, CONFLICT, ALERT = "broken glass", "conflict", "alert"
AGENCY, PERSON, MEMBERSHIP = "agency", "person", "membership"
DISCLOSURE, SHARING = "disclosure", "sharing record"
INDIVIDUAL, LOOKUP = "person in the register", "look-up in the register"

SCREEN, SEARCH, PROJECTOR, PRINT, EXPORT = "screen", "search", "projector", "print", "export"

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
SUMMED_UP = [
    grant(COORDINATORS, {SHARED}),
    grant({MODERATOR}, {SHARED, ASKED}, OPENED),
    *RETURN_SEE[2:],
]
LOOK_SEE = [
    grant(COORDINATORS, {SHARED}),
    grant({MODERATOR}, {SHARED, ASKED}),
    grant(AGENCY_ROLES, {OWNER}),
]
GRADES_STAFF = [
    grant(COORDINATORS, {SHARED}, SETTLED),
    grant({MODERATOR}, {SHARED, ASKED}, SETTLED),
]
GRADERS = [grant({MODERATOR}, {SHARED, ASKED}, AWAITED)]
TEXT_SEE_LATER = [
    grant({CHAIR, SCRUTINEER}, {SHARED, ASKED}, OPENED),
    grant(AGENCY_ROLES, {OWNER}, OPENED),
    grant({AUDITOR} | ANSWERING, {ASKED}, OPENED),
    grant({INSPECTOR}, {SHARED}, OPENED),
]
TEXT_SEE = [
    grant(COORDINATORS, {SHARED}),
    grant({MODERATOR}, {SHARED, ASKED}),
    *TEXT_SEE_LATER,
]
TEXT_STAFF = [
    grant(COORDINATORS, {SHARED}, SETTLED, OPENED),
    grant({MODERATOR}, {SHARED, ASKED}, SETTLED, OPENED),
]
WORKING_SEE = [grant(AGENCY_ROLES, {OWNER}), grant({OPERATOR}, {SHARED})]
RISK_SEE = [grant(AGENCY_ROLES, {OWNER}), grant(COORDINATORS, {SHARED})]
RISK_ANSWER = [grant(ANSWERING, {OWNER}), grant(COORDINATORS, {SHARED})]
MATTER_EMPLOYER = [grant({LEAD}, {OWNER})]
KNOWING_SEE = [grant(ANSWERING, {OWNER, EXPIRED}), grant(COORDINATORS, {SHARED})]
KNOWING_CHILD = [grant(ANSWERING, {OWNER}, GATHERING)]
OWNING_COORDINATOR = [grant(COORDINATORS, {OWNER})]
WORKBOOKS = [grant(AGENCY_ROLES, {ASKED}, GATHERING), *OWNING_COORDINATOR]
WEIGHED_BY = [
    grant(AGENCY_ROLES, {OWNER}),
    grant(COORDINATORS, {SHARED}),
    grant({MODERATOR}, {SHARED, ASKED}),
]
SEE_LINK = [*OWNING_COORDINATOR, grant(AGENCY_ROLES, {ASKED}), INSPECTORS]
COMMISSION_SEE = [*OWNING_COORDINATOR, grant({COMMISSIONER}, {SHARED})]
REPORT_SEE = [
    *OWNING_COORDINATOR,
    *(grant({CHAIR}, PART, one) for one in sorted(READ_BY_CHAIR)),
    grant({MODERATOR, SCRUTINEER, *BOARDS}, PART, PUBLISHED),
    grant(AGENCY_ROLES, {ASKED}, PUBLISHED),
    INSPECTORS,
]
REPORT_WORDS = [
    grant({COORDINATOR}, {OWNER}),
    *(grant({CHAIR}, PART, one) for one in sorted(READ_BY_CHAIR)),
]
REPORT_FORWARD = [grant({COORDINATOR}, {OWNER}, one) for one in sorted(UNPUBLISHED)]
REPORT_CLEAR = [
    *REPORT_FORWARD,
    grant({CHAIR}, PART, DRAFT),
]
REVIEW = [grant(DECIDERS, {OWNER})]
HUB = frozenset({HUB_COORDINATOR, HUB_DECIDER, HUB_RESEARCHER, EMERGENCY})
INDIVIDUAL_SEE = [
    grant(HUB, {OWNER, SHARED}),
    grant({OPERATOR}, {OWNER}),
    grant({WORKER}, {ASSIGNED, SHARED}),
]
INDIVIDUAL_PROTECTED = [
    grant({HUB_COORDINATOR, HUB_DECIDER, EMERGENCY}, {OWNER}),
    grant({WORKER}, {ASSIGNED}),
]
LOOKUP_SEE = [grant(HUB, {OWNER})]
ALERTS = [grant({PRIVACY_OFFICER}, {OWNER})]

MANAGE = [grant(MANAGERS, {OWNER})]
SEE_PEOPLE = [
    *MANAGE,
    grant({COORDINATOR, HUB_COORDINATOR, PRIVACY_OFFICER}, {SHARED}),
    grant(ROLES, {ASSIGNED}),
]
SEE_LETTERS = [grant(PREPARERS | CLEARERS, {OWNER})]

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
            grant({CHAIR}, {OWNER}),
            grant({CHAIR}, {ASKED}, OPENED),
            grant({MODERATOR, SCRUTINEER} | BOARDS, PART, OPENED),
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
    "audit.see_every_return": (
        AUDIT,
        [*OWNING_COORDINATOR, grant({MODERATOR, CHAIR, SCRUTINEER}, PART)],
    ),
    "audit.see_sample": (
        AUDIT,
        [*OWNING_COORDINATOR, grant({MODERATOR, CHAIR, SCRUTINEER}, PART)],
    ),
    "audit.answer": (AUDIT, [grant(AGENCY_ROLES, {ASKED})]),
    "audit.send_workbook": (AUDIT, WORKBOOKS),
    "audit.fetch_workbook": (AUDIT, WORKBOOKS),
    "audit.draw": (AUDIT, OWNING_COORDINATOR),
    "audit.receive": (AUDIT, OWNING_COORDINATOR),
    "audit.change_tool": (AUDIT, [grant(COORDINATORS, {OWNER}, GATHERING)]),
    "audit.make_report": (AUDIT, OWNING_COORDINATOR),
    "audit.write_workbooks": (AUDIT, OWNING_COORDINATOR),
    "audit.export": (AUDIT, OWNING_COORDINATOR),
    "audit.record_meeting": (AUDIT, [*OWNING_COORDINATOR, grant({CHAIR}, PART)]),
    "audit.export_plan": (
        AUDIT,
        [
            *OWNING_COORDINATOR,
            grant({MODERATOR, CHAIR}, PART),
            grant(ANSWERING, {ASKED}, OPENED),
        ],
    ),
    "plan.see": (
        PLANNED,
        [*OWNING_COORDINATOR, grant({MODERATOR, CHAIR, SCRUTINEER} | BOARDS, {SHARED})],
    ),
    "plan.write": (PLANNED, OWNING_COORDINATOR),
    "commission.see": (COMMISSION, COMMISSION_SEE),
    "commission.write": (COMMISSION, OWNING_COORDINATOR),
    "commission.send_back": (COMMISSION, COMMISSION_SEE),
    "commission.sign": (COMMISSION, COMMISSION_SEE),
    "commission.letter": (COMMISSION, COMMISSION_SEE),
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
    "audit.see_allocations": (AUDIT, [grant({AGENCY_COORDINATOR}, {ASKED})]),
    "case.allocate": (
        CASE,
        [grant({AGENCY_COORDINATOR}, {ASKED, EXPIRED}), grant({OPERATOR}, {OWNER})],
    ),
    "return.see": (RETURN, RETURN_SEE),
    "return.see_evidence": (RETURN, WEIGHED_BY),
    "return.begin": (CASE, [grant(AGENCY_ROLES, {ASKED, EXPIRED}, GATHERING)]),
    "return.sign_off": (RETURN, [grant({SIGN_OFF}, {OWNER}, GATHERING)]),
    "return.add_source": (RETURN, [grant(AGENCY_ROLES, {OWNER}, GATHERING)]),
    "return.see_begun": (WORKING, [grant(AGENCY_ROLES, {OWNER}), grant(COORDINATORS, {SHARED})]),
    "return.see_working": (WORKING, WORKING_SEE),
    "return.answer": (
        WORKING,
        [grant(AGENCY_ROLES, {OWNER}, GATHERING), grant({OPERATOR}, {SHARED}, GATHERING)],
    ),
    "summative.see": (SUMMATIVE, SUMMED_UP),
    "audit.see_moderation": (
        AUDIT,
        [*OWNING_COORDINATOR, grant({MODERATOR}, PART), grant(AGENCY_ROLES, {ASKED})],
    ),
    "audit.see_why_moderated": (
        AUDIT,
        [
            *OWNING_COORDINATOR,
            grant({MODERATOR}, PART, OPENED),
            grant(AGENCY_ROLES, {ASKED}, OPENED),
        ],
    ),
    "audit.choose_moderated": (AUDIT, [grant(COORDINATORS, {OWNER}, GATHERING)]),
    "moderation.see": (LOOK, LOOK_SEE),
    "moderation.grade": (LOOK, GRADERS),
    "moderation.send_back": (LOOK, GRADERS),
    "audit.see_coding": (
        AUDIT,
        [
            *OWNING_COORDINATOR,
            grant({MODERATOR}, PART),
            grant({CHAIR, SCRUTINEER}, PART, OPENED),
            grant(AGENCY_ROLES, {ASKED}, OPENED),
            grant({INSPECTOR}, {SHARED}, OPENED),
        ],
    ),
    "audit.see_suggestions": (AUDIT, [*OWNING_COORDINATOR, grant({MODERATOR}, {OWNER})]),
    "audit.choose_texts": (AUDIT, OWNING_COORDINATOR),
    "audit.write_code_book": (AUDIT, OWNING_COORDINATOR),
    "coding.see": (TEXT, TEXT_SEE),
    "coding.code": (TEXT, [grant({COORDINATOR, MODERATOR}, {SHARED}, UNCODED)]),
    "coding.code_again": (TEXT, [grant({COORDINATOR, MODERATOR}, {SHARED}, AWAITED)]),
    "risk.raise": (
        AUDIT,
        [
            *OWNING_COORDINATOR,
            grant({MODERATOR, CHAIR}, PART),
            grant({SCRUTINEER}, PART, OPENED),
            grant(AGENCY_ROLES, {ASKED}),
            grant({INSPECTOR}, {SHARED}),
        ],
    ),
    "risk.see": (RISK, RISK_SEE),
    "risk.acknowledge": (RISK, RISK_ANSWER),
    "conduct.raise": (
        AUDIT,
        [
            grant({COORDINATOR}, {OWNER}),
            grant({MODERATOR, CHAIR}, PART),
            grant(AGENCY_ROLES, {ASKED}),
        ],
    ),
    "conduct.see": (
        MATTER,
        [
            *MATTER_EMPLOYER,
            grant(AGENCY_ROLES | {COORDINATOR, MODERATOR, CHAIR}, {CONTRIBUTED}),
        ],
    ),
    "conduct.acknowledge": (MATTER, MATTER_EMPLOYER),
    "conduct.conclude": (MATTER, MATTER_EMPLOYER),
    "audit.say_known": (AUDIT, [grant(ANSWERING, {ASKED})]),
    "audit.sum_up": (AUDIT, [grant(ANSWERING, {ASKED}, GATHERING)]),
    "audit.see_asked": (AUDIT, OWNING_COORDINATOR),
    "audit.ask_known": (AUDIT, [grant(COORDINATORS, {OWNER}, GATHERING)]),
    "knowing.see": (KNOWING, KNOWING_SEE),
    "knowing.see_child": (KNOWING, KNOWING_CHILD),
    "knowing.answer": (KNOWING, KNOWING_CHILD),
    "knowing.take_back": (KNOWING, [grant(ANSWERING, {EXPIRED}, GATHERING)]),
    "risk.conclude": (RISK, RISK_ANSWER),
    "meeting.see": (
        MEETING,
        [
            *OWNING_COORDINATOR,
            grant({CHAIR, SCRUTINEER}, PART),
            grant({MODERATOR}, PART, OPENED),
            grant(AGENCY_ROLES, {ASKED}, OPENED),
            INSPECTORS,
        ],
    ),
    "meeting.pass_on_learning": (MEETING, [grant(ANSWERING, {ASKED}, OPENED)]),
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
    "action.update": (
        ACTION,
        [grant(COORDINATORS, {SHARED}), grant(AGENCY_ROLES | {ACTION_OWNER}, {OWNER})],
    ),
    "action.check": (
        ACTION,
        [grant(COORDINATORS, {SHARED}), grant({MODERATOR, CHAIR}, ANY_OF_THREE)],
    ),
    "report.see": (REPORT, REPORT_SEE),
    "report.download": (REPORT, REPORT_SEE),
    "report.see_words": (REPORT, REPORT_WORDS),
    "report.put_forward": (REPORT, REPORT_FORWARD),
    "report.clear": (REPORT, REPORT_CLEAR),
    "report.sign": (REPORT, REPORT_CLEAR),
    "tool.see": (TOOL, [grant(ROLES - {REFERRER}, {OWNER})]),
    "tool.retire": (TOOL, [grant(COORDINATORS, {CONTRIBUTED})]),
    "tool.see_draft": (
        TOOL_DRAFT,
        [*OWNING_COORDINATOR, grant({MODERATOR, CHAIR}, {OWNER})],
    ),
    "tool.write": (TOOL_DRAFT, OWNING_COORDINATOR),
    "tool.publish": (TOOL_DRAFT, OWNING_COORDINATOR),
    "glass.see": (GLASS, [*REVIEW, grant(GLASS_BREAKERS, {CONTRIBUTED})]),
    "glass.confirm": (GLASS, REVIEW),
    "glass.review": (GLASS, REVIEW),
    "conflict.see": (CONFLICT, [*REVIEW, grant(ROLES, {CONTRIBUTED})]),
    "conflict.decide": (CONFLICT, REVIEW),
    "alert.see": (ALERT, ALERTS),
    "alert.close": (ALERT, ALERTS),
    "agency.see": (AGENCY, [grant(ROLES, {OWNER, SHARED})]),
    "person.see": (PERSON, SEE_PEOPLE),
    "person.invite": (PERSON, MANAGE),
    "person.begin_anew": (PERSON, MANAGE),
    "person.rename": (PERSON, MANAGE),
    "person.deactivate": (PERSON, MANAGE),
    "person.reactivate": (PERSON, MANAGE),
    "person.add": (AGENCY, MANAGE),
    "membership.add": (AGENCY, MANAGE),
    "membership.see": (MEMBERSHIP, SEE_PEOPLE),
    "membership.end": (MEMBERSHIP, MANAGE),
    "membership.train": (MEMBERSHIP, MANAGE),
    "membership.let_break_glass": (MEMBERSHIP, [grant({LEAD, OPERATOR}, {OWNER})]),
    "disclosure.see": (DISCLOSURE, SEE_LETTERS),
    "disclosure.edit": (DISCLOSURE, [grant(PREPARERS, {OWNER}, *UNDER_WAY)]),
    "disclosure.clear": (DISCLOSURE, [grant(CLEARERS, {OWNER}, *UNDER_WAY)]),
    "disclosure.release": (DISCLOSURE, [grant(PREPARERS | CLEARERS, {OWNER}, *UNDER_WAY)]),
    "disclosure.withdraw": (DISCLOSURE, [grant(PREPARERS | CLEARERS, {OWNER}, *UNDER_WAY)]),
    "sharing.see": (SHARING, SEE_LETTERS),
    "individual.see": (INDIVIDUAL, INDIVIDUAL_SEE),
    "individual.change": (
        INDIVIDUAL,
        [grant(HUB | {OPERATOR}, {OWNER}), grant({WORKER}, {ASSIGNED})],
    ),
    "lookup.see": (LOOKUP, LOOKUP_SEE),
}
# Each action done to no record: the roles that may.
FREE_ACTIONS: dict[str, frozenset[str]] = {
    "audit.commission": COORDINATORS,
    "tool.start": COORDINATORS,
    "calendar.keep": AGENCY_ROLES
    | BOARDS
    | {COORDINATOR, MODERATOR, CHAIR, SCRUTINEER, ACTION_OWNER},
    "board.see": COORDINATORS | BOARDS | {CHAIR, SCRUTINEER},
    "record.share": SHARERS,
    "record.label": SHARERS,
    "record.protect": PROTECTORS,
    "glass.break": GLASS_BREAKERS,
    "access.explain": frozenset({PRIVACY_OFFICER, OPERATOR}),
    "disclosure.prepare": PREPARERS,
    "disclosure.refuse_sharing": PREPARERS,
    "disclosure.switch_basis": frozenset({COMMISSIONER, COORDINATOR}),
    "calendar.edit": COORDINATORS | {HUB_COORDINATOR, ADMINISTRATOR},
    "trail.see": COORDINATORS | {AGENCY_COORDINATOR, LEAD, HUB_COORDINATOR, PRIVACY_OFFICER},
    "outbox.see": KEEPERS,
    "outbox.clear": KEEPERS,
    "outbox.retry": KEEPERS,
    "outbox.release": KEEPERS,
    "backup.make": KEEPERS,
    "individual.search": HUB | {OPERATOR},
    "individual.record": HUB | {OPERATOR},
}
SEE = {
    AUDIT: "audit.see",
    PLANNED: "plan.see",
    COMMISSION: "commission.see",
    CASE: "case.see",
    REFERRAL: "frame.see",
    RETURN: "return.see",
    WORKING: "return.see_working",
    RISK: "risk.see",
    KNOWING: "knowing.see",
    MATTER: "conduct.see",
    SUMMATIVE: "summative.see",
    LOOK: "moderation.see",
    TEXT: "coding.see",
    MEETING: "meeting.see",
    ACTION: "action.see",
    REPORT: "report.see",
    TOOL: "tool.see",
    TOOL_DRAFT: "tool.see_draft",
    GLASS: "glass.see",
    CONFLICT: "conflict.see",
    ALERT: "alert.see",
    AGENCY: "agency.see",
    PERSON: "person.see",
    MEMBERSHIP: "membership.see",
    DISCLOSURE: "disclosure.see",
    SHARING: "sharing.see",
    INDIVIDUAL: "individual.see",
    LOOKUP: "lookup.see",
}
APPROVES = {
    *("risk.acknowledge", "return.sign_off", "action.check", "commission.sign"),
    *("report.clear", "report.sign"),
    *("moderation.grade", "moderation.send_back"),
    *("coding.code", "coding.code_again"),
    *("glass.confirm", "glass.review", "conflict.decide", "alert.close"),
    *("membership.train", "membership.let_break_glass", "disclosure.clear"),
}
TAKES_OUT = {
    *("audit.write_workbooks", "audit.export", "report.download", "disclosure.release"),
    *("audit.fetch_workbook", "return.see_evidence", "audit.export_plan", "commission.letter"),
}
WANTS_SECOND_FACTOR = {
    *("audit.write_workbooks", "audit.export", "audit.fetch_workbook", "glass.break"),
    *("person.begin_anew", "person.deactivate", "membership.add", "membership.end"),
    *("person.reactivate", "membership.let_break_glass"),
}
GLASS_OPENS = {"return.see"}

LETTERS = dict.fromkeys((STAFF, OPINION, IDENTITY, PROTECTED), SEE_LETTERS)

CLASSES: dict[str, dict[str, list[Grant]]] = {
    AUDIT: {AGGREGATE: ACTIONS["audit.see_figures"][1], STAFF: ACTIONS["audit.see"][1]},
    PLANNED: {},
    COMMISSION: {STAFF: COMMISSION_SEE},
    CASE: {IDENTITY: SEE_LINK, PROTECTED: SEE_LINK},
    REFERRAL: {IDENTITY: OWNING_COORDINATOR, PROTECTED: OWNING_COORDINATOR},
    RETURN: {
        OPINION: RETURN_SEE,
        THIRD_PARTY: [
            grant(AGENCY_ROLES, {OWNER}),
            grant(COORDINATORS | {MODERATOR}, {SHARED}),
        ],
    },
    WORKING: dict.fromkeys((OPINION, THIRD_PARTY, STAFF), WORKING_SEE),
    RISK: dict.fromkeys((OPINION, STAFF), RISK_SEE),
    MATTER: dict.fromkeys((OPINION, STAFF), MATTER_EMPLOYER),
    KNOWING: {
        **dict.fromkeys((IDENTITY, PROTECTED), KNOWING_CHILD),
        **dict.fromkeys((OPINION, STAFF), KNOWING_SEE),
    },
    SUMMATIVE: {OPINION: SUMMED_UP, AGGREGATE: SUMMED_UP},
    LOOK: {
        OPINION: [*GRADES_STAFF, grant(AGENCY_ROLES, {OWNER}, SETTLED)],
        STAFF: GRADES_STAFF,
    },
    TEXT: {OPINION: [*TEXT_STAFF, *TEXT_SEE_LATER], STAFF: TEXT_STAFF},
    MEETING: {OPINION: ACTIONS["meeting.see"][1]},
    ACTION: {
        OPINION: [
            grant(roles - BOARDS, relations, *(statuses or ()))
            for roles, relations, statuses in ACTIONS["action.see"][1]
        ],
        STAFF: [
            grant(COORDINATORS, {SHARED}),
            grant({CHAIR}, ANY_OF_THREE),
            grant(AGENCY_ROLES | {ACTION_OWNER}, {OWNER}),
        ],
    },
    REPORT: {
        **dict.fromkeys((AGGREGATE, OPINION, STAFF), REPORT_SEE),
        IDENTITY: REPORT_WORDS,
    },
    TOOL: {},
    TOOL_DRAFT: {},
    GLASS: {STAFF: REVIEW, OPINION: REVIEW},
    CONFLICT: {STAFF: REVIEW, OPINION: REVIEW},
    ALERT: {STAFF: ALERTS, OPINION: ALERTS},
    AGENCY: {},
    PERSON: {STAFF: SEE_PEOPLE},
    MEMBERSHIP: {STAFF: SEE_PEOPLE},
    DISCLOSURE: LETTERS,
    SHARING: LETTERS,
    INDIVIDUAL: {
        **dict.fromkeys((IDENTITY, HEALTH, OPINION), INDIVIDUAL_SEE),
        PROTECTED: INDIVIDUAL_PROTECTED,
    },
    LOOKUP: {IDENTITY: LOOKUP_SEE},
}
SEALED_CLASSES = {IDENTITY, PROTECTED}
NOT_ON_A_PROJECTOR = {IDENTITY, PROTECTED, THIRD_PARTY, REFERRER_CLASS}
