"""What is stored of a disclosure, put together as the rules want it. Reads only."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable

from django.conf import settings

from safehub.foundation.disclosure.masking import Gap, masked
from safehub.foundation.disclosure.models import Disclosure, FoundWord, Item, Recipient
from safehub.foundation.disclosure.outgoing import (
    CleanItem,
    Outgoing,
    OutgoingFile,
    OutgoingItem,
    OutgoingTo,
)
from safehub.foundation.disclosure.protected import (
    Hit,
    Matched,
    Protected,
    ProtectedKind,
    Suggestion,
)
from safehub.foundation.disclosure.reading.files import read_file
from safehub.foundation.disclosure.reading.parts import Part, Reading
from safehub.foundation.disclosure.rules import Key, labels_from_data
from safehub.foundation.disclosure.states import HitDecision
from safehub.foundation.documents import uploads
from safehub.foundation.errors import Unavailable

TITLE, TEXT = "title", "text"


def kept_bytes(sha256: str) -> bytes:
    """The bytes of that hash. Raises Unavailable where they are gone or are others now."""
    data = uploads.kept(settings.UPLOADS, sha256)
    if data is None or not _has_hash(data, sha256):
        raise Unavailable(
            "A file of this disclosure is missing or damaged among the uploads, so nothing was "
            "released. Restore the uploads from a back-up, or attach the file again."
        )
    return data


def _has_hash(data: bytes, sha256: str) -> bool:
    """Whether the bytes have that hash."""
    return hashlib.sha256(data).hexdigest() == sha256


def stored_outgoing(disclosure: Disclosure, protected: tuple[Protected, ...]) -> Outgoing:
    """Items and recipients as they were given, with these protected words."""
    return Outgoing(
        tuple(as_given(item) for item in disclosure.items.all()),
        tuple(recipient_of(row) for row in disclosure.recipients.all()),
        protected,
    )


def as_given(item: Item) -> OutgoingItem:
    """The item as the app gave it, whatever was decided since."""
    file = OutgoingFile(item.file_name, kept_bytes(item.sha256)) if item.sha256 else None
    labels = labels_from_data(item.labels)
    return OutgoingItem(item.kind, item.key, item.title, item.text, file, labels)


def recipient_of(row: Recipient) -> OutgoingTo:
    """The recipient as the app gave them."""
    relations = None if row.relations is None else tuple(row.relations)
    return OutgoingTo(row.name, row.person_key, row.address, row.email, relations)


def file_of(item: Item) -> OutgoingFile | None:
    """The file that would go out: the replacement where there is one."""
    if item.replacement_sha256:
        return OutgoingFile(item.replacement_name, kept_bytes(item.replacement_sha256))
    return OutgoingFile(item.file_name, kept_bytes(item.sha256)) if item.sha256 else None


def reading_of(item: Item) -> Reading:
    """Everything of the item that a scan looks at."""
    file = file_of(item)
    reading = read_file(file.name, file.data) if file else Reading()
    texts = ((TITLE, item.title), (TEXT, item.text))
    reading.parts[:0] = [Part(name, text) for name, text in texts if text.strip()]
    return reading


def clean_item(item: Item, words: Iterable[FoundWord]) -> CleanItem:
    """The item as it may go out, by what was decided of its hits."""
    gaps: dict[str, list[Gap]] = {TITLE: [], TEXT: []}
    for word in words:
        if word.part in gaps and word.decision in {HitDecision.MASKED, HitDecision.REMOVED}:
            is_marked = word.decision == HitDecision.MASKED
            gaps[word.part].append(Gap(word.start, word.end, is_marked))
    return CleanItem(
        item.kind,
        item.key,
        masked(item.title, gaps[TITLE]),
        masked(item.text, gaps[TEXT]),
        file_of(item),
    )


def reading_of_clean(item: CleanItem) -> Reading:
    """Everything of a masked item that the scan after the masking looks at: its texts."""
    texts = ((TITLE, item.title), (TEXT, item.text))
    return Reading([Part(name, text) for name, text in texts if text.strip()])


def hit_of(word: FoundWord) -> Hit:
    """A stored hit as the scanner gave it."""
    return Hit(
        ProtectedKind(word.kind),
        tuple(word.persons),
        word.part,
        word.where,
        word.start,
        word.end,
        word.text,
        Matched(word.matched),
        word.score,
        Suggestion(word.suggestion),
    )


def kept_keys(words: Iterable[FoundWord]) -> Counter[Key]:
    """How often each word may stand, by what people decided to keep."""
    return Counter(hit_of(word).key for word in words if word.decision == HitDecision.KEPT)


def same_place(word: FoundWord) -> tuple[object, ...]:
    """What makes a hit of a new scan the same as one that was decided already."""
    return (word.item_id, word.recipient_id, word.part, word.start, word.end, word.text, word.kind,
            tuple(word.persons))  # fmt: skip
