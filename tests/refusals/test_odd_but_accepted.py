"""Packs that look odd and have no mistake: they run, and every paper comes out."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pypdf
import pytest
from pytest_django.fixtures import Settings

from safehub.exchange.audit_pack import running
from safehub.exchange.audit_pack.reading import look, read_pack
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Role

from .conftest import Plot
from .planting import Planting

NAMES = (
    "مجلس حماية الأطفال",
    "מועצת שלום הילד",
    "兒童保護委員會",
    "बाल संरक्षण बोर्ड",
    "คณะกรรมการคุ้มครองเด็ก",
    "Zoë Ångström a\u0301e\u0308\u0323",
    "👩‍👧‍👦 family \U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\u202eright to left\u202c",
    "a" * 3_000,
    "<script>alert(1)</script> & {{ title }} #let x = 1 $ \\ * _ @ref",
)
ACTIVE = ("=cmd()", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x")', "'=1")


def _byte_order_marks(pack: Planting) -> None:
    for name in ("audit.yaml", "frame.csv", "returns.csv", "meeting.yaml", "actions.csv"):
        pack.write(name, b"\xef\xbb\xbf" + (pack.folder / name).read_bytes())


def _windows_ends(pack: Planting) -> None:
    for name in ("audit.yaml", "frame.csv", "returns.csv", "meeting.yaml", "actions.csv"):
        pack.write(name, (pack.folder / name).read_bytes().replace(b"\n", b"\r\n"))


def _scripts(pack: Planting) -> None:
    pack.put("audit.yaml", "title", " / ".join(NAMES))
    for number, name in enumerate(NAMES[:6], start=1):
        pack.put("audit.yaml", f"agencies[{number}].name", name)
        pack.put("audit.yaml", f"themes[{number}].name", name)
        pack.put("meeting.yaml", f"findings[{number}].text", name)
    pack.put("meeting.yaml", "findings[7].text", " ".join(NAMES[6:]))
    _each_answer(pack, "worried_about", NAMES)


def _each_answer(pack: Planting, column: str, values: tuple[str, ...]) -> None:
    rows = pack.returns_rows(lambda row: row["known"] == "yes" and row["status"] == "submitted")
    for row, value in zip(rows, values, strict=False):
        pack.cell("returns.csv", row, column, value)


def _codes_in_scripts(pack: Planting) -> None:
    text = pack.text("audit.yaml").replace("code: voice,", "code: голос,")
    pack.write("audit.yaml", text)
    for name in ("meeting.yaml", "summative.yaml"):
        changed = pack.text(name).replace("theme: voice", "theme: голос")
        pack.write(name, changed.replace("\n  voice:", "\n  голос:"))
    pack.write("actions.csv", pack.text("actions.csv").replace("\nvoice.", "\nголос."))


def _columns_turned(pack: Planting) -> None:
    def turn(rows: list[list[str]]) -> None:
        for row in rows:
            row.reverse()

    for name in ("frame.csv", "returns.csv", "actions.csv"):
        pack.edit_csv(name, turn)


def _blank_lines(pack: Planting) -> None:
    for name in ("frame.csv", "returns.csv", "actions.csv"):
        commas = "," * pack.text(name).splitlines()[0].count(",")
        pack.write(name, pack.text(name) + f"\n\n{commas}\n\n")


def _blank_columns_of_the_tool(pack: Planting) -> None:
    def change(sheet: Any) -> None:
        for offset, heading in enumerate(("media::image", "default", None, "label::Cymraeg (cy)")):
            sheet.cell(1, sheet.max_column + 1 + offset, heading)

    pack.sheet("tool.xlsx", "survey", change)


def _new_lines_in_answers(pack: Planting) -> None:
    _each_answer(
        pack, "worried_about", ("One line.\nAnother, “quoted”.\r\n\r\nA third.", '"', "\t")
    )


def _active_cells(pack: Planting) -> None:
    _each_answer(pack, "worried_about", ACTIVE)
    rows = pack.returns_rows(lambda row: row["agency"] == "SCHOOLS")
    pack.cell("returns.csv", rows[0], "respondent", "=cmd|' /C calc'!A0")
    pack.cell("frame.csv", 5, "primary_need", "=1+1")
    for number, text in enumerate(ACTIVE, start=2):
        pack.cell("actions.csv", number, "action", text)
        pack.cell("actions.csv", number, "measure", text)


def _styles_of_yaml(pack: Planting) -> None:
    text = pack.text("audit.yaml").replace("\ninvented:\n- all", '\ninvented: ["all"]  # a comment')
    text = text.replace("kind: themed", "kind: >-\n  themed")
    pack.write("audit.yaml", f"%YAML 1.1\n---\n# One.\n{text}\n...\n")


def _silent_agency(pack: Planting) -> None:
    pack.put("audit.yaml", "agencies[7]", {"code": "FIRE", "name": "Fire and rescue"})


def _theme_without_gaps(pack: Planting) -> None:
    pack.put("meeting.yaml", "gaps.section_47", None)
    pack.put("audit.yaml", "themes[9]", {"code": "nothing", "name": "Nothing found here"})


def _reserved_and_stray_files(pack: Planting) -> None:
    pack.write("moderation.csv", "a,b\n")
    pack.write(".DS_Store", b"\0")
    pack.write("returns/~$COMMUNITY.xlsx", b"\0")


def _controls(pack: Planting) -> None:
    """What pasting from a word processor leaves behind: a vertical tab, a form feed, a bell."""
    pack.cell("actions.csv", 2, "action", "First\x0bsecond\x0cthird\x07")
    _each_answer(pack, "worried_about", ("a\x0bb", "\x1b[31mred", "\ufffe\uffff"))


def _far_formats(pack: Planting) -> None:
    """A format in the last cell of a sheet, which spreadsheet programs leave behind."""

    def change(sheet: Any) -> None:
        sheet.cell(1_048_576, 16_384).number_format = "0.00"

    pack.sheet("returns/COMMUNITY.xlsx", "returns", change)


def _notes_beside_returns(pack: Planting) -> None:
    path = pack.folder / "returns" / "COMMUNITY.xlsx"
    workbook = openpyxl.load_workbook(path)
    workbook.create_sheet("Our notes").append(["=1+1", "#REF!"])
    sheet = workbook["returns"]
    headings = [cell.value for cell in sheet[1]]
    sheet.cell(4, headings.index("frame_age_band") + 1, "=VLOOKUP(A1,B:C,2)")
    workbook.save(path)


ODD: list[Callable[[Planting], None]] = [
    _byte_order_marks,
    _windows_ends,
    _scripts,
    _codes_in_scripts,
    _columns_turned,
    _blank_lines,
    _blank_columns_of_the_tool,
    _new_lines_in_answers,
    _active_cells,
    _styles_of_yaml,
    _silent_agency,
    _theme_without_gaps,
    _reserved_and_stray_files,
    _controls,
    _far_formats,
    _notes_beside_returns,
]
ON_PAPER = [_scripts, _codes_in_scripts, _active_cells, _controls, _theme_without_gaps]


@pytest.mark.parametrize("change", ODD, ids=lambda change: str(change.__name__).strip("_"))
def test_odd_pack_is_read(change: Callable[[Planting], None], plot: Plot) -> None:
    pack = plot("rich")
    change(pack)
    assert [str(mistake) for mistake in look(pack.folder).mistakes] == []


@pytest.mark.django_db
@pytest.mark.parametrize("change", ON_PAPER, ids=lambda change: str(change.__name__).strip("_"))
def test_odd_pack_comes_out_as_papers(
    change: Callable[[Planting], None], plot: Plot, tmp_path: Path, settings: Settings
) -> None:
    settings.SAFEHUB_HOME = tmp_path / "home"
    settings.UPLOADS = tmp_path / "home" / "uploads"
    pack = plot("rich")
    change(pack)
    out = tmp_path / "out"
    by = Viewer(role=Role.LOCAL_OPERATOR, via="command")
    running.run(read_pack(pack.folder), None, out, lambda text: None, by)
    publishable = out / "publishable"
    assert len(docx.Document(str(publishable / "report.docx")).paragraphs) > 20
    assert len(pypdf.PdfReader(publishable / "report.pdf").pages) > 2
    assert (publishable / "report.html").read_text(encoding="utf-8").startswith("<!")
    active = [cell for path in out.rglob("*.csv") for cell in _csv_cells(path) if _acts(cell)]
    active += [cell for path in out.rglob("*.xlsx") for cell in _sheet_cells(path) if _acts(cell)]
    assert active == []


def _acts(cell: str) -> bool:
    return cell.startswith(("=", "+", "-", "@", "\t", "\r"))


def _csv_cells(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return [cell for row in csv.reader(file) for cell in row if not _is_number(cell)]


def _is_number(cell: str) -> bool:
    return cell.lstrip("-").replace(".", "", 1).isdigit()


def _sheet_cells(path: Path) -> list[str]:
    book = openpyxl.load_workbook(path)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    return [cell.value for cell in cells if isinstance(cell.value, str)]
