"""Who may see a case, and who the link from its number to a child."""

from __future__ import annotations

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
)
from safehub.audit.sampling.queries.relations import case_relations, frame_referral_relations
from safehub.foundation.access.policy import Action, FieldRule, Grant, Kind
from safehub.foundation.access.vocabulary import FieldClass, Relation
from safehub.foundation.declarations import Declares
from safehub.foundation.trail.events import EventType

_PAPERS = "as long as the board sets for audit working papers; 6 years unless it says otherwise"
# The link from a case number to a child is wanted until the report is out, and no longer.
_LINK = "until the report is published, then cut; audit working papers are kept pseudonymised"
_ADMINISTRATIVE = FieldRule(FieldClass.ADMINISTRATIVE, _PAPERS)
_IDENTITY = FieldRule(FieldClass.IDENTITY, _LINK)

_EXPIRED = frozenset({Relation.EXPIRED})


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
            case_relations,
            classes={FieldClass.IDENTITY: LINK, FieldClass.PROTECTED: LINK},
            within={"programmes.audit": "draw__audit"},
            status=lambda: audit_status("draw__audit"),
            lasts=True,
        ),
        Kind(
            "sampling.framereferral",
            "a referral of a frame",
            "frame.see",
            frame_referral_relations,
            classes={
                FieldClass.IDENTITY: (Grant(COORDINATOR, OWNER),),
                FieldClass.PROTECTED: (Grant(COORDINATOR, OWNER),),
            },
            within={"programmes.audit": "frame__audit"},
            status=lambda: audit_status("frame__audit"),
            lasts=True,
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
        EventType("frame.replaced", "put another frame in the place of the first"),
        EventType("frame.mapped", "said which columns of the frame tell who a child is"),
        EventType("frame.excluded", "kept a referral out of the draw"),
        EventType("frame.put_back", "let a referral be drawn after all"),
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
                "mapping",
            )
        },
        **{
            f"framereferral.{name}": _ADMINISTRATIVE
            for name in ("id", "frame", "position", "exclusion_position", "is_passed_over")
        },
        **{
            f"framereferral.{name}": _IDENTITY
            for name in ("referral_id", "child_id", "referred_on", "exclusion_reason")
        },
        # Boards put addresses and schools into further columns: the strictest class holds for all.
        "framereferral.further": FieldRule(FieldClass.PROTECTED, _LINK),
        **{
            f"draw.{name}": _ADMINISTRATIVE
            for name in (
                *("id", "audit", "number", "plan", "strata", "size", "seed"),
                "is_one_per_family",
            )
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
