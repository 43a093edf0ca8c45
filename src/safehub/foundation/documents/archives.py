"""Zip files that are the same bytes on any day."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first day that a zip file can name


def deterministic_zip(archive: bytes, changed: Mapping[str, bytes] | None = None) -> bytes:
    """The same entries in the same order, with every date and file attribute fixed.

    `changed` holds new contents for entries by their names.
    """
    contents = changed or {}
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(archive)) as source,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for entry in source.infolist():
            fixed = zipfile.ZipInfo(entry.filename, _EPOCH)
            fixed.compress_type = zipfile.ZIP_DEFLATED
            # Otherwise it names the system that wrote it.
            fixed.create_system = 0
            content = contents.get(entry.filename)
            target.writestr(fixed, source.read(entry) if content is None else content)
    return made.getvalue()
