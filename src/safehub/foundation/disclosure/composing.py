"""Documents out of clean items, where the app has no way of its own: one zip file."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence

from safehub.foundation.disclosure.outgoing import CleanItem, OutgoingFile, OutgoingTo
from safehub.foundation.documents.archives import deterministic_zip

_UNSAFE = re.compile(r"[^\w .-]+")
_LONGEST = 80


def bundle(_: OutgoingTo, items: Sequence[CleanItem]) -> OutgoingFile:
    """The texts as one file each, the files beside them; numbered in their order. The same items
    give the same bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, item in enumerate(items, start=1):
            if item.text or item.title:
                text = f"{item.title}\n\n{item.text}\n" if item.title else f"{item.text}\n"
                archive.writestr(f"{number:03}.txt", text)
            if item.file is not None:
                archive.writestr(f"{number:03} {_safe(item.file.name)}", item.file.data)
    return OutgoingFile("bundle.zip", deterministic_zip(made.getvalue()))


def _safe(name: str) -> str:
    """A name that no folder can hide in, with its ending."""
    stem, dot, ending = _UNSAFE.sub("_", name).lstrip(". ").rpartition(".")
    return f"{stem[:_LONGEST]}{dot}{ending[:10]}" if dot else ending[:_LONGEST] or "file"
