"""The demonstration's own store: two finished rounds, two under way, and its people."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from safehub.audit.returns.allocating.commands import allocate_cases
from safehub.audit.returns.allocating.queries import cases_under_way
from safehub.demo.partnership import BOARD
from safehub.demo.personas import PERSONAS, Persona
from safehub.demo.rounds import (
    LAST_YEAR,
    RAPID,
    THIS_YEAR,
    UNDER_WAY,
    write_pack,
    write_rapid_pack,
)
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Role
from safehub.register.accounts.commands import add_membership, add_person, let_break_glass
from safehub.register.accounts.demonstration.commands import make_sign_in_link
from safehub.register.accounts.models import Membership
from safehub.register.accounts.queries import person_by_email
from safehub.register.agencies.queries import agencies_of_partnership

SEED = 20260624

Say = Callable[[str], None]


def write_packs(home: Path, say: Say) -> None:
    """Write the four invented packs into the folder, in place of those of a former start."""
    rounds: tuple[tuple[str, int, dict[str, bool]], ...] = (
        (LAST_YEAR, SEED, {"earlier": True}),
        (THIS_YEAR, SEED, {}),
    )
    for name, seed, which in (*rounds, (UNDER_WAY, SEED + 1, {"halfway": True})):
        shutil.rmtree(home / name, ignore_errors=True)
        write_pack(home / name, seed=seed, **which)
        say(f"Wrote the invented pack {home / name}")
    shutil.rmtree(home / RAPID, ignore_errors=True)
    write_rapid_pack(home / RAPID, seed=SEED + 2)
    say(f"Wrote the invented pack {home / RAPID}")


@transaction.atomic
def settle_people(*, by: Viewer) -> None:
    """Give each persona an account and a membership, once."""
    agencies = {agency.code: agency for agency in agencies_of_partnership(BOARD)}
    for persona in PERSONAS:
        if person_by_email(persona.email) is not None:
            continue
        agency = agencies[persona.agency]
        person = add_person(email=persona.email, name=persona.name, agency=agency, by=by)
        membership = add_membership(
            person=person,
            agency=agency,
            role=persona.role,
            unit=persona.unit,
            valid_from=timezone.now(),
            by=by,
        )
        if persona.has_break_glass:
            let_break_glass(membership=membership, is_allowed=True, by=by)
        if persona.role is Role.AGENCY_AUDITOR:
            _allocate_all(membership, by)


def _allocate_all(auditor: Membership, by: Viewer) -> None:
    """Every case that the agency is asked about in a round under way, so that there is work."""
    for participant, cases in cases_under_way(auditor.agency_id):
        allocate_cases(participant=participant, cases=cases, auditors=[auditor], by=by)


def links_for_all(*, by: Viewer) -> list[tuple[Persona, str]]:
    """A new one-time link for each persona, as a path."""
    links = []
    for persona in PERSONAS:
        person = person_by_email(persona.email)
        if person is not None:
            links.append((persona, make_sign_in_link(person=person, by=by)))
    return links
