"""Reading second factors."""

from __future__ import annotations

from allauth.mfa.models import Authenticator

from safehub.register.accounts.models import Person


def has_other_factor(authenticator: Authenticator) -> bool:
    """Whether the person would still have a second factor without this one."""
    others = Authenticator.objects.filter(user_id=authenticator.user_id)
    own = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return bool(others.filter(type__in=own).exclude(pk=authenticator.pk).exists())


def has_second_factor(person: Person) -> bool:
    """Whether the person has set one up."""
    own = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return bool(Authenticator.objects.filter(user=person, type__in=own).exists())
