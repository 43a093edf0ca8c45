"""What pages say of a frame and a sample."""

from __future__ import annotations

from django.urls import reverse

from safehub.audit.programmes.commissioning.forms import METHODS
from safehub.audit.programmes.models import Audit
from safehub.audit.programmes.plans import Method
from safehub.audit.sampling.drawing.queries import Standing
from safehub.audit.sampling.models import Case, Draw, Frame, FrameReferral
from safehub.audit.sampling.rows import REQUIRED, columns_of, columns_shown
from safehub.foundation.govuk.parts import Fact, Link, Tag
from safehub.foundation.govuk.wording import day

NONE_CHOSEN = (
    "No column was chosen: no agency is shown any, beside the numbers of referral and child"
)
_DETAILS = {"name": "Name", "born": "Born", "address": "Address", "family": "Family"}


def frame_facts(frame: Frame, found: Standing) -> list[Fact]:
    """What is known of the frame."""
    chosen = columns_of(frame.mapping)
    mapped = [f"{_DETAILS[one]}: {', '.join(columns)}" for one, columns in chosen.items()]
    shown = columns_shown([one for one in frame.columns if one not in REQUIRED], frame.mapping)
    facts = [
        Fact("Referrals", f"{found.rows:,}"),
        Fact("Kept out of the draw", f"{found.excluded:,}"),
        Fact("Columns", ", ".join(frame.columns)),
        Fact("Who a child is", "; ".join(mapped) or NONE_CHOSEN),
        *([Fact("Shown to agencies", ", ".join(shown) or "No other column")] if mapped else []),
        Fact("SHA-256 of the file", frame.sha256),
    ]
    if frame.outside_period:
        facts.insert(1, Fact("Left out as outside the period", f"{frame.outside_period:,}"))
    return facts


def stratum_rows(found: Standing) -> list[list[object]]:
    """A row for each stratum: how many of the frame may be drawn, and how many were."""
    drawn = {name: size for name, _, size in found.draws[-1].strata} if found.draws else {}
    return [
        [
            name or "Blank",
            f"{rows:,}",
            f"{drawn.get(name, 0):,}" if found.draws else "Not drawn yet",
        ]
        for name, rows in found.strata.items()
    ]


def exclusion_rows(audit: Audit, found: Standing) -> list[list[object]]:
    """A row for each referral that is kept out."""
    can_change = not found.draws
    return [
        [
            one.referral_id,
            one.exclusion_reason,
            Link("Put it back", reverse("audit:put_back", args=[audit.reference, one.pk]),
                 hidden=one.referral_id) if can_change else "",
        ]
        for one in found.exclusions
    ]  # fmt: skip


def draw_rows(found: Standing) -> list[list[object]]:
    """A row for each draw that was ever made, the latest first."""
    return [
        [
            str(one.number),
            one.seed,
            f"{one.size:,}",
            _how(one),
            Tag("The sample", "green") if one is found.draws[-1] else Tag("Not used", "grey"),
        ]
        for one in reversed(found.draws)
    ]


def _how(draw: Draw) -> str:
    method = METHODS.get(Method(draw.plan["method"]), "") if draw.plan else ""
    words = [method]
    if draw.plan and draw.plan["column"]:
        words.append(f"by {draw.plan['column']}")
    if draw.plan and draw.plan["reserve"]:
        words.append(f"{draw.plan['reserve']} in reserve")
    if draw.is_one_per_family:
        words.append("one child of each family")
    return ", ".join(one for one in words if one)


def case_rows(
    audit: Audit, found: Standing, *, sees_link: bool, withdraws: bool
) -> list[list[object]]:
    """A row for each case of the sample."""

    def acts(case: Case) -> list[object]:
        number = case.number or ""
        where = [audit.reference, number]
        shown: list[object] = []
        if sees_link:
            link = reverse("audit:case_link", args=where)
            shown.append(Link("Which child", link, hidden=f"case {number} is"))
        if withdraws:
            address = reverse("audit:withdraw_case", args=where)
            open_still = case.withdrawal_position is None
            shown.append(Link("Withdraw", address, hidden=f"case {number}") if open_still else "")
        return shown

    return [[f"Case {one.number}", state_of(one), *acts(one)] for one in found.cases]


def state_of(case: Case) -> Tag:
    """Whether it is in the sample."""
    if case.withdrawal_position is not None:
        by = getattr(case, "replaced_by", None)
        words = f"Withdrawn, replaced by case {by.number}" if by else "Withdrawn, not replaced"
        return Tag(words, "grey")
    return Tag("From the reserve", "blue") if case.replaces_id else Tag("In the sample", "green")


def link_facts(case: Case, *, is_office: bool) -> list[Fact]:
    """Which referral and child a case is, with the columns of its frame.

    To an agency without those that say who the child is: it is shown these where it says whether
    it knows the child, and nowhere else. And without any while none was chosen for that.
    """
    referral = case.referral
    every, mapping = referral.frame.columns, referral.frame.mapping
    shown = every if is_office else columns_shown(every, mapping)
    labels = {
        column: _DETAILS[one] for one, columns in columns_of(mapping).items() for column in columns
    }
    further = [
        Fact(f"{name} ({labels[name].lower()})" if name in labels else name, cell)
        for name, cell in further_cells(referral).items()
        if name in shown
    ]
    return [
        Fact("Referral", referral.referral_id),
        Fact("Child", referral.child_id),
        Fact("Referred on", day(referral.referred_on)),
        *further,
    ]


def further_cells(referral: FrameReferral) -> dict[str, str]:
    """Its further columns in the order of the file: PostgreSQL keeps no order of keys."""
    columns = referral.frame.columns
    return {name: str(referral.further[name]) for name in columns if name in referral.further}
