"""Entries that can be added and removed without script."""

from __future__ import annotations

import pytest
from django.http import QueryDict
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from safehub.foundation.govuk import forms
from safehub.foundation.govuk.pages import page
from safehub.foundation.govuk.repeats import Entries


class Member(forms.Form):
    who = forms.TextField("Name", longest=20)
    kin = forms.CheckboxesField("Kin", [("m", "Mother"), ("f", "Father")], required=False)


def entries(data: str | None = None, least: int = 1, most: int = 50) -> Entries:
    sent = None if data is None else QueryDict(data)
    return Entries(Member, label="Member", prefix="m", data=sent, least=least, most=most)


def shown(made: Entries) -> list[str]:
    return [str(form["who"].value() or "") for form in made.forms]


def test_first_sight_shows_as_many_as_are_needed() -> None:
    assert len(entries().forms) == 1
    assert len(entries(least=3).forms) == 3
    assert len(entries(least=0).forms) == 1
    assert not entries().can_remove


def test_values_come_in_order_with_all_their_choices() -> None:
    made = entries("m-0-who=Ada&m-2-who=Ben&m-2-kin=m&m-2-kin=f")
    assert made.is_valid()
    assert made.values() == [{"who": "Ada", "kin": []}, {"who": "Ben", "kin": ["m", "f"]}]


def test_add_another_shows_one_more_and_judges_nothing() -> None:
    made = entries("m-0-who=&m-1-who=Ben&m-add=1")
    assert made.pressed
    assert shown(made) == ["", "Ben", ""]
    assert not made.is_valid()
    assert not made.mistakes()
    assert "govuk-error" not in made.as_govuk()


def test_remove_takes_the_one_beside_the_button() -> None:
    made = entries("m-0-who=Ada&m-1-who=Ben&m-2-who=Cara&m-remove=1")
    assert shown(made) == ["Ada", "Cara"]


@pytest.mark.parametrize("word", ["-1", "9", "x", "", "²", "1" * 5000])
def test_remove_of_what_is_not_there_removes_nothing(word: str) -> None:
    data = QueryDict("m-0-who=Ada&m-1-who=Ben", mutable=True)
    data["m-remove"] = word
    made = Entries(Member, label="Member", prefix="m", data=data)
    assert shown(made) == ["Ada", "Ben"]


def test_blank_entry_beyond_the_least_is_passed_over() -> None:
    made = entries("m-0-who=Ada&m-1-who=")
    assert made.is_valid()
    assert [row["who"] for row in made.values()] == ["Ada"]


def test_all_entries_blank_where_one_is_needed_is_a_mistake() -> None:
    made = entries("m-0-who=&m-1-who=")
    assert not made.is_valid()
    assert made.mistakes()[0] == {"text": "Enter name", "href": "#id_m-0-who"}


def test_mistakes_are_listed_on_the_page() -> None:
    made = entries("m-0-who=" + "x" * 21)
    answer = page(RequestFactory().get("/"), "govuk/problem.html", title="Who", entries=made)
    assert answer.status_code == 422
    assert "Name must be 20 characters or fewer" in answer.content.decode()


def test_entry_that_sends_nothing_of_itself_is_still_there() -> None:
    made = entries("m-0-entry=1&m-1-entry=1&m-1-who=Ben&m-add=1")
    assert shown(made) == ["", "Ben", ""]
    assert 'name="m-2-entry"' in made.as_govuk()


def test_no_more_than_the_most() -> None:
    sent = "&".join(f"m-{n}-who=A{n}" for n in range(900)) + "&m-add=1"
    made = entries(sent, most=4)
    assert len(made.forms) == 4
    assert not made.can_add
    assert len(entries(sent, most=10_000).forms) == 50


@given(
    st.lists(st.text("abc ", max_size=5), max_size=6),
    st.lists(st.sampled_from(["add", *"0123"]), max_size=6),
)
def test_whatever_is_pressed_what_was_typed_stays_in_its_order(
    words: list[str], presses: list[str]
) -> None:
    words = words or [""]
    data = QueryDict(mutable=True)
    for place, word in enumerate(words):
        data[f"m-{place}-who"] = word
    expected = [word.strip() for word in words]
    for press in presses:
        sent = data.copy()
        sent["m-add" if press == "add" else "m-remove"] = press
        made = Entries(Member, label="Member", prefix="m", data=sent, least=1)
        if press == "add":
            expected = [*expected, ""]
        elif int(press) < len(expected):
            expected = expected[: int(press)] + expected[int(press) + 1 :] or [""]
        assert [word.strip() for word in shown(made)] == expected
        data = QueryDict(mutable=True)
        for place, word in enumerate(shown(made)):
            data[f"m-{place}-who"] = word
