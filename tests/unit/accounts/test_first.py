"""The first people of an installation, invited at the machine."""

from __future__ import annotations

from dataclasses import replace

import pytest

from factories.browsers import browser
from factories.people import make_membership, make_person, make_viewer, operator
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.errors import NotAllowed, NotFound, NotPossible
from safehub.register.accounts.first import invite_first
from safehub.register.accounts.invitations.commands import invite_at_the_machine
from safehub.register.accounts.models import Membership

pytestmark = pytest.mark.django_db


def _invite(**more: object) -> str:
    words = {"email": "edie@example.org", "name": "Edie", "board": "Ours", "agency": None}
    return invite_first(**{**words, "role": Role.SYSTEM_ADMINISTRATOR, "by": operator(), **more})  # type: ignore[arg-type]


def test_first_person_is_invited_into_the_office() -> None:
    path = _invite()
    member = Membership.objects.get()
    assert member.agency.is_office
    assert member.role == Role.SYSTEM_ADMINISTRATOR
    assert browser().get(path).status_code == 200


def test_agency_that_is_not_there_is_refused_whole() -> None:
    with pytest.raises(NotFound, match="has no agency with the code NOWHERE"):
        _invite(agency="NOWHERE")
    assert not Membership.objects.exists()


def test_second_role_of_somebody_with_a_password_sends_no_link() -> None:
    _invite()
    person = Membership.objects.get().person
    person.set_password("a long enough passphrase")
    person.save()
    with pytest.raises(NotPossible):
        _invite(role=Role.PRIVACY_OFFICER)


def test_link_is_never_handed_out_on_a_page() -> None:
    member = make_membership(role=Role.AGENCY_COORDINATOR)
    viewer = make_viewer(member)
    other = make_person("Ben", agency=member.agency)
    with pytest.raises(NotAllowed, match="at the machine alone"):
        invite_at_the_machine(person=other, by=viewer)
    # Not even by somebody who may do nothing there but calls it a command.
    with pytest.raises(NotAllowed):
        invite_at_the_machine(person=member.person, by=replace(viewer, via="page"))
