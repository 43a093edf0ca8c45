"""Numbers that carry their own check, and what a number looks like when it is written down."""

from __future__ import annotations

import re

from safehub.register.people.states import Scheme

# A UPN's letters leave out I, O and S (Department for Education, Unique pupil numbers: guidance).
_UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
_UPN = re.compile(rf"[{_UPN_LETTERS}][0-9]{{11}}[0-9{_UPN_LETTERS}]")
_NHS_DIGITS = 10


def plain_number(scheme: str, written: str) -> str:
    """As it is kept: without spaces and hyphens, in capitals; an agency's own only stripped."""
    if scheme == Scheme.LOCAL:
        return " ".join(written.split())
    return re.sub(r"[\s-]", "", written).upper()


def spaced(nhs_number: str) -> str:
    """`943 476 5919`, as it is read out."""
    return f"{nhs_number[:3]} {nhs_number[3:6]} {nhs_number[6:]}"


def fault_of_number(scheme: str, number: str) -> str:
    """What is wrong with a plain number and what to do, as a sentence; blank where nothing is."""
    if scheme == Scheme.NHS:
        return _fault_of_nhs(number)
    return _fault_of_upn(number) if scheme == Scheme.UPN else ""


def _fault_of_nhs(number: str) -> str:
    if not (len(number) == _NHS_DIGITS and number.isascii() and number.isdigit()):
        return "An NHS number has 10 digits, such as 943 476 5919"
    return "" if nhs_check_digit(number[:9]) == number[9] else _SLIP.format("NHS number")


def nhs_check_digit(nine: str) -> str:
    """The tenth digit of an NHS number, modulus 11; blank where no number begins so.

    NHS Data Model and Dictionary, NHS number.
    """
    total = sum(int(digit) * weight for digit, weight in zip(nine, range(10, 1, -1), strict=True))
    check = (11 - total % 11) % 11
    return str(check) if check < 10 else ""


def _fault_of_upn(number: str) -> str:
    if not _UPN.fullmatch(number):
        return "A UPN has a letter, then 12 digits; the last may be a letter while it is temporary"
    return "" if upn_check_letter(number[1:]) == number[0] else _SLIP.format("UPN")


def upn_check_letter(rest: str) -> str:
    """The first letter of a UPN from its 12 other characters, modulus 23.

    A temporary one ends in a letter, which counts by its place in the alphabet of UPNs.
    """
    values = [int(one) if one.isdigit() else _UPN_LETTERS.index(one) for one in rest]
    total = sum(value * weight for value, weight in zip(values, range(2, 14), strict=True))
    return _UPN_LETTERS[total % 23]


_SLIP = "This is not a real {}: its check does not agree. Look for a slip"
