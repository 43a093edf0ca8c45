"""Reading and writing `attendance.csv`: who was asked to the meeting, and which agencies came."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence

from safehub.audit.meetings.attending.rows import STATES, Attended
from safehub.foundation.documents.neutral import restored
from safehub.foundation.documents.tables import Row, read_csv
from safehub.foundation.mistakes import FileMistakes

FILE = "attendance.csv"
COLUMNS = ("agency", "invited_on", "needed", "state", "roles")


def read_attendance(
    data: bytes,
    *,
    agencies: Collection[str] | None,
    neutralised: bool,
    mistakes: FileMistakes,
) -> list[Attended]:
    """A row for each agency, in the order of the file; those with mistakes are left out.

    `agencies` are the codes of the terms; None where they could not be relied on.
    """
    sheet = read_csv(data, mistakes)
    if sheet is None:
        return []
    for name in COLUMNS:
        if name not in sheet.headings:
            mistakes.add(f"row 1, column {name}", "", "a column of this name")
    for name in sheet.headings:
        if name not in COLUMNS:
            mistakes.add(f"row 1, column {name}", name, f"only {', '.join(COLUMNS)}")
    if neutralised:
        sheet = sheet.changed(restored)
    if mistakes.any:
        return []
    found: dict[str, Attended] = {}
    days: set[str] = set()
    for row in sheet.rows:
        agency = row.cells["agency"]
        if agencies is not None and agency not in agencies:
            mistakes.add(row.place("agency"), agency, "the code of an agency in audit.yaml")
        if agency in found:
            mistakes.add(row.place("agency"), f"{agency} again", "each agency once")
        days.add(row.cells["invited_on"])
        if len(days) > 1:
            wanted = "the same day in each row, for all are asked together"
            mistakes.add(row.place("invited_on"), row.cells["invited_on"], wanted)
        found[agency] = _read(row, mistakes)
    return list(found.values())


def _read(row: Row, mistakes: FileMistakes) -> Attended:
    cells = row.cells
    if cells["needed"] not in {"", "yes"}:
        mistakes.add(row.place("needed"), cells["needed"], "yes, or nothing")
    if cells["state"] not in {"", *STATES}:
        mistakes.add(row.place("state"), cells["state"], f"{' or '.join(STATES)}, or nothing")
    if cells["roles"] and not cells["state"]:
        mistakes.add(row.place("roles"), cells["roles"], "nothing, for no state is recorded")
    return Attended(
        agency=cells["agency"],
        invited_on=_day(row, mistakes),
        is_needed=cells["needed"] == "yes",
        state=cells["state"],
        roles=cells["roles"],
    )


def _day(row: Row, mistakes: FileMistakes) -> dt.date | None:
    text = row.cells["invited_on"]
    if not text:
        return None
    try:
        found = dt.date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.isoformat() != text:
        mistakes.add(row.place("invited_on"), text, "a day such as 2026-09-15, or nothing")
        return None
    return found


def attendance_rows(attended: Sequence[Attended]) -> Iterator[list[str]]:
    """A row for each agency."""
    for one in attended:
        day = one.invited_on.isoformat() if one.invited_on else ""
        yield [one.agency, day, "yes" if one.is_needed else "", one.state, one.roles]
