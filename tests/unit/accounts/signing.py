"""What the tests of signing in share: passwords, codes, and the way through the pages."""

from __future__ import annotations

import re
import time
from typing import Any

from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value

from factories.browsers import HttpsClient
from safehub.register.accounts.models import Person

PASSWORD = "lantern orchard seventeen"  # noqa: S105 - invented
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105 - invented


def with_password(person: Person, password: str = PASSWORD) -> Person:
    """The person, with a password."""
    person.set_password(password)
    person.save()
    return person


def with_app(person: Person, secret: str = SECRET) -> Person:
    """The person, with an authenticator app."""
    TOTP.activate(person, secret)
    return person


def code_now(secret: str = SECRET, ahead: int = 0) -> str:
    """What the app shows at the moment, or some half minutes later."""
    counter = int(time.time()) // 30 + ahead
    return str(format_hotp_value(hotp_value(secret, counter)))


def by_password(client: HttpsClient, person: Person, password: str = PASSWORD, **more: Any) -> Any:
    """What signing in with e-mail address and password answers."""
    data = {"login": person.email, "password": password}
    return client.post("/sign-in/", data, **more)


def text_of(answer: Any) -> str:
    """The words of a page, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))
