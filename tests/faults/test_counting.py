"""The harness finds what it is there to find: each kind of harm, done on purpose, is counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from faults import all_kinds
from faults.count import EACH, FULL, main
from faults.harness import Harness
from faults.ledger import Count, Fault, Ledger


def _counted(harness: Harness, statements: list[str]) -> Fault:
    store = harness.store("sqlite")
    done = harness.zygote.start(store, "write_some", run="harm", first=0, count=3).end()
    for statement in statements:
        store.run(statement)
    fault = Fault("harm", harness.seed, store.name)
    numbers = [line["done"] for line in done]
    harness.count_into(fault, store, "harm", numbers, at_most_further=0)
    return fault


def test_store_that_is_whole_counts_as_clean(harness: Harness) -> None:
    fault = _counted(harness, [])
    assert (fault.acknowledged, fault.found, fault.is_clean) == (3, 3, True)


def test_message_that_vanished_is_lost_and_tears_what_belongs_together(harness: Harness) -> None:
    fault = _counted(harness, ["DELETE FROM outbox_message WHERE reference = 'harm-1'"])
    assert (fault.lost, fault.found, fault.corrupt) == (1, 2, 2)


def test_job_written_twice_is_doubled(harness: Harness) -> None:
    columns = (
        "state, attempts, next_at, leased_until, leased_by, fault, created_at, finished_at, "
        "cleared_by_id, cleared_because, code, payload"
    )
    twice = (
        f"INSERT INTO outbox_job ({columns}) SELECT {columns} FROM outbox_job "  # noqa: S608
        "WHERE json_extract(payload, '$.name') = 'harm-2'"
    )
    assert _counted(harness, [twice]).doubled == 1


def test_deed_that_nobody_was_told_of_is_counted(harness: Harness) -> None:
    store = harness.store("sqlite")
    harness.zygote.start(store, "write_some", run="harm", first=0, count=3).end()
    fault = Fault("harm", harness.seed, store.name)
    harness.count_into(fault, store, "harm", [0], at_most_further=1)
    assert fault.corrupt == 1


def test_page_that_opens_is_counted(harness: Harness) -> None:
    harness.store("sqlite")
    before = harness.shut
    harness.shut = frozenset({"/somewhere/"})
    try:
        assert harness.opened({"/somewhere/": 200}) == ["/somewhere/"]
        assert harness.opened({"/somewhere/": 302}) == []
        assert harness.opened({"/somewhere/": 503}) == []
    finally:
        harness.shut = before


def test_ledger_counts_again_what_it_was_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger = Ledger(tmp_path / "ledger.jsonl")
    ledger.add(Fault("a", 1, acknowledged=3, found=3))
    assert main([str(ledger.path)]) == 0
    assert main([str(ledger.path), "--full"]) == 1
    ledger.add(Fault("b", 1, acknowledged=2, found=1, lost=1))
    assert main([str(ledger.path)]) == 1
    assert "2 faults of 2 classes, 5 acknowledged, 4 found: 1 lost" in capsys.readouterr().out
    assert str(Count.of(ledger.faults())).endswith("1 lost, 0 doubled, 0 corrupt, 0 open")


def test_full_lane_meets_the_bar() -> None:
    each: dict[str, int] = {}
    for kind in all_kinds():
        each[kind.name] = each.get(kind.name, 0) + kind.full
    assert sum(each.values()) >= FULL
    assert min(each.values()) >= EACH
