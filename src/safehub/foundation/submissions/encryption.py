"""The text of drafts at rest: AES-256-GCM under a key that lies outside the database."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from safehub.foundation.errors import Misconfigured

_FIRST = b"\x01"  # which way of encrypting, should there ever be another
_NONCE = 12
_KEY = 32


class Unreadable(Exception):  # noqa: N818 - never shown to anybody
    """Not written under this key, for this place, or changed since."""


def encrypt(text: bytes, *, place: str) -> bytes:
    """`place` says whose text of what this is; it opens nowhere else."""
    nonce = secrets.token_bytes(_NONCE)
    return _FIRST + nonce + AESGCM(_key()).encrypt(nonce, text, place.encode())


def decrypt(sealed: bytes, *, place: str) -> bytes:
    """The text again. Raises Unreadable."""
    if sealed[:1] != _FIRST or len(sealed) <= 1 + _NONCE:
        raise Unreadable
    nonce, text = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
    try:
        return AESGCM(_key()).decrypt(nonce, text, place.encode())
    except InvalidTag as error:
        raise Unreadable from error


def _key() -> bytes:
    """The key of this installation, made on first use and readable to its owner alone."""
    path = Path(settings.SAFEHUB_HOME) / "keys" / "draft_key"
    try:
        if not path.exists():
            _make(path)
        key = path.read_bytes()
    except OSError as error:
        raise Misconfigured(
            f"The key {path} cannot be used ({error.strerror}): see who may read and write there."
        ) from error
    if len(key) != _KEY:
        raise Misconfigured(f"The key {path} is damaged: put it back from a back-up.")
    return key


def _make(path: Path) -> None:
    """Write a new key whole or not at all; where another process was first, its key stays."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(_KEY))
            file.flush()
            os.fsync(file.fileno())
        # A link fails where the name is taken, which a rename would not.
        os.link(beside, path)
    except FileExistsError:
        pass
    finally:
        beside.unlink(missing_ok=True)
