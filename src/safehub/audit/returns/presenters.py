"""What pages say of returns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from safehub.audit.programmes.models import Audit
from safehub.audit.programmes.queries.standing import AGENCY
from safehub.audit.returns.grid import RETURNED, Cell, Grid, Standing
from safehub.audit.returns.models import Return, ReturnStatus, ReturnVersion, SignedOff
from safehub.audit.returns.queries import Shown
from safehub.audit.returns.rows import KNOWN
from safehub.foundation.access.decision import may
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass, Role
from safehub.foundation.govuk.paging import Paged
from safehub.foundation.govuk.parts import Fact, Mark, Tab, Tone
from safehub.foundation.govuk.wording import day
from safehub.instruments.queries import tool_of
from safehub.instruments.sums import SumsShown, sums_shown
from safehub.instruments.tools import NO, Question, QuestionType

WORDS: dict[Standing, tuple[str, Tone]] = {
    Standing.AWAITED: ("Awaited", "waiting"),
    Standing.NOT_KNOWN: ("Not known", "none"),
    Standing.DRAFT: ("Draft", "draft"),
    Standing.RETURNED: ("Returned", "done"),
    Standing.SENT_BACK: ("Sent back", "back"),
    Standing.ACCEPTED: ("Accepted", "done"),
}
MASKED = "Hidden: your role does not see this"
NOT_SHOWN = "Not shown"
_HIDDEN = Mark(NOT_SHOWN, "none")
_UNTIL = " before the round is opened."
BLIND = "Hidden from moderators until the round is opened, so that a second grade is given blind"


@dataclass(frozen=True)
class GridShown:
    """The grid as the template writes it, and the sums by agency above it."""

    heads: list[str]
    rows: list[tuple[object, list[Mark], str]]
    totals: list[str]
    counts: list[list[object]]
    paged: Paged
    notes: list[str]
    shows_cases: bool
    empty: str


def grid_of(viewer: Viewer, audit: Audit, grid: Grid) -> GridShown:
    """Marks for cells; each that has one return leads to it.

    Where no return of an agency is shown to the viewer that is said, and nothing is counted.
    """
    address = reverse("audit:return", args=[audit.reference, 0])[: -len("0/")]
    codes = [code for code, _ in grid.agencies]
    rows: list[tuple[object, list[Mark], str]] = [
        (
            f"{case} (withdrawn)" if case in grid.withdrawn else case,
            [
                _mark(grid.cells[case, code], address, is_hidden=code in grid.hidden)
                for code in codes
            ],
            f"{grid.returned_of_case(case)} of {len(grid.seen)}" if grid.seen else NOT_SHOWN,
        )
        for case in grid.cases
    ]
    counts = grid.counts
    return GridShown(
        heads=[code for code, _ in grid.agencies],
        rows=rows,
        totals=[
            NOT_SHOWN if code in grid.hidden else str(sum(counts[code][one] for one in RETURNED))
            for code in codes
        ],
        paged=grid.paged,
        counts=[
            [name, grid.asked, *(_counted(grid, code, one) for one in _ORDER)]
            for code, name in grid.agencies
        ],
        notes=_notes(viewer, audit, grid),
        shows_cases=grid.shows_cases,
        empty="No case of this round is open to you."
        if viewer.role in AGENCY
        else "There are no cases yet.",
    )


def _counted(grid: Grid, code: str, standing: Standing) -> object:
    is_hidden = code in grid.hidden or (standing is Standing.DRAFT and code in grid.unbegun)
    return NOT_SHOWN if is_hidden else grid.counts[code][standing]


def _notes(viewer: Viewer, audit: Audit, grid: Grid) -> list[str]:
    """What the grid leaves out for this viewer, so that nobody takes it for nothing."""
    names = [name for code, name in grid.agencies if code in grid.hidden]
    notes = []
    if not grid.shows_cases:
        what = "The cases of this round, and what agencies returned on them, are not shown to you"
        return [f"{what}{_UNTIL if audit.opened_at is None else '.'}"]
    if names and not grid.seen and audit.opened_at is None:
        notes.append(f"What agencies returned is not shown to you{_UNTIL}")
    elif names:
        notes.append(
            f"What {' and '.join(names)} returned is not shown to you: in your role you look at "
            "what other agencies returned."
        )
    if viewer.role is Role.AGENCY_AUDITOR:
        notes.append("You see the cases that are allocated to you, and they alone are counted.")
    if viewer.unit:
        notes.append(f"Of your own agency you see what {viewer.unit} answered, and nothing else.")
    return notes


_ORDER = (
    *(Standing.ACCEPTED, Standing.RETURNED, Standing.SENT_BACK),
    *(Standing.DRAFT, Standing.NOT_KNOWN, Standing.AWAITED),
)


def _mark(cell: Cell, address: str, *, is_hidden: bool) -> Mark:
    # A return that was given to somebody by itself is seen all the same.
    if is_hidden and not cell.keys:
        return _HIDDEN
    word, tone = WORDS[cell.standing]
    if cell.respondents > 1:
        word = f"{word} ({cell.respondents})"
    return Mark(word, tone, f"{address}{cell.keys[0]}/" if cell.keys else "")


def tabs_of(viewer: Viewer, audit: Audit, here: str) -> list[Tab]:
    """The parts of an audit that the viewer may open."""
    parts = [
        ("round", "Round", "audit.see", reverse("audit:round", args=[audit.reference])),
        ("figures", "Figures", "audit.see_figures", f"/audits/{audit.reference}/figures/"),
        ("meeting", "Meeting", "audit.see", f"/audits/{audit.reference}/meeting/"),
        ("gaps", "Gaps and actions", "audit.see", f"/audits/{audit.reference}/gaps/"),
        ("reports", "Reports", "audit.see", f"/audits/{audit.reference}/reports/"),
    ]
    cases = reverse("audit:own_cases", args=[audit.reference])
    parts.insert(1, ("cases", "Your cases", "audit.answer", cases))
    if audit.opened_at is None:
        sending = reverse("audit:workbook", args=[audit.reference])
        summing = reverse("audit:sum_up", args=[audit.reference])
        parts.insert(2, ("summary", "Your summary", "audit.sum_up", summing))
        parts.insert(2, ("workbook", "Workbook", "audit.send_workbook", sending))
    known = reverse("audit:knowing", args=[audit.reference])
    parts.append(("knowing", "Known to us?", "audit.say_known", known))
    asked = reverse("audit:knowing_asked", args=[audit.reference])
    parts.append(("knowing_asked", "Who knows whom", "audit.see_asked", asked))
    sample = reverse("audit:sample", args=[audit.reference])
    parts.append(("sample", "Sample", "audit.see_sample", sample))
    allocating = reverse("audit:allocations", args=[audit.reference])
    parts.append(("allocations", "Who audits", "audit.see_allocations", allocating))
    at_risk = reverse("audit:risks", args=[audit.reference])
    again = f"/audits/{audit.reference}/moderation/"
    parts.append(("moderation", "Moderation", "audit.see_moderation", again))
    coding = f"/audits/{audit.reference}/coding/"
    parts.append(("coding", "Coding", "audit.see_coding", coding))
    parts.append(("risks", "Immediate risk", "risk.raise", at_risk))
    matters = reverse("audit:matters", args=[audit.reference])
    parts.append(("matters", "Practice or conduct", "conduct.raise", matters))
    return [
        Tab(label, href, is_here=code == here)
        for code, label, action, href in parts
        if code == here or action == "audit.see" or may(viewer, action, audit)
    ]


def signed_words(version: ReturnVersion) -> str:
    """What its agency's sign-off says of a version, in words; blank where it says nothing yet."""
    signed = getattr(version, "sign_off", None)
    if signed is None:
        return ""
    word = "Accepted" if signed.outcome == SignedOff.ACCEPTED else "Sent back"
    return f"{word} by its agency on {day(signed.signed_at)}"


def answer_facts(audit: Audit, found: Return, shown: Shown, *, is_own: bool = False) -> list[Fact]:
    """The head of a return and its answers, in the order of the tool.

    Why it was sent back is for its own agency alone.
    """
    respondent = (
        found.respondent if FieldClass.THIRD_PARTY in shown.classes else MASKED
    ) or found.participant.name
    status = ReturnStatus(shown.version.status).label
    asked_of = shown.version.tool_version
    head = [
        Fact("Case", found.case.number),
        Fact("Agency", found.participant.name),
        Fact("Answered by", respondent),
        Fact("Status", f"{status}, version {shown.version.number}"),
    ]
    signed = signed_words(shown.version)
    if signed:
        head.append(Fact("Sign-off", signed))
    if signed and is_own and shown.version.sign_off.reason:
        opinion = FieldClass.OPINION in shown.classes
        head.append(Fact("Why", shown.version.sign_off.reason if opinion else MASKED))
    if asked_of.pk != audit.tool_version_id:
        head.append(Fact("Answers", f"version {asked_of.version} of the tool, not the newest"))
    if FieldClass.OPINION not in shown.classes:
        return [*head, Fact("Answers", MASKED)]
    questions = tool_of(asked_of).questions
    asked = (question for question in questions if question.name not in shown.not_asked)
    facts = [_fact(one, shown) for one in asked if one.name not in shown.kept]
    if shown.kept:
        graded = tool_of(asked_of).by_name[audit.grading_question]
        facts.append(Fact(graded.label or graded.name, BLIND))
    return [*head, *facts]


def sums_of(found: Return, shown: Shown) -> SumsShown | None:
    """What the answers score, for who may see them; none of a return on a child who is not known.

    A tool in which nothing has a score has none either, and a moderator who grades blind no sum.
    """
    if shown.kept or not shown.answers or shown.answers.get(KNOWN) == NO:
        return None
    tool = tool_of(shown.version.tool_version).for_agency(found.participant.code)
    return sums_shown(tool, shown.answers, shown.not_asked)


def _fact(question: Question, shown: Shown) -> Fact:
    answer = shown.answers.get(question.name, "")
    words = answer_in_words(question, answer) or "Not answered"
    return Fact(question.label or question.name, words)


def answer_in_words(question: Question, answer: str) -> str:
    """The label of each choice, a date as people write it; other answers as they were given."""
    if question.type is QuestionType.DATE:
        return _day(answer)
    if not question.choices:
        return answer
    labels = {choice.name: choice.label or choice.name for choice in question.choices}
    names: Sequence[str] = answer.split() if answer else ()
    return ", ".join(labels.get(name, name) for name in names)


def _day(answer: str) -> str:
    try:
        return day(dt.date.fromisoformat(answer))
    except ValueError:
        return answer
