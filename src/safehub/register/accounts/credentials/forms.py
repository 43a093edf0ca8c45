"""allauth's forms with our fields and words. What they check is allauth's affair.

None keeps drafts: what is typed into them is secret.
"""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as factors
from allauth.mfa.recovery_codes import forms as recovery
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from cryptography.exceptions import InvalidSignature
from django import forms as django_forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from safehub.foundation.govuk import forms
from safehub.foundation.govuk.forms import Govuk, Look

LENGTH_HINT = (
    "At least 12 characters. Three or four words that have nothing to do with each other are good."
)
_NEW = Look(autocomplete="new-password")
_CODE = Look(width=10, autocomplete="one-time-code", inputmode="numeric", spellcheck=False)
DIFFERENT = "The two passwords are not the same: type the new one twice"


def new_password_fields() -> dict[str, django_forms.Field]:
    """The two fields in which a new password is chosen."""
    return {
        "password1": forms.PasswordField("New password", hint=LENGTH_HINT, look=_NEW),
        "password2": forms.PasswordField("New password again", look=_NEW),
    }


class _ChoosesPassword(Govuk):
    """Checks that both are the same and that the password will do for its person."""

    keeps_drafts = False
    user: Any

    def clean(self) -> dict[str, Any]:
        """Mistakes stand at the field that has to change."""
        data: dict[str, Any] = self.cleaned_data
        first, second = data.get("password1"), data.get("password2")
        if first and second and first != second:
            self.add_error("password2", DIFFERENT)
        elif first:
            try:
                validate_password(first, self.user)
            except ValidationError as error:
                self.add_error("password1", error)
        return data


class SignInForm(Govuk, account.LoginForm):  # type: ignore[misc]
    """E-mail address and password."""

    keeps_drafts = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {
            "login": forms.EmailField("Email address", look=Look(autocomplete="username")),
            "password": forms.PasswordField("Password"),
        }


class PasswordAgainForm(Govuk, account.ReauthenticateForm):  # type: ignore[misc]
    """The password once more, before something that matters."""

    keeps_drafts = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {"password": forms.PasswordField("Password")}


class ChangePasswordForm(_ChoosesPassword, account.ChangePasswordForm):  # type: ignore[misc]
    """The old password and a new one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {
            "oldpassword": forms.PasswordField("Password that you have now"),
            **new_password_fields(),
        }


class SetPasswordForm(_ChoosesPassword, account.SetPasswordForm):  # type: ignore[misc]
    """A first password, for who has signed in by sign-on until now."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = new_password_fields()


class AskForLinkForm(Govuk, account.ResetPasswordForm):  # type: ignore[misc]
    """The address to which a link to a new password goes."""

    keeps_drafts = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {"email": forms.EmailField("Email address")}


class NewPasswordForm(_ChoosesPassword, account.ResetPasswordKeyForm):  # type: ignore[misc]
    """A new password, behind a link."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = new_password_fields()


def _code_field(label: str, hint: str) -> forms.TextField:
    return forms.TextField(label, hint=hint, longest=20, look=_CODE)


class _TakesCode(Govuk):
    """People type codes with the space that their app shows in them."""

    keeps_drafts = False
    label = "Code"
    hint = (
        "The six digits that your authenticator app shows now, "
        "or one of your recovery codes if you do not have it with you."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {"code": _code_field(self.label, self.hint)}

    def clean_code(self) -> str:
        """Digits alone are compared."""
        code = "".join(self.cleaned_data["code"].split())
        self.cleaned_data["code"] = code
        checked: str = super().clean_code()  # type: ignore[misc]
        return checked


class SecondFactorForm(_TakesCode, factors.AuthenticateForm):  # type: ignore[misc]
    """The second factor at sign-in."""


class SecondFactorAgainForm(_TakesCode, factors.ReauthenticateForm):  # type: ignore[misc]
    """The second factor once more, before something that matters."""


class AddAppForm(_TakesCode, totp.ActivateTOTPForm):  # type: ignore[misc]
    """The first code of an authenticator app."""

    hint = "The six digits that the app shows now."


class RemoveAppForm(Govuk, totp.DeactivateTOTPForm):  # type: ignore[misc]
    """Nothing to fill in."""


class NewRecoveryCodesForm(Govuk, recovery.GenerateRecoveryCodesForm):  # type: ignore[misc]
    """Nothing to fill in."""


# What the libraries raise on an answer that no device gave.
_NONSENSE = (KeyError, TypeError, AttributeError, IndexError, ValueError, InvalidSignature)


# An answer of a device has a few hundred characters; one with certificates a few thousand.
_LONGEST_ANSWER = 20_000


class AnswerField(django_forms.JSONField):
    """What a device answers, put into a hidden input by a script."""

    widget = django_forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        """Too long or nested too deeply is as wrong as no JSON at all."""
        wrong = ValidationError(self.error_messages["invalid"], code="invalid")
        if isinstance(value, str) and len(value) > _LONGEST_ANSWER:
            raise wrong
        try:
            return super().to_python(value)
        except RecursionError as error:
            raise wrong from error


class _TakesPasskey(Govuk):
    """What a device answers. Nonsense is refused like a wrong answer."""

    keeps_drafts = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {"credential": AnswerField()}

    def clean_credential(self) -> Any:
        """The passkey that answered."""
        try:
            return super().clean_credential()  # type: ignore[misc]
        except _NONSENSE as error:
            raise get_adapter().validation_error("incorrect_code") from error


class AddPasskeyForm(Govuk, webauthn.AddWebAuthnForm):  # type: ignore[misc]
    """A name for the passkey; what the device answers, a script puts in."""

    keeps_drafts = False

    def clean(self) -> Any:
        """Refused as well where it is no answer of a device."""
        try:
            return super().clean()
        except _NONSENSE as error:
            raise get_adapter().validation_error("incorrect_code") from error

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"] = AnswerField()
        self.fields["name"] = forms.TextField(
            "Name of the passkey",
            hint="So that you can tell it from others, such as: work laptop.",
            required=False,
            longest=100,
            look=Look(width=20),
        )
        # A passkey that asks for no finger, face or PIN would be one factor and not two.
        self.fields["passwordless"] = django_forms.BooleanField(
            required=False, initial=True, widget=django_forms.HiddenInput
        )


class PasskeySignInForm(_TakesPasskey, webauthn.LoginWebAuthnForm):  # type: ignore[misc]
    """What the device answers, alone."""


class PasskeyFactorForm(_TakesPasskey, webauthn.AuthenticateWebAuthnForm):  # type: ignore[misc]
    """What the device answers, after a password."""


class PasskeyAgainForm(_TakesPasskey, webauthn.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """What the device answers, before something that matters."""


class RemoveForm(forms.Form):
    """Nothing to fill in."""

    keeps_drafts = False
