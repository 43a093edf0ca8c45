"""A record as it is compared: each value in one form, blank where it is missing."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from safehub.matching.names import kin_of, parts_of, plain_name

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][0-9A-Z]?)([0-9][A-Z]{2})?")


@dataclass(frozen=True, slots=True)
class Compared:
    """One face of a person: the names, the date of birth, the address and the numbers of one time.

    `first_name` and `surname` are plain (`names.plain_name`); `born` is an ISO date; `outcode` is
    the first half of a postcode and `postcode` the whole, without a space; `nhs_number` has ten
    digits, checked or not, since a slip shows by its check digit; `sex` is F or M.
    """

    first_name: str = ""
    surname: str = ""
    born: str = ""
    outcode: str = ""
    postcode: str = ""
    nhs_number: str = ""
    sex: str = ""

    @property
    def kin(self) -> tuple[str, ...]:
        """What the first name may stand for."""
        return kin_of(self.first_name)

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts of a surname that has several."""
        return parts_of(self.surname)


def compared(
    *,
    first_name: str = "",
    surname: str = "",
    born: str = "",
    postcode: str = "",
    nhs_number: str = "",
    sex: str = "",
) -> Compared:
    """The record of values as they were written down; what cannot be read is missing."""
    outcode, whole = postcode_of(postcode)
    return Compared(
        plain_name(first_name),
        plain_name(surname),
        date_of(born),
        outcode,
        whole,
        digits_of(nhs_number),
        sex.strip().upper()[:1] if sex.strip().upper()[:1] in ("F", "M") else "",
    )


def postcode_of(text: str) -> tuple[str, str]:
    """The first half, and the whole without a space; blanks where it is none, or has no second."""
    found = _POSTCODE.fullmatch("".join(text.upper().split()))
    if found is None:
        return "", ""
    return found[1], f"{found[1]}{found[2]}" if found[2] else ""


def date_of(text: str) -> str:
    """The date as YYYY-MM-DD, blank where it is none."""
    if not _DATE.fullmatch(text.strip()):
        return ""
    try:
        return dt.date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        return ""


def digits_of(text: str) -> str:
    """Ten digits of a number that may be written with spaces; blank where there are not ten."""
    digits = re.sub(r"[\s-]", "", text)
    return digits if len(digits) == 10 and digits.isascii() and digits.isdigit() else ""
