"""How a viewer stands to a return, and to a summative report, as conditions in SQL."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Exists, OuterRef, Q

from safehub.audit.programmes.queries.standing import takes_part
from safehub.audit.returns.models import ReturnAnswerer, ReturnSource, ReturnStatus, ReturnVersion
from safehub.audit.sampling.queries.relations import allocated
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Relation, Role
from safehub.register.agencies.queries import runs


def own(viewer: Viewer, participant: str) -> Q:
    """Of the viewer's agency; the path leads to the participant."""
    return Q(**{f"{participant}__agency": viewer.organisation})


def return_relations(viewer: Viewer) -> Mapping[Relation, Q]:
    """Own, the audit's office's once it is submitted, or that of an agency in the same audit."""
    mine = own(viewer, "participant")
    # A practice answers for itself: another's return is another's patient.
    its_own = mine & Q(respondent=viewer.unit) if viewer.unit else mine
    theirs = allocated(viewer, "case")
    submitted = ReturnVersion.objects.filter(
        audit_return=OuterRef("pk"), is_latest=True, status=ReturnStatus.SUBMITTED
    )
    office = runs(viewer, "participant__audit__partnership")
    if viewer.role is not Role.LOCAL_OPERATOR:
        office &= Q(Exists(submitted))
    return {
        Relation.OWNER: its_own & theirs,
        Relation.SHARED: office,
        Relation.ASKED: takes_part(viewer, "participant__audit")
        & ~mine
        & Q(Exists(submitted))
        & theirs,
    }


def working_relations(viewer: Viewer) -> Mapping[Relation, Q]:
    """Its own agency's, or its own unit's; the office's, which learns that it is begun alone."""
    mine = own(viewer, "participant")
    its_own = mine & Q(respondent=viewer.unit) if viewer.unit else mine
    return {
        Relation.OWNER: its_own & allocated(viewer, "case"),
        Relation.SHARED: runs(viewer, "participant__audit__partnership"),
    }


def return_own_work(viewer: Viewer) -> Q:
    """What they submitted, answered any of or recorded a source of; and to who does not sign off,
    all of their agency.

    Sign-off is an agency looking at its own return; anybody else who weighs one is to be from
    elsewhere.
    """
    sent = ReturnVersion.objects.filter(
        audit_return=OuterRef("pk"), is_latest=True, submitted_by=viewer.person or 0
    )
    answered = ReturnAnswerer.objects.filter(
        version__audit_return=OuterRef("pk"), version__is_latest=True, person=viewer.person or 0
    )
    heard = ReturnSource.objects.filter(
        audit_return=OuterRef("pk"), added_by=viewer.person or 0
    ).order_by()
    theirs = Q(Exists(sent)) | Q(Exists(answered)) | Q(Exists(heard))
    if viewer.role is Role.AGENCY_SIGN_OFF:
        return theirs
    return theirs | own(viewer, "participant")


def risk_relations(viewer: Viewer) -> Mapping[Relation, Q]:
    """Its own agency's, of a unit only what it raised itself; and the audit's office's."""
    mine = own(viewer, "participant")
    raised = Q(raised_by=viewer.person or 0)
    its_own = mine & raised if viewer.unit else mine & (raised | allocated(viewer, "case"))
    return {
        Relation.OWNER: its_own,
        Relation.SHARED: runs(viewer, "participant__audit__partnership"),
    }


def summative_relations(viewer: Viewer) -> Mapping[Relation, Q]:
    """As a return; no single unit of an agency owns what the agency says of itself."""
    mine = own(viewer, "participant")
    its_own = mine & Q(pk__in=[]) if viewer.unit else mine
    return {
        Relation.OWNER: its_own,
        Relation.SHARED: runs(viewer, "participant__audit__partnership"),
        Relation.ASKED: takes_part(viewer, "participant__audit") & ~mine,
    }
