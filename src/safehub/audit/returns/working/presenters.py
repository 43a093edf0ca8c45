"""What the pages say on which a return is answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from django.urls import reverse

from safehub.audit.programmes.models import Audit
from safehub.audit.returns.grid import ACCEPTED, SENT_BACK
from safehub.audit.returns.models import ReturnEvidence, WorkingReturn
from safehub.audit.returns.presenters import answer_in_words
from safehub.audit.returns.rows import IMMEDIATE_RISK, SUBMITTED
from safehub.audit.returns.signing.queries import ToSign
from safehub.audit.returns.working.parts import Judged, Part, PartStanding, PartState, field_name
from safehub.audit.returns.working.queries import CameIn, LastRound, OwnCase, TypedBefore
from safehub.foundation.govuk.parts import Fact, Link, Tag
from safehub.foundation.govuk.wording import day, plural
from safehub.instruments.tools import NO, NOT_APPLICABLE, YES, Column, Question

WORDS: dict[PartState, Tag] = {
    PartState.DOES_NOT_APPLY: Tag("Does not apply", "grey"),
    PartState.NOT_STARTED: Tag("Not started", "blue"),
    PartState.IN_PROGRESS: Tag("In progress", "yellow"),
    PartState.COMPLETE: Tag("Complete", "green"),
}
NOT_STARTED = Tag("Not started", "blue")
NO_ANSWER = "No answer"
# Stands for a number in an address; no reference of an audit has it in it.
_A_NUMBER = "~"


@dataclass(frozen=True)
class Task:
    """An entry of the task list. One that does not apply leads nowhere."""

    title: str
    said: str
    state: Tag
    href: str


def tasks_of(working: WorkingReturn, parts: tuple[Part, ...], judged: Judged) -> list[Task]:
    """The parts with how far each is."""
    return [_task(working, judged.standing(part)) for part in parts]


def _task(working: WorkingReturn, standing: PartStanding) -> Task:
    applies = standing.state is not PartState.DOES_NOT_APPLY
    said = (
        f"{standing.answered} of {plural(standing.asked, 'question')} answered"
        if standing.asked
        else ""
    )
    if standing.wrong:
        said += f", {plural(standing.wrong, 'answer')} to look at again"
    href = part_address(working, standing.part) if applies else ""
    return Task(standing.part.title, said, WORDS[standing.state], href)


NOTHING_BEGUN = "No return was begun from this page, so nothing that was typed is lost."


def part_address(working: WorkingReturn, part: Part) -> str:
    """Where a part is answered."""
    reference = working.participant.audit.reference
    return reverse("audit:answer_part", args=[reference, working.pk, part.number])


def case_rows(audit: Audit, cases: list[OwnCase], *, unit: str) -> list[list[object]]:
    """A row for each case: where to answer, how far the agency is, and who must not answer.

    Once the round is opened, where to read what was begun or sent.
    """
    if audit.opened_at is not None:
        return [row for one in cases for row in _closed_rows(audit, one)]
    to = _Addresses(audit.reference)
    return [[_case_link(to, one, unit), _states(audit, one), _conflict(to, one)] for one in cases]


class _Addresses:
    """The addresses of a list of cases, each pattern looked up once: a row costs nothing."""

    def __init__(self, reference: str) -> None:
        self._begin = reverse("audit:begin_return", args=[reference, _A_NUMBER]).split(_A_NUMBER)
        self._answers = reverse("audit:answers", args=[reference, 0]).removesuffix("0/")
        self._conflict = reverse("declare_conflict", args=["sampling.case", 0]).removesuffix("0/")

    def begin(self, number: str) -> str:
        """Where a return on the case of that number is begun."""
        return quote(number).join(self._begin)

    def answers(self, key: int) -> str:
        """Where a return is answered."""
        return f"{self._answers}{key}/"

    def conflict(self, key: int) -> str:
        """Where a conflict with the case of that key is declared."""
        return f"{self._conflict}{key}/"


def _conflict(to: _Addresses, one: OwnCase) -> Link:
    said = f"of interest with case {one.number}"
    return Link("Declare a conflict", to.conflict(one.key), said)


def _closed_rows(audit: Audit, one: OwnCase) -> list[list[object]]:
    """Each return that was sent or begun; else that nothing was sent."""
    number = f"Case {one.number}"

    def link(name: str, key: int, respondent: str) -> Link:
        address = reverse(f"audit:{name}", args=[audit.reference, key])
        return Link(f"{number}: {respondent}" if respondent else number, address)

    sent = {respondent for _, respondent, status, *_ in one.returned if status == SUBMITTED}
    rows: list[list[object]] = [
        [link("return", key, respondent), _sent_words(known, signed)]
        for key, respondent, status, known, signed in one.returned
        if status == SUBMITTED
    ]
    rows += [
        [
            link("answers", key, respondent),
            Tag("Changes begun, not sent" if respondent in sent else "Begun, not sent", "orange"),
        ]
        for key, respondent in one.working
    ]
    return rows or [[number, Tag("Not sent", "orange")]]


def _sent_words(known: str, signed: str) -> Tag:
    if signed == SENT_BACK:
        return Tag("Sent back, not sent again", "orange")
    if known == NO:
        return Tag("Not known to us", "grey")
    return Tag("Accepted" if signed == ACCEPTED else "Submitted", "green")


def _case_link(to: _Addresses, one: OwnCase, unit: str) -> Link:
    if len(one.working) == 1 and not unit:
        href = to.answers(one.working[0][0])
        return Link(f"Case {one.number}", href, "go on answering")
    return Link(f"Case {one.number}", to.begin(one.number))


def sign_rows(audit: Audit, waiting: list[ToSign]) -> list[list[object]]:
    """A row for each return that waits for the viewer's sign-off."""
    return [
        [
            Link(f"Case {one.case}", reverse("audit:sign_off", args=[audit.reference, one.pk])),
            one.respondent or "–",
            str(one.number),
        ]
        for one in waiting
    ]


def _states(audit: Audit, one: OwnCase) -> object:
    """One state in a word, or where several answer how many stand where."""
    begun = len(one.working)
    back = sum(signed == SENT_BACK for *_, signed in one.returned)
    rest = [row[2:] for row in one.returned if row[2] == SUBMITTED and row[4] != SENT_BACK]
    unknown = sum(known == NO for _, known, _ in rest)
    accepted = sum(known != NO and signed == ACCEPTED for _, known, signed in rest)
    known = len(rest) - unknown - accepted
    if begun + back + len(rest) > 1:
        counts = (
            *((back, "sent back"), (begun, "in progress"), (known, "submitted")),
            *((accepted, "accepted"), (unknown, "not known")),
        )
        return ", ".join(f"{count} {word}" for count, word in counts if count)
    if back:
        return Tag("Sent back", "orange")
    if begun:
        return Tag("In progress", "yellow")
    if accepted:
        return Tag("Accepted", "green")
    if known:
        return Tag("Submitted", "green")
    return Tag("Not known to us", "grey") if unknown else NOT_STARTED


def says_at_risk(newer: CameIn | None) -> bool:
    """Whether what came in since says that a child is at immediate risk."""
    return newer is not None and newer.answers.get(IMMEDIATE_RISK) == YES


def newer_rows(newer: CameIn, judged: Judged) -> list[list[object]]:
    """Each answer that came in since and is another here: the question, theirs, ours."""
    here = judged.examined.answers
    return [
        [
            _label(column),
            answer_in_words(column.question, newer.answers.get(column.name, "")) or NO_ANSWER,
            answer_in_words(column.question, here.get(column.name, "")) or NO_ANSWER,
        ]
        for column in judged.tool.columns
        if newer.answers.get(column.name, "") != here.get(column.name, "")
    ]


def identity_facts(cells: Mapping[str, str]) -> list[Fact]:
    """By what an agency finds the child in its own records."""
    return [
        Fact(name.replace("_", " ").capitalize(), value or "Not given")
        for name, value in cells.items()
    ]


def beside_of(before: LastRound | None, columns: tuple[Column, ...]) -> dict[str, str]:
    """By question, how the agency answered it in its last round, in a sentence."""
    if before is None:
        return {}
    found = {}
    for column in columns:
        counts = before.counts.get(column.question.name)
        if counts and column.question.choices:
            found[column.question.name] = f"Last round: {_counted(column.question, counts)}."
    return found


def _counted(question: Question, counts: Mapping[str, int]) -> str:
    if question.is_yes_no:
        total = sum(count for answer, count in counts.items() if answer != NOT_APPLICABLE)
        if total:
            return f"{counts.get(YES, 0)} of {total} yes"
    return ", ".join(
        f"{choice.label or choice.name} {counts[choice.name]}"
        for choice in question.choices
        if counts.get(choice.name)
    )


@dataclass(frozen=True)
class PartAnswers:
    """A part on the page where answers are checked."""

    title: str
    facts: list[Fact]


def answers_to_check(
    working: WorkingReturn,
    parts: tuple[Part, ...],
    judged: Judged,
    files: Mapping[str, str],
    *,
    changes: bool = True,
) -> list[PartAnswers]:
    """All that is asked, with what was answered and, with `changes`, where to change it."""
    found = []
    for part in parts:
        address = part_address(working, part)
        facts = [
            Fact(
                _label(column),
                _answer(column, judged.answers.get(column.name, ""), files),
                [Link("Change", f"{address}#id_{field_name(column.name)}", _label(column))]
                if changes
                else [],
            )
            for column in part.columns
            if judged.is_asked(column) and (column.entry is None or column.name in judged.answers)
        ]
        if facts:
            found.append(PartAnswers(part.title, facts))
    return found


def _label(column: Column) -> str:
    label = column.question.label or column.question.name
    return label if column.entry is None else f"{label} ({column.entry})"


def _answer(column: Column, answer: str, files: Mapping[str, str]) -> object:
    if answer and column.name in files:
        return Link(answer, files[column.name])
    return answer_in_words(column.question, answer) or "Not answered"


def missing_links(
    working: WorkingReturn, parts: tuple[Part, ...], judged: Judged
) -> list[tuple[Link, str]]:
    """What stands in the way of submitting: where to mend it, and what is wanted."""
    homes = {column.name: (part, column) for part in parts for column in part.columns}
    found = []
    for fault in judged.missing.faults:
        part, column = homes[fault.question]
        href = f"{part_address(working, part)}#id_{field_name(fault.question)}"
        found.append((Link(_label(column), href), fault.wanted))
    return found


def aside_rows(working: WorkingReturn, files: Mapping[str, ReturnEvidence]) -> list[list[object]]:
    """A row for each answer that a newer version of the tool has no place for."""
    return [
        [
            f"{one['question']} (version {one['version']})",
            _file_aside(working, one, files.get(one["file"])) or one["answer"],
            one["why"],
        ]
        for one in working.set_aside
    ]


def unsent_rows(working: WorkingReturn, before: Iterable[TypedBefore]) -> list[list[object]]:
    """A row for each thing typed under an earlier version and never sent, unless it was since."""
    return [
        [
            f"{_label(one.columns[name])} (version {one.version})",
            answer_in_words(one.columns[name].question, text),
            "It was typed and not sent before the questions changed.",
        ]
        for one in before
        for name, text in one.typed.items()
        if working.answers.get(name) != text
    ]


def typed_rows(working: WorkingReturn, kept: Iterable[TypedBefore]) -> list[list[object]]:
    """A row for each thing typed and not saved before the round was opened."""
    return [
        [_label(one.columns[name]), answer_in_words(one.columns[name].question, text)]
        for one in kept
        for name, text in one.typed.items()
        if working.answers.get(name) != text
    ]


def text_facts(kept: Iterable[TypedBefore]) -> list[Fact]:
    """Each thing typed, as it was typed, under its question."""
    return [
        Fact(_label(one.columns[name]), answer_in_words(one.columns[name].question, text))
        for one in kept
        for name, text in one.typed.items()
    ]


def file_links(working: WorkingReturn, files: Iterable[ReturnEvidence]) -> dict[str, str]:
    """Where each file of a return being answered is fetched, by column."""
    reference = working.participant.audit.reference
    return {
        one.column: reverse("audit:evidence", args=[reference, working.pk, one.pk]) for one in files
    }


def _file_aside(
    working: WorkingReturn, one: Mapping[str, str], file: ReturnEvidence | None
) -> Link | None:
    if file is None:
        return None
    reference = working.participant.audit.reference
    return Link(one["answer"], reverse("audit:evidence", args=[reference, working.pk, file.pk]))


def is_at_risk(judged: Judged) -> bool:
    """Whether the answers say that a child is at immediate risk now."""
    return judged.answers.get(IMMEDIATE_RISK) == YES


def due(audit: Audit) -> str:
    """When answers are wanted, in a sentence; blank where no day is set."""
    return f"Returns are due on {day(audit.returns_due_on)}." if audit.returns_due_on else ""
