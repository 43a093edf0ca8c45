"""Who may see a case, and who the link from its number to a child."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Exists, OuterRef, Q

from safehub.audit.programmes.standing import (
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
    runs,
    takes_part,
)
from safehub.audit.sampling.models import Draw
from safehub.foundation.access.policy import Action, FieldRule, Grant, Kind
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass, Relation
from safehub.foundation.declarations import Declares
from safehub.foundation.trail.events import EventType
from safehub.register.agencies.models import Agency

_PAPERS = "as long as the board sets for audit working papers; 6 years unless it says otherwise"
# The link from a case number to a child is wanted until the report is out, and no longer.
_LINK = "until the report is published, then cut; audit working papers are kept pseudonymised"
_ADMINISTRATIVE = FieldRule(FieldClass.ADMINISTRATIVE, _PAPERS)
_IDENTITY = FieldRule(FieldClass.IDENTITY, _LINK)

_EXPIRED = frozenset({Relation.EXPIRED})


def answered_not_known(viewer: Viewer, case: str = "pk") -> Q:
    """The viewer's agency, or its own unit of it, has said that it does not know the child.

    That answer closes its view of who the child is. One respondent who knows the child keeps it
    open for the whole agency.
    """
    agency = Agency.objects.filter(pk=viewer.organisation or 0)
    answers = {
        "participations__returns__case": OuterRef(case),
        "participations__returns__versions__is_latest": True,
    }
    unit = {"participations__returns__respondent": viewer.unit} if viewer.unit else {}
    said = "participations__returns__versions__known"
    known = agency.filter(**answers, **unit, **{said: "yes"})
    not_known = agency.filter(**answers, **unit, **{said: "no"})
    return Q(Exists(not_known)) & ~Q(Exists(known))


def in_sample() -> Q:
    """Drawn, not held in reserve, by the draw that is the sample."""
    later = Draw.objects.filter(audit=OuterRef("draw__audit"), number__gt=OuterRef("draw__number"))
    return Q(number__isnull=False) & ~Q(Exists(later))


def _case(viewer: Viewer) -> Mapping[Relation, Q]:
    asked = takes_part(viewer, "draw__audit") & in_sample()
    closed = answered_not_known(viewer) | Q(withdrawal_position__isnull=False)
    return {
        Relation.OWNER: runs(viewer, "draw__audit__partnership"),
        Relation.ASKED: asked & ~closed,
        Relation.EXPIRED: asked & closed,
    }


def _frame_referral(viewer: Viewer) -> Mapping[Relation, Q]:
    return {Relation.OWNER: runs(viewer, "frame__audit__partnership")}


# Who may learn which child a case is. Moderators, chair and scrutineer work from the number alone.
LINK = (
    Grant(COORDINATOR, OWNER),
    Grant(AGENCY, ASKED),
    Grant(INSPECTOR, SHARED),
)

DECLARES = Declares(
    kinds=(
        Kind(
            "sampling.case",
            "a case",
            "case.see",
            _case,
            classes={FieldClass.IDENTITY: LINK, FieldClass.PROTECTED: LINK},
            within={"programmes.audit": "draw__audit"},
            status=lambda: audit_status("draw__audit"),
        ),
        Kind(
            "sampling.framereferral",
            "a referral of a frame",
            "frame.see",
            _frame_referral,
            classes={
                FieldClass.IDENTITY: (Grant(COORDINATOR, OWNER),),
                FieldClass.PROTECTED: (Grant(COORDINATOR, OWNER),),
            },
            within={"programmes.audit": "frame__audit"},
            status=lambda: audit_status("frame__audit"),
        ),
    ),
    actions=(
        Action(
            "case.see",
            "see a case by its number",
            "looked at the case",
            (
                Grant(COORDINATOR, OWNER),
                Grant(MODERATOR | CHAIR, PART | _EXPIRED),
                Grant(SCRUTINEER, PART | _EXPIRED, IS_OPENED),
                Grant(AGENCY, ASKED | _EXPIRED),
                Grant(INSPECTOR, SHARED),
            ),
            kind="sampling.case",
        ),
        Action(
            "case.see_link",
            "see which child a case is",
            "looked at which child the case is",
            LINK,
            kind="sampling.case",
        ),
        Action(
            "frame.see",
            "see a frame",
            "looked at the frame",
            (Grant(COORDINATOR, OWNER),),
            kind="sampling.framereferral",
        ),
    ),
    events=(
        EventType("frame.kept", "took in the frame of the audit"),
        EventType("sample.drawn", "drew the sample"),
        EventType("case.withdrawn", "withdrew cases from the sample"),
    ),
    fields={
        **{
            f"frame.{name}": _ADMINISTRATIVE
            for name in (
                "id",
                "audit",
                "file_name",
                "sha256",
                "is_neutralised",
                "columns",
                "outside_period",
            )
        },
        **{
            f"framereferral.{name}": _ADMINISTRATIVE
            for name in ("id", "frame", "position", "exclusion_position")
        },
        **{
            f"framereferral.{name}": _IDENTITY
            for name in ("referral_id", "child_id", "referred_on", "exclusion_reason")
        },
        # Boards put addresses and schools into further columns: the strictest class holds for all.
        "framereferral.further": FieldRule(FieldClass.PROTECTED, _LINK),
        **{
            f"draw.{name}": _ADMINISTRATIVE
            for name in ("id", "audit", "number", "plan", "strata", "size", "seed")
        },
        **{
            f"case.{name}": _ADMINISTRATIVE
            for name in (
                "id",
                "draw",
                "position",
                "number",
                "is_reserve",
                "withdrawal_position",
                "replaces",
            )
        },
        "case.referral": _IDENTITY,
        # A number tells nothing of its stratum, so that who sees the number learns nothing more.
        "case.stratum": _IDENTITY,
        "case.withdrawal_reason": _IDENTITY,
    },
    parts={"sampling.frame": "programmes.audit", "sampling.draw": "programmes.audit"},
)
