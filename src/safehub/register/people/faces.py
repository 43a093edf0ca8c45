"""A person as they are compared: one face for each name at each address."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from safehub.matching.blocking import hashes_of, soundex
from safehub.matching.records import Compared, compared
from safehub.register.people.models import Address, Identifier, Individual, LookUp, Name
from safehub.register.people.states import Birth, Scheme, Sex

# Somebody with a dozen names and addresses has faces enough.
MOST_FACES = 64
_SEXES = {Sex.FEMALE: "F", Sex.MALE: "M"}


def faces_of(
    one: Individual,
    names: Iterable[Name],
    identifiers: Iterable[Identifier],
    addresses: Iterable[Address],
) -> list[Compared]:
    """Every name with every open address; a protected address is in none of them.

    An estimated date of birth is left out: as a date it would speak against the true one.
    """
    born = one.born_on.isoformat() if one.born_on and one.birth == Birth.EXACT else ""
    numbers = [found.number for found in identifiers if found.scheme == Scheme.NHS] or [""]
    codes = [found.postcode for found in addresses if not found.is_protected] or [""]
    made = [
        compared(
            first_name=name.given_names,
            surname=name.family_name,
            born=born,
            postcode=postcode,
            nhs_number=number,
            sex=_SEXES.get(Sex(one.sex), ""),
        )
        for number in numbers
        for postcode in codes
        for name in names
    ]
    return list(dict.fromkeys(made))[:MOST_FACES]


def face_sought(look_up: LookUp) -> Compared:
    """What was typed, as it is compared."""
    return compared(
        first_name=look_up.given_names,
        surname=look_up.family_name,
        born=look_up.born_on.isoformat() if look_up.born_on else "",
        postcode=look_up.postcode,
        nhs_number=look_up.nhs_number,
    )


def keys_of(faces: Iterable[Compared]) -> set[int]:
    """The blocking keys of all the faces. Each has also those of its only name in either field."""
    return {key for face in faces for each in turned(face) for key in hashes_of(each)}


def turned(face: Compared) -> Iterator[Compared]:
    """The face; and where it has one name, itself with that name as both.

    Somebody with one name is written now in one field, now in the other.
    """
    yield face
    if bool(face.first_name) != bool(face.surname):
        only = face.first_name or face.surname
        yield Compared(
            only, only, face.born, face.outcode, face.postcode, face.nhs_number, face.sex
        )


def sound_alike(left: Compared, right: Compared) -> bool:
    """Whether both names sound alike; of somebody with one name, that one."""
    return _sounds(left) == _sounds(right) != ("", "")


def _sounds(face: Compared) -> tuple[str, str]:
    only = face.first_name or face.surname
    return soundex(face.first_name or only), soundex(face.surname or only)
