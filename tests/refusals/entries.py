"""Short ways to write down an entry of the catalogue."""

from __future__ import annotations

import re
from collections.abc import Callable

from .planting import Line, Mistake, Planting

TAGS = {
    "audit.yaml": "audit",
    "meeting.yaml": "meeting",
    "summative.yaml": "summative",
    "actions.csv": "actions",
    "frame.csv": "frame",
    "returns.csv": "returns",
    "returns/COMMUNITY.xlsx": "book",
    "tool.xlsx": "tool",
}


def tag(file: str, path: str = "") -> str:
    """`audit.yaml`, `agencies[2].code` as `audit/agencies/2/code`."""
    parts = re.sub(r"\[(\d+)\]", r".\1", path).split(".")
    return "/".join([TAGS.get(file, file), *(part for part in parts if part)])


def put(
    name: str,
    file: str,
    path: str,
    value: object,
    *words: str,
    at: str | None = None,
    touches: tuple[str, ...] = (),
    needs: tuple[str, ...] = (),
    base: str = "rich",
) -> Mistake:
    """A value is written at a path of a YAML file."""

    def plant(pack: Planting) -> list[Line]:
        pack.put(file, path, value)
        return [Line(f"{file}, {path if at is None else at}: found ", words)]

    touched = frozenset(touches or (tag(file, path),))
    return Mistake(name, plant, touched, frozenset(needs), base)


def drop(file: str, path: str, *, touches: tuple[str, ...] = (), base: str = "rich") -> Mistake:
    """A required key is missing."""

    def plant(pack: Planting) -> list[Line]:
        pack.drop(file, path)
        return [Line(f"{file}, {path}: found nothing, wanted ")]

    touched = frozenset(touches or (tag(file, path),))
    return Mistake(f"{file} without {path}", plant, touched, base=base)


def add(file: str, path: str, *, base: str = "rich") -> Mistake:
    """An unknown key: `path` ends in a key that nobody knows."""
    return put(
        f"{file} with {path}",
        file,
        path,
        "blue",
        f"the key {path.rpartition('.')[2]}",
        "only ",
        base=base,
    )


def cell(
    name: str,
    file: str,
    row: int,
    column: str,
    value: str,
    *words: str,
    needs: tuple[str, ...] = (),
    touches: tuple[str, ...] = (),
    base: str = "rich",
) -> Mistake:
    """A cell of a CSV file."""

    def plant(pack: Planting) -> list[Line]:
        pack.cell(file, row, column, value)
        return [Line(f"{file}, row {row}, column {column}: found {value or 'nothing'}", words)]

    touched = frozenset((tag(file, f"{row}"), *touches))
    return Mistake(name, plant, touched, frozenset(needs), base)


def whole(
    name: str,
    file: str,
    content: str | bytes,
    prefix: str,
    *words: str,
    touches: tuple[str, ...] = (),
    base: str = "rich",
) -> Mistake:
    """The whole file is something else."""

    def plant(pack: Planting) -> list[Line]:
        pack.write(file, content)
        return [Line(prefix, words)]

    return Mistake(name, plant, frozenset(touches or (tag(file),)), base=base)


def made(
    name: str,
    plant: Callable[[Planting], list[Line]],
    *touches: str,
    needs: tuple[str, ...] = (),
    base: str = "rich",
) -> Mistake:
    return Mistake(name, plant, frozenset(touches), frozenset(needs), base)
