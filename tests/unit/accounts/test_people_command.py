"""`safehub people glass` as it is typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from factories.people import make_agency, make_membership, make_person
from safehub.cli import main
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.trail.models import TrailEvent
from safehub.register.accounts.models import Membership

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def asha(db: None, tmp_path: Path) -> Membership:
    """An auditor of the police, whose lead is Gus; the school's lead is Ben."""
    police = make_agency("police")
    school = make_agency("school", partnership=police.partnership)
    for name, agency in (("Gus", police), ("Ben", school)):
        person = make_person(name, email=f"{name.lower()}@example.org", agency=agency)
        make_membership(person, agency, Role.SAFEGUARDING_LEAD)
    auditor = make_person("Asha", email="asha@example.org", agency=police)
    return make_membership(auditor, police, Role.AGENCY_AUDITOR)


def safehub(*words: str) -> Result:
    return CliRunner().invoke(main, words, catch_exceptions=False)


def _may(member: Membership) -> bool:
    member.refresh_from_db()
    return member.has_break_glass


def test_lead_lets_somebody_break_glass_and_takes_it_back(asha: Membership) -> None:
    gus = ("--as", "gus@example.org")
    done = safehub(*gus, "people", "glass", "allow", "asha@example.org")
    assert done.exit_code == 0
    assert "asha@example.org may break glass as agency auditor" in done.stderr
    assert _may(asha)
    done = safehub(*gus, "people", "glass", "deny", "asha@example.org:agency_auditor")
    assert done.exit_code == 0
    assert not _may(asha)
    events = TrailEvent.objects.filter(event="membership.let_break_glass", outcome="allowed")
    assert list(events.order_by("pk").values_list("reason", flat=True)) == ["given", "taken"]


@pytest.mark.parametrize(
    ("who", "whom"),
    [("ben@example.org", "asha@example.org"), ("gus@example.org", "gus@example.org")],
    ids=["of another agency", "oneself"],
)
def test_nobody_lets_themselves_or_those_of_others(asha: Membership, who: str, whom: str) -> None:
    done = safehub("--as", who, "people", "glass", "allow", whom)
    assert done.exit_code != 0
    assert not Membership.objects.filter(has_break_glass=True).exists()


def test_somebody_who_is_not_there_is_named() -> None:
    done = safehub("people", "glass", "allow", "nobody@example.org")
    assert done.exit_code != 0
    assert "Nobody with that e-mail address" in done.stderr
