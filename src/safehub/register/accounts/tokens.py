"""Tokens of links and devices: made here, shown once, kept only as a hash."""

from __future__ import annotations

import hashlib
import secrets

_BYTES = 32


def new_token() -> str:
    """A token of 256 random bits that may stand in an address."""
    return secrets.token_urlsafe(_BYTES)


def hash_of(token: str) -> str:
    """What is kept of a token. A plain hash will do: a token is random, so it cannot be guessed."""
    return hashlib.sha256(token.encode()).hexdigest()
