"""Matching on files alone, as `safehub people dedupe`, `lookup` and `train` do it."""

from __future__ import annotations

import csv
import json
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner

from safehub.cli import main
from safehub.foundation.errors import NotPossible, Refused
from safehub.matching import files
from safehub.matching.files import dedupe_file, lookup_file, write_model
from safehub.matching.model import read_model, shipped_model
from safehub.matching.scoring import probability_of

from .test_scoring import written

HEAD = "unique_id,first_name,surname,date_of_birth,postcode,nhs_number,sex"
ROW = "ZOE,ALDER,2019-03-04,ZZ1 1AA,,F"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("unique_id,first_name,surname,person,kind\n", "date_of_birth"),
        (f"{HEAD},person\n1,{ROW},7\n", "no column that says who is who: take it out"),
        (f"{HEAD},surname\n1,{ROW},ALDER\n", "a column surname, once"),
        (f"{HEAD}\n1,{ROW}\n1,{ROW}\n", "row 3: found 1, wanted a unique_id that no other row has"),
        (f"{HEAD}\n ,{ROW}\n", "row 2: found a blank unique_id"),
        (f"{HEAD}\n1,{ROW}\n2,ZOE\n", "row 3: found 2 values, wanted 7, one for each column"),
        (f'{HEAD}\n1,"ZOE\n', "a CSV file, with commas and double quotes"),
        (f"{HEAD}\n1,{ROW}\n".replace("ZOE", "Zo\xeb").encode("latin-1"), "a CSV file in UTF-8"),
        ("", "a column unique_id, once"),
    ],
)
def test_a_file_that_cannot_be_read_whole_is_refused(
    tmp_path: Path, data: str | bytes, said: str
) -> None:
    source, out = tmp_path / "people.csv", tmp_path / "out.csv"
    source.write_bytes(data if isinstance(data, bytes) else data.encode())
    out.write_text("before", "utf-8")
    for refused in (
        lambda: dedupe_file(source, out, model=shipped_model()),
        lambda: lookup_file(source, source, out, model=shipped_model()),
        lambda: write_model(source, out),
    ):
        with pytest.raises(Refused) as found:
            refused()
        assert said in str(found.value)
    assert out.read_text("utf-8") == "before"


def test_a_folder_that_cannot_be_written_in_is_named(tmp_path: Path) -> None:
    source = tmp_path / "people.csv"
    source.write_text(f"{HEAD}\n1,{ROW}\n", "utf-8")
    with pytest.raises(NotPossible, match="name a file in a folder of yours"):
        lookup_file(source, source, tmp_path / "none" / "out.csv", model=shipped_model())


def test_what_is_there_stays_until_the_new_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, out = tmp_path / "people.csv", tmp_path / "out.csv"
    source.write_text(f"{HEAD}\n1,{ROW}\n", "utf-8")
    out.write_text("before", "utf-8")

    def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(files.FileRegister, "look_up", broken)
    with pytest.raises(RuntimeError):
        lookup_file(source, source, out, model=shipped_model())
    assert [path.name for path in tmp_path.iterdir()] != []
    assert out.read_text("utf-8") == "before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.csv", "people.csv"]


def test_files_in_and_out(tmp_path: Path) -> None:
    pytest.importorskip("splink", reason="matching in bulk is not installed")
    source, pairs, hits = tmp_path / "people.csv", tmp_path / "pairs.csv", tmp_path / "hits.csv"
    written(source, 200)
    told = _run("dedupe", str(source), "--out", str(pairs), "--json")
    rows = _read(pairs)
    assert json.loads(told) == {"records": 400, "pairs": len(rows)}
    assert stat.S_IMODE(pairs.stat().st_mode) == 0o600
    assert list(rows[0]) == ["unique_id_l", "unique_id_r", "weight", "probability"]
    assert all(float(row["probability"]) >= 0.5 for row in rows)
    for row in rows:
        wanted = probability_of(float(row["weight"]))
        assert float(row["probability"]) == pytest.approx(wanted)
    right = {(row["unique_id_l"][1:], row["unique_id_r"][1:]) for row in rows}
    assert sum(left == other for left, other in right) > 170
    told = _run("lookup", "--register", str(source), "--queries", str(source), "--out", str(hits))
    assert told == ""
    found = _read(hits)
    assert list(found[0]) == ["query_id", "unique_id", "weight", "probability", "milliseconds"]
    assert all(float(row["weight"]) >= 0 for row in found)
    best: dict[str, str] = {}
    for row in found:
        best.setdefault(row["query_id"], row["unique_id"])
    # The first or the second record of each; where nothing tells them apart, either.
    assert sum(query[1:] == unique[1:] for query, unique in best.items()) > 380


def test_a_lookup_by_given_weights_is_the_same_as_in_bulk(tmp_path: Path) -> None:
    """How common a name is, is counted by each path for itself."""
    pytest.importorskip("splink", reason="matching in bulk is not installed")
    source, pairs, hits = tmp_path / "people.csv", tmp_path / "pairs.csv", tmp_path / "hits.csv"
    written(source, 150)
    dedupe_file(source, pairs, model=shipped_model())
    lookup_file(source, source, hits, model=shipped_model())
    single = {
        (row["query_id"], row["unique_id"]): float(row["weight"])
        for row in _read(hits)
        if row["query_id"] < row["unique_id"]
    }
    bulk = {
        tuple(sorted((row["unique_id_l"], row["unique_id_r"]))): float(row["weight"])
        for row in _read(pairs)
    }
    assert len(bulk) > 100
    for pair, weight in bulk.items():
        left, right = pair
        # By the commonness of the name that is asked for, which is the same where both agree.
        assert single[left, right] == pytest.approx(weight, abs=1e-3)


def test_weights_are_learnt_from_a_file_and_hold_no_name(tmp_path: Path) -> None:
    pytest.importorskip("splink", reason="matching in bulk is not installed")
    small, source, out = tmp_path / "small.csv", tmp_path / "people.csv", tmp_path / "weights.json"
    written(small, 20)
    with pytest.raises(NotPossible, match="too few to learn"):
        write_model(small, out)
    written(source, 1_200)
    _run("train", str(source), "--out", str(out))
    model = read_model(out)
    assert model.trained_on == "2,400 records of people.csv"
    assert "ALDERAN" not in out.read_text("utf-8")
    assert model.chances["surname", "same"].weight > 0 > model.chances["surname", "other"].weight


def _run(*words: str) -> str:
    result = CliRunner().invoke(main, ["people", *words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
