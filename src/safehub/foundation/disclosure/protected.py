"""What must not reach the wrong reader: words of protected people, by what they tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class ProtectedKind(StrEnum):
    """What a protected word tells. It decides how the word is looked for."""

    NAME = "name"
    ADDRESS = "address"
    POSTCODE = "postcode"
    PHONE = "phone"
    EMAIL = "email"
    SCHOOL = "school"
    GP = "gp"
    REFUGE = "refuge"
    BIRTH_DATE = "birth_date"
    # A number or code that stands for a person, such as one of a health record.
    REFERENCE = "reference"
    # Any other words, such as a car's registration or an employer.
    OTHER = "other"


class Matched(StrEnum):
    """How a word was found, the surest first."""

    EXACT = "exact"
    NORMALISED = "normalised"
    LOOKALIKE = "lookalike"
    FUZZY = "fuzzy"


class Suggestion(StrEnum):
    """What the product would do with a hit. A person decides."""

    MASK = "mask"
    LOOK = "look"


@dataclass(frozen=True)
class Protected:
    """Words of one person that the app protects, as they are kept: `Grace Alderman`.

    A name is looked for whole and by its parts; an address line by line; a date of birth is
    written YYYY-MM-DD. `person_key` is the app's own key, which this engine only hands back.
    """

    kind: ProtectedKind
    person_key: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Hit:
    """One place where a protected word stands. `start` and `end` count characters of the part.

    `where` says for a person where to look, such as `page 3` or `sheet Visits, cell C7`.
    `score` is 100 but for a fuzzy hit. `persons` are all whose word it is.
    """

    kind: ProtectedKind
    persons: tuple[str, ...]
    part: str
    where: str
    start: int
    end: int
    text: str
    matched: Matched
    score: int
    suggestion: Suggestion

    @property
    def key(self) -> tuple[str, tuple[str, ...], str]:
        """Hits with one key say the same thing of the same people in the same letters."""
        return self.kind.value, self.persons, "".join(self.text.casefold().split())


def counted(protected: Sequence[Protected]) -> int:
    """How many words there are in all."""
    return sum(len(one.words) for one in protected)
