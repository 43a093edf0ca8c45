"""The register on the command line: the same people, the same evidence, the same silence."""

from __future__ import annotations

import json
import math

import pytest
from click.testing import CliRunner, Result

from factories.people import operator
from factories.register import make_individual
from safehub.cli import main
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.errors import SafehubError
from safehub.foundation.outbox.models import Job
from safehub.foundation.trail.models import TrailEvent
from safehub.register.people import commands
from safehub.register.people.commands import Lived
from safehub.register.people.looking import compared_people
from safehub.register.people.models import Individual, LookUp

from .hub import Hub


@pytest.fixture
def hub(db: None) -> Hub:
    return Hub()


def typed(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def test_find_shows_what_the_pages_show_and_names_no_protected_address(hub: Hub) -> None:
    by = hub.viewer()
    one = make_individual(by, postcode="FW1 2AB")
    hidden = Lived("1 Refuge Road", "FW9 9ZZ", is_protected=True)
    commands.add_address(individual=one, lived=hidden, by=by)
    hub.seal(make_individual(by))
    done = typed("people", "find", "Ameera", "Hassan", "--born", "2020-03-03", "--json")
    told = json.loads(done.stdout)
    assert [found["key"] for found in told["people"]] == [one.pk]
    assert "Refuge" not in done.output
    found = told["people"][0]
    assert found["lives"] == "FW1 2AB"
    weights = [step["weight"] for step in found["why"]]
    assert math.fsum(weights) == pytest.approx(found["weight"], abs=0.01)
    line = typed("people", "find", "Amira", "Hassan", "--born", "2020-03-03").stdout
    assert line.startswith(f"{one.pk}  Amira Hassan, 3 March 2020: likely the same person.")
    assert "individual.see" in set(TrailEvent.objects.values_list("event", flat=True))


def test_somebody_who_acts_has_it_looked_at_for_whoever_is_sealed(hub: Hub) -> None:
    email = hub.member(Role.HUB_RESEARCHER).person.email
    before = Job.objects.count()
    assert typed("--as", email, "people", "find", "Amira", "Hassan").exit_code == 0
    assert LookUp.objects.get().membership == hub.member(Role.HUB_RESEARCHER)
    assert Job.objects.count() == before + 1


def test_nobody_of_an_audit_finds_anybody(hub: Hub) -> None:
    one = make_individual(hub.viewer())
    email = hub.member(Role.AGENCY_AUDITOR).person.email
    for words in (("find", "Amira", "Hassan"), ("explain", str(one.pk), str(one.pk))):
        done = typed("--as", email, "people", *words)
        assert done.exit_code != 0
        assert "Hassan" not in done.output


def test_too_little_is_said(hub: Hub) -> None:
    assert "too little" in typed("people", "find", "--postcode", "FW1 2AB").output


def test_explain_adds_up_whichever_comes_first_and_knows_nobody_sealed(hub: Hub) -> None:
    by = hub.viewer()
    one, other = make_individual(by), make_individual(by, "Ameera", "Hasan")
    told = json.loads(typed("people", "explain", str(one.pk), str(other.pk), "--json").stdout)
    weights = [step["weight"] for step in told["steps"]]
    assert math.fsum(weights) == pytest.approx(told["weight"], abs=0.01)
    turned = compared_people(operator(), other.pk, one.pk)
    assert turned.weight == pytest.approx(told["weight"])
    hub.seal(other)
    nobody = max(Individual.objects.values_list("pk", flat=True)) + 1
    for key in (other.pk, nobody):
        with pytest.raises(SafehubError, match="nothing here"):
            compared_people(operator(), one.pk, key)
