"""allauth's views with our pages, forms and trail.

Each change is one transaction with what is written down of it.
"""

from __future__ import annotations

from typing import Any

from allauth.account import views as account
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.base import views as factors
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.utils import is_mfa_enabled
from allauth.mfa.webauthn import views as webauthn
from allauth.mfa.webauthn.internal import flows as passkeys
from allauth.mfa.webauthn.internal.auth import begin_registration
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from safehub.foundation.govuk.pages import page
from safehub.register.accounts.credentials import commands, forms
from safehub.register.accounts.credentials.drawing import qr_code
from safehub.register.accounts.credentials.queries import has_other_factor
from safehub.register.accounts.models import Person
from safehub.register.accounts.sign_on.provider import sign_on_name

FACTOR_CHANGED = "person.second_factor_changed"
ADDED = "person.second_factor_added"
REMOVED = "person.second_factor_removed"


class OurPage:
    """Renders a view of allauth's as one of our pages."""

    title: str
    request: HttpRequest
    template_name: str

    def render_to_response(self, context: dict[str, Any], **_: Any) -> HttpResponse:
        """The page; its title is the view's."""
        context.pop("view", None)
        return page(self.request, self.template_name, title=self.title, **context)

    def note(self, event: str, notice: str = "") -> None:
        """Write down a change of one's own credentials."""
        person = self.request.user
        assert isinstance(person, Person)  # noqa: S101 - the doors let nobody else through
        commands.record_credential_change(
            request=self.request, person=person, event=event, notice=notice
        )


class SignIn(OurPage, account.LoginView):  # type: ignore[misc]
    """E-mail address and password, a passkey, or the sign-on of an organisation."""

    title = "Sign in"
    form_class = forms.SignInForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the way back, and the sign-on where one is set."""
        return {
            **super().get_context_data(**kwargs),
            "next_url": get_next_redirect_url(self.request) or "",
            "sign_on": sign_on_name(),
        }


class SignOut(OurPage, account.LogoutView):  # type: ignore[misc]
    """Asks before it ends the session."""

    title = "Sign out"


class Inactive(OurPage, account.AccountInactiveView):  # type: ignore[misc]
    """The account is shut."""

    title = "Your account is not in use"


class PasswordAgain(OurPage, account.ReauthenticateView):  # type: ignore[misc]
    """For who has no second factor yet."""

    title = "Type your password again"
    form_class = forms.PasswordAgainForm


class ChangePassword(OurPage, account.PasswordChangeView):  # type: ignore[misc]
    """Every other session of the person ends."""

    title = "Change your password"
    form_class = forms.ChangePasswordForm

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        """Changed, told and written down, or none of it."""
        answer: HttpResponse = super().form_valid(form)
        commands.record_new_password(request=self.request, person=form.user)
        messages.success(self.request, "Your password was changed; other sessions were ended.")
        return answer


class SetPassword(OurPage, account.PasswordSetView):  # type: ignore[misc]
    """A first password."""

    title = "Choose a password"
    form_class = forms.SetPasswordForm

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        """Changed, told and written down, or none of it."""
        answer: HttpResponse = super().form_valid(form)
        commands.record_new_password(request=self.request, person=form.user)
        return answer


class AskForLink(OurPage, account.PasswordResetView):  # type: ignore[misc]
    """Answers alike whether the address is known or not."""

    title = "Get a link to a new password"
    form_class = forms.AskForLinkForm


class LinkSent(OurPage, account.PasswordResetDoneView):  # type: ignore[misc]
    """Says the same for every address."""

    title = "Look into your mailbox"


class NewPassword(OurPage, account.PasswordResetFromKeyView):  # type: ignore[misc]
    """Behind a link that works once and for an hour. Every session of the person ends."""

    title = "Choose a new password"
    form_class = forms.NewPasswordForm

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        """Changed, told and written down, or none of it."""
        answer: HttpResponse = super().form_valid(form)
        commands.record_new_password(request=self.request, person=self.reset_user)
        return answer


class NewPasswordSet(OurPage, account.PasswordResetFromKeyDoneView):  # type: ignore[misc]
    """On to the sign-in."""

    title = "Your new password is set"


class SecondFactor(OurPage, factors.AuthenticateView):  # type: ignore[misc]
    """At sign-in, after the password."""

    title = "Second factor"
    form_class = forms.SecondFactorForm
    webauthn_form_class = forms.PasskeyFactorForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With what the person has set up: a passkey, an app, or both."""
        person = self.stage.login.user
        return {
            **super().get_context_data(**kwargs),
            "has_app": is_mfa_enabled(person, [Authenticator.Type.TOTP]),
            "has_passkey": is_mfa_enabled(person, [Authenticator.Type.WEBAUTHN]),
        }


class SecondFactorAgain(OurPage, factors.ReauthenticateView):  # type: ignore[misc]
    """Before something that matters."""

    title = "Second factor again"
    form_class = forms.SecondFactorAgainForm

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        """Proved, and written down."""
        answer: HttpResponse = super().form_valid(form)
        self.note("person.second_factor_proved")
        return answer


class SecondFactors(OurPage, factors.IndexView):  # type: ignore[misc]
    """What one has set up."""

    title = "Your second factors"


class AddApp(OurPage, totp.ActivateTOTPView):  # type: ignore[misc]
    """An authenticator app."""

    title = "Set up an authenticator app"
    form_class = forms.AddAppForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the picture, and the key in groups of four for who types it."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        secret = context["form"].secret
        context["picture"] = qr_code(context["totp_url"])
        context["key"] = " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))
        return context

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        """Set up, told and written down, or none of it."""
        self.note(ADDED, FACTOR_CHANGED)
        answer: HttpResponse = super().form_valid(form)
        return answer


class RemoveApp(OurPage, totp.DeactivateTOTPView):  # type: ignore[misc]
    """Refused where it is the only second factor."""

    title = "Remove the authenticator app"
    form_class = forms.RemoveAppForm

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        """Removed, told and written down, or none of it."""
        self.note(REMOVED, FACTOR_CHANGED)
        answer: HttpResponse = super().form_valid(form)
        return answer


class RecoveryCodes(OurPage, recovery.ViewRecoveryCodesView):  # type: ignore[misc]
    """Shown once."""

    title = "Your recovery codes"


class NewRecoveryCodes(OurPage, recovery.GenerateRecoveryCodesView):  # type: ignore[misc]
    """The old ones stop working."""

    title = "Make new recovery codes"
    form_class = forms.NewRecoveryCodesForm

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        """Made, told and written down, or none of it."""
        self.note(ADDED, FACTOR_CHANGED)
        answer: HttpResponse = super().form_valid(form)
        return answer


class Passkeys(OurPage, webauthn.ListWebAuthnView):  # type: ignore[misc]
    """One's passkeys."""

    title = "Your passkeys"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The list by its name."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {"passkeys": [one.wrap() for one in context["authenticators"]]}


class AddPasskey(OurPage, webauthn.AddWebAuthnView):  # type: ignore[misc]
    """A passkey, which needs script."""

    title = "Add a passkey"
    form_class = forms.AddPasskeyForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """allauth forgets the form with its mistakes."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context.update(kwargs)
        # Finger, face or PIN is asked for, so that the passkey alone is both factors.
        options = begin_registration(self.request.user, True)
        return {**context, "js_data": {"creation_options": options}}

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        """Added, told and written down, or none of it."""
        answer: HttpResponse = super().form_valid(form)
        self.note(ADDED, FACTOR_CHANGED)
        return answer


class RemovePasskey(OurPage, webauthn.RemoveWebAuthnView):  # type: ignore[misc]
    """Refused where it is the only second factor."""

    title = "Remove a passkey"
    form_class = forms.RemoveForm

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        """Removed, told and written down, or none of it."""
        if not has_other_factor(self.get_object()):
            messages.error(self.request, ONLY_ONE)
            return redirect("mfa_index")
        self.note(REMOVED, FACTOR_CHANGED)
        passkeys.remove_authenticator(self.request, self.get_object())
        return redirect(self.get_success_url())


ONLY_ONE = "This is your only second factor: add another before you remove it."


class PasskeySignIn(OurPage, webauthn.LoginWebAuthnView):  # type: ignore[misc]
    """A passkey alone: it is both factors, since it asks for finger, face or PIN."""

    form_class = forms.PasskeySignInForm

    def form_valid(self, form: Any) -> HttpResponse:
        """On to the page that was asked for."""
        authenticator = form.cleaned_data["credential"]
        login = Login(user=authenticator.user, redirect_url=get_next_redirect_url(self.request))
        answer: HttpResponse = passkeys.perform_passwordless_login(
            self.request, authenticator, login
        )
        return answer


class PasskeyAgain(OurPage, webauthn.ReauthenticateWebAuthnView):  # type: ignore[misc]
    """Before something that matters."""

    title = "Use your passkey again"
    template_name = "mfa/webauthn/reauthenticate.html"
    form_class = forms.PasskeyAgainForm

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        """Proved, and written down."""
        answer: HttpResponse = super().form_valid(form)
        self.note("person.second_factor_proved")
        return answer


@login_not_required
def how_to_begin(request: HttpRequest) -> HttpResponse:
    """Where others would offer to sign up."""
    return page(request, "account/signup.html", title="How to get an account")
