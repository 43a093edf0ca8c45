"""Numbers that carry their own check."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safehub.register.people.rules import (
    fault_of_number,
    nhs_check_digit,
    plain_number,
    spaced,
    upn_check_letter,
)
from safehub.register.people.states import Scheme

# Numbers that the NHS publishes for tests, and one worked out by hand.
GOOD_NHS = ["943 476 5919", "9434765870", "999-000-0018"]
LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"


@pytest.mark.parametrize("written", GOOD_NHS)
def test_nhs_numbers_that_check(written: str) -> None:
    assert fault_of_number(Scheme.NHS, plain_number(Scheme.NHS, written)) == ""


@pytest.mark.parametrize(
    "written",
    ["943 476 5918", "943476591", "94347659190", "９４３４７６５９１９", "943476591X", ""],
)
def test_nhs_numbers_that_do_not(written: str) -> None:
    assert fault_of_number(Scheme.NHS, plain_number(Scheme.NHS, written))


def test_an_nhs_number_is_read_out_in_three_groups() -> None:
    assert spaced("9434765919") == "943 476 5919"


@given(st.integers(0, 999_999_999).map("{:09}".format), st.integers(0, 8), st.integers(1, 9))
def test_one_wrong_digit_of_an_nhs_number_shows(nine: str, at: int, off: int) -> None:
    """Modulus 11 finds every single slip."""
    check = nhs_check_digit(nine)
    slipped = f"{nine[:at]}{(int(nine[at]) + off) % 10}{nine[at + 1 :]}"
    assert check == "" or nhs_check_digit(slipped) != check


def test_a_upn_worked_out_by_hand() -> None:
    """2 to 13 times 8 0 1 2 0 0 0 0 1 0 0 1 is 16 + 4 + 10 + 10 + 13 = 53: 7 beyond 46, an H."""
    assert upn_check_letter("801200001001") == "H"
    assert fault_of_number(Scheme.UPN, plain_number(Scheme.UPN, "h 8012 0000 1001")) == ""


@pytest.mark.parametrize(
    "written", ["A801200001001", "H80120000100", "I801200001001", "H80120000100S"]
)
def test_upns_that_do_not_check(written: str) -> None:
    assert fault_of_number(Scheme.UPN, plain_number(Scheme.UPN, written))


@given(st.integers(0, 10**11 - 1).map("{:011}".format), st.sampled_from(LETTERS))
def test_a_temporary_upn_ends_in_a_letter(eleven: str, last: str) -> None:
    whole = f"{upn_check_letter(eleven + last)}{eleven}{last}"
    assert fault_of_number(Scheme.UPN, whole) == ""


def test_an_agencys_own_number_is_kept_as_it_is_written() -> None:
    assert plain_number(Scheme.LOCAL, "  P/12  ab ") == "P/12 ab"
    assert fault_of_number(Scheme.LOCAL, "P/12 ab") == ""
