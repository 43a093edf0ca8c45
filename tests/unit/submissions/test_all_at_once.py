"""R2 and R3 where sixteen press at the same moment, each with a connection of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

TESTS = Path(__file__).resolve().parents[2]
ROUNDS = 8 if os.environ.get("SAFEHUB_TEST_LANE") == "full" else 2


@contextmanager
def empty_database(home: Path) -> Iterator[dict[str, str]]:
    """On the server that the tests run on, or a file of its own; as an environment."""
    own = {**os.environ, "SAFEHUB_HOME": str(home), "PYTHONPATH": str(TESTS)}
    own["DJANGO_SETTINGS_MODULE"] = "safehub.config.settings"
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        yield own
        return
    name = f"storm_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        yield {**own, "DATABASE_URL": urlunsplit(urlsplit(url)._replace(path=f"/{name}"))}
        server.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


@pytest.fixture(scope="module")
def storm(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    with empty_database(tmp_path_factory.mktemp("storm")) as environment:
        done = subprocess.run(
            [sys.executable, "-m", "corpus.storm", str(ROUNDS)],
            env=environment,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, list[dict[str, Any]]] = json.loads(done.stdout)
    assert [len(rounds) for rounds in found.values()] == [ROUNDS] * 3
    return found


Storm = dict[str, list[dict[str, Any]]]


def test_sixteen_presses_at_once_do_it_once_with_one_result(storm: Storm) -> None:
    for result in storm["press"]:
        assert result["statuses"] == [302] * 16
        assert len(result["done"]) == 1
        assert result["led_to"] == result["done"]


def test_where_the_first_press_fails_the_next_one_does_it(storm: Storm) -> None:
    for result in storm["crash"]:
        assert result["statuses"] == [302] * 15 + [500]
        assert result["done"] == 1


def test_of_sixteen_editors_one_saves_and_the_others_are_shown_it(storm: Storm) -> None:
    for result in storm["edit"]:
        assert result["statuses"] == [302] + [409] * 15
        assert result["saved"] == [result["title"]]
        assert result["version"] == 2
