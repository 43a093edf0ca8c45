"""Reading and writing `codes.csv`: what the words of returns were coded as, without a name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from safehub.audit.coding.rows import GivenCode, Key, TextTaken, ThemeUsed, Words
from safehub.audit.coding.states import FIRST, SECOND, Polarity
from safehub.foundation.documents.neutral import restored
from safehub.foundation.documents.tables import Row, read_csv
from safehub.foundation.mistakes import FileMistakes

_OF_A_CODE = ("start", "end", "polarity", "theme", "edition", "name", "definition")
_MAY_BE_BLANK = ("examples", "use_when", "not_when")
COLUMNS = (
    *("agency", "respondent", "case", "question", "second", "coding"),
    *_OF_A_CODE,
    *_MAY_BE_BLANK,
)
_YES, _NO = "yes", "no"

Answers = Mapping[Key, Mapping[str, str]]


@dataclass
class _Text:
    """What the rows of one text have come to so far; a coding is there once a row is of it."""

    wants_second: bool
    codings: dict[int, list[GivenCode]] = field(default_factory=dict)


def read_codes(
    data: bytes, *, answers: Answers | None, neutralised: bool, mistakes: FileMistakes
) -> list[TextTaken]:
    """The coded texts, in the order of the file; those with mistakes are noted and left out.

    `answers` are those of the returns of the pack that count, by column; None where they could not
    be relied on, and then nothing is said of them.
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
    reading = _Reading(answers, mistakes)
    for row in sheet.rows:
        reading.take(row)
    return reading.texts()


class _Reading:
    """The rows of the file, one after the other."""

    def __init__(self, answers: Answers | None, mistakes: FileMistakes) -> None:
        self._answers, self._mistakes = answers, mistakes
        # `1` is `01`, as in returns.csv.
        self._numbers = {case.lstrip("0"): case for _, _, case in answers or ()}
        self._found: dict[tuple[Key, str], _Text] = {}
        self._themes: dict[tuple[str, int], Words] = {}

    def take(self, row: Row) -> None:
        """Read a row, or note what is wrong with it."""
        cells = row.cells
        number = cells["case"]
        case = self._numbers.get(number.lstrip("0"), number)
        key = cells["agency"], cells["respondent"], case
        text = self._text_of(row, key)
        second = self._one_of(row, "second", (_YES, _NO))
        coding = self._one_of(row, "coding", (str(FIRST), str(SECOND)))
        code = self._code(row, text) if any(cells[one] for one in _OF_A_CODE) else None
        if second is None or coding is None:
            return
        found = self._found.setdefault((key, cells["question"]), _Text(second == _YES))
        if found.wants_second is not (second == _YES):
            self._mistakes.add(row.place("second"), second, "the same in each row of a text")
        if coding == str(SECOND) and second == _NO:
            self._mistakes.add(row.place("coding"), coding, "1, for no second coding is wanted")
        codes = found.codings.setdefault(int(coding), [])
        if code is None:
            return
        if any(
            (one.start, one.end, one.theme.code) == (code.start, code.end, code.theme.code)
            for one in codes
        ):
            self._mistakes.add(row.place("theme"), code.theme.code, "each theme of a passage once")
        codes.append(code)

    def texts(self) -> list[TextTaken]:
        """What was read. A second coding without a first is a mistake."""
        for (key, column), found in self._found.items():
            if FIRST not in found.codings:
                shown = ", ".join(one for one in (*key, column) if one)
                self._mistakes.add("column coding", shown, "a first coding before a second")
        return [
            TextTaken(
                key,
                column,
                found.wants_second,
                tuple(found.codings.get(FIRST, ())),
                tuple(found.codings[SECOND]) if SECOND in found.codings else None,
            )
            for (key, column), found in self._found.items()
        ]

    def _text_of(self, row: Row, key: Key) -> str | None:
        """The answer that the row is of; None where it cannot be relied on."""
        if self._answers is None:
            return None
        if key not in self._answers:
            shown = ", ".join(one for one in key if one)
            self._mistakes.add(row.place("case"), shown, "a return of the pack that counts")
            return None
        column = row.cells["question"]
        text = self._answers[key].get(column)
        if text is None:
            wanted = "the column of an answer in words of that return"
            self._mistakes.add(row.place("question"), column, wanted)
        return text

    def _one_of(self, row: Row, column: str, wanted: Sequence[str]) -> str | None:
        cell = row.cells[column]
        if cell in wanted:
            return cell
        self._mistakes.add(row.place(column), cell, " or ".join(wanted))
        return None

    def _code(self, row: Row, text: str | None) -> GivenCode | None:
        cells = row.cells
        longest = 10_000_000 if text is None else len(text)
        start = self._whole(row, "start", 0, longest - 1)
        end = self._whole(row, "end", 1, longest)
        if start is not None and end is not None and start >= end:
            self._mistakes.add(row.place("end"), str(end), f"more than the start, {start}")
            return None
        polarity = self._one_of(row, "polarity", Polarity.values)
        edition = self._whole(row, "edition", 1, 10_000)
        for name in ("theme", "name", "definition"):
            if not cells[name]:
                self._mistakes.add(row.place(name), "", f"the {name} of the code")
                return None
        if len(cells["theme"]) > 60 or not _is_slug(cells["theme"]):
            wanted = "a code of small letters, digits and hyphens, at most 60"
            self._mistakes.add(row.place("theme"), cells["theme"], wanted)
            return None
        if start is None or end is None or polarity is None or edition is None:
            return None
        words = Words(
            cells["name"],
            cells["definition"],
            cells["examples"],
            cells["use_when"],
            cells["not_when"],
        )
        if self._themes.setdefault((cells["theme"], edition), words) != words:
            wanted = "the same words in each row of an edition of a theme"
            self._mistakes.add(row.place("edition"), str(edition), wanted)
        return GivenCode(start, end, polarity, ThemeUsed(cells["theme"], edition, words))

    def _whole(self, row: Row, column: str, least: int, most: int) -> int | None:
        text = row.cells[column]
        if text.isascii() and text.isdigit() and len(text) < 9 and least <= int(text) <= most:
            return int(text)
        self._mistakes.add(row.place(column), text, f"a whole number from {least:,} to {most:,}")
        return None


def _is_slug(code: str) -> bool:
    return code.isascii() and all(one.islower() or one.isdigit() or one in "-_" for one in code)


def codes_rows(texts: Sequence[TextTaken]) -> Iterator[list[str]]:
    """A row for each code, and one for each coding that marks nothing."""
    for text in texts:
        agency, respondent, case = text.key
        second = _YES if text.wants_second else _NO
        for coding, codes in ((FIRST, text.first), (SECOND, text.second)):
            head = [agency, respondent, case, text.column, second, str(coding)]
            for one in codes or ():
                theme = one.theme
                words = theme.words
                yield [
                    *(*head, str(one.start), str(one.end), one.polarity),
                    *(theme.code, str(theme.edition), words.name, words.definition),
                    *(words.examples, words.use_when, words.not_when),
                ]
            if codes is not None and not codes:
                yield [*head, *[""] * (len(COLUMNS) - len(head))]
