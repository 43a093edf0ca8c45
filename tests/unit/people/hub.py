"""People who work at a hub, and whoever else may come to the register's door."""

from __future__ import annotations

from django.test import Client

from factories.browsers import browser
from factories.people import make_agency, make_membership, make_person, make_viewer, sign_in
from safehub.foundation.access.guarding.commands import name_person, protect_record
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Role, Sensitivity
from safehub.foundation.records import ref_of
from safehub.register.accounts.models import Membership
from safehub.register.people.models import Individual


class Hub:
    """One agency, with somebody in each role as they are asked for."""

    def __init__(self) -> None:
        self.agency = make_agency("CSC", name="Social Care")
        self.members: dict[Role, Membership] = {}

    def member(self, role: Role) -> Membership:
        if role not in self.members:
            person = make_person(role.value.capitalize(), agency=self.agency)
            self.members[role] = make_membership(person, self.agency, role)
        return self.members[role]

    def viewer(self, role: Role = Role.HUB_COORDINATOR) -> Viewer:
        return make_viewer(self.member(role))

    def client(self, role: Role = Role.HUB_COORDINATOR) -> Client:
        member = self.member(role)
        return sign_in(browser(), member.person, member)

    def seal(self, one: Individual) -> None:
        """The decision-maker becomes its only guardian, by another decision-maker's hand."""
        other = make_person("Sealer", agency=self.agency)
        by = make_viewer(make_membership(other, self.agency, Role.HUB_DECISION_MAKER))
        guardian = self.member(Role.HUB_DECISION_MAKER).person_id
        name_person(on=ref_of(one), person=guardian, by=by)
        protect_record(
            on=ref_of(one), sensitivity=Sensitivity.SEALED, reason="A safe address", by=by
        )
