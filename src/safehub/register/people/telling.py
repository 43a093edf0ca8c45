"""What is known of a person, in words."""

from __future__ import annotations

from safehub.foundation.govuk.wording import day
from safehub.register.people.models import Individual, Name
from safehub.register.people.states import Birth, NameKind


def birth_in_words(one: Individual) -> str:
    """`3 March 2020`, `about 3 March 2020 (an estimate)`, `not born yet, expected 1 May 2027`."""
    if one.birth == Birth.EXACT:
        return day(one.born_on)
    if one.birth == Birth.ESTIMATED:
        return f"about {day(one.born_on)} (an estimate)"
    if one.birth == Birth.UNKNOWN:
        return "date of birth not known"
    return f"not born yet, expected {day(one.due_on)}" if one.due_on else "not born yet"


def whole_name(name: Name) -> str:
    """As it was typed, given names first."""
    return " ".join(part for part in (name.given_names, name.family_name) if part)


def called(names: list[Name]) -> str:
    """The name now; of somebody without one, the last that was recorded."""
    current = [name for name in names if name.kind == NameKind.CURRENT]
    return whole_name((current or names)[0]) if names else "No name is recorded"
