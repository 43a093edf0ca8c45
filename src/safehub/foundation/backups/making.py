"""Making a backup: copied, packed, encrypted, read again, and only then given its name."""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import gzip
import hashlib
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from safehub import __version__
from safehub.foundation.backups.files import SUFFIX, backups_in, files_of, fsync_folder
from safehub.foundation.backups.keys import key_path, make_key, read_key
from safehub.foundation.backups.manifest import NAME, Manifest, Part
from safehub.foundation.backups.opening import check_whole
from safehub.foundation.backups.sealing import SealedWriter, new_header
from safehub.foundation.backups.stores import Store
from safehub.foundation.errors import NotPossible

_UNFINISHED = ".part"
_STAGING = ".backup-"
_LOCK = ".backup.lock"
_PIECE = 1 << 20


@dataclass(frozen=True)
class Made:
    """A backup that was made and read again. `is_new_key`: its key had to be made first."""

    path: Path
    size: int
    manifest: Manifest
    is_new_key: bool
    removed: tuple[Path, ...]


def make_backup(
    *, home: Path, store: Store, to: Path, at: dt.datetime, keep: int | None = None
) -> Made:
    """Back up the rows, and every file of `home` that is needed, into the folder `to`.

    The rows are of one moment, and each file that they name was there then: files are copied after
    them. What has no name of a backup yet is not whole. With `keep`, only so many of the newest
    backups of the folder stay. Raises NotPossible; then there is no new backup.
    """
    try:
        with _alone(home):
            is_new_key = make_key(key_path(home))
            key = read_key(key_path(home))
            to.mkdir(mode=0o700, parents=True, exist_ok=True)
            _clear_left_over(home, to)
            path, manifest = _make(home, store, to, at, key)
            return Made(path, path.stat().st_size, manifest, is_new_key, _forget(to, keep))
    except OSError as error:
        raise NotPossible(
            f"The backup could not be written ({error.strerror}): there is none. Make room or "
            f"see to the rights of {to} and of {home}, and try again."
        ) from error


@contextlib.contextmanager
def _alone(home: Path) -> Iterator[None]:
    """One backup at a time: otherwise one would clear away what another is writing."""
    handle = os.open(home / _LOCK, os.O_WRONLY | os.O_CREAT, 0o600)
    with os.fdopen(handle, "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise NotPossible(
                "Another backup is being made: wait until it is done, then try again."
            ) from error
        yield


def _clear_left_over(home: Path, to: Path) -> None:
    """What a backup that was killed has left: a copy of the rows in the clear, and half a file."""
    for path in home.glob(f"{_STAGING}*"):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
    for path in to.glob(f".*{SUFFIX}{_UNFINISHED}"):
        path.unlink(missing_ok=True)


def _make(home: Path, store: Store, to: Path, at: dt.datetime, key: bytes) -> tuple[Path, Manifest]:
    made_at = at.astimezone(dt.UTC)
    header = new_header(
        made_at=made_at.isoformat(timespec="seconds"),
        product=__version__,
        engine=store.engine,
        key=key,
    )
    unfinished = to / f".{made_at:%Y%m%dT%H%M%SZ}{SUFFIX}{_UNFINISHED}"
    staging = Path(tempfile.mkdtemp(prefix=_STAGING, dir=home))
    try:
        copy = staging / store.part
        contents = store.copy(copy)
        with _new_file(unfinished) as file:
            sealed = SealedWriter(file, header, key)
            with gzip.GzipFile(fileobj=sealed, mode="wb", compresslevel=1) as packed:
                parts = _pack(packed, [(store.part, copy), *_renamed(home)])
                manifest = Manifest(
                    made_at=header.made_at,
                    product=header.product,
                    engine=store.engine,
                    engine_version=contents.engine_version,
                    migrations=contents.migrations,
                    tables=contents.tables,
                    parts=parts,
                )
                _pack_end(packed, manifest)
            sealed.finish()
            file.flush()
            os.fsync(file.fileno())
        check_whole(unfinished, key)
        path = _free_name(to, made_at)
        unfinished.rename(path)
        fsync_folder(to)
        return path, manifest
    finally:
        unfinished.unlink(missing_ok=True)
        shutil.rmtree(staging, ignore_errors=True)


def _new_file(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _renamed(home: Path) -> Iterator[tuple[str, Path]]:
    for name, path in files_of(home):
        yield f"files/{name}", path


def _pack(packed: gzip.GzipFile, files: list[tuple[str, Path]]) -> dict[str, Part]:
    """Write each file into the archive, and take its hash on the way."""
    parts = {}
    for name, path in files:
        with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
            parts[name] = _pack_one(packed, name, file)
    return parts


def _pack_one(packed: gzip.GzipFile, name: str, file: BinaryIO) -> Part:
    size = os.fstat(file.fileno()).st_size
    packed.write(_head(name, size))
    digest, left = hashlib.sha256(), size
    while left:
        # What has been added to the file since is for the next backup.
        piece = file.read(min(left, _PIECE))
        if not piece:
            raise NotPossible(f"{name} was cut short while it was being read: try again.")
        digest.update(piece)
        packed.write(piece)
        left -= len(piece)
    packed.write(bytes(-size % tarfile.BLOCKSIZE))
    return Part(size, digest.hexdigest())


def _head(name: str, size: int) -> bytes:
    head = tarfile.TarInfo(name)
    head.size, head.mode = size, 0o600
    return head.tobuf(tarfile.PAX_FORMAT)


def _pack_end(packed: gzip.GzipFile, manifest: Manifest) -> None:
    """The manifest comes last: only then are all hashes known."""
    data = manifest.as_bytes()
    packed.write(_head(NAME, len(data)) + data + bytes(-len(data) % tarfile.BLOCKSIZE))
    packed.write(bytes(2 * tarfile.BLOCKSIZE))


def _free_name(folder: Path, at: dt.datetime) -> Path:
    for number in range(1, 1000):
        more = f"-{number}" if number > 1 else ""
        path = folder / f"{at:%Y%m%dT%H%M%SZ}{more}{SUFFIX}"
        if not path.exists():
            return path
    raise NotPossible(f"{folder} has a thousand backups of this second: look at the clock.")


def _forget(folder: Path, keep: int | None) -> tuple[Path, ...]:
    """Remove the oldest backups beyond `keep`; never the one that was just made."""
    if keep is None:
        return ()
    gone = backups_in(folder)[: -max(keep, 1)]
    for path in gone:
        path.unlink()
    return tuple(gone)
