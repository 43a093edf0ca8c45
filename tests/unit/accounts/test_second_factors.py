"""Setting up, using and removing second factors: apps, passkeys and recovery codes."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.utils import timezone

from factories.browsers import HttpsClient, browser
from factories.people import make_membership, sign_in
from safehub.foundation.outbox.models import Message
from safehub.foundation.trail.models import TrailEvent
from safehub.register.accounts.models import Person

from .passkeys import Device
from .signing import SECRET, by_password, code_now, text_of, with_app, with_password

TOLD = "person.second_factor_changed"


def new_person() -> Person:
    return with_password(make_membership().person)


def key_on(page: str) -> str:
    """The key of the app, as the page shows it for typing."""
    found = re.search(r"Key: <code>([A-Z2-7 ]+)</code>", page)
    assert found is not None
    return found[1].replace(" ", "")


@pytest.mark.django_db(transaction=True)
def test_setting_up_an_app_proves_it_and_shows_recovery_codes_once(visitor: HttpsClient) -> None:
    person = new_person()
    by_password(visitor, person)
    assert visitor.get("/people/")["Location"] == "/account/second-factors/"
    page = visitor.get("/account/second-factors/app/").content.decode()
    assert "<svg" in page
    assert "data:image" not in page
    secret = key_on(page)
    wrong = visitor.post("/account/second-factors/app/", {"code": "000000"})
    assert wrong.status_code == 422
    # The same key stays while the right code is looked for.
    assert key_on(wrong.content.decode()) == secret
    answer = visitor.post("/account/second-factors/app/", {"code": code_now(secret)})
    assert answer["Location"] == "/account/second-factors/codes/"
    codes = visitor.get("/account/second-factors/codes/")
    assert len(re.findall(r"<code>\d{4} \d{4}</code>", codes.content.decode())) == 10
    again = visitor.get("/account/second-factors/codes/")
    assert "are not shown again" in text_of(again)
    assert "<code>" not in again.content.decode()
    assert visitor.get("/account/").status_code == 200
    assert Message.objects.filter(notice=TOLD, to=person.email).count() == 1
    assert TrailEvent.objects.filter(event="person.second_factor_added", person=person.pk).exists()


@pytest.mark.django_db
def test_secrets_are_encrypted_in_the_database() -> None:
    person = with_app(new_person())
    RecoveryCodes.activate(person)
    kept = str(list(Authenticator.objects.values("data")))
    assert SECRET not in kept
    assert RecoveryCodes.activate(person).get_unused_codes()[0] not in kept


@pytest.mark.django_db
def test_recovery_code_works_once(visitor: HttpsClient) -> None:
    person = with_app(new_person())
    code = RecoveryCodes.activate(person).get_unused_codes()[0]
    by_password(visitor, person)
    spaced = f"{code[:4]} {code[4:]}"
    assert visitor.post("/sign-in/second-factor/", {"code": spaced})["Location"] == "/"
    visitor.post("/sign-in/out/")
    by_password(visitor, person)
    assert visitor.post("/sign-in/second-factor/", {"code": code}).status_code == 422


@pytest.mark.django_db
def test_only_second_factor_stays(visitor: HttpsClient) -> None:
    person = with_app(new_person())
    sign_in(visitor, person)
    page = visitor.get("/account/second-factors/app/remove/")
    assert "only second factor" in text_of(page)
    visitor.post("/account/second-factors/app/remove/")
    assert Authenticator.objects.filter(user=person).count() == 1


@pytest.mark.django_db
def test_changing_second_factors_wants_a_fresh_one(visitor: HttpsClient) -> None:
    person = with_app(new_person())
    sign_in(visitor, person)
    later = timezone.now() + dt.timedelta(minutes=16)
    with time_machine.travel(later, tick=True):
        answer = visitor.get("/account/second-factors/codes/new/")
        assert answer["Location"].startswith("/account/second-factors/again/?next=")
        # The password is no second factor, so it is not asked for in its stead.
        assert visitor.get("/account/second-factors/password-again/").status_code == 302
        back = visitor.post(answer["Location"], {"code": code_now()})
        assert back["Location"] == "/account/second-factors/codes/new/"
        assert visitor.get(back["Location"]).status_code == 200
        assert TrailEvent.objects.filter(event="person.second_factor_proved").exists()


@pytest.mark.django_db
def test_password_is_wanted_again_before_a_first_second_factor(visitor: HttpsClient) -> None:
    person = new_person()
    by_password(visitor, person)
    assert visitor.get("/account/second-factors/app/").status_code == 200
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=16), tick=True):
        answer = visitor.get("/account/second-factors/app/")
        assert answer["Location"].startswith("/account/second-factors/password-again/")
        page = visitor.get(answer["Location"])
        assert page.status_code == 200


# --- passkeys --------------------------------------------------------------------------------


def add_passkey(client: HttpsClient, device: Device) -> Any:
    page = client.get("/account/second-factors/passkeys/add/")
    assert page.status_code == 200
    credential = device.made(device.options_on(page))
    data = {"name": "Work laptop", "credential": credential, "passwordless": "True"}
    return client.post("/account/second-factors/passkeys/add/", data)


@pytest.fixture
def device() -> Device:
    return Device("https://testserver")


@pytest.mark.django_db(transaction=True)
def test_passkey_is_set_up_and_signs_in_alone(visitor: HttpsClient, device: Device) -> None:
    person = new_person()
    by_password(visitor, person)
    assert add_passkey(visitor, device)["Location"] == "/account/second-factors/codes/"
    assert "Work laptop" in text_of(visitor.get("/account/second-factors/passkeys/"))
    client = browser()
    options = client.get("/sign-in/passkey/", headers={"Accept": "application/json"}).json()
    credential = device.used(options["request_options"], person)
    answer = client.post("/sign-in/passkey/", {"credential": credential, "next": "/account/"})
    assert answer["Location"] == "/account/"
    assert client.get("/account/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_passkey_is_a_second_factor_after_a_password(visitor: HttpsClient, device: Device) -> None:
    person = new_person()
    by_password(visitor, person)
    add_passkey(visitor, device)
    client = browser()
    assert by_password(client, person)["Location"] == "/sign-in/second-factor/"
    page = client.get("/sign-in/second-factor/")
    credential = device.used(device.options_on(page), person)
    assert client.post("/sign-in/second-factor/", {"credential": credential})["Location"] == "/"


@pytest.mark.django_db(transaction=True)
def test_answer_of_a_passkey_is_good_once_and_for_its_own_site(
    visitor: HttpsClient, device: Device
) -> None:
    person = new_person()
    by_password(visitor, person)
    add_passkey(visitor, device)
    client = browser()
    ask = {"Accept": "application/json"}
    options = client.get("/sign-in/passkey/", headers=ask).json()["request_options"]
    elsewhere = Device("https://evil.example", like=device)
    client.post("/sign-in/passkey/", {"credential": elsewhere.used(options, person)})
    assert "_auth_user_id" not in client.session
    options = client.get("/sign-in/passkey/", headers=ask).json()["request_options"]
    credential = device.used(options, person)
    assert client.post("/sign-in/passkey/", {"credential": credential}).status_code == 302
    assert "_auth_user_id" in client.session
    again = browser()
    again.get("/sign-in/passkey/", headers=ask)
    again.post("/sign-in/passkey/", {"credential": credential})
    assert "_auth_user_id" not in again.session


@pytest.mark.django_db(transaction=True)
def test_passkey_without_finger_face_or_pin_does_not_sign_in_alone(
    visitor: HttpsClient, device: Device
) -> None:
    person = new_person()
    by_password(visitor, person)
    device.verifies = False
    assert add_passkey(visitor, device).status_code == 422
    assert Authenticator.objects.filter(user=person).count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    "nonsense",
    [
        "",
        "{}",
        "[]",
        "null",
        '"x"',
        '{"id": 1}',
        "{" * 50,
        '{"response": {}}',
        "[" * 900 + "]" * 900,
    ],
)
def test_nonsense_in_place_of_a_passkey_is_refused(visitor: HttpsClient, nonsense: str) -> None:
    visitor.get("/sign-in/passkey/", headers={"Accept": "application/json"})
    answer = visitor.post("/sign-in/passkey/", {"credential": nonsense})
    assert answer.status_code == 302
    assert "_auth_user_id" not in visitor.session


@pytest.mark.django_db
@pytest.mark.parametrize("nonsense", ["", "{}", "[]", "1", '{"id": 1}', '{"response": 5}'])
def test_nonsense_in_place_of_a_new_passkey_is_refused(visitor: HttpsClient, nonsense: str) -> None:
    sign_in(visitor, with_app(new_person()))
    there = "/account/second-factors/passkeys/add/"
    visitor.get(there)
    answer = visitor.post(there, {"name": "x", "credential": nonsense, "passwordless": "True"})
    assert answer.status_code == 422


@pytest.mark.django_db
def test_signature_of_another_key_is_refused(visitor: HttpsClient, device: Device) -> None:
    person = new_person()
    sign_in(visitor, with_app(person))
    add_passkey(visitor, device)
    client = browser()
    options = client.get("/sign-in/passkey/", headers={"Accept": "application/json"}).json()
    forged = Device("https://testserver")
    forged.name = device.name
    credential = forged.used(options["request_options"], person)
    client.post("/sign-in/passkey/", {"credential": credential})
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_pages_say_that_passkeys_need_script(visitor: HttpsClient) -> None:
    assert "A passkey needs JavaScript" in text_of(visitor.get("/sign-in/"))
    sign_in(visitor, with_app(new_person()))
    assert "A passkey needs JavaScript" in text_of(
        visitor.get("/account/second-factors/passkeys/add/")
    )
