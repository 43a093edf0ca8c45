"""What is known of single records and bears on one viewer, fetched at once.

Nearly always there is nothing: then no condition about it goes into any query, which is what
keeps a page of many decisions quick.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property

from django.db import connection

from safehub.foundation.access.facts import Facts
from safehub.foundation.access.viewer import Viewer

Keys = dict[str, set[int]]


def _keys() -> Keys:
    return defaultdict(set)


@dataclass
class Bearing:
    """Keys by kind: of conflicts, of live shares by relation, of ended ones, of broken glass.

    `guarded` holds each (kind, sensitivity) of which there is any record at all, and `labelled`
    each kind: what is not there need not be asked after.
    """

    conflicts: Keys = field(default_factory=_keys)
    shares: dict[str, Keys] = field(default_factory=lambda: defaultdict(_keys))
    ended: Keys = field(default_factory=_keys)
    glass: Keys = field(default_factory=_keys)
    guarded: set[tuple[str, str]] = field(default_factory=set)
    labelled: set[str] = field(default_factory=set)

    @property
    def is_brief(self) -> bool:
        """Whether few single records bear on the viewer: what follows is then worth keeping."""
        return self._size <= _BRIEF

    @cached_property
    def _size(self) -> int:
        keyed = (self.conflicts, self.ended, self.glass, *self.shares.values())
        return sum(len(keys) for by_kind in keyed for keys in by_kind.values())

    @cached_property
    def word(self) -> tuple[object, ...]:
        """All of it, to tell it from another one. For when it is fetched and changes no more."""
        return (
            _frozen(self.conflicts),
            frozenset((relation, _frozen(keys)) for relation, keys in self.shares.items()),
            _frozen(self.ended),
            _frozen(self.glass),
            frozenset(self.guarded),
            frozenset(self.labelled),
        )


_BRIEF = 50


def _frozen(by_kind: Keys) -> frozenset[tuple[str, frozenset[int]]]:
    return frozenset((kind, frozenset(keys)) for kind, keys in by_kind.items())


_remembered: ContextVar[dict[tuple[object, ...], Bearing] | None] = ContextVar(
    "bearings", default=None
)
_facts: ContextVar[dict[tuple[object, ...], Facts] | None] = ContextVar("facts", default=None)


@contextmanager
def remembering(*, reads_only: bool) -> Iterator[None]:
    """Opened by the edge around one request: what bears on a viewer is fetched once in it.

    In one that changes nothing so are the facts of each record; in any other they are asked for
    afresh each time, since the request itself may change them.
    """
    token, facts_token = _remembered.set({}), _facts.set({} if reads_only else None)
    try:
        yield
    finally:
        _remembered.reset(token)
        _facts.reset(facts_token)


def facts_remembered() -> dict[tuple[object, ...], Facts] | None:
    """The facts that this request has asked for, to look in and to add to; None: ask each time."""
    return _facts.get()


def forget() -> None:
    """What was fetched no longer holds: something was just changed."""
    for kept in (_remembered.get(), _facts.get()):
        if kept is not None:
            kept.clear()


def bearing_on(viewer: Viewer, at: dt.datetime) -> Bearing:
    """What bears on the viewer at the moment. One query, or none within a request that asked."""
    kept = _remembered.get()
    who = (viewer.person, viewer.membership, viewer.organisation, at)
    if kept is not None and who in kept:
        return kept[who]
    found = _fetched(viewer, at)
    if kept is not None:
        kept[who] = found
    return found


# One query for all of it, since it is asked on nearly every page.
_QUERY = """
SELECT 'conflict', kind, key, '' FROM access_conflict
    WHERE person_id = %s AND state IN ('declared', 'confirmed')
UNION ALL
SELECT 'share', kind, key, relation FROM access_share
    WHERE (person_id = %s OR organisation = %s) AND (given_by_id IS NULL OR given_by_id <> %s)
        AND revoked_at IS NULL AND from_at <= %s AND (until_at IS NULL OR until_at > %s)
UNION ALL
SELECT 'ended', kind, key, '' FROM access_share
    WHERE (person_id = %s OR organisation = %s) AND (given_by_id IS NULL OR given_by_id <> %s)
        AND revoked_at IS NULL AND from_at <= %s AND until_at <= %s
UNION ALL
SELECT 'glass', kind, key, '' FROM access_glassbreak
    WHERE person_id = %s AND membership = %s AND at <= %s AND until > %s
UNION ALL
SELECT DISTINCT 'guarded', kind, 0, sensitivity FROM access_protection
UNION ALL
SELECT DISTINCT 'labelled', kind, 0, '' FROM access_label
"""


def _fetched(viewer: Viewer, at: dt.datetime) -> Bearing:
    moment = connection.ops.adapt_datetimefield_value(at)
    # No person and no organisation has the key -1: nothing is shared with nobody.
    person, organisation, membership = (
        -1 if key is None else key
        for key in (viewer.person, viewer.organisation, viewer.membership)
    )
    # What one gives one's own organisation reaches one's colleagues, and not oneself.
    shared = [person, organisation, person, moment, moment]
    values = [person, *shared, *shared, person, membership, moment, moment]
    found = Bearing()
    with connection.cursor() as cursor:
        cursor.execute(_QUERY, values)
        for what, kind, key, word in cursor.fetchall():
            _add(found, what, kind, key, word)
    return found


def _add(found: Bearing, what: str, kind: str, key: int, word: str) -> None:
    if what == "conflict":
        found.conflicts[kind].add(key)
    elif what == "share":
        found.shares[word][kind].add(key)
    elif what == "ended":
        found.ended[kind].add(key)
    elif what == "glass":
        found.glass[kind].add(key)
    elif what == "guarded":
        found.guarded.add((kind, word))
    else:
        found.labelled.add(kind)
