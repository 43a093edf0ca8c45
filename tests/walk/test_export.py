"""A pack that is exported and run again is unchanged; cells that would act as formulas do not."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from safehub.audit.programmes.models import Audit
from safehub.foundation.documents.neutral import neutralised, restored

from .conftest import Command, Demo, Run
from .drafts import MEADOWSHIRE, NORTHAMPTONSHIRE, Draft
from .runs import Outcome, assert_as_computed, files_of
from .small import small
from .test_reading_frames import CENSUS, census_draft, with_census

SAME = ("publishable/report.json", "publishable/figures.csv", "restricted/sample.csv",
        "restricted/evidence.csv", "restricted/immediate_risk.csv")  # fmt: skip
DANGEROUS = ("=cmd()", "+44 1604", "-1", "@sum", "'=cmd()", "''+1", "'quoted'")


def exported(safehub: Command, folder: Path) -> Path:
    """The audit that was stored first, as a pack."""
    reference = Audit.objects.order_by("pk")[0].reference
    result = safehub("audit", "export", reference, "--out", folder)
    assert result.exit_code == 0, result.stderr
    return folder


def assert_unchanged(run: Run, safehub: Command, pack: Path, folder: Path) -> Outcome:
    first = run(pack)
    assert first.exit_code == 0, first.stderr
    moved = exported(safehub, folder / "moved")
    again = run(moved)
    assert again.exit_code == 0, again.stderr
    for name in SAME:
        assert (again.out / name).read_bytes() == (first.out / name).read_bytes(), name
    assert_as_computed(again, moved)
    return again


@pytest.mark.parametrize("pack", [MEADOWSHIRE, NORTHAMPTONSHIRE], ids=lambda pack: str(pack.name))
def test_real_pack_exported_runs_the_same(
    run: Run, safehub: Command, tmp_path: Path, pack: Path
) -> None:
    assert_unchanged(run, safehub, pack, tmp_path)


def test_invented_round_exported_runs_the_same(
    run: Run, safehub: Command, demo: Demo, tmp_path: Path
) -> None:
    pack = demo(11, cases=20, agencies=12, questions=45)
    assert_unchanged(run, safehub, pack, tmp_path)


def everything() -> Draft:
    draft = small(
        owner="Group", programme="Programme", commissioned_by="POLICE", reason="Why\nnot: “so”",
        key_lines_of_enquiry=["One?", "Two: yes"], invented=["frame", "seed"],
    )  # fmt: skip
    draft.plan(
        size=None, by={"area": {"north": 6, "south": 4}}, reserve=1,
        exclude=[{"referral_id": "R0003", "reason": "Under review."}],
        replaced=[{"case": "2", "reason": "Entered twice."}],
    )  # fmt: skip
    draft.summative.append({"agency": "CSC", "actions": ["Learn."], "figures": [
        {"met_good": 3, "of": 4}, {"question": "known", "answer": "yes", "count": 2},
        {"cases_known": 2}, {"respondents_answered": 1},
    ]})  # fmt: skip
    draft.choices[0]["score"] = "1.5"
    draft.settings = {"form_title": "The tool", "form_id": "tool", "version": "2026.1"}
    return draft


def test_pack_with_every_part_exported_runs_the_same(
    run: Run, safehub: Command, tmp_path: Path
) -> None:
    assert_unchanged(run, safehub, everything().write(tmp_path / "pack"), tmp_path)


@pytest.mark.parametrize("plan", [{"method": "census"}, {"by": {"area": "proportional"}}])
def test_pack_with_another_plan_exported_runs_the_same(
    run: Run, safehub: Command, tmp_path: Path, plan: dict[str, Any]
) -> None:
    draft = small()
    draft.frame = draft.frame[:10]
    draft.plan(reserve=None, **plan)
    assert_unchanged(run, safehub, draft.write(tmp_path / "pack"), tmp_path)


def test_pack_with_a_census_exported_runs_the_same(
    run: Run, safehub: Command, tmp_path: Path
) -> None:
    pack = with_census(census_draft(), tmp_path / "pack", CENSUS.read_bytes())
    again = assert_unchanged(run, safehub, pack, tmp_path)
    assert again.report["sample"]["outside_period"] == 2


def test_pack_exported_twice_and_from_its_export_is_the_same(
    run: Run, safehub: Command, tmp_path: Path
) -> None:
    run(everything())
    first = files_of(exported(safehub, tmp_path / "first"))
    assert files_of(exported(safehub, tmp_path / "second")) == first
    Audit.objects.all().update(pack_sha256="", reference="before")
    run(tmp_path / "first")
    reference = Audit.objects.order_by("-pk")[0].reference
    safehub("audit", "export", reference, "--out", tmp_path / "third")
    assert files_of(tmp_path / "third") == first


def test_export_into_a_folder_that_is_not_empty_is_not_possible(
    run: Run, safehub: Command, tmp_path: Path
) -> None:
    run(small())
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("Mine", encoding="utf-8")
    reference = Audit.objects.get().reference
    result = safehub("audit", "export", reference, "--out", tmp_path / "out")
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert files_of(tmp_path / "out") == {"mine.txt": b"Mine"}


def dangerous() -> Draft:
    draft = small()
    submitted = [row for row in draft.returns if row.get("consent")]
    for number, cell in enumerate(DANGEROUS):
        draft.frame[number] |= {"referral_id": cell, "area": cell, "source_code": cell}
        submitted[number]["comment"] = cell
    draft.plan(size=10, by={"area": "proportional"}, reserve=0)
    draft.sample["by"] = {"area": dict.fromkeys(DANGEROUS, 1) | {"north": 3}}
    schools = [row for row in draft.returns if row["agency"] == "SCHOOLS"]
    for number, row in enumerate(schools):
        row["respondent"] = f"={number}"
    draft.actions[0] |= {"action": "-do", "person": "@person", "measure": "+1"}
    for choice in draft.choices:
        choice["label"] = "=" + choice["label"]
    return draft


def cells_of(path: Path) -> list[str]:
    """Every cell of a CSV file or a workbook; a formula is given away by its sign."""
    if path.suffix == ".csv":
        text = path.read_bytes().decode()
        return [cell for line in csv.reader(io.StringIO(text, newline="")) for cell in line]
    book = openpyxl.load_workbook(path)
    cells = [cell for sheet in book.worksheets for line in sheet.iter_rows() for cell in line]
    assert not any(cell.data_type == "f" for cell in cells)
    return [str(cell.value or "") for cell in cells]


def test_no_cell_that_is_written_acts_as_a_formula(
    run: Run, safehub: Command, tmp_path: Path
) -> None:
    outcome = run(dangerous())
    assert outcome.exit_code == 0, outcome.stderr
    moved = exported(safehub, tmp_path / "moved")
    paths = [*outcome.out.rglob("*.csv"), *outcome.out.rglob("*.xlsx"), *moved.glob("*.csv"),
             *moved.glob("*.xlsx")]  # fmt: skip
    assert len(paths) > 10
    for path in paths:
        wrong = [cell for cell in cells_of(path) if cell[:1] in {"=", "+", "-", "@", "\t", "\r"}]
        assert not wrong, path
    formulas = [b"<f>" in zipfile.ZipFile(path).read(name)
                for path in paths if path.suffix == ".xlsx"
                for name in zipfile.ZipFile(path).namelist() if "sheet" in name]  # fmt: skip
    assert not any(formulas)


def test_dangerous_cells_come_back_as_they_were(run: Run, safehub: Command, tmp_path: Path) -> None:
    draft = dangerous()
    pack = draft.write(tmp_path / "pack")
    first = run(pack)
    assert_as_computed(first, pack)
    moved = exported(safehub, tmp_path / "moved")
    again = run(moved)
    assert_as_computed(again, moved)
    before, after = first.report, again.report
    # The frame had to be written anew, so that its bytes are others.
    assert before["sample"].pop("frame_sha256") != after["sample"].pop("frame_sha256")
    del before["document"], after["document"]
    assert after == before
    for name in SAME[1:]:
        assert (again.out / name).read_bytes() == (first.out / name).read_bytes(), name
    books = [(one.restricted / "workbooks" / "POLICE.xlsx").read_bytes() for one in (first, again)]
    assert books[0] == books[1]


SIGNS = st.sampled_from([*"=+-@'\t\r", ""])
CELLS = st.one_of(
    st.text(max_size=12),
    st.builds(lambda *parts: "".join(parts), SIGNS, SIGNS, st.text(max_size=5)),
)


@given(CELLS)
def test_any_cell_comes_back_as_it_was(cell: str) -> None:
    assert restored(neutralised(cell)) == cell


@given(CELLS)
def test_no_neutralised_cell_begins_with_a_sign_that_acts(cell: str) -> None:
    written = neutralised(cell)
    assert written[:1] not in {"=", "+", "-", "@", "\t", "\r"}
    assert written in {cell, "'" + cell}


@given(CELLS)
def test_cell_that_does_not_act_is_written_as_it_is(cell: str) -> None:
    if cell.lstrip("'")[:1] not in {"=", "+", "-", "@", "\t", "\r"}:
        assert neutralised(cell) == cell == restored(cell)
