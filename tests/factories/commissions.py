"""Commissions as they stand on pages: begun, written in full, waiting for a signature."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.test import Client

from factories.browsers import browser
from factories.people import make_agency, make_membership, make_person, make_viewer, operator
from factories.people import sign_in as signed_in
from factories.tools import SHEETS, Office
from safehub.audit.programmes.commissioning import commands
from safehub.audit.programmes.models import Audit, CommissionDraft, PlannedAudit
from safehub.audit.programmes.planning.commands import plan_audit
from safehub.audit.programmes.terms import Kind
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Role
from safehub.instruments.models import ToolVersion
from safehub.register.agencies.models import Agency

GRADED, GOOD = "grade", "good"


def whole(tool: ToolVersion, agencies: list[Agency]) -> dict[str, Any]:
    """All that a commission needs."""
    return {
        "period_from": dt.date(2026, 4, 1),
        "period_to": dt.date(2026, 9, 30),
        "reason": "The last audit found gaps.",
        "owner": "Head of safeguarding",
        "commissioned_by": "Quality assurance subgroup",
        "key_lines_of_enquiry": ["Was the child heard?"],
        "themes": [["voice", "The child's voice", True], ["plans", "Plans", False]],
        "agencies": [[one.pk, ""] for one in agencies],
        "tool_version": tool,
        "sample_size": 2,
        "sample_reserve": 1,
        "starts_on": dt.date(2026, 11, 2),
    }


def waiting_commission(audit: Audit) -> CommissionDraft:
    """One of the audit's partnership that waits, with the audit's own tool and agencies."""
    by = operator()
    draft = commands.start_commission(
        title="The next audit", kind=Kind.THEMED, by=by, partnership=audit.partnership
    )
    agencies = list(audit.partnership.agencies.filter(is_office=False).order_by("pk"))
    draft = commands.write_commission(
        draft=draft, changes=whole(audit.tool_version, agencies), by=by
    )
    return commands.ask_for_signature(draft=draft, by=by)


def planned_audit(audit: Audit) -> PlannedAudit:
    """One on a theme that the audit had."""
    theme = audit.themes.order_by("position").first()
    return plan_audit(
        title="The year after",
        theme=theme.name if theme else "Plans",
        origin="audit",
        origin_words="Gap 1a",
        begins_on=dt.date(2027, 1, 11),
        by=operator(),
        partnership=audit.partnership,
    )


class Commissioning:
    """The office of Meadowshire with Edie, Fay her fellow coordinator, and Hal who commissions."""

    def __init__(self) -> None:
        self.office = Office()
        self.police = make_agency("police", name="The police")
        self.schools = make_agency("schools", name="Schools")
        self.tool = self.office.version(SHEETS)
        self.fay = self._member("Fay", Role.AUDIT_COORDINATOR, self.office.agency)
        self.hal = self._member("Hal", Role.COMMISSIONER, self.police)

    @staticmethod
    def _member(name: str, role: Role, agency: Agency) -> Any:
        person = make_person(name, email=f"{name.lower()}@example.org", agency=agency)
        return make_membership(person, agency, role)

    @property
    def edie(self) -> Viewer:
        return self.office.viewer

    def viewer(self, member: Any) -> Viewer:
        return make_viewer(member)

    def client(self, member: Any) -> Client:
        return signed_in(browser(), member.person, member)

    def begun(self) -> CommissionDraft:
        """A draft with nothing but its title."""
        return commands.start_commission(title="Voices 2027", kind=Kind.THEMED, by=self.edie)

    def written(self, **changes: Any) -> CommissionDraft:
        """A draft with all that it needs, by Edie."""
        agencies = [self.police, self.schools]
        return commands.write_commission(
            draft=self.begun(), changes={**whole(self.tool, agencies), **changes}, by=self.edie
        )

    def waiting(self, **changes: Any) -> CommissionDraft:
        """One that Edie wrote and that waits for a signature."""
        return commands.ask_for_signature(draft=self.written(**changes), by=self.edie)

    def signed(self, **changes: Any) -> CommissionDraft:
        """One that Fay has signed."""
        draft = self.waiting(**changes)
        return commands.sign_commission(
            draft=draft, edition=draft.edition, name="Fay, coordinator", by=self.viewer(self.fay)
        )
