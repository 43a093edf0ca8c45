"""The invented rounds: the same bytes for a seed, and valid by a plain reading of the format."""

import csv
import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml

from safehub.demo.partnership import AGENCIES
from safehub.demo.rounds import write_pack, write_rapid_pack
from safehub.demo.selection import FEWEST, MOST
from safehub.exchange.audit_pack.reading import read_pack

SEED = 20260617
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class PlainPack:
    """A pack as a stranger reads it: every value a text, nothing of the product used."""

    def __init__(self, folder: Path) -> None:
        self.terms = self._yaml(folder / "audit.yaml")
        self.meeting = self._yaml(folder / "meeting.yaml")
        self.summaries = self._yaml(folder / "summative.yaml")
        self.frame = self._csv(folder / "frame.csv")
        self.actions = self._csv(folder / "actions.csv")
        self.survey = self._sheet(folder / "tool.xlsx", "survey")
        self.choices: dict[str, set[str]] = {}
        for row in self._sheet(folder / "tool.xlsx", "choices"):
            self.choices.setdefault(row["list_name"], set()).add(row["name"])
        self.questions = list(self._questions())
        self.returns = self._csv(folder / "returns.csv")
        for path in sorted((folder / "returns").glob("*.xlsx")):
            own = self._sheet(path, "returns")
            assert {row["agency"] for row in own} == {path.stem}
            self.returns += [
                {key: value for key, value in row.items() if not key.startswith("frame_")}
                for row in own
            ]

    def _questions(self) -> Iterator[dict[str, str]]:
        group = ""
        for row in self.survey:
            if row["type"] == "begin_group":
                group = row["relevant"]
            elif row["type"] == "end_group":
                group = ""
            else:
                yield {**row, "gates": "|".join(filter(None, (group, row["relevant"])))}

    @staticmethod
    def _yaml(path: Path) -> Any:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506

    @staticmethod
    def _csv(path: Path) -> list[dict[str, str]]:
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    @staticmethod
    def _sheet(path: Path, name: str) -> list[dict[str, str]]:
        sheet = openpyxl.load_workbook(path)[name]
        headings, *rows = sheet.iter_rows(values_only=True)
        return [
            {
                str(key): str(cell).removesuffix(" 00:00:00") if cell is not None else ""
                for key, cell in zip(headings, row, strict=True)
            }
            for row in rows
        ]


def mistakes_in(pack: PlainPack) -> list[str]:
    """Every breach of the pack format that can be seen without drawing the sample."""
    return [
        *_frame_mistakes(pack),
        *(f"{row['agency']} {row['case']}: {m}" for row in pack.returns for m in _row(pack, row)),
        *_key_mistakes(pack),
        *_meeting_mistakes(pack),
    ]


def _frame_mistakes(pack: PlainPack) -> Iterator[str]:
    period = pack.terms["period"]
    ids = [row["referral_id"] for row in pack.frame]
    if len(ids) != len(set(ids)):
        yield "a referral twice"
    for row in pack.frame:
        if not date.fromisoformat(period["from"]) <= date.fromisoformat(row["referred_on"]):
            yield f"{row['referral_id']} before the period"
        if not date.fromisoformat(row["referred_on"]) <= date.fromisoformat(period["to"]):
            yield f"{row['referral_id']} after the period"
        if row["outcome"] not in pack.terms["sample"]["by"]["outcome"]:
            yield f"{row['referral_id']} in no stratum"
        unborn = row["birth_or_due_on"] > row["referred_on"]
        if unborn is not (row["age_band"] == "unborn"):
            yield f"{row['referral_id']} in the wrong age band"


def _row(pack: PlainPack, row: dict[str, str]) -> Iterator[str]:
    answers = {q["name"]: row[q["name"]] for q in pack.questions}
    if row["status"] == "not_returned":
        if row["known"] == "no" or any(v for k, v in answers.items() if k != "known"):
            yield "answers in a row that was not returned"
        return
    if row["status"] != "submitted":
        yield f"status {row['status']}"
    for question in pack.questions:
        answer = answers[question["name"]]
        shown = all(_opens(gate, answers) for gate in question["gates"].split("|") if gate)
        if answer and not shown:
            yield f"{question['name']} is hidden and answered"
        if question["required"] == "yes" and shown and not answer:
            yield f"{question['name']} is required"
        if answer and not _allowed(pack, question, answer):
            yield f"{question['name']} = {answer}"


def _opens(gate: str, answers: dict[str, str]) -> bool:
    found = re.fullmatch(r"\$\{(\w+)\} (!?=) '(\w+)'", gate)
    assert found, gate
    return (answers[found[1]] == found[3]) is (found[2] == "=")


def _allowed(pack: PlainPack, question: dict[str, str], answer: str) -> bool:
    kind, _, choices = question["type"].partition(" ")
    if kind == "select_one":
        return answer in pack.choices[choices]
    if kind == "select_multiple":
        chosen = answer.split(" ")
        return len(chosen) == len(set(chosen)) and set(chosen) <= pack.choices[choices]
    if kind == "date":
        assert question["constraint"] == ". <= today()"
        return date.fromisoformat(answer) <= date.fromisoformat(pack.terms["meeting_on"])
    if kind in ("integer", "decimal"):
        limits = re.fullmatch(r"\. >= (\d+) and \. <= (\d+)", question["constraint"])
        assert limits
        whole = kind == "decimal" or answer.isdecimal()
        return whole and float(limits[1]) <= float(answer) <= float(limits[2])
    return kind == "text" and answer == answer.strip() and "\n" not in answer


def _key_mistakes(pack: PlainPack) -> Iterator[str]:
    units = {a["code"]: a.get("respondent_unit") for a in pack.terms["agencies"]}
    size = int(pack.terms["sample"]["size"])
    replaced = pack.terms["sample"].get("replaced", [])
    cases = {f"{n:0{max(2, len(str(size)))}d}" for n in range(1, size + len(replaced) + 1)}
    keys = Counter((row["agency"], row["respondent"], row["case"]) for row in pack.returns)
    for (agency, respondent, case), number in keys.items():
        if number > 1 or agency not in units or case not in cases:
            yield f"{agency} {respondent} {case}: {number} times"
        if respondent and not units[agency]:
            yield f"{agency} has no respondents"


def _meeting_mistakes(pack: PlainPack) -> Iterator[str]:
    themes = {theme["code"] for theme in pack.terms["themes"]}
    agencies = {agency["code"] for agency in pack.terms["agencies"]}
    gaps = {f"{theme}.{letter}" for theme, own in pack.meeting["gaps"].items() for letter in own}
    for part in ("findings", "working_well", "worried_about", "next_steps"):
        for item in pack.meeting[part]:
            if isinstance(item, dict) and item.get("theme", "voice") not in themes:
                yield f"{part}: {item}"
    if not set(pack.meeting["gaps"]) <= themes:
        yield "a gap under no theme"
    for action in pack.actions:
        if action["gap"] not in gaps or action["owner_agency"] not in agencies:
            yield f"action {action}"
    if not {summary["agency"] for summary in pack.summaries} <= agencies:
        yield "a summary of no agency"


@pytest.fixture(scope="module")
def current(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("current")
    write_pack(folder, seed=SEED)
    return folder


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("earlier")
    write_pack(folder, seed=SEED, earlier=True)
    return folder


def bytes_of(folder: Path) -> dict[str, bytes]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def test_write_pack_same_seed_writes_same_bytes(current: Path, tmp_path: Path) -> None:
    write_pack(tmp_path / "again", seed=SEED)
    assert bytes_of(tmp_path / "again") == bytes_of(current)


def test_write_pack_other_seed_writes_another_round(current: Path, tmp_path: Path) -> None:
    write_pack(tmp_path / "other", seed=SEED + 1)
    other, this = bytes_of(tmp_path / "other"), bytes_of(current)
    assert other["tool.xlsx"] == this["tool.xlsx"]
    for name in ("audit.yaml", "frame.csv", "returns.csv", "returns/COMMUNITY.xlsx"):
        assert other[name] != this[name]


def test_write_pack_writes_every_file_of_the_format(current: Path) -> None:
    assert set(bytes_of(current)) == {
        *("audit.yaml", "tool.xlsx", "frame.csv", "returns.csv", "returns/COMMUNITY.xlsx"),
        *("summative.yaml", "meeting.yaml", "actions.csv"),
    }


@pytest.mark.parametrize(
    ("cases", "agencies", "questions", "frame_rows", "full"),
    [
        (60, 12, 40, None, False),
        (60, 12, 40, None, True),
        (8, 4, FEWEST, 24, False),
        (9, 6, 20, 26, False),
        (99, 7, 35, 300, False),
        (100, 11, MOST, 400, False),
        (150, 12, 40, None, True),
    ],
)
@pytest.mark.parametrize("is_earlier", [False, True])
def test_write_pack_any_size_is_valid_and_as_large_as_asked(
    tmp_path: Path,
    cases: int,
    agencies: int,
    questions: int,
    frame_rows: int | None,
    full: bool,
    is_earlier: bool,
) -> None:
    write_pack(
        tmp_path,
        seed=cases,
        cases=cases,
        agencies=agencies,
        questions=questions,
        frame_rows=frame_rows,
        earlier=is_earlier,
        full=full,
    )
    pack = PlainPack(tmp_path)
    assert mistakes_in(pack) == []
    assert int(pack.terms["sample"]["size"]) == cases
    assert len(pack.terms["agencies"]) == agencies
    assert len(pack.questions) == questions
    assert len(pack.frame) == (frame_rows or 20 * cases)


def test_write_pack_many_seeds_are_all_valid(tmp_path: Path) -> None:
    for seed in range(25):
        write_pack(tmp_path, seed=seed, cases=20, earlier=seed % 2 == 1)
        assert mistakes_in(PlainPack(tmp_path)) == []


@pytest.mark.parametrize(
    ("column", "answer"),
    [
        ("known", ""),
        ("immediate_risk", ""),
        ("immediate_risk", "na"),
        ("grade", "excellent"),
        ("previous_referrals", "51"),
        ("last_contact_on", "2026-06-18"),
        ("engaged_with", "mother mother"),
        ("status", "not_returned"),
        ("case", "62"),
        ("respondent", "somebody"),
    ],
)
def test_plain_rules_see_a_planted_mistake(current: Path, column: str, answer: str) -> None:
    pack = PlainPack(current)
    row = next(r for r in pack.returns if r["known"] == "yes" and r["status"] == "submitted")
    row[column] = answer
    assert mistakes_in(pack)


def test_plain_rules_see_an_answer_to_a_hidden_question(current: Path) -> None:
    pack = PlainPack(current)
    row = next(r for r in pack.returns if r["known"] == "no")
    row["reason_clear"] = "yes"
    assert mistakes_in(pack) == [
        f"{row['agency']} {row['case']}: reason_clear is hidden and answered"
    ]


def test_sample_is_drawn_by_outcome_in_order_of_hash(current: Path) -> None:
    pack = PlainPack(current)
    plan = pack.terms["sample"]
    sizes = {name: int(size) for name, size in plan["by"]["outcome"].items()}
    assert sizes == dict.fromkeys(sizes, 15)
    excluded = {row["referral_id"] for row in plan["exclude"]}
    left = [row for row in pack.frame if row["referral_id"] not in excluded]

    def rank(row: dict[str, str]) -> str:
        return hashlib.sha256(f"{plan['seed']}|{row['referral_id']}".encode()).hexdigest()

    drawn, reserves = [], {}
    for outcome, size in sizes.items():
        ranked = sorted((row for row in left if row["outcome"] == outcome), key=rank)
        assert len(ranked) >= size + int(plan["reserve"])
        drawn += ranked[:size]
        reserves[outcome] = ranked[size]
    numbered = {f"{n:02d}": row for n, row in enumerate(sorted(drawn, key=rank), start=1)}
    (replaced,) = plan["replaced"]
    stand_in = reserves[numbered[replaced["case"]]["outcome"]]
    assert replaced["by"] == stand_in["referral_id"]
    numbered["61"] = stand_in

    book = openpyxl.load_workbook(current / "returns" / "COMMUNITY.xlsx")["returns"]
    headings, *rows = book.iter_rows(values_only=True)
    case, referral = headings.index("case"), headings.index("frame_referral_id")
    assert {row[case] for row in rows} >= set(numbered) - {replaced["case"], "60", "59", "58"}
    for row in rows:
        assert numbered[str(row[case])]["referral_id"] == row[referral]


def test_case_numbers_are_in_quotes_in_the_terms_of_reference(current: Path) -> None:
    text = (current / "audit.yaml").read_text(encoding="utf-8")
    assert re.search(r'- case: "\d\d"\n', text)


def test_returns_tell_the_story_of_who_answered(current: Path) -> None:
    pack = PlainPack(current)
    by_agency: dict[str, list[dict[str, str]]] = {a["code"]: [] for a in pack.terms["agencies"]}
    for row in pack.returns:
        by_agency[row["agency"]].append(row)
    assert [code for code, rows in by_agency.items() if not rows] == ["SUBSTANCE", "PROBATION"]
    assert "PROBATION" in {summary["agency"] for summary in pack.summaries}
    assert "SUBSTANCE" not in {summary["agency"] for summary in pack.summaries}
    several = Counter(row["case"] for row in by_agency["SCHOOLS"] if row["respondent"])
    assert max(several.values()) > 1
    assert sum(row["status"] == "not_returned" for row in pack.returns) > 5
    assert sum(row["known"] == "no" for row in pack.returns) > 50
    alarms = [row for row in pack.returns if row["immediate_risk"] == "yes"]
    assert sorted(row["agency"] for row in alarms) == ["COMMUNITY", "SCHOOLS"]
    unborn = [row for row in pack.frame if row["age_band"] == "unborn"]
    assert len(unborn) > 20


def test_full_round_has_an_answer_of_every_agency_to_every_case(tmp_path: Path) -> None:
    write_pack(tmp_path, seed=SEED, full=True)
    pack = PlainPack(tmp_path)
    answered = {(row["agency"], row["case"]) for row in pack.returns if row["known"] == "yes"}
    assert len(answered) == len(AGENCIES) * 61
    assert all(row["status"] == "submitted" for row in pack.returns)


def test_one_printed_figure_alone_disagrees_with_the_returns(current: Path) -> None:
    pack = PlainPack(current)
    withdrawn = {row["case"] for row in pack.terms["sample"]["replaced"]}
    wrong = []
    for summary in pack.summaries:
        own = [
            row
            for row in pack.returns
            if row["agency"] == summary["agency"]
            and row["case"] not in withdrawn
            and row["status"] == "submitted"
        ]
        known = [row for row in own if row["known"] == "yes"]
        for figure in summary.get("figures", []):
            if "met_good" in figure:
                graded = [row["grade"] for row in known if row["grade"]]
                good = sum(grade in ("outstanding", "good") for grade in graded)
                right = figure == {"met_good": str(good), "of": str(len(graded))}
            elif "cases_known" in figure:
                right = int(figure["cases_known"]) == len(known)
            elif "respondents_answered" in figure:
                names = {row["respondent"] for row in own if row["respondent"]}
                right = int(figure["respondents_answered"]) == len(names)
            else:
                given = Counter(row[figure["question"]] for row in known)
                right = (given[figure["answer"]], given["yes"] + given["no"]) == (
                    int(figure["count"]),
                    int(figure["of"]),
                )
            if not right:
                wrong.append((summary["agency"], *figure))
    assert wrong == [("CSC", "met_good", "of")]


def test_earlier_round_has_same_questions_a_year_before_and_worse_work(
    current: Path, earlier: Path
) -> None:
    now, before = PlainPack(current), PlainPack(earlier)
    assert now.questions == before.questions
    assert before.terms["period"]["to"] < now.terms["period"]["from"]
    assert {row["referral_id"] for row in now.frame}.isdisjoint(
        row["referral_id"] for row in before.frame
    )

    def share_good(pack: PlainPack) -> float:
        grades = [row["grade"] for row in pack.returns if row["grade"]]
        return sum(grade in ("outstanding", "good") for grade in grades) / len(grades)

    assert 0.4 < share_good(before) < share_good(now) < 0.85


def test_no_cell_begins_as_a_formula_does(current: Path) -> None:
    pack = PlainPack(current)
    for table in (pack.frame, pack.returns, pack.actions, pack.survey):
        for row in table:
            assert not any(cell.startswith(FORMULA_STARTS) for cell in row.values())


def test_workbooks_hold_text_that_stays_text(current: Path) -> None:
    for path in (current / "tool.xlsx", current / "returns" / "COMMUNITY.xlsx"):
        for sheet in openpyxl.load_workbook(path):
            kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
            assert kinds <= {"s", "n", "d"}


@pytest.mark.parametrize(
    "wrong", [{"cases": 7}, {"agencies": 3}, {"agencies": 13}, {"questions": 5}, {"frame_rows": 70}]
)
def test_write_pack_beyond_its_bounds_is_refused_before_anything_is_written(
    tmp_path: Path, wrong: dict[str, int]
) -> None:
    with pytest.raises(ValueError, match=r"(from|has|needs) "):
        write_pack(tmp_path / "refused", seed=SEED, **wrong)  # type: ignore[arg-type]
    assert not (tmp_path / "refused").exists()


def test_the_rapid_round_waits_for_one_return(tmp_path: Path) -> None:
    """Small enough to be finished by one newcomer, and read without a mistake."""
    write_rapid_pack(tmp_path / "rapid", seed=SEED)
    pack = read_pack(tmp_path / "rapid")
    assert (len(pack.terms.agencies), pack.meeting) == (6, None)
    gone = {one.case for one in pack.terms.withdrawals}
    asked = {f"{number:02}" for number in range(1, 9 + len(gone))} - gone
    of = {
        code: {row.case for row in pack.rows if row.agency == code} & asked
        for code in ("CSC", "POLICE")
    }
    assert of["CSC"] == asked
    assert len(asked - of["POLICE"]) == 1
