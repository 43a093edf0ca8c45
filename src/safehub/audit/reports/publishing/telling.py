"""Telling those who took part, and the board, that a report is published: by reference alone."""

from __future__ import annotations

from django.urls import reverse

from safehub.audit.reports.models import ReportVersion
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.outbox.commands import tell
from safehub.foundation.records import ref_of
from safehub.register.accounts.models import Person
from safehub.register.accounts.queries import holding_in
from safehub.register.agencies.queries import office_of

_IN_AGENCIES = (Role.AGENCY_COORDINATOR, Role.SAFEGUARDING_LEAD, Role.BOARD_MEMBER)


def tell_of(report: ReportVersion) -> int:
    """Tell the coordinators and leads of the agencies, and board members. Returns how many.

    Each person once, whatever their roles, and nobody in conflict with it. What is learnt is sent
    to agencies apart from this, in words of its own (audit/meetings/learning).
    """
    on = ref_of(report)
    people: dict[int, Person] = {}
    for agency in report.audit.participants.values_list("agency", flat=True):
        people |= {one.pk: one for one in holding_in(agency, _IN_AGENCIES, on=on)}
    office = office_of(report.audit.partnership_id)
    if office is not None:
        people |= {one.pk: one for one in holding_in(office, (Role.BOARD_MEMBER,), on=on)}
    for key, person in people.items():
        tell(
            "report.published",
            to=person.email,
            reference=report.audit.reference,
            link=reverse("audit:report", args=[report.audit.reference, report.number]),
            about=on,
            once=f"report.published.{report.pk}.{key}",
        )
    return len(people)
