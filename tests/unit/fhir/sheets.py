"""Random tools by way of random sheets, so that each is one that the product can hold."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import strategies as st

from safehub.foundation.mistakes import Mistakes
from safehub.instruments.tools import Tool
from safehub.instruments.xlsform import read_tool

SURVEY = [
    *("type", "name", "label", "hint", "required", "required_message", "relevant", "constraint"),
    *("constraint_message", "calculation", "default", "readonly", "appearance", "choice_filter"),
    *("repeat_count", "parameters", "weight", "standard", "agencies", "guidance_hint", "image"),
    *(
        "label::Welsh (cy)",
        "hint::Welsh (cy)",
        "label::Easy read",
        "constraint_message::Welsh (cy)",
    ),
]
CHOICES = [
    *("list_name", "name", "label", "score", "descriptor", "area", "label::Welsh (cy)", "image"),
]
LISTS = {
    "yn": [("yes", "1"), ("no", "0"), ("na", "")],
    "grade4": [("outstanding", "4"), ("good", "3"), ("ri", "1.25"), ("inadequate", "0.123456789")],
    "near": [("home", ""), ("school", "-2"), ("other place", "3")],
}
words = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp", "Cf", "Cn")),
    min_size=1,
    max_size=12,
).filter(lambda text: "$" not in text)
maybe = st.one_of(st.just(""), words)


@dataclass
class _Sheets:
    """The sheets on their way, and what a condition may ask: name and a test of its answer."""

    rows: list[dict[str, str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    count: int = 0


@st.composite
def tools(draw: st.DrawFn) -> Tool:
    """A tool of up to a dozen rows, with groups, a repeat and everything a row may say."""
    sheets = _Sheets()
    _rows(draw, sheets, depth=0, repeated=False)
    survey = [SURVEY, *([row.get(name, "") for name in SURVEY] for row in sheets.rows)]
    survey.append([{"type": "text", "name": "last", "label": "Last"}.get(n, "") for n in SURVEY])
    settings = [
        ["form_title", "form_id", "version", "default_language"],
        [draw(words), draw(words), draw(words), draw(st.sampled_from(["", "Welsh (cy)"]))],
    ]
    mistakes = Mistakes()
    given = {"survey": survey, "choices": _choices(draw, sheets), "settings": settings}
    tool = read_tool(given, "Tool", mistakes.of("tool"))
    assert tool is not None
    assert not len(mistakes), [str(mistake) for mistake in mistakes]
    return tool


def _rows(draw: st.DrawFn, sheets: _Sheets, *, depth: int, repeated: bool) -> None:
    for _ in range(draw(st.integers(0, 5 if depth == 0 else 3))):
        kind = draw(st.sampled_from(["question", "question", "question", "group", "repeat"]))
        if kind == "question" or depth > 2 or (kind == "repeat" and repeated):
            _question(draw, sheets)
            continue
        _group(draw, sheets, depth=depth, repeated=repeated, is_repeat=kind == "repeat")


def _name(sheets: _Sheets) -> str:
    sheets.count += 1
    return f"{'é' if sheets.count % 3 == 0 else 'q'}{sheets.count}"


def _said(draw: st.DrawFn, name: str) -> dict[str, str]:
    return {
        "name": name,
        "label": draw(words),
        "hint": draw(maybe),
        "label::Welsh (cy)": draw(maybe),
        "label::Easy read": draw(maybe),
        "hint::Welsh (cy)": draw(maybe),
        "guidance_hint": draw(maybe),
        "image": draw(st.sampled_from(["", "", "https://example.org/a.png"])),
        "agencies": draw(st.sampled_from(["", "", "POLICE HEALTH", "not GP"])),
    }


def _group(
    draw: st.DrawFn, sheets: _Sheets, *, depth: int, repeated: bool, is_repeat: bool
) -> None:
    word = "repeat" if is_repeat else "group"
    row = _said(draw, draw(st.sampled_from(["", "group."])) + _name(sheets))
    row |= {"type": f"begin_{word}", "relevant": _condition(draw, sheets.asked)}
    row |= {"weight": draw(st.sampled_from(["", "2", "0.5"]))}
    if is_repeat:
        row |= draw(
            st.sampled_from(
                [{}, {"repeat_count": "3"}, {"repeat_count": "1 + 1", "parameters": "most=4"}]
            )
        )
    sheets.rows.append(row)
    before = list(sheets.asked)
    _rows(draw, sheets, depth=depth + 1, repeated=repeated or is_repeat)
    sheets.rows.append({"type": f"end_{word}"})
    if is_repeat:
        sheets.asked = before


_KINDS: dict[str, list[str]] = {
    "text": ["${%} = 'a b'", "${%} != ''", "string-length(${%}) > 3"],
    "integer": ["${%} > 3", "${%} = 0", "${%} != 2", "${%} = '7'"],
    "decimal": ["${%} <= 1.5", "${%} = ''"],
    "date": ["${%} >= '2026-01-31'", "${%} < today()"],
    "time": ["${%} = '10:00'"],
    "dateTime": ["${%} != ''"],
    "select_one yn": ["${%} = 'yes'", "selected(${%}, 'no')", "${%} != 'na'", "not(${%} = 'na')"],
    "select_one grade4": ["${%} = 'good'", "not(selected(${%}, 'ri'))"],
    "select_one near": ["${%} = 'other place'"],
    "select_one yn or_other": ["${%} = 'other'"],
    "select_multiple grade4": ["selected(${%}, 'good')", "${%} = 'good'", "${%} != ''"],
    "range": ["${%} > 4"],
    "rank grade4": ["${%} != ''"],
    "acknowledge": ["${%} = 'OK'"],
    "file": ["${%} != ''"],
    "calculate": ["${%} = '3'"],
    "note": [],
}
_CONSTRAINTS = {
    "text": [("string-length(.) < 9", "")],
    "integer": [(". >= 0", ""), (". >= 0 and . <= 20", "From 0 to 20"), (". > 3", "More")],
    "decimal": [(". >= 0.5 and . <= 7", "")],
    "date": [(". <= today()", "Not in the future")],
}
_DEFAULTS = {
    "text": ["so far", "today()", "it's"],
    "integer": ["4", "round(1.5)"],
    "date": ["2026-02-03", "today()"],
    "select_one yn": ["yes"],
    "select_one grade4": ["good"],
    "select_multiple grade4": ["good ri"],
}


def _question(draw: st.DrawFn, sheets: _Sheets) -> None:
    kind = draw(st.sampled_from(sorted(_KINDS)))
    name = _name(sheets)
    row = _said(draw, name) | {"type": kind, "relevant": _condition(draw, sheets.asked)}
    if kind == "calculate":
        row["calculation"] = "1 + 2"
    elif kind != "note":
        row["required"] = draw(st.sampled_from(["", "yes", "1 = 1"]))
        row["required_message"] = draw(maybe)
        rule = draw(st.sampled_from([("", ""), *_CONSTRAINTS.get(kind, [])]))
        row["constraint"], row["constraint_message"] = rule
        row["constraint_message::Welsh (cy)"] = draw(maybe) if rule[1] else ""
        row["default"] = draw(st.sampled_from(["", *_DEFAULTS.get(kind, [])]))
    if kind == "range":
        row["parameters"] = draw(
            st.sampled_from(["", "start=0 end=10", "start=0.5 end=2.5 step=0.25"])
        )
    if kind == "select_one near":
        row["choice_filter"] = draw(st.sampled_from(["", "area = 'north'"]))
    if kind.startswith("select") or kind == "range":
        row["weight"] = draw(st.sampled_from(["", "3", "0.123456789"]))
    looks = ["", "multiline"] if kind == "text" else ["", "minimal", "w3", "autocomplete"]
    row["appearance"] = draw(st.sampled_from(looks))
    row["standard"] = draw(maybe)
    sheets.rows.append(row)
    sheets.asked += [test.replace("%", name) for test in _KINDS[kind]]


def _condition(draw: st.DrawFn, asked: list[str]) -> str:
    if not asked:
        return ""
    chosen = draw(st.lists(st.sampled_from(asked), max_size=2))
    return draw(st.sampled_from([" and ", " or "])).join(chosen)


def _choices(draw: st.DrawFn, sheets: _Sheets) -> list[list[str]]:
    filtered = any(row.get("choice_filter") for row in sheets.rows)
    rows = [CHOICES]
    for name, choices in LISTS.items():
        for choice, score in choices:
            # A column that a filter asks about and that is wholly blank is no column.
            area = "north" if filtered and choice == "home" else ""
            row = [name, choice, draw(words), score, draw(maybe), area, draw(maybe), ""]
            rows.append(row)
    return rows
