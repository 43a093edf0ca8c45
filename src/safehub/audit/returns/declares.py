"""Who may see a return and a summative report: only its agency until the round is opened."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Exists, OuterRef, Q

from safehub.audit.programmes.standing import (
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
    runs,
    takes_part,
)
from safehub.audit.returns.models import ReturnStatus, ReturnVersion
from safehub.foundation.access.policy import Action, FieldRule, Grant, Kind
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass, Relation, Role
from safehub.foundation.declarations import Declares
from safehub.foundation.trail.events import EventType

_PAPERS = "as long as the board sets for audit working papers; 6 years unless it says otherwise"
_ADMINISTRATIVE = FieldRule(FieldClass.ADMINISTRATIVE, _PAPERS)
_OPINION = FieldRule(FieldClass.OPINION, _PAPERS)
_AGGREGATE = FieldRule(FieldClass.AGGREGATE, _PAPERS)

_AUDITOR = frozenset({Role.AGENCY_AUDITOR})


def _own(viewer: Viewer, participant: str) -> Q:
    return Q(**{f"{participant}__agency": viewer.organisation})


def _return(viewer: Viewer) -> Mapping[Relation, Q]:
    """Own, the audit's office's once it is submitted, or that of an agency in the same audit."""
    mine = _own(viewer, "participant")
    # A practice answers for itself: another's return is another's patient.
    own = mine & Q(respondent=viewer.unit) if viewer.unit else mine
    submitted = ReturnVersion.objects.filter(
        audit_return=OuterRef("pk"), is_latest=True, status=ReturnStatus.SUBMITTED
    )
    office = runs(viewer, "participant__audit__partnership")
    if viewer.role is not Role.LOCAL_OPERATOR:
        office &= Q(Exists(submitted))
    return {
        Relation.OWNER: own,
        Relation.SHARED: office,
        Relation.ASKED: takes_part(viewer, "participant__audit") & ~mine & Q(Exists(submitted)),
    }


def _summative(viewer: Viewer) -> Mapping[Relation, Q]:
    mine = _own(viewer, "participant")
    own = mine & Q(pk__in=[]) if viewer.unit else mine
    return {
        Relation.OWNER: own,
        Relation.SHARED: runs(viewer, "participant__audit__partnership"),
        Relation.ASKED: takes_part(viewer, "participant__audit") & ~mine,
    }


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
            _return,
            classes={FieldClass.OPINION: _WHO, FieldClass.THIRD_PARTY: _RESPONDENT},
            within={"sampling.case": "case", "programmes.audit": "participant__audit"},
            status=lambda: audit_status("participant__audit"),
            own_work=lambda viewer: _own(viewer, "participant"),
        ),
        Kind(
            "returns.summativereport",
            "a summative report",
            "summative.see",
            _summative,
            classes={FieldClass.OPINION: _WHO, FieldClass.AGGREGATE: _WHO},
            within={"programmes.audit": "participant__audit"},
            status=lambda: audit_status("participant__audit"),
            own_work=lambda viewer: _own(viewer, "participant"),
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
