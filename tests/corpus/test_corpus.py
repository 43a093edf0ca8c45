"""Bad input: each stored case is fed to every form, and what comes of it is what is written there.

The fast lane feeds half of the cases to the kitchen's form with all kinds of fields, and a part
that turns with its name to each other form; the full lane feeds all to all.
"""

from __future__ import annotations

import os
import zlib
from collections import Counter
from typing import Any

import pytest
from django.test import Client
from django.urls import resolve

from corpus.every import pages_with_forms, product_forms
from corpus.feeding import (
    faults_of,
    feed_form,
    feed_request,
    feed_value,
    hidden_of,
    kind_of,
    undone,
)
from corpus.opened import Registered, RegisteredList
from corpus.reading import Case, stored_cases
from corpus.registry import FORMS, LISTS

# The kitchen's table is made outside any transaction: named here, it comes before the database.
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kitchen_table")]

IS_FULL = os.environ.get("SAFEHUB_TEST_LANE") == "full"
HALF, PART = 2, 12
CASES = list(stored_cases())
GROUPS = sorted({case.group for case in CASES} - {"queries", "requests", "forms"})


def due(cases: list[Case], registered: Registered | RegisteredList) -> list[Case]:
    """The cases that this lane feeds to the form."""
    if IS_FULL:
        return cases
    part = HALF if registered.name == "sink" else PART
    turn = zlib.crc32(registered.name.encode()) % part
    return [case for case in cases if zlib.crc32(case.name.encode()) % part == turn]


def of(*groups: str) -> list[Case]:
    return [case for case in CASES if case.group in groups]


@pytest.fixture
def site(request: pytest.FixtureRequest, registered: Registered | RegisteredList) -> str:
    """The pages that the form is among."""
    request.getfixturevalue(registered.site)
    return registered.site


def told(faults: list[str]) -> str:
    return "\n".join([f"{len(faults)} faults", *faults[:25]])


def test_there_are_enough_cases_each_with_a_name_of_its_own() -> None:
    assert len(CASES) >= 1000
    assert not [name for name, count in Counter(case.name for case in CASES).items() if count > 1]
    assert min(Counter(case.group for case in CASES).values()) >= 30


def test_the_kitchen_has_a_field_for_every_kind_of_case() -> None:
    from corpus.kitchen import SinkForm

    kinds = {kind_of(field) for field in SinkForm().fields.values()}
    assert {case.kind for case in CASES} <= kinds | {"form", "request", "query"}


def test_every_form_of_the_product_is_fed(product: None) -> None:
    """Each class that somebody can fill in, and each page that takes one."""
    fed: set[type] = set()
    pages: set[str] = set()
    for registered in FORMS:
        if registered.site != "product":
            continue
        with undone(Client()):
            opened = registered.opens()
            fed |= set(type(opened.form).__mro__)
            pages.add(resolve(opened.address).view_name)
    missing = {one for one in product_forms() if one not in fed}
    assert {f"{one.__module__}.{one.__name__}" for one in missing} == NOT_POSTED
    assert sorted(pages_with_forms() - pages) == []


# What is asked in an address is among the lists; the passkey alone signs in from a page's script.
NOT_POSTED = {
    "safehub.register.accounts.forms.FindPeopleForm",
    "safehub.register.accounts.credentials.forms.PasskeySignInForm",
}


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("registered", FORMS, ids=str)
def test_a_bad_value_is_answered_as_stored(registered: Registered, site: str, group: str) -> None:
    opened = registered.opens()
    kinds = {kind_of(field) for field in opened.form.fields.values()}
    cases = [case for case in due(of(group), registered) if case.kind in kinds]
    if not cases:
        return
    hidden = hidden_of(opened)
    faults: list[str] = []
    for case in cases:
        faults += feed_value(registered, opened, hidden, case)
    assert not faults, told(faults)


@pytest.mark.parametrize("registered", FORMS, ids=str)
def test_a_tampered_form_is_answered_as_stored(registered: Registered, site: str) -> None:
    opened = registered.opens()
    hidden = hidden_of(opened)
    faults: list[str] = []
    for case in due(of("forms"), registered):
        faults += feed_form(registered, opened, hidden, case)
    assert not faults, told(faults)


@pytest.mark.parametrize("registered", FORMS, ids=str)
def test_an_odd_request_is_answered_as_stored(registered: Registered, site: str) -> None:
    opened = registered.opens()
    faults: list[str] = []
    for case in due(of("requests"), registered):
        faults += feed_request(registered, opened, case)
    assert not faults, told(faults)


@pytest.mark.parametrize("registered", LISTS, ids=str)
def test_an_absurd_question_is_answered_as_stored(registered: RegisteredList, site: str) -> None:
    client, address = registered.opens()
    faults: list[str] = []
    for case in due(of("queries"), registered):
        with undone(client):
            answer: Any = client.get(f"{address}?{case.part('query')}")
            # A list whose filter refuses a value says so; the kitchen's has no such filter.
            more = {422} if 200 in case.expect and registered.site == "product" else set()
            if registered.is_strict and "after=" in case.part("query"):
                more |= {404}
            faults += faults_of(answer, {*case.expect, *more}, str(case))
    assert not faults, told(faults)
