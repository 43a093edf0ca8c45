"""What the fields of tables that others brought tell, and how long they are kept.

Tables of Django and allauth have no declares.py of their own; Declares.fields takes a field by its
whole name, `app.model.field`.
"""

from __future__ import annotations

from collections.abc import Iterable

from safehub.foundation.access.policy import FieldRule
from safehub.foundation.access.vocabulary import FieldClass

WITH_PERSON = "goes with the person"
WITH_SESSION = "deleted when the session ends, at the latest 7 days after its last use"
EMPTY = "the table stays empty"


def _fields(
    table: str, names: Iterable[str], privacy: FieldClass, retention: str
) -> dict[str, FieldRule]:
    return {f"{table}.{name}": FieldRule(privacy, retention) for name in names}


_ADMINISTRATIVE, _SECRET, _STAFF = FieldClass.ADMINISTRATIVE, FieldClass.SECRET, FieldClass.STAFF

THIRD_PARTY_FIELDS: dict[str, FieldRule] = {
    **_fields(
        "account.emailaddress", ("id", "user", "verified", "primary"), _ADMINISTRATIVE, WITH_PERSON
    ),
    **_fields("account.emailaddress", ("email",), _STAFF, WITH_PERSON),
    # Invitations verify addresses here, so allauth's own confirmations are never made.
    **_fields(
        "account.emailconfirmation",
        ("id", "email_address", "created", "sent"),
        _ADMINISTRATIVE,
        EMPTY,
    ),
    **_fields("account.emailconfirmation", ("key",), _SECRET, EMPTY),
    **_fields(
        "mfa.authenticator",
        ("id", "user", "type", "created_at", "last_used_at"),
        _ADMINISTRATIVE,
        "until the person removes it or the account is begun anew",
    ),
    **_fields(
        "mfa.authenticator",
        ("data",),
        _SECRET,
        "until the person removes it or the account is begun anew; its secrets are encrypted",
    ),
    # The sign-on is a setting, and its tokens are not stored.
    **_fields(
        "socialaccount.socialapp",
        ("id", "provider", "provider_id", "name", "client_id", "settings"),
        _ADMINISTRATIVE,
        EMPTY,
    ),
    **_fields("socialaccount.socialapp", ("secret", "key"), _SECRET, EMPTY),
    **_fields("socialaccount.socialtoken", ("id", "app", "account"), _ADMINISTRATIVE, EMPTY),
    **_fields("socialaccount.socialtoken", ("token", "token_secret"), _SECRET, EMPTY),
    **_fields("socialaccount.socialtoken", ("expires_at",), _ADMINISTRATIVE, EMPTY),
    **_fields(
        "socialaccount.socialaccount",
        ("id", "user", "provider", "last_login", "date_joined"),
        _ADMINISTRATIVE,
        WITH_PERSON,
    ),
    **_fields("socialaccount.socialaccount", ("uid",), _SECRET, WITH_PERSON),
    **_fields("socialaccount.socialaccount", ("extra_data",), _STAFF, "the field stays empty"),
    **_fields(
        "usersessions.usersession",
        ("id", "user", "created_at", "last_seen_at", "data"),
        _ADMINISTRATIVE,
        WITH_SESSION,
    ),
    **_fields("usersessions.usersession", ("ip", "user_agent"), _STAFF, WITH_SESSION),
    **_fields("usersessions.usersession", ("session_key",), _SECRET, WITH_SESSION),
    **_fields("sessions.session", ("session_key", "session_data"), _SECRET, WITH_SESSION),
    **_fields("sessions.session", ("expire_date",), _ADMINISTRATIVE, WITH_SESSION),
    # What people may do hangs on memberships: Django's groups and permissions are not used.
    **_fields(
        "auth.permission", ("id", "name", "content_type", "codename"), _ADMINISTRATIVE, "for ever"
    ),
    **_fields("auth.group", ("id", "name", "permissions"), _ADMINISTRATIVE, EMPTY),
    **_fields("auth.group_permissions", ("id", "group", "permission"), _ADMINISTRATIVE, EMPTY),
    **_fields(
        "contenttypes.contenttype", ("id", "app_label", "model"), _ADMINISTRATIVE, "for ever"
    ),
}
