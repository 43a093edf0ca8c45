"""What is compared, and how alike two values can be: each level once in SQL and once in Python.

Splink reads the SQL, a look-up of one person the Python. Tests hold each level of both against the
other. The first level that holds counts. Values are ASCII (`records`), so that DuckDB, which counts
bytes, and rapidfuzz, which counts letters, count the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rapidfuzz.distance import OSA, JaroWinkler

from safehub.matching.records import Compared

Holds = Callable[[Compared, Compared], bool]
_NEAR = 0.92


@dataclass(frozen=True)
class Level:
    """One way in which two values can stand to each other.

    `words` say it to a person. `is_null` is where one of the two is missing, which tells nothing;
    `frequency_of` names the column whose commonness the weight is adjusted by: two Smiths are less
    of a sign than two of a rare name. `u` is given where no random pairs could show it.
    """

    code: str
    words: str
    sql: str
    holds: Holds
    is_null: bool = False
    frequency_of: str = ""
    u: float | None = None


@dataclass(frozen=True)
class Comparison:
    """Some columns of two records; the last level is all that no other is."""

    code: str
    words: str
    levels: tuple[Level, ...]

    def level_of(self, left: Compared, right: Compared) -> int:
        """The place of the level that holds. The last always does."""
        for place, level in enumerate(self.levels):
            if level.holds(left, right):
                return place
        raise AssertionError(self.code)


def is_near(left: str, right: str) -> bool:
    """One slip of the keyboard, or all but alike with the same beginning."""
    if OSA.distance(left, right, score_cutoff=1) <= 1:
        return True
    return JaroWinkler.similarity(left, right) >= _NEAR


def _near_sql(column: str) -> str:
    return (
        f"(damerau_levenshtein({column}_l, {column}_r) <= 1"
        f" or jaro_winkler_similarity({column}_l, {column}_r) >= {_NEAR})"
    )


def _else(words: str) -> Level:
    return Level("other", words, "ELSE", lambda _left, _right: True)


def _swapped(left: Compared, right: Compared) -> bool:
    return (
        bool(left.first_name and left.surname)
        and left.first_name == right.surname
        and left.surname == right.first_name
    )


_SWAPPED = "(first_name_l = surname_r and surname_l = first_name_r)"

FIRST_NAME = Comparison(
    "first_name",
    "First name",
    (
        Level(
            "missing",
            "a first name is missing",
            "first_name_l is null or first_name_r is null",
            lambda left, right: not (left.first_name and right.first_name),
            is_null=True,
        ),
        Level("swapped", "first name and surname change places", _SWAPPED, _swapped),
        Level(
            "same",
            "the same first name",
            "first_name_l = first_name_r",
            lambda left, right: left.first_name == right.first_name,
            frequency_of="first_name",
        ),
        Level(
            "short",
            "a short form or a part of the first name",
            "list_has_any(kin_l, kin_r)",
            lambda left, right: not _apart(left.kin, right.kin),
        ),
        Level(
            "near",
            "nearly the same first name",
            _near_sql("first_name"),
            lambda left, right: is_near(left.first_name, right.first_name),
        ),
        Level(
            "initial",
            "the initial of the first name",
            "(length(first_name_l) = 1 or length(first_name_r) = 1)"
            " and substr(first_name_l, 1, 1) = substr(first_name_r, 1, 1)",
            lambda left, right: (
                (len(left.first_name) == 1 or len(right.first_name) == 1)
                and left.first_name[0] == right.first_name[0]
            ),
        ),
        _else("another first name"),
    ),
)

SURNAME = Comparison(
    "surname",
    "Surname",
    (
        Level(
            "missing",
            "a surname is missing, or is the other's first name",
            f"surname_l is null or surname_r is null or coalesce({_SWAPPED}, false)",
            lambda left, right: not (left.surname and right.surname) or _swapped(left, right),
            is_null=True,
        ),
        Level(
            "same",
            "the same surname",
            "surname_l = surname_r",
            lambda left, right: left.surname == right.surname,
            frequency_of="surname",
        ),
        Level(
            "near",
            "nearly the same surname",
            _near_sql("surname"),
            lambda left, right: is_near(left.surname, right.surname),
        ),
        Level(
            "part",
            "one part of the surname",
            "list_has_any(parts_l, list_append(parts_r, surname_r))"
            " or list_has_any(parts_r, list_append(parts_l, surname_l))",
            lambda left, right: (
                not _apart(left.parts, (*right.parts, right.surname))
                or not _apart(right.parts, (*left.parts, left.surname))
            ),
        ),
        _else("another surname"),
    ),
)

_MONTHS_AND_DAYS = (
    "substr(born_l, 1, 4) = substr(born_r, 1, 4)"
    " and substr(born_l, 6, 2) = substr(born_r, 9, 2)"
    " and substr(born_l, 9, 2) = substr(born_r, 6, 2)"
)
_NEW_YEAR = "-01-01"

BORN = Comparison(
    "born",
    "Date of birth",
    (
        Level(
            "missing",
            "a date of birth is missing",
            "born_l is null or born_r is null",
            lambda left, right: not (left.born and right.born),
            is_null=True,
        ),
        Level(
            "same",
            "the same date of birth",
            f"born_l = born_r and substr(born_l, 5) != '{_NEW_YEAR}'",
            lambda left, right: left.born == right.born and left.born[4:] != _NEW_YEAR,
        ),
        Level(
            "same_new_year",
            "the same date of birth: 1 January, as is entered where only the year is known",
            "born_l = born_r",
            lambda left, right: left.born == right.born,
        ),
        Level(
            "swapped",
            "day and month of birth change places",
            _MONTHS_AND_DAYS,
            lambda left, right: (
                left.born[:4] == right.born[:4]
                and left.born[5:7] == right.born[8:]
                and left.born[8:] == right.born[5:7]
            ),
        ),
        Level(
            "digit",
            "one digit of the date of birth differs",
            "hamming(born_l, born_r) = 1",
            lambda left, right: (
                sum(one != other for one, other in zip(left.born, right.born, strict=True)) == 1
            ),
        ),
        Level(
            "year",
            "the same year of birth, and one is 1 January",
            "substr(born_l, 1, 4) = substr(born_r, 1, 4)"
            f" and (substr(born_l, 5) = '{_NEW_YEAR}' or substr(born_r, 5) = '{_NEW_YEAR}')",
            lambda left, right: (
                left.born[:4] == right.born[:4] and _NEW_YEAR in (left.born[4:], right.born[4:])
            ),
        ),
        _else("another date of birth"),
    ),
)

POSTCODE = Comparison(
    "postcode",
    "Postcode",
    (
        Level(
            "missing",
            "a postcode is missing",
            "outcode_l is null or outcode_r is null",
            lambda left, right: not (left.outcode and right.outcode),
            is_null=True,
        ),
        Level(
            "same",
            "the same postcode",
            "postcode_l = postcode_r",
            lambda left, right: bool(left.postcode) and left.postcode == right.postcode,
        ),
        Level(
            "near",
            "one slip in the postcode",
            "damerau_levenshtein(postcode_l, postcode_r) <= 1",
            lambda left, right: (
                bool(left.postcode and right.postcode)
                and OSA.distance(left.postcode, right.postcode, score_cutoff=1) <= 1
            ),
        ),
        Level(
            "district",
            "the same first half of the postcode",
            "outcode_l = outcode_r",
            lambda left, right: left.outcode == right.outcode,
        ),
        _else("another postcode"),
    ),
)

NHS_NUMBER = Comparison(
    "nhs_number",
    "NHS number",
    (
        Level(
            "missing",
            "an NHS number is missing",
            "nhs_number_l is null or nhs_number_r is null",
            lambda left, right: not (left.nhs_number and right.nhs_number),
            is_null=True,
        ),
        Level(
            "same",
            "the same NHS number",
            "nhs_number_l = nhs_number_r",
            lambda left, right: left.nhs_number == right.nhs_number,
        ),
        # Of ten million pairs of two people none had it; about one in ten thousand million has.
        Level(
            "near",
            "one slip in the NHS number",
            "damerau_levenshtein(nhs_number_l, nhs_number_r) <= 1",
            lambda left, right: (
                OSA.distance(left.nhs_number, right.nhs_number, score_cutoff=1) <= 1
            ),
            u=1e-8,
        ),
        _else("another NHS number"),
    ),
)

SEX = Comparison(
    "sex",
    "Sex",
    (
        Level(
            "missing",
            "a sex is missing",
            "sex_l is null or sex_r is null",
            lambda left, right: not (left.sex and right.sex),
            is_null=True,
        ),
        Level("same", "the same sex", "sex_l = sex_r", lambda left, right: left.sex == right.sex),
        _else("another sex"),
    ),
)

COMPARISONS = (FIRST_NAME, SURNAME, BORN, POSTCODE, NHS_NUMBER, SEX)


def _apart(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    return not set(left) & set(right)
