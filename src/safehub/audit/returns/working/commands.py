"""What changes a return that is being answered, and what sends it in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from safehub.audit.programmes.commands import hold_round
from safehub.audit.programmes.models import Audit, Participant
from safehub.audit.returns.commands import MOVED, keep_returns
from safehub.audit.returns.models import (
    Return,
    ReturnAnswerer,
    ReturnEvidence,
    ReturnVersion,
    SentIn,
    SignedOff,
    SignOff,
    WorkingReturn,
)
from safehub.audit.returns.risks.commands import raise_from_return
from safehub.audit.returns.rows import IMMEDIATE_RISK, KNOWN, SUBMITTED, ReturnRow
from safehub.audit.returns.working.parts import Judged, submitted
from safehub.audit.returns.working.queries import (
    came_in_since,
    day_of,
    is_shut,
    judged,
    latest_number,
    own_participant,
    returned_answers,
    tool_for,
)
from safehub.audit.sampling.models import Case
from safehub.foundation.access.decision import check
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.documents import uploads
from safehub.foundation.errors import Absent, EditConflict, NotPossible, Refused
from safehub.foundation.mistakes import Mistake
from safehub.foundation.records import ref_of
from safehub.foundation.trail.commands import record
from safehub.instruments.queries import tool_of
from safehub.instruments.tools import NO, YES, QuestionType

CAME_IN = (
    "Another return on this case came in since you began, such as by a workbook. Look at what it "
    "says under Check your answers, and submit yours only if it is to take its place."
)
CHANGED_SINCE = (
    "Somebody changed answers since you opened this page: look them over and submit again."
)
SHUT = (
    "What was sent in on this case is not open to you, so you begin nothing in its place: ask your "
    "agency's coordinator who answers it."
)
BEGUN = (
    "Somebody has begun this return meanwhile, and says otherwise on whether the child is known. "
    "Nothing from here was saved: go on with what they began under Your cases, and change it there "
    "if it is wrong."
)
# A page of a file is evidence; a whole case file is not.
MOST_BYTES = 10_000_000
MOST_FILES = 20
ENDINGS = (".pdf", ".docx", ".xlsx", ".odt", ".txt", ".csv", ".png", ".jpg", ".jpeg")
# How each kind begins, so that a file is what its name says.
_BEGINS: Mapping[str, tuple[bytes, ...]] = {
    ".pdf": (b"%PDF-",),
    ".docx": (b"PK\x03\x04",),
    ".xlsx": (b"PK\x03\x04",),
    ".odt": (b"PK\x03\x04",),
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
}


@dataclass(frozen=True)
class NewFile:
    """A file that came with a form: what it is called, and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Sent:
    """A return that was submitted. `is_at_risk`: it says that a child is at immediate risk now."""

    audit_return: Return
    is_at_risk: bool


@transaction.atomic
def begin_return(
    *, audit: Audit, case: Case, respondent: str = "", known: str = "", by: Viewer
) -> WorkingReturn | Sent:
    """Begin to answer on a case, or go on where somebody has begun.

    What was submitted before is what it begins with. An answer of no to whether the child is known
    is submitted at once, where the tool asks nothing else then. Raises NotPossible; EditConflict
    where somebody has begun meanwhile and says otherwise, whose answers are not dropped for it.
    """
    hold_round(audit.pk)
    check(by, "return.begin", case)
    participant = own_participant(by, audit)
    if case.withdrawal_position is not None:
        raise NotPossible(f"Case {case.number} was withdrawn from the sample: nothing is asked.")
    whose = _respondent(participant, respondent, by)
    if is_shut(by, participant, case, whose):
        raise NotPossible(SHUT)
    # It may have moved to another version of its tool before it was held.
    asked = Audit.objects.values_list("tool_version", flat=True)
    if asked.get(pk=audit.pk) != audit.tool_version_id:
        raise EditConflict(MOVED)
    now = timezone.now()
    working, is_new = WorkingReturn.objects.get_or_create(
        participant=participant,
        case=case,
        respondent=whose,
        defaults={
            "tool_version": audit.tool_version,
            "answers": returned_answers(participant, case, whose),
            "based_on": latest_number(participant, case, whose),
            "started_at": now,
            "updated_at": now,
            "updated_by_id": by.person,
        },
    )
    if is_new:
        _answered_before(working)
        record("return.begun", by=by, on=ref_of(working))
    elif known and working.answers and working.answers.get(KNOWN) != known:
        raise EditConflict(BEGUN)
    if known and working.answers.get(KNOWN) != known:
        answer_return(working=working, given={KNOWN: known}, by=by)
    if known == NO and not judged(working).missing.faults:
        return submit_return(working=working, edition=working.edition, by=by)
    return working


def _respondent(participant: Participant, respondent: str, by: Viewer) -> str:
    if not participant.respondent_unit:
        return ""
    found = by.unit or " ".join(respondent.split())
    if not found:
        raise NotPossible(f"Say which {participant.respondent_unit} answers.")
    return found


@transaction.atomic
def answer_return(
    *,
    working: WorkingReturn,
    given: Mapping[str, str],
    files: Mapping[str, NewFile | None] | None = None,
    as_judged: Judged | None = None,
    by: Viewer,
) -> WorkingReturn:
    """Keep answers to some questions, by column; a blank takes an answer back.

    `as_judged` is what a page has judged already, used where it is of the same answers. What does
    not apply any more is dropped. A file comes by its column, None takes it away. Raises
    Refused for an answer that will not do, and NotPossible for a file that will not.
    """
    check(by, "return.answer", working)
    now = _locked(working)
    if now.tool_version_id != working.tool_version_id:
        raise EditConflict(MOVED)
    tool = tool_for(working.tool_version, working.participant.code)
    columns = {one.name: one for one in tool.columns}
    changed = {name: text for name, text in given.items() if name in columns}
    for name, file in (files or {}).items():
        if name in columns and columns[name].question.type is QuestionType.FILE:
            changed[name] = _keep_file(working, name, file)
    found = Judged(
        tool,
        working.participant.code,
        day_of(working.participant.audit),
        {**now.answers, **changed},
    )
    # Equal in all that is judged: what was found of the one holds of the other.
    found = as_judged if as_judged == found else found
    answers = found.answers
    wrong = [fault for fault in found.examined.faults if fault.question in changed]
    if wrong:
        raise Refused([Mistake("", one.question, one.found, one.wanted) for one in wrong])
    if now.set_aside or any(one.question.type is QuestionType.FILE for one in tool.columns):
        kept = [*answers, *(one["file"] for one in now.set_aside)]
        ReturnEvidence.objects.filter(working=working).exclude(column__in=kept).delete()
    is_changed = answers != now.answers
    if (is_changed or files) and by.person is not None:
        ReturnAnswerer.objects.get_or_create(working=working, person_id=by.person)
    working.answers, working.edition = answers, now.edition + is_changed
    if is_changed:
        working.updated_at, working.updated_by_id = timezone.now(), by.person
        WorkingReturn.objects.filter(pk=working.pk).update(
            answers=working.answers,
            edition=working.edition,
            updated_at=working.updated_at,
            updated_by=working.updated_by_id,
        )
        record("return.answered", by=by, on=ref_of(working), detail={"edition": working.edition})
    return working


def _answered_before(working: WorkingReturn) -> None:
    """Whoever answered or sent in what it begins with answered some of it."""
    version = ReturnVersion.objects.filter(
        audit_return__participant=working.participant_id,
        audit_return__case=working.case_id,
        audit_return__respondent=working.respondent,
        number=working.based_on,
    ).first()
    if version is None or not working.answers:
        return
    people = set(version.answerers.values_list("person", flat=True))
    people |= {version.submitted_by_id} if version.submitted_by_id is not None else set()
    ReturnAnswerer.objects.bulk_create(
        ReturnAnswerer(working=working, person_id=one) for one in sorted(people)
    )


def _keep_answerers(working: WorkingReturn, version: ReturnVersion) -> None:
    """Who answered some of it stays known with the version: nobody signs off what they answered."""
    people = working.answerers.values_list("person", flat=True)
    ReturnAnswerer.objects.bulk_create(
        (ReturnAnswerer(version=version, person_id=one) for one in people), ignore_conflicts=True
    )


def _locked(working: WorkingReturn) -> WorkingReturn:
    """The working return as it stands now, held to the end. Raises Absent where it is gone."""
    found = WorkingReturn.objects.select_for_update().filter(pk=working.pk).first()
    if found is None:
        raise Absent("This return was submitted or discarded meanwhile.")
    return found


def _keep_file(working: WorkingReturn, column: str, file: NewFile | None) -> str:
    ReturnEvidence.objects.filter(working=working, column=column).delete()
    if file is None:
        return ""
    _check_file(working, file)
    ReturnEvidence.objects.create(
        working=working,
        column=column,
        name=file.name,
        sha256=uploads.keep(settings.UPLOADS, file.data),
        size=len(file.data),
        added_at=timezone.now(),
    )
    return file.name


def _check_file(working: WorkingReturn, file: NewFile) -> None:
    ending = next((one for one in ENDINGS if file.name.lower().endswith(one)), "")
    begins = _BEGINS.get(ending)
    if not ending:
        raise NotPossible(f"{file.name} cannot be taken: choose one of {', '.join(ENDINGS)}.")
    if not file.data:
        raise NotPossible(f"{file.name} is empty: choose another file.")
    if len(file.data) > MOST_BYTES:
        raise NotPossible(
            f"{file.name} is larger than {MOST_BYTES // 1_000_000} MB: send the pages that show it."
        )
    if begins is not None and not file.data.startswith(begins):
        raise NotPossible(f"{file.name} is not what its name says: save it anew as {ending[1:]}.")
    if begins is None and b"\0" in file.data:
        raise NotPossible(f"{file.name} is no plain text: save it anew as {ending[1:]}.")
    if ReturnEvidence.objects.filter(working=working).count() >= MOST_FILES:
        raise NotPossible(f"A return holds at most {MOST_FILES} files: take one out first.")


@transaction.atomic
def submit_return(*, working: WorkingReturn, edition: int, replaces: int = 0, by: Viewer) -> Sent:
    """Submit what was answered: the next version of the return, and the working return is gone.

    `edition` is the one that was looked at, and `replaces` the number of a version that came in
    since the return was begun, once somebody has looked at that too. Raises EditConflict where
    either is another by now, Refused with all that is missing or will not do, and Absent where
    somebody has submitted it meanwhile.
    """
    hold_round(working.participant.audit_id)
    check(by, "return.answer", working)
    now = _locked(working)
    if now.edition != edition:
        raise EditConflict(CHANGED_SINCE)
    newer = came_in_since(working)
    participant, case = working.participant, working.case
    if newer is not None and is_shut(by, participant, case, working.respondent):
        raise NotPossible(SHUT)
    if newer is not None and newer.number != replaces:
        raise EditConflict(CAME_IN)
    if case.withdrawal_position is not None:
        raise NotPossible(f"Case {case.number} was withdrawn from the sample: nothing is asked.")
    working.answers = now.answers
    whole = tool_of(working.tool_version)
    last = submitted(
        whole,
        judged(working).answers,
        today=day_of(participant.audit),
        agency=participant.code,
    )
    if last.faults:
        raise Refused([Mistake("", one.question, one.found, one.wanted) for one in last.faults])
    row = ReturnRow(
        agency=participant.code,
        respondent=working.respondent,
        case=case.number or "",
        status=SUBMITTED,
        answers=last.answers,
        not_asked=last.hidden,
    )
    sent_back = SignOff.objects.filter(
        version__audit_return__participant=participant,
        version__audit_return__case=case,
        version__audit_return__respondent=working.respondent,
        version__is_latest=True,
        outcome=SignedOff.SENT_BACK,
    )
    keep_returns(
        audit=participant.audit, tool=whole, rows=[row], by=by, answers_again=sent_back.exists()
    )
    made = Return.objects.get(participant=participant, case=case, respondent=working.respondent)
    _keep_answerers(working, made.versions.get(is_latest=True))
    # What was set aside was never sent: it goes with the working return.
    sent = ReturnEvidence.objects.filter(working=working, column__in=list(last.answers))
    sent.update(working=None, audit_return=made)
    record("return.submitted", by=by, on=ref_of(made))
    at_risk = last.answers.get(IMMEDIATE_RISK) == YES
    if at_risk:
        raise_from_return(made=made, by=by)
    SentIn.objects.create(working=working.pk, audit_return=made)
    WorkingReturn.objects.filter(pk=working.pk).delete()
    return Sent(made, at_risk)


@transaction.atomic
def discard_return(*, working: WorkingReturn, by: Viewer) -> None:
    """Drop answers that were not submitted, and their files, for good."""
    hold_round(working.participant.audit_id)
    check(by, "return.answer", working)
    record("return.discarded", by=by, on=ref_of(working))
    WorkingReturn.objects.filter(pk=working.pk).delete()
