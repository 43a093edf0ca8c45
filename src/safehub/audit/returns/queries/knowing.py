"""How a viewer stands to a question whether a child is known, as conditions in SQL."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Exists, OuterRef, Q

from safehub.audit.returns.models import KnownAnswer, ReturnVersion
from safehub.audit.sampling.models import Draw
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Relation
from safehub.instruments.tools import NO, YES
from safehub.register.agencies.queries import runs


def is_asked() -> Q:
    """The case is of the sample as it was last drawn, and not withdrawn."""
    later = Draw.objects.filter(
        audit=OuterRef("case__draw__audit"), number__gt=OuterRef("case__draw__number")
    )
    return Q(case__number__isnull=False, case__withdrawal_position=None) & ~Q(Exists(later))


def returned(*said: str) -> Q:
    """One of the agency's latest returns on the case says one of these, whichever unit it is of."""
    versions = ReturnVersion.objects.filter(
        audit_return__participant=OuterRef("participant"),
        audit_return__case=OuterRef("case"),
        is_latest=True,
        known__in=said,
    )
    return Q(Exists(versions))


def is_open() -> Q:
    """Asked, and settled neither by an answer nor by a return."""
    unsettled = Q(answer__in=["", KnownAnswer.CANNOT_TELL])
    return is_asked() & unsettled & ~returned(YES, NO)


def knowing_relations(viewer: Viewer) -> Mapping[Relation, Q]:
    """The agency's as a whole, never one unit's; and the office's, which learns what was said."""
    mine = Q(participant__agency=viewer.organisation)
    if viewer.unit:
        mine &= Q(pk__in=[])
    return {
        Relation.OWNER: mine & is_open(),
        Relation.EXPIRED: mine & ~is_open(),
        Relation.SHARED: runs(viewer, "participant__audit__partnership"),
    }
