"""What pages say of tools and their drafts."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.urls import reverse

from safehub.foundation.access.decision import may
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.govuk.parts import Fact, Link, Tab, Tag
from safehub.foundation.govuk.wording import day, moment, plural
from safehub.foundation.mistakes import Mistake, printable
from safehub.instruments.comparing import Difference
from safehub.instruments.drafting import CHOICES, SETTINGS, SURVEY, Drafted, Line
from safehub.instruments.models import ToolDraft, ToolVersion
from safehub.instruments.previewing import bearing_on
from safehub.instruments.sheet_forms import TYPES
from safehub.instruments.states import DraftStatus, ToolStatus
from safehub.instruments.tools import Question, Tool
from safehub.instruments.uploading import is_workbook

_PLACE = re.compile(r"sheet (?P<sheet>\w+), row (?P<row>\d+)(?:, column (?P<column>.+))?\Z")


def tool_rows(versions: Iterable[ToolVersion]) -> list[list[object]]:
    """A row for each tool: its newest version, and how many there are."""
    tools: dict[tuple[int | None, str], list[ToolVersion]] = {}
    for one in versions:
        tools.setdefault((one.partnership_id, one.form_id), []).append(one)
    return [
        [
            Link(all_[0].title, reverse("tools:version", args=[all_[0].pk])),
            all_[0].form_id,
            all_[0].version,
            status_of(all_[0]),
            plural(len(all_), "version"),
        ]
        for all_ in tools.values()
    ]


def status_of(version: ToolVersion) -> Tag:
    """How a version stands."""
    if version.status == ToolStatus.RETIRED:
        return Tag("Retired", "grey")
    return Tag("Published", "green") if version.published_at else Tag("From a pack", "blue")


def draft_rows(drafts: Iterable[ToolDraft]) -> list[list[object]]:
    """A row for each draft."""
    return [
        [
            Link(one.title, reverse("tools:draft", args=[one.pk])),
            one.form_id or "Not named yet",
            f"Edition {one.edition}",
            moment(one.updated_at),
        ]
        for one in drafts
    ]


def version_rows(versions: Iterable[ToolVersion], here: ToolVersion) -> list[list[object]]:
    """A row for each version of one tool."""
    return [
        [
            f"{one.version} (this one)"
            if one.pk == here.pk
            else Link(one.version, reverse("tools:version", args=[one.pk])),
            status_of(one),
            _since(one),
            ""
            if one.pk == here.pk
            else Link(
                "Compare",
                reverse("tools:compare", args=[here.pk, one.pk]),
                f"with version {one.version}",
            ),
        ]
        for one in versions
    ]


def _since(version: ToolVersion) -> str:
    if version.retired_at:
        return f"Retired {day(version.retired_at)}"
    return f"Published {day(version.published_at)}" if version.published_at else "Came with a pack"


def version_facts(version: ToolVersion, tool: Tool) -> list[Fact]:
    """The head of a version's page."""
    asked = [one for one in tool.items if one.is_asked]
    codes = sorted(audiences(tool))
    return [
        Fact("Short name", version.form_id),
        Fact("Version", version.version),
        Fact("Stands at", status_of(version)),
        Fact("Since", _since(version)),
        Fact("Asks", plural(len(asked), "question")),
        Fact("Asked of some agencies only", ", ".join(codes) or "No question is"),
        *([Fact("Languages", ", ".join(tool.languages))] if tool.languages else []),
    ]


def audiences(tool: Tool) -> set[str]:
    """The codes of agencies that the tool names."""
    named = [one.audience for one in tool.sections] + [one.audience for one in tool.items]
    return {code for audience in named for code in audience.codes}


def question_rows(tool: Tool) -> list[list[object]]:
    """A row for each item of a tool, to be read."""
    return [
        [
            _outlined(one.label, one.name),
            _section_words(tool, one),
            type_words(one),
            _bearing(one),
        ]
        for one in tool.items
    ]


def _outlined(label: str, name: str) -> str:
    return f"{label} ({name})"


def _section_words(tool: Tool, question: Question) -> str:
    section = tool.by_section.get(question.section or "")
    return section.label if section is not None else ""


def type_words(question: Question) -> str:
    """What is answered, with the choices and their scores."""
    words = TYPES.get(question.type, str(question.type))
    if not question.choices:
        return words
    listed = "; ".join(
        f"{one.label} ({one.score})" if one.score is not None else one.label
        for one in question.choices
    )
    return f"{words}: {listed}"


def _bearing(question: Question) -> str:
    asked = "" if question.required is None else "Must be answered. "
    return f"{asked}{'. '.join(bearing_on(question))}"


# --- a draft ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """One row of a draft's outline."""

    line: Line
    number: int
    depth: int
    kind: str
    bearing: tuple[str, ...]
    mistakes: tuple[str, ...]


@dataclass
class Beside:
    """Mistakes by what they stand beside: a row of the survey, a list, or the draft as a whole."""

    rows: dict[int, list[str]] = field(default_factory=dict)
    lists: dict[str, list[str]] = field(default_factory=dict)
    settings: list[str] = field(default_factory=list)
    whole: list[str] = field(default_factory=list)


def beside(drafted: Drafted, mistakes: Iterable[Mistake]) -> Beside:
    """Put each mistake beside what it is about."""
    found = Beside()
    for one in mistakes:
        at = _PLACE.match(one.place)
        said = mistake_words(one, at["column"] if at and at["column"] else "")
        place = int(at["row"]) - 2 if at else -1
        if at and at["sheet"] == SURVEY and 0 <= place < len(drafted.survey):
            found.rows.setdefault(drafted.survey[place].key, []).append(said)
        elif at and at["sheet"] == CHOICES and 0 <= place < len(drafted.choices):
            found.lists.setdefault(drafted.choices[place]["list_name"], []).append(said)
        elif SETTINGS in one.place:
            found.settings.append(said)
        else:
            found.whole.append(said)
    return found


def mistake_words(mistake: Mistake, column: str) -> str:
    """What is wrong and what is wanted, in a sentence."""
    where = f"{column}: " if column else ""
    return f"{where}found {printable(mistake.found) or 'nothing'}, wanted {mistake.wanted}"


def outline(drafted: Drafted, found: Beside) -> list[Row]:
    """The rows of a draft as its page shows them; where a section ends is not shown."""
    depths = drafted.depths()
    return [
        Row(
            line=one,
            number=number,
            depth=min(depths[one.key], 4),
            kind=line_words(one),
            bearing=tuple(_line_bearing(one)),
            mistakes=tuple(found.rows.get(one.key, ())),
        )
        for number, one in enumerate(drafted.survey, start=2)
        if not one.ends or one.key in found.rows
    ]


def line_words(line: Line) -> str:
    """What a row is."""
    if line.begins:
        return "Section, answered several times" if line.is_repeated else "Section"
    if line.ends:
        return "End of a section"
    words = TYPES.get(line.kind, line["type"] or "No type yet")
    return f"{words}: {line.list_name}" if line.list_name else words


def _line_bearing(line: Line) -> Iterable[str]:
    if line["relevant"]:
        yield f"Asked only where {line['relevant']}"
    if line["agencies"]:
        yield f"Agencies: {line['agencies']}"
    if line["required"].lower() not in {"", "no", "false", "false()"}:
        yield "Must be answered"
    if line["weight"]:
        yield f"Weight {line['weight']}"
    if line["standard"]:
        yield "Has a standard"


def list_key(name: str) -> str:
    """How the address of a page names a list: a list may be called anything."""
    return f"{zlib.crc32(name.encode()):08x}"


def list_named(drafted: Drafted, key: str) -> str:
    """The list of that address; blank where there is none."""
    return next((name for name in drafted.list_names if list_key(name) == key), "")


def list_rows(draft: ToolDraft, drafted: Drafted, found: Beside) -> list[list[object]]:
    """A row for each list of choices."""
    used: dict[str, int] = {}
    for one in drafted.survey:
        if one.list_name:
            used[one.list_name] = used.get(one.list_name, 0) + 1
    return [
        [
            Link(name, reverse("tools:list", args=[draft.pk, list_key(name)])),
            "; ".join(_choice_words(one) for one in drafted.list_of(name)),
            plural(used.get(name, 0), "question"),
            _mistakes_tag(len(found.lists.get(name, ()))),
        ]
        for name in drafted.list_names
    ]


def _choice_words(line: Line) -> str:
    words = line["label"] or line["name"]
    return f"{words} ({line['score']})" if line["score"] else words


def _mistakes_tag(count: int) -> object:
    return Tag(plural(count, "mistake"), "red") if count else Tag("In order", "green")


def draft_tabs(
    viewer: Viewer, draft: ToolDraft, here: str, mistakes: int, *, is_writer: bool
) -> list[Tab]:
    """The parts of a draft."""
    parts = [
        ("draft", "Questions", True),
        ("lists", "Lists", is_writer),
        ("settings", "Name and version", is_writer),
        ("upload", "Upload", is_writer),
        ("draft_preview", "Preview", True),
        ("draft_compare", "What changed", True),
        ("publish", "Publish", is_writer and may(viewer, "tool.publish", draft)),
    ]
    return [
        Tab(
            label,
            reverse(f"tools:{code}", args=[draft.pk]),
            is_here=code == here,
            count=mistakes if code == "draft" else 0,
        )
        for code, label, is_shown in parts
        if is_shown and (draft.status == DraftStatus.OPEN or code in ("draft", "draft_preview"))
    ]


def upload_rows(draft: ToolDraft) -> list[list[object]]:
    """A row for each thing that is wrong with the file that was not taken in.

    Of a workbook its sheet, row and column; of any other file where in it.
    """
    rows: list[list[object]] = []
    if not is_workbook(draft.upload_name):
        return [
            [place or "The whole file", printable(found) or "nothing", wanted]
            for place, found, wanted in draft.upload_mistakes
        ]
    for place, found, wanted in draft.upload_mistakes:
        at = _PLACE.match(place)
        parts = [at["sheet"], at["row"], at["column"] or ""] if at else [place, "", ""]
        rows.append([*parts, printable(found) or "nothing", wanted])
    return rows


_MOST_LEFT_OUT = 5


def told_of_upload(draft: ToolDraft) -> str:
    """What became of a file that was sent, and what of it is not as it stood there."""
    if draft.upload_mistakes:
        return "The file was read, and nothing of it was taken in."
    if not draft.left_out:
        return "The file was taken in."
    listed = "; ".join(draft.left_out[:_MOST_LEFT_OUT])
    more = len(draft.left_out) - _MOST_LEFT_OUT
    others = f"; and {more} more" if more > 0 else ""
    return f"The file was taken in. Not as it stood there: {listed}{others}."


def agency_choices(tool: Tool, agencies: Mapping[str, str]) -> list[tuple[str, str]]:
    """The agencies that a preview may be seen as: the partnership's, and those the tool names."""
    named = {**agencies, **{code: code for code in sorted(audiences(tool) - agencies.keys())}}
    return [("", "Everything, whichever agency"), *named.items()]


# --- differences --------------------------------------------------------------------------------


def difference_rows(found: Iterable[Difference]) -> list[list[object]]:
    """A row for each difference between two versions."""
    return [
        [
            one.where or "The tool itself",
            one.words,
            Tag("Cannot be compared", "orange") if one.breaks else "Can be compared",
        ]
        for one in found
    ]


def breaking(found: Iterable[Difference]) -> int:
    """How many stand in the way of comparing figures."""
    return sum(one.breaks for one in found)
