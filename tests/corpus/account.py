"""The forms of one's own account and of beginning one: passwords, second factors, passkeys."""

from __future__ import annotations

from typing import Any

from allauth.core.context import request_context
from allauth.mfa.models import Authenticator
from django.forms import BaseForm
from django.test import Client
from django.urls import reverse

from corpus.opened import Opened, Registered
from factories.browsers import HttpsClient, browser
from factories.people import make_agency, make_membership, make_person, operator, sign_in
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.outbox.models import Message
from safehub.register.accounts.credentials import forms
from safehub.register.accounts.forms import AcceptForm
from safehub.register.accounts.invitations.commands import invite_at_the_machine
from safehub.register.accounts.models import Membership, Person
from unit.accounts.passkeys import Device
from unit.accounts.signing import PASSWORD, by_password, code_now, with_app, with_password

NEW = "harbour violin twenty"
CHOSEN = {"password1": NEW, "password2": NEW}


def _asha() -> Membership:
    agency = make_agency("police")
    person = make_person("Asha", email="asha@example.org", agency=agency)
    return make_membership(person, agency, Role.AGENCY_AUDITOR)


def _at(name: str, client: Client, form: BaseForm, data: dict[str, Any]) -> Opened:
    return Opened(client, reverse(name), form, data)


def _own(*, has_password: bool = True, has_app: bool = True) -> tuple[Client, Person]:
    """Asha, signed in with both factors, and what she has."""
    asha = _asha()
    if has_password:
        with_password(asha.person)
    if has_app:
        with_app(asha.person)
    return sign_in(browser(), asha.person, asha), asha.person


def _with_passkey() -> tuple[HttpsClient, Person, Device]:
    """Asha, signed in by password, who has just added a passkey."""
    person = with_password(_asha().person)
    client, device = browser(), Device("https://testserver")
    by_password(client, person)
    address = reverse("mfa_add_webauthn")
    credential = device.made(device.options_on(client.get(address)))
    client.post(address, {"name": "Laptop", "credential": credential, "passwordless": "True"})
    return client, person, device


def _made(form: Any, **given: Any) -> BaseForm:
    """A form of a library that has no types."""
    made: BaseForm = form(**given)
    return made


def _factor(person: Person, kind: str) -> Authenticator:
    return Authenticator.objects.get(user=person, type=kind)


def accept() -> Opened:
    person = make_person("Grace", email="grace@example.org", agency=make_agency("police"))
    path = invite_at_the_machine(person=person, by=operator())
    return Opened(browser(), path, AcceptForm(), CHOSEN)


def change_password() -> Opened:
    client, person = _own()
    data = {"oldpassword": PASSWORD, **CHOSEN}
    return _at("account_change_password", client, forms.ChangePasswordForm(user=person), data)


def first_password() -> Opened:
    client, person = _own(has_password=False)
    form = forms.SetPasswordForm(user=person)
    return _at("account_set_password", client, form, CHOSEN)


def new_password() -> Opened:
    person, client = with_password(_asha().person), browser()
    client.post(reverse("account_reset_password"), {"email": person.email})
    link = Message.objects.exclude(link="").latest("pk").link
    form = forms.NewPasswordForm(user=person, temp_key="")
    return Opened(client, client.get(link)["Location"], form, CHOSEN)


def password_again() -> Opened:
    person, client = with_password(_asha().person), browser()
    by_password(client, person)
    form = forms.PasswordAgainForm(user=person)
    return _at("account_reauthenticate", client, form, {"password": PASSWORD})


def second_factor() -> Opened:
    person, client = with_app(with_password(_asha().person)), browser()
    by_password(client, person)
    form = forms.SecondFactorForm(user=person)
    return _at("mfa_authenticate", client, form, {"code": code_now()})


def second_factor_again() -> Opened:
    client, person = _own()
    form = forms.SecondFactorAgainForm(user=person)
    return _at("mfa_reauthenticate", client, form, {"code": code_now()})


def add_app() -> Opened:
    client, person = _own(has_app=False)
    # The form draws a secret, which it keeps in the session of a request.
    with request_context(client.get(reverse("mfa_activate_totp")).wsgi_request):
        form = forms.AddAppForm(user=person)
    return _at("mfa_activate_totp", client, form, {"code": "000000"})


def remove_app() -> Opened:
    # It is refused to who has no other second factor.
    client, person, _ = _with_passkey()
    with_app(person)
    form = _made(forms.RemoveAppForm, authenticator=_factor(person, Authenticator.Type.TOTP))
    return _at("mfa_deactivate_totp", client, form, {})


def new_codes() -> Opened:
    client, person = _own()
    form = _made(forms.NewRecoveryCodesForm, user=person)
    return _at("mfa_generate_recovery_codes", client, form, {})


def add_passkey() -> Opened:
    client, person = _own(has_app=False)
    data = {"name": "Laptop", "credential": "{}", "passwordless": "True"}
    return _at("mfa_add_webauthn", client, forms.AddPasskeyForm(user=person), data)


def passkey_factor() -> Opened:
    _, person, device = _with_passkey()
    client = browser()
    by_password(client, person)
    page = client.get(reverse("mfa_authenticate"))
    data = {"credential": device.used(device.options_on(page), person)}
    return _at("mfa_authenticate", client, forms.PasskeyFactorForm(user=person), data)


def passkey_again() -> Opened:
    client, person, device = _with_passkey()
    page = client.get(reverse("mfa_reauthenticate_webauthn"))
    data = {"credential": device.used(device.options_on(page), person)}
    form = forms.PasskeyAgainForm(user=person)
    return _at("mfa_reauthenticate_webauthn", client, form, data)


def remove_passkey() -> Opened:
    client, person, _ = _with_passkey()
    # It is refused to who has no other second factor.
    with_app(person)
    passkey = _factor(person, Authenticator.Type.WEBAUTHN)
    address = reverse("mfa_remove_webauthn", args=[passkey.pk])
    return Opened(client, address, forms.RemoveForm(), {})


LEADS_AWAY = {"remove-app", "new-recovery-codes", "passkey-again", "remove-passkey"}
FORMS = [
    Registered(name, opens, has_token=False, leads_away=name in LEADS_AWAY)
    for name, opens in (
        ("accept-invitation", accept),
        ("change-password", change_password),
        ("first-password", first_password),
        ("new-password", new_password),
        ("password-again", password_again),
        ("second-factor", second_factor),
        ("second-factor-again", second_factor_again),
        ("add-app", add_app),
        ("remove-app", remove_app),
        ("new-recovery-codes", new_codes),
        ("add-passkey", add_passkey),
        ("passkey-factor", passkey_factor),
        ("passkey-again", passkey_again),
        ("remove-passkey", remove_passkey),
    )
]
