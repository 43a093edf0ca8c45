"""The forms of the register of people, as Rowan of the hub has them open."""

from __future__ import annotations

from typing import Any

from django.forms import BaseForm
from django.test import Client
from django.urls import reverse

from corpus.opened import Opened, Registered, RegisteredList
from factories.browsers import browser
from factories.people import make_agency, make_membership, make_person, make_viewer, sign_in
from factories.register import make_individual, make_unborn
from safehub.foundation.access.vocabulary import Role
from safehub.register.agencies.queries import agencies_in
from safehub.register.people import commands, forms
from safehub.register.people.commands import Lived
from safehub.register.people.looks.commands import look_up
from safehub.register.people.models import Individual, LookUp


class Hub:
    """An agency, and its hub coordinator Rowan, who is signed in."""

    def __init__(self) -> None:
        self.agency = make_agency("csc")
        person = make_person("Rowan", email="rowan@example.org", agency=self.agency)
        self.member = make_membership(person, self.agency, Role.HUB_COORDINATOR)
        self.viewer = make_viewer(self.member)

    def client(self) -> Client:
        return sign_in(browser(), self.member.person, self.member)

    def sought(self) -> LookUp:
        return look_up(given_names="Noor", family_name="Ali", by=self.viewer)


def _day(name: str, *parts: str) -> dict[str, str]:
    return dict(zip((f"{name}-{part}" for part in ("day", "month", "year")), parts, strict=True))


BIRTH = {"birth": "exact", **_day("born_on", "29", "2", "2020"), "sex": "female"}


def search() -> Opened:
    hub = Hub()
    make_individual(hub.viewer)
    data = {"given_names": "Amira", "family_name": "Hassan", "postcode": "", "nhs_number": ""}
    return Opened(hub.client(), reverse("register:search"), forms.SearchForm(), data)


def record() -> Opened:
    hub = Hub()
    data = {"given_names": "Noor", "family_name": "Ali", **BIRTH, "postcode": "FW1 2AB"}
    address = reverse("register:record", args=[hub.sought().pk])
    return Opened(hub.client(), address, forms.RecordForm(), data)


def record_beside() -> Opened:
    """Somebody likely is in the register, and said to be somebody else."""
    hub = Hub()
    one = make_individual(hub.viewer)
    sought = look_up(given_names="Amira", family_name="Hassan", born_on=one.born_on, by=hub.viewer)
    data = {
        "given_names": "Amira",
        "family_name": "Hassan",
        "sex": "female",
        "birth": "exact",
        **_day("born_on", "3", "3", "2020"),
        "others": str(one.pk),
    }
    form = forms.RecordForm(likely=[(str(one.pk), "Amira Hassan")])
    return Opened(hub.client(), reverse("register:record", args=[sought.pk]), form, data)


def _on(name: str, form: BaseForm, data: dict[str, Any], *, unborn: bool = False) -> Opened:
    hub = Hub()
    one: Individual = make_unborn(hub.viewer) if unborn else make_individual(hub.viewer)
    return Opened(hub.client(), reverse(f"register:{name}", args=[one.pk]), form, data)


def add_name() -> Opened:
    data = {"given_names": "Suharto", "family_name": "", "kind": "alias"}
    return _on("add_name", forms.NameForm(), data)


def add_identifier() -> Opened:
    data = {"scheme": "nhs", "number": "943 476 5919", "agency": ""}
    hub = Hub()
    form = forms.IdentifierForm(agencies=agencies_in(hub.agency.partnership_id))
    address = reverse("register:add_identifier", args=[make_individual(hub.viewer).pk])
    return Opened(hub.client(), address, form, data)


def add_address() -> Opened:
    data = {"lines": "1 High Street", "postcode": "FW1 2AB", "is_protected": "on"}
    return _on("add_address", forms.AddressForm(), data)


def end_address() -> Opened:
    hub = Hub()
    one = make_individual(hub.viewer)
    here = commands.add_address(individual=one, lived=Lived("1 High Street"), by=hub.viewer)
    address = reverse("register:end_address", args=[one.pk, here.pk])
    data = _day("lived_until", "29", "2", "2024")
    return Opened(hub.client(), address, forms.EndAddressForm(), data)


def contact() -> Opened:
    data = {"how": "Ring the school, not the home.", "when": "On weekdays before three"}
    return _on("contact", forms.ContactForm(), data)


def correct_birth() -> Opened:
    data = {**BIRTH, "why": "The certificate was shown."}
    return _on("correct_birth", forms.CorrectBirthForm(), data)


def born() -> Opened:
    data = {**_day("born_on", "1", "11", "2026"), "sex": "male"}
    return _on("born", forms.BornForm(), data, unborn=True)


def lost() -> Opened:
    data = {"ending": "stillborn", **_day("on", "1", "11", "2026")}
    return _on("lost", forms.LostForm(), data, unborn=True)


def died() -> Opened:
    return _on("died", forms.DiedForm(), _day("on", "1", "11", "2026"))


def results() -> tuple[Client, str]:
    hub = Hub()
    make_individual(hub.viewer, "Noor", "Ali")
    return hub.client(), reverse("register:results", args=[hub.sought().pk])


FORMS = [
    Registered("person-search", search),
    Registered("person-record", record),
    Registered("person-record-beside", record_beside),
    Registered("person-name", add_name),
    Registered("person-number", add_identifier),
    Registered("person-address", add_address),
    Registered("person-address-end", end_address),
    Registered("person-contact", contact),
    Registered("person-birth", correct_birth),
    Registered("person-born", born),
    Registered("person-lost", lost),
    Registered("person-died", died),
]
LISTS = [RegisteredList("person-results", results)]
