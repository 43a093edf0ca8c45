"""Single mistakes in the frame."""

from __future__ import annotations

from .entries import cell, made, whole
from .planting import Line, Mistake, Planting

CSV, XML = "frame.csv", "frame.xml"
PERIOD = ("audit/period", "audit/syntax")


def _column(old: str, new: str | None, prefix: str, *words: str, needs: str = "") -> Mistake:
    """A column goes, or its heading becomes another."""

    def plant(pack: Planting) -> list[Line]:
        def change(rows: list[list[str]]) -> None:
            position = rows[0].index(old)
            if new is None:
                for row in rows:
                    del row[position]
            else:
                rows[0][position] = new

        pack.edit_csv(CSV, change)
        return [Line(f"{CSV}, {prefix}", words)]

    return made(f"frame.csv: {old} is {new}", plant, "frame", needs=(needs,) if needs else ())


def _row(name: str, number: int, cells: list[str], *words: str) -> Mistake:
    def plant(pack: Planting) -> list[Line]:
        def change(rows: list[list[str]]) -> None:
            rows[number - 1] = rows[number - 1][: len(cells)] if cells else [*rows[number - 1], "x"]

        pack.edit_csv(CSV, change)
        found = f"{len(cells) or 10} cells"
        return [Line(f"{CSV}, row {number}: found {found}", words)]

    # A row that is lost may be any referral.
    return made(name, plant, f"frame/{number}", "audit/sample", needs=())


def _missing(pack: Planting) -> list[Line]:
    (pack.folder / CSV).unlink()
    return [Line(f"{CSV}: found nothing, wanted a file")]


def _header_only(pack: Planting) -> list[Line]:
    pack.write(CSV, pack.text(CSV).splitlines()[0] + "\n")
    return [Line(f"{CSV}: found no referral", ("at least one referral",))]


def _both(pack: Planting) -> list[Line]:
    pack.write(XML, "<Message/>")
    return [Line(f"{XML}: found a second frame", ("not both",))]


def _repeated(pack: Planting) -> list[Line]:
    pack.cell(CSV, 9, "referral_id", "F25-00005")
    return [Line(f"{CSV}, row 9, column referral_id: found F25-00005 again", ("once",))]


def _latin(pack: Planting) -> list[Line]:
    data = (pack.folder / CSV).read_bytes().replace(b"F25-00005", b"F25-\xe95", 1)
    pack.write(CSV, data)
    return [Line(f"{CSV}, row 6: found the byte 0xE9", ("UTF-8",))]


def _nul(pack: Planting) -> list[Line]:
    data = (pack.folder / CSV).read_bytes().replace(b"F25-00005", b"F25\x000005", 1)
    pack.write(CSV, data)
    return [Line(f"{CSV}, row 6: found \\x00")]


def _quote(pack: Planting) -> list[Line]:
    data = (pack.folder / CSV).read_bytes().replace(b"F25-00005", b'"F25"-00005', 1)
    pack.write(CSV, data)
    return [Line(f"{CSV}, row 6: found ", ("CSV",))]


def _again(pack: Planting) -> list[Line]:
    def change(rows: list[list[str]]) -> None:
        for row in rows:
            row.append(row[8])

    pack.edit_csv(CSV, change)
    return [Line(f"{CSV}, row 1, column 10: found age_band again", ("each heading once",))]


def _blank_heading(pack: Planting) -> list[Line]:
    def change(rows: list[list[str]]) -> None:
        rows[0][8] = ""

    pack.edit_csv(CSV, change)
    return [Line(f"{CSV}, row 1, column 9: found nothing", ("a heading",))]


def xml(name: str, old: str, new: str, place: str, *words: str) -> Mistake:
    """The CIN return with one thing changed."""

    def plant(pack: Planting) -> list[Line]:
        text = pack.text(XML)
        assert old in text
        pack.write(XML, text.replace(old, new, 1))
        return [Line(f"{XML}{place}", words)]

    return made(name, plant, "frame", base="xml")


LAUGHS = (
    '<!DOCTYPE Message [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>"
)
EXTERNAL = '<!DOCTYPE Message [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
REMOTE = '<!DOCTYPE Message SYSTEM "http://127.0.0.1:9/x.dtd">'

FRAME: list[Mistake] = [
    made("frame.csv is missing", _missing, "frame"),
    made("no referral", _header_only, "frame"),
    whole("frame.csv is empty", CSV, "", f"{CSV}, row 1: found nothing", "headings"),
    made("two frames", _both, "frame"),
    _column("referral_id", None, "row 1, column referral_id: found nothing"),
    _column("child_id", None, "row 1, column child_id: found nothing"),
    _column("referred_on", None, "row 1, column referred_on: found nothing"),
    made("a referral twice", _repeated, "frame/9", "frame/6", "audit/sample"),
    cell("no referral id", CSV, 11, "referral_id", "", "an id", touches=("audit/sample",)),
    cell("no child id", CSV, 12, "child_id", "", "an id"),
    cell("no value of the stratum", CSV, 13, "outcome", "", "a value", touches=("audit/sample",)),
    *(
        cell(f"referred on {date}", CSV, 20 + n, "referred_on", date, "a date that exists")
        for n, date in enumerate(("2026-02-30", "31/12/2025", "", "2025-06-31", "yesterday"))
    ),
    cell("too early", CSV, 30, "referred_on", "2025-03-31", "from 2025-04-01", needs=PERIOD),
    cell("too late", CSV, 31, "referred_on", "2026-04-01", "to 2026-03-31", needs=PERIOD),
    _row("a short row", 40, ["a"] * 5, "9 cells as in the headings"),
    _row("a long row", 41, [], "9 cells"),
    made("a heading twice", _again, "frame"),
    made("no heading", _blank_heading, "frame"),
    made("not UTF-8", _latin, "frame"),
    made("a NUL in a cell", _nul, "frame"),
    made("a quote in mid-cell", _quote, "frame"),
    xml("not XML", "<Message>", "Message", ", line 1: found XML that cannot be read"),
    xml("XML cut short", "</Message>", "", ", line "),
    xml("a billion laughs", "<Message>", f"{LAUGHS}<Message>", ": found a document type"),
    xml(
        "a billion laughs that are used",
        "<Message>",
        f'{LAUGHS}<Message a="&i;">',
        "",
    ),
    xml("an entity from a file", "<Message>", f"{EXTERNAL}<Message>", ": found a document type"),
    xml("a definition from a network", "<Message>", f"{REMOTE}<Message>", ": found a document"),
    xml("another form", "<Message>", "<html>", ": found the element html"),
    xml("no date", "<CINreferralDate>2025-05-01</CINreferralDate>", "", ", line "),
    xml("a date that there is not", ">2025-05-01<", ">2025-05-32<", ", line ", "2025-05-32"),
    xml("no child's id", "<LAchildID>C1</LAchildID>", "", ", line ", "an LAchildID"),
    whole(
        "another return",
        XML,
        "<Other><Child/></Other>",
        f"{XML}: found the element Other",
        "Message",
        touches=("frame",),
        base="xml",
    ),
    whole("no child", XML, "<Message/>", f"{XML}: found no Child", touches=("frame",), base="xml"),
]
