"""What stood in an edit form when it was opened, so that what each side changed can be told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.db.models import Manager, Model, QuerySet

from safehub.foundation.records import RecordRef

ORIGINAL = "form_original"
CHOICE = "form_keep_"
_SALT = "safehub.submissions.original"
# As long as the longest draft is kept, since a draft goes on from what its form began with.
_HOLDS_FOR = dt.timedelta(days=30)

Plain = str | list[str]


@dataclass(frozen=True)
class Original:
    """The record's values by field, in plain words.

    They are compared rather than a number of the version: what changed elsewhere in the record is
    no meeting, and what was changed by a command that counts no version is one. `clashes` are the
    fields that both sides had changed, each of which is still to be chosen.
    """

    form: str
    record: RecordRef
    values: Mapping[str, Plain]
    clashes: tuple[str, ...] = ()

    def signed(self) -> str:
        """As it stands in the page."""
        parts = [self.form, *self.record, dict(self.values), self.clashes]
        return signing.dumps(parts, salt=_SALT, compress=True)


def original_of(text: str, *, form: str, record: RecordRef) -> Original | None:
    """What the form began with; None where that is missing, changed, too old or of another."""
    try:
        read = signing.loads(text, salt=_SALT, max_age=_HOLDS_FOR)
        code, kind, key, values, clashes = read
    except (signing.BadSignature, ValueError):
        return None
    found = Original(code, RecordRef(kind, key), values, tuple(clashes))
    return found if (found.form, found.record) == (form, record) else None


def plain(value: Any) -> Plain:
    """A value so that what the database gives and what a form cleans can be compared."""
    if isinstance(value, Manager):
        value = value.all()
    if isinstance(value, list | tuple | set | frozenset | QuerySet):
        return sorted(_word(one) for one in value)
    return _word(value)


def _word(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Model):
        return str(value.pk)
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    # Browsers send line ends as CR LF, and fields strip what surrounds the text.
    return str(value).replace("\r\n", "\n").replace("\r", "\n").strip()
