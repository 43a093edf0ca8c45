"""What changes frames, draws and cases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from safehub.audit.programmes.commands import plan_as_data
from safehub.audit.programmes.models import Audit
from safehub.audit.programmes.plans import Plan, Withdrawal
from safehub.audit.programmes.terms import ExclusionTerms
from safehub.audit.sampling.models import Case, Draw, Frame, FrameReferral
from safehub.audit.sampling.queries import drawn_sample, latest_draw
from safehub.audit.sampling.rows import DrawMade, FrameDrawn, columns_chosen, columns_of
from safehub.audit.sampling.rules import (
    ALL,
    DrawnCase,
    Referral,
    Sample,
    after_withdrawals,
    draw,
    passed_over,
)
from safehub.foundation.access.decision import check
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.documents import uploads
from safehub.foundation.errors import NotPossible
from safehub.foundation.records import ref_of
from safehub.foundation.trail.commands import record

_BATCH = 2_000
NAMED_STRATA = (
    "What a sample is drawn by is published with its values, and that column says who a child is: "
    "choose another."
)


@dataclass(frozen=True)
class FrameFile:
    """A frame as it came: the file, and what was read from it."""

    name: str
    data: bytes
    is_neutralised: bool
    columns: tuple[str, ...]
    outside_period: int


@dataclass(frozen=True)
class FrameEntry:
    """One referral of a frame, as it is to be kept."""

    referral_id: str
    child_id: str
    referred_on: dt.date
    further: dict[str, str]


@transaction.atomic
def keep_frame(
    *,
    audit: Audit,
    file: FrameFile,
    entries: Iterable[FrameEntry],
    exclusions: Sequence[ExclusionTerms],
    by: Viewer,
) -> Frame:
    """Keep the frame with what is excluded from it; the file itself goes to the uploads."""
    check(by, "audit.draw", audit)
    frame = Frame.objects.create(
        audit=audit,
        file_name=file.name,
        sha256=uploads.keep(settings.UPLOADS, file.data),
        is_neutralised=file.is_neutralised,
        columns=list(file.columns),
        outside_period=file.outside_period,
    )
    excluded = {e.referral_id: (i, e.reason) for i, e in enumerate(exclusions, start=1)}
    rows = []
    for position, entry in enumerate(entries, start=1):
        place, reason = excluded.get(entry.referral_id, (None, ""))
        rows.append(
            FrameReferral(
                frame=frame,
                position=position,
                referral_id=entry.referral_id,
                child_id=entry.child_id,
                referred_on=entry.referred_on,
                further=entry.further,
                exclusion_position=place,
                exclusion_reason=reason,
            )
        )
    FrameReferral.objects.bulk_create(rows, batch_size=_BATCH)
    # An import is one event: the frame is the ledger of its rows.
    record("frame.kept", by=by, on=ref_of(audit), detail={"frame": frame.pk, "rows": len(rows)})
    return frame


@transaction.atomic
def draw_sample(*, audit: Audit, plan: Plan, by: Viewer, is_one_per_family: bool = False) -> Draw:
    """Draw the plan from the kept frame. The same plan a second time is the same draw.

    Every other draw is kept beside those before it, and becomes the sample. With
    `is_one_per_family` all of a family but its first by rank are kept out, as exclusions with that
    reason, so that whoever draws from the frame less exclusions draws the same. Raises NotPossible
    once returns hang on the sample, and without a column to draw by or by one that says who a child
    is; TooFew where the frame is too small.
    """
    check(by, "audit.draw", audit)
    # One draw at a time: two at once would both be the next.
    Audit.objects.select_for_update(of=("self",)).get(pk=audit.pk)
    current = latest_draw(audit)
    if (
        current is not None
        and current.plan == plan_as_data(plan)
        and current.is_one_per_family == is_one_per_family
    ):
        return current
    if current is not None and _is_answered(current):
        raise NotPossible(
            f"Agencies have begun to answer on the cases of {audit.reference}: a new draw would "
            "cut off what they wrote. Replace single cases instead, or commission another audit."
        )
    frame = Frame.objects.filter(audit=audit).first()
    if frame is None:
        raise NotPossible("There is no frame yet: upload it first.")
    if plan.column is not None and plan.column not in frame.columns:
        raise NotPossible(f"The frame has no column {plan.column}: choose one that it has.")
    if plan.column is not None and plan.column in columns_chosen(frame.mapping):
        raise NotPossible(NAMED_STRATA)
    _pass_over_families(frame, plan.seed, is_wanted=is_one_per_family)
    referrals = {
        row.referral_id: row
        for row in FrameReferral.objects.filter(frame__audit=audit, exclusion_position=None)
    }
    column = plan.column
    drawn = draw(
        plan,
        (Referral(name, _stratum(row, column)) for name, row in referrals.items()),
    )
    kept = Draw.objects.create(
        audit=audit,
        number=1 + (current.number if current else 0),
        plan=plan_as_data(plan),
        strata=[[s.name, s.frame, s.drawn] for s in drawn.strata],
        size=drawn.size,
        seed=str(plan.seed),
        is_one_per_family=is_one_per_family,
    )
    Case.objects.bulk_create(
        (
            _case(kept, position, case, referrals[case.referral_id])
            for position, case in enumerate([*drawn.cases, *drawn.reserves], start=1)
        ),
        batch_size=_BATCH,
    )
    record("sample.drawn", by=by, on=ref_of(audit), detail={"draw": kept.pk})
    return kept


FAMILY_REASON = "Another child of the same family comes first by the seed."


def _pass_over_families(frame: Frame, seed: int, *, is_wanted: bool) -> None:
    """Keep out all of a family but the first by this seed; who was out for another seed is back."""
    rows = FrameReferral.objects.filter(frame=frame)
    rows.filter(is_passed_over=True).update(
        is_passed_over=False, exclusion_position=None, exclusion_reason=""
    )
    if not is_wanted:
        return
    columns = columns_of(frame.mapping).get("family")
    if not columns:
        raise NotPossible("Say first which column of the frame is the family.")
    left = rows.filter(exclusion_position__isnull=True).order_by("position")
    cells = {row.referral_id: row for row in left}
    out = passed_over(seed, ((name, _family(row, columns)) for name, row in cells.items()))
    last = rows.order_by("-exclusion_position").filter(exclusion_position__isnull=False).first()
    place = (last.exclusion_position or 0) if last else 0
    changed = []
    for name, row in cells.items():
        if name in out:
            place += 1
            row.exclusion_position, row.exclusion_reason = place, FAMILY_REASON
            row.is_passed_over = True
            changed.append(row)
    FrameReferral.objects.bulk_update(
        changed, ["exclusion_position", "exclusion_reason", "is_passed_over"], batch_size=_BATCH
    )


def _family(row: FrameReferral, columns: Sequence[str]) -> str:
    """Whose it is: alike in each of the columns. Blank where all of them are."""
    cells = {**row.further, "child_id": row.child_id}
    found = [str(cells.get(one, "")) for one in columns]
    return "\x1f".join(found) if any(found) else ""


def _is_answered(current: Draw) -> bool:
    """Whether anything hangs on its cases: a return, also one begun, an answer, an alert."""
    hangs = (
        Q(returns__isnull=False)
        | Q(working_returns__isnull=False)
        | Q(knowings__said__isnull=False)
        | Q(risk_alerts__isnull=False)
        | Q(conduct_matters__isnull=False)
    )
    return Case.objects.filter(hangs, draw=current).exists()


def _stratum(row: FrameReferral, column: str | None) -> str:
    if column is None:
        return ALL
    return str(row.referred_on) if column == "referred_on" else str(row.further[column])


def _case(kept: Draw, position: int, case: DrawnCase, referral: FrameReferral) -> Case:
    return Case(
        draw=kept,
        position=position,
        number=case.number,
        referral=referral,
        stratum=case.stratum,
        is_reserve=case.number is None,
    )


@transaction.atomic
def withdraw_cases(*, audit: Audit, withdrawals: Sequence[Withdrawal], by: Viewer) -> Sample:
    """Withdraw cases and let reserves take their place. Raises WrongReplacement.

    `withdrawals` are all that were ever made, in their order; those made already stay.
    """
    check(by, "audit.draw", audit)
    drawn = drawn_sample(audit)
    sample = after_withdrawals(drawn, withdrawals)
    cases = {c.referral.referral_id: c for c in _cases_of(audit)}
    by_number = {c.number: cases[c.referral_id] for c in sample.cases}
    for case in sample.cases:
        kept = by_number[case.number]
        if kept.number != case.number:
            kept.number = case.number
            kept.save(update_fields=["number"])
    for position, withdrawal in enumerate(withdrawals, start=1):
        case_row = by_number[withdrawal.case]
        case_row.withdrawal_position = position
        case_row.withdrawal_reason = withdrawal.reason
        case_row.save(update_fields=["withdrawal_position", "withdrawal_reason"])
        if withdrawal.by is not None:
            replacement = cases[withdrawal.by]
            replacement.replaces = case_row
            replacement.save(update_fields=["replaces"])
    if withdrawals:
        made = [by_number[withdrawal.case].pk for withdrawal in withdrawals]
        record("case.withdrawn", by=by, on=ref_of(audit), detail={"cases": made})
    return sample


def _cases_of(audit: Audit) -> Iterable[Case]:
    current = latest_draw(audit)
    return Case.objects.filter(draw=current).select_related("referral")


@transaction.atomic
def keep_draws(*, audit: Audit, frame: FrameDrawn, by: Viewer) -> None:
    """Keep what a pack says of its draws, beside the one that was just drawn from its plan.

    That one is the last of them and stays the sample. Nothing for no draws. Raises NotPossible
    where others were drawn here.
    """
    check(by, "audit.draw", audit)
    if not frame.is_more_than_a_draw:
        return
    Audit.objects.select_for_update(of=("self",)).get(pk=audit.pk)
    current = latest_draw(audit)
    if current is None or current.number != 1:
        raise NotPossible("Draws are kept with the first sample alone.")
    *before, last = frame.draws
    current.number, current.is_one_per_family = len(frame.draws), last.is_one_per_family
    current.plan = plan_as_data(last.plan)
    current.save(update_fields=["number", "is_one_per_family", "plan"])
    kept = Frame.objects.get(audit=audit)
    kept.mapping = {name: list(columns) for name, columns in frame.columns.items()}
    kept.save(update_fields=["mapping"])
    rows = FrameReferral.objects.filter(frame=kept)
    if last.is_one_per_family:
        rows.filter(exclusion_reason=FAMILY_REASON).update(is_passed_over=True)
    keys = dict(rows.values_list("referral_id", "pk")) if before else {}
    for number, one in enumerate(before, start=1):
        made = _keep_draw(audit, number, one, keys)
        record("sample.drawn", by=by, on=ref_of(audit), detail={"draw": made.pk})


def _keep_draw(audit: Audit, number: int, one: DrawMade, keys: dict[str, int]) -> Draw:
    made = Draw.objects.create(
        audit=audit,
        number=number,
        plan=plan_as_data(one.plan),
        strata=[[s.name, s.frame, s.drawn] for s in one.strata],
        size=one.size,
        seed=str(one.plan.seed),
        is_one_per_family=one.is_one_per_family,
    )
    places = {gone.case: (at, gone.reason) for at, gone in enumerate(one.withdrawals, start=1)}
    cases = [
        Case(
            draw=made,
            position=position,
            number=drawn.case,
            referral_id=keys[drawn.referral_id],
            stratum=drawn.stratum,
            is_reserve=drawn.is_reserve,
            withdrawal_position=places.get(drawn.case or "", (None, ""))[0],
            withdrawal_reason=places.get(drawn.case or "", (None, ""))[1],
        )
        for position, drawn in enumerate(one.referrals, start=1)
    ]
    Case.objects.bulk_create(cases, batch_size=_BATCH)
    numbered = {case.number: case for case in cases}
    drawn_as = {drawn.referral_id: case for drawn, case in zip(one.referrals, cases, strict=True)}
    for gone in one.withdrawals:
        if gone.by is not None:
            drawn_as[gone.by].replaces = numbered[gone.case]
            drawn_as[gone.by].save(update_fields=["replaces"])
    return made
