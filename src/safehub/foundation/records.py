"""A record by its kind and key: how the trail, the access rules and the outbox name one."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Model


class RecordRef(NamedTuple):
    """`kind` is Django's label of the model in lower case, such as `returns.return`."""

    kind: str
    key: int

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"


def ref_of(record: Model) -> RecordRef:
    """The reference of a saved record."""
    if record.pk is None:
        raise ValueError("Only a saved record has a reference.")
    return RecordRef(record._meta.label_lower, int(record.pk))
