"""The end of the chain, kept in a second place: a line a day, and a note of where it is now.

Whoever can write to the database can cut off its end; a root that is kept elsewhere tells. A line
of JSON for each day in `trail-roots.jsonl`; each MAC is over its line and the MAC before, so that
no line can be taken out from among the others. `trail-head.json` is the same for this moment, and
is written anew each time that the worker has sealed.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from safehub.foundation.errors import NotPossible
from safehub.foundation.trail.batches import Batch
from safehub.foundation.trail.keys import TrailKey, current_key
from safehub.foundation.trail.macs import moment, root_mac

FILE = "trail-roots.jsonl"
HEAD = "trail-head.json"
# What stands for the MAC before in the note of the end, so that it can never pass for a line.
NOT_A_LINE = "head"


@dataclass(frozen=True, slots=True)
class Root:
    """One line: where the chain ended at a moment. `restored` says that what earlier lines know
    beyond it was lost in a restore, and that this was accepted.
    """

    at: str
    batch: int
    places: int
    chain: str
    restored: bool
    key_id: int
    mac: str

    def signed(self, before: str) -> bytes:
        """What the MAC is over: this line, and the MAC of the one before."""
        said = [self.at, self.batch, self.places, self.chain, self.restored, self.key_id, before]
        return json.dumps(said).encode()


def roots_folder() -> Path:
    """The setting SAFEHUB_TRAIL_ROOTS; by default in SAFEHUB_HOME."""
    found = getattr(settings, "SAFEHUB_TRAIL_ROOTS", None)
    return Path(found or Path(settings.SAFEHUB_HOME) / "trail-roots")


def roots() -> list[Root | None]:
    """Every line in order; None for one that cannot be read. Raises NotPossible."""
    path = roots_folder() / FILE
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise NotPossible(_unusable(error)) from error
    return [_root(line) for line in lines]


def last_day() -> str:
    """The day, in UTC, of the last line; blank where there is none."""
    last = next((root for root in reversed(roots()) if root), None)
    return last.at[:10] if last else ""


def add_root(end: Batch, *, restored: bool = False) -> Root:
    """Add a line for the end of the chain, on the disk before this returns. Raises NotPossible."""
    try:
        roots_folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        with _held_open() as handle:
            before = next((root.mac for root in reversed(roots()) if root), "")
            root = _signed(end, before, current_key(), restored=restored)
            os.write(handle, _written(root).encode())
            os.fsync(handle)
    except OSError as error:
        raise NotPossible(_unusable(error)) from error
    return root


def note_head(end: Batch) -> None:
    """Put the note of where the chain ends now in the place of the one before.

    It is not forced to the disk: an older note is no fault. Raises NotPossible.
    """
    root = _signed(end, NOT_A_LINE, current_key(), restored=False)
    try:
        roots_folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = roots_folder() / f"{HEAD}.new"
        fresh.write_text(_written(root), encoding="utf-8")
        fresh.chmod(0o600)
        fresh.replace(roots_folder() / HEAD)
    except OSError as error:
        raise NotPossible(_unusable(error)) from error


def head() -> list[Root | None]:
    """The note of where the chain ended last; empty without one, None if it cannot be read."""
    try:
        return [_root((roots_folder() / HEAD).read_text(encoding="utf-8", errors="replace"))]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise NotPossible(_unusable(error)) from error


def _written(root: Root) -> str:
    return json.dumps({name: getattr(root, name) for name in Root.__slots__}) + "\n"


def _signed(end: Batch, before: str, key: TrailKey, *, restored: bool) -> Root:
    places = end.first_place + end.size - 1
    said = (moment(timezone.now()), end.number, places, end.chain.hex(), restored, key.number)
    mac = root_mac(key, Root(*said, "").signed(before)).hex()
    return Root(*said, mac)


@contextmanager
def _held_open() -> Iterator[int]:
    """The file, locked against other processes of this machine; it only ever grows."""
    handle = os.open(roots_folder() / FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield handle
    finally:
        os.close(handle)


def _root(line: str) -> Root | None:
    try:
        root = Root(**json.loads(line))
    except (ValueError, TypeError):
        return None
    kinds = (str, int, int, str, bool, int, str)
    values = [getattr(root, name) for name in Root.__slots__]
    return root if all(map(isinstance, values, kinds)) else None


def _unusable(error: OSError) -> str:
    return (
        f"The folder of the trail's daily roots cannot be used ({error.strerror}): "
        "set SAFEHUB_TRAIL_ROOTS to a folder, best on another machine, that can be written to."
    )
