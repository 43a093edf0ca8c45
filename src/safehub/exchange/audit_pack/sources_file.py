"""Reading and writing `sources.csv`: what practitioner, child and family said on returns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence

from safehub.audit.returns.sources.rows import KINDS, PRACTITIONER, SourceTaken
from safehub.foundation.documents.neutral import restored
from safehub.foundation.documents.tables import Row, read_csv
from safehub.foundation.mistakes import FileMistakes

FILE = "sources.csv"
COLUMNS = (
    *("agency", "respondent", "case", "kind", "safe", "asked_on", "by_whom", "words"),
    *("not_asked_because", "recorded_at"),
)
_SAFE = {"yes": True, "no": False}
Key = tuple[str, str, str]


def read_sources(
    data: bytes, *, returned: Collection[Key] | None, neutralised: bool, mistakes: FileMistakes
) -> list[SourceTaken]:
    """The sources, in the order of the file; those with mistakes are noted and left out.

    `returned` are the returns of the pack; None where they could not be relied on.
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
    # `1` is `01`, as in returns.csv.
    numbers = {case.lstrip("0"): case for _, _, case in returned or ()}
    found = []
    for row in sheet.rows:
        number = row.cells["case"]
        case = numbers.get(number.lstrip("0"), number)
        key = row.cells["agency"], row.cells["respondent"], case
        if returned is not None and key not in returned:
            shown = ", ".join(one for one in key if one)
            mistakes.add(row.place("case"), shown, "a return of the pack")
        found.append(_read(row, key, mistakes))
    return [one for one in found if one is not None]


def _read(row: Row, key: Key, mistakes: FileMistakes) -> SourceTaken | None:
    cells = row.cells

    def wrong(column: str, wanted: str) -> None:
        mistakes.add(row.place(column), cells[column], wanted)

    is_practitioner = cells["kind"] == PRACTITIONER
    if cells["kind"] not in KINDS:
        wrong("kind", " or ".join(KINDS))
    elif is_practitioner and cells["safe"]:
        wrong("safe", "nothing, for it is asked of a child and a family alone")
    elif not is_practitioner and cells["safe"] not in _SAFE:
        wrong("safe", "yes or no")
    if bool(cells["words"]) == bool(cells["not_asked_because"]):
        wrong("words", "what was said, or why nobody was asked; one of the two")
    elif cells["words"] and cells["safe"] == "no":
        wrong("words", "nothing, for it was not safe to ask")
    if not cells["words"]:
        for column in ("asked_on", "by_whom"):
            if cells[column]:
                wrong(column, "nothing, for nobody was asked")
    asked_on = _day(cells["asked_on"])
    if cells["words"] and asked_on is None:
        wrong("asked_on", "a day such as 2026-09-15")
    recorded_at = _moment(cells["recorded_at"])
    if recorded_at is None:
        wrong("recorded_at", "a moment such as 2026-09-15T14:30:00+00:00")
        return None
    return SourceTaken(
        key=key,
        kind=cells["kind"],
        is_safe=None if is_practitioner else _SAFE.get(cells["safe"]),
        asked_on=asked_on,
        by_whom=cells["by_whom"],
        words=cells["words"],
        not_asked_because=cells["not_asked_because"],
        recorded_at=recorded_at,
    )


def _day(text: str) -> dt.date | None:
    try:
        found = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.isoformat() == text else None


def _moment(text: str) -> dt.datetime | None:
    """A moment with its zone, in the one way in which it is written."""
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    is_plain = found.utcoffset() == dt.timedelta(0) and found.isoformat() == text
    return found if is_plain else None


def sources_rows(sources: Sequence[SourceTaken]) -> Iterator[list[str]]:
    """A row for each source."""
    safe = {True: "yes", False: "no", None: ""}
    for one in sources:
        yield [
            *(*one.key, one.kind, safe[one.is_safe]),
            one.asked_on.isoformat() if one.asked_on else "",
            *(one.by_whom, one.words, one.not_asked_because),
            one.recorded_at.astimezone(dt.UTC).isoformat(),
        ]
