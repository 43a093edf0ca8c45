"""De-duplicating a file of records, and looking people of one file up in another."""

from __future__ import annotations

import csv
import json
import os
import sqlite3
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from safehub.foundation.errors import Misconfigured, NotPossible, Refused
from safehub.foundation.mistakes import FileMistakes, Mistakes
from safehub.matching import bulk
from safehub.matching.blocking import hashes_of
from safehub.matching.model import Frequencies, Model, shipped_model
from safehub.matching.records import Compared, compared
from safehub.matching.scoring import Score, score

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

T = TypeVar("T")
WANTED = ("unique_id", "first_name", "surname", "date_of_birth", "postcode", "nhs_number", "sex")
# What says who is who: whoever measures keeps it apart.
TRUTH = ("person", "household", "known", "kind")
_MEMORY = "1500MB"
_PAIR = 0.0
_MOST_TOLD = 100


@dataclass(frozen=True)
class Deduped:
    """What came of a file: how many records it has, and how many pairs are of one person."""

    records: int
    pairs: int


def dedupe_file(source: Path, out: Path, *, model: Model | None = None) -> Deduped:
    """Write the pairs of records of a file that are likelier of one person than of two.

    `out` has unique_id_l, unique_id_r, weight (log2 of the posterior odds) and probability, which
    is 0.5 or more, the surest first. Trains on the file unless a model is given. Raises Refused
    for columns that are missing or that say who is who.
    """
    columns = _checked(source)
    with connected() as con, _whole(out) as target:
        count = bulk.load(con, source, columns)
        bulk.prepare(con, "numbered")
        trained = _with_frequencies(con, model) if model else _trained(con, source, count)
        pairs = bulk.dedupe(con, "compared", trained, at_least=_PAIR)
        con.execute(
            f"""
            copy (
                select l.written as unique_id_l, r.written as unique_id_r, weight, probability
                from {pairs.table}
                join numbered as l on l.unique_id = unique_id_l
                join numbered as r on r.unique_id = unique_id_r
                order by weight desc, unique_id_l, unique_id_r
            ) to '{bulk.quoted(target)}' (format csv, header, delimiter ',')
            """
        )
    return Deduped(count, pairs.count)


def trained_on_file(source: Path) -> Model:
    """The weights that a file teaches, with how common each name is in it."""
    columns = _checked(source)
    with connected() as con:
        count = bulk.load(con, source, columns)
        bulk.prepare(con, "numbered")
        return _trained(con, source, count)


def write_model(source: Path, out: Path) -> Model:
    """Learn from a file and write the weights down. Raises NotPossible where it is too small."""
    model = trained_on_file(source)
    if model.trained_on == shipped_model().trained_on:
        raise NotPossible(
            f"{source.name} has fewer than {FEWEST:,} records: too few to learn from."
        )
    with _whole(out) as part:
        part.write_text(json.dumps(model.as_data(), indent=1) + "\n", "utf-8")
    return model


# Fewer records have too few pairs that are surely of one person to learn from.
FEWEST = 2_000


def _trained(con: DuckDBPyConnection, source: Path, count: int) -> Model:
    """Learnt from the table where it is large enough, else the product's own weights."""
    if count < FEWEST:
        return _with_frequencies(con, shipped_model())
    return bulk.train(con, "compared", trained_on=f"{count:,} records of {source.name}")


def _with_frequencies(con: DuckDBPyConnection, model: Model) -> Model:
    """How common a name is, is the register's own."""
    return model if model.frequencies else replace(model, frequencies=bulk.frequencies_of(con))


@dataclass(frozen=True)
class Hit:
    """Somebody of the register who may be the person asked for."""

    unique_id: str
    score: Score


def lookup_file(register: Path, queries: Path, out: Path, *, model: Model | None = None) -> int:
    """Look each record of `queries` up in `register`, one at a time; gives how many there were.

    `out` has query_id, unique_id, weight, probability and milliseconds (of that look-up), for a
    weight of 0 or more, the best first. Raises Refused as `dedupe_file` does.
    """
    _checked(queries)
    _checked(register)
    trained = model or trained_on_file(register)
    many = 0
    with (
        FileRegister.of(register) as kept,
        _whole(out) as part,
        part.open("w", encoding="utf-8", newline="") as target,
    ):
        if not trained.frequencies:
            trained = replace(trained, frequencies=kept.frequencies())
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(["query_id", "unique_id", "weight", "probability", "milliseconds"])
        for unique_id, row in _rows(queries):
            began = time.perf_counter()
            hits = kept.look_up(trained, as_compared(row))
            took = 1000 * (time.perf_counter() - began)
            many += 1
            for hit in hits:
                if hit.score.weight < 0:
                    break
                weight, probability = hit.score.weight, hit.score.probability
                writer.writerow(
                    [unique_id, hit.unique_id, f"{weight:.4f}", f"{probability:.6f}", f"{took:.3f}"]
                )
    return many


class FileRegister:
    """The records of a file by their blocking keys, in a database that goes with it."""

    def __init__(self, store: sqlite3.Connection) -> None:
        self._store = store

    @classmethod
    @contextmanager
    def of(cls, source: Path) -> Iterator[FileRegister]:
        """Read a file in; it is gone at the end."""
        with (
            tempfile.TemporaryDirectory(prefix="safehub-register.") as folder,
            closing(sqlite3.connect(Path(folder) / "register.db")) as store,
        ):
            store.executescript(
                """
                pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -65536;
                create table record (
                    id integer primary key, unique_id text, first_name text, surname text,
                    born text, outcode text, postcode text, nhs_number text, sex text
                );
                create table loose (key integer, record integer);
                create table key (key integer, record integer, primary key (key, record))
                    without rowid;
                """
            )
            batches = _batches(enumerate(_rows(source)), 20_000)
            for batch in batches:
                made = [(number, name, as_compared(row)) for number, (name, row) in batch]
                store.executemany(
                    "insert into record values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    ((number, name, *astuple(one)) for number, name, one in made),
                )
                store.executemany(
                    "insert into loose values (?, ?)",
                    ((key, number) for number, _, one in made for key in hashes_of(one)),
                )
            # In order of the key, so that each page is written once.
            store.executescript(
                "insert or ignore into key select key, record from loose order by key, record;"
                "drop table loose;"
            )
            yield cls(store)

    def frequencies(self) -> dict[str, Frequencies]:
        """How common each name is among the records."""
        found = {}
        for column in bulk.FREQUENT:
            rows = self._store.execute(
                f"select {column}, count(*) * 1.0 / sum(count(*)) over () from record"
                f" where {column} <> '' group by {column}"
            )
            found[column] = Frequencies(dict(rows))
        return found

    def look_up(self, model: Model, asked: Compared) -> list[Hit]:
        """Everybody who shares a blocking key, the likeliest first."""
        keys = tuple(hashes_of(asked))
        found = self._store.execute(
            "select unique_id, first_name, surname, born, outcode, postcode, nhs_number, sex"
            " from record where id in"
            f" (select record from key where key in ({', '.join('?' * len(keys))}))",
            keys,
        )
        hits = [Hit(unique_id, score(model, asked, Compared(*rest))) for unique_id, *rest in found]
        return sorted(hits, key=lambda hit: (-hit.score.weight, hit.unique_id))


def _batches(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    found = iter(rows)
    while batch := list(islice(found, size)):
        yield batch


def as_compared(row: Mapping[str, str]) -> Compared:
    """A row of a file, by the columns' names."""
    return compared(
        first_name=row["first_name"],
        surname=row["surname"],
        born=row["date_of_birth"],
        postcode=row["postcode"],
        nhs_number=row["nhs_number"],
        sex=row["sex"],
    )


def _rows(source: Path) -> Iterator[tuple[str, dict[str, str]]]:
    with source.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file, restval=""):
            yield row["unique_id"], row


def _checked(source: Path) -> tuple[str, ...]:
    """The columns of a file that can be read whole. Raises Refused with what is wrong in it."""
    mistakes = Mistakes()
    told = mistakes.of(source.name)
    columns: tuple[str, ...] = ()
    seen: set[str] = set()
    try:
        with source.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file, strict=True)
            columns = tuple(next(rows, ()))
            _check_columns(columns, told)
            at = columns.index("unique_id") if "unique_id" in columns else 0
            for row in rows:
                _check_row(row, f"row {rows.line_num}", columns, at, seen, told)
                if len(mistakes) >= _MOST_TOLD:
                    break
    except UnicodeDecodeError:
        told.add("", "bytes that are no UTF-8", "a CSV file in UTF-8: save it as that")
    except csv.Error as fault:
        told.add(f"row {rows.line_num}", str(fault), "a CSV file, with commas and double quotes")
    if len(mistakes):
        raise Refused(list(mistakes))
    return columns


def _check_columns(columns: tuple[str, ...], told: FileMistakes) -> None:
    for name in WANTED:
        if columns.count(name) != 1:
            told.add("row 1", ", ".join(columns), f"a column {name}, once")
    for name in TRUTH:
        if name in columns:
            told.add("row 1", name, "no column that says who is who: take it out")


def _check_row(
    row: list[str],
    place: str,
    columns: tuple[str, ...],
    at: int,
    seen: set[str],
    told: FileMistakes,
) -> None:
    if len(row) != len(columns):
        told.add(place, f"{len(row)} values", f"{len(columns)}, one for each column")
        return
    unique_id = row[at]
    if not unique_id.strip():
        told.add(place, "a blank unique_id", "one for each record")
    elif unique_id in seen:
        told.add(place, unique_id, "a unique_id that no other row has")
    seen.add(unique_id)


@contextmanager
def _whole(out: Path) -> Iterator[Path]:
    """A path beside `out` to write to, which takes its place once all is written.

    Raises NotPossible where the folder cannot be written in. What is there stays until then.
    """
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        part.touch(0o600)
    except OSError as fault:
        raise NotPossible(
            f"{out} cannot be written ({fault.strerror}): name a file in a folder of yours."
        ) from fault
    try:
        yield part
        # DuckDB writes a file of its own over this one.
        part.chmod(0o600)
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def connected() -> Iterator[DuckDBPyConnection]:
    """A database in memory, which may spill to a folder that goes with it.

    Raises Misconfigured where the extra `matching` is not installed.
    """
    try:
        import duckdb
        import splink  # noqa: F401
    except ImportError as missing:
        raise Misconfigured(
            "Linking whole tables of people is not installed here: start ./safehub with "
            "SAFEHUB_EXTRAS=all, or install requirements/matching.txt."
        ) from missing
    with (
        tempfile.TemporaryDirectory(prefix="safehub-matching.") as folder,
        duckdb.connect(config={"memory_limit": _MEMORY, "temp_directory": folder}) as con,
    ):
        yield con
