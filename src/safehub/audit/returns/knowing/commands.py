"""What asks agencies whether they know a child, what answers, and what takes an answer back.

A child who is not known is a nil return, here as on the page of the case: one fact is kept in one
place, and the grid, the figures and who may see the case follow from it (decision 25).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from safehub.audit.programmes.commands import hold_round
from safehub.audit.programmes.models import Audit, Participant
from safehub.audit.programmes.steps import Step
from safehub.audit.returns.commands import keep_returns
from safehub.audit.returns.models import (
    Knowing,
    KnowingSaid,
    KnownAnswer,
    Return,
    WorkingReturn,
)
from safehub.audit.returns.queries.knowing import is_asked, is_open, returned
from safehub.audit.returns.rows import KNOWN, NOT_RETURNED, SUBMITTED, ReturnRow
from safehub.audit.returns.working.parts import submitted
from safehub.audit.returns.working.queries import day_of
from safehub.audit.sampling.queries import cases_drawn
from safehub.foundation.access.decision import check
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.errors import NotPossible
from safehub.foundation.outbox.commands import tell
from safehub.foundation.records import ref_of
from safehub.foundation.trail.commands import record
from safehub.instruments.examining import examine
from safehub.instruments.queries import tool_of
from safehub.instruments.tools import NO, YES, Tool
from safehub.register.accounts.models import Person
from safehub.register.accounts.queries import holding_in

# Days before the day on which agencies are to have said; less than none is after it.
REMINDED_BEFORE = (3, 0, -3, -7, -14)
_COORDINATORS = (Role.AGENCY_COORDINATOR,)
_OTHERS = (Role.SAFEGUARDING_LEAD, Role.AGENCY_SIGN_OFF)
SETTLED = (
    "A return says already whether the child is known: open it on the page Your cases to change it."
)
BEGUN = (
    "Somebody has begun a return on this case. Submit it on the page Your cases, saying there that "
    "the child is not known, or discard it first."
)
ASKS_MORE = (
    "This audit asks more of a child who is not known: say so in a return, on the page Your cases."
)


@transaction.atomic
def ask_agencies(*, audit: Audit, by: Viewer) -> int:
    """Ask each agency of each case of the sample that it was not asked about; gives how many.

    Raises NotAllowed, and NotPossible where no sample was drawn or all has been asked.
    """
    hold_round(audit.pk)
    check(by, "audit.ask_known", audit)
    cases = list(
        cases_drawn(audit)
        .filter(number__isnull=False, withdrawal_position=None)
        .values_list("pk", flat=True)
    )
    if not cases:
        raise NotPossible("No sample has been drawn yet: draw it on the page Sample first.")
    before = set(
        Knowing.objects.filter(participant__audit=audit).values_list("participant_id", "case_id")
    )
    now = timezone.now()
    participants = list(audit.participants.order_by("position"))
    new = [
        Knowing(participant=one, case_id=case, asked_at=now)
        for one in participants
        for case in cases
        if (one.pk, case) not in before
    ]
    if not new:
        raise NotPossible("Every agency has been asked about every case already.")
    Knowing.objects.bulk_create(new, batch_size=1_000)
    record("known.asked", by=by, on=ref_of(audit), detail={"questions": len(new)})
    _tell("known.asked", audit, {one.participant_id for one in new}, f"{now.isoformat()}")
    return len(new)


@transaction.atomic
def remind_agencies(*, audit: Audit, by: Viewer) -> int:
    """Remind each agency with an open question, nobody twice on a day; gives how many agencies.

    Raises NotAllowed, and NotPossible where no question is open.
    """
    check(by, "audit.ask_known", audit)
    waiting = _waiting(audit)
    if not waiting:
        raise NotPossible("No question is open: there is nobody to remind.")
    record("known.reminded", by=by, on=ref_of(audit), detail={"agencies": sorted(waiting)})
    _tell("known.reminder", audit, waiting, timezone.localdate().isoformat())
    return len(waiting)


@transaction.atomic
def remind_of_questions(*, on: dt.date) -> int:
    """Remind by the day that the commission set, nobody twice on a day; gives how many audits."""
    days = [on + dt.timedelta(days=before) for before in REMINDED_BEFORE]
    audits = Audit.objects.filter(
        opened_at__isnull=True, steps__code=Step.KNOWN.value, steps__on__in=days
    )
    reminded = 0
    for audit in audits.distinct():
        waiting = _waiting(audit)
        _tell("known.reminder", audit, waiting, on.isoformat())
        reminded += bool(waiting)
    return reminded


def _waiting(audit: Audit) -> set[int]:
    """The participants with an open question."""
    found = Knowing.objects.filter(is_open(), participant__audit=audit).order_by()
    return set(found.values_list("participant", flat=True).distinct())


def _tell(notice: str, audit: Audit, participants: Iterable[int], time: str) -> None:
    """By reference and link alone; an address is written to once for that notice and time."""
    about = ref_of(audit)
    for one in Participant.objects.filter(pk__in=list(participants)).order_by("position"):
        for person in _who_answers(one):
            tell(
                notice,
                to=person.email,
                reference=audit.reference,
                link=reverse("audit:knowing", args=[audit.reference]),
                about=about,
                once=f"{notice}.{one.pk}.{time}.{person.pk}",
            )


def _who_answers(participant: Participant) -> list[Person]:
    """The agency's coordinators; without one whoever else answers for it."""
    on = ref_of(participant.audit)
    found = holding_in(participant.agency_id, _COORDINATORS, on=on)
    return found or holding_in(participant.agency_id, _OTHERS, on=on)


@transaction.atomic
def answer_knowing(*, knowing: Knowing, answer: str, why: str = "", by: Viewer) -> Knowing:
    """Say whether the viewer's agency knows the child. *Not known* submits its nil return.

    Raises Absent, NotAllowed, and NotPossible where it cannot be told why, where a return is begun,
    or where a return or somebody else has settled it meanwhile.
    """
    # Always before the question itself, as every command that keeps returns does.
    hold_round(knowing.participant.audit_id)
    check(by, "knowing.answer", knowing)
    now = _locked(knowing)
    why = why.strip()
    if answer == KnownAnswer.CANNOT_TELL and not why:
        raise NotPossible("Say in a line why your agency cannot tell.")
    if now.answer == answer and answer != KnownAnswer.CANNOT_TELL:
        return now
    if not Knowing.objects.filter(is_open(), pk=now.pk).exists():
        raise NotPossible(
            "Somebody has answered this meanwhile: look at the list of cases, and take the answer "
            "back there if it is wrong."
        )
    if answer == KnownAnswer.NOT_KNOWN:
        now.nil_return = _submit_nil(now, by)
    now.answer, now.answered_at = answer, timezone.now()
    now.save(update_fields=["answer", "answered_at", "nil_return"])
    KnowingSaid.objects.create(
        knowing=now, answer=answer, why=why, said_by_id=by.person, said_at=now.answered_at
    )
    record("known.answered", by=by, on=ref_of(now))
    return now


def _locked(knowing: Knowing) -> Knowing:
    return Knowing.objects.select_for_update(of=("self",)).get(pk=knowing.pk)


def _submit_nil(knowing: Knowing, by: Viewer) -> Return | None:
    """The nil return of the agency as a whole; None where the tool does not ask what is known."""
    check(by, "return.begin", knowing.case)
    participant, case = knowing.participant, knowing.case
    audit = participant.audit
    tool = tool_of(audit.tool_version)
    known = tool.for_agency(participant.code).by_name.get(KNOWN)
    if known is None or not known.is_yes_no:
        return None
    if WorkingReturn.objects.filter(participant=participant, case=case).exists():
        raise NotPossible(BEGUN)
    last = submitted(tool, {KNOWN: NO}, today=day_of(audit), agency=participant.code)
    if last.faults:
        raise NotPossible(ASKS_MORE)
    row = ReturnRow(
        agency=participant.code,
        respondent="",
        case=case.number or "",
        status=SUBMITTED,
        answers=last.answers,
        not_asked=last.hidden,
    )
    keep_returns(audit=audit, tool=tool, rows=[row], by=by)
    made = Return.objects.get(participant=participant, case=case, respondent="")
    record("return.submitted", by=by, on=ref_of(made))
    return made


@transaction.atomic
def take_back(*, knowing: Knowing, because: str, by: Viewer) -> Knowing:
    """Take an answer back, so that who the child is shows again; a nil return of it with it.

    Raises Absent, NotAllowed, and NotPossible without a reason, for a case that is not asked any
    more, and where a return that was not made by this answer says whether the child is known.
    """
    hold_round(knowing.participant.audit_id)
    check(by, "knowing.take_back", knowing)
    now = _locked(knowing)
    if not because.strip():
        raise NotPossible("Say why the answer is taken back.")
    if not Knowing.objects.filter(is_asked(), pk=now.pk).exists():
        raise NotPossible("This case is not in the sample any more: nothing is asked of it.")
    if now.answer in ("", KnownAnswer.CANNOT_TELL):
        if Knowing.objects.filter(is_open(), pk=now.pk).exists():
            return now
        raise NotPossible(SETTLED)
    if now.nil_return is not None:
        _take_back_nil(now, now.nil_return, by)
    now.answer, now.answered_at, now.nil_return = "", None, None
    now.save(update_fields=["answer", "answered_at", "nil_return"])
    if Knowing.objects.filter(returned(YES, NO), pk=now.pk).exists():
        raise NotPossible(SETTLED)
    KnowingSaid.objects.create(
        knowing=now,
        answer=KnowingSaid.Said.TAKEN_BACK,
        why=because.strip(),
        said_by_id=by.person,
        said_at=timezone.now(),
    )
    record("known.taken_back", by=by, on=ref_of(now))
    return now


def _take_back_nil(knowing: Knowing, made: Return, by: Viewer) -> None:
    """The next version of the return says nothing: what was submitted stays among its versions."""
    version = made.versions.get(is_latest=True)
    if (version.status, version.known) != (SUBMITTED, NO):
        return
    participant = knowing.participant
    audit = participant.audit
    tool = tool_of(audit.tool_version)
    row = ReturnRow(
        agency=participant.code,
        respondent="",
        case=knowing.case.number or "",
        status=NOT_RETURNED,
        answers={},
        not_asked=_hidden(tool, participant),
    )
    keep_returns(audit=audit, tool=tool, rows=[row], by=by)
    record("return.taken_back", by=by, on=ref_of(made))


def _hidden(tool: Tool, participant: Participant) -> frozenset[str]:
    blank = {one.name: "" for one in tool.columns}
    today = day_of(participant.audit)
    return examine(tool, blank, today=today, complete=False, agency=participant.code).hidden
