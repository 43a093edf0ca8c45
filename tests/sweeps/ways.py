"""The ways in which a route answers whoever it lets in; and the routes that ask nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Way:
    """How a route answers whoever is let in, by method; HEAD as GET, unless `head` is given.

    `is_strict`: another method is refused before anything is asked of who comes, else after.
    """

    get: int = 200
    post: int = 405
    head: int = 0
    put: int = 405
    patch: int = 405
    delete: int = 405
    options: int = 405
    is_strict: bool = True

    def answer(self, method: str) -> int:
        """To somebody who is let in."""
        if method == "HEAD":
            return self.head or self.get
        status: int = getattr(self, method.lower())
        return status

    def refusal(self, method: str, status: int) -> int:
        """To somebody who is not; `status` is what they are refused with."""
        return 405 if self.is_strict and self.answer(method) == 405 else status


READS = Way()
WRITES = Way(post=422, is_strict=False)
# A form with nothing to fill in is done as it is sent.
CONFIRMS = Way(post=302)
# Once the round is opened what was begun is read elsewhere, or here, and what is sent not taken.
READ_ELSEWHERE = Way(get=302, post=422, is_strict=False)
READ_HERE = WRITES
POSTS = Way(get=405, post=302)
# allauth's own views: those with a form, and those without.
FORM = Way(post=422, put=422, options=200)
PAGE = Way(options=200)


def always(status: int) -> Way:
    return Way(status, status, status, status, status, status, status)


# Addresses of records that the world does not hold, or of tokens that nobody has: nothing there
# for anybody, so a page is never shown; they are asked all the same, in every way.
ABSENT: dict[str, tuple[dict[str, Any], Way]] = {
    "audit:evidence": ({"reference": "no-such-audit", "key": 999_999, "file": 999_999}, READS),
}

# Pages that anybody may come to, as they answer somebody who has signed in. Who has done so is
# sent away from signing in; a link that nobody was sent is none.
OPEN: dict[str, Way] = {
    "account_inactive": PAGE,
    "account_login": always(302),
    "account_logout": Way(post=302, options=200),
    "account_reset_password": FORM,
    "account_reset_password_done": PAGE,
    "account_reset_password_from_key": Way(post=422, put=422, patch=200, delete=200, options=200),
    "account_reset_password_from_key_done": PAGE,
    "account_signup": always(200),
    "accounts:sign_in_link": Way(get=404, head=405),
    "health": READS,
    "mfa_authenticate": always(302),
    "mfa_login_webauthn": always(302),
    "openid_connect_callback": always(404),
    "openid_connect_login": always(404),
    # An address that nobody was given: the calendar of nobody.
    "programme:ics": Way(get=404),
    "ready": READS,
    # Nothing was sent that would say whose form it is.
    "submissions:draft": Way(get=405, post=409),
}
# As they answer somebody who has not.
SIGNED_OUT: dict[str, Way] = {
    **OPEN,
    "account_login": FORM,
    "account_logout": Way(get=302, post=302, options=200),
    "mfa_login_webauthn": Way(get=302, post=302, put=302, options=200),
}
OPEN_ARGUMENTS: dict[str, dict[str, Any]] = {
    "account_reset_password_from_key": {"uidb36": "1", "key": "set-password"},
    "accounts:sign_in_link": {"token": "nobodys-token"},
    "openid_connect_callback": {"provider_id": "nobody"},
    "openid_connect_login": {"provider_id": "nobody"},
    "programme:ics": {"key": 999_999, "token": "nobodys-token"},
    "submissions:draft": {"form": "nothing.Form"},
}

# One's own account: whoever is signed in may come to it, whatever their role. Nobody in the world
# has a password or has set up a second factor, so there is none to type again, to see or to remove.
ACCOUNT: dict[str, Way] = {
    "accounts:own": READS,
    "accounts:act_as": Way(post=422),
    "accounts:no_role": Way(get=302),
    "accounts:stay": Way(get=405, post=204),
    "accounts:sessions": READS,
    "accounts:end_other_sessions": POSTS,
    "account_change_password": always(302),
    "account_set_password": FORM,
    "account_reauthenticate": always(403),
    "mfa_index": PAGE,
    "mfa_activate_totp": FORM,
    "mfa_deactivate_totp": always(404),
    "mfa_list_webauthn": PAGE,
    "mfa_add_webauthn": FORM,
    "mfa_view_recovery_codes": Way(get=404, options=200),
    "mfa_generate_recovery_codes": FORM,
    "mfa_reauthenticate": always(403),
    "mfa_reauthenticate_webauthn": always(403),
    "mfa_remove_webauthn": Way(404, 404, patch=405, delete=404, options=200),
}
ACCOUNT_ARGUMENTS: dict[str, dict[str, Any]] = {"mfa_remove_webauthn": {"pk": 999_999}}
