"""Faults of backups: made under writes, damaged, opened with another key, cut off half-way."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any

from faults.harness import Harness
from faults.kinds import kind
from faults.ledger import Fault
from faults.stores import SqliteStore, Store


def _restored(
    harness: Harness, backup: str, home: Path, key: Path, seconds: float = 120
) -> tuple[SqliteStore, list[dict[str, Any]]]:
    store = SqliteStore(home)
    child = harness.zygote.start(store, "restore", backup=backup, key=str(key))
    return store, child.end(seconds)


@kind("backup_under_load", sqlite=20)
def backup_under_load(harness: Harness, store_name: str, count: int) -> None:
    """Made while somebody writes: it holds whole acts, all that were confirmed before it began."""
    rng, store = harness.rng("load", store_name), harness.store(store_name)
    for number in range(count):
        run = f"load{number}"
        writer = harness.zygote.start(store, "write_on", run=run, pause=0.002)
        writer.until(lambda lines: len(lines) >= 3)
        time.sleep(rng.uniform(0, 0.1))
        before = writer.done()
        lines = harness.zygote.start(store, "back_up").end(120)
        writer.kill()
        writer.wait()
        after = writer.done()
        fault = Fault("backup_under_load", harness.seed, store_name)
        home = harness.folder / f"restored-{number}"
        copy, said = _restored(harness, lines[-1]["path"], home, store.home / "keys" / "backup_key")
        # Whole up to some moment while it was made: from what was confirmed before it began, to
        # what was confirmed, or under way, when it had ended.
        harness.count_into(fault, copy, run, before, at_most_further=len(after) - len(before) + 1)
        fault.corrupt += sum("refused" in line for line in said)
        if number % 10 == 0:
            harness.looked_over(fault, copy)
        harness.count_into(fault, store, run, after, at_most_further=1)
        shutil.rmtree(home, ignore_errors=True)
        harness.ledger.add(fault)


DAMAGE = ("flipped", "cut", "grown", "emptied", "other_key", "no_key")


def _damage(path: Path, key: Path, how: str, rng: Any) -> None:
    data = bytearray(path.read_bytes())
    if how == "flipped":
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    elif how == "cut":
        del data[rng.randrange(1, len(data)) :]
    elif how == "grown":
        data += rng.randbytes(rng.randrange(1, 5000))
    elif how == "emptied":
        data.clear()
    elif how == "other_key":
        key.write_text(rng.randbytes(32).hex() + "\n")
    else:
        key.unlink()
    path.write_bytes(data)


@kind("backup_damaged", fast=3, sqlite=30)
def backup_damaged(harness: Harness, store_name: str, count: int) -> None:
    """Damaged, or opened with another key: refused whole, and what was there is as it was."""
    rng, store = harness.rng("damage", store_name), harness.store(store_name)
    run = "kept"
    lines = harness.zygote.start(store, "write_some", run=run, first=0, count=5).end()
    done = [line["done"] for line in lines if "done" in line]
    good = Path(harness.zygote.start(store, "back_up").end(120)[-1]["path"])
    for number in range(count):
        how = DAMAGE[number % len(DAMAGE)]
        folder = harness.folder / f"damaged-{number}"
        folder.mkdir()
        path, key = folder / good.name, folder / "key"
        shutil.copy(good, path)
        shutil.copy(store.home / "keys" / "backup_key", key)
        _damage(path, key, how, rng)
        said = harness.zygote.start(
            store, "restore", backup=str(path), key=str(key), replace=True
        ).end(120)
        fault = Fault("backup_damaged", harness.seed, store_name, notes=[])
        if not any("refused" in line for line in said) or _left_over(harness, store):
            fault.corrupt += 1
            fault.notes.append(f"{how}: {said} {_left_over(harness, store)}")
        harness.counted(fault, store, run, done, at_most_further=0, is_deep=number % 10 == 0)
        shutil.rmtree(folder)


def _left_over(harness: Harness, store: Store) -> list[str]:
    """What an unfinished restore left beside the home."""
    beside = store.home.parent.glob(f"*{store.home.name}[.-]*")
    return [path.name for path in beside if not path.name.startswith("backups-")]


@kind("backup_cut_off", sqlite=20)
def backup_cut_off(harness: Harness, store_name: str, count: int) -> None:
    """kill -9 while one is made: what bears a backup's name is whole, and the next one is made."""
    rng, store, took = harness.rng("cut", store_name), harness.store(store_name), 0.5
    lines = harness.zygote.start(store, "write_some", run="cut", first=0, count=5).end()
    done = [line["done"] for line in lines if "done" in line]
    harness.zygote.start(store, "back_up").end(120)
    for number in range(count):
        child = harness.zygote.start(store, "back_up")
        time.sleep(rng.uniform(0, took))
        child.kill()
        child.wait()
        fault = Fault("backup_cut_off", harness.seed, store_name, notes=[])
        began = time.monotonic()
        [*_, made] = harness.zygote.start(store, "back_up").end(120)
        took = time.monotonic() - began
        checked = harness.zygote.start(store, "check_backups").end(120)
        if any("refused" in line for line in checked) or "path" not in made:
            fault.corrupt += 1
            fault.notes.append(f"{checked} {made}")
        harness.counted(fault, store, "cut", done, at_most_further=0, is_deep=number % 10 == 0)
