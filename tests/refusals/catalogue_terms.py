"""Single mistakes in audit.yaml."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from .entries import add, drop, made, put, tag, whole
from .planting import Line, Mistake, Planting, Raw, load_yaml

FILE = "audit.yaml"
SAMPLE = "audit/sample"
Plant = Callable[[Planting], list[Line]]


def _mistake_in_strata(pack: Planting) -> list[Line]:
    pack.put(FILE, "sample.by.outcome.section_47", 300)
    pack.drop(FILE, "sample.size")
    at = "sample.by.outcome.section_47"
    return [Line(f"{FILE}, {at}: found ", ("found 300", "wanted at most ", "rows have section_47"))]


def _unknown_stratum(pack: Planting) -> list[Line]:
    pack.put(FILE, "sample.by.outcome.elsewhere", 3)
    pack.drop(FILE, "sample.size")
    return [Line(f"{FILE}, sample.by.outcome.elsewhere: found 3", ("wanted at most 0",))]


def _excluded_twice(pack: Planting) -> list[Line]:
    referral = load_yaml(pack.base / FILE)["sample"]["exclude"][0]["referral_id"]
    pack.put(FILE, "sample.exclude[3]", {"referral_id": referral, "reason": "Again."})
    place = f"{FILE}, sample.exclude[3].referral_id"
    return [Line(f"{place}: found {referral} again", ("each referral once",))]


def _other_tool(pack: Planting) -> list[Line]:
    pack.put(FILE, "tool", "other.xlsx")
    return [Line("other.xlsx: found nothing, wanted a file")]


def _huge_size(pack: Planting) -> list[Line]:
    pack.drop(FILE, "sample.by")
    pack.put(FILE, "sample.size", Raw("99999999999"))
    return [Line(f"{FILE}, sample.size: found 99999999999, wanted at most ", ("no more rows",))]


def _two_columns(pack: Planting) -> list[Line]:
    pack.put(FILE, "sample.by.age_band", Raw("proportional"))
    return [Line(f"{FILE}, sample.by: found 2 columns", ("one column",))]


def _no_size(pack: Planting) -> list[Line]:
    pack.drop(FILE, "sample.size")
    pack.put(FILE, "sample.by", {"outcome": Raw("proportional")})
    return [Line(f"{FILE}, sample.size: found nothing", ("how many cases",))]


def _in_bytes(old: bytes, new: bytes, place: str, *words: str) -> Plant:
    def plant(pack: Planting) -> list[Line]:
        data = (pack.folder / FILE).read_bytes()
        assert data.count(old) == 1, old
        pack.write(FILE, data.replace(old, new))
        return [Line(f"{FILE}{place}" + ("" if place.endswith(" ") else ": found "), words)]

    return plant


def _syntax(name: str, old: bytes, new: bytes, place: str, *words: str) -> Mistake:
    return made(name, _in_bytes(old, new, place, *words), "audit")


BAD_DATES = ("2026-02-30", "31/12/2025", "soon", "2026-6-1", "20260601")

TERMS: list[Mistake] = [
    *(drop(FILE, key) for key in ("title", "board", "kind", "themes")),
    drop(FILE, "agencies"),
    drop(FILE, "period"),
    drop(FILE, "period.from"),
    drop(FILE, "period.to"),
    drop(FILE, "sample"),
    drop(FILE, "sample.unit"),
    drop(FILE, "sample.seed"),
    drop(FILE, "agencies[2].code"),
    drop(FILE, "agencies[2].name"),
    drop(FILE, "themes[3].code", touches=("audit/themes",)),
    drop(FILE, "themes[3].name"),
    drop(FILE, "grading.question"),
    drop(FILE, "grading.met_good"),
    drop(FILE, "sample.exclude[1].referral_id", touches=("audit/sample/exclude",)),
    drop(FILE, "sample.exclude[1].reason"),
    drop(FILE, "sample.replaced[1].case", touches=("audit/sample/replaced",)),
    drop(FILE, "sample.replaced[1].reason"),
    *(
        add(FILE, path)
        for path in (
            "colour",
            "period.colour",
            "sample.colour",
            "sample.exclude[1].colour",
            "sample.replaced[1].colour",
            "agencies[1].colour",
            "themes[1].colour",
            "grading.colour",
        )
    ),
    put("title is a list", FILE, "title", ["a"], "a list", "text"),
    put("title is blank", FILE, "title", Raw("''"), "nothing", "text"),
    put("title holds a NUL", FILE, "title", Raw('"a\\0b"'), "control characters"),
    put("title holds half a character", FILE, "title", Raw('"a\\uD800b"'), "control characters"),
    put("board is keys", FILE, "board", {"a": "b"}, "keys and values", "text"),
    put("a kind that there is not", FILE, "kind", "annual", "annual", "routine or themed"),
    put("kind is a list", FILE, "kind", ["themed"], "a list", "routine or"),
    put("period is text", FILE, "period", Raw("2025"), "2025", "keys and values"),
    put(
        "period reversed",
        FILE,
        "period.to",
        Raw("2024-03-31"),
        "on or after 2025-04-01",
        needs=("audit/period/from",),
    ),
    *(
        put(f"{key} is {date}", FILE, key, Raw(date), date, "a date that exists, as YYYY-MM-DD")
        for key in ("period.from", "commissioned_on", "returns_due_on", "meeting_on")
        for date in BAD_DATES[:3]
    ),
    put("period.to is blank", FILE, "period.to", Raw(""), "nothing", "a date that exists"),
    *(
        put(f"period.to is {date}", FILE, "period.to", Raw(date), date, "a date that exists")
        for date in BAD_DATES
    ),
    put("a method that there is not", FILE, "sample.method", "cluster", "random or purposive"),
    *(
        put(f"seed {seed}", FILE, "sample.seed", Raw(seed), "a whole number, 0 or more")
        for seed in ("dice", "-5", "5.5", "010", '"2026"', "1e5", "0x1F", "1_000", "[1]", "''")
    ),
    *(
        put(f"size {size}", FILE, "sample.size", Raw(size), "a whole number", touches=(SAMPLE,))
        for size in ("sixty", "0", "-3", '"24"', "2.5")
    ),
    put("size is not the sum", FILE, "sample.size", 25, "25", "the sum of", touches=(SAMPLE,)),
    made("a size beyond all bounds", _huge_size, SAMPLE, needs=("frame",)),
    made("a random sample without a size", _no_size, SAMPLE),
    *(
        put(f"reserve {text}", FILE, "sample.reserve", Raw(text), "a whole", touches=(SAMPLE,))
        for text in ("two", "-1", "1.5")
    ),
    put("reserve too large", FILE, "sample.reserve", 300, "300", "at most", touches=(SAMPLE,)),
    made("a stratum smaller than asked", _mistake_in_strata, SAMPLE, needs=("frame",)),
    made("a stratum that the frame has not", _unknown_stratum, SAMPLE, needs=("frame",)),
    made("two stratifying columns", _two_columns, SAMPLE),
    put(
        "a stratifying column that the frame has not",
        FILE,
        "sample.by",
        {"ward": {"a": 12, "b": 12}},
        "ward",
        "a column of frame.csv",
        at="sample.by.ward",
        touches=(SAMPLE,),
        needs=("frame",),
    ),
    put("by is text", FILE, "sample.by", "outcome", "keys and values", touches=(SAMPLE,)),
    put(
        "a stratum's size is text",
        FILE,
        "sample.by.outcome.section_47",
        "six",
        "a whole number, 1 or more",
        touches=(SAMPLE,),
    ),
    put(
        "sizes that are a list",
        FILE,
        "sample.by.outcome",
        ["a"],
        "a size for each value, or proportional",
        touches=(SAMPLE,),
    ),
    put(
        "strata that name children",
        FILE,
        "sample.by",
        {"child_id": Raw("proportional")},
        "a column that names no child",
        at="sample.by.child_id",
        touches=(SAMPLE,),
    ),
    put("sample is a list", FILE, "sample", ["a"], "keys and values", touches=(SAMPLE,)),
    put("sample is nothing", FILE, "sample", Raw(""), "keys and values", touches=(SAMPLE,)),
    put(
        "a referral excluded that there is not",
        FILE,
        "sample.exclude[1].referral_id",
        "F25-99999",
        "F25-99999",
        "a referral of frame.csv",
        touches=("audit/sample/exclude",),
        needs=("frame",),
    ),
    made("a referral excluded twice", _excluded_twice, "audit/sample/exclude"),
    put("exclude is text", FILE, "sample.exclude", "none", "a list", touches=(SAMPLE,)),
    put("replaced is text", FILE, "sample.replaced", "none", "a list", touches=(SAMPLE,)),
    *(
        put(
            f"the number of a case without quotes: {number}",
            FILE,
            "sample.replaced[1].case",
            Raw(number),
            f"the number in quotes, '{number}'",
            touches=("audit/sample/replaced",),
        )
        for number in ("14", "010", "1.0")
    ),
    put(
        "a replaced case with letters",
        FILE,
        "sample.replaced[1].case",
        "A14",
        "A14",
        "the number of a case",
        touches=("audit/sample/replaced",),
    ),
    put(
        "a replaced case that was not drawn",
        FILE,
        "sample.replaced[1].case",
        "77",
        "77",
        "a case of the sample",
        touches=("audit/sample/replaced",),
        needs=(SAMPLE,),
    ),
    put(
        "a replacement that is not the next reserve",
        FILE,
        "sample.replaced[1].by",
        "F25-00001",
        "F25-00001",
        "the next reserve of the stratum",
        touches=("audit/sample/replaced",),
        needs=(SAMPLE, "frame"),
    ),
    put(
        "grading asks nothing",
        FILE,
        "grading.question",
        "mark",
        "mark",
        "select_one",
        needs=("tool/names", "tool/daily_life"),
    ),
    put(
        "grading by a text",
        FILE,
        "grading.question",
        "daily_life",
        "select_one",
        needs=("tool/names", "tool/daily_life"),
    ),
    put(
        "a grade that is none",
        FILE,
        "grading.met_good[2]",
        "fine",
        "outstanding or good",
        needs=("tool", "audit/grading/question"),
    ),
    put("a grade twice", FILE, "grading.met_good[2]", "outstanding", "each grade once"),
    put("no grade", FILE, "grading.met_good", [], "at least one grade"),
    put(
        "met_good is nothing",
        FILE,
        "grading.met_good",
        Raw(""),
        "at least one grade",
        at="grading.met_good",
    ),
    put("met_good is text", FILE, "grading.met_good", "good", "a list"),
    put("grading is a list", FILE, "grading", ["grade"], "keys and values"),
    put("invented is unknown", FILE, "invented[1]", "some", "some", "frame or seed"),
    put("pack_version 3", FILE, "pack_version", 3, "3", "wanted 1 or 2"),
    put("neutralised is yes", FILE, "neutralised", Raw("yes"), "true or false", touches=("audit",)),
    *(
        put(
            f"tool {tool}",
            FILE,
            "tool",
            tool,
            "the name of an .xlsx file",
            touches=("tool", "audit/grading"),
        )
        for tool in ("../tool.xlsx", "/etc/passwd", "papers\\tool.xlsx", "tool.xls", "tool")
    ),
    made("a tool that is not there", _other_tool, "tool", "audit/grading", "audit/tool"),
    put("agencies are text", FILE, "agencies", "all", "a list of agencies"),
    put("no agencies", FILE, "agencies", [], "at least one agency"),
    put("an agency is text", FILE, "agencies[2]", "POLICE", "keys and values"),
    put(
        "an agency's code twice",
        FILE,
        "agencies[7]",
        {"code": "CSC", "name": "Fallowshire Children's Social Care"},
        "CSC again",
        at="agencies[7].code",
        touches=("audit/agencies",),
    ),
    put("another agency's code", FILE, "agencies[2].code", "CSC", "CSC again"),
    *(
        put(f"agency code {code}", FILE, "agencies[6].code", code, "a code that begins")
        for code in ("A/B", "..", "../POLICE", "A:B", "A.", "-A", "x" * 61)
    ),
    put("the unit is a list", FILE, "agencies[4].respondent_unit", ["school"], "a list", "text"),
    put("themes are text", FILE, "themes", "voice", "a list of themes"),
    put(
        "a theme's code twice",
        FILE,
        "themes[9]",
        {"code": "voice", "name": "Voice of the child"},
        "voice again",
        at="themes[9].code",
        touches=("audit/themes",),
    ),
    put("a code with a slash", FILE, "themes[8].code", "pre/birth", "a code that begins"),
    put("a mark that is yes", FILE, "themes[1].key_line_of_enquiry", Raw("yes"), "true or false"),
    put("lines of enquiry are text", FILE, "key_lines_of_enquiry", "all", "a list"),
    put("a line of enquiry is blank", FILE, "key_lines_of_enquiry[2]", Raw("''"), "nothing"),
    put("an owner that is a list", FILE, "owner", ["a"], "a list", "text"),
    _syntax("a key without an end", b"period:", b"period: {", ", line "),
    _syntax("a colon too many", b"kind: themed", b"kind: themed: yes", ", line 5", "YAML"),
    _syntax("a tab before a key", b"  size:", b"\tsize:", ", line ", "\\t"),
    _syntax("Latin letters", b"kind: themed", b"kind: th\xe9med", ", row 5", "0xE9", "UTF-8"),
    _syntax("a NUL", b"kind: themed", b"kind: th\0emed", ", row 5", "\\x00"),
    _syntax("a bell", b"kind: themed", b"kind: th\x07emed", "", "YAML"),
    made(
        "a key twice",
        _in_bytes(b"kind: themed", b"kind: themed\nkind: rapid", ", kind", "each key once"),
        "audit",
    ),
    _syntax("an unknown anchor", b"kind: themed", b"kind: *other", ", line ", "undefined alias"),
    _syntax("two documents", b"kind: themed", b"kind: themed\n---\na: b", ", line ", "document"),
    _syntax("UTF-16", b"kind: themed", b"kind: \xff\xfethemed", ", row ", "0xFF"),
    whole("audit.yaml is empty", FILE, "", f"{FILE}: found nothing", "keys and values"),
    whole("audit.yaml is a comment", FILE, "# later\n", f"{FILE}: found nothing", "keys"),
    whole("audit.yaml is a list", FILE, "- a\n- b\n", f"{FILE}: found a list", "keys and values"),
    whole("audit.yaml is deep", FILE, "[" * 5000, f"{FILE}: found lists within", "YAML"),
]


def _bomb(pack: Planting) -> list[Line]:
    names = "abcdefghijklmnopqrstuvwxy"
    text = "&a [x, x, x, x, x, x, x, x, x]"
    for before, name in itertools.pairwise(names):
        text = f"[{text}, &{name} [{', '.join([f'*{before}'] * 9)}]]"
    pack.write(FILE, pack.text(FILE).replace("owner: Quality", f"owner: {text} #"))
    return [Line(f"{FILE}, owner: found a list", ("text",))]


def _missing(pack: Planting) -> list[Line]:
    (pack.folder / FILE).unlink()
    return [Line(f"{FILE}: found nothing, wanted a file")]


TERMS += [
    made("a billion laughs in YAML", _bomb, tag(FILE)),
    made("audit.yaml is missing", _missing, "audit"),
]
