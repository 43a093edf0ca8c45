"""A pack in a folder of its own, in which mistakes can be planted one after another."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import yaml

Data = Any

_PATH = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_RAW = re.compile(r"raw<<(.*?)>>", re.DOTALL)


class Raw(str):
    """Text that is to stand in YAML exactly so, without quotes that would be needed."""

    __slots__ = ()


class _Dumper(yaml.SafeDumper):
    """Writes Raw texts in brackets that are taken off afterwards."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _marked(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", f"raw<<{text}>>")


_Dumper.add_representer(Raw, _marked)


def load_yaml(path: Path) -> Data:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def save_yaml(path: Path, data: Data) -> None:
    text = yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100_000)
    text = re.sub(r"'(raw<<.*?>>)'|\"(raw<<.*?>>)\"", lambda m: m[1] or m[2], text)
    path.write_text(_RAW.sub(lambda m: m[1], text), encoding="utf-8")


class Planting:
    """One copy of a base pack. Places are looked up in the base, which never changes."""

    def __init__(self, base: Path, folder: Path) -> None:
        self.base, self.folder = base, folder
        shutil.copytree(base, folder, copy_function=shutil.copyfile)
        # The packs of tests/data may be read-only, and mistakes are to be planted in the copy.
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)

    # YAML

    def edit(self, file: str, change: Callable[[Data], Data | None]) -> None:
        """Change what a YAML file holds, in place or for what `change` gives back."""
        data = self._kept(file)
        changed = change(data)
        save_yaml(self.folder / file, data if changed is None else changed)

    def _kept(self, file: str) -> Data:
        """As loaded, but what was planted raw before stays raw."""
        loader = _RawLoader(self.folder.joinpath(file).read_text(encoding="utf-8"))
        try:
            return loader.get_single_data()
        finally:
            loader.dispose()

    def put(self, file: str, path: str, value: object) -> None:
        """Put a value at a path such as `agencies[2].code`; `[n]` one past the end adds to it."""

        def change(data: Data) -> None:
            *before, last = _steps(path)
            for step in before:
                data = data[step]
            if isinstance(last, int) and last == len(data):
                data.append(value)
            else:
                data[last] = value

        self.edit(file, change)

    def drop(self, file: str, path: str) -> None:
        """Take a key away."""

        def change(data: Data) -> None:
            *before, last = _steps(path)
            for step in before:
                data = data[step]
            del data[last]

        self.edit(file, change)

    # CSV

    def rows(self, file: str) -> list[list[str]]:
        """The rows of a CSV file of the base."""
        return list(csv.reader(io.StringIO((self.base / file).read_text(encoding="utf-8"))))

    def edit_csv(self, file: str, change: Callable[[list[list[str]]], None]) -> None:
        path = self.folder / file
        rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
        change(rows)
        out = io.StringIO(newline="")
        csv.writer(out, lineterminator="\n").writerows(rows)
        path.write_text(out.getvalue(), encoding="utf-8", newline="")

    def cell(self, file: str, row: int, column: str, value: str) -> None:
        """Write one cell; rows as a spreadsheet numbers them."""

        def change(rows: list[list[str]]) -> None:
            rows[row - 1][rows[0].index(column)] = value

        self.edit_csv(file, change)

    def returns_rows(self, wanted: Callable[[dict[str, str]], bool]) -> list[int]:
        """The numbers of the rows of returns.csv that are wanted."""
        heading, *rows = self.rows("returns.csv")
        named = [dict(zip(heading, row, strict=True)) for row in rows]
        return [number for number, row in enumerate(named, start=2) if wanted(row)]

    # Workbooks

    def sheet(self, file: str, sheet: str, change: Callable[[Any], None]) -> None:
        book = openpyxl.load_workbook(self.folder / file)
        change(book[sheet])
        book.save(self.folder / file)

    def row_of(self, name: str) -> int:
        """The row of a question in the survey of the base."""
        book = openpyxl.load_workbook(self.base / "tool.xlsx", read_only=True)
        rows = list(book["survey"].iter_rows(values_only=True))
        book.close()
        return next(number for number, row in enumerate(rows, start=1) if row[1] == name)

    def tool(self, row: int, column: str, value: object, sheet: str = "survey") -> None:
        """Write one cell of the tool."""

        def change(cells: Any) -> None:
            headings = [cell.value for cell in cells[1]]
            if column not in headings:
                headings.append(column)
                cells.cell(1, len(headings), column)
            cells.cell(row, headings.index(column) + 1, value)

        self.sheet("tool.xlsx", sheet, change)

    def workbook(self, row: int, column: str, value: object, agency: str = "COMMUNITY") -> None:
        """Write one cell of an agency's workbook."""

        def change(cells: Any) -> None:
            headings = [cell.value for cell in cells[1]]
            cells.cell(row, headings.index(column) + 1, value)

        self.sheet(f"returns/{agency}.xlsx", "returns", change)

    def write(self, file: str, content: str | bytes) -> None:
        data = content.encode() if isinstance(content, str) else content
        (self.folder / file).write_bytes(data)

    def text(self, file: str) -> str:
        return (self.folder / file).read_text(encoding="utf-8")


def _steps(path: str) -> list[str | int]:
    return [m[1] if m[1] else int(m[2]) - 1 for m in _PATH.finditer(path)]


class _RawLoader(yaml.SafeLoader):
    """Loads every plain scalar as it is written."""


def _scalar(loader: yaml.SafeLoader, node: yaml.Node) -> Data:
    text = str(node.value)
    return Raw(text) if getattr(node, "style", "") is None else text


def _mapping(loader: yaml.SafeLoader, node: yaml.MappingNode) -> Data:
    return loader.construct_mapping(node, deep=True)


for _kind in ("bool", "int", "float", "null", "timestamp", "str"):
    _RawLoader.add_constructor(f"tag:yaml.org,2002:{_kind}", _scalar)


@dataclass(frozen=True)
class Line:
    """What one line must begin with, and hold."""

    prefix: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mistake:
    """One planted mistake: `plant` says which lines it should come to.

    `touches` are the things it changes and `needs` those that finding it rests upon, as paths:
    two mistakes are independent where neither touches what the other touches or needs.
    """

    name: str
    plant: Callable[[Planting], list[Line]]
    touches: frozenset[str]
    needs: frozenset[str] = frozenset()
    base: str = "rich"


def overlap(these: frozenset[str], those: frozenset[str]) -> bool:
    return any(
        a == b or a.startswith(f"{b}/") or b.startswith(f"{a}/") for a in these for b in those
    )


def independent(a: Mistake, b: Mistake) -> bool:
    return not (
        overlap(a.touches, b.touches) or overlap(a.touches, b.needs) or overlap(b.touches, a.needs)
    )
