"""Single mistakes in summative.yaml, meeting.yaml and actions.csv."""

from __future__ import annotations

from .entries import add, cell, drop, made, put, whole
from .planting import Line, Mistake, Planting, Raw

SUM, MEET, ACT = "summative.yaml", "meeting.yaml", "actions.csv"
THEMES, AGENCIES, GAPS = ("audit/themes",), ("audit/agencies",), ("meeting/gaps",)
QUESTION = "summative/3/figures/1/question"
LISTS = ("tool/names", "tool/choices", "tool/part_of_decision")


def _column(name: str, heading: str | None, prefix: str) -> Mistake:
    def plant(pack: Planting) -> list[Line]:
        def change(rows: list[list[str]]) -> None:
            if heading is None:
                position = rows[0].index(name)
                for row in rows:
                    del row[position]
            else:
                rows[0].append(heading)
                for row in rows[1:]:
                    row.append("x")

        pack.edit_csv(ACT, change)
        return [Line(f"{ACT}, row 1, column {name}: found {prefix}")]

    return made(f"actions.csv, {name}: {heading}", plant, "actions")


def _letter(value: object, key: str, found: str, *words: str) -> Mistake:
    path = f"gaps.pre_birth.{key}"
    name = f"a gap {key} {value}"
    return put(
        name,
        MEET,
        path,
        value,
        found,
        *words,
        touches=("meeting/gaps",),
        needs=("actions", *THEMES),
    )


NARRATIVE: list[Mistake] = [
    put("an agency unknown", SUM, "[2].agency", "NOBODY", "the code of an agency", needs=AGENCIES),
    put("an agency twice", SUM, "[2].agency", "CSC", "CSC again", "one summative report"),
    drop(SUM, "[3].agency"),
    add(SUM, "[1].colour"),
    add(SUM, "[1].worried_about[1].colour"),
    put("a theme unknown", SUM, "[1].worried_about[2].theme", "x", "a theme in", needs=THEMES),
    drop(SUM, "[1].actions[1].text"),
    put("worries are text", SUM, "[4].worried_about", "all", "a list"),
    put("a blank worry", SUM, "[4].working_well[1]", Raw("''"), "nothing", "text"),
    put("an overview that is a list", SUM, "[5].overview", ["a"], "a list", "text"),
    put("figures are keys", SUM, "[5].figures", {"met_good": 3}, "keys and values", "a list"),
    put("a figure is text", SUM, "[4].figures", ["many"], "keys", at="[4].figures[1]"),
    put("a figure of no kind", SUM, "[1].figures[1]", {"of": 5}, "one of question"),
    put(
        "a figure of two kinds",
        SUM,
        "[1].figures[1]",
        {"met_good": 1, "cases_known": 2},
        "met_good and cases_known",
    ),
    put("a count that is text", SUM, "[2].figures[1].met_good", "many", "a whole number"),
    put("a count below nought", SUM, "[2].figures[1].of", Raw("-1"), "a whole number"),
    put("a count beyond all", SUM, "[2].figures[1].of", Raw("9" * 30), "at most"),
    add(SUM, "[2].figures[1].question2"),
    put("of where there is none", SUM, "[5].figures[1].of", 9, "the key of"),
    put("a question unknown", SUM, "[3].figures[1].question", "x", "a question", needs=LISTS),
    put("a question of text", SUM, "[3].figures[1].question", "daily_life", "choices", needs=LISTS),
    put(
        "an answer unknown",
        SUM,
        "[3].figures[1].answer",
        "maybe",
        "yes or no",
        needs=(*LISTS, QUESTION),
    ),
    drop(SUM, "[3].figures[1].count"),
    whole("summative.yaml is keys", SUM, "agency: CSC\n", f"{SUM}: found keys", "a list of"),
    whole("summative.yaml cannot be read", SUM, "- agency: [\n", f"{SUM}, line "),
    put("held on no day", MEET, "held_on", Raw("2026-06-31"), "a date that exists"),
    add(MEET, "colour"),
    add(MEET, "findings[1].colour"),
    drop(MEET, "findings[2].text"),
    put("a finding's theme", MEET, "findings[1].theme", "x", "the code of a theme", needs=THEMES),
    put("seen before, yes", MEET, "findings[1].seen_before", Raw("yes"), "true or false"),
    put("findings are text", MEET, "findings", "none", "a list"),
    put("a step's owner is a list", MEET, "next_steps[1].owner", ["a"], "a list", "text"),
    put(
        "seen before where it is not asked",
        MEET,
        "worried_about[1].seen_before",
        Raw("true"),
        "the key seen_before",
    ),
    put(
        "a gap's theme unknown",
        MEET,
        "gaps.weather",
        {"a": "Rain."},
        "the theme weather",
        touches=("meeting/gaps",),
        needs=(*THEMES, "actions"),
    ),
    _letter("Text.", "1", "a letter"),
    _letter("Text.", "abc", "a letter"),
    _letter(["a"], "b", "a list", "text"),
    _letter(Raw(""), "b", "nothing", "text"),
    add(MEET, "gaps.sharing.d.colour"),
    put(
        "gaps are a list", MEET, "gaps", ["a"], "gaps by theme", touches=("meeting/gaps", "actions")
    ),
    put(
        "a theme's gaps are text",
        MEET,
        "gaps.challenge",
        "none",
        "gaps by letter",
        touches=("meeting/gaps", "actions"),
    ),
    put("another theme in a gap", MEET, "gaps.sharing.d.theme", "voice", "sharing"),
    whole(
        "meeting.yaml is empty", MEET, "", f"{MEET}: found nothing", touches=("meeting", "actions")
    ),
    whole(
        "meeting.yaml is a list",
        MEET,
        "- a\n",
        f"{MEET}: found a list",
        touches=("meeting", "actions"),
    ),
    whole(
        "meeting.yaml cannot be read",
        MEET,
        "a: b: c\n",
        f"{MEET}, line 1",
        touches=("meeting", "actions"),
    ),
    cell("an action's gap", ACT, 2, "gap", "voice.z", "a gap of meeting.yaml", needs=GAPS),
    cell("an action without gap", ACT, 3, "gap", "", "a gap of meeting.yaml"),
    cell("an action of nobody", ACT, 4, "owner_agency", "NOBODY", "an agency", needs=AGENCIES),
    cell("an action of none", ACT, 5, "owner_agency", "", "the code of an agency"),
    cell("an action's status", ACT, 6, "status", "late", "open or in_progress"),
    cell("an action's date", ACT, 7, "due_on", "2026-09-31", "a date that exists"),
    cell("no action", ACT, 8, "action", "", "what is to be done"),
    _column("measure", None, "nothing"),
    _column("colour", "colour", "colour"),
    whole("actions.csv is empty", ACT, "", f"{ACT}, row 1: found nothing", "headings"),
]
