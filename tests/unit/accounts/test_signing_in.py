"""Signing in by password and second factor."""

from __future__ import annotations

from typing import Any

import pytest

from factories.browsers import HttpsClient
from factories.people import make_agency, make_membership, make_person

from .signing import PASSWORD, by_password, code_now, text_of, with_app, with_password

pytestmark = pytest.mark.django_db


def test_password_and_code_lead_to_the_page_that_was_asked_for(visitor: HttpsClient) -> None:
    person = with_app(with_password(make_membership().person))
    asked = visitor.get("/people/?q=a")
    assert asked.status_code == 302
    assert asked["Location"] == "/sign-in/?next=%2Fpeople%2F%3Fq%3Da"
    first = visitor.post(asked["Location"], {"login": person.email, "password": PASSWORD})
    assert first["Location"] == "/sign-in/second-factor/"
    assert "_auth_user_id" not in visitor.session
    second = visitor.post("/sign-in/second-factor/", {"code": code_now()})
    assert second["Location"] == "/people/?q=a"
    assert visitor.get("/account/").status_code == 200


def test_the_whole_of_each_page_is_ours(visitor: HttpsClient) -> None:
    for address in (
        "/sign-in/",
        "/sign-in/password/",
        "/sign-in/password/sent/",
        "/sign-in/how-to-begin/",
        "/sign-in/not-in-use/",
    ):
        answer = visitor.get(address)
        assert answer.status_code == 200, address
        assert "govuk-template" in answer.content.decode(), address


@pytest.mark.parametrize("known", [True, False])
def test_wrong_password_and_unknown_address_are_told_alike(
    visitor: HttpsClient, known: bool
) -> None:
    person = with_password(make_person("Asha"))
    email = person.email if known else "nobody@example.org"
    answer = visitor.post("/sign-in/", {"login": email, "password": "x" * 12})
    assert answer.status_code == 422
    assert "The email address or the password is not right" in text_of(answer)


def test_sixth_wrong_password_waits_and_then_even_the_right_one(visitor: HttpsClient) -> None:
    person = with_password(make_person())
    for _ in range(5):
        assert "not right" in text_of(by_password(visitor, person, "wrong wrong wrong"))
    answer = by_password(visitor, person)
    assert "too often" in text_of(answer)
    assert "_auth_user_id" not in visitor.session


def test_many_addresses_from_one_place_wait_too(visitor: HttpsClient) -> None:
    answers = [
        visitor.post("/sign-in/", {"login": f"n{i}@example.org", "password": "wrong"})
        for i in range(12)
    ]
    assert any("too often" in text_of(one) for one in answers)


def test_wrong_code_and_used_code_are_refused(visitor: HttpsClient) -> None:
    person = with_app(with_password(make_membership().person))
    by_password(visitor, person)
    wrong = visitor.post("/sign-in/second-factor/", {"code": "000000"})
    assert wrong.status_code == 422
    assert "That code is not right" in text_of(wrong)
    code = code_now()
    spaced = f"{code[:3]} {code[3:]}"
    assert visitor.post("/sign-in/second-factor/", {"code": spaced})["Location"] == "/"
    visitor.post("/sign-in/out/")
    by_password(visitor, person)
    again = visitor.post("/sign-in/second-factor/", {"code": code})
    assert again.status_code == 422


def test_codes_cannot_be_tried_through(visitor: HttpsClient) -> None:
    person = with_app(with_password(make_membership().person))
    by_password(visitor, person)
    for number in range(5):
        visitor.post("/sign-in/second-factor/", {"code": f"00000{number}"})
    answer = visitor.post("/sign-in/second-factor/", {"code": code_now()})
    assert "too often" in text_of(answer)
    assert "_auth_user_id" not in visitor.session


def test_who_is_shut_out_does_not_come_in(visitor: HttpsClient) -> None:
    person = with_app(with_password(make_membership().person))
    person.is_active = False
    person.save()
    answer = by_password(visitor, person)
    assert answer["Location"] == "/sign-in/not-in-use/"
    assert "_auth_user_id" not in visitor.session


def test_session_gets_a_new_id_at_sign_in(visitor: HttpsClient) -> None:
    person = with_app(with_password(make_membership().person))
    by_password(visitor, person)
    before = visitor.session.session_key
    visitor.post("/sign-in/second-factor/", {"code": code_now()})
    assert visitor.session.session_key != before


def test_who_has_several_roles_chooses_first(visitor: HttpsClient) -> None:
    person = with_app(with_password(make_person()))
    make_membership(person)
    make_membership(person, make_agency("health"))
    visitor.get("/people/")
    by_password(visitor, person, query_params={"next": "/people/"})
    answer = visitor.post("/sign-in/second-factor/", {"code": code_now()})
    assert answer["Location"] == "/account/act-as/?next=%2Fpeople%2F"
    assert visitor.get(answer["Location"]).status_code == 200


def test_nobody_is_sent_to_another_site(visitor: HttpsClient) -> None:
    person = with_app(with_password(make_membership().person))
    by_password(visitor, person, query_params={"next": "https://evil.example/"})
    answer: Any = visitor.post("/sign-in/second-factor/", {"code": code_now()})
    assert answer["Location"] == "/"


def test_signing_up_is_closed(visitor: HttpsClient) -> None:
    answer = visitor.post(
        "/sign-in/how-to-begin/", {"email": "a@example.org", "password1": PASSWORD}
    )
    assert "invites you" in text_of(answer)
    assert "_auth_user_id" not in visitor.session
