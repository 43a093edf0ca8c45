"""Who may see a return and a summative report: only its agency until the round is opened."""

from __future__ import annotations

from django.db.models import Q

from safehub.audit.programmes.queries.standing import (
    AGENCY,
    ANSWERING,
    ASKED,
    CHAIR,
    COORDINATOR,
    GATHERING,
    INSPECTOR,
    IS_OPENED,
    MODERATOR,
    OPERATOR,
    OWNER,
    PART,
    SCRUTINEER,
    SHARED,
    audit_status,
)
from safehub.audit.returns.conduct import declaring as conduct
from safehub.audit.returns.knowing import declaring as knowing
from safehub.audit.returns.queries.relations import (
    own,
    return_own_work,
    return_relations,
    risk_relations,
    summative_relations,
    working_relations,
)
from safehub.audit.returns.sources import declaring as sources
from safehub.foundation.access.policy import Action, FieldRule, Grant, Kind
from safehub.foundation.access.vocabulary import FieldClass, Relation, Role
from safehub.foundation.declarations import Declares
from safehub.foundation.outbox.notices import NoticeType
from safehub.foundation.trail.events import EventType

_PAPERS = "as long as the board sets for audit working papers; 6 years unless it says otherwise"
_UNTIL_SUBMITTED = "until it is submitted or discarded; else as audit working papers"
_WORKING_PAPER = FieldRule(FieldClass.ADMINISTRATIVE, _UNTIL_SUBMITTED)
_ADMINISTRATIVE = FieldRule(FieldClass.ADMINISTRATIVE, _PAPERS)
_OPINION = FieldRule(FieldClass.OPINION, _PAPERS)
_AGGREGATE = FieldRule(FieldClass.AGGREGATE, _PAPERS)

_AUDITOR = frozenset({Role.AGENCY_AUDITOR})
_AGENCY_COORDINATOR = frozenset({Role.AGENCY_COORDINATOR})
_SIGN_OFF = frozenset({Role.AGENCY_SIGN_OFF})


_PANEL = (
    Grant(COORDINATOR, SHARED),
    # Moderators may come from a partner agency: they see others' returns, not their own agency's
    # working papers alone.
    Grant(MODERATOR, SHARED | ASKED),
    Grant(CHAIR | SCRUTINEER, SHARED | ASKED, IS_OPENED),
    Grant(_AUDITOR | ANSWERING, ASKED, IS_OPENED),
    Grant(INSPECTOR, SHARED),
)
_WHO = (Grant(AGENCY, OWNER), *_PANEL)
# What an agency says of itself as a whole tells its grades: a moderator grades blind until then.
_SUMMED_UP = (
    Grant(AGENCY, OWNER),
    *(
        Grant(one.roles, one.relations, IS_OPENED) if one.roles == MODERATOR else one
        for one in _PANEL
    ),
)
# Which practice or school answered: its own agency and those who run the audit.
_RESPONDENT = (Grant(AGENCY, OWNER), Grant(COORDINATOR, SHARED), Grant(MODERATOR, SHARED))
# A file is a page of somebody's record: only those who weigh the return open it.
_EVIDENCE = (Grant(AGENCY, OWNER), Grant(COORDINATOR, SHARED), Grant(MODERATOR, SHARED | ASKED))
# A return that is not submitted yet is its own agency's alone.
_WORKING = (Grant(AGENCY, OWNER), Grant(OPERATOR, SHARED))
_IS_GATHERING = frozenset({GATHERING})
_ANSWERED_BY = (Grant(AGENCY, OWNER, _IS_GATHERING), Grant(OPERATOR, SHARED, _IS_GATHERING))
# Of a child at risk: the agency whose lead is told, and those who run the audit.
_RISK = (Grant(AGENCY, OWNER), Grant(COORDINATOR, SHARED))
_ANSWERS_FOR = (
    Grant(ANSWERING, OWNER),
    Grant(COORDINATOR, SHARED),
)
# Also on a case that the agency did not know: it may find that it does.
_OPEN_OR_CLOSED = ASKED | {Relation.EXPIRED}

DECLARES = Declares(
    kinds=(
        *knowing.KINDS,
        *conduct.KINDS,
        Kind(
            "returns.return",
            "a return",
            "return.see",
            return_relations,
            classes={FieldClass.OPINION: _WHO, FieldClass.THIRD_PARTY: _RESPONDENT},
            within={"sampling.case": "case", "programmes.audit": "participant__audit"},
            status=lambda: audit_status("participant__audit"),
            own_work=return_own_work,
            lasts=True,
        ),
        Kind(
            "returns.workingreturn",
            "a return being answered",
            "return.see_working",
            working_relations,
            classes=dict.fromkeys(
                (FieldClass.OPINION, FieldClass.THIRD_PARTY, FieldClass.STAFF), _WORKING
            ),
            within={"sampling.case": "case", "programmes.audit": "participant__audit"},
            status=lambda: audit_status("participant__audit"),
            lasts=True,
        ),
        Kind(
            "returns.riskalert",
            "an alert of immediate risk",
            "risk.see",
            risk_relations,
            classes=dict.fromkeys((FieldClass.OPINION, FieldClass.STAFF), _RISK),
            within={"sampling.case": "case", "programmes.audit": "participant__audit"},
            status=lambda: audit_status("participant__audit"),
            own_work=lambda viewer: (
                Q(raised_by=viewer.person) if viewer.person is not None else Q(pk__in=[])
            ),
            lasts=True,
        ),
        Kind(
            "returns.summativereport",
            "a summative report",
            "summative.see",
            summative_relations,
            classes={FieldClass.OPINION: _SUMMED_UP, FieldClass.AGGREGATE: _SUMMED_UP},
            within={"programmes.audit": "participant__audit"},
            status=lambda: audit_status("participant__audit"),
            own_work=lambda viewer: own(viewer, "participant"),
            lasts=True,
        ),
    ),
    actions=(
        *knowing.ACTIONS,
        *conduct.ACTIONS,
        *sources.ACTIONS,
        Action(
            "return.see",
            "open a return",
            "opened the return",
            _WHO,
            kind="returns.return",
            opens_by_glass=True,
        ),
        Action(
            "audit.answer",
            "answer for an agency in an audit",
            "looked at the cases to answer for",
            (Grant(AGENCY, ASKED),),
            kind="programmes.audit",
        ),
        Action(
            "audit.send_workbook",
            "send in a filled workbook",
            "asked to send in a filled workbook",
            (Grant(AGENCY, ASKED, _IS_GATHERING), Grant(COORDINATOR, OWNER)),
            kind="programmes.audit",
            is_read=False,
        ),
        Action(
            "audit.fetch_workbook",
            "take away an agency's workbook",
            "took away an agency's workbook",
            (Grant(AGENCY, ASKED, _IS_GATHERING), Grant(COORDINATOR, OWNER)),
            kind="programmes.audit",
            leaves=True,
            steps_up=True,
        ),
        Action(
            "audit.see_allocations",
            "see who audits which case for an agency",
            "looked at who audits which case",
            (Grant(_AGENCY_COORDINATOR, ASKED),),
            kind="programmes.audit",
        ),
        Action(
            "case.allocate",
            "allocate a case to an auditor",
            "asked to allocate the case",
            (Grant(_AGENCY_COORDINATOR, _OPEN_OR_CLOSED), Grant(OPERATOR, OWNER)),
            kind="sampling.case",
            is_read=False,
        ),
        Action(
            "return.see_evidence",
            "open the files of a return",
            "opened a file of the return",
            _EVIDENCE,
            kind="returns.return",
            leaves=True,
        ),
        Action(
            "return.begin",
            "begin a return",
            "asked to begin a return",
            (Grant(AGENCY, _OPEN_OR_CLOSED, _IS_GATHERING),),
            kind="sampling.case",
            is_read=False,
        ),
        Action(
            "return.sign_off",
            "accept a return for its agency, or send it back",
            "asked to sign off the return",
            (Grant(_SIGN_OFF, OWNER, _IS_GATHERING),),
            kind="returns.return",
            is_read=False,
            approves=True,
        ),
        Action(
            "return.see_begun",
            "see that a return is begun",
            "looked at which returns are begun",
            (Grant(AGENCY, OWNER), Grant(COORDINATOR, SHARED)),
            kind="returns.workingreturn",
        ),
        Action(
            "return.see_working",
            "open a return being answered",
            "opened the return being answered",
            _WORKING,
            kind="returns.workingreturn",
        ),
        Action(
            "return.answer",
            "answer a return",
            "asked to answer the return",
            _ANSWERED_BY,
            kind="returns.workingreturn",
            is_read=False,
        ),
        Action(
            "risk.raise",
            "tell of a child at immediate risk",
            "asked to tell of a child at immediate risk",
            (
                Grant(COORDINATOR, OWNER),
                Grant(MODERATOR | CHAIR, PART),
                Grant(SCRUTINEER, PART, IS_OPENED),
                Grant(AGENCY, ASKED),
                Grant(INSPECTOR, SHARED),
            ),
            kind="programmes.audit",
            is_read=False,
        ),
        Action(
            "risk.see",
            "open an alert of immediate risk",
            "opened the alert of immediate risk",
            _RISK,
            kind="returns.riskalert",
        ),
        Action(
            "risk.acknowledge",
            "acknowledge an alert of immediate risk",
            "asked to acknowledge the alert of immediate risk",
            _ANSWERS_FOR,
            kind="returns.riskalert",
            is_read=False,
            approves=True,
        ),
        Action(
            "risk.conclude",
            "record what was done for a child at immediate risk",
            "asked to record what was done for the child",
            _ANSWERS_FOR,
            kind="returns.riskalert",
            is_read=False,
        ),
        Action(
            "audit.sum_up",
            "write an agency's summative report",
            "asked to write the summative report",
            (Grant(ANSWERING, ASKED, _IS_GATHERING),),
            kind="programmes.audit",
            is_read=False,
        ),
        Action(
            "summative.see",
            "open a summative report",
            "opened the summative report",
            _SUMMED_UP,
            kind="returns.summativereport",
        ),
    ),
    events=(
        *knowing.EVENTS,
        *conduct.EVENTS,
        *sources.EVENTS,
        EventType("returns.received", "took in returns"),
        EventType("case.allocated", "said who audits the case"),
        EventType("return.begun", "began a return"),
        EventType("return.answered", "changed answers of the return"),
        EventType("return.migrated", "carried the return to a newer version of its tool"),
        EventType("return.submitted", "submitted the return"),
        EventType("return.accepted", "accepted the return for its agency"),
        EventType("return.sent_back", "sent the return back"),
        EventType("return.discarded", "discarded a return being answered"),
        EventType("summatives.received", "took in summative reports"),
        EventType("summative.written", "wrote the summative report of an agency"),
        EventType("risk.raised", "told of a child at immediate risk"),
        EventType("risk.acknowledged", "took the alert of immediate risk in hand"),
        EventType("risk.concluded", "recorded what was done for the child"),
        EventType("workbook.sent", "sent in a filled workbook"),
        EventType("workbook.taken", "took in a filled workbook"),
    ),
    notices=(
        *knowing.NOTICES,
        *conduct.NOTICES,
        NoticeType(
            "risk.raised",
            "Safehub: {reference} needs you now",
            "{reference} says that a child may be at immediate risk. Sign in and take it in hand.",
        ),
        NoticeType(
            "return.sent_back",
            "Safehub: {reference} was sent back to you",
            "{reference} was sent back by your agency's sign-off, with a reason. Sign in, read it "
            "and answer again.",
        ),
        NoticeType(
            "case.auditor_in_conflict",
            "Safehub: {reference} wants another auditor",
            "{reference} cannot be audited by whom your agency chose, because of a conflict of "
            "interest. Sign in and say who audits it.",
        ),
        NoticeType(
            "workbook.at_risk",
            "Safehub: {reference} needs you now",
            "A workbook that says that a child is at immediate risk was sent in for {reference}. "
            "Sign in and ask its agency at once.",
        ),
    ),
    fields={
        **knowing.FIELDS,
        **conduct.FIELDS,
        **sources.FIELDS,
        **{
            f"return.{name}": _ADMINISTRATIVE
            for name in ("id", "participant", "case", "position", "settled")
        },
        "return.respondent": FieldRule(FieldClass.THIRD_PARTY, _PAPERS),
        **{
            f"returnversion.{name}": _ADMINISTRATIVE
            for name in (
                *("id", "audit_return", "number", "status", "known", "is_latest", "tool_version"),
                "submitted_at",
            )
        },
        "returnversion.submitted_by": FieldRule(FieldClass.STAFF, _PAPERS),
        **{
            f"signoff.{name}": _ADMINISTRATIVE for name in ("id", "version", "outcome", "signed_at")
        },
        **{
            f"allocation.{name}": _ADMINISTRATIVE
            for name in ("id", "participant", "case", "allocated_at", "ended_at")
        },
        **{
            f"allocation.{name}": FieldRule(FieldClass.STAFF, _PAPERS)
            for name in ("auditor", "holder", "allocated_by")
        },
        "signoff.reason": _OPINION,
        "signoff.signed_by": FieldRule(FieldClass.STAFF, _PAPERS),
        **{f"sentin.{name}": _ADMINISTRATIVE for name in ("id", "working", "audit_return")},
        **{
            f"workingreturn.{name}": _WORKING_PAPER
            for name in (
                "id",
                "participant",
                "case",
                "tool_version",
                "based_on",
                "edition",
                "started_at",
                "updated_at",
            )
        },
        "workingreturn.respondent": FieldRule(FieldClass.THIRD_PARTY, _UNTIL_SUBMITTED),
        "workingreturn.answers": FieldRule(FieldClass.OPINION, _UNTIL_SUBMITTED),
        "workingreturn.set_aside": FieldRule(FieldClass.OPINION, _UNTIL_SUBMITTED),
        "workingreturn.updated_by": FieldRule(FieldClass.STAFF, _UNTIL_SUBMITTED),
        **{f"returnanswerer.{name}": _ADMINISTRATIVE for name in ("id", "working", "version")},
        "returnanswerer.person": FieldRule(FieldClass.STAFF, _PAPERS),
        **{
            f"returnevidence.{name}": _ADMINISTRATIVE
            for name in ("id", "working", "audit_return", "column", "size", "added_at")
        },
        **{
            f"riskalert.{name}": _ADMINISTRATIVE
            for name in (
                "id",
                "participant",
                "case",
                "audit_return",
                "raised_at",
                "acknowledged_at",
                "concluded_at",
            )
        },
        **{f"riskalert.{name}": _OPINION for name in ("what", "outcome")},
        **{
            f"riskalert.{name}": FieldRule(FieldClass.STAFF, _PAPERS)
            for name in ("raised_by", "acknowledged_by", "concluded_by")
        },
        **{
            f"sentworkbook.{name}": _WORKING_PAPER
            for name in ("id", "audit", "membership", "size", "sent_at", "taken_at")
        },
        "sentworkbook.sha256": FieldRule(FieldClass.SECRET, _UNTIL_SUBMITTED),
        "sentworkbook.name": FieldRule(FieldClass.OPINION, _UNTIL_SUBMITTED),
        # What a file is called may tell what is in it.
        "returnevidence.name": _OPINION,
        "returnevidence.sha256": FieldRule(FieldClass.SECRET, _PAPERS),
        "returnversion.response": _OPINION,
        "returnversion.not_asked": _OPINION,
        **{
            f"summativereport.{name}": _ADMINISTRATIVE for name in ("id", "participant", "position")
        },
        "summativereport.overview": _OPINION,
        **{
            f"summativestatement.{name}": _ADMINISTRATIVE
            for name in ("id", "report", "kind", "position", "theme")
        },
        "summativestatement.text": _OPINION,
        "summativestatement.owner": _OPINION,
        **{f"printednumber.{name}": _ADMINISTRATIVE for name in ("id", "report", "position")},
        **{f"printednumber.{name}": _AGGREGATE for name in ("figure", "count", "of")},
    },
    parts={
        **knowing.PARTS,
        **sources.PARTS,
        "returns.returnversion": "returns.return",
        "returns.returnevidence": "returns.return",
        "returns.returnanswerer": "returns.return",
        "returns.allocation": "sampling.case",
        "returns.signoff": "returns.return",
        "returns.sentin": "returns.return",
        "returns.sentworkbook": "returns.workingreturn",
        "returns.summativestatement": "returns.summativereport",
        "returns.printednumber": "returns.summativereport",
    },
)
