"""Each step of an audit alone, on what is stored, comes to what a run of the whole pack does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from safehub.audit.programmes.models import Audit
from safehub.audit.reports.models import ReportVersion
from safehub.audit.returns.models import Return, ReturnVersion
from safehub.audit.sampling.models import Draw

from .conftest import Command, Demo, Run
from .drafts import BASE, MEADOWSHIRE, NORTHAMPTONSHIRE, rows_of, write_rows
from .runs import files_of
from .small import small


def created(safehub: Command, pack: Path) -> str:
    result = safehub("audit", "create", pack)
    assert result.exit_code == 0, result.stderr
    return str(result.stdout.strip())


def step_by_step(safehub: Command, pack: Path, out: Path) -> str:
    """Commission, draw, take in, meet, report. Gives the reference."""
    reference = created(safehub, pack)
    steps: list[list[object]] = [
        ["sample", reference],
        ["workbooks", reference, "--out", out.parent / "workbooks"],
        ["returns", reference, pack],
        ["report", reference, "--out", out],
    ]
    if (pack / "meeting.yaml").exists():
        steps.insert(3, ["meeting", reference, pack])
    for words in steps:
        result = safehub("audit", *words)
        assert result.exit_code == 0, (words, result.stderr)
    return reference


@pytest.mark.parametrize("pack", [MEADOWSHIRE, NORTHAMPTONSHIRE], ids=lambda pack: str(pack.name))
def test_real_pack_step_by_step_is_the_same_as_run(
    whole: Run, safehub: Command, tmp_path: Path, pack: Path
) -> None:
    out = tmp_path / "stepped"
    reference = step_by_step(safehub, pack, out)
    assert files_of(out) == files_of(whole(pack).out)
    shown = safehub("audit", "show", reference, "--json")
    assert shown.stdout_bytes == (out / "publishable" / "report.json").read_bytes()


@pytest.mark.parametrize("seed", [21, 22])
def test_invented_round_step_by_step_is_the_same_as_run(
    run: Run, safehub: Command, demo: Demo, tmp_path: Path, seed: int
) -> None:
    pack = demo(seed, cases=12, agencies=8, questions=25)
    out = tmp_path / "stepped"
    step_by_step(safehub, pack, out)
    assert files_of(out) == files_of(run(pack).out)
    books = files_of(tmp_path / "workbooks")
    written = files_of(out / "restricted")
    assert books["GP.xlsx"] == written["workbooks/GP.xlsx"]
    assert books["sample.csv"] == written["sample.csv"]


def test_report_beside_a_stored_audit_is_the_same_as_run(
    run: Run, safehub: Command, demo: Demo, tmp_path: Path
) -> None:
    pack, before = demo(23, cases=8, agencies=4), demo(23, cases=8, agencies=4, earlier=True)
    reference = step_by_step(safehub, pack, tmp_path / "now")
    earlier = step_by_step(safehub, before, tmp_path / "then")
    result = safehub("audit", "report", reference, "--previous", earlier, "--out",
                     tmp_path / "both", "--json")  # fmt: skip
    assert result.exit_code == 0, result.stderr
    wanted = (run(pack, before).publishable / "report.json").read_bytes()
    assert result.stdout_bytes == wanted


def test_second_draw_with_another_seed_is_kept_and_both_are_printed(
    run: Run, safehub: Command, tmp_path: Path
) -> None:
    draft = small()
    pack = draft.write(tmp_path / "pack")
    reference = created(safehub, pack)
    for seed in ((), ("--seed", "7"), ("--seed", "7")):
        assert safehub("audit", "sample", reference, *seed).exit_code == 0
    assert list(Draw.objects.order_by("number").values_list("number", "seed")) == [
        (1, "42"), (2, "7"),
    ]  # fmt: skip
    out = tmp_path / "out"
    result = safehub("audit", "report", reference, "--out", out, "--json")
    sample = json.loads(result.stdout)["sample"]
    assert (sample["seed"], [draw["seed"] for draw in sample["draws"]]) == (7, [42, 7])
    html = (out / "publishable" / "report.html").read_text(encoding="utf-8")
    assert ">42</td>" in html
    assert ">7</td>" in html
    draft.plan(seed=7)
    assert (out / "restricted" / "sample.csv").read_bytes() == (
        run(draft).restricted / "sample.csv"
    ).read_bytes()


def test_draw_after_returns_is_not_possible(safehub: Command, tmp_path: Path) -> None:
    pack = small().write(tmp_path / "pack")
    reference = created(safehub, pack)
    safehub("audit", "sample", reference)
    safehub("audit", "returns", reference, pack / "returns.csv")
    result = safehub("audit", "sample", reference, "--seed", "7")
    assert (result.exit_code, Draw.objects.count()) == (1, 1)


@pytest.fixture
def with_returns(safehub: Command, tmp_path: Path) -> tuple[str, Path]:
    """An audit whose returns came in: its reference, and its pack."""
    pack = small().write(tmp_path / "pack")
    reference = created(safehub, pack)
    safehub("audit", "sample", reference)
    assert safehub("audit", "returns", reference, pack / "returns.csv").exit_code == 0
    return reference, pack


def test_return_that_changed_becomes_its_second_version(
    safehub: Command, with_returns: tuple[str, Path]
) -> None:
    reference, pack = with_returns
    rows = rows_of(pack / "returns.csv")
    number = next(i for i, row in enumerate(rows) if row["known"] == "yes" and row["consent"])
    rows[number]["comment"] = "On second thoughts."
    write_rows(pack / "returns.csv", list(rows[0]), rows)
    result = safehub("audit", "returns", reference, pack / "returns.csv")
    assert result.stdout.startswith(f"0 returns new, 1 changed, {len(rows) - 1} as before")
    versions = ReturnVersion.objects.filter(audit_return__versions__number=2).order_by("number")
    assert [(one.number, one.is_latest) for one in versions] == [(1, False), (2, True)]
    assert Return.objects.count() == len(rows)


def test_return_sent_again_unchanged_stays_one_version(
    safehub: Command, with_returns: tuple[str, Path]
) -> None:
    reference, pack = with_returns
    count = ReturnVersion.objects.count()
    result = safehub("audit", "returns", reference, pack / "returns.csv")
    assert result.stdout.startswith(f"0 returns new, 0 changed, {count} as before")
    assert ReturnVersion.objects.count() == count


def test_batch_with_a_mistake_changes_nothing(
    safehub: Command, with_returns: tuple[str, Path]
) -> None:
    reference, pack = with_returns
    before = list(ReturnVersion.objects.values_list("pk", "response", "is_latest"))
    rows = rows_of(pack / "returns.csv")
    good = rows[0] | {"agency": "HEALTH", "respondent": ""}
    bad = rows[1] | {"agency": "HEALTH", "respondent": "", "case": "77"}
    write_rows(pack / "more.csv", [*BASE, *list(rows[0])[4:]], [good, bad])
    (pack / "summative.yaml").write_text('- {agency: "CSC", overview: "Late."}\n', "utf-8")
    result = safehub("audit", "returns", reference, pack / "more.csv", pack / "summative.yaml")
    assert result.exit_code == 1
    assert result.stderr == "more.csv, row 3, column case: found 77, wanted a case of the sample\n"
    assert list(ReturnVersion.objects.values_list("pk", "response", "is_latest")) == before
    assert not Audit.objects.get().participants.filter(summative_report__isnull=False).exists()


def test_report_that_says_the_same_is_kept_once(
    safehub: Command, with_returns: tuple[str, Path], tmp_path: Path
) -> None:
    reference, pack = with_returns
    for _ in range(2):
        assert safehub("audit", "report", reference, "--out", tmp_path / "out").exit_code == 0
    assert ReportVersion.objects.count() == 1
    safehub("audit", "meeting", reference, pack / "meeting.yaml", pack / "actions.csv")
    safehub("audit", "report", reference, "--out", tmp_path / "out")
    assert [one.number for one in ReportVersion.objects.order_by("number")] == [1, 2]


def test_list_and_show_tell_what_is_stored(
    safehub: Command, with_returns: tuple[str, Path]
) -> None:
    reference, _ = with_returns
    listed = json.loads(safehub("audit", "list", "--json").stdout)
    assert [(one["reference"], one["title"]) for one in listed] == [
        (reference, "Voices of children")
    ]
    assert reference in safehub("audit", "list").stdout
    shown = safehub("audit", "show", reference)
    assert shown.exit_code == 0
    assert all(code in shown.stdout for code in ("CSC", "SCHOOLS", "POLICE", "HEALTH", "HOMES"))


def test_show_before_the_sample_names_the_next_step(safehub: Command, tmp_path: Path) -> None:
    reference = created(safehub, small().write(tmp_path / "pack"))
    assert f"safehub audit sample {reference}" in safehub("audit", "show", reference).stdout


def test_pack_created_twice_is_one_audit(safehub: Command, tmp_path: Path) -> None:
    pack = small().write(tmp_path / "pack")
    assert created(safehub, pack) == created(safehub, pack)
    assert Audit.objects.count() == 1


@pytest.mark.parametrize(
    "words",
    [
        ("show", "nowhere"), ("show", "nowhere", "--json"), ("sample", "nowhere"),
        ("report", "nowhere", "--out", "o"), ("workbooks", "nowhere", "--out", "o"),
        ("export", "nowhere", "--out", "o"), ("returns", "nowhere", "r.csv"),
        ("meeting", "nowhere", "m.yaml"),
    ],
)  # fmt: skip
def test_audit_that_is_not_stored_is_said_in_a_sentence(
    safehub: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    result = safehub("audit", *words)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "nowhere" in result.stderr
    assert result.stderr.strip().endswith(".")
    assert not (tmp_path / "o").exists()
