"""Who may do what with an audit, and what its fields tell."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Q

from safehub.audit.programmes.queries.commissions import (
    partnership_relations,
    wrote_of_commission,
)
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
from safehub.foundation.access.vocabulary import FieldClass, Relation, Role
from safehub.foundation.declarations import Declares
from safehub.foundation.outbox.notices import NoticeType
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


# Across agencies an agency sees figures once the meeting has opened the round, and so does a chair
# who comes from one; the office, which runs the audit, sees them at any time, and the rest when the
# round is opened. A moderator grades blind until then, and a figure may tell a grade.
FIGURES = (
    Grant(COORDINATOR | CHAIR, OWNER),
    Grant(CHAIR, ASKED, IS_OPENED),
    Grant(MODERATOR | SCRUTINEER | AGGREGATES_ONLY, PART, IS_OPENED),
    Grant(ANSWERING, ASKED, IS_OPENED),
    Grant(INSPECTOR, SHARED),
)


# Who reads a commission: the office that writes it, and the partnership's commissioners.
COMMISSION = (Grant(COORDINATOR, OWNER), Grant(frozenset({Role.COMMISSIONER}), SHARED))
# The plan names themes and no child: whoever has to do with audits for the board reads it.
PLAN = (
    Grant(COORDINATOR, OWNER),
    Grant(MODERATOR | CHAIR | SCRUTINEER | AGGREGATES_ONLY, SHARED),
)
# Whoever opens audits under a membership of their own: the days are theirs to know.
_KEEPS_CALENDAR = (
    frozenset({Role.AUDIT_COORDINATOR})
    | MODERATOR
    | CHAIR
    | SCRUTINEER
    | AGGREGATES_ONLY
    | AGENCY
    | ACTION_OWNER
)
_DRAFTED = "until it is discarded, and one year more; a signed one as long as its audit"
_DRAFT = FieldRule(FieldClass.ADMINISTRATIVE, _DRAFTED)

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
        Kind(
            "programmes.plannedaudit",
            "a planned audit",
            "plan.see",
            partnership_relations,
            lasts=True,
        ),
        Kind(
            "programmes.commissiondraft",
            "a commission",
            "commission.see",
            partnership_relations,
            classes={FieldClass.STAFF: COMMISSION},
            own_work=wrote_of_commission,
            lasts=True,
        ),
    ),
    actions=(
        Action(
            "calendar.keep",
            "keep a calendar of one's audits",
            "asked for the calendar of their audits",
            (Grant(_KEEPS_CALENDAR),),
            is_read=False,
        ),
        Action(
            "plan.see",
            "see a planned audit",
            "looked at the plan",
            PLAN,
            kind="programmes.plannedaudit",
        ),
        Action(
            "plan.write",
            "change a planned audit",
            "asked to change the plan",
            (Grant(COORDINATOR, OWNER),),
            kind="programmes.plannedaudit",
            is_read=False,
        ),
        Action(
            "commission.see",
            "read a commission",
            "read the commission",
            COMMISSION,
            kind="programmes.commissiondraft",
        ),
        Action(
            "commission.write",
            "write a commission",
            "asked to write the commission",
            (Grant(COORDINATOR, OWNER),),
            kind="programmes.commissiondraft",
            is_read=False,
        ),
        Action(
            "commission.send_back",
            "send a commission back to be changed",
            "asked to send the commission back",
            COMMISSION,
            kind="programmes.commissiondraft",
            is_read=False,
        ),
        Action(
            "commission.sign",
            "sign a commission",
            "asked to sign the commission",
            COMMISSION,
            kind="programmes.commissiondraft",
            is_read=False,
            approves=True,
        ),
        Action(
            "commission.letter",
            "take away a commissioning letter",
            "took away the commissioning letter",
            COMMISSION,
            kind="programmes.commissiondraft",
            leaves=True,
        ),
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
            "audit.see_sample",
            "see how the sample was drawn",
            "looked at the frame and the sample",
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
        EventType("calendar.made", "made the address of a calendar"),
        EventType("calendar.switched_off", "switched the address of a calendar off"),
        EventType("calendar.fetched", "fetched the calendar by its address"),
        EventType("plan.added", "put the audit on the plan"),
        EventType("plan.changed", "changed the planned audit"),
        EventType("plan.dropped", "took the audit off the plan"),
        EventType("plan.commissioned", "began the commission of the planned audit"),
        EventType("commission.started", "began the commission"),
        EventType("commission.drafted", "wrote some of the commission"),
        EventType("commission.asked", "asked for a signature under the commission"),
        EventType("commission.sent_back", "sent the commission back to be changed"),
        EventType("commission.signed", "signed the commission"),
        EventType("commission.discarded", "discarded the commission"),
        EventType("audit.tool_changed", "moved the round to a newer version of its tool"),
        EventType("audit.opened", "opened the round to the agencies that take part"),
    ),
    notices=(
        NoticeType(
            "commission.waiting",
            "Safehub: {reference} waits for a signature",
            "{reference} waits for a signature, and you may give it. Sign in and read it.",
        ),
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
        **{
            f"auditstep.{name}": _ADMINISTRATIVE
            for name in ("id", "audit", "code", "position", "on", "is_by_hand")
        },
        **{
            f"plannedaudit.{name}": _ADMINISTRATIVE
            for name in (
                *("id", "partnership", "title", "theme", "origin", "origin_words", "begins_on"),
                *("commission", "dropped_at"),
            )
        },
        **{
            f"calendarfeed.{name}": FieldRule(FieldClass.SECRET, "until it is switched off")
            for name in ("salt", "token_hash")
        },
        **{
            f"calendarfeed.{name}": FieldRule(FieldClass.ADMINISTRATIVE, "until it is switched off")
            for name in ("id", "membership", "made_at")
        },
        **{
            f"commissiondraft.{name}": _DRAFT
            for name in (
                *("id", "partnership", "status", "edition", "title", "kind", "period_from"),
                *("period_to", "reason", "programme", "commissioned_by", "key_lines_of_enquiry"),
                *("themes", "agencies", "tool_version", "grading_question", "met_good"),
                *("sample_unit", "sample_method", "sample_size", "sample_seed", "sample_reserve"),
                *("sample_column", "starts_on", "offsets", "by_hand", "sent_back_because"),
                *("started_at", "updated_at", "signed_at", "audit"),
            )
        },
        **{
            f"commissiondraft.{name}": FieldRule(FieldClass.STAFF, _DRAFTED)
            for name in ("owner", "signed_name", "signed_by")
        },
        "commissionwriter.id": _DRAFT,
        "commissionwriter.draft": _DRAFT,
        "commissionwriter.person": FieldRule(FieldClass.STAFF, _DRAFTED),
    },
    parts={
        "programmes.theme": "programmes.audit",
        "programmes.participant": "programmes.audit",
        "programmes.auditstep": "programmes.audit",
        "programmes.calendarfeed": "accounts.membership",
        "programmes.commissionwriter": "programmes.commissiondraft",
    },
)
