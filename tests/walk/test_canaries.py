"""Nothing that belongs in restricted/ is in publishable/: every such cell holds a token."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pypdf
import pytest

from unit.foundation.documents.reading_back import squeezed, text_of_pdf

from .conftest import Run
from .drafts import Draft
from .runs import Outcome
from .small import small


def canary(draft: Draft) -> tuple[Draft, set[str]]:
    """The small audit with a token in every restricted place; and the tokens."""
    tokens: set[str] = set()

    def token(kind: str, number: int) -> str:
        made = f"{kind}zq{number:04}"
        tokens.add(made)
        return made

    for number, row in enumerate(draft.frame):
        row |= {
            "referral_id": token("refer", number),
            "child_id": token("child", number // 2),
            "area": token("area", number),
            "source_code": token("source", number),
            "address": token("address", number),
        }
    names = {row["respondent"]: "" for row in draft.returns if row.get("respondent")}
    names = {name: token("Respondent", number) for number, name in enumerate(names)}
    for number, row in enumerate(draft.returns):
        if row.get("respondent"):
            row["respondent"] = names[row["respondent"]]
        if row.get("known") == "yes" and row["status"] == "submitted":
            row["comment"] = f"She said {token('free', number)}."
    for number, action in enumerate(draft.actions):
        action["person"] = token("Person", number)
    return draft, tokens


def said_in(path: Path) -> str:
    """All that a file says: its texts, the parts of its archive, its metadata and its bytes."""
    data = path.read_bytes()
    said = [data.decode("latin-1"), data.decode("utf-8", "ignore")]
    if path.suffix in {".docx", ".xlsx"}:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            said += archive.namelist()
            said += [archive.read(name).decode("utf-8", "ignore") for name in archive.namelist()]
    if path.suffix == ".pdf":
        reader = pypdf.PdfReader(io.BytesIO(data))
        said += [page.extract_text() for page in reader.pages]
        said += [text_of_pdf(data), str(dict(reader.metadata or {}))]
        said.append(str(reader.xmp_metadata.rdf_root.toxml()) if reader.xmp_metadata else "")
    return "\n".join(said)


def leaks(folder: Path, tokens: set[str]) -> set[tuple[str, str]]:
    files = {path.name: squeezed(said_in(path)) for path in folder.rglob("*") if path.is_file()}
    return {(name, token) for name, said in files.items() for token in tokens if token in said}


@pytest.fixture
def published(whole: Run) -> tuple[Outcome, set[str]]:
    draft, tokens = canary(small())
    return whole(draft), tokens


def test_nothing_restricted_is_published(published: tuple[Outcome, set[str]]) -> None:
    outcome, tokens = published
    assert len(tokens) > 150
    assert leaks(outcome.publishable, tokens) == set()


def test_tokens_are_where_they_belong(published: tuple[Outcome, set[str]]) -> None:
    outcome, _ = published
    ids = {row["referral_id"] for row in outcome.sheet("sample.csv")}
    found = {token for _, token in leaks(outcome.restricted, ids)}
    assert found == ids


def test_name_of_a_file_published_holds_no_token(published: tuple[Outcome, set[str]]) -> None:
    outcome, tokens = published
    names = " ".join(str(path) for path in outcome.publishable.rglob("*"))
    assert not any(token in names for token in tokens)


PLACES = ("findings", "working_well", "worried_about", "next_steps")


def test_ids_and_names_typed_into_texts_are_withheld(whole: Run) -> None:
    draft, _ = canary(small())
    child, referral = draft.frame[3]["child_id"], draft.frame[3]["referral_id"]
    name = next(row["respondent"] for row in draft.returns if row.get("respondent"))
    person = draft.actions[0]["person"]
    words = f"Of {child} ({referral}), says {name} to {person}."
    assert draft.meeting is not None
    for place in PLACES:
        draft.meeting[place] = [{"text": words, "owner": name}]
    draft.meeting["gaps"]["voice"]["a"] = {"text": words, "owner": name}
    draft.summative[0] |= {"overview": words, "working_well": [words], "worried_about": [words],
                           "actions": [{"text": words, "owner": name}]}  # fmt: skip
    draft.actions[0] |= {"action": words, "measure": words}
    draft.terms |= {"reason": words, "key_lines_of_enquiry": [words], "owner": name,
                    "commissioned_by": name, "programme": words}  # fmt: skip
    draft.plan(
        exclude=[{"referral_id": referral, "reason": words}],
        replaced=[{"case": "02", "reason": words}],
    )
    outcome = whole(draft)
    assert outcome.exit_code == 0, outcome.stderr
    assert leaks(outcome.publishable, {child, referral, name, person}) == set()
    clean = "Of [withheld] ([withheld]), says [withheld] to [withheld]."
    assert [outcome.report[place][0]["text"] for place in PLACES] == [clean] * 4
    assert {outcome.report[place][0]["owner"] for place in PLACES} == {"[withheld]"}
    assert [gap["text"] for gap in outcome.report["gaps"] if gap["ref"] == "voice.a"] == [clean]
    assert outcome.report["actions"][0]["action"] == clean
    assert outcome.report["actions"][0]["measure"] == clean
    assert clean in str(outcome.report["document"])
    assert any("withheld" in line for line in outcome.lines)


def test_person_of_an_action_is_named_only_where_the_meeting_makes_them_an_owner(run: Run) -> None:
    draft, _ = canary(small())
    person = draft.actions[0]["person"]
    assert draft.meeting is not None
    draft.meeting["next_steps"] = [{"text": f"{person} reports.", "owner": person}]
    (step,) = run(draft).report["next_steps"]
    assert (step["text"], step["owner"]) == ("[withheld] reports.", person)


def test_id_within_a_longer_word_is_left_alone(run: Run) -> None:
    draft = small()
    assert draft.meeting is not None
    draft.meeting["findings"] = ["XR0001Y and R0001, in 2025"]
    assert run(draft).report["findings"][0]["text"] == "XR0001Y and [withheld], in 2025"


def test_respondent_called_like_an_agency_takes_no_words_from_the_board(run: Run) -> None:
    draft = small()
    named = next(agency for agency in draft.terms["agencies"] if agency.get("respondent_unit"))
    for row in draft.returns:
        if row.get("respondent"):
            row["respondent"] = f"{named['name']} {row['respondent']}".strip()
    first = next(row for row in draft.returns if row.get("respondent"))
    first["respondent"] = named["name"]
    assert draft.meeting is not None
    draft.meeting["findings"] = [f"{named['name']} answered late."]
    assert run(draft).report["findings"][0]["text"] == f"{named['name']} answered late."


def test_short_names_and_ids_in_other_letters_are_withheld(run: Run) -> None:
    draft = small()
    assert draft.meeting is not None
    draft.actions[0]["person"] = "Ann"
    draft.meeting["findings"] = ["Ann saw child_r0001, and Anna saw r0001."]
    text = run(draft).report["findings"][0]["text"]
    assert text == "[withheld] saw child_[withheld], and Anna saw [withheld]."
