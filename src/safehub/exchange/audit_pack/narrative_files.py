"""Reading `summative.yaml`, `meeting.yaml` and `actions.csv`."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field

from safehub.audit.actions.plans import ActionTerms
from safehub.audit.actions.states import ActionStatus
from safehub.audit.meetings.agreed import Agreed, GapFound
from safehub.audit.programmes.terms import Statement
from safehub.audit.returns.rows import Printed
from safehub.audit.returns.summaries import Summary
from safehub.exchange.audit_pack.terms_file import ReadTerms
from safehub.exchange.audit_pack.yaml_files import Keys, Value
from safehub.foundation.documents.neutral import restored
from safehub.foundation.documents.tables import Row, read_csv
from safehub.foundation.mistakes import FileMistakes
from safehub.instruments.answers import NotAnAnswer, parsed_date
from safehub.instruments.tools import Tool

_LETTER = re.compile(r"[A-Za-z]{1,2}\Z")
_PRINTED = ("question", "met_good", "cases_known", "respondents_answered")
ACTION_COLUMNS = ("gap", "action", "owner_agency", "person", "due_on", "measure", "status")


def _theme(value: Value, terms: ReadTerms) -> str | None:
    theme = value.text()
    if theme is not None and terms.themes_certain and theme not in terms.themes:
        value.refuse("the code of a theme in audit.yaml")
        return None
    return theme


def _statement(value: Value, terms: ReadTerms, *, finding: bool = False) -> Statement | None:
    """A text, or a text with its theme and owner; a finding may have been seen before."""
    if not value.is_mapping:
        text = value.text()
        return Statement(text) if text else None
    keys = value.keys(
        ("text",), ("theme", "owner", "seen_before") if finding else ("theme", "owner")
    )
    text = keys.need("text", Value.text)
    theme = keys.read("theme", lambda v: _theme(v, terms))
    owner = keys.read("owner", Value.text)
    seen_before = keys.read("seen_before", Value.flag) if finding else None
    return Statement(text, theme, owner, bool(seen_before)) if text else None


def _statements(value: Value, terms: ReadTerms, *, finding: bool = False) -> tuple[Statement, ...]:
    read = [_statement(item, terms, finding=finding) for item in value.items()]
    return tuple(statement for statement in read if statement)


def read_summaries(root: Value, terms: ReadTerms, tool: Tool | None) -> list[Summary]:
    """The summative reports, one an agency."""
    found: dict[str, Summary] = {}
    if not root.is_list and not root.is_absent:
        root.refuse("a list of summative reports")
        return []
    for item in root.items():
        optional = ("overview", "working_well", "worried_about", "actions", "figures")
        keys = item.keys(("agency",), optional)
        agency = keys.need("agency", Value.text)
        if agency and terms.agencies_certain and agency not in terms.agencies:
            keys["agency"].refuse("the code of an agency in audit.yaml")
        elif agency in found:
            keys["agency"].refuse("one summative report for each agency", f"{agency} again")
        summary = Summary(
            agency=agency or "",
            overview=keys.read("overview", Value.optional_text) or "",
            working_well=_statements(keys["working_well"], terms),
            worried_about=_statements(keys["worried_about"], terms),
            actions=_statements(keys["actions"], terms),
            printed=tuple(
                printed
                for entry in keys["figures"].items()
                if (printed := _printed(entry, tool)) is not None
            ),
        )
        if agency:
            found.setdefault(agency, summary)
    return list(found.values())


def _printed(value: Value, tool: Tool | None) -> Printed | None:
    """A number that the agency printed, in one of the four shapes that there are."""
    if not value.is_mapping:
        value.refuse("keys and values")
        return None
    kinds = [name for name, _ in value.entries() if name in _PRINTED]
    if len(kinds) != 1:
        value.refuse(f"one of {', '.join(_PRINTED)}", " and ".join(kinds))
        return None
    if kinds == ["question"]:
        return _printed_answer(value.keys(("question", "answer", "count"), ("of",)), tool)
    keys = value.keys((kinds[0],), ("of",) if kinds == ["met_good"] else ())
    count = keys.need(kinds[0], Value.count)
    of = keys.read("of", Value.count)
    return None if count is None else Printed(kinds[0], count, of)


def _printed_answer(keys: Keys, tool: Tool | None) -> Printed | None:
    question = keys.need("question", Value.text)
    answer = keys.need("answer", Value.text)
    count = keys.need("count", Value.count)
    of = keys.read("of", Value.count)
    if question and tool is not None and tool.names_certain:
        asked = tool.by_name.get(question)
        if asked is None or (asked.certain and not asked.is_select):
            keys["question"].refuse("a question of the tool with choices")
            return None
        names = [choice.name for choice in asked.choices]
        if asked.certain and answer and answer not in names:
            keys["answer"].refuse(" or ".join(names))
            return None
    if not question or not answer or count is None:
        return None
    return Printed(f"{question}.{answer}", count, of)


@dataclass
class ReadMeeting:
    """The outcome of the meeting as far as it could be read."""

    held_on: dt.date | None = None
    held_on_certain: bool = True
    findings: tuple[Statement, ...] = ()
    working_well: tuple[Statement, ...] = ()
    worried_about: tuple[Statement, ...] = ()
    next_steps: tuple[Statement, ...] = ()
    gaps: dict[str, GapFound] = field(default_factory=dict)
    gaps_certain: bool = True

    def agreed(self) -> Agreed:
        """What was agreed, in the order of the file."""
        return Agreed(
            held_on=self.held_on,
            findings=self.findings,
            working_well=self.working_well,
            worried_about=self.worried_about,
            gaps=tuple(self.gaps.values()),
            next_steps=self.next_steps,
        )


def read_meeting(root: Value, terms: ReadTerms) -> ReadMeeting:
    """What the meeting agreed."""
    lists = ("working_well", "worried_about", "next_steps")
    keys = root.keys((), ("held_on", "findings", "gaps", *lists))
    read = ReadMeeting()
    read.held_on = keys.read("held_on", Value.date)
    read.held_on_certain = keys.is_certain("held_on") and (
        read.held_on is not None or keys["held_on"].is_absent
    )
    read.gaps_certain = keys.is_certain("gaps") and root.is_mapping
    read.findings = _statements(keys["findings"], terms, finding=True)
    read.working_well = _statements(keys["working_well"], terms)
    read.worried_about = _statements(keys["worried_about"], terms)
    read.next_steps = _statements(keys["next_steps"], terms)
    if not keys["gaps"].is_absent and not keys["gaps"].is_mapping:
        keys["gaps"].refuse("gaps by theme and letter")
        read.gaps_certain = False
        return read
    for theme, letters in keys["gaps"].entries():
        _read_gaps(theme, letters, terms, read)
    return read


def _read_gaps(theme: str, letters: Value, terms: ReadTerms, read: ReadMeeting) -> None:
    if terms.themes_certain and theme not in terms.themes:
        letters.refuse("the code of a theme in audit.yaml", f"the theme {theme}")
        read.gaps_certain = False
    if not letters.is_mapping:
        if not letters.is_absent:
            letters.refuse("gaps by letter")
            read.gaps_certain = False
        return
    for letter, item in letters.entries():
        if not _LETTER.match(letter):
            item.refuse("a letter", letter)
            read.gaps_certain = False
        gap = _statement(item, terms)
        if gap is not None and gap.theme not in {None, theme}:
            item.at("theme").refuse(theme, gap.theme or "")
        found = GapFound(theme, letter, gap.text if gap else "", gap.owner if gap else None)
        read.gaps[found.reference] = found


def read_actions(
    data: bytes, terms: ReadTerms, meeting: ReadMeeting | None, mistakes: FileMistakes
) -> list[ActionTerms]:
    """The actions. `meeting` is None where what it agreed could not be read."""
    sheet = read_csv(data, mistakes)
    if sheet is None:
        return []
    for name in ACTION_COLUMNS:
        if name not in sheet.headings:
            mistakes.add(f"row 1, column {name}", "", "a column of this name")
    for name in sheet.headings:
        if name not in ACTION_COLUMNS:
            mistakes.add(f"row 1, column {name}", name, f"only {', '.join(ACTION_COLUMNS)}")
    if terms.neutralised:
        sheet = sheet.changed(restored)
    read = [_action(row, terms, meeting, mistakes) for row in sheet.rows]
    return [action for action in read if action is not None]


def _action(
    row: Row, terms: ReadTerms, meeting: ReadMeeting | None, mistakes: FileMistakes
) -> ActionTerms | None:
    cells = row.cells
    gaps = meeting.gaps if meeting is not None and meeting.gaps_certain else None
    gap, agency, status = cells.get("gap"), cells.get("owner_agency"), cells.get("status")
    if gap is not None and (not gap or (gaps is not None and gap not in gaps)):
        mistakes.add(row.place("gap"), gap, "a gap of meeting.yaml, as theme.letter")
    if cells.get("action") == "":
        mistakes.add(row.place("action"), "", "what is to be done")
    known = terms.agencies if terms.agencies_certain else None
    if agency is not None and (not agency or (known is not None and agency not in known)):
        mistakes.add(row.place("owner_agency"), agency, "the code of an agency in audit.yaml")
    statuses = [each.value for each in ActionStatus]
    if status is not None and status not in statuses:
        mistakes.add(row.place("status"), status, " or ".join(statuses))
    due_on = _due_on(row, mistakes)
    if mistakes.any:
        return None
    return ActionTerms(
        cells["gap"],
        cells["action"],
        cells["owner_agency"],
        cells["person"],
        due_on,
        cells["measure"],
        ActionStatus(cells["status"]),
    )


def _due_on(row: Row, mistakes: FileMistakes) -> dt.date | None:
    text = row.cells.get("due_on")
    if not text:
        return None
    try:
        return parsed_date(text)
    except NotAnAnswer as wrong:
        mistakes.add(row.place("due_on"), text, str(wrong))
        return None
