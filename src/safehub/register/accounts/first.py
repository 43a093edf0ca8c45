"""Adding and inviting in one step, at the machine: how an installation gets its first people."""

from __future__ import annotations

from django.db import transaction

from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.errors import NotFound
from safehub.register.accounts.commands import add_membership, add_person
from safehub.register.accounts.invitations.commands import invite_at_the_machine
from safehub.register.accounts.queries import person_by_email
from safehub.register.agencies.commands import register_partnership
from safehub.register.agencies.models import OFFICE_CODE
from safehub.register.agencies.queries import agency_by_code


@transaction.atomic
def invite_first(
    *, email: str, name: str, board: str, agency: str | None, role: Role, by: Viewer
) -> str:
    """Add the person, give the role in the agency (else the office), invite: the link's path.

    Somebody who is known already gets the role. Raises NotFound for an agency that is not there,
    NotAllowed and NotPossible as the commands do.
    """
    partnership = register_partnership(name=board, by=by)
    place = agency_by_code(partnership.name, agency or OFFICE_CODE)
    if place is None:
        raise NotFound(
            f"{board} has no agency with the code {agency}: agencies come with the first audit "
            "that they take part in. Leave --agency out for the partnership's office."
        )
    person = person_by_email(email) or add_person(email=email, name=name, agency=place, by=by)
    add_membership(person=person, agency=place, role=role, by=by)
    return invite_at_the_machine(person=person, by=by)
