"""A date in three boxes."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safehub.foundation.govuk import forms
from safehub.foundation.govuk.dates import month_number

TODAY = dt.date(2026, 11, 24)


class Birth(forms.Form):
    born = forms.DateField("Date of birth", earliest=dt.date(2000, 1, 1), latest=lambda: TODAY)


def filled(day: str, month: str, year: str) -> Birth:
    return Birth({"born-day": day, "born-month": month, "born-year": year})


@pytest.mark.parametrize(
    "month", ["3", "03", "mar", "Mar", "MARCH", "march", "March ", "marc", "Mar."]
)
def test_date_with_any_way_to_say_a_month_is_read(month: str) -> None:
    form = filled(" 07", month, "2019")
    assert form.is_valid(), form.errors
    assert form.cleaned_data["born"] == dt.date(2019, 3, 7)


@pytest.mark.parametrize(
    "word", ["", "0", "13", "ma", "ju", "j", "003", "marzo", "mars", "三", "１"]
)
def test_word_that_is_no_month_is_none(word: str) -> None:
    assert month_number(word) is None


def test_september_has_its_common_short_form() -> None:
    assert month_number("Sept") == 9


@pytest.mark.parametrize(
    ("parts", "sentence", "wrong"),
    [
        (("", "", ""), "Enter date of birth", ("day", "month", "year")),
        (("1", "", ""), "Date of birth must include a month and a year", ("month", "year")),
        (("", "3", "2019"), "Date of birth must include a day", ("day",)),
        (("29", "2", "2019"), "must have a day from 1 to 28 in February 2019", ("day",)),
        (("31", "apr", "2019"), "must have a day from 1 to 30 in April 2019", ("day",)),
        (("0", "4", "2019"), "must have a day from 1 to 30", ("day",)),
        (("-1", "4", "2019"), "must have a day from 1 to 30", ("day",)),
        (("1", "thirteen", "2019"), "must have a real month, such as 3 or March", ("month",)),
        (("1", "1", "19"), "must have a year of 4 numbers", ("year",)),
        (("1", "1", "٢٠١٩"), "must have a year of 4 numbers", ("year",)),
        (("1", "1", "1066"), "must have a year from 1880 to 2200", ("year",)),
        (("25", "11", "2026"), "must be 24 November 2026 or earlier", ("day", "month", "year")),
        (("31", "12", "1999"), "must be 1 January 2000 or later", ("day", "month", "year")),
    ],
)
def test_mistake_in_a_date_names_the_part_and_leads_to_it(
    parts: tuple[str, str, str], sentence: str, wrong: tuple[str, ...]
) -> None:
    form = filled(*parts)
    assert not form.is_valid()
    assert sentence in form["born"].mistake
    assert form["born"].wrong_parts == wrong
    assert form.mistakes() == [{"text": form["born"].mistake, "href": f"#id_born-{wrong[0]}"}]
    html = form["born"].as_govuk()
    for part in ("day", "month", "year"):
        box = html.split(f'id="id_born-{part}"')[0].rsplit("<input", 1)[1]
        assert ("govuk-input--error" in box) is (part in wrong)


def test_what_was_typed_is_shown_again() -> None:
    html = filled("<b>", "Febuary", "20").as_govuk()
    assert 'value="Febuary"' in html
    assert "&lt;b&gt;" in html


@given(st.dates(dt.date(2000, 1, 1), TODAY))
def test_day_that_is_shown_comes_back_the_same(on: dt.date) -> None:
    class Kept(Birth):
        pass

    shown = Kept(initial={"born": on})
    html = str(shown["born"].as_govuk())
    assert f'value="{on.year}"' in html
    again = Kept(
        {"born-day": str(on.day), "born-month": str(on.month), "born-year": str(on.year)},
        initial={"born": on},
    )
    assert again.is_valid()
    assert again.cleaned_data["born"] == on
    assert not again.has_changed()


@given(st.text(max_size=6), st.text(max_size=12), st.text(max_size=6))
def test_anything_typed_is_a_date_or_a_mistake(day: str, month: str, year: str) -> None:
    form = filled(day, month, year)
    assert form.is_valid() is not bool(form.errors)
    assert form.as_govuk()
