"""“Reading”, its lines on text files and on audit.yaml."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import pytest

from .conftest import Run
from .drafts import rows_of, write_rows, write_yaml
from .runs import Outcome, assert_as_computed, compared
from .small import small, terms_of

TEXTS = ("audit.yaml", "frame.csv", "returns.csv", "summative.yaml", "meeting.yaml", "actions.csv")
REQUIRED = ("title", "board", "kind", "period", "sample", "agencies", "themes")


def without_hash(outcome: Outcome) -> dict[str, object]:
    report = compared(outcome)
    del report["sample"]["frame_sha256"]
    return report


def test_text_files_with_byte_order_mark_and_crlf_read_the_same(run: Run, tmp_path: Path) -> None:
    pack = small().write(tmp_path / "pack")
    plain = run(pack)
    for name in TEXTS:
        data = (pack / name).read_bytes()
        (pack / name).write_bytes(b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n"))
    outcome = run(pack)
    assert without_hash(outcome) == without_hash(plain)
    digest = hashlib.sha256((pack / "frame.csv").read_bytes()).hexdigest()
    assert outcome.report["sample"]["frame_sha256"] == digest
    assert_as_computed(outcome, pack)


def test_cells_with_blanks_around_them_are_trimmed(run: Run, tmp_path: Path) -> None:
    pack = small().write(tmp_path / "pack")
    plain = run(pack)
    for name in ("frame.csv", "returns.csv", "actions.csv"):
        rows = rows_of(pack / name)
        padded = [{f" {key} ": f"  {cell}\t" for key, cell in row.items()} for row in rows]
        write_rows(pack / name, list(padded[0]), padded)
    assert without_hash(run(pack)) == without_hash(plain)


def test_ids_that_differ_in_case_are_different(run: Run, tmp_path: Path) -> None:
    draft = small()
    draft.frame.append(draft.frame[0] | {"referral_id": draft.frame[0]["referral_id"].lower()})
    draft.terms["agencies"].append({"code": "police", "name": "British Transport Police"})
    pack = draft.write(tmp_path / "pack")
    outcome = run(pack)
    assert outcome.report["sample"]["frame"] == 41
    assert outcome.agency("police")["known"] is None
    assert_as_computed(outcome, pack)


def test_yes_no_on_and_off_in_yaml_are_text(run: Run, tmp_path: Path) -> None:
    pack = small().write(tmp_path / "pack")
    terms = (pack / "audit.yaml").read_text(encoding="utf-8")
    for wanted, word in [
        ('"Voices of children"', "yes"),
        ('"Ashmere Safeguarding Children Partnership"', "off"),
        ('"CSC"', "no"),
        ('"voice"', "on"),
    ]:
        terms = terms.replace(wanted, word)
    (pack / "audit.yaml").write_text(terms, encoding="utf-8")
    for name in ("returns.csv", "actions.csv", "meeting.yaml"):
        path = pack / name
        text = path.read_text(encoding="utf-8").replace("CSC,", "no,").replace("voice.a", "on.a")
        path.write_text(text.replace('"voice"', "on"), encoding="utf-8")
    outcome = run(pack)
    assert (outcome.report["audit"]["title"], outcome.report["audit"]["board"]) == ("yes", "off")
    assert outcome.agency("no")["returned"]
    assert outcome.report["findings"][0]["theme"] == "on"
    assert_as_computed(outcome, pack)


def test_strata_named_yes_and_no_are_text(run: Run, tmp_path: Path) -> None:
    draft = small()
    for position, row in enumerate(draft.frame):
        row["repeat"] = ("yes", "no")[position % 2]
    pack = draft.write(tmp_path / "pack")
    text = (pack / "audit.yaml").read_text(encoding="utf-8")
    text = text.replace('"size": 10', '"by": {"repeat": {no: 6, yes: 4}}')
    (pack / "audit.yaml").write_text(text, encoding="utf-8")
    outcome = run(pack)
    assert [stratum["name"] for stratum in outcome.report["sample"]["strata"]] == ["no", "yes"]
    assert_as_computed(outcome, pack)


def test_case_number_without_quotes_is_a_mistake(run: Run, tmp_path: Path) -> None:
    draft = small()
    draft.plan(replaced=[{"case": "03", "reason": "Entered twice."}])
    pack = draft.write(tmp_path / "pack")
    text = (pack / "audit.yaml").read_text(encoding="utf-8")
    (pack / "audit.yaml").write_text(text.replace('"03"', "03"), encoding="utf-8")
    outcome = run(pack)
    assert outcome.exit_code == 1
    assert outcome.lines == [
        "audit.yaml, sample.replaced[1].case: found 03, wanted the number in quotes, '03'"
    ]
    assert not outcome.out.exists()


def test_terms_with_required_keys_alone_are_enough(run: Run, tmp_path: Path) -> None:
    draft = small()
    draft.terms = {key: draft.terms[key] for key in REQUIRED}
    draft.plan(reserve=None)
    draft.summative, draft.meeting, draft.actions = [], None, []
    pack = draft.write(tmp_path / "pack")
    outcome = run(pack)
    assert outcome.report["audit"]["meeting_on"] is None
    assert outcome.report["spread"] is None
    assert outcome.report["sample"]["reserve"] == 0
    assert_as_computed(outcome, pack)


@pytest.mark.parametrize("key", REQUIRED)
def test_terms_without_a_required_key_are_refused(run: Run, key: str) -> None:
    draft = small()
    del draft.terms[key]
    outcome = run(draft)
    assert outcome.exit_code == 1
    assert f"audit.yaml, {key}: found nothing, wanted this key" in outcome.lines


def test_terms_with_every_optional_key_are_read(run: Run, tmp_path: Path) -> None:
    draft = small(
        pack_version=1,
        owner="Quality group",
        programme="Programme 2026",
        commissioned_by="Independent scrutineer",
        commissioned_on=dt.date(2026, 4, 2),
        reason="To learn.",
        returns_due_on=dt.date(2026, 6, 1),
        key_lines_of_enquiry=["Is the child heard?"],
        tool="audit tool.xlsx",
        invented=["returns"],
    )
    draft.terms["agencies"][0]["kind"] = "anything at all"
    pack = draft.write(tmp_path / "pack")
    outcome = run(pack)
    assert_as_computed(outcome, pack)
    html = (outcome.publishable / "report.html").read_text(encoding="utf-8")
    for said in ("Quality group", "Programme 2026", "Independent scrutineer", "2 April 2026",
                 "To learn.", "Is the child heard?", "(key line of enquiry)"):  # fmt: skip
        assert said in html


@pytest.mark.parametrize("kind", ["routine", "themed", "extraordinary", "rapid"])
def test_each_kind_of_audit_is_taken(run: Run, kind: str) -> None:
    assert run(small(kind=kind)).report["audit"]["kind"] == kind


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("colour", {"colour": "x"}),
        ("period.until", {"period": {"from": "2025-04-01", "to": "2026-03-31", "until": "x"}}),
        ("agencies[1].unit", {"agencies": [{"code": "CSC", "name": "N", "unit": "x"}]}),
        ("themes[1].heading", {"themes": [{"code": "voice", "name": "V", "heading": "x"}]}),
        ("grading.best", {"grading": {"question": "grade", "met_good": ["good"], "best": "x"}}),
        ("sample.strata", {"sample": {"unit": "r", "size": 10, "seed": 1, "strata": "x"}}),
    ],
)
def test_unknown_key_at_any_depth_of_the_terms_is_a_mistake(
    run: Run, tmp_path: Path, path: str, change: dict[str, object]
) -> None:
    pack = small().write(tmp_path / "pack")
    write_yaml(pack / "audit.yaml", terms_of(**change))
    outcome = run(pack)
    key = path.rpartition(".")[2]
    found = [line for line in outcome.lines if f"audit.yaml, {path}: found the key {key}" in line]
    assert (outcome.exit_code, len(found)) == (1, 1)


@pytest.mark.parametrize(
    ("file", "path", "content"),
    [
        ("meeting.yaml", "colour", {"colour": "x"}),
        ("meeting.yaml", "findings[1].colour", {"findings": [{"text": "T", "colour": "x"}]}),
        ("meeting.yaml", "next_steps[1].colour", {"next_steps": [{"text": "T", "colour": "x"}]}),
        ("meeting.yaml", "gaps.voice.a.colour",
         {"gaps": {"voice": {"a": {"text": "T", "colour": "x"}}}}),
        ("summative.yaml", "[1].colour", [{"agency": "HEALTH", "colour": "x"}]),
        ("summative.yaml", "[1].figures[1].colour",
         [{"agency": "HEALTH", "figures": [{"cases_known": 1, "colour": "x"}]}]),
    ],
)  # fmt: skip
def test_unknown_key_at_any_depth_of_other_files_is_a_mistake(
    run: Run, tmp_path: Path, file: str, path: str, content: object
) -> None:
    draft = small()
    draft.actions = []
    pack = draft.write(tmp_path / "pack")
    write_yaml(pack / file, content)
    outcome = run(pack)
    assert outcome.exit_code == 1
    assert [line for line in outcome.lines if f"{path}: found the key colour" in line]
    assert len(outcome.lines) == 1


@pytest.mark.parametrize("name", ["audit.yaml", "tool.xlsx", "frame.csv", "returns.csv"])
def test_missing_file_is_a_mistake(run: Run, tmp_path: Path, name: str) -> None:
    pack = small().write(tmp_path / "pack")
    (pack / name).unlink()
    outcome = run(pack)
    assert (outcome.exit_code, outcome.lines) == (1, [f"{name}: found nothing, wanted a file"])


@pytest.mark.parametrize("name", ["moderation.csv", "codes.csv", "attendance.csv"])
def test_reserved_name_is_said_and_not_read(run: Run, tmp_path: Path, name: str) -> None:
    pack = small().write(tmp_path / "pack")
    plain = run(pack)
    (pack / name).write_bytes(b"\xff\x00")
    outcome = run(pack)
    assert outcome.report == plain.report
    assert any(name in line for line in outcome.lines)


@pytest.mark.parametrize(
    ("invented", "marked"),
    [
        (["frame"], {"the sampling frame"}),
        (["seed", "grades"], {"the seed of the draw", "the grades"}),
        (["returns"], {"who answered what"}),
        (["respondents"], {"the respondents"}),
        (["all"], {"everything in this audit"}),
        ("all", {"everything in this audit"}),
    ],
)
def test_what_is_invented_stands_in_the_report(
    run: Run, tmp_path: Path, invented: object, marked: set[str]
) -> None:
    pack = small(invented=invented).write(tmp_path / "pack")
    outcome = run(pack)
    listed = [invented] if isinstance(invented, str) else invented
    assert outcome.report["audit"]["invented"] == listed
    notice = outcome.report["document"]["blocks"][0]["text"]
    assert all(words in notice for words in marked)
    assert_as_computed(outcome, pack)


def marks(outcome: Outcome) -> set[str]:
    """The captions of the tables and the paragraphs that say `invented`."""
    found = set()
    for block in outcome.report["document"]["blocks"][1:]:
        if "invented" in str(block.get("rows", "")) + str(block.get("note", "")):
            found.add(block["caption"])
    return found


def test_invented_figures_are_marked_where_they_stand(run: Run) -> None:
    plain, grades, everything = (run(small(invented=what)) for what in ([], ["grades"], ["all"]))
    assert not marks(plain)
    assert marks(grades)
    assert marks(grades) < marks(everything)
