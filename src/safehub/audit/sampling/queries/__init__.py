"""Reading frames, draws and cases from the store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from safehub.audit.programmes.models import Audit
from safehub.audit.programmes.plans import Withdrawal
from safehub.audit.programmes.queries import plan_from_data
from safehub.audit.sampling.models import Case, Draw, Frame, FrameReferral
from safehub.audit.sampling.rows import DrawMade, FrameDrawn, ReferralDrawn, columns_of
from safehub.audit.sampling.rules import Draw as Drawn
from safehub.audit.sampling.rules import DrawnCase, Sample, Stratum, after_withdrawals
from safehub.foundation.errors import NotPossible

_COLUMNS = {"referral_id", "child_id", "referred_on"}


@dataclass(frozen=True)
class ExclusionMade:
    """A referral kept out of the draw, and why, in the order in which they were named."""

    referral_id: str
    reason: str


def latest_draw(audit: Audit) -> Draw | None:
    """The draw that is the sample."""
    return audit.draws.order_by("-number").first()


def latest_draw_key(audit: Audit) -> int | None:
    """The key of the draw that is the sample."""
    return audit.draws.order_by("-number").values_list("pk", flat=True).first()


def cases_drawn(audit: Audit | int) -> QuerySet[Case]:
    """The cases of the draw that is the sample, of an audit or its key, within one query."""
    last = Draw.objects.filter(audit=audit).order_by("-number").values("pk")[:1]
    return Case.objects.filter(draw=last)


def draws_made(audit: Audit) -> list[Draw]:
    """Every draw, first to last."""
    return list(audit.draws.order_by("number"))


def drawn_sample(audit: Audit) -> Drawn:
    """The latest draw as it was drawn, before withdrawals. Raises NotPossible without one."""
    current = latest_draw(audit)
    if current is None:
        raise NotPossible(
            f"No sample has been drawn for {audit.reference} yet: a coordinator of the office "
            f"draws it on the page “Sample”, or with `./safehub audit sample {audit.reference}`."
        )
    rows = (
        Case.objects.filter(draw=current)
        .order_by("position")
        .values_list("referral__referral_id", "stratum", "number", "is_reserve")
    )
    cases = [
        DrawnCase(referral, stratum, None if is_reserve else number)
        for referral, stratum, number, is_reserve in rows
    ]
    return Drawn(
        strata=tuple(Stratum(name, frame, drawn) for name, frame, drawn in current.strata),
        cases=tuple(case for case in cases if case.number is not None),
        reserves=tuple(case for case in cases if case.number is None),
    )


def withdrawals_made(audit: Audit) -> tuple[Withdrawal, ...]:
    """Every withdrawal from the sample, in its order."""
    current = latest_draw_key(audit)
    rows = (
        Case.objects.filter(draw=current, withdrawal_position__isnull=False)
        .order_by("withdrawal_position")
        .values_list("number", "withdrawal_reason", "replaced_by__referral__referral_id")
    )
    return tuple(Withdrawal(number or "", reason, by) for number, reason, by in rows)


def frame_drawn(audit: Audit) -> FrameDrawn:
    """Every draw that was made, whole, and which columns tell who a child is. Three queries."""
    frame = Frame.objects.filter(audit=audit).first()
    cases: dict[int, list[Case]] = {}
    for case in (
        Case.objects.filter(draw__audit=audit)
        .select_related("referral", "replaced_by__referral")
        .order_by("position")
    ):
        cases.setdefault(case.draw_id, []).append(case)
    return FrameDrawn(
        draws=tuple(_draw_made(one, cases.get(one.pk, [])) for one in draws_made(audit)),
        columns=columns_of(frame.mapping) if frame is not None else {},
    )


def _draw_made(made: Draw, cases: list[Case]) -> DrawMade:
    gone = [one for one in cases if one.withdrawal_position is not None]
    gone.sort(key=lambda one: one.withdrawal_position or 0)
    return DrawMade(
        plan=plan_from_data(made.plan),
        strata=tuple(Stratum(*one) for one in made.strata),
        referrals=tuple(
            ReferralDrawn(one.referral.referral_id, one.stratum, one.number, one.is_reserve)
            for one in cases
        ),
        withdrawals=tuple(
            Withdrawal(one.number or "", one.withdrawal_reason, _replacement(one)) for one in gone
        ),
        is_one_per_family=made.is_one_per_family,
    )


def _replacement(case: Case) -> str | None:
    by: Case | None = getattr(case, "replaced_by", None)
    return by.referral.referral_id if by is not None else None


def sample_of(audit: Audit) -> Sample:
    """The sample as it stands. Raises NotPossible where none was drawn."""
    return after_withdrawals(drawn_sample(audit), withdrawals_made(audit))


def frame_of(audit: Audit) -> Frame:
    """The frame of the audit."""
    return Frame.objects.get(audit=audit)


def frame_size(audit: Audit) -> int:
    """How many referrals the frame has, exclusions among them."""
    return FrameReferral.objects.filter(frame__audit=audit).count()


def exclusions_made(audit: Audit) -> list[ExclusionMade]:
    """What was kept out of the draw, in the order named."""
    rows = FrameReferral.objects.filter(
        frame__audit=audit, exclusion_position__isnull=False
    ).order_by("exclusion_position")
    return [ExclusionMade(row.referral_id, row.exclusion_reason) for row in rows]


def frame_cells(audit: Audit) -> Iterator[dict[str, str]]:
    """The frame row by row, each cell by its heading. Two queries."""
    # In the order of the file: PostgreSQL keeps no order of keys.
    further = [name for name in frame_of(audit).columns if name not in _COLUMNS]
    rows = FrameReferral.objects.filter(frame__audit=audit).order_by("position")
    for row in rows.iterator(chunk_size=2_000):
        yield {
            "referral_id": row.referral_id,
            "child_id": row.child_id,
            "referred_on": row.referred_on.isoformat(),
            **{name: row.further[name] for name in further},
        }


def identifying_words(audit: Audit) -> set[str]:
    """Every referral and child id of the frame: words that no published page may hold."""
    pairs = FrameReferral.objects.filter(frame__audit=audit).values_list("referral_id", "child_id")
    return {word for pair in pairs for word in pair if word}
