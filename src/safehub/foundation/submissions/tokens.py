"""The token in each rendered form: whose it is, of which form, about what.

It is signed and not stored: opening a form writes nothing. A row comes only when it is sent.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.core import signing

from safehub.foundation.errors import NotPossible
from safehub.foundation.records import RecordRef
from safehub.foundation.submissions.holders import Holder

TOKEN = "form_token"  # noqa: S105 - the name of an input
_SALT = "safehub.submissions.token"
_LONGEST = 4_000


class TokenRefused(NotPossible):
    """The form cannot be taken as it is; the text is what its sender is shown."""


@dataclass(frozen=True)
class FormToken:
    """`nonce` can act once. `window` is the same in all pages that go on with the same text.

    `left_out` names the fields whose text is never kept in a draft. `membership` is the one that
    its holder acted under.
    """

    nonce: str
    window: str
    holder: Holder
    form: str
    record: RecordRef | None
    path: str
    left_out: tuple[str, ...] = ()
    membership: int | None = None

    def signed(self) -> str:
        """As it stands in the page."""
        record = [self.record.kind, self.record.key] if self.record else None
        parts = (self.nonce, self.window, self.holder.person, self.holder.visitor, self.form)
        rest = (record, self.path, self.left_out, self.membership)
        return signing.dumps([*parts, *rest], salt=_SALT)


def new_token(
    *,
    holder: Holder,
    form: str,
    record: RecordRef | None,
    path: str,
    left_out: tuple[str, ...] = (),
    window: str = "",
    membership: int | None = None,
) -> FormToken:
    """A token that was never used. Without a window it opens one."""
    nonce = secrets.token_urlsafe(24)
    return FormToken(nonce, window or nonce, holder, form, record, path, left_out, membership)


def token_of(text: str, *, holder: Holder) -> FormToken:
    """The token again, if it is this holder's. Raises TokenRefused, which says what to do."""
    if not text:
        raise TokenRefused(_MISSING)
    try:
        read = signing.loads(text[:_LONGEST], salt=_SALT, max_age=holder.keeps_for)
        nonce, window, person, visitor, form, record, path, left_out, membership = read
    except signing.SignatureExpired as error:
        raise TokenRefused(_OLD) from error
    except (signing.BadSignature, ValueError) as error:
        raise TokenRefused(_CHANGED) from error
    owner = Holder(person, visitor)
    if owner != holder:
        raise TokenRefused(_OF_ANOTHER)
    about = RecordRef(*record) if record else None
    return FormToken(nonce, window, owner, form, about, path, tuple(left_out), membership)


def token_for(
    text: str,
    *,
    holder: Holder,
    form: str,
    record: RecordRef | None,
    path: str,
    membership: int | None = None,
) -> FormToken:
    """The token again, if it is this holder's, of this form, about this record, at this address.

    One form may stand at several addresses and mean something else at each. Nor may it be done in
    another role than the one in which it was opened: its sender meant the first.
    """
    token = token_of(text, holder=holder)
    if (token.form, token.record, token.path) != (form, record, path):
        raise TokenRefused(_OF_ANOTHER_FORM)
    if token.membership != membership:
        raise TokenRefused(_IN_ANOTHER_ROLE)
    return token


_AGAIN = "What you typed is still here: look it over and send it again."
_MISSING = f"This form came without the mark that keeps it from being done twice. {_AGAIN}"
_CHANGED = f"The mark that keeps this form from being done twice was damaged. {_AGAIN}"
_OLD = f"This form was opened too long ago. {_AGAIN}"
_OF_ANOTHER = f"This form was opened by somebody else, or before you signed in. {_AGAIN}"
_IN_ANOTHER_ROLE = (
    "You opened this form in another role than the one that you act in now, so nothing was done. "
    "What you typed is still here: send it again to do it in the role you are in, or change back."
)
_OF_ANOTHER_FORM = f"This was opened as another form, so nothing was done. {_AGAIN}"
