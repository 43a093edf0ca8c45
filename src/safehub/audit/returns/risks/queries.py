"""Reading alerts of immediate risk."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import QuerySet

from safehub.audit.programmes.models import Audit, Participant
from safehub.audit.programmes.queries.standing import AGENCY
from safehub.audit.returns.models import RiskAlert
from safehub.audit.sampling.models import Case
from safehub.audit.sampling.queries import cases_drawn
from safehub.foundation.access.decision import open_record, visible_to
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.records import RecordRef, ref_of
from safehub.register.accounts.models import Person
from safehub.register.accounts.queries import answering_for


def _every() -> QuerySet[RiskAlert]:
    return RiskAlert.objects.select_related(
        "participant__audit", "case", "raised_by", "acknowledged_by", "concluded_by"
    )


def risks_of(viewer: Viewer, audit: Audit) -> list[RiskAlert]:
    """The alerts of an audit that the viewer may see, the latest first. One query."""
    found = _every().filter(participant__audit=audit)
    return list(visible_to(viewer, "risk.see", found).order_by("-raised_at", "-pk"))


def one_risk(viewer: Viewer, reference: str, key: int, action: str = "risk.see") -> RiskAlert:
    """One alert, opened. Raises Absent and NotAllowed. Two queries."""
    found = _every().filter(participant__audit__reference=reference)
    return open_record(viewer, action, found, pk=key)


def risks_waiting(viewer: Viewer) -> list[RiskAlert]:
    """The alerts that wait for the viewer to take in hand or to say what was done, oldest first.

    At most 100. One query.
    """
    found = _every().filter(concluded_at__isnull=True)
    return list(visible_to(viewer, "risk.conclude", found).order_by("raised_at", "pk")[:100])


def cases_to_choose(viewer: Viewer, audit: Audit) -> list[Case]:
    """The cases that the viewer may see, by number. One query."""
    drawn = cases_drawn(audit).filter(number__isnull=False)
    return list(visible_to(viewer, "case.see", drawn).order_by("number"))


def participants_to_choose(viewer: Viewer, audit: Audit) -> list[Participant]:
    """Whose safeguarding lead is told: of who answers for an agency, their own.

    Whoever reads several agencies' returns (the office, a moderator, the chair) says which,
    whatever agency they come from.
    """
    every = list(audit.participants.order_by("position"))
    own = [one for one in every if one.agency_id == viewer.organisation]
    return own if own and viewer.role in AGENCY else every


@dataclass(frozen=True)
class Answering:
    """Who can take a record of immediate risk in hand.

    `leads` are the agency's safeguarding leads, `stand_ins` its coordinators and sign-offs,
    `office` the audit's coordinators.
    """

    leads: tuple[Person, ...]
    stand_ins: tuple[Person, ...]
    office: tuple[Person, ...]

    def told(self, raiser: int | None, *, everybody: bool = False) -> tuple[Person, ...]:
        """Who is told: the leads and the office; for want of another lead the stand-ins too."""
        wider = everybody or self.lacks_a_lead(raiser)
        found = (*self.leads, *(self.stand_ins if wider else ()), *self.office)
        return tuple({one.pk: one for one in found}.values())

    def lacks_a_lead(self, raiser: int | None) -> bool:
        """Whether no lead is there but who raised it: nobody takes their own alert in hand."""
        return all(one.pk == raiser for one in self.leads)


def answering(on: RecordRef, partnership: int | None, of: Collection[int] = ()) -> Answering:
    """Who answers for an alert, or for what agencies `of` an audit sent in.

    Three queries, and two for each person.
    """
    leads, stand_ins, office = (
        tuple(answering_for(on, partnership, of=of if roles is not _OFFICE else (), roles=roles))
        for roles in (_LEADS, _STAND_INS, _OFFICE)
    )
    return Answering(leads, stand_ins, office)


def told_of(alert: RiskAlert) -> Answering:
    """Who answers for the alert now. Two queries for each."""
    return answering(ref_of(alert), alert.participant.audit.partnership_id)


_LEADS = (Role.SAFEGUARDING_LEAD,)
_STAND_INS = (Role.AGENCY_COORDINATOR, Role.AGENCY_SIGN_OFF)
_OFFICE = (Role.AUDIT_COORDINATOR,)
