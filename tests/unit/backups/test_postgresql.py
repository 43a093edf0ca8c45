"""Backups of a PostgreSQL database: of one moment, put back row for row."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from psycopg import sql

from safehub.foundation.backups import postgresql
from safehub.foundation.backups.keys import key_path, read_key
from safehub.foundation.backups.making import Made, make_backup
from safehub.foundation.backups.postgresql import PostgresqlStore, contents_of, program
from safehub.foundation.backups.restoring import Restored, restore_backup
from safehub.foundation.backups.stores import holds_data, store_of
from safehub.foundation.errors import NotPossible

from .homes import AT, LATER, make_home, tree

NAME = "safehub_backups_test"
ON_SQLITE = not settings.DATABASES["default"]["ENGINE"].endswith("postgresql")

pytestmark = pytest.mark.skipif(
    ON_SQLITE, reason="needs a PostgreSQL server: .ci/postgres run pytest …"
)


@pytest.fixture
def store() -> Iterator[PostgresqlStore]:
    """A database of its own, gone afterwards."""
    server = {**settings.DATABASES["default"], "NAME": "postgres"}
    outer = PostgresqlStore.of(server)
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(NAME))
    with closing(outer.connect()) as connection:
        connection.autocommit = True
        connection.execute(drop)
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(NAME)))
        yield replace(outer, settings={**outer.settings, "dbname": NAME})
        connection.execute(drop)


@pytest.fixture
def filled(store: PostgresqlStore) -> PostgresqlStore:
    """With rows of many types, a table in parts, a sequence, a trigger and a constraint."""
    with closing(store.connect()) as connection, connection:
        connection.execute("CREATE TABLE thing (id bigserial PRIMARY KEY, what text, f float8)")
        connection.execute(
            "CREATE TABLE happening (at timestamptz NOT NULL, raw bytea, told jsonb, big numeric) "
            "PARTITION BY RANGE (at)"
        )
        connection.execute("CREATE TABLE happening_rest PARTITION OF happening DEFAULT")
        connection.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'only added to'; END $$"
        )
        connection.execute(
            "CREATE TRIGGER only_grows BEFORE DELETE ON happening FOR EACH ROW "
            "EXECUTE FUNCTION refuse()"
        )
        connection.execute(
            "INSERT INTO thing (what, f) SELECT 'é' || n, n / 7.0 FROM generate_series(1, 200) n"
        )
        connection.execute(
            "INSERT INTO happening SELECT now() + n * interval '1 day', '\\x00ff', "
            "jsonb_build_object('n', n), n / 3.0 FROM generate_series(1, 50) n"
        )
    return store


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = make_home(tmp_path / "home")
    (home / "safehub.sqlite3").unlink()
    return home


def back_up(home: Path, store: PostgresqlStore) -> Made:
    return make_backup(home=home, store=store, to=home / "backups", at=AT)


def put_back(
    backup: Path, home: Path, store: PostgresqlStore, *, key: bytes | None = None, replace: bool
) -> Restored:
    return restore_backup(
        backup=backup,
        home=home,
        store=store,
        key=key or read_key(key_path(home)),
        at=LATER,
        replace=replace,
    )


def run(store: PostgresqlStore, query: str) -> list[tuple[Any, ...]]:
    with closing(store.connect()) as connection, connection:
        cursor = connection.execute(query.encode())
        return cursor.fetchall() if cursor.description else []


def test_backup_is_put_back_row_for_row(home: Path, filled: PostgresqlStore) -> None:
    before = filled.contents()
    assert {name: rows.count for name, rows in before.tables.items()} == {
        "thing": 200,
        "happening_rest": 50,
    }
    made = back_up(home, filled)
    assert made.manifest.tables == before.tables
    run(filled, "DELETE FROM thing WHERE id > 3; UPDATE thing SET what = 'other'")
    run(filled, "CREATE TABLE later (id int)")
    restored = put_back(made.path, home, filled, replace=True)
    assert filled.contents() == before
    assert run(filled, "SELECT nextval('thing_id_seq')") == [(201,)]
    with pytest.raises(psycopg.errors.RaiseException, match="only added to"):
        run(filled, "DELETE FROM happening")
    kept = run(filled, f"SELECT DISTINCT what FROM {restored.kept_schema}.thing")  # noqa: S608
    assert kept == [("other",)]
    assert restored.kept_home is not None


def test_second_backup_leaves_out_what_a_restore_kept_beside(
    home: Path, filled: PostgresqlStore
) -> None:
    made = back_up(home, filled)
    put_back(made.path, home, filled, replace=True)
    assert back_up(home, filled).manifest.tables == made.manifest.tables


def test_empty_database_takes_a_backup_and_full_one_refuses(
    home: Path, filled: PostgresqlStore, tmp_path: Path
) -> None:
    made = back_up(home, filled)
    key = read_key(key_path(home))
    with pytest.raises(NotPossible, match="data in the database"):
        put_back(made.path, tmp_path / "new", filled, key=key, replace=False)
    run(filled, "DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    put_back(made.path, tmp_path / "new", filled, key=key, replace=False)
    assert filled.contents().tables == made.manifest.tables


def test_others_at_the_database_are_a_reason_to_refuse(home: Path, filled: PostgresqlStore) -> None:
    made = back_up(home, filled)
    with closing(filled.connect()), pytest.raises(NotPossible, match="Somebody is connected"):
        put_back(made.path, home, filled, replace=True)


def test_dump_that_will_not_go_in_changes_nothing(
    home: Path, filled: PostgresqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, before = back_up(home, filled), filled.contents()
    files, real = tree(home), PostgresqlStore._run

    def failing(self: PostgresqlStore, words: list[str], server: int) -> None:
        """All goes well up to the last statement."""
        if words[0] == "psql":
            script = Path(words[-1].removeprefix("--file="))
            script.write_text(script.read_text() + "\nSELECT 1 / 0;\n")
        real(self, words, server)

    monkeypatch.setattr(PostgresqlStore, "_run", failing)
    with pytest.raises(NotPossible, match=r"psql failed.*division by zero"):
        put_back(made.path, home, filled, replace=True)
    assert filled.contents() == before
    assert tree(home) == files


def test_rows_that_are_not_as_backed_up_are_taken_out_again(
    home: Path, filled: PostgresqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = back_up(home, filled)
    run(filled, "UPDATE thing SET what = 'of today'")
    before = filled.contents()
    restore = PostgresqlStore.restore

    def tampered(self: PostgresqlStore, dump: Path, script: Path, *, beside: str) -> None:
        restore(self, dump, script, beside=beside)
        run(self, "UPDATE thing SET what = 'tampered' WHERE id = 1")

    monkeypatch.setattr(PostgresqlStore, "restore", tampered)
    with pytest.raises(NotPossible, match="rows of thing"):
        put_back(made.path, home, filled, replace=True)
    assert filled.contents() == before


WRITER = """
import psycopg, sys
connection = psycopg.connect(sys.argv[1], autocommit=True)
number = 0
while True:
    number += 1
    with connection.transaction():
        connection.execute("INSERT INTO one VALUES (%s)", [number])
        connection.execute("INSERT INTO other VALUES (%s)", [number])
    print(number, flush=True)
"""


def test_backup_under_writing_is_of_one_moment_and_loses_nothing(
    home: Path, store: PostgresqlStore, tmp_path: Path
) -> None:
    run(store, "CREATE TABLE one (number int); CREATE TABLE other (number int)")
    where = " ".join(f"{name}={value}" for name, value in store.settings.items())
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, where], stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout is not None
    made = []
    try:
        acknowledged = [int(writer.stdout.readline()) for _ in range(20)][-1]
        made = [back_up(home, store) for _ in range(3)]
    finally:
        writer.kill()
        writer.stdout.close()
        writer.wait()
    for one in made:
        counts = {rows.count for rows in one.manifest.tables.values()}
        assert len(counts) == 1
        assert counts.pop() >= acknowledged
        # That what was counted is what was dumped shows when it is put back.
        put_back(one.path, home, store, replace=True)


def test_server_that_is_not_there_is_told(tmp_path: Path) -> None:
    store = PostgresqlStore({"host": "127.0.0.1", "port": "1", "dbname": "x"})
    with pytest.raises(NotPossible, match="cannot be reached"):
        store.copy(tmp_path / "copy")


def test_program_that_is_missing_or_old_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(
        NotPossible, match=r"pg_dump of PostgreSQL 99 or later.*postgresql-client-99"
    ):
        program("pg_dump", 99)
    monkeypatch.setattr(postgresql, "_candidates", lambda name: iter(()))
    with pytest.raises(NotPossible, match="was not found"):
        program("pg_dump", 15)


def test_password_is_on_no_command_line(
    filled: PostgresqlStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = []
    real = subprocess.run

    def watched(words: list[str], **how: Any) -> Any:
        ran.append((words, how.get("env") or {}))
        return real(words, **how)

    monkeypatch.setattr(subprocess, "run", watched)
    secret = "not-to-be-seen"  # noqa: S105 - no password of anything
    store = replace(filled, password=secret)
    store.copy(tmp_path / "copy")
    dumped = [(words, env) for words, env in ran if "--format=custom" in words]
    assert len(dumped) == 1
    assert not [word for word in dumped[0][0] if secret in word]
    assert dumped[0][1]["PGPASSWORD"] == secret
    assert secret not in repr(store)


def test_store_of_the_settings_is_this_server() -> None:
    store = store_of(settings.DATABASES["default"])
    assert isinstance(store, PostgresqlStore)
    assert store.settings["port"] == str(settings.DATABASES["default"]["PORT"])


def test_new_database_holds_no_data(store: PostgresqlStore) -> None:
    run(store, "CREATE TABLE django_migrations (id int, app text, name text)")
    run(store, "INSERT INTO django_migrations VALUES (1, 'a', 'b')")
    assert not holds_data(store)
    with closing(store.connect()) as connection:
        assert contents_of(connection).migrations == (("a", "b"),)
    run(store, "CREATE TABLE thing (id int); INSERT INTO thing VALUES (1)")
    assert holds_data(store)
