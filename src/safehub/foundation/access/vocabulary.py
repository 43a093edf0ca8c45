"""The words in which access is decided. docs/glossary.md says what each means."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What somebody is in a membership. One person may hold several, and acts under one."""

    REFERRER = "referrer"
    AGENCY_CONTRIBUTOR = "agency_contributor"
    AGENCY_AUDITOR = "agency_auditor"
    AGENCY_COORDINATOR = "agency_coordinator"
    AGENCY_SIGN_OFF = "agency_sign_off"
    SAFEGUARDING_LEAD = "safeguarding_lead"
    GP_PRACTICE = "gp_practice"
    ALLOCATED_WORKER = "allocated_worker"
    EMERGENCY_DUTY = "emergency_duty"
    HUB_COORDINATOR = "hub_coordinator"
    HUB_RESEARCHER = "hub_researcher"
    HUB_DECISION_MAKER = "hub_decision_maker"
    AUDIT_COORDINATOR = "audit_coordinator"
    AUDIT_MODERATOR = "audit_moderator"
    MEETING_CHAIR = "meeting_chair"
    COMMISSIONER = "commissioner"
    SCRUTINEER = "scrutineer"
    DESIGNATED_OFFICER = "designated_officer"
    ACTION_OWNER = "action_owner"
    BOARD_MEMBER = "board_member"
    PRIVACY_OFFICER = "privacy_officer"
    SYSTEM_ADMINISTRATOR = "system_administrator"
    INSPECTOR = "inspector"
    SERVICE_ACCOUNT = "service_account"
    # Whoever runs the command on a trusted machine; refused in production.
    LOCAL_OPERATOR = "local_operator"


class Relation(StrEnum):
    """How a viewer stands to a record."""

    OWNER = "owner"
    ASKED = "asked"
    CONTRIBUTED = "contributed"
    ASSIGNED = "assigned"
    REFERRED = "referred"
    SHARED = "shared"
    EXPIRED = "expired"
    # Given, and its end has come: no grant names it, so that an end never opens anything.
    ENDED = "ended"
    NONE = "none"
    CONFLICTED = "conflicted"


class Sensitivity(StrEnum):
    """How a record is guarded beyond the ordinary."""

    STANDARD = "standard"
    RESTRICTED = "restricted"
    SEALED = "sealed"
    STAFF_SUBJECT = "staff_subject"


class FieldClass(StrEnum):
    """What a field tells of a person. The privacy class of every model field is one of these."""

    IDENTITY = "identity"
    PROTECTED = "protected"
    HEALTH = "health"
    POLICE = "police"
    THIRD_PARTY = "third_party"
    REFERRER = "referrer"
    OPINION = "opinion"
    AGGREGATE = "aggregate"
    # A professional's own name and address.
    STAFF = "staff"
    # References, dates, states: tells nothing of a person, and shows wherever its record does.
    ADMINISTRATIVE = "administrative"
    # Hashes, tokens, keys: never shown to anybody.
    SECRET = "secret"  # noqa: S105 - a word, not one


class Outcome(StrEnum):
    """What `decide` answers."""

    ALLOW = "allow"
    MASK = "mask"
    ABSENT = "absent"
    REFUSED = "refused"
    BREAK_GLASS = "break_glass"


class Obligation(StrEnum):
    """What must be done with what is allowed."""

    RECORD = "record"
    WATERMARK = "watermark"
    STEP_UP = "step_up"
    SECOND_PERSON = "second_person"
    ALERT = "alert"
