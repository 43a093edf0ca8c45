"""Reading who audits which case of an agency."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from safehub.audit.programmes.models import Audit, Participant
from safehub.audit.returns.models import Allocation
from safehub.audit.sampling.models import Case
from safehub.audit.sampling.queries import cases_drawn
from safehub.foundation.access.decision import open_record, visible_to
from safehub.foundation.access.queries.conflicting import shut_out
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Role
from safehub.register.accounts.models import Membership, Person
from safehub.register.accounts.queries import holding


@dataclass
class Allocated:
    """A case, and who audits it for the agency, by name; apart from who turned out not to."""

    pk: int
    number: str
    auditors: list[str] = field(default_factory=list)
    in_conflict: list[str] = field(default_factory=list)


def allocations_of(viewer: Viewer, audit: Audit, participant: Participant) -> list[Allocated]:
    """The cases that the viewer may allocate, by number, with who audits each. Three queries."""
    drawn = cases_drawn(audit).filter(number__isnull=False, withdrawal_position__isnull=True)
    found = {
        pk: Allocated(pk, number or "")
        for pk, number in visible_to(viewer, "case.allocate", drawn)
        .order_by("number")
        .values_list("pk", "number")
    }
    live = Allocation.objects.filter(participant=participant, ended_at=None)
    shut = shut_out("sampling.case", list(found))
    for case, auditor, name in live.order_by("auditor__name", "pk").values_list(
        "case", "auditor", "auditor__name"
    ):
        if case in found:
            one = found[case]
            (one.in_conflict if (case, auditor) in shut else one.auditors).append(name)
    return list(found.values())


def case_to_allocate(viewer: Viewer, audit: Audit, number: str) -> Case:
    """A case of the sample, opened to allocate it. Raises Absent and NotAllowed. Two queries."""
    cases = cases_drawn(audit).select_related("draw__audit")
    return open_record(viewer, "case.allocate", cases, number=number)


def cases_under_way(agency: int) -> list[tuple[Participant, list[Case]]]:
    """The cases that an agency is asked about in each round that is not opened. For a set-up.

    One query, and one for each round.
    """
    asked = Participant.objects.filter(agency=agency, audit__opened_at=None).select_related("audit")
    return [
        (
            one,
            list(cases_drawn(one.audit).filter(number__isnull=False, withdrawal_position=None)),
        )
        for one in asked
    ]


@dataclass(frozen=True)
class Standing:
    """Who audits a case now, and who holds it, by the keys of the persons."""

    auditors: frozenset[int]
    holder: int | None


def standing_of(participant: Participant, case: Case) -> Standing:
    """Of a case that was opened to allocate it. One query."""
    live = Allocation.objects.filter(participant=participant, case=case, ended_at=None)
    rows = list(live.values_list("auditor", "holder"))
    holders = [holder for _, holder in rows if holder is not None]
    return Standing(frozenset(one for one, _ in rows), holders[0] if holders else None)


def auditors_of(participant: Participant) -> list[Membership]:
    """The agency's auditors now, by name. One query."""
    return holding(participant.agency_id, [Role.AGENCY_AUDITOR])


def people_of(participant: Participant) -> list[Person]:
    """Everybody with a role in the agency now, by name: any may hold a case. One query."""
    return _once(one.person for one in holding(participant.agency_id, list(Role)))


def _once(people: Iterable[Person]) -> list[Person]:
    return list({one.pk: one for one in people}.values())
