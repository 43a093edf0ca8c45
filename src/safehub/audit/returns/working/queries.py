"""Reading returns that are being answered, always one's own."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import F, QuerySet

from safehub.audit.programmes.models import Audit, Participant
from safehub.audit.programmes.queries import audits
from safehub.audit.returns.grid import SENT_BACK
from safehub.audit.returns.late import too_late
from safehub.audit.returns.models import (
    Return,
    ReturnEvidence,
    ReturnVersion,
    SentIn,
    SignedOff,
    WorkingReturn,
)
from safehub.audit.returns.rows import SUBMITTED
from safehub.audit.returns.signing.queries import sent_in_as
from safehub.audit.returns.working.parts import ANSWERS_CODE, Judged, Part, field_name, parts_of
from safehub.audit.sampling.models import Case
from safehub.audit.sampling.queries import cases_drawn
from safehub.audit.sampling.rows import columns_shown
from safehub.foundation.access.decision import classes_of, may, open_found, open_record, visible_to
from safehub.foundation.access.queries import rows_visible
from safehub.foundation.access.queries.kept import Rows
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass
from safehub.foundation.errors import Absent, NotPossible
from safehub.foundation.questions import Question
from safehub.foundation.records import ref_of
from safehub.foundation.submissions.fields import Typed
from safehub.foundation.submissions.holders import Holder
from safehub.foundation.submissions.posting import clock_time
from safehub.foundation.submissions.queries import texts_about
from safehub.foundation.trail.commands import noted
from safehub.instruments.models import ToolVersion
from safehub.instruments.queries import tool_of
from safehub.instruments.responses import answers_of
from safehub.instruments.tools import Column, Tool


def day_of(audit: Audit) -> dt.date:
    """The day by which answers are judged, whichever way they come: that of the meeting."""
    if audit.meeting_on:
        return audit.meeting_on
    meeting = getattr(audit, "meeting", None)
    return (meeting and meeting.held_on) or audit.period_to


def own_participant(viewer: Viewer, audit: Audit) -> Participant:
    """The viewer's agency in the audit. Raises Absent and NotPossible. One query."""
    found = audit.participants.filter(agency=viewer.organisation).first()
    if found is None:
        raise Absent("Your agency takes no part in this audit.")
    if viewer.unit and not found.respondent_unit:
        raise NotPossible(
            f"{found.name} answers as one in this audit: ask its coordinator to answer."
        )
    return found


def tool_for(version: ToolVersion, agency: str) -> Tool:
    """The tool as the agency of that code is asked it."""
    return _tool_and_parts(version, agency)[0]


def parts_for(version: ToolVersion, agency: str) -> tuple[Part, ...]:
    """Its parts."""
    return _tool_and_parts(version, agency)[1]


# A version never changes, so each is cut to each agency once in the life of a process.
_CUT: dict[tuple[str, str], tuple[Tool, tuple[Part, ...]]] = {}
_MOST_CUT = 256


def _tool_and_parts(version: ToolVersion, agency: str) -> tuple[Tool, tuple[Part, ...]]:
    key = version.sha256, agency
    if key not in _CUT:
        if len(_CUT) >= _MOST_CUT:
            _CUT.clear()
        tool = tool_of(version).for_agency(agency)
        _CUT[key] = tool, parts_of(tool)
    return _CUT[key]


def working_return(
    viewer: Viewer, reference: str, key: int, action: str = "return.see_working"
) -> WorkingReturn:
    """A return being answered, opened. Raises Absent and NotAllowed. Two queries."""
    return open_found(viewer, action, WorkingReturn, _WORKING.first(reference, key))


def _working(reference: str, key: int) -> QuerySet[WorkingReturn]:
    # A tool is read once in the life of a process: its sheets need not come with every request.
    return (
        WorkingReturn.objects.filter(participant__audit__reference=reference, pk=key)
        .select_related("case", "participant__audit", "tool_version")
        .defer("tool_version__sheets")
    )


_WORKING = Question(_working, str, int)


def judged(working: WorkingReturn) -> Judged:
    """Its answers, judged as far as they go."""
    participant = working.participant
    return Judged(
        tool=tool_for(working.tool_version, participant.code),
        agency=participant.code,
        today=day_of(participant.audit),
        given=working.answers,
    )


@dataclass
class OwnCase:
    """A case, by key and number, as the viewer's agency stands to it."""

    key: int
    number: str
    working: list[tuple[int, str]] = field(default_factory=list)
    returned: list[tuple[int, str, str, str, str]] = field(default_factory=list)

    @property
    def is_sent(self) -> bool:
        """Something was submitted, whatever its agency said of it since."""
        return any(status == SUBMITTED for _, _, status, _, _ in self.returned)

    @property
    def is_owed(self) -> bool:
        """Nothing was submitted yet, or what was is sent back or taken back."""
        sent = [signed for _, _, status, _, signed in self.returned if status == SUBMITTED]
        return not sent or SENT_BACK in sent


def own_cases(viewer: Viewer, audit: Audit, participant: Participant) -> list[OwnCase]:
    """The cases that the viewer's agency is asked about, by number, with what there is of each.

    `working` has key and respondent, `returned` key, respondent, status, what is known and what its
    sign-off says. Three queries.
    """

    def cases(given: Sequence[int]) -> Rows:
        drawn = cases_drawn(given[0]).filter(number__isnull=False, withdrawal_position__isnull=True)
        seen = visible_to(viewer, "case.see", drawn)
        return seen.order_by("number").values_list("pk", "number")

    def working(given: Sequence[int]) -> Rows:
        mine = WorkingReturn.objects.filter(participant=given[0])
        seen = visible_to(viewer, "return.see_working", mine)
        return seen.order_by("respondent").values_list("pk", "case_id", "respondent")

    def returned(given: Sequence[int]) -> Rows:
        mine = Return.objects.filter(participant=given[0])
        seen = visible_to(viewer, "return.see", mine).filter(versions__is_latest=True)
        return seen.order_by("respondent").values_list(
            *("pk", "case_id", "respondent"),
            *("versions__status", "versions__known", "versions__sign_off__outcome"),
        )

    rows = rows_visible(viewer, ("case.see",), "own.cases", cases, [audit.pk])
    found = {key: OwnCase(key, number) for key, number in rows}
    rows = rows_visible(viewer, ("return.see_working",), "own.working", working, [participant.pk])
    for key, case, respondent in rows:
        if case in found:
            found[case].working.append((key, respondent))
    rows = rows_visible(viewer, ("return.see",), "own.returned", returned, [participant.pk])
    for key, case, respondent, status, known, signed in rows:
        if case in found:
            found[case].returned.append((key, respondent, status, known, signed or ""))
    return list(found.values())


def respondents_on(viewer: Viewer, participant: Participant, case: Case) -> list[tuple[str, int]]:
    """Of a case, who has begun, each with the key of what they began. One query."""
    mine = WorkingReturn.objects.filter(participant=participant, case=case)
    seen = visible_to(viewer, "return.see_working", mine).order_by("respondent")
    return list(seen.values_list("respondent", "pk"))


def case_to_answer(viewer: Viewer, audit: Audit, number: str, action: str) -> Case:
    """A case of the sample, opened to begin a return. Raises Absent and NotAllowed."""
    cases = cases_drawn(audit).select_related("draw__audit")
    return open_record(viewer, action, cases, number=number)


def is_shut(viewer: Viewer, participant: Participant, case: Case, respondent: str) -> bool:
    """Whether that return was sent in and its words do not show to the viewer. Two queries.

    What is begun takes over what was sent in, so whoever may not read the one begins no other.
    """
    found = Return.objects.filter(participant=participant, case=case, respondent=respondent).first()
    return found is not None and FieldClass.OPINION not in classes_of(viewer, "return.see", found)


def returned_answers(participant: Participant, case: Case, respondent: str) -> dict[str, str]:
    """What was answered last, to go on from. Whoever asks may begin a return. One query."""
    response = (
        ReturnVersion.objects.filter(
            audit_return__participant=participant,
            audit_return__case=case,
            audit_return__respondent=respondent,
            is_latest=True,
            status=SUBMITTED,
        )
        .values_list("response", flat=True)
        .first()
    )
    return answers_of(response) if response else {}


@dataclass(frozen=True)
class CameIn:
    """What was submitted on the case since a return was begun: which version, and its answers."""

    number: int
    answers: Mapping[str, str]


def came_in_since(working: WorkingReturn) -> CameIn | None:
    """The version that submitting would replace though it was never looked at. One query."""
    found = (
        ReturnVersion.objects.filter(
            audit_return__participant=working.participant_id,
            audit_return__case=working.case_id,
            audit_return__respondent=working.respondent,
            is_latest=True,
            status=SUBMITTED,
            number__gt=working.based_on,
        )
        .values_list("number", "response")
        .first()
    )
    return CameIn(found[0], answers_of(found[1])) if found else None


def sent_back_because(viewer: Viewer, participant: Participant, case: Case) -> list[str]:
    """Why the agency's sign-off wants a return on the case answered again, for who may read it.

    Of the latest version of each of its returns. A query, and what the rules ask of each return.
    """
    mine = Return.objects.filter(participant=participant, case=case)
    waits = mine.filter(
        versions__is_latest=True, versions__sign_off__outcome=SignedOff.SENT_BACK
    ).annotate(why=F("versions__sign_off__reason"))
    return [
        one.why
        for one in visible_to(viewer, "return.see", waits).order_by("pk")
        if FieldClass.OPINION in classes_of(viewer, "return.see", one)
    ]


def latest_number(participant: Participant, case: Case, respondent: str) -> int:
    """The number of the latest version of a return; 0 where there is none. One query."""
    found = ReturnVersion.objects.filter(
        audit_return__participant=participant,
        audit_return__case=case,
        audit_return__respondent=respondent,
        is_latest=True,
    )
    return found.values_list("number", flat=True).first() or 0


def who_the_case_is(viewer: Viewer, case: Case) -> dict[str, str]:
    """The cells of its referral by which an agency finds the child; none for who may not see them.

    Without the columns chosen as the name, birth, address and family: those are shown where the
    agency says whether it knows the child, and nowhere else; while none was chosen, any may be one,
    and none shows. Three queries.
    """
    if not may(viewer, "case.see_link", case):
        return {}
    classes = classes_of(viewer, "case.see", case)
    if not {FieldClass.IDENTITY, FieldClass.PROTECTED} <= classes:
        return {}
    noted(
        "case.see_link",
        by=viewer,
        on=ref_of(case),
        classes=(FieldClass.IDENTITY, FieldClass.PROTECTED),
    )
    referral = Case.objects.select_related("referral__frame").get(pk=case.pk).referral
    cells = {
        "referral_id": referral.referral_id,
        "child_id": referral.child_id,
        "referred_on": referral.referred_on.isoformat(),
    }
    for name in columns_shown(referral.frame.columns, referral.frame.mapping):
        if name not in cells:
            cells[name] = str(referral.further.get(name, ""))
    return cells


@dataclass(frozen=True)
class TypedBefore:
    """What was typed under an earlier version of the tool and never sent, by column."""

    version: str
    typed: Mapping[str, str]
    columns: Mapping[str, Column]


def typed_before(holder: Holder, working: WorkingReturn) -> list[TypedBefore]:
    """The unsent texts that a round has moved away from. One query, two where there are any."""
    return _kept(holder, working, lambda version: version != working.tool_version_id)


def typed_now(holder: Holder, working: WorkingReturn) -> list[TypedBefore]:
    """The unsent texts of the version that is answered. One query, two where there are any."""
    return _kept(holder, working, lambda version: version == working.tool_version_id)


def _kept(
    holder: Holder, working: WorkingReturn, is_wanted: Callable[[int], bool]
) -> list[TypedBefore]:
    kept: list[tuple[int, Typed]] = []
    for text in texts_about(holder, ref_of(working)):
        found = _CODE.match(text.form)
        if found and is_wanted(int(found[1])):
            kept.append((int(found[1]), text.fields))
    versions = ToolVersion.objects.in_bulk({key for key, _ in kept}) if kept else {}
    agency = working.participant.code
    return [
        _typed(versions[key], tool_for(versions[key], agency), fields)
        for key, fields in kept
        if key in versions
    ]


@dataclass(frozen=True)
class Gone:
    """Why what was typed on a return was not saved, to somebody who still sees that round.

    `agency` is the code of whose return it is; `sent` the return that it became, where it did.
    """

    audit: Audit
    agency: str
    why: str
    sent: int | None = None


def why_gone(viewer: Viewer, reference: str, key: int) -> Gone | None:
    """What became of a return that was being answered, to whoever sees it or may begin anew.

    None where it is there still, or nothing of that shows to the viewer. At most seven queries.
    """
    if WorkingReturn.objects.filter(pk=key).exists():
        return None
    audit = audits(viewer).filter(reference=reference).first()
    if audit is None:
        return None
    sent = sent_in_as(viewer, reference, key)
    if sent is not None:
        at = f" at {clock_time(sent.submitted_at)}" if sent.submitted_at else ""
        why = f"Somebody submitted this return{at} while you were typing, {_NOT_SAVED}"
        again = f"If it should still count, begin to answer case {sent.case} again."
        return Gone(audit, sent.agency, f"{why} {too_late(audit) or again}", sent.pk)
    if SentIn.objects.filter(working=key).exists() or not may(viewer, "audit.answer", audit):
        return None
    found = audit.participants.filter(agency=viewer.organisation).first()
    if found is None or (viewer.unit and not found.respondent_unit):
        return None
    why = f"Somebody discarded what was answered here while you were typing, {_NOT_SAVED}"
    again = "If it should still count, begin to answer the case again."
    return Gone(audit, found.code, f"{why} {too_late(audit) or again}")


_NOT_SAVED = "so what you typed was not saved."


def gone_of(working: WorkingReturn, why: str) -> Gone:
    """The same of a return that is there still, and that the viewer has opened."""
    return Gone(working.participant.audit, working.participant.code, why)


def typed_of(gone: Gone, texts: Iterable[tuple[str, Typed]]) -> list[TypedBefore]:
    """What was typed, of forms by their code. One query."""
    found = [(int(code[1]), fields) for form, fields in texts if (code := _CODE.match(form))]
    versions = ToolVersion.objects.in_bulk({key for key, _ in found})
    return [
        _typed(versions[key], tool_for(versions[key], gone.agency), fields)
        for key, fields in found
        if key in versions
    ]


def _typed(version: ToolVersion, tool: Tool, fields: Typed) -> TypedBefore:
    columns = {field_name(one.name): one for one in tool.columns}
    typed: dict[str, str] = {}
    for name, values in fields.items():
        # A date and a rank are several fields, whose names begin with that of the question.
        column = columns.get(re.split("[-_]", name, maxsplit=1)[0])
        if column is not None and any(values):
            parts = [typed.get(column.name, ""), *values]
            typed[column.name] = " ".join(part for part in parts if part)
    return TypedBefore(version.version, typed, {one.name: one for one in tool.columns})


_CODE = re.compile(rf"{re.escape(ANSWERS_CODE)}\.(\d+)\.\d+\Z", re.ASCII)


def evidence_of(working: WorkingReturn) -> dict[str, ReturnEvidence]:
    """The files of a return being answered, by column. One query."""
    return {one.column: one for one in working.evidence.all()}


def evidence_with(files: QuerySet[ReturnEvidence], key: int) -> ReturnEvidence:
    """One of the files of a return that has been opened. Raises Absent. One query."""
    found = files.filter(pk=key).first()
    if found is None:
        raise Absent("There is no such file: it was taken out or replaced.")
    return found


@dataclass(frozen=True)
class LastRound:
    """What the agency answered in its last round: the audit's title, and counts by question."""

    title: str
    counts: Mapping[str, Mapping[str, int]]


def last_round(
    viewer: Viewer, working: WorkingReturn, questions: Iterable[str]
) -> LastRound | None:
    """How the agency answered questions of the same names in the partnership's audit before.

    Only its own returns, for a unit only the unit's. Two queries.
    """
    audit = working.participant.audit
    before = (
        Participant.objects.filter(
            agency=working.participant.agency_id,
            audit__partnership=audit.partnership_id,
            audit__period_to__lt=audit.period_from,
        )
        .order_by("-audit__period_to", "-pk")
        .values_list("pk", "audit__title")
        .first()
    )
    if before is None:
        return None
    key, title = before
    own = visible_to(viewer, "return.see", Return.objects.filter(participant=key))
    wanted, counts = set(questions), dict[str, dict[str, int]]()
    responses = ReturnVersion.objects.filter(
        audit_return__in=own.order_by().values("pk"),
        is_latest=True,
        status=SUBMITTED,
        known="yes",
    ).values_list("response", flat=True)
    for response in responses:
        for name, answer in answers_of(response).items():
            if name in wanted:
                of = counts.setdefault(name, {})
                of[answer] = of.get(answer, 0) + 1
    return LastRound(title, counts)
