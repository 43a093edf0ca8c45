"""Sign-on by OpenID Connect, against a provider that runs here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken

from factories.browsers import HttpsClient
from factories.people import make_membership, make_person
from safehub.config.environment import Environment
from safehub.foundation.errors import Misconfigured
from safehub.foundation.trail.models import TrailEvent
from safehub.register.accounts.models import Person
from safehub.register.accounts.sign_on.provider import asked_for_second_factor

from .provider import CLIENT_ID, CLIENT_SECRET, Provider, running
from .signing import code_now, text_of, with_app

pytestmark = pytest.mark.django_db

BEGIN = "/sign-in/with/sign-on/"


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    with running() as provider:
        settings.SOCIALACCOUNT_PROVIDERS = {
            "openid_connect": {
                "OAUTH_PKCE_ENABLED": True,
                "APPS": [
                    {
                        "provider_id": "sign-on",
                        "name": "Meadowshire",
                        "client_id": CLIENT_ID,
                        "secret": CLIENT_SECRET,
                        "settings": {
                            "server_url": provider.issuer,
                            "oauth_pkce_enabled": True,
                        },
                    }
                ],
            }
        }
        yield provider


def says(provider: Provider, person: Person, **more: Any) -> None:
    """The provider will name that person."""
    provider.claims = {"sub": f"sub-{person.pk}", "email": person.email, "email_verified": True}
    provider.id_claims = more


def through(client: HttpsClient, provider: Provider, begin: str = BEGIN) -> Any:
    """To the provider and back, as a browser goes."""
    there = client.get(begin)
    assert there.status_code == 302, text_of(there)
    return client.get(provider.authorize(there["Location"]))


def is_in(client: HttpsClient) -> bool:
    return "_auth_user_id" in client.session


def test_provider_that_asked_for_a_second_factor_is_believed(
    visitor: HttpsClient, provider: Provider
) -> None:
    person = make_membership().person
    says(provider, person, amr=["pwd", "mfa"])
    answer = through(visitor, provider, f"{BEGIN}?next=/account/")
    assert answer["Location"] == "/account/"
    assert visitor.get("/account/").status_code == 200
    # Nothing of what the provider told is kept, but its name for the person.
    kept = SocialAccount.objects.get(user=person)
    assert (kept.uid, kept.extra_data) == (f"sub-{person.pk}", {})
    assert SocialToken.objects.count() == 0
    assert "email_verified" not in str(dict(visitor.session.items()))


def test_provider_that_asked_for_a_password_alone_leaves_the_second_factor_to_us(
    visitor: HttpsClient, provider: Provider
) -> None:
    person = make_membership().person
    says(provider, person, amr=["pwd"])
    through(visitor, provider)
    assert visitor.get("/people/")["Location"] == "/account/second-factors/"


def test_who_has_a_second_factor_here_is_asked_for_it(
    visitor: HttpsClient, provider: Provider
) -> None:
    person = with_app(make_membership().person)
    says(provider, person)
    answer = through(visitor, provider)
    assert answer["Location"] == "/sign-in/second-factor/"
    assert not is_in(visitor)
    assert person.password not in str(dict(visitor.session.items()))
    visitor.post("/sign-in/second-factor/", {"code": code_now()})
    assert visitor.get("/account/").status_code == 200


def test_nobody_is_made(visitor: HttpsClient, provider: Provider) -> None:
    before = Person.objects.count()
    provider.claims = {"sub": "s", "email": "new@example.org", "email_verified": True}
    answer = through(visitor, provider)
    assert answer.status_code == 403
    assert "named no address that Safehub knows" in text_of(answer)
    assert Person.objects.count() == before
    assert not is_in(visitor)
    assert TrailEvent.objects.filter(event="person.sign_in_refused").count() == 1


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_address_that_is_not_verified_opens_nothing(
    visitor: HttpsClient, provider: Provider, verified: Any
) -> None:
    person = make_membership().person
    says(provider, person)
    provider.claims["email_verified"] = verified
    assert through(visitor, provider).status_code == 403
    assert not is_in(visitor)


def test_address_given_to_somebody_else_opens_nothing(
    visitor: HttpsClient, provider: Provider
) -> None:
    person = make_membership().person
    says(provider, person, amr=["mfa"])
    through(visitor, provider)
    visitor.post("/sign-in/out/")
    provider.claims["sub"] = "somebody-else"
    answer = through(visitor, provider)
    assert answer.status_code == 403
    assert "belonged to another sign-on" in text_of(answer)
    # Nor does the old name open another's account, when its address changes.
    other = make_person("Ben")
    provider.claims = {"sub": f"sub-{person.pk}", "email": other.email, "email_verified": True}
    assert through(visitor, provider).status_code == 403
    assert not is_in(visitor)


def test_who_is_shut_out_stays_out(visitor: HttpsClient, provider: Provider) -> None:
    person = make_membership().person
    Person.objects.filter(pk=person.pk).update(is_active=False)
    says(provider, person, amr=["mfa"])
    through(visitor, provider)
    assert not is_in(visitor)


@pytest.mark.parametrize(
    "fault",
    [
        {"is_forged": True},
        {"algorithm": "none"},
        {"algorithm": "HS256"},
        {"id_claims": {"aud": "another"}},
        {"id_claims": {"iss": "http://127.0.0.1:1"}},
        {"id_claims": {"exp": 1}},
        {"id_claims": {"sub": "not-that-of-the-userinfo"}},
    ],
    ids=str,
)
def test_token_that_is_not_in_order_opens_nothing(
    visitor: HttpsClient, provider: Provider, fault: dict[str, Any]
) -> None:
    says(provider, make_membership().person, amr=["mfa"])
    for name, value in fault.items():
        setattr(provider, name, value)
    answer = through(visitor, provider)
    assert answer.status_code in (403, 503)
    assert "did not answer as it should" in text_of(answer)
    assert not is_in(visitor)


def test_code_works_in_the_browser_that_began_alone(
    visitor: HttpsClient, provider: Provider
) -> None:
    says(provider, make_membership().person, amr=["mfa"])
    back = provider.authorize(visitor.get(BEGIN)["Location"])
    stranger = HttpsClient()
    assert stranger.get(back).status_code == 403
    assert not is_in(stranger)
    assert visitor.get(back).status_code == 302
    visitor.post("/sign-in/out/")
    assert visitor.get(back).status_code == 403


def test_provider_that_is_down_leaves_the_password(
    visitor: HttpsClient, provider: Provider
) -> None:
    provider.is_down = True
    answer = visitor.get(BEGIN)
    assert answer.status_code == 503
    assert "sign in with your password" in text_of(answer)
    assert visitor.get("/sign-in/").status_code == 200


def test_nobody_connects_a_sign_on_to_an_open_session(
    visitor: HttpsClient, provider: Provider
) -> None:
    person = make_membership().person
    says(provider, person, amr=["mfa"])
    through(visitor, provider)
    answer = visitor.get(f"{BEGIN}?process=connect")
    assert answer["Location"] == "/"


def test_without_the_setting_there_is_no_sign_on(visitor: HttpsClient) -> None:
    assert visitor.get(BEGIN).status_code == 404
    assert visitor.get(f"{BEGIN}back/?code=1").status_code == 404
    assert "Sign in with Meadowshire" not in text_of(visitor.get("/sign-in/"))


def test_sign_in_page_names_the_sign_on(visitor: HttpsClient, provider: Provider) -> None:
    page = visitor.get("/sign-in/?next=/people/").content.decode()
    assert "Sign in with Meadowshire" in page
    assert 'href="/sign-in/with/sign-on/?next=%2Fpeople%2F"' in page


@pytest.mark.parametrize(
    ("claims", "is_strong"),
    [
        ({}, False),
        ({"amr": ["pwd"]}, False),
        ({"amr": ["otp"]}, False),
        ({"amr": ["hwk"]}, False),
        ({"amr": "mfa"}, False),
        ({"amr": ["pwd", "mfa"]}, True),
        ({"acr": "0"}, False),
        ({"acr": ["https://refeds.org/profile/mfa"]}, False),
        ({"acr": "https://refeds.org/profile/mfa"}, True),
    ],
)
def test_second_factor_counts_only_where_the_provider_says_so(
    claims: dict[str, Any], is_strong: bool
) -> None:
    assert asked_for_second_factor(claims) is is_strong


@pytest.mark.parametrize(
    ("environ", "wrong"),
    [
        ({"SAFEHUB_OIDC_ISSUER": "https://id.example.org"}, "by half"),
        ({"SAFEHUB_OIDC_CLIENT_ID": "a", "SAFEHUB_OIDC_CLIENT_SECRET": "b"}, "by half"),
        (
            {
                "SAFEHUB_OIDC_ISSUER": "http://id.example.org",
                "SAFEHUB_OIDC_CLIENT_ID": "a",
                "SAFEHUB_OIDC_CLIENT_SECRET": "b",
            },
            "no https address",
        ),
        ({"SAFEHUB_IDLE_MINUTES": "4"}, "from 5 to 60"),
        ({"SAFEHUB_IDLE_MINUTES": "61"}, "from 5 to 60"),
        ({"SAFEHUB_IDLE_MINUTES": "soon"}, "from 5 to 60"),
        ({"SAFEHUB_PROXIES": "-1"}, "from 0 to"),
    ],
)
def test_settings_that_make_no_sense_are_refused(environ: dict[str, str], wrong: str) -> None:
    with pytest.raises(Misconfigured, match=wrong):
        Environment.read(environ)


def test_sign_on_is_read_from_the_environment() -> None:
    read = Environment.read(
        {
            "SAFEHUB_OIDC_ISSUER": "https://id.example.org/",
            "SAFEHUB_OIDC_CLIENT_ID": "a",
            "SAFEHUB_OIDC_CLIENT_SECRET": "b",
        }
    )
    assert read.sign_on is not None
    assert (read.sign_on.issuer, read.sign_on.name) == (
        "https://id.example.org",
        "your organisation",
    )
    assert read.idle_minutes == 20
    assert not read.is_demonstration
