"""Whatever is done to sealed events behind the trail's back is found.

Each tampering is one seeded choice among those below, made to a small sealed log with the guards
taken down, verified, and rolled back. Whoever tampers may write to every table and knows how all
is built, and lacks only the key and the daily roots.
"""

# ruff: noqa: S608 - the SQL is put together here, of names that stand above

from __future__ import annotations

import hashlib
import random
import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from safehub.foundation.access.vocabulary import FieldClass
from safehub.foundation.records import RecordRef
from safehub.foundation.trail import batches, commands, sealer
from safehub.foundation.trail.batches import BEGINNING, Batch, batches_from, chain_of
from safehub.foundation.trail.macs import COLUMNS, merkle_root
from safehub.foundation.trail.roots import add_root
from safehub.foundation.trail.tables import drop_guards, put_up_guards
from safehub.foundation.trail.verifying import Verification, verify

from .people import BEN, CARA

SEED = 20261124
TAMPERINGS = 1_000

Choice = random.Random
EVENTS, BATCHES = "trail_trailevent", "trail_trailbatch"
NUMBERS = {"id", "person", "membership", "organisation", "record_key", "key_id", "written_in"}
EVENT_COLUMNS = [*COLUMNS, "mac", "written_in"]


def run(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def rows(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def an_event(choice: Choice) -> int:
    return int(choice.choice(rows(f"SELECT id FROM {EVENTS} ORDER BY id"))[0])


def a_batch(choice: Choice) -> Batch:
    return choice.choice(list(batches_from(1)))


def another(choice: Choice, column: str, value: Any) -> Any:
    """A value that is not the one that is there."""
    if column == "at":
        return ("2026-11-02 10:00:00", "2025-01-01 00:00:00.5", "2026-11-03 12:00:00.000001")[
            choice.randrange(3)
        ]
    if column == "mac":
        return choice.choice([secrets.token_bytes(32), bytes(32), bytes(value)[:31] + b"x"])
    if column in NUMBERS:
        return choice.choice([n for n in (1, 2, 3, 999, 12_345) if n != value])
    return choice.choice([text for text in ("", "x", "allowed", f"{value}x") if text != value])


def change_a_column(choice: Choice) -> None:
    event, column = an_event(choice), choice.choice(EVENT_COLUMNS)
    value = rows(f"SELECT {column} FROM {EVENTS} WHERE id = %s", event)[0][0]
    new = another(choice, column, value)
    if column == "id":
        new = choice.choice([10**6, 10**9, -5])
    if column == "record_kind" and new == "":
        new = "sampling.draw"
    if column == "record_key":
        new = 4_321
    run(f"UPDATE {EVENTS} SET {column} = %s WHERE id = %s", new, event)


def change_a_column_and_sign_with_another_key(choice: Choice) -> None:
    event = an_event(choice)
    mac = hashlib.blake2b(b"a guess", key=secrets.token_bytes(32), digest_size=32).digest()
    run(f"UPDATE {EVENTS} SET reason = 'guessed', mac = %s WHERE id = %s", mac, event)


def take_the_mac_of_another(choice: Choice) -> None:
    one, other = an_event(choice), an_event(choice)
    while other == one:
        other = an_event(choice)
    run(
        f"UPDATE {EVENTS} SET mac = (SELECT mac FROM {EVENTS} WHERE id = %s) WHERE id = %s",
        other,
        one,
    )


def take_an_event_away(choice: Choice) -> None:
    run(f"DELETE FROM {EVENTS} WHERE id = %s", an_event(choice))


def take_a_run_of_events_away(choice: Choice) -> None:
    event = an_event(choice)
    run(f"DELETE FROM {EVENTS} WHERE id BETWEEN %s AND %s", event, event + choice.randrange(1, 9))


def take_a_persons_events_away(choice: Choice) -> None:
    run(f"DELETE FROM {EVENTS} WHERE person = %s", choice.choice([CARA.person, BEN.person]))


def copied(choice: Choice, **instead: str) -> None:
    columns = ", ".join(EVENT_COLUMNS)
    values = ", ".join(instead.get(column, column) for column in EVENT_COLUMNS)
    run(
        f"INSERT INTO {EVENTS} ({columns}) SELECT {values} FROM {EVENTS} WHERE id = %s",
        an_event(choice),
    )


def put_an_event_in(choice: Choice) -> None:
    copied(choice, id="id + 1000000", mac="mac", outcome="'refused'")


def play_an_event_again(choice: Choice) -> None:
    copied(choice, id="id + 1000000")


def play_an_event_again_with_its_id(choice: Choice) -> None:
    """PostgreSQL's primary key lets an id recur at another moment; SQLite's does not."""
    if connection.vendor != "postgresql":
        play_an_event_again(choice)
    else:
        copied(choice, at="at + interval '1 minute'")


def swap_two_events(choice: Choice) -> None:
    one, other = an_event(choice), an_event(choice)
    while other == one:
        other = an_event(choice)
    for old, new in ((one, -1), (other, one), (-1, other)):
        run(f"UPDATE {EVENTS} SET id = %s WHERE id = %s", new, old)


def swap_what_two_events_say(choice: Choice) -> None:
    """MAC and all, under each other's id."""
    one, other = an_event(choice), an_event(choice)
    while other == one:
        other = an_event(choice)
    names = ", ".join(name for name in EVENT_COLUMNS if name != "id")
    said = {n: rows(f"SELECT {names} FROM {EVENTS} WHERE id = %s", n)[0] for n in (one, other)}
    setting = ", ".join(f"{name} = %s" for name in names.split(", "))
    for event, values in ((one, said[other]), (other, said[one])):
        run(f"UPDATE {EVENTS} SET {setting} WHERE id = %s", *values, event)


def change_a_batch(choice: Choice) -> None:
    batch = a_batch(choice)
    column = choice.choice(Batch.__slots__)
    values: dict[str, Any] = {
        "number": 500 + batch.number,
        "first_place": batch.first_place + 1,
        "size": batch.size + 1,
        "events": bytes(8) + batch.events[8:],
        "snapshot": f"{batch.snapshot}1",
        "cluster": f"{batch.cluster}1",
        "shift": batch.shift + 1,
        "key_id": batch.key_id + 1,
    }
    value = values.get(column, secrets.token_bytes(32))
    if column.endswith("_at"):
        value = "2026-11-01 10:00:00.123456"
    run(f"UPDATE {BATCHES} SET {column} = %s WHERE number = %s", value, batch.number)


def take_a_batch_away(choice: Choice) -> None:
    run(f"DELETE FROM {BATCHES} WHERE number = %s", a_batch(choice).number)


def take_a_batch_and_its_events_away(choice: Choice) -> None:
    batch = a_batch(choice)
    for event in batch.ids():
        run(f"DELETE FROM {EVENTS} WHERE id = %s", event)
    run(f"DELETE FROM {BATCHES} WHERE number = %s", batch.number)


def cut_off_the_end(choice: Choice) -> None:
    number = a_batch(choice).number
    for batch in list(batches_from(number)):
        for event in batch.ids():
            run(f"DELETE FROM {EVENTS} WHERE id = %s", event)
    run(f"DELETE FROM {BATCHES} WHERE number >= %s", number)


def cut_off_the_end_and_seal_it_anew(choice: Choice) -> None:
    """An event goes, and the product's own sealer seals what is left."""
    number = a_batch(choice).number
    gone = choice.choice([n for batch in batches_from(number) for n in batch.ids()])
    run(f"DELETE FROM {EVENTS} WHERE id = %s", gone)
    run(f"DELETE FROM {BATCHES} WHERE number >= %s", number)
    sealer.seal_pending()


def empty_the_trail(choice: Choice) -> None:
    run(f"DELETE FROM {EVENTS}")
    run(f"DELETE FROM {BATCHES}")


def chain_anew_without_the_key(choice: Choice) -> None:
    """An event goes from its batch; root, size, places and chains are worked out afresh."""
    gone = an_event(choice)
    run(f"DELETE FROM {EVENTS} WHERE id = %s", gone)
    before = BEGINNING
    for batch in list(batches_from(1)):
        kept = [n for n in batch.ids() if n != gone]
        macs = [
            rows(f"SELECT mac, written_in FROM {EVENTS} WHERE id = %s", event)[0] for event in kept
        ]
        values = {name: getattr(batch, name) for name in Batch.__slots__} | {
            "events": b"".join(n.to_bytes(8, "big") for n in kept),
            "size": len(kept),
            "root": merkle_root([bytes(mac) for mac, _ in macs], [n for _, n in macs]),
        }
        before = chain_of(Batch(**values), before)
        run(
            f"UPDATE {BATCHES} SET events = %s, size = %s, root = %s, chain = %s WHERE number = %s",
            values["events"],
            max(1, len(kept)),
            values["root"],
            before,
            batch.number,
        )


def swap_two_batches(choice: Choice) -> None:
    one, other = choice.sample([batch.number for batch in batches_from(1)], 2)
    for old, new in ((one, -1), (other, one), (-1, other)):
        run(f"UPDATE {BATCHES} SET number = %s WHERE number = %s", new, old)


def play_a_batch_again(choice: Choice) -> None:
    columns = [name for name in Batch.__slots__ if name != "number"]
    run(
        f"INSERT INTO {BATCHES} (number, {', '.join(columns)}) "
        f"SELECT (SELECT max(number) + 1 FROM {BATCHES}), {', '.join(columns)} "
        f"FROM {BATCHES} WHERE number = %s",
        a_batch(choice).number,
    )


TAMPER: list[Callable[[Choice], None]] = [
    *[change_a_column] * 10,
    change_a_column_and_sign_with_another_key,
    take_the_mac_of_another,
    take_an_event_away,
    take_a_run_of_events_away,
    take_a_persons_events_away,
    put_an_event_in,
    play_an_event_again,
    play_an_event_again_with_its_id,
    swap_two_events,
    swap_what_two_events_say,
    *[change_a_batch] * 5,
    take_a_batch_away,
    take_a_batch_and_its_events_away,
    *[cut_off_the_end] * 2,
    cut_off_the_end_and_seal_it_anew,
    empty_the_trail,
    chain_anew_without_the_key,
    swap_two_batches,
    play_a_batch_again,
]


def sealed_log(size: int = 40) -> None:
    """Events of two people, sealed in several batches, with a daily root at their end."""
    for number in range(size):
        commands.record(
            "trail.opened" if number % 3 else "trail.verified",
            by=CARA if number % 2 else BEN,
            on=RecordRef("sampling.case", number),
            classes=[FieldClass.HEALTH] if number % 5 else [],
            detail={"note": number},
        )
        if number % 13 == 12:
            sealer.seal_pending()
    sealer.seal_pending()
    end = batches.last_batch()
    assert end is not None
    add_root(end)


def tampered(tamper: Callable[[Choice], None], choice: Choice) -> Verification:
    """What verifying says after the tampering, which is then undone."""
    with transaction.atomic():
        tamper(choice)
        found = verify()
        transaction.set_rollback(True)
    return found


@pytest.fixture
def unguarded(transactional_db: None) -> Iterator[None]:
    drop_guards(connection)
    yield
    put_up_guards(connection)


@pytest.mark.usefixtures("unguarded")
def test_every_tampering_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealer, "MOST", 7)
    sealed_log()
    assert verify().holds
    choice = random.Random(SEED)
    missed: dict[str, int] = {}
    for _ in range(TAMPERINGS):
        tamper = choice.choice(TAMPER)
        if tampered(tamper, choice).holds:
            missed[tamper.__name__] = missed.get(tamper.__name__, 0) + 1
    assert missed == {}, f"seed {SEED}"
    again = verify()
    assert again.holds
    assert (again.sealed, again.unsealed) == (40, 0)


@pytest.mark.usefixtures("unguarded")
@pytest.mark.parametrize("column", EVENT_COLUMNS)
def test_a_change_of_any_column_is_told_with_its_event_or_batch(column: str) -> None:
    sealed_log(10)
    event, value = rows(f"SELECT id, {column} FROM {EVENTS} ORDER BY id LIMIT 1")[0]

    def change(choice: Choice) -> None:
        new: Any = 10**9 if column == "id" else another(choice, column, value)
        if column in {"record_kind", "record_key"}:
            new = 99 if column == "record_key" else "sampling.draw"
        run(f"UPDATE {EVENTS} SET {column} = %s WHERE id = %s", new, event)

    found = tampered(change, random.Random(SEED))
    assert {fault.event for fault in found.faults} & {event} or {
        fault.batch for fault in found.faults
    } & {1}
