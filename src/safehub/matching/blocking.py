"""Which pairs are looked at at all: those that share a blocking key.

Both paths go by the same keys. In bulk the database joins on their columns; for one person each key
is hashed, and kept in a narrow table beside the person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import blake2b

from safehub.matching.records import Compared

Values = Callable[[Compared], tuple[str, ...]]


@dataclass(frozen=True)
class Key:
    """The columns of a bulk table that it joins on, and the same of one record; blank is no key.

    One without columns is too wide for whole tables, and of a look-up alone. One without values is
    of whole tables alone: a look-up has a wider one (`within`) that finds all that it does.
    """

    code: str
    columns: tuple[str, ...]
    values: Values | None = None
    within: str = ""


# Columns that only blocking asks for, each in SQL and in Python.
DERIVED_SQL = {
    "name_low": "least(first_name, surname)",
    "name_high": "greatest(first_name, surname)",
    "initials": (
        "least(substr(first_name, 1, 1), substr(surname, 1, 1))"
        " || greatest(substr(first_name, 1, 1), substr(surname, 1, 1))"
    ),
    "first_three": "case when length(first_name) > 1 then substr(first_name, 1, 3) end",
    "surname_three": "substr(surname, 1, 3)",
    "born_year": "substr(born, 1, 4)",
    "nhs_first": "substr(nhs_number, 1, 5)",
    "nhs_last": "substr(nhs_number, 6)",
}


def _names(one: Compared) -> tuple[str, ...]:
    if not (one.first_name and one.surname):
        return ("",)
    return tuple(sorted((one.first_name, one.surname)))


_SOUNDS = str.maketrans("BFPVCGJKQSXZDTLMNR", "111122222222334556")


def soundex(name: str) -> str:
    """How a plain name sounds, as the United States' census has coded names since 1930: its first
    letter and three digits. Blank for a blank."""
    if not name:
        return ""
    codes = name.translate(_SOUNDS)
    found, before = [], codes[0]
    for code in codes[1:]:
        if code.isdigit() and code != before:
            found.append(code)
        if code not in "HW":
            before = code
    return (name[0] + "".join(found) + "000")[:4]


def _initials(one: Compared) -> str:
    if not (one.first_name and one.surname):
        return ""
    return "".join(sorted(one.first_name[0] + one.surname[0]))


KEYS = (
    Key("born", (), lambda one: (one.born,)),
    Key("sounds", (), lambda one: (soundex(one.first_name), soundex(one.surname))),
    Key("nhs_number", ("nhs_number",), lambda one: (one.nhs_number,)),
    Key("names", ("name_low", "name_high"), _names),
    Key("born_first", ("born", "first_name"), within="born"),
    Key("born_surname", ("born", "surname"), within="born"),
    Key("born_initials", ("born", "initials"), within="born"),
    Key("postcode_first", ("postcode", "first_name"), lambda one: (one.postcode, one.first_name)),
    Key("postcode_surname", ("postcode", "surname"), lambda one: (one.postcode, one.surname)),
    Key("postcode_born", ("postcode", "born"), within="born"),
    Key(
        "threes_year",
        ("first_three", "surname_three", "born_year"),
        lambda one: (
            one.first_name[:3] if len(one.first_name) > 1 else "",
            one.surname[:3],
            one.born[:4],
        ),
    ),
    Key(
        "surname_year_district",
        ("surname", "born_year", "outcode"),
        lambda one: (one.surname, one.born[:4], one.outcode),
    ),
    Key(
        "first_year_district",
        ("first_name", "born_year", "outcode"),
        lambda one: (one.first_name, one.born[:4], one.outcode),
    ),
    Key("born_district", ("born", "outcode"), within="born"),
    Key("postcode_initials", ("postcode", "initials"), lambda one: (one.postcode, _initials(one))),
    Key(
        "first_three_district",
        ("first_name", "surname_three", "outcode"),
        lambda one: (one.first_name, one.surname[:3], one.outcode),
    ),
    Key(
        "first_nhs_first",
        ("first_name", "nhs_first"),
        lambda one: (one.first_name, one.nhs_number[:5]),
    ),
    Key(
        "first_nhs_last",
        ("first_name", "nhs_last"),
        lambda one: (one.first_name, one.nhs_number[5:]),
    ),
)


def hashes_of(one: Compared) -> Iterator[int]:
    """The keys of a record, each as a number of 63 bits. A hash may be of two keys by chance: that
    adds a candidate, and loses none."""
    for key in KEYS:
        values = key.values(one) if key.values else ()
        if values and all(values):
            text = "\x1f".join((key.code, *values)).encode()
            yield int.from_bytes(blake2b(text, digest_size=8).digest(), "big") >> 1
