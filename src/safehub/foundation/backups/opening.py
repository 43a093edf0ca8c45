"""Reading a backup: every byte is checked before anything is done with it."""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from safehub.foundation.backups.manifest import NAME, Manifest, Part, manifest_from
from safehub.foundation.backups.sealing import Header, SealedReader, damaged, read_header
from safehub.foundation.errors import NotPossible

_PIECE = 1 << 20
# The database of a backup and the files of the home; nothing else may be in one.
_DATABASES = {"database.sqlite3", "database.pgdump"}


def header_of(path: Path) -> Header:
    """What a backup says of itself to anybody. Nothing of it is checked but for damage."""
    try:
        with path.open("rb") as file:
            return read_header(file)[0]
    except OSError as error:
        raise NotPossible(f"The backup {path} cannot be read: {error.strerror}.") from error


def check_whole(path: Path, key: bytes) -> Manifest:
    """Read all of a backup and compare it with its manifest. Raises NotPossible."""
    return _through(path, key, None)


def unpack(path: Path, key: bytes, into: Path) -> Manifest:
    """Write what is in a backup into the folder, and compare it with its manifest.

    Raises NotPossible for damage or another key; then what lies in the folder is worth nothing.
    """
    return _through(path, key, into)


def _through(path: Path, key: bytes, into: Path | None) -> Manifest:
    found: dict[str, Part] = {}
    told = b""
    try:
        with path.open("rb") as file, _archive(SealedReader(file, key)) as archive:
            for member, content in _members(archive):
                if member.name == NAME:
                    told = content.read()
                    continue
                found[member.name] = _take(content, _target(member.name, into))
    except OSError as error:
        raise NotPossible(
            f"The backup {path} cannot be read here ({error.strerror or error})."
        ) from error
    except (tarfile.TarError, zlib.error, EOFError) as error:
        raise damaged("what is in it cannot be unpacked") from error
    if not told:
        raise damaged("it has no manifest")
    manifest = manifest_from(told)
    if manifest.parts != found:
        odd = sorted(set(manifest.parts.items()) ^ set(found.items()), key=lambda pair: pair[0])
        raise damaged(f"{odd[0][0]} is not as its manifest has it")
    return manifest


@contextmanager
def _archive(sealed: SealedReader) -> Iterator[tarfile.TarFile]:
    with (
        io.BufferedReader(sealed, _PIECE) as buffered,
        gzip.GzipFile(fileobj=buffered, mode="rb") as packed,
        tarfile.open(fileobj=packed, mode="r|") as archive,
    ):
        yield archive
        # To the very end, so that a file that was cut there is found.
        while packed.read(_PIECE):
            pass
        while buffered.read(_PIECE):
            pass


def _members(archive: tarfile.TarFile) -> Iterator[tuple[tarfile.TarInfo, IO[bytes]]]:
    for member in archive:
        content = archive.extractfile(member) if member.isreg() else None
        if content is None:
            raise damaged(f"{member.name} is no file")
        yield member, content


def _target(name: str, into: Path | None) -> Path | None:
    """Where the part goes. A name that leads out of the folder is refused, whoever wrote it."""
    parts = PurePosixPath(name).parts
    is_file = parts[:1] == ("files",) and len(parts) > 1 and ".." not in parts
    if not is_file and name not in _DATABASES:
        raise damaged(f"it has a part {name}, which no backup has")
    return into / name if into is not None else None


def _take(content: IO[bytes], target: Path | None) -> Part:
    if target is None:
        return _copy(content, None)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with target.open("xb") as file:
        target.chmod(0o600)
        return _copy(content, file)


def _copy(content: IO[bytes], file: IO[bytes] | None) -> Part:
    digest, size = hashlib.sha256(), 0
    while piece := content.read(_PIECE):
        digest.update(piece)
        size += len(piece)
        if file is not None:
            file.write(piece)
    return Part(size, digest.hexdigest())
