"""Who may see what the meeting agreed."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Q

from safehub.audit.programmes.queries.standing import (
    AGENCY,
    ANSWERING,
    ASKED,
    CHAIR,
    COORDINATOR,
    INSPECTOR,
    IS_OPENED,
    MODERATOR,
    OWNER,
    PART,
    SCRUTINEER,
    SHARED,
    audit_status,
    takes_part,
)
from safehub.foundation.access.policy import Action, FieldRule, Grant, Kind
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass, Relation
from safehub.foundation.declarations import Declares
from safehub.foundation.outbox.notices import NoticeType
from safehub.foundation.trail.events import EventType
from safehub.register.agencies.queries import runs

_KEPT = "10 years, with the report"
_ADMINISTRATIVE = FieldRule(FieldClass.ADMINISTRATIVE, _KEPT)
_OPINION = FieldRule(FieldClass.OPINION, _KEPT)


def _relations(viewer: Viewer) -> Mapping[Relation, Q]:
    return {
        Relation.OWNER: runs(viewer, "audit__partnership"),
        Relation.ASKED: takes_part(viewer, "audit"),
    }


_WHO = (
    Grant(COORDINATOR, OWNER),
    Grant(CHAIR | SCRUTINEER, PART),
    # A moderator grades blind until then, and evidence of a finding may tell a grade.
    Grant(MODERATOR, PART, IS_OPENED),
    Grant(AGENCY, ASKED, IS_OPENED),
    Grant(INSPECTOR, SHARED),
)

DECLARES = Declares(
    kinds=(
        Kind(
            "meetings.meeting",
            "a meeting",
            "meeting.see",
            _relations,
            classes={FieldClass.OPINION: _WHO},
            within={"programmes.audit": "audit"},
            status=lambda: audit_status("audit"),
            lasts=True,
        ),
    ),
    actions=(
        Action(
            "meeting.see",
            "read what the meeting agreed",
            "read what the meeting agreed",
            _WHO,
            kind="meetings.meeting",
        ),
        Action(
            "meeting.pass_on_learning",
            "say that what is learnt was passed on",
            "asked to say that what is learnt was passed on",
            (Grant(ANSWERING, ASKED, IS_OPENED),),
            kind="meetings.meeting",
            is_read=False,
        ),
    ),
    events=(
        EventType("meeting.recorded", "recorded what the meeting agreed"),
        EventType("meeting.planned", "planned the meeting"),
        EventType("meeting.invited", "invited the agencies to the meeting"),
        EventType("meeting.attended", "recorded who came to the meeting"),
        EventType("meeting.without_quorum", "opened the round without a quorum, and said why"),
        EventType("meeting.minuted", "wrote the minutes of the meeting"),
        EventType("meeting.stated", "wrote down what the meeting said"),
        EventType("meeting.unstated", "took out what the meeting was said to have said"),
        EventType("learning.sent", "sent an agency what is learnt"),
        EventType("learning.passed_on", "said that what is learnt was passed on"),
        EventType("finding.evidenced", "kept evidence with a finding"),
        EventType("gap.added", "wrote down a gap"),
        EventType("gap.changed", "worded a gap anew"),
        EventType("gap.removed", "took out a gap"),
        EventType("gap.linked", "said whether a gap was seen before"),
    ),
    notices=(
        NoticeType(
            "meeting.invited",
            "Safehub: you are asked to the meeting of {reference}",
            "Your agency is asked to the meeting of {reference}. Sign in to see when and where.",
        ),
        NoticeType(
            "learning.sent",
            "Safehub: what is learnt from {reference}",
            "What is learnt from {reference} waits for you. Sign in, pass it on to those whose "
            "work was audited, and say that you did.",
        ),
    ),
    fields={
        **{
            f"meeting.{name}": _ADMINISTRATIVE
            for name in (
                *("id", "audit", "held_on", "planned_on", "starts_at", "place", "link"),
                *("quorum", "invited_at"),
            )
        },
        "meeting.minutes": _OPINION,
        "meeting.without_quorum": _OPINION,
        **{
            f"attendance.{name}": _ADMINISTRATIVE
            for name in ("id", "meeting", "participant", "state")
        },
        "attendance.role": _OPINION,
        **{
            f"findingevidence.{name}": _ADMINISTRATIVE
            for name in (
                *("id", "meeting", "statement", "kind", "source", "agency", "definition"),
                "kept_at",
            )
        },
        "findingevidence.text": _OPINION,
        **{
            f"learningnote.{name}": _ADMINISTRATIVE
            for name in ("id", "meeting", "participant", "moment", "sent_at", "passed_on_at")
        },
        "learningnote.text": _OPINION,
        "learningnote.passed_on_by": FieldRule(FieldClass.STAFF, _KEPT),
        **{
            f"meetingstatement.{name}": _ADMINISTRATIVE
            for name in ("id", "meeting", "kind", "position", "theme", "seen_before")
        },
        "meetingstatement.text": _OPINION,
        "meetingstatement.owner": _OPINION,
        **{
            f"gap.{name}": _ADMINISTRATIVE
            for name in ("id", "meeting", "position", "theme", "letter")
        },
        "gap.text": _OPINION,
        "gap.owner": _OPINION,
        **{f"gaplink.{name}": _ADMINISTRATIVE for name in ("id", "meeting", "gap", "earlier")},
    },
    parts={
        "meetings.meetingstatement": "meetings.meeting",
        "meetings.attendance": "meetings.meeting",
        "meetings.findingevidence": "meetings.meeting",
        "meetings.learningnote": "meetings.meeting",
        "meetings.gap": "meetings.meeting",
        "meetings.gaplink": "meetings.meeting",
    },
)
