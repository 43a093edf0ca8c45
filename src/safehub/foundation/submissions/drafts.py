"""What a draft holds, and how it lies in the database."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass

from safehub.foundation.errors import NotPossible
from safehub.foundation.records import RecordRef
from safehub.foundation.submissions.encryption import Unreadable, decrypt, encrypt
from safehub.foundation.submissions.fields import Typed
from safehub.foundation.submissions.holders import Holder
from safehub.foundation.submissions.models import Draft

LARGEST = 512_000  # bytes of one draft, before it is encrypted
MOST = 50  # drafts that one holder may have at a time


class DraftTooLarge(NotPossible):
    """More than a draft holds; the text says how much that is."""

    def __init__(self) -> None:
        super().__init__(
            f"This is more than can be kept unsent ({LARGEST // 1000} kB): "
            "send it now, or keep a copy of your own."
        )


class TooManyDrafts(NotPossible):
    """The holder has as many drafts as there may be."""

    def __init__(self) -> None:
        super().__init__(
            f"You have {MOST} unsent texts already: open one of those forms and discard it first."
        )


@dataclass(frozen=True)
class KeptText:
    """A draft, readable. `original` is what its edit form began with, signed; else blank."""

    key: int
    window: str
    form: str
    record: RecordRef | None
    path: str
    saved_at: dt.datetime
    fields: Typed
    original: str


def sealed(fields: Typed, original: str, *, place: str) -> bytes:
    """What is written to the database. Raises DraftTooLarge."""
    text = json.dumps([fields, original]).encode("ascii")
    if len(text) > LARGEST:
        raise DraftTooLarge
    return encrypt(text, place=place)


def opened(draft: Draft) -> KeptText | None:
    """The draft, readable; None where it was written under another key or was changed."""
    record = RecordRef(draft.record_kind, draft.record_key) if draft.record_kind else None
    place = place_of(Holder(draft.person_id, draft.visitor), draft.form, draft.window)
    try:
        fields, original = json.loads(decrypt(bytes(draft.payload), place=place))
    except Unreadable:
        return None
    return KeptText(
        key=draft.pk,
        window=draft.window,
        form=draft.form,
        record=record,
        path=draft.path,
        saved_at=draft.saved_at,
        fields=fields,
        original=original,
    )


def place_of(holder: Holder, form: str, window: str) -> str:
    """Binds the encrypted text to whose it is and where it belongs."""
    return f"{holder}/{form}/{window}"
