"""Single mistakes in the tool."""

from __future__ import annotations

from typing import Any

from .entries import made
from .planting import Line, Mistake, Planting
from .workbooks import bomb, encrypted, with_part

FILE = "tool.xlsx"
NAMES = "tool/names"


def at(
    name: str,
    question: str,
    column: str,
    value: str,
    *words: str,
    touches: tuple[str, ...] = (),
    needs: tuple[str, ...] = (),
    found: str | None = None,
    shown: str | None = None,
) -> Mistake:
    """A cell in the row of a question; `shown` is what its column is called where told."""

    def plant(pack: Planting) -> list[Line]:
        row = pack.row_of(question)
        pack.tool(row, column, value)
        place = f"{FILE}, sheet survey, row {row}, column {shown or column}"
        prefix = f"{place}: found {value if found is None else found}"
        return [Line(prefix, words)]

    return made(name, plant, f"tool/{question}", *touches, needs=(NAMES, *needs))


def choice(name: str, row: int, column: str, value: str, *words: str) -> Mistake:
    def plant(pack: Planting) -> list[Line]:
        pack.tool(row, column, value, sheet="choices")
        shown = words[0] if words and words[0].endswith("again") else value or "nothing"
        place = f"{FILE}, sheet choices, row {row}, column {column}"
        return [Line(f"{place}: found {shown}", words[1:])]

    # Mistakes in lists leave answers unjudged, whichever question uses the list.
    return made(name, plant, "tool/choices", needs=("tool/names",))


def _append(
    name: str,
    kind: str,
    question: str,
    *words: str,
    column: str = "type",
    found: str | None = None,
) -> Mistake:
    """A row at the end of the survey, of which the returns know nothing."""

    def plant(pack: Planting) -> list[Line]:
        rows: list[int] = []

        def change(sheet: Any) -> None:
            sheet.append([kind, question, "Where?"])
            rows.append(sheet.max_row)

        pack.sheet(FILE, "survey", change)
        shown = found or (kind if column == "type" else question)
        prefix = f"{FILE}, sheet survey, row {rows[0]}, column {column}: found {shown}"
        return [Line(prefix, words)]

    return made(name, plant, "tool/end", NAMES)


def _replaced(name: str, content: bytes, *words: str) -> Mistake:
    def plant(pack: Planting) -> list[Line]:
        pack.write(FILE, content)
        return [Line(f"{FILE}: found ", words)]

    return made(name, plant, "tool")


def _edited(name: str, prefix: str, change: Any, *words: str, touches: str = "tool") -> Mistake:
    def plant(pack: Planting) -> list[Line]:
        change(pack)
        return [Line(f"{FILE}, {prefix}", words)]

    return made(name, plant, touches)


def _without_survey(pack: Planting) -> None:
    import openpyxl

    book = openpyxl.load_workbook(pack.folder / FILE)
    del book["survey"]
    book.save(pack.folder / FILE)


def _other_sheet(pack: Planting) -> None:
    import openpyxl

    book = openpyxl.load_workbook(pack.folder / FILE)
    book.create_sheet("external_choices").append(["a"])
    book.save(pack.folder / FILE)


def _ole(pack: Planting) -> list[Line]:
    pack.write(FILE, encrypted())
    return [Line(f"{FILE}: found a workbook with a password", ("without a password",))]


def _macros(pack: Planting) -> list[Line]:
    data = (pack.folder / FILE).read_bytes()
    pack.write(FILE, with_part(data, "xl/vbaProject.bin", b"\xd0\xcf\x11\xe0"))
    return [Line(f"{FILE}: found a workbook with macros", ("without macros",))]


def _missing(pack: Planting) -> list[Line]:
    (pack.folder / FILE).unlink()
    return [Line(f"{FILE}: found nothing, wanted a file")]


def _unopened(pack: Planting) -> list[Line]:
    rows: list[int] = []

    def change(sheet: Any) -> None:
        sheet.append(["end_group"])
        rows.append(sheet.max_row)

    pack.sheet(FILE, "survey", change)
    place = f"{FILE}, sheet survey, row {rows[0]}, column type"
    return [Line(f"{place}: found end_group", ("a begin_group before it",))]


def _unclosed(pack: Planting) -> list[Line]:
    rows: list[int] = []

    def change(sheet: Any) -> None:
        sheet.append(["begin_group", "late", "Late"])
        rows.append(sheet.max_row)

    pack.sheet(FILE, "survey", change)
    place = f"{FILE}, sheet survey, row {rows[0]}, column type"
    return [Line(f"{place}: found begin_group late", ("an end_group",))]


def _group_condition(value: str, found: str, *words: str) -> Any:
    def plant(pack: Planting) -> list[Line]:
        row = pack.row_of("family")
        pack.tool(row, "relevant", value)
        return [Line(f"{FILE}, sheet survey, row {row}, column relevant: found {found}", words)]

    return plant


def _two_settings(pack: Planting) -> None:
    pack.sheet(FILE, "settings", lambda sheet: sheet.append(["Another", "b", "3"]))


def _duplicate_heading(pack: Planting) -> None:
    def change(sheet: Any) -> None:
        column = sheet.max_column + 1
        sheet.cell(1, column, "label")
        sheet.cell(3, column, "Known?")

    pack.sheet(FILE, "survey", change)


def _group_required(pack: Planting) -> list[Line]:
    row = pack.row_of("family")
    pack.tool(row, "required", "yes")
    place = f"{FILE}, sheet survey, row {row}, column required"
    return [Line(f"{place}: found yes", ("nothing on a group",))]


LISTS = ("tool/choices",)
Q = "family_told"
UNSUPPORTED = ("geopoint", "barcode", "audio", "image", "start", "select_one_from_file a.csv")
COLUMNS = ("trigger", "save_to", "bind::nodeset", "body::accuracyThreshold", "disabled")

TOOL: list[Mistake] = [
    made("tool.xlsx is missing", _missing, "tool"),
    *(at(f"type {kind}", Q, "type", kind, "text, integer") for kind in UNSUPPORTED),
    at("no type", Q, "type", "", "text, integer", found="nothing"),
    at(
        "a list that there is not", Q, "type", "select_one maybe", "the name of a list", needs=LISTS
    ),
    at("no list", Q, "type", "select_one", "the name of a list", needs=LISTS),
    _append("a new question of no type we know", "geopoint", "where", "text, integer"),
    _append(
        "a repeat without an end",
        "begin_repeat",
        "children",
        "an end_repeat",
        found="begin_repeat children",
    ),
    _append("an end of a repeat", "end_repeat", "", "a begin_repeat before it"),
    _append("a loop", "begin_loop", "children", "or a repeat"),
    _append(
        "a calculation of nothing",
        "calculate",
        "sum",
        "an expression",
        column="calculation",
        found="nothing",
    ),
    at("an appearance", Q, "appearance", "map", "means nothing on a page"),
    at("a filter without a list", "daily_life", "choice_filter", "name = 'a'", "without a list"),
    at("a filter by no column", Q, "choice_filter", "county = 'a'", "a column", found="county"),
    at("a default that is no choice", Q, "default", "maybe", "yes"),
    at("a calculation to be typed over", Q, "calculation", "1 + 1", "readonly yes"),
    at("read only and blank", Q, "readonly", "yes", "the type note"),
    at("a count on a question", Q, "repeat_count", "3", "nothing on a question"),
    at("parameters", Q, "parameters", "randomize=true", "a range or a repeat"),
    at("a weight on words", "daily_life", "weight", "2", "nothing else has a score"),
    at("a weight below nothing", Q, "weight", "-1", "from 0 up"),
    at("agencies without one", Q, "agencies", "not", "codes of agencies"),
    at("a picture of our own", Q, "media::image", "a.png", "a link", shown="image"),
    at("an answer in a label", Q, "label::Welsh (cy)", "${known}", "the same words"),
    _append("a reserved name", "text", "agency", "no other column", column="name"),
    _append("a name for the frame", "text", "frame_x", "no other column", column="name"),
    _append("a name with a space", "text", "a b", "letters, digits", column="name"),
    _append("a name that begins with a digit", "text", "1st", "letters", column="name"),
    *(at(f"column {column}", "cp_is_checked", column, "x", "not supported") for column in COLUMNS),
    _append("a name twice", "text", "grade", "each name once", column="name"),
    at("relevant unreadable", "cp_is_checked", "relevant", "${known} =", "${name}"),
    at("a path", "cp_is_checked", "relevant", "/data/known = 'yes'", "${name}"),
    at("a function we have not", "cp_is_checked", "relevant", "pulldata('a', 'b') = 1", "selected"),
    at("a name bare", "cp_is_checked", "relevant", "v0 = 'yes'", "${name}"),
    at("a pattern unreadable", "daily_life", "constraint", "regex(., '(')", "regular expression"),
    at("a pattern from an answer", "daily_life", "constraint", "regex(., ${known})", "in quotes"),
    at(
        "an unknown name",
        "cp_is_checked",
        "relevant",
        "${nobody} = 'yes'",
        "the name of a question",
        found="${nobody}",
    ),
    at(
        "an unknown name in a constraint",
        "daily_life",
        "constraint",
        ". != ${nobody}",
        "the name of a question",
        found="${nobody}",
    ),
    at("required unreadable", "cp_is_checked", "required", "maybe", "${name}"),
    at(
        "waits on itself",
        "cp_is_checked",
        "relevant",
        "${cp_is_checked} = 'yes'",
        "wait on its own",
    ),
    at("two wait on each other", "pre_verbal", "relevant", "${voice_recorded} = 'yes'", "its own"),
    made(
        "a group waits on itself",
        _group_condition("${father_considered} = 'yes'", "${father", "wait on its own"),
        "tool/family",
        needs=(NAMES,),
    ),
    made(
        "an unknown name in a group",
        _group_condition("${nobody} = 'yes'", "${nobody}", "the name of a question"),
        "tool/family",
        needs=(NAMES,),
    ),
    made("a group is required", _group_required, "tool/family"),
    made("an end without a group", _unopened, "tool/end"),
    made("a group without an end", _unclosed, "tool/end"),
    choice("a score that is none", 2, "score", "high", "high", "a number"),
    choice("a choice twice", 3, "name", "yes", "yes again", "each choice of a list once"),
    choice("no list name", 5, "list_name", "", "", "the name of a list"),
    choice("no name", 7, "name", "", "", "the name of a choice"),
    choice("a column of choices", 4, "media", "a.png", "", "not supported"),
    choice("a space in a choice of several", 15, "name", "a mother", "", "without spaces"),
    _edited("no survey", "sheet survey: found nothing", _without_survey, "questions"),
    _edited("another sheet", "sheet external_choices: found a sheet", _other_sheet, "survey"),
    _edited(
        "two rows of settings", "sheet settings, row 3", _two_settings, touches="tool/settings"
    ),
    _edited(
        "a heading of the survey twice",
        "sheet survey, row 1, column label",
        _duplicate_heading,
        "once",
    ),
    _replaced("no workbook", b"type,name\ntext,a\n", "no workbook", ".xlsx"),
    _replaced("nothing in it", b"", "no workbook"),
    _replaced("half a zip", b"PK\x03\x04half", "no workbook"),
    _replaced("300 MB in little", bomb(), "when unpacked", "unpacks to less"),
    made("a password", _ole, "tool"),
    made("macros in the tool", _macros, "tool"),
    at(
        "a formula for a name",
        Q,
        "name",
        "=A1",
        "paste the formula",
        touches=(NAMES,),
        found="a formula",
    ),
    at("a formula for a type", Q, "type", "=A1", "a value", found="a formula"),
    at("a formula for a condition", "pre_verbal", "relevant", "=A1", "a value", found="a formula"),
    at("a formula for a label", "cp_is_checked", "label", "=A1", "a value", found="a formula"),
    at("an error for a hint", "cp_is_checked", "hint", "#REF!", "a value"),
]
