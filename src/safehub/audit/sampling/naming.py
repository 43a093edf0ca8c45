"""What to look for where nothing may tell who a child of the sample is.

The people are those of the sampled cases, by the columns of the frame that were kept.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from safehub.audit.sampling.rows import columns_of
from safehub.foundation.disclosure.errors import UnusableWord
from safehub.foundation.disclosure.protected import Protected, ProtectedKind
from safehub.foundation.disclosure.scanning import Scanner

_HEADINGS: tuple[tuple[ProtectedKind, frozenset[str]], ...] = (
    (ProtectedKind.POSTCODE, frozenset({"postcode", "postcodes", "post code", "postal code"})),
    (ProtectedKind.ADDRESS, frozenset({"address", "addresses", "street", "road", "lives"})),
    (
        ProtectedKind.PHONE,
        frozenset({"phone", "phones", "telephone", "tel", "mobile", "mob", "landline"}),
    ),
    (ProtectedKind.EMAIL, frozenset({"email", "emails", "e mail"})),
    (ProtectedKind.SCHOOL, frozenset({"school", "nursery", "college"})),
    (ProtectedKind.GP, frozenset({"gp", "surgery"})),
    (ProtectedKind.REFERENCE, frozenset({"nhs", "upn", "number", "reference"})),
    (
        ProtectedKind.BIRTH_DATE,
        frozenset({"birth", "births", "birthday", "birthdate", "dateofbirth"})
        | frozenset({"born", "dob", "d o b", "date", "on"}),
    ),
    (
        ProtectedKind.NAME,
        frozenset(
            {
                *("name", "names", "forename", "forenames", "surname", "surnames", "alias"),
                *("firstname", "lastname", "fullname", "nickname", "nicknames", "aliases"),
                *("aka", "a k a", "known as", "goes by", "maiden"),
                *("mother", "father", "parent", "parents", "carer", "carers", "sibling"),
                *("mum", "mums", "mom", "mam", "dad", "dads", "stepmum", "stepdad"),
                *("stepmother", "stepfather", "guardian", "guardians"),
                *("brother", "brothers", "sister", "sisters", "grandmother", "grandfather"),
                *("gran", "nan", "grandparent", "grandparents", "aunt", "uncle"),
                *("siblings", "family", "household", "child", "worker"),
            }
        ),
    ),
)
# What the office says a column is when it uploads the frame.
_DETAILS = {
    "name": ProtectedKind.NAME,
    "born": ProtectedKind.BIRTH_DATE,
    "address": ProtectedKind.ADDRESS,
    "family": ProtectedKind.NAME,
}
_WORD = re.compile(r"[a-z]+")
_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def kind_of(heading: str) -> ProtectedKind | None:
    """What a column of the frame tells of a person, by the words of its heading; None: nothing."""
    words = f" {' '.join(_WORD.findall(_CAPITAL.sub(' ', heading).casefold()))} "
    return next(
        (kind for kind, known in _HEADINGS if any(f" {one} " in words for one in known)), None
    )


@dataclass(frozen=True)
class Sought:
    """What is looked for. `looked_in` are the columns; `unusable` counts words too short."""

    protected: tuple[Protected, ...]
    looked_in: tuple[str, ...]
    not_looked_in: tuple[str, ...]
    unusable: int


def sought(
    columns: Sequence[str],
    people: Iterable[tuple[str, Mapping[str, str]]],
    mapping: Mapping[str, str | Sequence[str]] | None = None,
) -> Sought:
    """What to look for: of each person (a key) the cells by column.

    `mapping` is what the office said of its frame: the columns of each detail (name, born, address,
    family). It goes before what a heading seems to say.
    """
    said = {
        column: _DETAILS[detail]
        for detail, columns in columns_of(mapping or {}).items()
        for column in columns
    }
    kinds = {name: said.get(name) or kind_of(name) for name in columns}
    words: dict[tuple[ProtectedKind, str], None] = {}
    unusable = 0
    for _, cells in people:
        for name, kind in kinds.items():
            value = cells.get(name, "").strip()
            if kind is None or not value:
                continue
            found = _usable(kind, value)
            unusable += not found
            words |= dict.fromkeys(found)
    protected = tuple(Protected(kind, "", (value,)) for kind, value in words)
    looked = tuple(name for name in columns if kinds[name] is not None)
    others = tuple(name for name in columns if kinds[name] is None)
    return Sought(protected, looked, others, unusable)


def _usable(kind: ProtectedKind, value: str) -> list[tuple[ProtectedKind, str]]:
    """As what the value can be looked for, and how: each day in it is found however it is written.

    A date in letters that are no day is looked for as it stands.
    """
    if kind is ProtectedKind.BIRTH_DATE and (days := days_in(value)):
        return [(kind, day.isoformat()) for day in days]
    for one in (kind, ProtectedKind.OTHER):
        try:
            Scanner([Protected(one, "", (value,))])
        except UnusableWord:
            continue
        return [(one, value)]
    return []


_NAMES_OF_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august"),
    *("september", "october", "november", "december"),
)
_MONTHS = {name: number for number, name in enumerate(_NAMES_OF_MONTHS, start=1)}
_MONTHS |= {name[:3]: number for name, number in _MONTHS.items()} | {"sept": 9}
_DAY, _YEAR = r"(\d{1,2})(?:st|nd|rd|th)?", r"(\d{4}|\d{2})(?!\d)"
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})[-/. ]?(\d{1,2})[-/. ]?(\d{1,2})(?!\d)")
_DAY_FIRST = re.compile(rf"(?<!\d){_DAY}[-/. ]+(?:of )?(\d{{1,2}}|[a-z]{{3,9}})[-/., ]+{_YEAR}")
_MONTH_FIRST = re.compile(rf"\b([a-z]{{3,9}})[-/. ]+{_DAY}[-/., ]+{_YEAR}")
_FIGURES = re.compile(r"(?<!\d)(\d{2})(\d{2})(\d{4})(?!\d)")


def days_in(cell: str) -> list[dt.date]:
    """Every day that a cell of a frame names: 2015-04-03, 3/4/2015, 03.04.15, 3 April 2015.

    Day before month, as in Britain, unless that is no day. A year of two figures is of this
    century and of the last, since the cell may be a child's or a parent's.
    """
    text, found = cell.casefold(), []
    for form, order in (
        (_YEAR_FIRST, (0, 1, 2)),
        (_DAY_FIRST, (2, 1, 0)),
        (_MONTH_FIRST, (2, 0, 1)),
        (_FIGURES, (2, 1, 0)),
    ):
        for match in form.finditer(text):
            year, month, day = (match.groups()[at] for at in order)
            days = _days(year, month, day) or _days(year, day, month)
            found += days
            if days:
                # What was read is read once.
                blank = ";" * len(match[0])
                text = f"{text[: match.start()]}{blank}{text[match.end() :]}"
    return list(dict.fromkeys(found))


def _days(year: str, month: str, day: str) -> list[dt.date]:
    number = int(month) if month.isdigit() else _MONTHS.get(month, 0)
    years = [int(year)] if len(year) == 4 else [2000 + int(year), 1900 + int(year)]
    found = []
    for one in years:
        try:
            found.append(dt.date(one, number, int(day) if day.isdigit() else 0))
        except ValueError:
            continue
    return found
