"""Who may read a report, and take it away."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Q

from safehub.audit.programmes.queries.standing import (
    AGENCY,
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
from safehub.foundation.trail.events import EventType
from safehub.register.agencies.queries import runs

_KEPT = "10 years"
_ADMINISTRATIVE = FieldRule(FieldClass.ADMINISTRATIVE, _KEPT)
_AGGREGATE = FieldRule(FieldClass.AGGREGATE, _KEPT)


def _relations(viewer: Viewer) -> Mapping[Relation, Q]:
    return {
        Relation.OWNER: runs(viewer, "audit__partnership"),
        Relation.ASKED: takes_part(viewer, "audit"),
    }


# Not those who see aggregates only: no number of a report is suppressed, and nobody has yet chosen
# to publish it.
_WHO = (
    Grant(COORDINATOR, OWNER),
    Grant(MODERATOR | CHAIR, PART),
    Grant(SCRUTINEER, PART, IS_OPENED),
    Grant(AGENCY, ASKED, IS_OPENED),
    Grant(INSPECTOR, SHARED),
)

DECLARES = Declares(
    kinds=(
        Kind(
            "reports.reportversion",
            "a report",
            "report.see",
            _relations,
            classes={FieldClass.AGGREGATE: _WHO, FieldClass.OPINION: _WHO},
            within={"programmes.audit": "audit"},
            status=lambda: audit_status("audit"),
            lasts=True,
        ),
    ),
    actions=(
        Action(
            "report.see", "read a report", "read the report", _WHO, kind="reports.reportversion"
        ),
        Action(
            "report.download",
            "download a report",
            "downloaded the report",
            _WHO,
            kind="reports.reportversion",
            leaves=True,
        ),
    ),
    events=(EventType("report.made", "made the report"),),
    fields={
        **{
            f"reportversion.{name}": _ADMINISTRATIVE
            for name in ("id", "audit", "number", "previous_audit", "sha256", "made_at")
        },
        # The meeting's findings stand in it, so it is more than numbers.
        "reportversion.report_json": FieldRule(FieldClass.OPINION, _KEPT),
        "reportversion.document": FieldRule(FieldClass.OPINION, _KEPT),
        **{
            f"standingfigures.{name}": _ADMINISTRATIVE
            for name in ("id", "audit", "position", "agency", "token", "derived_at")
        },
        "standingfigures.headline": _AGGREGATE,
        "standingfigures.figures": _AGGREGATE,
        **{
            f"reportfigure.{name}": _ADMINISTRATIVE
            for name in ("id", "report", "position", "unit", "definition")
        },
        **{
            f"reportfigure.{name}": _AGGREGATE
            for name in (
                "figure",
                "agency",
                "question",
                "answer",
                "n",
                "of",
                "percent",
                "low",
                "high",
                "low_fpc",
                "high_fpc",
            )
        },
    },
    parts={
        "reports.standingfigures": "programmes.audit",
        "reports.reportfigure": "reports.reportversion",
    },
)
