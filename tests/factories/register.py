"""People in the register, made through commands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from safehub.foundation.access.viewer import Viewer
from safehub.register.people import commands
from safehub.register.people.commands import BirthSaid, Lived
from safehub.register.people.looks.commands import look_up
from safehub.register.people.models import Address, Individual, LookUp
from safehub.register.people.states import Birth, NameKind, Scheme, Sex

BORN = dt.date(2020, 3, 3)


@dataclass(frozen=True)
class Registered:
    """A child with all that may be known, one not born yet, and a look-up that finds the first."""

    child: Individual
    address: Address
    unborn: Individual
    look_up: LookUp


def make_individual(
    by: Viewer,
    given_names: str = "Amira",
    family_name: str = "Hassan",
    said: BirthSaid | None = None,
    postcode: str = "",
    nhs_number: str = "",
) -> Individual:
    return commands.record_individual(
        given_names=given_names,
        family_name=family_name,
        said=said or BirthSaid(Birth.EXACT, BORN, sex=Sex.FEMALE),
        nhs_number=nhs_number,
        lived=Lived("", postcode) if postcode else None,
        by=by,
    )


def make_unborn(by: Viewer, family_name: str = "Hassan") -> Individual:
    said = BirthSaid(Birth.UNBORN, due_on=dt.date(2027, 3, 1))
    return make_individual(by, "", family_name, said)


def registered(by: Viewer, word: Callable[[int], str]) -> Registered:
    """`word` gives the words that stand in the fields."""
    child = make_individual(by, word(1), word(2))
    kind = NameKind.ALIAS
    commands.add_name(individual=child, kind=kind, given_names=word(3), family_name=word(4), by=by)
    agency = child.partnership.agencies.get(code="CSC")
    commands.add_identifier(
        individual=child, scheme=Scheme.LOCAL, number=word(5), agency=agency, by=by
    )
    address = commands.add_address(individual=child, lived=Lived(word(6), word(7)), by=by)
    hidden = Lived(word(8), word(9), is_protected=True)
    commands.add_address(individual=child, lived=hidden, by=by)
    commands.say_safe_contact(individual=child, how=word(10), when=word(11), by=by)
    child.refresh_from_db()
    said = BirthSaid(Birth.EXACT, BORN, sex=Sex.MALE)
    commands.correct_birth(individual=child, said=said, why=word(12), by=by)
    sought = look_up(
        given_names=word(1), family_name=word(2), born_on=BORN, postcode=word(13)[:20],
        nhs_number=word(14)[:20], by=by,
    )  # fmt: skip
    child.refresh_from_db()
    return Registered(child, address, make_unborn(by, word(15)), sought)
