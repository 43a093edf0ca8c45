"""Nothing that was left out can be worked out from what is shown.

The reader is given everything that the report shows and what each number means, and asks of each
figure in which range it can lie at all: by whole-number programming over how many returns gave
which answers together, which knows nothing of how the product chooses what to leave out.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from factories.people import make_viewer
from factories.publishing import published
from factories.world import CANARY, World, whole_world
from safehub.audit.reports.derivation import derive
from safehub.audit.reports.figures import Agency, Figure, Figures, Grading, Round
from safehub.audit.reports.publishing import files
from safehub.audit.reports.publishing.states import FORMS, Suppression
from safehub.audit.reports.publishing.suppressing import hidden_of, suppressed_figures
from safehub.audit.returns.rows import NOT_RETURNED, SUBMITTED, ReturnRow
from safehub.foundation.access.vocabulary import Role
from safehub.instruments.expressions import Expression
from safehub.instruments.tools import Choice, Question, QuestionType, Tool

YES_NO = (Choice("yes", "Yes"), Choice("no", "No"), Choice("na", "Not applicable"))
GRADES = (Choice("good", "Good"), Choice("poor", "Poor"))


def question(name: str, choices: tuple[Choice, ...], when: str = "") -> Question:
    relevant = (Expression(when),) if when else ()
    return Question(name, name, QuestionType.SELECT_ONE, choices=choices, relevant=relevant)


TOOL = Tool(
    title="A tool",
    form_id="a_tool",
    version="1",
    sections=(),
    items=(
        question("overall", GRADES),
        question("seen", YES_NO),
        question("alone", YES_NO, "${seen} = 'yes'"),
        question("tried", YES_NO, "${seen} = 'no'"),
    ),
)


def _sorts() -> Iterator[tuple[str, dict[str, str], frozenset[str]]]:
    """Every way in which one case can be answered: its status, its answers, what was not asked."""
    yield "silent", {}, frozenset()
    yield "owed", {"known": "yes"}, frozenset()
    yield SUBMITTED, {"known": "no"}, frozenset()
    three = ("yes", "no", "")
    for grade in ("good", "poor", ""):
        for seen in ("yes", "no", "na", ""):
            asked = {"yes": "alone", "no": "tried"}.get(seen)
            for answer in three if asked else ("",):
                given_ = {"known": "yes", "overall": grade, "seen": seen}
                given_ |= {asked: answer} if asked else {}
                away = frozenset({"alone", "tried"} - {asked or ""})
                yield SUBMITTED, {k: v for k, v in given_.items() if v}, away


SORTS = tuple(_sorts())


def figures_of(counts: Sequence[int]) -> Figures:
    """The figures of one agency that answered so many cases in each way."""
    rows: list[ReturnRow] = []
    asked: list[str] = []
    for (status, answers, away), count in zip(SORTS, counts, strict=True):
        for _ in range(count):
            asked.append(f"{len(asked) + 1:03}")
            if status == "silent":
                continue
            said = NOT_RETURNED if status == "owed" else status
            rows.append(ReturnRow("A", "", asked[-1], said, answers, away))
    made = Round(
        tool=TOOL,
        agencies=(Agency("A", "The agency"),),
        grading=Grading("overall", ("good",)),
        is_random=True,
        is_stratified=False,
        frame=500,
        drawn=len(asked),
        asked=tuple(asked),
        rows=tuple(rows),
    )
    return derive(made)


def numbers(figures: Sequence[Figure]) -> dict[str, int]:
    """Each number that a row of figures shows, by its name: the count, and what it is of."""
    found: dict[str, int] = {}
    for one in figures:
        if isinstance(one.n, int):
            found[one.name] = one.n
        if one.of is not None:
            found[f"{one.name} of"] = one.of
    return found


def _weights() -> dict[str, np.ndarray]:
    """How much one case of each sort adds to each number: the reader's knowledge of what they mean.

    Every number is a sum over cases, so that a round of one case of each sort tells it.
    """
    single = []
    for at in range(len(SORTS)):
        # Beside one plain case, so that the agency has rows at all; its own part is taken off.
        counts = [0] * len(SORTS)
        counts[2] += 1
        counts[at] += 1
        single.append(numbers(figures_of(counts).listed))
    base = numbers(figures_of([1 if at == 2 else 0 for at in range(len(SORTS))]).listed)
    names = set().union(*single)
    return {
        name: np.array([one.get(name, 0) - base.get(name, 0) for one in single], dtype=float)
        for name in names
    }


WEIGHTS = _weights()


def reach(weights: np.ndarray, shown: dict[str, int]) -> tuple[float, float]:
    """The least and the greatest that a number can be, as far as what is shown tells."""
    rows = np.array([WEIGHTS[name] for name in shown])
    values = np.array(list(shown.values()), dtype=float)
    ends = []
    for sign in (1, -1):
        solved = milp(
            sign * weights,
            constraints=LinearConstraint(rows, values, values),
            integrality=np.ones(len(SORTS)),
            bounds=Bounds(0, np.inf),
        )
        assert solved.status in {0, 3, 4}, solved.message
        ends.append(sign * solved.fun if solved.status == 0 else sign * -np.inf)
    return ends[0], ends[1]


COUNTS = st.lists(
    st.sampled_from([0, 0, 0, 1, 2, 5, 6, 9]), min_size=len(SORTS), max_size=len(SORTS)
)
FEW_SORTS = st.dictionaries(
    st.integers(0, len(SORTS) - 1), st.integers(1, 12), min_size=1, max_size=6
).map(lambda found: [found.get(at, 0) for at in range(len(SORTS))])


@settings(max_examples=120, deadline=None)
@given(counts=FEW_SORTS | COUNTS)
def test_no_small_number_can_be_worked_out_from_what_is_shown(counts: list[int]) -> None:
    whole = figures_of(counts)
    safe = suppressed_figures(whole, hidden_of(whole, TOOL, "overall"), has_frame=False)
    shown, every = numbers(safe.listed), numbers(whole.listed)
    asked = every["A.asked"]
    assert shown["A.asked"] == asked
    # The size of the sample stands, however small it is.
    small = {k: n for k, n in shown.items() if 0 < n < 5 and k != "A.asked"}
    assert not small
    for name, n in every.items():
        told = [WEIGHTS[name]]
        if f"{name} of" in every:
            told.append(WEIGHTS[f"{name} of"] - WEIGHTS[name])
        for weights, value in zip(told, [n, every.get(f"{name} of", n) - n], strict=False):
            if not 0 < value < 5 or name == "A.asked":
                continue
            low, high = reach(weights, shown)
            assert low < 1 or high > 4, (name, value, low, high, shown)


@settings(max_examples=60, deadline=None)
@given(counts=FEW_SORTS | COUNTS)
def test_what_the_tables_are_drawn_from_holds_no_more_than_the_rows(counts: list[int]) -> None:
    whole = figures_of(counts)
    safe = suppressed_figures(whole, hidden_of(whole, TOOL, "overall"), has_frame=False)
    shown = {one.name for one in safe.listed if one.n is not None}
    (agency,) = safe.agencies
    for name, n in agency.counts.items():
        assert (n is not None) == (f"A.{name}" in shown)
    assert (agency.grades is not None) == ("A.grade.good" in shown)
    assert (agency.met_good is not None) == ("A.met_good" in shown)
    assert not agency.printed
    for name in [one.question.name for one in safe.questions] + [
        one.question.name for one in safe.other_questions
    ]:
        assert any(figure.startswith(f"A.{name}.") for figure in shown)
    assert not any(one.share and one.share.interval_fpc for one in safe.listed)


def test_what_a_question_that_waits_tells_of_another_goes_with_it() -> None:
    """Two were not applicable: said of `seen`, or left over from who was asked what follows it."""
    counts = [0] * len(SORTS)
    for at, (_, answers, _) in enumerate(SORTS):
        if answers.get("overall") == "good":
            if answers.get("seen") in {"yes", "no"}:
                counts[at] = 7
            if answers.get("seen") == "na":
                counts[at] = 2
    whole = figures_of(counts)
    hidden = hidden_of(whole, TOOL, "overall")["A"]
    assert {"seen", "alone", "tried"} <= hidden.groups
    assert "overall" not in hidden.groups


# --- in every byte that is published -------------------------------------------------------------


@pytest.fixture
def world(db: None, settings: Any, tmp_path: Path) -> World:
    settings.UPLOADS = tmp_path / "uploads"
    return whole_world(tmp_path)


def test_no_published_file_holds_a_small_number_of_children(world: World) -> None:
    report = published(
        world.audit,
        make_viewer(world.member(Role.AUDIT_COORDINATOR, "office")),
        make_viewer(world.member(Role.MEETING_CHAIR)),
        suppression=Suppression.UNDER_FIVE,
        corrected="The small numbers are left out.",
        why="They could be traced.",
    )
    rows = list(csv.DictReader(io.StringIO(files.rendered(report, "csv")[0].decode())))
    assert rows
    for row in rows:
        for name in ("n", "of"):
            if row["answer"] not in {"median"} and row[name]:
                assert int(row[name]) in {0, *range(5, 100)}, row
        assert row["answer"] not in {"min", "max", "earliest", "latest"}
    data = json.loads(files.rendered(report, "json")[0])
    for agency in data["agencies"]:
        for name in ("known", "not_known", "returned", "awaited"):
            assert agency[name] is None or agency[name] not in range(1, 5)
        assert agency["printed"] == []
    for one in data["questions"]:
        assert not {one["yes"], one["no"], one["na"], one["missing"], one["of"]} & {1, 2, 3, 4}
    said = files.rendered(report, "html")[0].decode()
    assert "Figures under five" in said
    text = re.sub(r"<svg.*?</svg>", "", said, flags=re.S)
    # A share stands as `2 of 30 (6.7 %)`; findings, gaps and audits are no children.
    assert not re.search(r"\b[1-4] of \d+ \(", text)
    # Every file is made from the same document.
    assert data["document"]["title"] == report.publication.document["title"]


def _said(data: bytes) -> str:
    """All that a file says, as a reader of its bytes finds it."""
    text = data.decode("utf-8", errors="ignore")
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                text += archive.read(name).decode("utf-8", errors="ignore")
    if data[:5] == b"%PDF-":
        reader = pypdf.PdfReader(io.BytesIO(data))
        text += " ".join(page.extract_text() for page in reader.pages) + str(reader.metadata)
    return text


def test_no_published_byte_holds_anything_of_a_child(world: World) -> None:
    """The frame's ids and addresses, respondents, free text of returns, the persons of actions."""
    report = world.audit.reports.get(number=1)
    for form in FORMS:
        said = _said(files.rendered(report, form)[0])
        found = {match.group(1) for match in CANARY.finditer(said)}
        assert not found & {"REFERRAL", "CHILD", "ADDRESS", "RESPONDENT", "ANSWER", "OWNER"}, form
        # What an agency wrote for the report stands in it, so that the search finds something.
        assert ("SUMMATIVE" in found) == (form in {"docx", "pdf", "html", "json"}), form


def test_without_suppression_the_report_is_as_it_was_made(world: World) -> None:
    report = world.audit.reports.get(number=1)
    made, out = json.loads(report.report_json), json.loads(report.publication.report_json)
    assert out.pop("published")["suppression"] == "none"
    said = json.dumps(out.pop("document"))
    made.pop("document")
    assert out == made
    assert "that was chosen when this report was published" in said
