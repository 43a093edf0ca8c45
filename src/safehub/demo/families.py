"""Invented people of the invented county, in households: what makes looking up hard is among it.

Numbers begin with 999, which the NHS gives to nobody.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from safehub.demo.partnership import BOARD
from safehub.foundation.access.viewer import Viewer
from safehub.register.agencies.models import Partnership
from safehub.register.agencies.queries import partnerships
from safehub.register.people import commands
from safehub.register.people.commands import BirthSaid, Lived
from safehub.register.people.models import Individual
from safehub.register.people.queries import individuals
from safehub.register.people.rules import nhs_check_digit
from safehub.register.people.states import Birth, NameKind, Sex

F, M = Sex.FEMALE, Sex.MALE
EXACT, ESTIMATED, UNKNOWN, UNBORN = Birth.EXACT, Birth.ESTIMATED, Birth.UNKNOWN, Birth.UNBORN


@dataclass(frozen=True, slots=True)
class Somebody:
    """`on` is the day of birth, or the expected one, as year, month and day.

    `also` is a further name, its parts apart by a bar, and `number` ends the NHS number.
    """

    given_names: str
    family_name: str
    sex: Sex
    on: tuple[int, int, int] | None
    birth: Birth = EXACT
    number: str = ""
    also: str = ""


@dataclass(frozen=True, slots=True)
class Household:
    """Who lives at one address, which may be protected."""

    lines: str
    postcode: str
    people: tuple[Somebody, ...]
    is_protected: bool = False


HOUSEHOLDS = (
    # Twins, whom only a first name and a number tell apart.
    Household(
        "4 Sedge Lane\nFallowmere",
        "FW1 4AB",
        (
            Somebody("Ivy Rose", "Moorhen", F, (2019, 5, 14), number="001"),
            Somebody("Iris Rose", "Moorhen", F, (2019, 5, 14), number="002"),
            Somebody("Tamsin", "Moorhen", F, (1993, 2, 28), number="003", also="Tamsin|Coot"),
            Somebody("Jory", "Coot", M, (1990, 11, 3)),
        ),
    ),
    # A child who is not born yet, and a mother under three names.
    Household(
        "Flat 2, 19 Mill Street\nFallowmere",
        "FW1 2CD",
        (
            Somebody("", "Linnet", Sex.UNKNOWN, (2027, 2, 9), UNBORN),
            Somebody("Katarzyna", "Linnet", F, (2001, 8, 30), number="004", also="Kasia|Wronska"),
            Somebody("Ola", "Linnet", F, (2022, 1, 6), number="005"),
        ),
    ),
    # Fled: the address is protected.
    Household(
        "An address that is kept from others\nFallowmere",
        "FW9 1ZZ",
        (
            Somebody("Hana", "Bulbul", F, (1997, 4, 17), number="006"),
            Somebody("Sami", "Bulbul", M, (2018, 12, 1), number="007"),
            Somebody("Layla", "Bulbul", F, (2021, 2, 28), number="008"),
        ),
        is_protected=True,
    ),
    Household(
        "31 Weir Road\nHarrowford",
        "FW3 7EF",
        (
            Somebody("Tariq", "Bulbul", M, (1991, 9, 9), number="009"),
            # A namesake of somebody in another house, of nearly the same age.
            Somebody("Sami", "Bulbul", M, (2018, 1, 12)),
        ),
    ),
    Household(
        "8 Chapel Row\nHarrowford",
        "FW3 1GH",
        (
            Somebody("Robert", "Fulmar-Skua", M, (1979, 7, 2), also="Bob|Fulmar"),
            Somebody("Zoë", "Fulmar-Skua", F, (2009, 3, 21), number="010"),
            Somebody("Alfie", "Fulmar-Skua", M, (2012, 2, 29), number="011"),
            Somebody("Edith", "Fulmar", F, (1946, 1, 1), ESTIMATED),
        ),
    ),
    Household(
        "2 The Staithe\nSaltmarsh",
        "FW5 9JK",
        (
            # One name alone; and a date that nobody knows.
            Somebody("Wagtail", "", M, None, UNKNOWN),
            Somebody("Мария", "Чибис", F, (1995, 6, 12), also="Mariya|Chibis"),
            Somebody("Lev", "Chibis", M, (2016, 10, 10), number="012"),
        ),
    ),
    Household(
        "17 Orchard Close\nSaltmarsh",
        "FW5 3LM",
        (
            Somebody("Siân", "O’Plover", F, (1988, 12, 24), number="013"),
            Somebody("Niamh", "O’Plover", F, (2013, 7, 7), number="014"),
            Somebody("Finn", "O’Plover", M, (2015, 9, 1), number="015"),
            Somebody("Cian", "O’Plover", M, (2024, 6, 30), number="016"),
        ),
    ),
    Household(
        "Room 6, 1 Station Road\nFallowmere",
        "FW1 8NP",
        (
            Somebody("Dele", "Francolin", M, (2008, 1, 1), ESTIMATED),
            Somebody("Temi", "Francolin", F, (2010, 7, 1), ESTIMATED, number="017"),
        ),
    ),
    Household(
        "55 Heath View\nHarrowford",
        "FW3 6QR",
        (
            Somebody("Mei", "Siskin Lark", F, (1999, 10, 2), also="Lark Mei|"),
            Somebody("Jun", "Siskin Lark", M, (2023, 3, 3), number="018"),
            # Recorded twice, once as heard on the telephone.
            Somebody("June", "Siskinlark", M, (2023, 3, 3)),
        ),
    ),
    Household(
        "12 Sedge Lane\nFallowmere",
        "FW1 4AB",
        (
            Somebody("Ivy", "Morhen", F, (2018, 5, 14)),
            Somebody("Dilys", "Moorhen", F, (1961, 3, 15), number="019"),
        ),
    ),
)


@transaction.atomic
def settle_families(*, by: Viewer) -> None:
    """Record the households, once."""
    board = next(one for one in partnerships() if one.name == BOARD)
    if individuals().filter(partnership=board).exists():
        return
    for household in HOUSEHOLDS:
        lived = Lived(household.lines, household.postcode, household.is_protected)
        for somebody in household.people:
            made = _recorded(somebody, lived, board, by)
            if household.is_protected:
                commands.say_safe_contact(
                    individual=made,
                    how="Through the school alone. Never ring the former home.",
                    when="On school days, from nine to three",
                    by=by,
                )


def _recorded(one: Somebody, lived: Lived, board: Partnership, by: Viewer) -> Individual:
    on = dt.date(*one.on) if one.on else None
    is_unborn = one.birth == UNBORN
    nine = f"999000{one.number}" if one.number else ""
    made = commands.record_individual(
        given_names=one.given_names,
        family_name=one.family_name,
        said=BirthSaid(one.birth, None if is_unborn else on, on if is_unborn else None, one.sex),
        nhs_number=nine + nhs_check_digit(nine) if nine and nhs_check_digit(nine) else "",
        lived=lived,
        partnership=board,
        by=by,
    )
    if one.also:
        given, _, family = one.also.partition("|")
        commands.add_name(
            individual=made, kind=NameKind.ALIAS, given_names=given, family_name=family, by=by
        )
    return made
