"""Whom a conflict of interest shuts out of which records, whoever asks."""

from __future__ import annotations

from collections.abc import Collection

from safehub.foundation.access.models import Conflict
from safehub.foundation.access.states import SHUTS_OUT
from safehub.foundation.records import RecordRef


def shut_out(kind: str, keys: Collection[int]) -> set[tuple[int, int]]:
    """The record and the person of each conflict that stands with one of the records, by keys.

    A conflict with what holds a record is not among them. One query.
    """
    found = Conflict.objects.filter(kind=kind, key__in=keys, state__in=SHUTS_OUT)
    return set(found.values_list("key", "person"))


def shut_out_by(conflict: int) -> tuple[RecordRef, int] | None:
    """The record and the person of a conflict that stands still, for the worker. One query."""
    found = Conflict.objects.filter(pk=conflict, state__in=SHUTS_OUT).first()
    return None if found is None else (RecordRef(found.kind, found.key), found.person_id)
