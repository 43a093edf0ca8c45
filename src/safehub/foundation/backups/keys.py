"""The key that backups are encrypted with: SAFEHUB_HOME/keys/backup_key, 64 hexadecimal digits.

It is not in any backup: whoever finds a backup alone can read nothing of it, and whoever has lost
the key has lost the backups. So a copy of it is kept elsewhere, apart from them.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from safehub.foundation.errors import NotPossible

NAME = "backup_key"
_BYTES = 32


def key_path(home: Path) -> Path:
    """Where the key of that home lies."""
    return home / "keys" / NAME


def read_key(path: Path) -> bytes:
    """Raises NotPossible where there is no key."""
    try:
        text = path.read_text(encoding="ascii").strip()
        key = bytes.fromhex(text)
    except FileNotFoundError as error:
        raise NotPossible(
            f"There is no key {path}: name the file that has it with --key. "
            "Without the key that it was made with, a backup cannot be read."
        ) from error
    except (OSError, ValueError) as error:
        raise NotPossible(_NO_KEY.format(path)) from error
    if len(key) != _BYTES:
        raise NotPossible(_NO_KEY.format(path))
    return key


_NO_KEY = "{} is no key of backups: it must hold 64 hexadecimal digits. Put the right file there."


def write_key(path: Path, key: bytes) -> None:
    """Keep the key for its owner alone. One that is there stays: FileExistsError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(key.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())


def make_key(path: Path) -> bool:
    """Make the key if there is none; says whether it did."""
    try:
        write_key(path, secrets.token_bytes(_BYTES))
    except FileExistsError:
        return False
    return True


def fingerprint(key: bytes) -> str:
    """Sixteen digits that tell keys apart and tell nothing of the key."""
    return hmac.new(key, b"safehub backup key", hashlib.sha256).hexdigest()[:16]
