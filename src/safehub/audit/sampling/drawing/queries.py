"""Reading the frame and the sample of an audit for a page, and who a case is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from django.db.models import QuerySet

from safehub.audit.programmes.models import Audit
from safehub.audit.programmes.queries import plan_from_data
from safehub.audit.sampling.models import Case, Draw, Frame, FrameReferral
from safehub.audit.sampling.queries import draws_made
from safehub.audit.sampling.rows import columns_chosen, columns_of
from safehub.foundation.access.decision import classes_of, may, open_record, visible_to
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass

# Exclusions on one page; beyond it their number alone.
MOST_LISTED = 200
# What stands between several columns of one detail.
_JOINED = {"name": " ", "born": ", ", "address": ", ", "family": ", "}


def columns_to_draw_by(frame: Frame) -> list[str]:
    """The columns whose values may be published: those that do not say who a child is."""
    chosen = columns_chosen(frame.mapping)
    return [one for one in frame.columns if one not in chosen]


@dataclass(frozen=True)
class Standing:
    """The frame and the sample of an audit. `strata` are rows less exclusions by value."""

    frame: Frame | None = None
    rows: int = 0
    excluded: int = 0
    strata: dict[str, int] = field(default_factory=dict)
    reasons: tuple[tuple[str, int], ...] = ()
    exclusions: tuple[FrameReferral, ...] = ()
    draws: tuple[Draw, ...] = ()
    cases: tuple[Case, ...] = ()
    reserves: int = 0


def standing(viewer: Viewer, audit: Audit) -> Standing:
    """All of it that the viewer may see. At most seven queries."""
    frame = Frame.objects.filter(audit=audit).first()
    draws = tuple(draws_made(audit))
    if frame is None:
        return Standing(draws=draws)
    rows = FrameReferral.objects.filter(frame=frame)
    out = rows.filter(exclusion_position__isnull=False).order_by("exclusion_position")
    of_office = may(viewer, "audit.draw", audit)
    reasons = Counter(out.values_list("exclusion_reason", flat=True)) if of_office else Counter()
    excluded = sum(reasons.values()) if of_office else out.count()
    cases: tuple[Case, ...] = ()
    reserves = 0
    if draws:
        drawn = Case.objects.filter(draw=draws[-1]).select_related("replaced_by")
        cases = tuple(drawn.filter(number__isnull=False).order_by("number"))
        reserves = drawn.filter(number__isnull=True).count()
    return Standing(
        frame=frame,
        rows=rows.count(),
        excluded=excluded,
        strata=_strata(audit, draws, rows),
        reasons=tuple(sorted(reasons.items())),
        exclusions=tuple(visible_to(viewer, "frame.see", out)[:MOST_LISTED]) if of_office else (),
        draws=draws,
        cases=cases,
        reserves=reserves,
    )


def _strata(audit: Audit, draws: tuple[Draw, ...], rows: QuerySet[FrameReferral]) -> dict[str, int]:
    """By the column of the latest draw, else of the terms; nothing without one."""
    plan = plan_from_data(draws[-1].plan if draws else audit.sampling_plan)
    if plan.column is None:
        return {}
    left = rows.filter(exclusion_position__isnull=True)
    if plan.column == "referred_on":
        values = (str(one) for one in left.values_list("referred_on", flat=True))
    else:
        further = left.values_list("further", flat=True)
        values = (str(cells.get(plan.column, "")) for cells in further)
    return dict(sorted(Counter(values).items()))


def frame_standing(audit: Audit) -> Frame | None:
    """The frame, if one was uploaded. One query."""
    return Frame.objects.filter(audit=audit).first()


def excluded_referral(viewer: Viewer, audit: Audit, key: int) -> FrameReferral:
    """A referral that was kept out, opened. Raises Absent and NotAllowed. Two queries."""
    rows = FrameReferral.objects.filter(frame__audit=audit).select_related("frame__audit")
    return open_record(viewer, "frame.see", rows, pk=key)


def case_numbered(viewer: Viewer, audit: Audit, number: str, action: str) -> Case:
    """A case of the sample, opened for the action. Raises Absent and NotAllowed. Two queries."""
    drawn = Case.objects.filter(draw=audit.draws.order_by("-number").values("pk")[:1])
    found = drawn.select_related("referral__frame")
    return open_record(viewer, action, found, number=number)


@dataclass(frozen=True)
class Identity:
    """Who a child is, by the columns of the frame that were mapped; blank where none is.

    Several columns of a detail are joined, in the order of the frame.
    """

    name: str = ""
    born: str = ""
    address: str = ""
    family: str = ""


def identity_of(viewer: Viewer, case: Case) -> Identity | None:
    """Who the child of the case is; None where the viewer may not learn it.

    For the page on which an agency says whether it knows the child, and until it has. `case` is
    fetched with `referral__frame`. The caller shows it only where the look is on the trail.
    """
    if not may(viewer, "case.see_link", case):
        return None
    # Further columns are of the strictest class, whatever is in them.
    if FieldClass.PROTECTED not in classes_of(viewer, "case.see_link", case):
        return None
    return identity_in(case)


def identity_in(case: Case) -> Identity:
    """The same for whoever has been let see it. `case` is fetched with `referral__frame`."""
    cells = {**case.referral.further, "child_id": case.referral.child_id}
    return Identity(
        **{
            name: _JOINED[name].join(said for one in columns if (said := str(cells.get(one, ""))))
            for name, columns in columns_of(case.referral.frame.mapping).items()
        }
    )


def cases_numbered(audit: Audit) -> int:
    """How many cases have a number, withdrawn ones among them. One query."""
    drawn = Case.objects.filter(draw=audit.draws.order_by("-number").values("pk")[:1])
    return drawn.filter(number__isnull=False).count()
