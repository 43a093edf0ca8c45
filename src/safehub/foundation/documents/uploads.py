"""Files as they came, kept under the hash of their bytes."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path


def keep(folder: Path, data: bytes) -> str:
    """Keep the bytes, safely on disk before this returns; gives their SHA-256."""
    sha256 = sha256_of(data)
    path = folder / sha256
    if path.exists():
        return sha256
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=folder)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    Path(temporary).replace(path)
    return sha256


def sha256_of(data: bytes) -> str:
    """The hash under which bytes are kept."""
    return hashlib.sha256(data).hexdigest()


def kept(folder: Path, sha256: str) -> bytes | None:
    """The bytes kept under that hash, or None where they are gone."""
    path = folder / sha256
    return path.read_bytes() if path.exists() else None
