"""The secret of a calendar's address: worked out when its owner looks, kept only as a hash."""

from __future__ import annotations

import base64

from django.utils.crypto import constant_time_compare, salted_hmac

from safehub.audit.programmes.models import CalendarFeed
from safehub.register.accounts.tokens import hash_of

_PURPOSE = "safehub.audit.programmes.feeds"
# What a wrong key is compared with, so that it takes as long as a wrong secret.
_NOBODYS = hash_of("")


def token_of(membership: int, salt: str) -> str:
    """The secret of 256 bits: of the installation's own key, so a copy of the database has none."""
    made = salted_hmac(_PURPOSE, f"{membership}:{salt}", algorithm="sha256").digest()
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def shown_token(feed: CalendarFeed) -> str:
    """The secret for its owner's eyes; blank where the installation's key is another by now."""
    token = token_of(feed.membership_id, feed.salt)
    return token if fits(feed, token) else ""


def fits(feed: CalendarFeed | None, token: str) -> bool:
    """Whether it is the feed's secret, in the same time whether or not there is such a feed."""
    kept = feed.token_hash if feed is not None else _NOBODYS
    return constant_time_compare(hash_of(token), kept) and feed is not None
