"""Reads a valid audit pack straight from its files. Nothing here looks for mistakes."""

import csv
import hashlib
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import openpyxl
import yaml

Row = dict[str, str]
Settings = dict[str, Any]

NEUTRALISED = re.compile(r"'(?='*[=+\-@\t\r])")
ITEM_KEYS = ("text", "theme", "owner", "seen_before")


@dataclass(frozen=True)
class Question:
    """One question; `relevant` holds its own expression and those of every group around it."""

    name: str
    kind: str
    choices: tuple[str, ...]
    relevant: tuple[str, ...]

    @property
    def is_yes_no(self) -> bool:
        return self.kind == "select_one" and {"yes", "no"} <= set(self.choices)


@dataclass(frozen=True)
class Pack:
    """What the files say; `outside_period` is None where the frame is a CSV file."""

    audit: Settings
    questions: dict[str, Question]
    frame: list[Row]
    frame_sha256: str
    outside_period: int | None
    returns: list[Row]
    summative: list[Settings]
    meeting: Settings
    actions: list[Row]


def read_pack(folder: Path) -> Pack:
    audit = read_yaml(folder / "audit.yaml") or {}
    neutralised = audit.get("neutralised") == "true"
    frame, outside = read_frame(folder, audit, neutralised=neutralised)
    frame_file = folder / ("frame.csv" if outside is None else "frame.xml")
    return Pack(
        audit=audit,
        questions=read_tool(folder / audit.get("tool", "tool.xlsx")),
        frame=frame,
        frame_sha256=hashlib.sha256(frame_file.read_bytes()).hexdigest(),
        outside_period=outside,
        returns=read_returns(folder, neutralised=neutralised),
        summative=read_yaml(folder / "summative.yaml") or [],
        meeting=read_yaml(folder / "meeting.yaml") or {},
        actions=read_csv(folder / "actions.csv", neutralised=neutralised),
    )


def read_yaml(path: Path) -> Any:
    """Leave every scalar as text, so that yes, no, on and off stay words. None without a file."""
    if not path.exists():
        return None
    return mended(yaml.load(path.read_text("utf-8-sig"), Loader=yaml.BaseLoader))  # noqa: S506


def mended(value: Any) -> Any:
    """Join what an unquoted comma in braces cut off, `{text: A, and b}`, to its text again."""
    if isinstance(value, list):
        return [mended(item) for item in value]
    if not isinstance(value, dict):
        return value
    whole: Settings = {}
    for key, item in value.items():
        if "text" in value and key not in ITEM_KEYS and not item:
            last = list(whole)[-1]
            whole[last] = f"{whole[last]}, {key}"
        else:
            whole[key] = mended(item)
    return whole


def read_csv(path: Path, *, neutralised: bool) -> list[Row]:
    if not path.exists():
        return []
    lines = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))
    return table([[cell.strip() for cell in line] for line in lines], neutralised=neutralised)


def read_sheet(path: Path, sheet: str, *, neutralised: bool = False) -> list[Row]:
    book = openpyxl.load_workbook(path, data_only=True)
    lines = [[cell_text(cell) for cell in line] for line in book[sheet].iter_rows(values_only=True)]
    return table(lines, neutralised=neutralised)


def table(lines: list[list[str]], *, neutralised: bool) -> list[Row]:
    """The first line gives the headings; lines and headings that are wholly blank are left out."""
    if neutralised:
        lines = [[NEUTRALISED.sub("", cell, count=1) if cell[:1] == "'" else cell for cell in line]
                 for line in lines]  # fmt: skip
    headings, *rest = lines
    return [
        {heading: cell for heading, cell in zip(headings, line, strict=False) if heading}
        for line in rest
        if any(line)
    ]


def cell_text(value: object) -> str:
    """Write a workbook's cell as the CSV file would have it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def read_tool(path: Path) -> dict[str, Question]:
    lists: dict[str, list[str]] = {}
    for line in read_sheet(path, "choices"):
        lists.setdefault(line.get("list_name") or line.get("list name", ""), []).append(
            line["name"]
        )
    questions: dict[str, Question] = {}
    groups: list[str] = []
    for line in read_sheet(path, "survey"):
        kind, _, list_name = line["type"].replace("select one", "select_one").partition(" ")
        if kind.startswith("begin"):
            groups.append(line.get("relevant", ""))
        elif kind.startswith("end"):
            groups.pop()
        elif kind:
            relevant = tuple(text for text in [*groups, line.get("relevant", "")] if text)
            choices = tuple(lists.get(list_name.strip(), ()))
            questions[line["name"]] = Question(line["name"], kind, choices, relevant)
    return questions


def read_returns(folder: Path, *, neutralised: bool) -> list[Row]:
    """returns.csv first, then the workbooks by name."""
    rows = read_csv(folder / "returns.csv", neutralised=neutralised)
    for path in sorted((folder / "returns").glob("*.xlsx")):
        for line in read_sheet(path, "returns", neutralised=neutralised):
            row = {name: cell for name, cell in line.items() if not name.startswith("frame_")}
            if any(cell for name, cell in row.items() if name not in IDENTIFYING):
                rows.append(row)
    return rows


IDENTIFYING = ("agency", "respondent", "case")


def read_frame(folder: Path, audit: Settings, *, neutralised: bool) -> tuple[list[Row], int | None]:
    """Give the rows within the period and, for a CIN Census return, how many lay outside it."""
    if (folder / "frame.csv").exists():
        return read_csv(folder / "frame.csv", neutralised=neutralised), None
    period = audit["period"]
    rows = list(census_rows(ET.parse(folder / "frame.xml").getroot()))
    inside = [row for row in rows if period["from"] <= row["referred_on"] <= period["to"]]
    return inside, len(rows) - len(inside)


def census_rows(root: ET.Element) -> Iterator[Row]:
    seen: Counter[str] = Counter()
    for child in elements(root, "Child"):
        child_id = first_text(child, "LAchildID")
        for details in elements(child, "CINdetails"):
            referred_on = first_text(details, "CINreferralDate")
            referral_id = f"{child_id}:{referred_on}"
            seen[referral_id] += 1
            again = f":{seen[referral_id]}" if seen[referral_id] > 1 else ""
            closed = first_text(details, "ReferralNFA") in ("1", "true")
            yield {
                "referral_id": referral_id + again,
                "child_id": child_id,
                "referred_on": referred_on,
                "source_code": first_text(details, "ReferralSource"),
                "primary_need": first_text(details, "PrimaryNeedCode"),
                "outcome": "no_further_action" if closed else "",
            }


def elements(parent: ET.Element, name: str) -> list[ET.Element]:
    return [found for found in parent.iter() if str(found.tag).rpartition("}")[2] == name]


def first_text(parent: ET.Element, name: str) -> str:
    found = elements(parent, name)
    return (found[0].text or "").strip() if found else ""
