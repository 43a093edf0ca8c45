"""Who may see a return and a summative report: only its agency until the round is opened."""

from __future__ import annotations

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
    SCRUTINEER,
    SHARED,
    audit_status,
)
from safehub.audit.returns.queries.relations import own, return_relations, summative_relations
from safehub.foundation.access.policy import Action, FieldRule, Grant, Kind
from safehub.foundation.access.vocabulary import FieldClass, Role
from safehub.foundation.declarations import Declares
from safehub.foundation.trail.events import EventType

_PAPERS = "as long as the board sets for audit working papers; 6 years unless it says otherwise"
_ADMINISTRATIVE = FieldRule(FieldClass.ADMINISTRATIVE, _PAPERS)
_OPINION = FieldRule(FieldClass.OPINION, _PAPERS)
_AGGREGATE = FieldRule(FieldClass.AGGREGATE, _PAPERS)

_AUDITOR = frozenset({Role.AGENCY_AUDITOR})


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
# Which practice or school answered: its own agency and those who run the audit.
_RESPONDENT = (Grant(AGENCY, OWNER), Grant(COORDINATOR, SHARED), Grant(MODERATOR, SHARED))

DECLARES = Declares(
    kinds=(
        Kind(
            "returns.return",
            "a return",
            "return.see",
            return_relations,
            classes={FieldClass.OPINION: _WHO, FieldClass.THIRD_PARTY: _RESPONDENT},
            within={"sampling.case": "case", "programmes.audit": "participant__audit"},
            status=lambda: audit_status("participant__audit"),
            own_work=lambda viewer: own(viewer, "participant"),
            lasts=True,
        ),
        Kind(
            "returns.summativereport",
            "a summative report",
            "summative.see",
            summative_relations,
            classes={FieldClass.OPINION: _WHO, FieldClass.AGGREGATE: _WHO},
            within={"programmes.audit": "participant__audit"},
            status=lambda: audit_status("participant__audit"),
            own_work=lambda viewer: own(viewer, "participant"),
            lasts=True,
        ),
    ),
    actions=(
        Action(
            "return.see",
            "open a return",
            "opened the return",
            _WHO,
            kind="returns.return",
            opens_by_glass=True,
        ),
        Action(
            "summative.see",
            "open a summative report",
            "opened the summative report",
            _WHO,
            kind="returns.summativereport",
        ),
    ),
    events=(
        EventType("returns.received", "took in returns"),
        EventType("summatives.received", "took in summative reports"),
        EventType("workbook.taken", "took in a filled workbook"),
    ),
    fields={
        **{f"return.{name}": _ADMINISTRATIVE for name in ("id", "participant", "case", "position")},
        "return.respondent": FieldRule(FieldClass.THIRD_PARTY, _PAPERS),
        **{
            f"returnversion.{name}": _ADMINISTRATIVE
            for name in ("id", "audit_return", "number", "status", "known", "is_latest")
        },
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
        "returns.returnversion": "returns.return",
        "returns.summativestatement": "returns.summativereport",
        "returns.printednumber": "returns.summativereport",
    },
)
