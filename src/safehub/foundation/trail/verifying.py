"""Finding whatever was done to the trail behind its back."""

from __future__ import annotations

import datetime as dt
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import connection, transaction

from safehub.foundation.errors import NotPossible
from safehub.foundation.trail.batches import (
    BEGINNING,
    Batch,
    batches_from,
    chain_of,
    first_batch_since,
    last_batch,
)
from safehub.foundation.trail.keys import TrailKey, all_keys
from safehub.foundation.trail.macs import (
    batch_mac,
    is_same,
    merkle_root,
    moment,
    root_mac,
)
from safehub.foundation.trail.roots import NOT_A_LINE, Root, head, roots
from safehub.foundation.trail.walk import Read, Walk, moment_of

MOST_FAULTS = 1_000


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, in words, with the event or the batch that it is about."""

    words: str
    event: int | None = None
    batch: int | None = None


@dataclass
class Verification:
    """What was verified, and what is wrong. Only the first MOST_FAULTS faults are kept."""

    sealed: int = 0
    unsealed: int = 0
    batches: int = 0
    roots: int = 0
    seconds: float = 0.0
    since: str = ""
    fault_count: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not self.fault_count

    def tell(self, words: str, *, event: int | None = None, batch: int | None = None) -> None:
        """Keep a fault."""
        self.fault_count += 1
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(words, event, batch))


def verify(*, since: dt.datetime | None = None) -> Verification:
    """Check every event, batch and daily root; with `since`, those from that moment on.

    Finds what was changed, taken away, put in or put in another order among sealed events and
    batches, and a chain cut short of a daily root. Of events that are not sealed yet it finds
    what was changed or put in. Raises TrailUnavailable where the keys cannot be read.
    """
    started = time.perf_counter()
    found = Verification(since=moment(since) if since else "")
    with _one_view():
        _Verifying(found, all_keys()).run(since)
    found.seconds = time.perf_counter() - started
    return found


@contextmanager
def _one_view() -> Iterator[None]:
    """On PostgreSQL, one view of the whole trail, though it grows meanwhile."""
    if connection.vendor != "postgresql":
        yield
        return
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


class _Verifying:
    """One verification under way."""

    def __init__(self, found: Verification, keys: dict[int, TrailKey]) -> None:
        self.found, self.keys = found, keys

    def run(self, since: dt.datetime | None) -> None:
        first = first_batch_since(since) if since else 1
        # Before the end is looked up: what is sealed meanwhile is noted too.
        chains = self._expected_roots(first)
        end = last_batch()
        before = next(batches_from(first - 1, 1), None) if first > 1 else None
        start = _start(first) if since else ""
        walk = Walk(self.keys, self._tell_of_event, start)
        for batch in batches_from(first):
            if end is None or batch.number > end.number:
                break  # sealed since this began
            self._check_batch(batch, before, first)
            self._check_events(batch, walk.find(batch.ids(), batch.last_at))
            self._check_root(batch, chains)
            before = batch
        walk.finish()
        self._check_loose(walk.loose, end)
        for number in chains:
            self.found.tell(
                f"A daily root knows batch {number}, which is gone: the trail was cut short.",
                batch=number,
            )

    def _tell_of_event(self, event: int, words: str) -> None:
        self.found.tell(f"Event {event} {words}.", event=event)

    def _check_batch(self, batch: Batch, before: Batch | None, first: int) -> None:
        """What it says of itself, and that it follows the one before."""
        number, key = batch.number, self.keys.get(batch.key_id)
        self.found.batches += 1
        if before is None and number != first:
            self.found.tell(f"The batches before batch {number} are gone.", batch=number)
        elif before and number != before.number + 1:
            self.found.tell(
                f"Between batch {before.number} and batch {number} there are some gone.",
                batch=number,
            )
        place = before.first_place + before.size if before else 1
        chain = chain_of(batch, before.chain if before else BEGINNING)
        if key is None:
            self.found.tell(
                f"Batch {number} is signed with key {batch.key_id}, which trail_key does not hold.",
                batch=number,
            )
        elif not is_same(batch_mac(key, batch.chain), batch.mac) or chain != batch.chain:
            self.found.tell(
                f"Batch {number} is not what was sealed after the one before it.", batch=number
            )
        elif batch.first_place != place or batch.size != len(batch.ids()):
            self.found.tell(f"Batch {number} is not in its place.", batch=number)

    def _check_events(self, batch: Batch, rows: list[Read | None]) -> None:
        """That each event is there, and all in the order in which they were sealed."""
        gone = [number for number, row in zip(batch.ids(), rows, strict=True) if row is None]
        for number in gone:
            self.found.tell(
                f"Event {number} of batch {batch.number} is gone, or not where it was sealed.",
                event=number,
                batch=batch.number,
            )
        self.found.sealed += len(rows) - len(gone)
        if not gone and not _has_root(batch, rows):
            self.found.tell(
                f"The events of batch {batch.number} are not those that were sealed.",
                batch=batch.number,
            )

    def _check_root(self, batch: Batch, chains: dict[int, set[str]]) -> None:
        """Takes the batch out of `chains`: what is left at the end is gone."""
        expected = chains.pop(batch.number, set())
        if expected - {batch.chain.hex()}:
            self.found.tell(
                f"Batch {batch.number} is not the one that a daily root knows.", batch=batch.number
            )

    def _check_loose(self, loose: dict[int, Read], end: Batch | None) -> None:
        """What no batch holds: not sealed yet, or put in afterwards."""
        doubled = self._sealed_among(loose)
        for number, row in loose.items():
            if number in doubled:
                self.found.tell(f"Event {number} is there twice.", event=number)
            elif self.found.since and moment_of(row[2]) < self.found.since:
                continue
            elif end is not None and _was_passed(number, row, end):
                self.found.tell(f"Event {number} was put in after its time.", event=number)
            else:
                self.found.unsealed += 1

    def _sealed_among(self, loose: dict[int, Read]) -> set[int]:
        """Those that a batch does hold. One more pass over the batches, if anything is loose."""
        if not loose or self.found.since:
            return set()
        return {n for batch in batches_from(1) for n in loose.keys() & set(batch.ids())}

    def _expected_roots(self, first: int) -> dict[int, set[str]]:
        """What the daily roots say of batches from `first` on: the chains by batch number."""
        try:
            lines, ends = roots(), head()
        except NotPossible as error:
            self.found.tell(str(error))
            return {}
        held = list(self._true(lines))
        chains: dict[int, set[str]] = {}
        for place, root in enumerate(held):
            if root.batch >= first and not _is_void(root, held[place + 1 :]):
                chains.setdefault(root.batch, set()).add(root.chain)
        for end in ends:
            if end is None or not self._is_true(end, NOT_A_LINE):
                self.found.tell("The note of where the trail ends is not what was written.")
            elif end.batch >= first:
                chains.setdefault(end.batch, set()).add(end.chain)
        return chains

    def _true(self, lines: list[Root | None]) -> Iterator[Root]:
        before = ""
        for place, root in enumerate(lines, start=1):
            if root is None or not self._is_true(root, before):
                self.found.tell(f"Line {place} of the daily roots is not what was written.")
            else:
                self.found.roots += 1
                yield root
            before = root.mac if root else before

    def _is_true(self, root: Root, before: str) -> bool:
        key = self.keys.get(root.key_id)
        return key is not None and is_same(
            root_mac(key, root.signed(before)).hex().encode(), root.mac.encode()
        )


def _start(first: int) -> str:
    """The moment of the first event in any batch from this one on."""
    return min((batch.first_at for batch in batches_from(first)), default="")


def _has_root(batch: Batch, rows: list[Read | None]) -> bool:
    try:
        root = merkle_root([row[0] for row in rows if row], [row[1] for row in rows if row])
    except (TypeError, struct.error):
        return False  # SQLite holds whatever it is given, text for a number too
    return root == batch.root


def _is_void(root: Root, later: list[Root]) -> bool:
    """Whether a restore went back to before it, and what was lost was accepted."""
    return any(one.restored and one.batch < root.batch for one in later)


def _was_passed(number: int, row: Read, end: Batch) -> bool:
    """Whether the sealer had gone past it already, and it was not there then."""
    if connection.vendor == "postgresql":
        return end.seen().holds(row[1])
    return number <= end.ids()[-1]
