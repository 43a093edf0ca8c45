"""moderation.csv: an audit with second grades is exported, and says the same when it is run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from factories.people import operator
from safehub.audit.moderation.models import Choice, SecondGrade, SecondLook
from safehub.audit.moderation.queries import looks_taken
from safehub.audit.programmes.models import Audit
from safehub.audit.reports.commands import make_report
from safehub.audit.reports.data import report_data
from safehub.audit.reports.document import report_document
from safehub.audit.reports.material import material_of
from safehub.audit.reports.publishing.suppressing import suppressed_material
from safehub.audit.reports.withholding import Withholding
from safehub.audit.returns.models import ReturnVersion
from safehub.audit.sampling.drawing.commands import withdraw_case
from safehub.exchange.audit_pack.moderation_file import COLUMNS
from safehub.exchange.audit_pack.reading import MODERATION, look, read_pack
from safehub.exchange.audit_pack.storing import store
from safehub.instruments.responses import answers_of

from .moved import cells, exported, written
from .small import small

pytestmark = pytest.mark.django_db

REASON = "=Seen once, “alone”\nand not asked"


@pytest.fixture
def audit(tmp_path: Path) -> Audit:
    """An audit of which nine returns were chosen; eight have a grade or two, and one waits."""
    made = store(read_pack(small().write(tmp_path / "pack")), operator())
    now = timezone.now()
    share = Choice.objects.create(
        audit=made, number=1, share=20, seed="42", of=30, graders=1, chosen_at=now
    )
    several = Choice.objects.create(
        audit=made,
        number=2,
        triggers=["apart", "lowest"],
        seed="42",
        of=30,
        graders=2,
        chosen_at=now,
    )
    versions = ReturnVersion.objects.filter(
        audit_return__participant__audit=made, is_latest=True, known="yes", status="submitted"
    ).order_by("audit_return__position")
    for place, version in enumerate(versions[:9], start=1):
        choice = share if place < 5 else several
        grades = ["good", "inadequate"] if choice is several else ["requires_improvement"]
        grades = [] if place == 9 else grades
        kept = SecondLook.objects.create(
            choice=choice,
            audit_return=version.audit_return,
            position=place,
            because=["share"] if choice is share else ["lowest", "apart"],
            version=version if grades else None,
            first_grade=answers_of(version.response).get("grade", "") if grades else "",
            settled_at=now if grades else None,
        )
        for number, grade in enumerate(grades, start=1):
            SecondGrade.objects.create(
                look=kept, moderator=number, grade=grade, reason=REASON, graded_at=now
            )
    return made


def report_of(audit: Audit) -> dict[str, Any]:
    text = make_report(audit=audit, by=operator()).version.report_json
    data: dict[str, Any] = json.loads(text)
    return data


def test_a_moderated_audit_exported_and_run_says_the_same(audit: Audit, tmp_path: Path) -> None:
    before = make_report(audit=audit, by=operator()).version.report_json
    moved = exported(audit, tmp_path / "moved")
    assert "pack_version: 2" in (moved / "audit.yaml").read_text(encoding="utf-8")
    again = store(read_pack(moved), operator())
    assert again.pk != audit.pk
    assert make_report(audit=again, by=operator()).version.report_json == before
    assert looks_taken(again) == looks_taken(audit)
    # And once more: the same files, byte for byte.
    third = exported(again, tmp_path / "third")
    assert (third / MODERATION).read_bytes() == (moved / MODERATION).read_bytes()


def test_a_withdrawn_case_leaves_what_moderation_came_to(audit: Audit, tmp_path: Path) -> None:
    """It is counted once more here, look by look; a pack carries the look all the same."""
    before = report_of(audit)["moderation"]
    settled = {
        kept.pk: kept
        for kept in SecondLook.objects.filter(settled_at__isnull=False).select_related(
            "audit_return__case", "audit_return__participant"
        )
    }
    gone = next(
        case
        for case in sorted({kept.audit_return.case.number or "" for kept in settled.values()})
        if any(k.first_grade for k in settled.values() if k.audit_return.case.number == case)
    )
    withdraw_case(audit=audit, number=gone, reason="Moved away", by=operator())
    after = report_of(audit)["moderation"]
    left = [k for k in settled.values() if k.audit_return.case.number != gone]
    out = SecondLook.objects.filter(audit_return__case__number=gone).count()
    assert 0 < len(left) < len(settled)
    assert (after["chosen"], after["settled"]) == (before["chosen"] - out, len(left))
    paired = [k for k in left if k.first_grade not in {"", "na"}]
    assert after["agreement"]["pairs"] == len(paired) < before["agreement"]["pairs"]
    # The moderated grade is the lower of two that lie apart.
    order = ["outstanding", "good", "requires_improvement", "inadequate"]
    lower = {k.pk: max((one.grade for one in k.grades.all()), key=order.index) for k in paired}
    assert after["agreement"]["same"] == sum(k.first_grade == lower[k.pk] for k in paired)
    for one in after["agencies"]:
        looked = [k for k in left if k.audit_return.participant.code == one["code"]]
        assert one["looked_at"] == len(looked)
    moved = exported(audit, tmp_path / "moved")
    assert gone in {row["case"] for row in cells(moved / MODERATION)}
    again = store(read_pack(moved), operator())
    assert looks_taken(again) == looks_taken(audit)
    assert report_of(again)["moderation"] == after


def test_the_report_has_a_section_on_moderation(audit: Audit) -> None:
    data = report_of(audit)
    section = data["moderation"]
    assert (section["chosen"], section["settled"]) == (9, 8)
    agreement = section["agreement"]
    assert 0 < agreement["pairs"] <= 8
    assert set(agreement) >= {"cohen_kappa", "fleiss_kappa", "alpha", "percent"}
    own = {one["code"]: one["own"] for one in section["agencies"]}
    for one in data["agencies"]:
        if one["code"] in own:
            assert own[one["code"]]["grades"] == one["grades"]
            theirs = {name: one["met_good"][name] for name in ("n", "of", "percent")}
            assert own[one["code"]]["met_good"] == theirs
    assert "graded returns a second time" in json.dumps(data["document"])
    # No reason that somebody wrote is published.
    assert "Seen once" not in json.dumps(data)


def test_a_report_without_small_figures_says_only_that_there_was_moderation(audit: Audit) -> None:
    material = suppressed_material(material_of(audit))
    withholding = Withholding(())
    document = report_document(material, [], withholding)
    data = report_data(material, [], document, withholding)
    assert "moderation" not in data
    words = json.dumps(data["document"], ensure_ascii=False)
    assert "Agreement of first and second grades" not in words
    assert "What moderation came to is left out" in words
    assert "were not moderated" not in words


def test_without_moderation_nothing_is_different(tmp_path: Path) -> None:
    audit = store(read_pack(small().write(tmp_path / "pack")), operator())
    assert "moderation" not in report_of(audit)
    moved = exported(audit, tmp_path / "moved")
    assert not (moved / MODERATION).exists()
    assert "pack_version: 1" in (moved / "audit.yaml").read_text(encoding="utf-8")


def test_nobody_is_named_in_it(audit: Audit, tmp_path: Path) -> None:
    rows = cells(exported(audit, tmp_path / "moved") / MODERATION)
    assert len(rows) == 4 + 2 * 4 + 1
    assert {row["moderator"] for row in rows} == {"", "1", "2"}
    assert all(row["reason"] in {"", f"'{REASON}"} for row in rows)


def test_version_1_does_not_read_it(audit: Audit, tmp_path: Path) -> None:
    moved = exported(audit, tmp_path / "moved")
    terms = moved / "audit.yaml"
    text = terms.read_text(encoding="utf-8")
    terms.write_text(text.replace("pack_version: 2", "pack_version: 1"), encoding="utf-8")
    pack = read_pack(moved)
    assert pack.looks == ()
    assert any(MODERATION in note for note in pack.notes)


@pytest.mark.parametrize(
    ("column", "cell", "wanted"),
    [
        ("case", "99", "a return of the pack"),
        ("agency", "NOBODY", "a return of the pack"),
        ("choice", "x", "a whole number"),
        ("share", "101", "a whole number from 1 to 100"),
        ("graders", "6", "a whole number from 1 to 5"),
        ("because", "whim", "any of share, lowest"),
        ("first", "splendid", "outstanding or good"),
        ("grade", "splendid", "outstanding or good"),
        ("grade", "", "the second grade"),
        ("reason", "", "why it was given"),
        ("moderator", "", "nothing, for nobody has graded it"),
        ("moderator", "0", "a whole number"),
    ],
)
def test_each_mistake_is_told(
    audit: Audit, tmp_path: Path, column: str, cell: str, wanted: str
) -> None:
    moved = exported(audit, tmp_path / "moved")
    rows = cells(moved / MODERATION)
    rows[0][column] = cell
    written(moved / MODERATION, rows, COLUMNS)
    looked = look(moved)
    assert looked.pack is None
    lines = [str(one) for one in looked.mistakes]
    assert any(
        line.startswith(f"{MODERATION}, row 2, column ") and wanted in line for line in lines
    ), lines


def test_rows_of_one_return_agree_and_have_each_moderator_once(
    audit: Audit, tmp_path: Path
) -> None:
    moved = exported(audit, tmp_path / "moved")
    rows = cells(moved / MODERATION)
    at = next(i for i, row in enumerate(rows) if row["moderator"] == "2")
    rows[at]["moderator"] = "1"
    written(moved / MODERATION, rows, COLUMNS)
    assert any("1 again" in str(one) for one in look(moved).mistakes)
    rows[at]["moderator"], rows[at]["because"] = "2", "highest"
    written(moved / MODERATION, rows, COLUMNS)
    assert any("the same choice" in str(one) for one in look(moved).mistakes)
    rows[at]["because"] = rows[at - 1]["because"]
    rows.append({**rows[at], "moderator": "3"})
    written(moved / MODERATION, rows, COLUMNS)
    assert any("a row for each grader" in str(one) for one in look(moved).mistakes)


def test_a_heading_that_is_missing_or_strange_is_a_mistake(audit: Audit, tmp_path: Path) -> None:
    moved = exported(audit, tmp_path / "moved")
    path = moved / MODERATION
    path.write_text(path.read_text(encoding="utf-8").replace("moderator", "who", 1))
    lines = [str(one) for one in look(moved).mistakes]
    assert any("column moderator" in line for line in lines)
    assert any("column who" in line for line in lines)
