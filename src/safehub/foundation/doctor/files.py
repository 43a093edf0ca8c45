"""The folder of all data: who can read it, its keys, and how much room there is."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from safehub.foundation.backups.files import FOLDER
from safehub.foundation.doctor.findings import Finding, fail, ok, warn
from safehub.foundation.govuk.assets import GOVUK_VERSION, MANIFEST
from safehub.foundation.govuk.built import BUILT

_GIB = 1 << 30
_FEW, _FEWEST = _GIB, _GIB // 5
_OTHERS = 0o077


def _home() -> Path:
    return Path(settings.SAFEHUB_HOME)


def rights() -> Iterator[Finding]:
    """The folder and all that is private in it is its owner's alone."""
    home = _home()
    if not home.is_dir():
        yield warn("rights", f"There is no folder {home} yet", "The first start makes it.")
        return
    private = [home, home / "keys", home / "uploads", home / FOLDER, *home.glob("safehub.sqlite3*")]
    private += (home / "keys").glob("*")
    wide = [path for path in private if path.exists() and path.stat().st_mode & _OTHERS]
    for path in wide:
        mode = 0o700 if path.is_dir() else 0o600
        yield fail(
            "rights",
            f"{path} can be read or changed by others than its owner",
            f"chmod {mode:o} {path}",
        )
    if not os.access(home, os.W_OK | os.X_OK):
        yield fail("rights", f"{home} cannot be written to", "Give this user the right to.")
    elif not wide:
        yield ok("rights", f"{home} is its owner's alone")


# Where each key is used, so that its loss can be told. The first two are made on the first start.
_KEYS = {
    "secret_key": "sessions and links in e-mails",
    "trail_key": "the trail",
    "draft_key": "drafts",
    "backup_key": "backups",
}


def keys(*, secret_is_given: bool) -> Iterator[Finding]:
    """The keys that are there. `secret_is_given`: the secret comes from the environment."""
    folder = _home() / "keys"
    there = {name for name in _KEYS if (folder / name).is_file()}
    if secret_is_given:
        there.add("secret_key")
    empty = [n for n in there if (folder / n).is_file() and not (folder / n).stat().st_size]
    for name in sorted(empty):
        yield fail(
            "keys", f"{folder / name} is empty", "Put it back from a backup of before it was lost."
        )
    missing = [f"{name} ({use})" for name, use in _KEYS.items() if name not in there]
    said = f"Keys that are there: {', '.join(sorted(there)) or 'none'}"
    if missing:
        said += f"; each of these is made on first use: {', '.join(missing)}"
    if not empty:
        yield ok("keys", said)


def left_over() -> Iterator[Finding]:
    """What a restore that was killed has left beside the home: all of a backup, in the clear."""
    home = _home()
    for path in sorted(home.parent.glob(f".{home.name}.restoring-*")):
        yield warn(
            "restore",
            f"A restore was broken off, and left {path}",
            f"If {home} is not what you want, look for what was kept beside it, then restore "
            "again; if no restore is running, remove that folder.",
        )


def disk() -> Iterator[Finding]:
    """Room for what is written next."""
    home = _home()
    place = home if home.exists() else home.parent
    free = shutil.disk_usage(place).free
    database = home / "safehub.sqlite3"
    wanted = max(_FEW, 2 * database.stat().st_size if database.exists() else 0)
    said = f"{free / _GIB:.1f} GiB are free where {home} lies"
    if free < _FEWEST:
        yield fail("disk", said, "Make room at once: soon nothing can be saved.")
    elif free < wanted:
        yield warn("disk", said, f"Make room: {wanted / _GIB:.1f} GiB or more should be free.")
    else:
        yield ok("disk", said)


def assets() -> Iterator[Finding]:
    """The style sheets and scripts of the pages, built and of the right version."""
    do = "Start Safehub once with ./safehub, which builds them."
    manifest = BUILT / MANIFEST
    if not manifest.is_file():
        yield fail("assets", "The style sheets of the pages are not built", do)
        return
    names = json.loads(manifest.read_text("utf-8"))
    gone = [name for name, built in names.items() if not (BUILT / built).is_file()]
    style = BUILT / names.get("govuk-frontend.css", "none")
    text = style.read_text("utf-8") if style.is_file() else ""
    found = re.search(r'govuk-frontend-version:\s*"?([\d.]+)', text)
    version = found[1] if found else "unknown"
    if gone:
        yield fail("assets", f"Built files are gone: {', '.join(sorted(gone))}", do)
    elif version != GOVUK_VERSION:
        said = f"GOV.UK Frontend is {version} and must be {GOVUK_VERSION}"
        yield fail("assets", said, do)
    else:
        yield ok("assets", f"The pages' files are built, with GOV.UK Frontend {version}")
