"""The product's own forms and lists, each with somebody who may open it."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from corpus import (
    account,
    answering,
    coding,
    commissioning,
    conduct,
    drawing,
    knowing,
    moderating,
    moving,
    planning,
    publishing,
    register,
    site,
    summing,
    tools,
    year,
)
from corpus.opened import Opened, Registered, RegisteredList
from factories.browsers import browser
from factories.people import make_agency, make_membership, make_person, operator, sign_in
from safehub.foundation.access.vocabulary import Role
from safehub.register.accounts import commands, forms
from safehub.register.accounts.credentials import forms as credentials
from safehub.register.accounts.models import Membership
from safehub.register.accounts.sessions.forms import ActAsForm


class Police:
    """An agency, Cara who looks after its people and is signed in, and its auditor Asha."""

    def __init__(self, lead: Role = Role.AGENCY_COORDINATOR) -> None:
        self.agency = make_agency("police")
        self.cara = self._one("Cara", lead)
        self.asha = self._one("Asha", Role.AGENCY_AUDITOR)
        self.client: Client = sign_in(browser(), self.cara.person, self.cara)

    def _one(self, name: str, role: Role) -> Membership:
        person = make_person(name, email=f"{name.lower()}@example.org", agency=self.agency)
        return make_membership(person, self.agency, role)

    @property
    def offered(self) -> dict[str, Any]:
        return {"agencies": [self.agency], "roles": [Role.AGENCY_AUDITOR]}

    @property
    def membership(self) -> dict[str, Any]:
        return {
            "agency": str(self.agency.pk),
            "role": "agency_auditor",
            "unit": "",
            "ends_on-day": "31",
            "ends_on-month": "12",
            "ends_on-year": "2027",
        }


def invite() -> Opened:
    police = Police()
    data = {"name": "Grace Okafor", "email": "grace@example.org", **police.membership}
    form = forms.InvitePersonForm(**police.offered)
    return Opened(police.client, reverse("accounts:invite"), form, data)


def add_membership() -> Opened:
    police = Police()
    form = forms.AddMembershipForm(**police.offered)
    return _on_asha("accounts:add_membership", police, form, police.membership)


def rename() -> Opened:
    return _on_asha("accounts:rename", Police(), forms.RenameForm(), {"name": "Asha Begum"})


def _on_asha(name: str, police: Police, form: Any, data: dict[str, Any]) -> Opened:
    address = reverse(name, args=[police.asha.person_id])
    return Opened(police.client, address, form, data)


def end_membership() -> Opened:
    police = Police()
    data = {"ends_on-day": "31", "ends_on-month": "12", "ends_on-year": "2027"}
    address = reverse("accounts:end_membership", args=[police.asha.pk])
    return Opened(police.client, address, forms.EndMembershipForm(), data)


def train() -> Opened:
    police = Police()
    names = ("trained_until-day", "trained_until-month", "trained_until-year")
    address = reverse("accounts:train", args=[police.asha.pk])
    data = dict(zip(names, ("31", "12", "2027"), strict=True))
    return Opened(police.client, address, forms.TrainingForm(), data)


def shut_out() -> Opened:
    return _on_asha("accounts:deactivate", Police(), forms.ConfirmForm(), {})


def begin_anew() -> Opened:
    return _on_asha("accounts:begin_anew", Police(), forms.ConfirmForm(), {})


def send_again() -> Opened:
    return _on_asha("accounts:send_again", Police(), forms.ConfirmForm(), {})


def back_in() -> Opened:
    police = Police()
    commands.deactivate_person(person=police.asha.person, by=operator())
    return _on_asha("accounts:reactivate", police, forms.ConfirmForm(), {})


def let_break_glass() -> Opened:
    return _on_glass("accounts:let_break_glass", Police(lead=Role.SAFEGUARDING_LEAD))


def take_glass() -> Opened:
    police = Police(lead=Role.SAFEGUARDING_LEAD)
    commands.let_break_glass(membership=police.asha, is_allowed=True, by=operator())
    return _on_glass("accounts:take_glass", police)


def _on_glass(name: str, police: Police) -> Opened:
    return Opened(police.client, reverse(name, args=[police.asha.pk]), forms.ConfirmForm())


def sign_in_page() -> Opened:
    Police()
    data = {"login": "asha@example.org", "password": "a wrong passphrase"}
    return Opened(browser(), reverse("account_login"), credentials.SignInForm(), data)


def ask_for_link() -> Opened:
    Police()
    data = {"email": "asha@example.org"}
    address = reverse("account_reset_password")
    return Opened(browser(), address, credentials.AskForLinkForm(), data)


def act_as() -> Opened:
    police = Police()
    form = ActAsForm(memberships=[police.cara])
    data = {"membership": str(police.cara.pk)}
    return Opened(police.client, reverse("accounts:act_as"), form, data)


def people() -> tuple[Client, str]:
    return Police().client, reverse("accounts:people")


def one_person() -> tuple[Client, str]:
    police = Police()
    return police.client, reverse("accounts:person", args=[police.asha.person_id])


FORMS = [
    Registered("invite", invite),
    Registered("add-membership", add_membership),
    Registered("rename", rename),
    Registered("end-membership", end_membership),
    Registered("train", train),
    Registered("shut-out", shut_out),
    Registered("sign-in", sign_in_page, has_token=False),
    Registered("ask-for-link", ask_for_link, has_token=False),
    Registered("act-as", act_as, has_token=False),
    Registered("begin-anew", begin_anew),
    Registered("send-again", send_again),
    Registered("back-in", back_in),
    Registered("let-break-glass", let_break_glass),
    Registered("take-glass", take_glass),
    *account.FORMS,
    *site.FORMS,
    *tools.FORMS,
    *answering.FORMS,
    *knowing.FORMS,
    *summing.FORMS,
    *conduct.FORMS,
    *moderating.FORMS,
    *coding.FORMS,
    *moving.FORMS,
    *planning.FORMS,
    *commissioning.FORMS,
    *drawing.FORMS,
    *publishing.FORMS,
    *register.FORMS,
    *year.FORMS,
]
LISTS = [
    RegisteredList("people", people),
    RegisteredList("person", one_person),
    RegisteredList("sign-in", lambda: (browser(), reverse("account_login"))),
    RegisteredList("invite", lambda: (Police().client, reverse("accounts:invite"))),
    RegisteredList("home", lambda: (Police().client, "/")),
    *site.LISTS,
    *tools.LISTS,
    *answering.LISTS,
    *planning.LISTS,
    *commissioning.LISTS,
    *register.LISTS,
    *year.LISTS,
]
