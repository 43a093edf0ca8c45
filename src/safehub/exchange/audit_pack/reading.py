"""Reading a whole audit pack: all of it, or none and every mistake in it."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field, replace
from pathlib import Path

from safehub.audit.actions.plans import ActionTerms
from safehub.audit.coding.rows import TextTaken
from safehub.audit.meetings.agreed import Agreed
from safehub.audit.meetings.attending.rows import NO_DETAILS, Attended, Details
from safehub.audit.moderation.rows import LookTaken
from safehub.audit.moderation.rules import Scale, key_of, scale_of
from safehub.audit.programmes.terms import Terms
from safehub.audit.returns import judging
from safehub.audit.returns.rows import KNOWN, ReturnRow
from safehub.audit.returns.sources.rows import SourceTaken
from safehub.audit.returns.summaries import Summary
from safehub.audit.sampling.rows import UNDRAWN, FrameDrawn
from safehub.audit.sampling.rules import Sample
from safehub.exchange.audit_pack import (
    attendance_file,
    codes_file,
    details_file,
    draws_file,
    moderation_file,
    narrative_files,
    sources_file,
    terms_file,
)
from safehub.exchange.audit_pack.frame_file import ReadFrame, read_frame
from safehub.exchange.audit_pack.grading_check import check_grading
from safehub.exchange.audit_pack.narrative_files import ReadMeeting
from safehub.exchange.audit_pack.sample_check import (
    case_numbers,
    check_sample,
    check_withdrawn_numbers,
)
from safehub.exchange.audit_pack.terms_file import ReadTerms, read_terms
from safehub.exchange.audit_pack.yaml_files import Value, read_yaml
from safehub.foundation.documents.neutral import restored
from safehub.foundation.documents.spreadsheets import EVERYTHING, Cells, Wanted, read_workbook
from safehub.foundation.errors import NotFound, Refused
from safehub.foundation.mistakes import FileMistakes, Mistakes
from safehub.instruments.tools import QuestionType, Tool
from safehub.instruments.xlsform import read_tool

NAMES = (
    "audit.yaml",
    "frame.csv",
    "frame.xml",
    "returns.csv",
    "summative.yaml",
    "meeting.yaml",
    "actions.csv",
)
MODERATION = "moderation.csv"
CODES = "codes.csv"
ATTENDANCE = attendance_file.FILE
DRAWS = draws_file.FILE
SOURCES = sources_file.FILE
DETAILS = details_file.FILE
RESERVED_NAMES = (MODERATION, CODES, ATTENDANCE, DRAWS, SOURCES, DETAILS)
# What a pack of version 2 may have besides.
OF_VERSION_2 = {*RESERVED_NAMES}
# The return of the largest county, 80,000 children, has 130 MB.
MOST_BYTES = 500_000_000


@dataclass(frozen=True)
class ImmediateRisk:
    """A row that says a child is at immediate risk now."""

    agency: str
    respondent: str
    case: str


@dataclass(frozen=True)
class Pack:
    """Everything in a pack that had no mistake. `notes` say what was seen and not read."""

    name: str
    sha256: str
    terms: Terms
    tool: Tool
    tool_sheets: dict[str, Cells]
    frame: ReadFrame
    neutralised: bool
    sample: Sample
    rows: tuple[ReturnRow, ...] = ()
    summaries: tuple[Summary, ...] = ()
    meeting: Agreed | None = None
    actions: tuple[ActionTerms, ...] = ()
    at_risk: tuple[ImmediateRisk, ...] = ()
    looks: tuple[LookTaken, ...] = ()
    attended: tuple[Attended, ...] = ()
    texts: tuple[TextTaken, ...] = ()
    drawn: FrameDrawn = UNDRAWN
    sources: tuple[SourceTaken, ...] = ()
    details: Details = NO_DETAILS
    notes: tuple[str, ...] = ()


@dataclass
class Looked:
    """What reading came to: the pack, or mistakes. Children at risk are known either way."""

    pack: Pack | None
    mistakes: Mistakes
    at_risk: list[ImmediateRisk] = field(default_factory=list)


def read_pack(folder: Path) -> Pack:
    """The pack in this folder. Raises Refused, with all that is wrong, and NotFound."""
    looked = look(folder)
    if looked.pack is None:
        raise Refused(list(looked.mistakes))
    return looked.pack


def look(folder: Path) -> Looked:
    """Read the whole folder. Raises NotFound where it is none."""
    return _Reading(_existing(folder)).looked()


def look_at_commission(folder: Path) -> Looked:
    """Read what an audit begins with: its terms, its tool, its frame. Raises NotFound."""
    return _Reading(_existing(folder)).commission()


def _existing(folder: Path) -> Path:
    if not folder.is_dir():
        raise NotFound(f"There is no folder {folder}: name the folder of an audit pack.")
    return folder


class _Reading:
    """One reading of a folder, file after file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._mistakes = Mistakes()
        self._digest = hashlib.sha256()
        self._rows: list[ReturnRow] = []
        self._at_risk: dict[ImmediateRisk, None] = {}
        self._sheets: dict[str, Cells] = {}
        self._tool_name = ""
        self._version: int | None = 1

    def commission(self) -> Looked:
        """The terms, the tool and the frame; whether the sample can be drawn is checked too."""
        terms = self._terms()
        tool = self._tool(terms)
        frame = self._frame(terms)
        if tool is not None:
            check_grading(terms, tool, self._mistakes.of(terms_file.FILE))
        sample = check_sample(terms, frame)
        return Looked(self._pack(terms, tool, frame, sample), self._mistakes)

    def looked(self) -> Looked:
        """Everything, each file judged by what could be relied on of those before it."""
        terms = self._terms()
        tool = self._tool(terms)
        frame = self._frame(terms)
        if tool is not None:
            check_grading(terms, tool, self._mistakes.of(terms_file.FILE))
        sample = check_sample(terms, frame)
        drawn = self._draws(terms, frame, sample)
        root = self._yaml("meeting.yaml")
        meeting = self._meeting(root, terms)
        self._returns(terms, tool, frame, sample, meeting)
        summaries = self._summaries(terms, tool)
        actions = self._actions(terms, meeting)
        looks = self._looks(terms, tool)
        attended = self._attended(terms)
        texts = self._codes(terms, tool)
        sources = self._sources(terms)
        details = self._details()
        pack = self._pack(terms, tool, frame, sample)
        if pack is not None:
            pack = replace(
                pack,
                rows=tuple(self._rows),
                summaries=tuple(summaries),
                meeting=meeting.agreed() if root is not None and meeting else None,
                actions=tuple(actions),
                at_risk=tuple(self._at_risk),
                looks=tuple(looks),
                attended=tuple(attended),
                texts=tuple(texts),
                drawn=drawn,
                sources=tuple(sources),
                details=details,
            )
        return Looked(pack, self._mistakes, list(self._at_risk))

    def _pack(
        self,
        terms: ReadTerms,
        tool: Tool | None,
        frame: ReadFrame | None,
        sample: Sample | None,
    ) -> Pack | None:
        """What an audit begins with, where nothing that was read had a mistake."""
        if len(self._mistakes) or tool is None or frame is None or sample is None:
            return None
        return Pack(
            name=self._folder.resolve().name,
            sha256=self._digest.hexdigest(),
            terms=terms.terms(),
            tool=tool,
            tool_sheets=self._sheets,
            frame=frame,
            neutralised=bool(terms.neutralised),
            sample=sample,
            notes=tuple(self._notes()),
        )

    def _read(self, name: str, *, required: bool = False) -> bytes | None:
        """The bytes of a file of the pack; each is part of what the pack is known by."""
        path = self._folder / name
        try:
            if path.stat().st_size > MOST_BYTES:
                wanted = f"a file of at most {MOST_BYTES:,} bytes"
                self._mistakes.add(name, "", f"{path.stat().st_size:,} bytes", wanted)
                return None
            data = path.read_bytes()
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            if required:
                self._mistakes.add(name, "", "", "a file")
            return None
        except OSError as error:
            found = f"a file that cannot be read ({error.strerror})"
            self._mistakes.add(name, "", found, "a file")
            return None
        self._note_bytes(name, data)
        return data

    def _note_bytes(self, name: str, data: bytes) -> None:
        self._digest.update(f"{name}\0{hashlib.sha256(data).hexdigest()}\n".encode())

    def _yaml(self, name: str, *, required: bool = False) -> Value | None:
        data = self._read(name, required=required)
        return None if data is None else read_yaml(data, self._mistakes.of(name))

    def _terms(self) -> ReadTerms:
        root = self._yaml(terms_file.FILE, required=True)
        if root is not None:
            terms = read_terms(root)
            self._version = terms.pack_version
            return terms
        terms = ReadTerms(meeting_on_certain=False, neutralised=None)
        if not (self._folder / (terms.tool or "")).exists() and any(self._folder.glob("*.xlsx")):
            # The terms would have said that it goes by another name.
            terms.tool = None
        return terms

    def _workbook(self, name: str, wanted: Wanted = EVERYTHING) -> dict[str, Cells] | None:
        if self._read(name, required=True) is None:
            return None
        return read_workbook(self._folder / name, self._mistakes.of(name), wanted)

    def _tool(self, terms: ReadTerms) -> Tool | None:
        if terms.tool is None:
            return None
        self._tool_name = terms.tool
        sheets = self._workbook(terms.tool)
        if sheets is None:
            return None
        if terms.neutralised:
            sheets = {
                name: [[restored(cell) for cell in row] for row in rows]
                for name, rows in sheets.items()
            }
        self._sheets = sheets
        mistakes = self._mistakes.of(terms.tool)
        tool = read_tool(sheets, terms.title or "", mistakes)
        if tool is not None and tool.names_certain:
            known = tool.by_name.get(KNOWN)
            if known is None or (known.certain and not known.is_yes_no):
                found = known.type.value if known else ""
                wanted = "a question known, a select_one from a list with yes and no"
                mistakes.add("sheet survey", found, wanted)
            elif known.repeat or not known.is_asked or not tool.asks_everybody(known):
                wanted = f"{KNOWN} asked once of every agency, for all that is counted hangs on it"
                mistakes.add("sheet survey", f"{KNOWN} for some", wanted)
            self._remark_on_agencies(tool, terms, mistakes)
        return tool

    def _remark_on_agencies(self, tool: Tool, terms: ReadTerms, mistakes: FileMistakes) -> None:
        """A code that is misspelt would hide a question from everybody, and nobody would see it."""
        if not terms.agencies_certain:
            return
        audiences = [part.audience for part in tool.parts()]
        for code in sorted({code for one in audiences for code in one.codes} - set(terms.agencies)):
            mistakes.remark("sheet survey", f"the agency {code} is not in {terms_file.FILE}.")

    def _frame(self, terms: ReadTerms) -> ReadFrame | None:
        csv, xml = (self._folder / f"frame.{kind}" for kind in ("csv", "xml"))
        if csv.exists() and xml.exists():
            self._mistakes.add(
                "frame.xml", "", "a second frame", "frame.csv or frame.xml, not both"
            )
            return None
        name = "frame.xml" if xml.exists() else "frame.csv"
        data = self._read(name, required=True)
        return None if data is None else read_frame(name, data, terms, self._mistakes.of(name))

    def _meeting(self, root: Value | None, terms: ReadTerms) -> ReadMeeting | None:
        """What was agreed: nothing without a file, None where the file could not be read."""
        if root is None:
            return None if (self._folder / "meeting.yaml").exists() else ReadMeeting()
        return narrative_files.read_meeting(root, terms)

    def _today(self, terms: ReadTerms, meeting: ReadMeeting | None) -> dt.date | None:
        """What `today()` is in a run, so that a run repeats."""
        if terms.meeting_on is not None or not terms.meeting_on_certain:
            return terms.meeting_on
        if meeting is None or not meeting.held_on_certain:
            return None
        return meeting.held_on or terms.period_to

    def _returns(
        self,
        terms: ReadTerms,
        tool: Tool | None,
        frame: ReadFrame | None,
        sample: Sample | None,
        meeting: ReadMeeting | None,
    ) -> None:
        numbers, size = case_numbers(terms, frame, sample) or (None, None)
        if sample is None and terms.sample is not None and numbers is not None and size:
            check_withdrawn_numbers(terms.sample, numbers, size)
        today = self._today(terms, meeting)
        expected = judging.Expected(terms, tool, numbers, size, today)
        workbooks = self._workbook_names()
        data = self._read("returns.csv", required=not workbooks)
        if data is not None:
            mistakes = self._mistakes.of("returns.csv")
            self._rows += judging.read_returns_csv(data, expected, mistakes)
        for name in workbooks:
            self._one_workbook(name, expected)
        self._at_risk = {ImmediateRisk(*who): None for who in expected.at_risk}

    def _workbook_names(self) -> list[str]:
        folder = self._folder / "returns"
        if not folder.is_dir():
            return []
        names = sorted(p.name for p in folder.iterdir() if not _is_of_the_system(p.name))
        for name in names:
            if not name.endswith(".xlsx"):
                wanted = "filled workbooks (.xlsx) and nothing else"
                self._mistakes.add(f"returns/{name}", "", name, wanted)
        return [f"returns/{name}" for name in names if name.endswith(".xlsx")]

    def _one_workbook(self, name: str, expected: judging.Expected) -> None:
        agency = Path(name).stem
        mistakes = self._mistakes.of(name)
        terms = expected.terms
        if terms.agencies_certain and agency not in terms.agencies:
            mistakes.add("", agency, "a workbook named by the code of an agency in audit.yaml")
            return
        sheets = self._workbook(name, judging.WORKBOOK)
        if sheets is not None:
            rows = sheets.get(judging.SHEET)
            read = judging.read_returns_workbook(agency, rows, expected, mistakes)
            self._rows += read

    def _summaries(self, terms: ReadTerms, tool: Tool | None) -> list[Summary]:
        root = self._yaml("summative.yaml")
        return [] if root is None else narrative_files.read_summaries(root, terms, tool)

    def _actions(self, terms: ReadTerms, meeting: ReadMeeting | None) -> list[ActionTerms]:
        data = self._read("actions.csv")
        if data is None:
            return []
        mistakes = self._mistakes.of("actions.csv")
        return narrative_files.read_actions(data, terms, meeting, mistakes)

    def _draws(
        self, terms: ReadTerms, frame: ReadFrame | None, sample: Sample | None
    ) -> FrameDrawn:
        """Every draw that was made; of version 1 the file is not read."""
        root = None if self._version == 1 else self._yaml(DRAWS)
        if root is None:
            return UNDRAWN
        return draws_file.read_draws(root, frame, terms.sample, sample)

    def _sources(self, terms: ReadTerms) -> list[SourceTaken]:
        """What sources said on returns; of version 1 the file is not read."""
        data = None if self._version == 1 else self._read(SOURCES)
        if data is None:
            return []
        return sources_file.read_sources(
            data,
            returned=None if len(self._mistakes) else {key_of(row) for row in self._rows},
            neutralised=bool(terms.neutralised),
            mistakes=self._mistakes.of(SOURCES),
        )

    def _details(self) -> Details:
        """When and where the meeting is; of version 1 the file is not read."""
        root = None if self._version == 1 else self._yaml(DETAILS)
        return NO_DETAILS if root is None else details_file.read_details(root)

    def _looks(self, terms: ReadTerms, tool: Tool | None) -> list[LookTaken]:
        """The second looks; of version 1 the file is not read."""
        data = None if self._version == 1 else self._read(MODERATION)
        if data is None:
            return []
        # What was returned can be relied on where nothing before this was a mistake.
        returned = None if len(self._mistakes) else {key_of(row) for row in self._rows}
        looks = moderation_file.read_moderation(
            data,
            scale=self._scale(terms, tool),
            returned=returned,
            neutralised=bool(terms.neutralised),
            mistakes=self._mistakes.of(MODERATION),
        )
        if looks and returned is not None and terms.grading is None:
            wanted = f"grading in {terms_file.FILE}, for there are second grades"
            self._mistakes.add(MODERATION, "", "", wanted)
        return looks

    def _attended(self, terms: ReadTerms) -> list[Attended]:
        """Who came to the meeting; of version 1 the file is not read."""
        data = None if self._version == 1 else self._read(ATTENDANCE)
        if data is None:
            return []
        return attendance_file.read_attendance(
            data,
            agencies=terms.agencies if terms.agencies_certain else None,
            neutralised=bool(terms.neutralised),
            mistakes=self._mistakes.of(ATTENDANCE),
        )

    def _codes(self, terms: ReadTerms, tool: Tool | None) -> list[TextTaken]:
        """The coded texts; of version 1 the file is not read."""
        data = None if self._version == 1 else self._read(CODES)
        if data is None:
            return []
        answers = None
        if tool is not None and not len(self._mistakes):
            in_words = {one.name for one in tool.questions if one.type is QuestionType.TEXT}
            answers = {
                key_of(row): {
                    column: text
                    for column, text in row.answers.items()
                    if column.partition("[")[0] in in_words
                }
                for row in self._rows
                if row.is_counted
            }
        return codes_file.read_codes(
            data,
            answers=answers,
            neutralised=bool(terms.neutralised),
            mistakes=self._mistakes.of(CODES),
        )

    def _scale(self, terms: ReadTerms, tool: Tool | None) -> Scale | None:
        """The grades, where they could be relied on."""
        if terms.grading is None or tool is None or not tool.names_certain:
            return None
        question = tool.by_name.get(terms.grading.question)
        is_sure = question is not None and question.certain and bool(question.choices)
        return scale_of(tool, terms.grading.question) if is_sure else None

    def _notes(self) -> list[str]:
        return (
            self._mistakes.remarks
            + [
                f"{name} is a reserved name: this version does not read it."
                for name in RESERVED_NAMES
                if (name not in OF_VERSION_2 or self._version == 1)
                and (self._folder / name).exists()
            ]
            + [
                f"{path.name} was not read: a pack has {', '.join(NAMES)} and its tool."
                for path in sorted(self._folder.iterdir())
                if self._is_unread(path.name)
            ]
        )

    def _is_unread(self, name: str) -> bool:
        """Whether it may be a paper that its writer thinks was read, such as `meeting.yml`."""
        known = {*NAMES, *RESERVED_NAMES, self._tool_name, "returns"}
        return name not in known and not _is_of_the_system(name)


def _is_of_the_system(name: str) -> bool:
    """Files that a desktop leaves behind, and locks of open workbooks."""
    return name.startswith((".", "~$")) or name.lower() in {"thumbs.db", "desktop.ini"}
