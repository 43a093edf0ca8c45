"""The people of the demonstration: each is settled once, and each has a link."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import override_settings
from pytest_django.fixtures import Settings

from factories.browsers import browser
from factories.people import operator
from safehub.demo.families import HOUSEHOLDS, settle_families
from safehub.demo.personas import PERSONAS
from safehub.demo.rounds import UNDER_WAY, write_pack
from safehub.demo.store import SEED, links_for_all, settle_people
from safehub.exchange.audit_pack.reading import read_pack
from safehub.exchange.audit_pack.storing import store
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.errors import NotPossible
from safehub.register.accounts.models import Membership
from safehub.register.people.models import Individual


@pytest.fixture
def settled(db: None, settings: Settings, tmp_path: Path) -> None:
    settings.UPLOADS = tmp_path / "uploads"
    write_pack(tmp_path / UNDER_WAY, seed=SEED + 1, halfway=True)
    store(read_pack(tmp_path / UNDER_WAY), operator())
    settle_people(by=operator())


def test_each_persona_signs_in_once_by_a_link(settled: None) -> None:
    with override_settings(SAFEHUB_DEMONSTRATION=True):
        links = links_for_all(by=operator())
        assert [persona for persona, _ in links] == list(PERSONAS)
        for _, path in links:
            client = browser()
            assert client.get(path).status_code == 302
            assert client.get("/").status_code == 200
            # A second press finds the link spent, whoever presses.
            assert browser().get(path).status_code == 410


def test_links_are_made_in_no_other_store(settled: None) -> None:
    with override_settings(SAFEHUB_DEMONSTRATION=False), pytest.raises(NotPossible):
        links_for_all(by=operator())


def test_settling_again_changes_nothing(settled: None) -> None:
    before = Membership.objects.count()
    settle_people(by=operator())
    assert Membership.objects.count() == before == len(PERSONAS)
    assert Membership.objects.filter(has_break_glass=True).count() == 1


def test_the_register_is_filled_once_and_the_hub_finds_people_in_it(settled: None) -> None:
    settle_families(by=operator())
    settle_families(by=operator())
    assert Individual.objects.count() == sum(len(one.people) for one in HOUSEHOLDS) == 30
    with override_settings(SAFEHUB_DEMONSTRATION=True):
        links = {persona.role: path for persona, path in links_for_all(by=operator())}
    client = browser()
    with override_settings(SAFEHUB_DEMONSTRATION=True):
        client.get(links[Role.HUB_RESEARCHER])
    assert "Is this person known?" in client.get("/register/").content.decode()
