"""Finding the person of a sign-on, and remembering which sign-on is theirs."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.db import transaction

from safehub.foundation.errors import NotPossible
from safehub.register.accounts.models import Person


@transaction.atomic
def person_signed_on(*, subject: str, email: str, is_verified: bool) -> Person:
    """The person whose verified address the provider names. Nobody is ever made.

    From the first time on the address and the provider's own name for the person (`subject`) must
    both be the same again: an address that was given to somebody else opens no account. Raises
    NotPossible, with what to do.
    """
    person = Person.objects.filter(email__iexact=email.strip()).first() if email else None
    if not is_verified or person is None or not subject:
        raise NotPossible(UNKNOWN)
    linked = SocialAccount.objects.filter(uid=subject, provider=_PROVIDER).first()
    theirs = SocialAccount.objects.filter(user=person, provider=_PROVIDER).first()
    if linked is None and theirs is None:
        SocialAccount.objects.create(user=person, uid=subject, provider=_PROVIDER)
        EmailAddress.objects.update_or_create(
            user=person, email=person.email, defaults={"verified": True, "primary": True}
        )
    elif linked is None or linked != theirs:
        raise NotPossible(CHANGED)
    return person


@transaction.atomic
def forget_sign_on(*, person: Person) -> None:
    """The next sign-on with the person's address is theirs, whatever name it gives them.

    Only for commands that check who may do so and leave a trail of it.
    """
    SocialAccount.objects.filter(user=person).delete()


_PROVIDER = "openid_connect"
UNKNOWN = (
    "Your organisation's sign-on named no address that Safehub knows as yours. "
    "Ask your agency's safeguarding lead to invite you, or sign in with your password."
)
CHANGED = (
    "Your address belonged to another sign-on before, so nobody was signed in. "
    "Ask your agency's safeguarding lead to begin your account anew."
)
