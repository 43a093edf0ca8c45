"""What the office does with a frame and a sample on pages, beside what a pack does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction

from safehub.audit.programmes.models import Audit
from safehub.audit.programmes.plans import Withdrawal
from safehub.audit.sampling.commands import NAMED_STRATA, FrameFile, keep_frame, withdraw_cases
from safehub.audit.sampling.models import Draw, Frame, FrameReferral
from safehub.audit.sampling.queries import sample_of, withdrawals_made
from safehub.audit.sampling.rows import columns_of
from safehub.audit.sampling.rules import Sample
from safehub.audit.sampling.uploading import read_frame_file
from safehub.foundation.access.decision import check
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.errors import NotPossible, Refused
from safehub.foundation.mistakes import Mistake
from safehub.foundation.records import ref_of
from safehub.foundation.trail.commands import record

MOST_BYTES = 50_000_000
MOST_TOLD = 20
DRAWN = (
    "A sample has been drawn from this frame. Withdraw the case with a reason, so that the next of "
    "the reserve takes its place; or commission another audit."
)


@transaction.atomic
def send_frame(*, audit: Audit, name: str, data: bytes, by: Viewer) -> Frame:
    """Take in the frame, whole; it takes the place of an earlier one from which nothing was drawn.

    Raises Refused with what is wrong, of many mistakes the first, and NotPossible once a sample
    was drawn.
    """
    check(by, "audit.draw", audit)
    locked = _locked(audit)
    _check_not_drawn(locked)
    sent = read_frame_file(data, name, audit.period_from, audit.period_to)
    if sent.mistakes:
        raise Refused(_told(sent.mistakes))
    before = Frame.objects.filter(audit=locked).first()
    if before is not None:
        record("frame.replaced", by=by, on=ref_of(audit), detail={"frame": before.pk})
        before.delete()
    return keep_frame(
        audit=locked,
        file=FrameFile(sent.file, data, False, sent.columns, sent.outside_period),
        entries=sent.entries,
        exclusions=(),
        by=by,
    )


def _told(mistakes: tuple[Mistake, ...]) -> list[Mistake]:
    more = len(mistakes) - MOST_TOLD
    told = list(mistakes[:MOST_TOLD])
    if more > 0:
        told.append(Mistake("the file", "", f"{more:,} more mistakes", "a file without them"))
    return told


@transaction.atomic
def map_columns(*, audit: Audit, mapping: Mapping[str, str | Sequence[str]], by: Viewer) -> Frame:
    """Say which columns of the frame are name, born, address and family. Empty: none is.

    A detail may have several, which show joined in the order of the frame.

    Raises NotPossible for a column that the frame has not, for one that is given twice, and for
    one by which a sample was drawn.
    """
    check(by, "audit.draw", audit)
    locked = _locked(audit)
    frame = Frame.objects.filter(audit=locked).first()
    if frame is None:
        raise NotPossible("There is no frame yet: upload it first.")
    said = columns_of(mapping)
    every = [one for columns in said.values() for one in columns]
    if not set(every) <= set(frame.columns):
        raise NotPossible("The frame has no such column: choose one of those listed.")
    if len(set(every)) < len(every):
        raise NotPossible("The same column stands twice: choose another for one of them.")
    if Draw.objects.filter(audit=locked, plan__column__in=every).exists():
        raise NotPossible(NAMED_STRATA)
    found = {name: sorted(columns, key=frame.columns.index) for name, columns in said.items()}
    if tuple(found.get("family", ())) != columns_of(frame.mapping).get("family", ()):
        _check_no_family_draw(locked)
    frame.mapping = found
    frame.save(update_fields=["mapping"])
    record("frame.mapped", by=by, on=ref_of(audit), detail={"frame": frame.pk})
    return frame


def _check_no_family_draw(audit: Audit) -> None:
    if Draw.objects.filter(audit=audit, is_one_per_family=True).exists():
        raise NotPossible(
            "One child of each family was drawn by the column for the family: that one stays."
        )


@transaction.atomic
def exclude_referral(*, audit: Audit, referral_id: str, reason: str, by: Viewer) -> FrameReferral:
    """Keep a referral out of the draw. Raises NotPossible without a reason, for one that is not
    there or is out already, and once a sample was drawn."""
    check(by, "audit.draw", audit)
    locked = _locked(audit)
    _check_not_drawn(locked)
    if not reason.strip():
        raise NotPossible("Say why it is kept out.")
    rows = FrameReferral.objects.filter(frame__audit=locked)
    found = rows.filter(referral_id=referral_id.strip()).first()
    if found is None:
        raise NotPossible("The frame has no referral of that id: copy it from the file.")
    if found.exclusion_position is not None:
        raise NotPossible("That referral is kept out already.")
    out = rows.filter(exclusion_position__isnull=False).order_by("-exclusion_position").first()
    found.exclusion_position = 1 + ((out.exclusion_position or 0) if out else 0)
    found.exclusion_reason = reason.strip()
    found.save(update_fields=["exclusion_position", "exclusion_reason"])
    record("frame.excluded", by=by, on=ref_of(audit), detail={"referral": found.pk})
    return found


@transaction.atomic
def put_back(*, referral: FrameReferral, by: Viewer) -> FrameReferral:
    """Let a referral that was kept out be drawn after all. Raises NotPossible after a draw."""
    audit = referral.frame.audit
    check(by, "audit.draw", audit)
    _check_not_drawn(_locked(audit))
    now = FrameReferral.objects.get(pk=referral.pk)
    if now.exclusion_position is None:
        raise NotPossible("That referral is in the draw already.")
    now.exclusion_position, now.exclusion_reason = None, ""
    now.save(update_fields=["exclusion_position", "exclusion_reason"])
    record("frame.put_back", by=by, on=ref_of(audit), detail={"referral": now.pk})
    return now


@transaction.atomic
def withdraw_case(*, audit: Audit, number: str, reason: str, by: Viewer) -> Sample:
    """Withdraw a case; the next reserve of its stratum, where there is one, takes its place.

    Raises NotPossible without a reason, and for a case that is not in the sample any more.
    """
    check(by, "audit.draw", audit)
    locked = _locked(audit)
    if not reason.strip():
        raise NotPossible("Say why the case is withdrawn.")
    sample = sample_of(locked)
    case = next((one for one in sample.asked if one.number == number), None)
    if case is None:
        raise NotPossible(f"Case {number} is not in the sample any more.")
    following = next((one for one in sample.reserves if one.stratum == case.stratum), None)
    made = Withdrawal(number, reason.strip(), following.referral_id if following else None)
    return withdraw_cases(audit=locked, withdrawals=[*withdrawals_made(locked), made], by=by)


def _locked(audit: Audit) -> Audit:
    """The audit, whose frame and sample nobody else changes until the transaction ends."""
    return Audit.objects.select_for_update(of=("self",)).get(pk=audit.pk)


def _check_not_drawn(audit: Audit) -> None:
    if Draw.objects.filter(audit=audit).exists():
        raise NotPossible(DRAWN)
