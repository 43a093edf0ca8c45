"""Which files of SAFEHUB_HOME are in a backup, and where backups lie."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from safehub.foundation.backups.keys import NAME as KEY
from safehub.foundation.backups.sqlite import FILE

FOLDER = "backups"
SUFFIX = ".safehub"
_NAME = re.compile(r"\d{8}T\d{6}Z(-\d+)?\.safehub")
# Made anew, invented, or (a failure) kept close: none of it is needed to go on.
_LEFT_OUT = {FOLDER, "demo", "failures", "cache"}
_OWN_KEYS = {f"keys/{KEY}"}
# Where the trail ends now: it may have been noted after the moment of the database.
_OF_THIS_MOMENT = {"trail-head.json", "trail-head.json.new"}
# Another process's half-written file may be gone before it is read.
_PASSING = re.compile(r"\.\d+\.[0-9a-f]{8}$|^tmp\w{8}$")


def files_of(home: Path) -> Iterator[tuple[str, Path]]:
    """Every file to be kept, by its name within the home: all but what is known to be needless.

    The database is not among them, nor is the key of the backups themselves.
    """
    for top in sorted(home.iterdir()):
        if top.name in _LEFT_OUT or top.name.startswith((FILE, ".")):
            continue
        for path in _within(top):
            name = path.relative_to(home).as_posix()
            is_needless = name in _OWN_KEYS or path.name in _OF_THIS_MOMENT
            if not is_needless and not _PASSING.search(path.name):
                yield name, path


def _within(top: Path) -> Iterator[Path]:
    if not top.is_dir():
        yield top
        return
    for folder, folders, names in os.walk(top):
        folders.sort()
        yield from (Path(folder) / name for name in sorted(names))


def backups_in(folder: Path) -> list[Path]:
    """The backups that lie in a folder, oldest first. What is being written is not among them."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if _NAME.fullmatch(path.name))


def fsync_folder(folder: Path) -> None:
    """Make sure that the names in the folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
