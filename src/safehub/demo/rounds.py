"""Writes a round of the invented partnership as an audit pack, the same bytes for the same seed."""

from dataclasses import replace
from pathlib import Path
from random import Random

from safehub.demo.answers import Case, make_case
from safehub.demo.meeting import CURRENT_MEETING, EARLIER_MEETING
from safehub.demo.papers import (
    write_actions,
    write_frame,
    write_meeting,
    write_summaries,
    write_terms,
)
from safehub.demo.partnership import (
    AGENCIES,
    ANSWERED_SO_FAR,
    AUTUMN_ROUND,
    CURRENT_ROUND,
    EARLIER_ROUND,
    LAST_TO_ANSWER,
    RAPID_AGENCIES,
    RAPID_CASES,
    RAPID_QUESTIONS,
    RAPID_ROUND,
    Agency,
)
from safehub.demo.questions import Question
from safehub.demo.returns import Row, make_returns, write_csv, write_workbook
from safehub.demo.sample import draw, make_frame
from safehub.demo.selection import questions_of
from safehub.demo.summaries import make_summaries
from safehub.demo.tool import write_tool

LAST_YEAR, THIS_YEAR, UNDER_WAY = "fallowshire-2025", "fallowshire-2026", "fallowshire-autumn-2026"
RAPID = "fallowshire-rapid-2026"
FEWEST_AGENCIES = 4
FEWEST_CASES = 8
FRAME_ROWS_A_CASE = 20


def write_rapid_pack(folder: Path, *, seed: int) -> None:
    """Write the small round that waits for one return, as `write_pack` writes the others."""
    write_pack(
        folder,
        seed=seed,
        cases=RAPID_CASES,
        agencies=RAPID_AGENCIES,
        questions=RAPID_QUESTIONS,
        nearly=True,
    )


def write_pack(
    folder: Path,
    *,
    seed: int,
    cases: int = 60,
    agencies: int = 12,
    questions: int = 40,
    frame_rows: int | None = None,
    earlier: bool = False,
    full: bool = False,
    halfway: bool = False,
    nearly: bool = False,
) -> None:
    """Write a valid pack into `folder`, which is made if absent. The same seed, the same bytes.

    `earlier` writes the round of the year before: same tool, other cases, somewhat worse work.
    `full` has every agency know and answer every case (for measuring). `halfway` writes the round
    that is under way: a part of the returns, no meeting yet; `nearly` the rapid one, which waits
    for one return. ValueError beyond bounds.
    """
    _check_bounds(cases, agencies)
    asked = questions_of(questions)
    partners = AGENCIES[:agencies]
    if nearly:
        partners = tuple(replace(one, awaited=0.0) for one in partners)
    terms = EARLIER_ROUND if earlier else AUTUMN_ROUND if halfway else CURRENT_ROUND
    terms = RAPID_ROUND if nearly else terms
    meeting = EARLIER_MEETING if earlier else CURRENT_MEETING
    rng = Random(f"{seed}, the year before") if earlier else Random(seed)  # noqa: S311 no secret

    frame = make_frame(rng, terms, cases, frame_rows or cases * FRAME_ROWS_A_CASE)
    sample = draw(rng, frame, cases)
    found = {number: make_case(rng, number, row) for number, row in sample.drawn.items()}
    rows = make_returns(
        rng, partners, list(found.values()), terms, asked, full=full, withdrawn=sample.withdrawn
    )

    if halfway:
        rows = _so_far(rows)
    if nearly:
        rows = _all_but_one(rows, sample.withdrawn)

    folder.mkdir(parents=True, exist_ok=True)
    write_terms(folder / "audit.yaml", terms, sample, partners)
    write_tool(folder / "tool.xlsx", asked)
    write_frame(folder / "frame.csv", frame)
    _write_returns(folder, partners, rows, found, asked)
    if halfway or nearly:
        return
    write_summaries(folder / "summative.yaml", make_summaries(partners, rows, sample.withdrawn))
    write_meeting(folder / "meeting.yaml", terms, meeting)
    write_actions(folder / "actions.csv", meeting, partners)


def _so_far(rows: list[Row]) -> list[Row]:
    """Each agency has answered its first cases, as far as it has come."""
    cases = sorted({row["case"] for row in rows})
    answered = {
        agency.code: set(cases[: round(len(cases) * ANSWERED_SO_FAR.get(agency.code, 0.5))])
        for agency in AGENCIES
    }
    return [row for row in rows if row["case"] in answered[row["agency"]]]


def _all_but_one(rows: list[Row], withdrawn: str | None) -> list[Row]:
    """Every return but the last that the agency with one to come would have sent in."""
    last = [
        row
        for row in rows
        if (row["agency"], row["status"]) == (LAST_TO_ANSWER, "submitted")
        and row.get("known") == "yes"
        and row["case"] != withdrawn
    ][-1]
    return [row for row in rows if row is not last]


def _check_bounds(cases: int, agencies: int) -> None:
    if not FEWEST_AGENCIES <= agencies <= len(AGENCIES) or cases < FEWEST_CASES:
        raise ValueError(
            f"An invented round has {FEWEST_AGENCIES} to {len(AGENCIES)} agencies and "
            f"{FEWEST_CASES} cases or more, not {agencies} and {cases}."
        )


def _write_returns(
    folder: Path,
    agencies: tuple[Agency, ...],
    rows: list[Row],
    cases: dict[str, Case],
    questions: tuple[Question, ...],
) -> None:
    """One file for most; an agency that filled in its workbook sends that."""
    by_workbook = {agency.code for agency in agencies if agency.route == "workbook"}
    typed = [row for row in rows if row["agency"] not in by_workbook]
    write_csv(folder / "returns.csv", typed, questions)
    (folder / "returns").mkdir(exist_ok=True)
    for code in sorted(by_workbook):
        own = [row for row in rows if row["agency"] == code]
        write_workbook(folder / "returns" / f"{code}.xlsx", own, cases, questions)
