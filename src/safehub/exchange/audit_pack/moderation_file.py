"""Reading and writing `moderation.csv`: the second looks of an audit, without a name."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from safehub.audit.moderation.rows import ChoiceMade, GivenGrade, LookTaken
from safehub.audit.moderation.rules import Key, Scale
from safehub.audit.moderation.states import WORDS
from safehub.foundation.documents.neutral import restored
from safehub.foundation.documents.tables import Row, read_csv
from safehub.foundation.mistakes import FileMistakes

COLUMNS = (
    *("agency", "respondent", "case", "choice", "share", "of", "graders", "because"),
    *("first", "moderator", "grade", "reason"),
)
_MOST_GRADERS = 5
_OF_THE_LOOK = COLUMNS[3:9]


@dataclass
class _Look:
    """What the rows of one return have come to so far."""

    said: tuple[str, ...]
    choice: ChoiceMade
    because: tuple[str, ...]
    first: str
    grades: list[GivenGrade] = field(default_factory=list)


def read_moderation(
    data: bytes,
    *,
    scale: Scale | None,
    returned: Collection[Key] | None,
    neutralised: bool,
    mistakes: FileMistakes,
) -> list[LookTaken]:
    """The second looks, in the order of the file; those with mistakes are noted and left out.

    `returned` are the returns of the pack that can have one, `scale` its grades; None where they
    could not be relied on, and then nothing is said of them.
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
    found: dict[Key, _Look] = {}
    choices: dict[int, ChoiceMade] = {}
    for row in sheet.rows:
        number = row.cells["case"]
        case = numbers.get(number.lstrip("0"), number)
        key = row.cells["agency"], row.cells["respondent"], case
        if returned is not None and key not in returned:
            shown = ", ".join(one for one in key if one)
            mistakes.add(row.place("case"), shown, "a return of the pack")
        _read(row, key, found, choices, scale, mistakes)
    return [
        LookTaken(key, one.choice, one.because, one.first, tuple(one.grades))
        for key, one in found.items()
    ]


def _read(
    row: Row,
    key: Key,
    found: dict[Key, _Look],
    choices: dict[int, ChoiceMade],
    scale: Scale | None,
    mistakes: FileMistakes,
) -> None:
    cells = row.cells
    choice = _choice(row, choices, mistakes)
    because = tuple(cells["because"].split())
    if not because or set(because) - set(WORDS):
        mistakes.add(row.place("because"), cells["because"], f"any of {', '.join(WORDS)}")
    _check_grade(row, "first", scale, mistakes)
    given = _given(row, scale, mistakes)
    if choice is None:
        return
    said = tuple(cells[name] for name in _OF_THE_LOOK)
    look = found.setdefault(key, _Look(said, choice, because, cells["first"]))
    if look.said != said:
        wanted = f"the same {', '.join(_OF_THE_LOOK)} in each row of a return"
        mistakes.add(row.place("choice"), cells["choice"], wanted)
    if given is None:
        return
    if given.moderator in {one.moderator for one in look.grades}:
        again = f"{given.moderator} again"
        mistakes.add(row.place("moderator"), again, "each moderator once for each return")
    elif len(look.grades) == choice.graders:
        mistakes.add(row.place("graders"), str(choice.graders), "a row for each grader, no more")
    else:
        look.grades.append(given)


def _choice(row: Row, choices: dict[int, ChoiceMade], mistakes: FileMistakes) -> ChoiceMade | None:
    number = _whole(row, "choice", 1, 10_000, mistakes)
    share = _whole(row, "share", 1, 100, mistakes) if row.cells["share"] else None
    of = _whole(row, "of", 1, 10_000_000, mistakes)
    graders = _whole(row, "graders", 1, _MOST_GRADERS, mistakes)
    if number is None or of is None or graders is None or (row.cells["share"] and share is None):
        return None
    made = ChoiceMade(number, share, of, graders)
    if choices.setdefault(number, made) != made:
        wanted = "the same share, of and graders in each row of a choice"
        mistakes.add(row.place("choice"), str(number), wanted)
    return made


def _given(row: Row, scale: Scale | None, mistakes: FileMistakes) -> GivenGrade | None:
    """The second grade of the row; None where it has none yet, or a mistake."""
    cells = row.cells
    if not cells["moderator"]:
        for name in ("first", "grade", "reason"):
            if cells[name]:
                mistakes.add(row.place(name), cells[name], "nothing, for nobody has graded it")
        return None
    moderator = _whole(row, "moderator", 1, 10_000, mistakes)
    if not cells["grade"]:
        mistakes.add(row.place("grade"), "", "the second grade")
    if not cells["reason"]:
        mistakes.add(row.place("reason"), "", "why it was given")
    _check_grade(row, "grade", scale, mistakes)
    return None if moderator is None else GivenGrade(moderator, cells["grade"], cells["reason"])


def _check_grade(row: Row, column: str, scale: Scale | None, mistakes: FileMistakes) -> None:
    grade = row.cells[column]
    if grade and scale is not None and grade not in scale.names:
        mistakes.add(row.place(column), grade, " or ".join(scale.names))


def _whole(row: Row, column: str, least: int, most: int, mistakes: FileMistakes) -> int | None:
    text = row.cells[column]
    if text.isascii() and text.isdigit() and len(text) < 9 and least <= int(text) <= most:
        return int(text)
    mistakes.add(row.place(column), text, f"a whole number from {least:,} to {most:,}")
    return None


def moderation_rows(looks: Sequence[LookTaken]) -> Iterator[list[str]]:
    """A row for each second grade, and one for each look that has none yet."""
    for look in looks:
        agency, respondent, case = look.key
        choice = look.choice
        head = [
            *(agency, respondent, case, str(choice.number)),
            "" if choice.share is None else str(choice.share),
            *(str(choice.of), str(choice.graders), " ".join(look.because), look.first),
        ]
        for one in look.grades:
            yield [*head, str(one.moderator), one.grade, one.reason]
        if not look.grades:
            yield [*head, "", "", ""]
