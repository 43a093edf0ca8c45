"""People of a hub, and disclosures that have come some of their way."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from factories.people import make_agency, make_membership, make_person, make_viewer
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.disclosure import commands
from safehub.foundation.disclosure.models import Disclosure
from safehub.foundation.disclosure.outgoing import Outgoing
from safehub.register.agencies.models import Agency

from .disclosure_worlds import TERMS, Hub, Ready, decide_all, outgoing


@pytest.fixture
def hub(db: None, settings: Settings, tmp_path: Path) -> Hub:
    settings.UPLOADS = tmp_path / "uploads"
    agency, school = make_agency("council"), make_agency("school")

    def viewer(name: str, role: Role, of: Agency = agency) -> Viewer:
        person = make_person(name, agency=of)
        return make_viewer(make_membership(person, of, role))

    return Hub(
        viewer("Asha", Role.HUB_COORDINATOR),
        viewer("Cara", Role.HUB_DECISION_MAKER),
        viewer("Ben", Role.SAFEGUARDING_LEAD, school),
        viewer("Dev", Role.SYSTEM_ADMINISTRATOR),
    )


@pytest.fixture
def checked(hub: Hub) -> Ready:
    """A disclosure whose documents are made and wait for a second person."""

    def made(out: Outgoing | None = None) -> Disclosure:
        out = out or outgoing()
        disclosure = commands.prepare(outgoing=out, terms=TERMS, by=hub.asha)
        commands.scan(disclosure=disclosure, outgoing=out, by=hub.asha)
        for _ in range(3):
            decide_all(disclosure, hub.asha)
            if commands.compose(disclosure=disclosure, outgoing=out, by=hub.asha):
                break
        disclosure.refresh_from_db()
        assert disclosure.state == "checked"
        return disclosure

    return made


@pytest.fixture
def cleared(hub: Hub, checked: Ready) -> Ready:
    """A disclosure that a second person has cleared."""

    def made(out: Outgoing | None = None) -> Disclosure:
        disclosure = checked(out)
        commands.clear(disclosure=disclosure, outgoing=out or outgoing(), by=hub.cara)
        disclosure.refresh_from_db()
        return disclosure

    return made
