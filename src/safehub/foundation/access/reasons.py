"""Why a decision fell as it did, and the words for it."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """The rule that settled a decision."""

    GRANTED = "granted"
    GLASS = "glass"
    UNKNOWN = "unknown"
    OUT_OF_DATE = "out_of_date"
    CONFLICTED = "conflicted"
    ROLE = "role"
    RELATION = "relation"
    EXPIRED = "expired"
    STATUS = "status"
    RESTRICTED = "restricted"
    SEALED = "sealed"
    STAFF_SUBJECT = "staff_subject"
    LABEL = "label"
    PURPOSE = "purpose"
    CLASS = "class"
    CHANNEL = "channel"
    OWN_WORK = "own_work"
    STEP_UP = "step_up"


WORDS = {
    Reason.UNKNOWN: "Safehub does not know this step",
    Reason.OUT_OF_DATE: "your account, membership or training is out of date",
    Reason.CONFLICTED: "you are in a conflict of interest",
    Reason.ROLE: "your role does not do this",
    Reason.RELATION: "your agency has no part in this record",
    Reason.EXPIRED: "what you were given has run out",
    Reason.STATUS: "it is not open to you as things stand",
    Reason.RESTRICTED: "only the people named on this record may",
    Reason.SEALED: "this record is sealed",
    Reason.STAFF_SUBJECT: "this record is about a colleague",
    Reason.LABEL: "a label on this record says not to",
    Reason.PURPOSE: "it was given for another purpose",
    Reason.CLASS: "your role does not see this kind of detail",
    Reason.CHANNEL: "this may not leave Safehub in this way",
    Reason.OWN_WORK: "nobody approves their own work",
    Reason.STEP_UP: "your second factor is wanted again first",
}
