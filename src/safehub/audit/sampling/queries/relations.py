"""How a viewer stands to a case, and to a referral of a frame, as conditions in SQL."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Exists, OuterRef, Q

from safehub.audit.programmes.queries.standing import ALL, takes_part
from safehub.audit.sampling.models import Draw
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Relation, Role
from safehub.register.agencies.models import Agency
from safehub.register.agencies.queries import runs


def answered_not_known(viewer: Viewer, case: str = "pk") -> Q:
    """The viewer's agency, or its own unit of it, has said that it does not know the child.

    That answer closes its view of who the child is. One respondent who knows the child keeps it
    open for the whole agency.
    """
    agency = Agency.objects.filter(Q(pk=viewer.organisation))
    answers = {
        "participations__returns__case": OuterRef(case),
        "participations__returns__versions__is_latest": True,
    }
    unit = {"participations__returns__respondent": viewer.unit} if viewer.unit else {}
    said = "participations__returns__versions__known"
    known = agency.filter(**answers, **unit, **{said: "yes"})
    not_known = agency.filter(**answers, **unit, **{said: "no"})
    return Q(Exists(not_known)) & ~Q(Exists(known))


def allocated(viewer: Viewer, case: str = "pk") -> Q:
    """To an agency auditor: the case is allocated to them by the agency. To others: any case.

    `case` leads to the key of the case.
    """
    if viewer.role is not Role.AGENCY_AUDITOR:
        return ALL
    theirs = Agency.objects.filter(
        Q(pk=viewer.organisation),
        participations__allocations__case=OuterRef(case),
        participations__allocations__auditor=viewer.person or 0,
        participations__allocations__ended_at=None,
    )
    return Q(Exists(theirs))


def in_sample() -> Q:
    """Drawn, not held in reserve, by the draw that is the sample."""
    later = Draw.objects.filter(audit=OuterRef("draw__audit"), number__gt=OuterRef("draw__number"))
    return Q(number__isnull=False) & ~Q(Exists(later))


def case_relations(viewer: Viewer) -> Mapping[Relation, Q]:
    """Of the office, asked of an agency, or closed to it again."""
    asked = takes_part(viewer, "draw__audit") & in_sample() & allocated(viewer)
    closed = answered_not_known(viewer) | Q(withdrawal_position__isnull=False)
    return {
        Relation.OWNER: runs(viewer, "draw__audit__partnership"),
        Relation.ASKED: asked & ~closed,
        Relation.EXPIRED: asked & closed,
    }


def frame_referral_relations(viewer: Viewer) -> Mapping[Relation, Q]:
    """Of the office alone."""
    return {Relation.OWNER: runs(viewer, "frame__audit__partnership")}
