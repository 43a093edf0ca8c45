"""Which columns of a frame are looked for in what is about to be published."""

from __future__ import annotations

import datetime as dt

import pytest

from safehub.audit.reports.publishing.naming import found_words
from safehub.audit.sampling.naming import days_in, kind_of, sought

COLUMNS = ["referred_on", "whose", "where", "area"]
PEOPLE = [("1", {"whose": "Wren Osier", "where": "4 Teasel Close", "area": "North"})]


def test_a_column_that_the_office_named_is_looked_for_whatever_its_heading() -> None:
    plain = sought(COLUMNS, PEOPLE)
    assert plain.not_looked_in == ("whose", "where", "area")
    said = sought(COLUMNS, PEOPLE, {"name": "whose", "address": "where"})
    assert said.looked_in == ("referred_on", "whose", "where")
    assert said.not_looked_in == ("area",)
    texts = ["Wren lives at 4 Teasel Close.", "In the North nobody asked."]
    assert not found_words(texts, plain.protected)
    found = {(one.kind.value, one.word) for one in found_words(texts, said.protected)}
    assert ("address", "4 Teasel Close") in found
    assert ("name", "Wren") in found


SPELT = [
    "3 April 2015",
    "3rd of April 2015",
    "3 Apr 2015",
    "April 3, 2015",
    "3/4/15",
    "3/4/2015",
    "03/04/2015",
    "03.04.2015",
    "03-04-15",
    "2015-04-03",
    "2015/04/03",
    "20150403",
    "03042015",
]


@pytest.mark.parametrize("kept", [*SPELT, "2015-04-03 00:00:00", "2015-04-03T00:00", "4/13/2015"])
@pytest.mark.parametrize("heading", ["dob", "Date of birth", "DateOfBirth", "born"])
def test_a_day_is_found_however_the_frame_and_the_text_write_it(kept: str, heading: str) -> None:
    looked = sought([heading], [("1", {heading: kept})])
    assert (looked.looked_in, looked.unusable) == ((heading,), 0)
    other = kept.startswith("4/13")
    texts = (
        ["He was born on 13 April 2015."] if other else [f"Born {one}, at home." for one in SPELT]
    )
    for text in texts:
        hits = found_words([text], looked.protected)
        assert {one.kind.value for one in hits} == {"birth_date"}, text
    assert not found_words(["Born on 4 May 2015, or on 12/11/15."], looked.protected)


def test_each_day_of_a_cell_and_both_centuries_of_a_short_year() -> None:
    assert days_in("03/04/2015; 5-6-2017") == [dt.date(2015, 4, 3), dt.date(2017, 6, 5)]
    assert days_in("3/4/85") == [dt.date(2085, 4, 3), dt.date(1985, 4, 3)]
    for none in ("unknown", "31/02/2015", "13/14/2015", "4", "due in spring", "1/2"):
        assert days_in(none) == [], none


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        *((one, "postcode") for one in ("postcode", "post code", "Post_Code", "postal code")),
        *((one, "phone") for one in ("tel", "Tel.", "telephone", "tel no", "mobile", "mum tel")),
        *((one, "name") for one in ("mum", "Dad", "mum's name", "nickname", "aka", "a.k.a.")),
        *((one, "name") for one in ("also known as", "Known As", "carer", "firstName", "guardian")),
        *((one, "email") for one in ("e-mail", "email")),
        *((one, "birth_date") for one in ("DateOfBirth", "mum's dob", "birthday", "D.O.B.")),
        *((one, None) for one in ("source_code", "code", "area", "age_band", "primary_need")),
        *((one, None) for one in ("outcome", "category", "telling", "grade", "partner agency")),
    ],
)
def test_a_heading_tells_what_is_in_its_column(heading: str, kind: str | None) -> None:
    found = kind_of(heading)
    assert (found.value if found else None) == kind


def test_no_grade_and_no_number_of_a_case_is_taken_for_somebody() -> None:
    cells = {
        "dob": "03/04/2015",
        "post code": "ZZ9 9ZZ",
        "tel": "01632 960 123",
        "mum": "Wren Osier",
        "aka": "Fennimore",
        "nhs number": "943 476 5919",
    }
    looked = sought(list(cells), [("1", cells)])
    texts = [
        "Case 03 is graded requires improvement, case 04 good, case 15 inadequate.",
        "3 of 4 cases (75.0 %) were good or better; 4 of 15 on time in 2015.",
        "Grade 3, then 4. Question 3.4.2 was answered in 15 of 20 cases: see figure 4.15.",
        "The round ran from 1 April 2026 to 30 June 2026, report 2026-04, version 3.4.",
        "Outstanding: 3; good: 4; requires improvement: 15; inadequate: 2.",
    ]
    assert not found_words(texts, looked.protected)
    told = found_words(
        ["Mrs Osier, 01632 960123, of ZZ99ZZ, calls him Fennimore (born 3.4.15)."], looked.protected
    )
    assert {one.kind.value for one in told} == {"name", "phone", "postcode", "birth_date"}
