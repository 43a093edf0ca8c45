"""Addresses of signing in, of one's own account, and of people.

allauth finds its views by their names, so those stand outside the namespace.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponseBase
from django.urls import URLPattern, URLResolver, include, path, re_path

from safehub.register.accounts import views
from safehub.register.accounts.credentials import views as credentials
from safehub.register.accounts.demonstration import views as demonstration
from safehub.register.accounts.doors import holds_secrets, without_role, without_second_factor
from safehub.register.accounts.invitations import views as invitations
from safehub.register.accounts.offers import views as offers
from safehub.register.accounts.sessions import views as sessions
from safehub.register.accounts.sign_on import views as sign_on

View = Callable[..., HttpResponseBase]


def _open(view: Any) -> View:
    return login_not_required(holds_secrets(cast("View", view.as_view())))


def _set_up(view: Any) -> View:
    return without_second_factor(holds_secrets(cast("View", view.as_view())))


def _own(view: Any) -> View:
    return without_role(holds_secrets(cast("View", view.as_view())))


signing_in = [
    path("", _open(credentials.SignIn), name="account_login"),
    path("second-factor/", _open(credentials.SecondFactor), name="mfa_authenticate"),
    path("passkey/", _open(credentials.PasskeySignIn), name="mfa_login_webauthn"),
    path("out/", _open(credentials.SignOut), name="account_logout"),
    path("not-in-use/", _open(credentials.Inactive), name="account_inactive"),
    path("how-to-begin/", credentials.how_to_begin, name="account_signup"),
    path("password/", _open(credentials.AskForLink), name="account_reset_password"),
    path("password/sent/", _open(credentials.LinkSent), name="account_reset_password_done"),
    path(
        "password/set/",
        _open(credentials.NewPasswordSet),
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^password/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        _open(credentials.NewPassword),
        name="account_reset_password_from_key",
    ),
    path(
        "with/<str:provider_id>/",
        login_not_required(sign_on.begin),
        name="openid_connect_login",
    ),
    path(
        "with/<str:provider_id>/back/",
        login_not_required(sign_on.back),
        name="openid_connect_callback",
    ),
]
second_factors = [
    path("", _set_up(credentials.SecondFactors), name="mfa_index"),
    path("app/", _set_up(credentials.AddApp), name="mfa_activate_totp"),
    path("app/remove/", _own(credentials.RemoveApp), name="mfa_deactivate_totp"),
    path("passkeys/", _own(credentials.Passkeys), name="mfa_list_webauthn"),
    path("passkeys/add/", _set_up(credentials.AddPasskey), name="mfa_add_webauthn"),
    path(
        "passkeys/<int:pk>/remove/",
        _own(credentials.RemovePasskey),
        name="mfa_remove_webauthn",
    ),
    path("codes/", _own(credentials.RecoveryCodes), name="mfa_view_recovery_codes"),
    path("codes/new/", _own(credentials.NewRecoveryCodes), name="mfa_generate_recovery_codes"),
    path("password-again/", _set_up(credentials.PasswordAgain), name="account_reauthenticate"),
    path("again/", _set_up(credentials.SecondFactorAgain), name="mfa_reauthenticate"),
    path(
        "again/passkey/",
        _set_up(credentials.PasskeyAgain),
        name="mfa_reauthenticate_webauthn",
    ),
]
account = [
    path("", without_role(sessions.account), name="own"),
    path("act-as/", without_role(sessions.act_as), name="act_as"),
    path("no-role/", without_role(sessions.no_role), name="no_role"),
    path("offers/<int:key>/accept/", without_role(offers.accept), name="accept_offer"),
    path("offers/<int:key>/decline/", without_role(offers.decline), name="decline_offer"),
    path("stay/", without_second_factor(sessions.stay), name="stay"),
    path("sessions/", without_role(sessions.sessions), name="sessions"),
    path("sessions/end/", without_role(sessions.end_other_sessions), name="end_other_sessions"),
    path("sessions/<int:key>/end/", without_role(sessions.end_session), name="end_session"),
]
people = [
    path("", views.people, name="people"),
    path("invite/", views.invite_person, name="invite"),
    path("offers/<int:key>/withdraw/", offers.withdraw, name="withdraw_offer"),
    path("<int:key>/", views.person, name="person"),
    path("<int:key>/name/", views.rename, name="rename"),
    path("<int:key>/invite/", views.send_again, name="send_again"),
    path("<int:key>/begin-anew/", views.start_anew, name="begin_anew"),
    path("<int:key>/shut-out/", views.deactivate, name="deactivate"),
    path("<int:key>/back-in/", views.reactivate, name="reactivate"),
    path("<int:key>/role/", views.add_membership, name="add_membership"),
    path("roles/<int:key>/", views.membership, name="membership"),
    path("roles/<int:key>/end/", views.end_membership, name="end_membership"),
    path("roles/<int:key>/glass/", views.let_break_glass, name="let_break_glass"),
    path("roles/<int:key>/no-glass/", views.take_glass, name="take_glass"),
    path("roles/<int:key>/training/", views.train, name="train"),
]
ours: list[URLPattern | URLResolver] = [
    path("account/", include(account)),
    path("people/", include(people)),
    path("invitation/<str:token>/", holds_secrets(invitations.accept), name="accept"),
    path("demonstration/sign-in/<str:token>/", demonstration.sign_in, name="sign_in_link"),
]

urlpatterns = [
    path("sign-in/", include(signing_in)),
    path("account/second-factors/", include(second_factors)),
    path("account/password/", _own(credentials.ChangePassword), name="account_change_password"),
    path("account/password/first/", _own(credentials.SetPassword), name="account_set_password"),
    path("", include((ours, "accounts"))),
]
