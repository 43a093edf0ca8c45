"""The oracle alone, against what was published and against other people's implementations."""

from functools import cache
from pathlib import Path
from typing import Any

import krippendorff
import pytest

from .plain_figures import rows_by_grade
from .plain_pack import Oracle, compute, read_round
from .plain_relevance import evaluate
from .plain_statistics import newcombe, ordinal_alpha, rounded

PACKS = Path(__file__).parents[1] / "data" / "packs"


@cache
def computed(name: str) -> Oracle:
    return compute(PACKS / name)


def agency(name: str, code: str) -> dict[str, Any]:
    entries = computed(name).report["agencies"]
    return next(dict(entry) for entry in entries if entry["code"] == code)


@pytest.fixture
def published() -> dict[str, Any]:
    return computed("northamptonshire-2018").report


def test_published_yes_share_is_derived(published: dict[str, Any]) -> None:
    entry = next(each for each in published["questions"] if each["agency"] == "NHFT")
    assert entry["name"] == "part_of_decision"
    assert (entry["yes"], entry["of"], entry["percent"]) == (44, 60, 73.3)
    assert entry["interval"] == [61.0, 82.9]
    assert entry["interval_fpc"] == [61.3, 82.7]


def test_published_police_figures_are_derived() -> None:
    police = agency("northamptonshire-2018", "POLICE")
    assert (police["known"], police["not_known"]) == (56, 4)
    assert police["met_good"] == {"n": 48, "of": 56, "percent": 85.7, "interval": [74.3, 92.6]}


def test_published_small_agency_and_practices_are_derived() -> None:
    assert agency("northamptonshire-2018", "YOS")["met_good"]["n"] == 4
    assert agency("northamptonshire-2018", "YOS")["met_good"]["of"] == 4
    practices = agency("northamptonshire-2018", "CCG")
    assert practices["known"] == 41
    assert practices["respondents"] == {"unit": "GP practice", "asked": 35, "answered": 31}


def test_published_narrative_agencies_have_no_counts(published: dict[str, Any]) -> None:
    narrative = [entry for entry in published["agencies"] if entry["narrative_only"]]
    assert [entry["code"] for entry in narrative] == ["EHP", "CSC", "KGH"]
    assert all(entry["asked"] is None and entry["awaited"] is None for entry in narrative)


def test_published_gaps_keep_their_headings(published: dict[str, Any]) -> None:
    assert len(published["gaps"]) == 20
    headings = [gap["heading"] for gap in published["gaps"]]
    assert {heading[0] for heading in headings} == set("1234567")
    assert headings[:3] == ["1a", "1b", "2a"]


def test_printed_figures_all_agree(published: dict[str, Any]) -> None:
    printed = [item for entry in published["agencies"] for item in entry["printed"]]
    assert len(printed) == 5
    assert all(item["agrees"] for item in printed)


@pytest.mark.parametrize("name", ["northamptonshire-2018", "meadowshire-2026"])
def test_counts_of_every_pack_hold_together(name: str) -> None:
    oracle = computed(name)
    for entry in oracle.report["agencies"]:
        if entry["known"] is not None:
            assert entry["asked"] == entry["not_known"] + entry["returned"] + entry["awaited"]
            assert sum(entry["grades"].values()) == entry["returned"]
    figures = {row["figure"] for row in oracle.figures}
    assert len(figures) == len(oracle.figures)
    assert {figure for figure, *_ in oracle.evidence} <= figures


@pytest.mark.parametrize("name", ["northamptonshire-2018", "meadowshire-2026"])
def test_evidence_of_each_return_figure_has_its_n(name: str) -> None:
    oracle = computed(name)
    for row in oracle.figures:
        counted = [line for line in oracle.evidence if line[0] == row["figure"]]
        if row["unit"] == "return" and row["answer"] not in SUMMARIES:
            assert len(counted) == int(row["n"])
        if row["unit"] == "case" and row["n"]:
            assert len({case for *_, case in counted}) == int(row["n"])


SUMMARIES = ("min", "median", "max", "earliest", "latest")


def test_invented_pack_has_narrative_and_silent_agencies() -> None:
    probation = agency("meadowshire-2026", "PROBATION")
    housing = agency("meadowshire-2026", "HOUSING")
    assert probation["narrative_only"]
    assert (housing["known"], housing["returned"], housing["awaited"]) == (None, 0, 60)
    assert computed("meadowshire-2026").report["audit"]["invented"] == ["all"]


def test_alpha_agrees_with_the_krippendorff_package() -> None:
    audit = read_round(PACKS / "meadowshire-2026")
    graded = [rows_by_grade(audit, each["code"]) for each in audit.pack.audit["agencies"]]
    table = [
        [
            next(
                (
                    float(step)
                    for step, grade in enumerate(audit.scale)
                    if case in {row["case"] for row in rows[grade]}
                ),
                float("nan"),
            )
            for case in audit.sample.asked
        ]
        for rows in graded
    ]
    theirs = krippendorff.alpha(reliability_data=table, level_of_measurement="ordinal")
    assert computed("meadowshire-2026").report["spread"]["alpha"] == pytest.approx(theirs, abs=5e-4)


def test_alpha_of_the_specification_form_is_nought() -> None:
    assert ordinal_alpha([[0, 0], [0, 0], [0, 0], [0, 1]]) == 0
    assert ordinal_alpha([[1, 1], [1, 1]]) is None


def test_newcombe_gives_the_specification_form() -> None:
    low, high = newcombe((19, 20), (18, 20))
    assert [rounded(low), rounded(high)] == [-15.0, 25.5]


def test_comparison_with_itself_shows_no_difference() -> None:
    pack = PACKS / "northamptonshire-2018"
    compared = compute(pack, pack).report["comparison"]
    assert [entry["figure"] for entry in compared[:2]] == ["met_good", "met_good"]
    assert all(entry["difference"] == 0 for entry in compared)
    assert not any(entry["distinguishable"] for entry in compared)


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        ("${known} = 'yes'", True),
        ("${known} != 'yes' or ${score} >= 14", True),
        ("not(${score} < 14) and selected(${who}, 'father')", True),
        ("selected(${who}, 'fat')", False),
        ("(${known} = 'no' or ${blank} = '') and ${blank} > 0", False),
        ("${score}=14.0", True),
    ],
)
def test_relevance_is_read_as_xlsform_has_it(expression: str, *, shown: bool) -> None:
    answers = {"known": "yes", "score": "14", "who": "mother father", "blank": ""}
    assert evaluate(expression, answers.__getitem__) is shown
