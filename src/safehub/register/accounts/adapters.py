"""How allauth decides and writes here. Its messages are ours, and its e-mails are notices."""

from __future__ import annotations

import datetime as dt
from base64 import b64decode, b64encode
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import (
    get_authentication_records,
    perform_login,
    record_authentication,
)
from allauth.account.models import Login
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from safehub.foundation.errors import NotPossible
from safehub.foundation.outbox.commands import tell
from safehub.foundation.submissions.encryption import decrypt, encrypt
from safehub.register.accounts.credentials.queries import has_other_factor
from safehub.register.accounts.models import Person
from safehub.register.accounts.queries import current_memberships
from safehub.register.accounts.sessions.commands import record_refusal
from safehub.register.accounts.sessions.factors import PROVIDER_ASKED, second_factor_at
from safehub.register.accounts.sign_on.commands import person_signed_on
from safehub.register.accounts.sign_on.provider import asked_for_second_factor
from safehub.register.accounts.sign_on.views import NO_ANSWER, refused

# After signing in one may change one's own credentials without signing in again for so long.
RECENT = dt.timedelta(minutes=15)
_SECRETS = "second factors"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts: nobody signs up, and every e-mail is a notice in the outbox."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "The email address or the password is not right. Try again, or "
        "get a link to a new password.",
        "too_many_login_attempts": "This was tried too often. Wait five minutes, then try again.",
        "incorrect_password": "That is not your password. Try again.",
        "enter_current_password": "That is not the password that you have now. Try again.",
        "incorrect_code": "That code is not right, or was used already. Wait for the next one.",
        "rate_limited": "This was tried too often. Wait five minutes, then try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: an account begins with an invitation."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """The link to a new password. All else that allauth would send, commands of ours tell."""
        if template_prefix == "account/email/password_reset_key":
            tell(
                notice="person.password_reset",
                to=email,
                reference=f"P-{context['user'].pk}",
                link=context["password_reset_url"],
            )

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Told by our own commands, in the transaction of the change."""

    def send_password_reset_mail(self, user: Person, email: str, context: dict[str, Any]) -> None:
        """Only to who has a password: a mailbox must not replace a sign-on or an invitation."""
        if user.has_usable_password():
            # To the address as we keep it, not as somebody typed it.
            self.send_mail("account/email/password_reset_key", user.email, context)

    def get_login_stages(self) -> list[str]:
        """The second factor is one, unless the sign-on asked for it."""
        ours = f"{SecondFactorStage.__module__}.{SecondFactorStage.__name__}"
        theirs = f"{AuthenticateStage.__module__}.{AuthenticateStage.__name__}"
        return [ours if one == theirs else one for one in super().get_login_stages()]

    def post_login(self, request: HttpRequest, user: Person, **kwargs: Any) -> HttpResponse:
        """Whoever has several roles chooses one first, and then comes to what they asked for."""
        answer: HttpResponse = super().post_login(request, user, **kwargs)
        if second_factor_at(request, user) and len(current_memberships(user, timezone.now())) > 1:
            there = urlencode({"next": answer["Location"]})
            return redirect(f"{reverse('accounts:act_as')}?{there}")
        return answer

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Write it down: without the address, which may be a password typed into the wrong box."""
        record_refusal(request=request, email=str(credentials.get("email", "")))

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Whoever has a second factor proves that one; a password is no second factor."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        factors = [one for one in methods if one["id"].startswith("mfa_")]
        return factors or methods

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not for fifteen minutes after signing in whole."""
        request = context.request
        records = get_authentication_records(request, request.user)
        if any(
            one["id"].startswith("mfa_") for one in self.get_reauthentication_methods(request.user)
        ):
            proved_at = second_factor_at(request, request.user)
            return proved_at is None or timezone.now() - proved_at > RECENT
        latest = max((record["at"] for record in records), default=0.0)
        return bool(timezone.now().timestamp() - latest > RECENT.total_seconds())


class SecondFactorStage(AuthenticateStage):  # type: ignore[misc]
    """Not where the sign-on of the organisation says that it asked for a second factor itself."""

    login: Login

    def _should_handle(self, request: HttpRequest) -> bool:
        records = get_authentication_records(request, self.login.user)
        if any(record.get(PROVIDER_ASKED) for record in records):
            return False
        return bool(super()._should_handle(request))


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors: their secrets are encrypted, and the last one stays."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
        "cannot_delete_authenticator": "This is your only second factor: add another before you "
        "remove it.",
        "cannot_generate_recovery_codes": "Set up an authenticator app or a passkey first.",
    }

    def encrypt(self, text: str) -> str:
        """With a key that is not in the database."""
        return b64encode(encrypt(text.encode(), place=_SECRETS)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """What `encrypt` made."""
        return decrypt(b64decode(encrypted_text), place=_SECRETS).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Nobody is left without a second factor."""
        return has_other_factor(authenticator)

    def generate_authenticator_name(self, user: Person, type: Authenticator.Type) -> str:  # noqa: A002
        """For a passkey that was given no name."""
        return "Passkey"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The name under which a device keeps the passkey."""
        return {"id": context.request.get_host().partition(":")[0], "name": "Safehub"}

    def get_public_key_credential_user_entity(self, user: Person) -> dict[str, Any]:
        """What the device shows."""
        return {**super().get_public_key_credential_user_entity(user), "display_name": user.name}


class SignOnAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Sign-on by OpenID Connect."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Never: a sign-on finds an account and makes none."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Sign in the person whom the provider named; nothing of allauth's own comes after this."""
        claims = request.sign_on_claims  # type: ignore[attr-defined]
        try:
            person = person_signed_on(
                subject=str(sociallogin.account.uid),
                email=str(claims.get("email") or ""),
                is_verified=claims.get("email_verified") is True,
            )
        except NotPossible as refusal:
            record_refusal(request=request)
            raise ImmediateHttpResponse(refused(request, str(refusal))) from refusal
        strong = {PROVIDER_ASKED: True} if asked_for_second_factor(claims) else {}
        record_authentication(request, person, "socialaccount", **strong)
        login = Login(user=person, redirect_url=sociallogin.get_redirect_url(request))
        raise ImmediateHttpResponse(perform_login(request, login))

    def on_authentication_error(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """A page of ours."""
        raise ImmediateHttpResponse(refused(request, NO_ANSWER))
