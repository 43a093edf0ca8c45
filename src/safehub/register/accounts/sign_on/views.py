"""To the provider and back."""

from __future__ import annotations

from typing import Any

import requests
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from jwt import get_unverified_header

from safehub.foundation.govuk.pages import page
from safehub.register.accounts.sign_on.provider import PROVIDER, sign_on_name

# Only signatures that the provider alone can make: with HS256 anybody who knows a shared key could.
_SIGNATURES = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)


class Client(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """allauth's, but that every id token is checked to the signature."""

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any
    ) -> Any:
        """What was told of the person is used now and kept nowhere."""
        if not kwargs["response"].get("id_token"):
            raise OAuth2Error("There is no id_token.")
        login = super().complete_login(request, app, token, **kwargs)
        claims = login.account.extra_data
        told = claims.get("userinfo") or claims["id_token"]
        if str(told.get("sub")) != str(claims["id_token"].get("sub")):
            raise OAuth2Error("The userinfo is somebody else's.")
        request.sign_on_claims = {  # type: ignore[attr-defined]
            **claims["id_token"],
            "email": told.get("email"),
            "email_verified": told.get("email_verified"),
        }
        login.account.extra_data = {}
        return login

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        if get_unverified_header(id_token).get("alg") not in _SIGNATURES:
            raise OAuth2Error("The id_token has no signature of the provider's own.")
        found: dict[str, Any] = jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
        )
        return found


def begin(request: HttpRequest, provider_id: str) -> HttpResponse:
    """To the provider; 404 where none is set."""
    return _through(OAuth2LoginView, request, provider_id)


def back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """From the provider, with a code."""
    return _through(OAuth2CallbackView, request, provider_id)


# What a provider that is down, or answers with nonsense, brings about.
_FAULTS = (requests.RequestException, OAuth2Error, ValueError, KeyError, TypeError)


def _through(view: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    if provider_id != PROVIDER or not sign_on_name():
        raise Http404
    if request.user.is_authenticated:
        return redirect("/")
    try:
        answer: HttpResponse = view.adapter_view(Client(request, provider_id))(request)
    except _FAULTS:
        return refused(request, NO_ANSWER, status=503)
    return answer


def refused(request: HttpRequest, reason: str, *, status: int = 403) -> HttpResponse:
    """Nobody was signed in, and what to do."""
    return page(
        request,
        "socialaccount/refused.html",
        title="You were not signed in",
        status=status,
        reason=reason,
        sign_on=sign_on_name(),
    )


NO_ANSWER = (
    "The sign-on of your organisation did not answer as it should. "
    "Try again, or sign in with your password."
)
