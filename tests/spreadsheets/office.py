"""LibreOffice without a screen: it opens a workbook, types into cells, works out, and saves.

A macro does the typing, from a profile of the test's own.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
needs_office = pytest.mark.skipif(
    SOFFICE is None, reason="LibreOffice is not here: install libreoffice-calc-nogui"
)

_LIBRARIES = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:libraries PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "libraries.dtd">
<library:libraries xmlns:library="http://openoffice.org/2000/library"
 xmlns:xlink="http://www.w3.org/1999/xlink">
<library:library library:name="Standard" library:link="false"/>
</library:libraries>"""
_LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard"
 library:readonly="false" library:passwordprotected="false">
<library:element library:name="{module}"/>
</library:library>"""
_NO_DIALOGS = _LIBRARY.replace('<library:element library:name="{module}"/>\n', "")
_MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Typing"
 script:language="StarBasic">{source}</script:module>"""
# Each line: sheet, column from 0, row from 0, text; a text that begins with ~ is typed as text.
_SOURCE = """
Sub Fill(source As String, target As String, lines As String)
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden"
  hidden(0).Value = True
  document = StarDesktop.loadComponentFromURL(source, "_blank", 0, hidden())
  number = FreeFile
  Open lines For Input As #number
  Do While Not Eof(number)
    Line Input #number, text
    If Len(text) &gt; 0 Then
      parts = Split(text, Chr(9))
      cell = document.Sheets.getByName(parts(0)).getCellByPosition(CInt(parts(1)), CInt(parts(2)))
      On Error Resume Next
      If Left(parts(3), 1) = "~" Then
        cell.String = Mid(parts(3), 2)
      Else
        cell.FormulaLocal = parts(3)
      End If
      On Error Goto 0
    End If
  Loop
  Close #number
  document.calculateAll()
  Dim saved(0) As New com.sun.star.beans.PropertyValue
  saved(0).Name = "FilterName"
  saved(0).Value = "Calc MS Excel 2007 XML"
  document.storeToURL(target, saved())
  document.close(True)
End Sub
"""


Cells = Iterable[tuple[str, int, int, str]]


class Office:
    """One LibreOffice, under a profile that is thrown away."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._count = folder, 0
        # At its first start it fills its profile, over whatever is there.
        self._run("--terminate_after_init")
        _write_macro(folder / "user" / "basic")

    def typed(self, source: Path, target: Path, cells: Cells) -> None:
        """Open `source`, type into cells (sheet, column, row from 0, text), save as `target`."""
        self._count += 1
        lines = self._folder / f"typed-{self._count}.txt"
        said = (
            "\t".join((sheet, str(column), str(row), text)) for sheet, column, row, text in cells
        )
        lines.write_text("\n".join(said) + "\n", encoding="utf-8")
        arguments = ",".join(f'"{one}"' for one in (source.as_uri(), target.as_uri(), str(lines)))
        said_by_it = self._run(f"macro:///Standard.Typing.Fill({arguments})")
        assert target.exists(), said_by_it

    def _run(self, what: str) -> str:
        command = [
            SOFFICE or "soffice",
            f"-env:UserInstallation={self._folder.as_uri()}",
            "--headless",
            "--norestore",
            what,
        ]
        done = subprocess.run(command, capture_output=True, timeout=240, check=False)
        return f"{done.returncode}: {done.stdout!r} {done.stderr!r}"


def _write_macro(folder: Path) -> None:
    library = folder / "Standard"
    library.mkdir(parents=True, exist_ok=True)
    (folder / "script.xlc").write_text(_LIBRARIES, encoding="utf-8")
    (folder / "dialog.xlc").write_text(_LIBRARIES, encoding="utf-8")
    (library / "script.xlb").write_text(_LIBRARY.format(module="Typing"), encoding="utf-8")
    (library / "dialog.xlb").write_text(_NO_DIALOGS, encoding="utf-8")
    (library / "Typing.xba").write_text(_MODULE.format(source=_SOURCE), encoding="utf-8")
