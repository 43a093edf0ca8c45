"""How a viewer stands to a second look at a return, as conditions in SQL."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Exists, OuterRef, Q, QuerySet

from safehub.audit.moderation.models import SecondLook
from safehub.audit.programmes.queries.standing import NOBODY, takes_part
from safehub.audit.returns.queries.relations import own
from safehub.audit.sampling.queries.relations import allocated
from safehub.foundation.access.models import GlassBreak
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Relation, Role
from safehub.register.accounts.models import Membership
from safehub.register.agencies.queries import runs

OF = "audit_return__participant"


def look_relations(viewer: Viewer) -> Mapping[Relation, Q]:
    """Of its own agency, or its own unit; of the office; of another agency in the audit."""
    mine = own(viewer, OF)
    its_own = mine & Q(audit_return__respondent=viewer.unit) if viewer.unit else mine
    theirs = allocated(viewer, "audit_return__case")
    return {
        Relation.OWNER: its_own & theirs,
        Relation.SHARED: runs(viewer, f"{OF}__audit__partnership"),
        Relation.ASKED: takes_part(viewer, f"{OF}__audit") & ~mine & theirs,
    }


# To these the first grades of a round show while it gathers: in the partnership, and anywhere.
_SHOWN = (Role.AUDIT_COORDINATOR, Role.MEETING_CHAIR)
_SHOWN_ANYWHERE = (Role.INSPECTOR,)


def own_looks(viewer: Viewer) -> Q:
    """Of an agency in which the person has, or ever had, a membership: they may have answered.

    And whatever they were shown the first grade of: a second one is given blind.
    """
    if viewer.person is None:
        return NOBODY
    theirs = Membership.objects.filter(person=viewer.person, agency=OuterRef(f"{OF}__agency"))
    return Q(Exists(theirs)) | shown_first(viewer)


def shown_first(viewer: Viewer) -> Q:
    """Those of which the first grade shows, or showed, to the person in another role.

    By what they were given and not by what they opened: nobody has to be watched, and a page that
    shows grades tomorrow is covered today.
    """
    if viewer.person is None:
        return NOBODY
    shown = _memberships_shown(viewer, OuterRef(f"{OF}__audit__partnership")).filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=OuterRef(f"{OF}__audit__commissioned_at"))
    )
    broke = GlassBreak.objects.filter(person=viewer.person)
    over = [
        Q(Exists(broke.filter(kind=kind, key=OuterRef(path))))
        for kind, path in (
            ("returns.return", "audit_return"),
            ("sampling.case", "audit_return__case"),
            ("programmes.audit", f"{OF}__audit"),
        )
    ]
    return Q(Exists(shown)) | over[0] | over[1] | over[2]


def shown_first_as(viewer: Viewer, look: SecondLook) -> Role | None:
    """The role in which its first grade shows to the person; None for another reason or none."""
    audit = look.audit_return.participant.audit
    held = _memberships_shown(viewer, audit.partnership_id).filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=audit.commissioned_at)
    )
    role = held.order_by("pk").values_list("role", flat=True).first()
    return Role(role) if role else None


def _memberships_shown(viewer: Viewer, partnership: object) -> QuerySet[Membership]:
    return Membership.objects.filter(
        Q(role__in=_SHOWN, agency__partnership=partnership) | Q(role__in=_SHOWN_ANYWHERE),
        person=viewer.person,
    )
