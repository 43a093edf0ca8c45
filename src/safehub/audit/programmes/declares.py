"""Who may do what with an audit, and what its fields tell."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Q

from safehub.audit.programmes.queries.standing import (
    ACTION_OWNER,
    AGENCY,
    AGGREGATES_ONLY,
    ANSWERING,
    ASKED,
    BOARD_SIDE,
    CHAIR,
    COORDINATOR,
    GATHERING,
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
from safehub.foundation.trail.events import EventType
from safehub.register.agencies.queries import runs

_KEPT = "as long as the board sets for audit working papers; 6 years unless it says otherwise"
_ADMINISTRATIVE = FieldRule(FieldClass.ADMINISTRATIVE, _KEPT)
_STAFF = FieldRule(FieldClass.STAFF, _KEPT)


def _relations(viewer: Viewer) -> Mapping[Relation, Q]:
    return {
        Relation.OWNER: runs(viewer, "partnership"),
        Relation.ASKED: takes_part(viewer, "pk"),
    }


# Across agencies an agency sees figures once the meeting has opened the round; the board's own
# people who see single returns see them at any time, and the rest when the round is opened.
FIGURES = (
    Grant(COORDINATOR, OWNER),
    Grant(MODERATOR | CHAIR, PART),
    Grant(SCRUTINEER | AGGREGATES_ONLY, PART, IS_OPENED),
    Grant(ANSWERING, ASKED, IS_OPENED),
    Grant(INSPECTOR, SHARED),
)

DECLARES = Declares(
    kinds=(
        Kind(
            "programmes.audit",
            "an audit",
            "audit.see",
            _relations,
            classes={
                FieldClass.AGGREGATE: FIGURES,
                FieldClass.STAFF: (*BOARD_SIDE, Grant(AGENCY | ACTION_OWNER, ASKED)),
            },
            status=audit_status,
            lasts=True,
        ),
    ),
    actions=(
        Action(
            "audit.see",
            "open an audit",
            "opened the audit",
            (*BOARD_SIDE, Grant(AGENCY | ACTION_OWNER, ASKED)),
            kind="programmes.audit",
        ),
        Action(
            "audit.see_figures",
            "see the figures of an audit",
            "looked at the figures of the audit",
            FIGURES,
            kind="programmes.audit",
        ),
        Action(
            "audit.see_grid",
            "see which agency has answered for which case",
            "looked at the grid of the audit",
            (
                Grant(COORDINATOR, OWNER),
                Grant(MODERATOR | CHAIR | SCRUTINEER, PART),
                Grant(AGENCY, ASKED),
                Grant(INSPECTOR, SHARED),
            ),
            kind="programmes.audit",
        ),
        Action(
            "audit.see_every_return",
            "see how every agency stands",
            "looked at how every agency stands",
            (Grant(COORDINATOR, OWNER), Grant(MODERATOR | CHAIR | SCRUTINEER, PART)),
            kind="programmes.audit",
        ),
        Action(
            "audit.commission",
            "commission an audit",
            "asked to commission an audit",
            (Grant(COORDINATOR),),
            is_read=False,
        ),
        Action(
            "audit.draw",
            "draw the sample of an audit",
            "asked to draw the sample",
            (Grant(COORDINATOR, OWNER),),
            kind="programmes.audit",
            is_read=False,
        ),
        Action(
            "audit.receive",
            "take in what agencies return",
            "asked to take in returns",
            (Grant(COORDINATOR, OWNER),),
            kind="programmes.audit",
            is_read=False,
        ),
        Action(
            "audit.record_meeting",
            "record what the meeting agreed",
            "asked to record the meeting",
            (Grant(COORDINATOR, OWNER), Grant(CHAIR, PART)),
            kind="programmes.audit",
            is_read=False,
        ),
        Action(
            "audit.change_tool",
            "move a round to a newer version of its tool",
            "asked to move the round to a newer version of its tool",
            (Grant(COORDINATOR, OWNER, frozenset({GATHERING})),),
            kind="programmes.audit",
            is_read=False,
        ),
        Action(
            "audit.make_report",
            "make the report of an audit",
            "asked to make the report",
            (Grant(COORDINATOR, OWNER),),
            kind="programmes.audit",
            is_read=False,
        ),
        Action(
            "audit.write_workbooks",
            "write the agencies' workbooks",
            "wrote the agencies' workbooks",
            (Grant(COORDINATOR, OWNER),),
            kind="programmes.audit",
            leaves=True,
            steps_up=True,
        ),
        Action(
            "audit.export",
            "export an audit",
            "exported the audit",
            (Grant(COORDINATOR, OWNER),),
            kind="programmes.audit",
            leaves=True,
            steps_up=True,
        ),
    ),
    events=(
        EventType("audit.commissioned", "commissioned the audit"),
        EventType("audit.tool_changed", "moved the round to a newer version of its tool"),
        EventType("audit.opened", "opened the round to the agencies that take part"),
    ),
    fields={
        **{
            f"audit.{name}": _ADMINISTRATIVE
            for name in (
                "id",
                "reference",
                "pack_sha256",
                "partnership",
                "tool_version",
                "title",
                "kind",
                "period_from",
                "period_to",
                "programme",
                "commissioned_by",
                "commissioned_on",
                "reason",
                "returns_due_on",
                "meeting_on",
                "key_lines_of_enquiry",
                "grading_question",
                "met_good",
                "sampling_plan",
                "invented",
                "commissioned_at",
                "opened_at",
            )
        },
        "audit.owner": _STAFF,
        **{
            f"theme.{name}": _ADMINISTRATIVE
            for name in ("id", "audit", "position", "code", "name", "is_key_line_of_enquiry")
        },
        **{
            f"participant.{name}": _ADMINISTRATIVE
            for name in (
                "id",
                "audit",
                "agency",
                "position",
                "code",
                "name",
                "kind",
                "respondent_unit",
            )
        },
    },
    parts={"programmes.theme": "programmes.audit", "programmes.participant": "programmes.audit"},
)
