"""codes.csv: an audit with codes is exported, and says the same when it is run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from factories.people import operator
from safehub.audit.coding.models import Code, CodedText, CodeTheme, TextChoice, ThemeWords
from safehub.audit.coding.queries import agreement_for, answers_in_words, matrix_for, texts_taken
from safehub.audit.programmes.models import Audit
from safehub.audit.reports.commands import make_report
from safehub.audit.reports.data import report_data
from safehub.audit.reports.document import report_document
from safehub.audit.reports.material import material_of
from safehub.audit.reports.publishing.suppressing import suppressed_material
from safehub.audit.reports.withholding import Withholding
from safehub.audit.sampling.drawing.commands import withdraw_case
from safehub.exchange.audit_pack.codes_file import COLUMNS
from safehub.exchange.audit_pack.reading import CODES, look, read_pack
from safehub.exchange.audit_pack.storing import store

from .moved import cells, exported, written
from .small import small

pytestmark = pytest.mark.django_db

COMMENT = "=Seen once, “alone”\nand not asked. Nobody went back."
DEFINITION = "=What the child said,\nor how they showed it"


@pytest.fixture
def audit(tmp_path: Path) -> Audit:
    """An audit with eight texts: three coded twice, one that is to be, three once, one begun."""
    draft = small()
    for row in draft.returns:
        if "comment" in row:
            row["comment"] = COMMENT
    made = store(read_pack(draft.write(tmp_path / "pack")), operator())
    now = timezone.now()
    themes = [_theme(made, name) for name in ("voice", "plans")]
    choice = TextChoice.objects.create(
        audit=made, number=1, questions=["comment"], share=50, seed="42", of=8, chosen_at=now
    )
    answers = [one for one in answers_in_words(made, ["comment"]) if one.words == COMMENT]
    for place, answer in enumerate(answers[:8]):
        text = CodedText.objects.create(
            choice=choice,
            audit_return=answer.version.audit_return,
            version=answer.version,
            column="comment",
            wants_second=place < 4,
            first_done_at=now if place < 7 else None,
            second_done_at=now if place < 3 else None,
        )
        for coding in (1, 2):
            if place == 6 or (coding == 2 and place != 1):
                continue
            Code.objects.create(
                text=text,
                coding=coding,
                start=place,
                end=20 + coding,
                words=themes[place % 2],
                polarity="worried_about" if coding == 1 else "working_well",
                coded_at=now,
            )
    return made


def _theme(audit: Audit, code: str) -> ThemeWords:
    now = timezone.now()
    theme = CodeTheme.objects.create(partnership=audit.partnership, code=code, added_at=now)
    return ThemeWords.objects.create(
        theme=theme,
        edition=1,
        name=code.capitalize(),
        definition=DEFINITION,
        examples="“No.”",
        written_at=now,
    )


def report_of(audit: Audit) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(make_report(audit=audit, by=operator()).version.report_json)
    return data


def test_a_withdrawn_case_leaves_the_counts_and_the_agreement(audit: Audit, tmp_path: Path) -> None:
    """On the page and in the report; a pack carries its codes all the same."""
    before = coding_of(audit)
    twice = CodedText.objects.filter(second_done_at__isnull=False, codes__coding=2)
    gone = twice.select_related("audit_return__case").first()
    assert gone is not None
    number = gone.audit_return.case.number or ""
    of_case = CodedText.objects.filter(audit_return__case=gone.audit_return.case)
    settled = of_case.filter(first_done_at__isnull=False).exclude(
        wants_second=True, second_done_at=None
    )
    lost = settled.count(), settled.filter(second_done_at__isnull=False).count()
    withdraw_case(audit=audit, number=number, reason="Moved away", by=operator())
    after = coding_of(audit)
    fewer = tuple(before[name] - after[name] for name in ("texts", "coded_twice"))
    assert fewer == lost
    # The one text to which a second coder gave anything is out, so that nobody gives it twice.
    assert sum(one["both"] + one["second_only"] for one in before["agreement"]) == 1
    assert sum(one["both"] + one["second_only"] for one in after["agreement"]) == 0
    assert {one["texts"] for one in after["agreement"]} == {after["coded_twice"]}
    cases = {one["code"]: one["cases"] for one in after["themes"]}
    assert sum(cases.values()) < sum(one["cases"] for one in before["themes"])
    # The pages count the same.
    assert dict(matrix_for(operator(), audit).every) == {k: v for k, v in cases.items() if v}
    assert [(one.code, one.texts, one.both) for one in agreement_for(operator(), audit)] == [
        (one["code"], one["texts"], one["both"]) for one in after["agreement"]
    ]
    moved = exported(audit, tmp_path / "moved")
    assert number in {row["case"] for row in cells(moved / CODES)}
    again = store(read_pack(moved), operator())
    assert texts_taken(again) == texts_taken(audit)
    assert coding_of(again) == after


def coding_of(audit: Audit) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(make_report(audit=audit, by=operator()).version.report_json)[
        "coding"
    ]
    return found


def test_a_coded_audit_exported_and_run_says_the_same(audit: Audit, tmp_path: Path) -> None:
    before = make_report(audit=audit, by=operator()).version.report_json
    moved = exported(audit, tmp_path / "moved")
    assert "pack_version: 2" in (moved / "audit.yaml").read_text(encoding="utf-8")
    again = store(read_pack(moved), operator())
    assert again.pk != audit.pk
    assert make_report(audit=again, by=operator()).version.report_json == before
    assert texts_taken(again) == texts_taken(audit)
    # The words are those that the code book has, and no theme is there twice.
    assert ThemeWords.objects.count() == 2
    third = exported(again, tmp_path / "third")
    assert (third / CODES).read_bytes() == (moved / CODES).read_bytes()


def test_a_code_book_that_lacks_a_theme_is_given_it_and_other_words_stand_beside(
    audit: Audit, tmp_path: Path
) -> None:
    moved = exported(audit, tmp_path / "moved")
    CodeTheme.objects.filter(code="voice").update(code="other")
    plans = ThemeWords.objects.get(theme__code="plans")
    ThemeWords.objects.filter(pk=plans.pk).update(definition="Ours.")
    again = store(read_pack(moved), operator())
    assert ThemeWords.objects.get(theme__code="voice").is_current
    ours, theirs = ThemeWords.objects.filter(theme__code="plans").order_by("edition")
    assert (ours.definition, ours.is_current) == ("Ours.", True)
    assert (theirs.definition, theirs.is_current) == (DEFINITION, False)
    assert {one["definition"] for one in report_of(again)["coding"]["themes"]} == {DEFINITION}


def test_the_report_has_a_section_on_the_themes(audit: Audit) -> None:
    data = report_of(audit)
    section = data["coding"]
    assert (section["texts"], section["coded_twice"]) == (6, 3)
    taken = [one for one in texts_taken(audit) if one.is_settled]
    for theme in section["themes"]:
        for agency, number in theme["agencies"].items():
            assert number == len(
                {
                    one.key[2]
                    for one in taken
                    if one.key[0] == agency
                    and any(code.theme.code == theme["code"] for code in one.first)
                }
            )
        assert theme["polarity"]["working_well"] == 0
    voice, plans = (
        next(one for one in section["agreement"] if one["code"] == code)
        for code in ("voice", "plans")
    )
    assert (voice["both"], voice["first_only"], voice["second_only"]) == (0, 2, 0)
    assert (plans["both"], plans["first_only"], plans["second_only"]) == (1, 0, 0)
    assert plans["cohen_kappa"]["value"] == 1.0
    words = json.dumps(data, ensure_ascii=False)
    assert "Themes in the words" in words
    # No passage is published: it may tell whose case it is.
    assert "Nobody went back" not in words


def test_a_report_without_small_figures_has_no_such_section(audit: Audit) -> None:
    material = suppressed_material(material_of(audit))
    withholding = Withholding(())
    document = report_document(material, [], withholding)
    data = report_data(material, [], document, withholding)
    assert "coding" not in data
    assert "Themes in the words" not in json.dumps(data["document"], ensure_ascii=False)


def test_without_codes_nothing_is_different(tmp_path: Path) -> None:
    audit = store(read_pack(small().write(tmp_path / "pack")), operator())
    assert "coding" not in report_of(audit)
    moved = exported(audit, tmp_path / "moved")
    assert not (moved / CODES).exists()
    assert "pack_version: 1" in (moved / "audit.yaml").read_text(encoding="utf-8")


def test_what_is_begun_is_left_out_and_nobody_is_named(audit: Audit, tmp_path: Path) -> None:
    rows = cells(exported(audit, tmp_path / "moved") / CODES)
    # Seven first codings, one of which marks nothing; three second ones, two of which do.
    assert [row["coding"] for row in rows].count("1") == 7
    assert [row["coding"] for row in rows].count("2") == 3
    assert sum(row["start"] == "" for row in rows) == 1 + 2
    assert not [name for name in COLUMNS if name in {"by", "coder", "person"}]


def test_version_1_does_not_read_it(audit: Audit, tmp_path: Path) -> None:
    moved = exported(audit, tmp_path / "moved")
    terms = moved / "audit.yaml"
    text = terms.read_text(encoding="utf-8")
    terms.write_text(text.replace("pack_version: 2", "pack_version: 1"), encoding="utf-8")
    pack = read_pack(moved)
    assert pack.texts == ()
    assert any(CODES in note for note in pack.notes)


@pytest.mark.parametrize(
    ("column", "cell", "wanted"),
    [
        ("case", "99", "a return of the pack that counts"),
        ("agency", "NOBODY", "a return of the pack that counts"),
        ("question", "visits", "the column of an answer in words"),
        ("second", "maybe", "yes or no"),
        ("coding", "3", "1 or 2"),
        ("start", "x", "a whole number"),
        ("start", "21", "more than the start"),
        ("end", "9999", "a whole number from 1 to"),
        ("polarity", "splendid", "working_well or worried_about or needs_to_happen"),
        ("theme", "", "the theme of the code"),
        ("theme", "Voice of a child", "a code of small letters"),
        ("edition", "0", "a whole number"),
        ("name", "", "the name of the code"),
        ("definition", "", "the definition of the code"),
    ],
)
def test_each_mistake_is_told(
    audit: Audit, tmp_path: Path, column: str, cell: str, wanted: str
) -> None:
    moved = exported(audit, tmp_path / "moved")
    rows = cells(moved / CODES)
    rows[0][column] = cell
    written(moved / CODES, rows, COLUMNS)
    looked = look(moved)
    assert looked.pack is None
    lines = [str(one) for one in looked.mistakes]
    assert any(line.startswith(f"{CODES}, row 2, column ") and wanted in line for line in lines), (
        lines
    )


def test_rows_of_one_text_and_of_one_theme_agree(audit: Audit, tmp_path: Path) -> None:
    moved = exported(audit, tmp_path / "moved")
    rows = cells(moved / CODES)

    def told(change: dict[str, str], at: int) -> list[str]:
        written(
            moved / CODES,
            [{**row, **change} if i == at else row for i, row in enumerate(rows)],
            COLUMNS,
        )
        return [str(one) for one in look(moved).mistakes]

    second = next(i for i, row in enumerate(rows) if row["coding"] == "2")
    assert any("the same in each row of a text" in line for line in told({"second": "no"}, second))
    assert any("no second coding is wanted" in line for line in told({"second": "no"}, second))
    assert any("the same words in each row" in line for line in told({"definition": "Else"}, 0))
    written(moved / CODES, [rows[0], *rows], COLUMNS)
    assert any("each theme of a passage once" in str(one) for one in look(moved).mistakes)
    written(moved / CODES, [row for row in rows if row["coding"] == "2"], COLUMNS)
    assert any("a first coding before a second" in str(one) for one in look(moved).mistakes)


def test_a_heading_that_is_missing_or_strange_is_a_mistake(audit: Audit, tmp_path: Path) -> None:
    moved = exported(audit, tmp_path / "moved")
    path = moved / CODES
    path.write_text(path.read_text(encoding="utf-8").replace("polarity", "way", 1))
    lines = [str(one) for one in look(moved).mistakes]
    assert any("column polarity" in line for line in lines)
    assert any("column way" in line for line in lines)
