"""People, memberships and the viewers they make."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from factories.people import (
    make_agency,
    make_membership,
    make_partnership,
    make_person,
    make_viewer,
    operator,
)
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.errors import Absent, NotAllowed, NotFound, NotPossible
from safehub.register.accounts.commands import (
    add_membership,
    add_person,
    change_training_date,
    deactivate_person,
    end_membership,
    rename_person,
)
from safehub.register.accounts.queries import (
    membership_named,
    membership_to_act_under,
    viewer_of,
)

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 3, 10, 0, tzinfo=dt.UTC)


def test_viewer_of_membership_names_everything_by_key() -> None:
    membership = make_membership(role=Role.AGENCY_COORDINATOR, unit="Ward 3")
    viewer = viewer_of(membership, at=NOW, request_id="r", stepped_up_at=NOW, via="command")
    assert viewer.role is Role.AGENCY_COORDINATOR
    assert viewer.person == membership.person_id
    assert viewer.membership == membership.pk
    assert viewer.organisation == membership.agency_id
    assert viewer.partnership == membership.agency.partnership_id
    assert viewer.unit == "Ward 3"
    assert viewer.at == NOW
    assert viewer.stepped_up_at == NOW
    assert viewer.request_id == "r"
    assert viewer.via == "command"


def test_chosen_membership_that_ended_gives_way_to_the_first_that_holds() -> None:
    person = make_person()
    first = make_membership(person)
    second = make_membership(person, make_agency("health"))
    now = timezone.now()
    assert membership_to_act_under(person, second.pk, now) == second
    end_membership(membership=second, by=operator())
    assert membership_to_act_under(person, second.pk, timezone.now()) == first
    end_membership(membership=first, by=operator())
    assert membership_to_act_under(person, first.pk, timezone.now()) is None


def test_membership_of_somebody_else_is_never_acted_under() -> None:
    mine, theirs = make_membership(), make_membership()
    assert membership_to_act_under(mine.person, theirs.pk, timezone.now()) == mine


def test_membership_is_named_by_address_and_role() -> None:
    person = make_person("Cara", email="cara@example.org")
    auditor = make_membership(person)
    lead = make_membership(person, role=Role.SAFEGUARDING_LEAD)
    now = timezone.now()
    assert membership_named("Cara@example.org", now) == auditor
    assert membership_named("cara@example.org:safeguarding_lead", now) == lead
    with pytest.raises(NotFound, match="EMAIL:ROLE"):
        membership_named("cara@example.org:commissioner", now)


def test_person_is_added_once_whatever_the_case_of_the_address() -> None:
    person = make_person(email="Asha@Example.org")
    assert person.email == "asha@example.org"
    assert not person.has_usable_password()
    with pytest.raises(NotPossible, match="known already"):
        make_person(email="asha@example.ORG")


@pytest.mark.parametrize("email", ["", "asha", "asha@", "a b@example.org", "x" * 250 + "@a.org"])
def test_address_that_is_none_is_refused(email: str) -> None:
    with pytest.raises(NotPossible, match="no e-mail address"):
        add_person(email=email, name="Asha", agency=make_agency(), by=operator())


def test_lead_manages_own_agency_and_no_other() -> None:
    police, health = make_agency("police"), make_agency("health")
    lead = make_viewer(make_membership(agency=police, role=Role.SAFEGUARDING_LEAD))
    person = add_person(email="n@example.org", name="New", agency=police, by=lead)
    made = add_membership(person=person, agency=police, role=Role.AGENCY_AUDITOR, by=lead)
    assert made.added_by_id == lead.person
    with pytest.raises(NotAllowed):
        add_membership(person=person, agency=health, role=Role.AGENCY_AUDITOR, by=lead)
    with pytest.raises(NotAllowed):
        add_person(email="o@example.org", name="Other", agency=health, by=lead)
    elsewhere = make_membership(agency=health)
    with pytest.raises(Absent):
        end_membership(membership=elsewhere, by=lead)
    with pytest.raises(Absent):
        rename_person(person=elsewhere.person, name="X", by=lead)


def test_agency_of_another_partnership_is_not_there() -> None:
    lead = make_viewer(make_membership(role=Role.SAFEGUARDING_LEAD))
    far = make_agency("far", partnership=make_partnership("Elsewhere"))
    with pytest.raises(Absent):
        add_person(email="o@example.org", name="Other", agency=far, by=lead)


def test_auditor_manages_nobody() -> None:
    auditor = make_membership()
    with pytest.raises(NotAllowed):
        add_person(
            email="n@example.org", name="New", agency=auditor.agency, by=make_viewer(auditor)
        )


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMINISTRATOR, Role.AUDIT_COORDINATOR])
def test_lead_does_not_give_roles_beyond_the_agency(role: Role) -> None:
    lead = make_membership(role=Role.SAFEGUARDING_LEAD)
    with pytest.raises(NotAllowed, match="does not give the role"):
        add_membership(person=make_person(), agency=lead.agency, role=role, by=make_viewer(lead))


def test_nobody_gives_a_role_to_themselves() -> None:
    for role in (Role.SAFEGUARDING_LEAD, Role.SYSTEM_ADMINISTRATOR):
        mine = make_membership(role=role)
        with pytest.raises(NotAllowed, match="to themselves"):
            add_membership(
                person=mine.person,
                agency=mine.agency,
                role=Role.AGENCY_AUDITOR,
                by=make_viewer(mine),
            )


def test_nobody_extends_their_own_training() -> None:
    mine = make_membership(role=Role.SAFEGUARDING_LEAD)
    with pytest.raises(NotAllowed, match="own work"):
        change_training_date(
            membership=mine, trained_until=dt.date(2030, 1, 1), by=make_viewer(mine)
        )
    other = make_membership(agency=mine.agency)
    change_training_date(membership=other, trained_until=dt.date(2030, 1, 1), by=make_viewer(mine))
    other.refresh_from_db()
    assert other.trained_until == dt.date(2030, 1, 1)


def test_same_role_twice_is_refused_and_again_after_its_end_is_not() -> None:
    first = make_membership()
    with pytest.raises(NotPossible, match="already"):
        make_membership(first.person, first.agency)
    end_membership(membership=first, by=operator())
    assert make_membership(first.person, first.agency).pk != first.pk


def test_membership_ends_once() -> None:
    membership = make_membership()
    end_membership(membership=membership, by=operator())
    with pytest.raises(NotPossible, match="ended already"):
        end_membership(membership=membership, by=operator())


def test_dates_the_wrong_way_round_are_refused() -> None:
    with pytest.raises(NotPossible, match="end before it begins"):
        make_membership(valid_from=NOW, valid_to=NOW)


def test_lead_shuts_out_only_who_is_in_no_other_agency() -> None:
    lead = make_membership(role=Role.SAFEGUARDING_LEAD)
    person = make_membership(agency=lead.agency).person
    other = make_membership(person, make_agency("health"))
    with pytest.raises(NotAllowed, match="another agency"):
        deactivate_person(person=person, by=make_viewer(lead))
    end_membership(membership=other, by=operator())
    deactivate_person(person=person, by=make_viewer(lead))
    person.refresh_from_db()
    assert not person.is_active
    with pytest.raises(NotAllowed, match="yourself"):
        deactivate_person(person=lead.person, by=make_viewer(lead))
