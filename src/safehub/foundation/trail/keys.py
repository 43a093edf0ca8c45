"""The keys of the trail's MACs: SAFEHUB_HOME/keys/trail_key, a line `NUMBER HEX` for each.

The last line is the key in use; those before it stay, so that older rows can be verified. It is
none of Django's secrets: whoever can forge a session must not be able to forge the past.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import connection

from safehub.foundation.errors import TrailUnavailable

_BYTES = 32


@dataclass(frozen=True, slots=True)
class TrailKey:
    """One key. `number` is kept in each row that it signs."""

    number: int
    secret: bytes

    def __repr__(self) -> str:
        return f"TrailKey({self.number})"


def current_key() -> TrailKey:
    """The key that signs now; the first one is made on first use. Raises TrailUnavailable."""
    path = _path()
    try:
        # A key that was added meanwhile shows in the stamp; the content is not read each time.
        return _keys(path, path.stat().st_mtime_ns)[-1]
    except FileNotFoundError:
        _make_first(path)
        return _keys(path, path.stat().st_mtime_ns)[-1]
    except OSError as error:
        raise TrailUnavailable(_UNREADABLE) from error


def all_keys() -> dict[int, TrailKey]:
    """Every key by its number; none where there is no file. Raises TrailUnavailable."""
    path = _path()
    try:
        return {key.number: key for key in _keys(path, path.stat().st_mtime_ns)}
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise TrailUnavailable(_UNREADABLE) from error


def add_key() -> TrailKey:
    """Sign with a new key from now on, in every process. Earlier keys stay for verifying."""
    number = current_key().number + 1
    path = _path()
    lines = path.read_text(encoding="ascii") + _line(number)
    _write(path, lines, os.replace)
    return current_key()


def _path() -> Path:
    return Path(settings.SAFEHUB_HOME) / "keys" / "trail_key"


@lru_cache(maxsize=8)
def _keys(path: Path, stamp: int) -> tuple[TrailKey, ...]:
    del stamp
    found = []
    for line in path.read_text(encoding="ascii").splitlines():
        number, _, secret = line.partition(" ")
        if not number.isdecimal() or len(secret) != 2 * _BYTES:
            raise TrailUnavailable(_UNREADABLE)
        found.append(TrailKey(int(number), bytes.fromhex(secret)))
    if not found:
        raise TrailUnavailable(_UNREADABLE)
    return tuple(found)


def _line(number: int) -> str:
    return f"{number} {secrets.token_hex(_BYTES)}\n"


def _number_not_used() -> int:
    """If the file was lost, events of before must not seem to be signed with the new key."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(key_id), 0) + 1 FROM trail_trailevent")
        return int(cursor.fetchone()[0])


def _make_first(path: Path) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(path, _line(_number_not_used()), os.link)
    except FileExistsError:
        return
    except OSError as error:
        raise TrailUnavailable(_UNREADABLE) from error


def _write(path: Path, text: str, put: Callable[[Path, Path], None]) -> None:
    """Write whole beside it, then put it in its place: nobody ever reads half a key."""
    beside = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        put(beside, path)
    finally:
        beside.unlink(missing_ok=True)


_UNREADABLE = (
    "The trail cannot be written because its key, SAFEHUB_HOME/keys/trail_key, cannot be read: "
    "nothing was done. Put back the copy of it that is kept apart from the database."
)
