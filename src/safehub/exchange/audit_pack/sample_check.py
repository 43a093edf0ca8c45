"""Whether the sample can be drawn as the terms plan it, and drawing it where it can."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from safehub.audit.programmes.plans import Method, Withdrawal
from safehub.audit.sampling.rules import (
    ALL,
    IN_SAMPLE,
    Draw,
    Referral,
    Sample,
    after_withdrawals,
    case_number,
    draw,
    proportional_sizes,
)
from safehub.exchange.audit_pack.frame_file import ReadFrame
from safehub.exchange.audit_pack.terms_file import ReadSample, ReadTerms
from safehub.exchange.audit_pack.yaml_files import Value

# Above it no number of a case is judged: whoever asks for so many is told so of the size.
MOST_CASES = 1_000_000


def check_sample(terms: ReadTerms, frame: ReadFrame | None) -> Sample | None:
    """The sample, where everything that it rests on is certain; notes what cannot be drawn."""
    plan = terms.sample
    if plan is None or frame is None or not frame.complete:
        return None
    _check_exclusions(plan, frame)
    if not _check_sizes(plan, frame):
        return None
    if not (plan.is_certain and plan.withdrawals_certain and frame.can_be_drawn_from):
        return None
    return _drawn(plan, frame)


def _check_exclusions(plan: ReadSample, frame: ReadFrame) -> None:
    for exclusion, place in plan.exclusions:
        if frame.ids_certain and exclusion.referral_id not in frame.stratum_of:
            place.refuse(f"a referral of {frame.file}")
            plan.exclusions_certain = False


def _left(plan: ReadSample, frame: ReadFrame) -> dict[str, str]:
    """The referrals less exclusions, each with its stratum."""
    excluded = {exclusion.referral_id for exclusion, _ in plan.exclusions}
    return {name: value for name, value in frame.stratum_of.items() if name not in excluded}


def _check_sizes(plan: ReadSample, frame: ReadFrame) -> bool:
    """Whether every stratum has what the plan asks, doubtful rows taken in its favour."""
    if plan.method is None or not (plan.by_certain and plan.column_found and frame.strata_certain):
        return False
    counts = Counter(_left(plan, frame).values())
    doubt = frame.doubtful_rows + (0 if plan.exclusions_certain else len(plan.exclusions) + 1)
    if plan.method is not Method.RANDOM:
        return _check_census(plan, counts, doubt)
    sizes = _sizes(plan, counts, doubt)
    if sizes is None:
        return False
    short = {name for name, size in sizes.items() if counts[name] + doubt < size}
    if plan.sizes is not None:
        for name in sizes:
            if name in short:
                place = plan.place.at("by").at(plan.column or "").at(name)
                wanted = f"at most {counts[name]}, for no more rows have {name} (less exclusions)"
                place.refuse(wanted, str(sizes[name]))
    left = {name: counts[name] - size for name, size in sizes.items() if name not in short}
    return _check_reserve(plan, left, doubt) and not short


def _sizes(plan: ReadSample, counts: Counter[str], doubt: int) -> dict[str, int] | None:
    """How many cases each stratum is asked for; None where that is not known or too many."""
    if plan.sizes is not None:
        return dict(plan.sizes)
    if plan.size is None or not plan.size_certain:
        return None
    total = sum(counts.values())
    if total + doubt < plan.size:
        wanted = f"at most {total}, for the frame has no more rows (less exclusions)"
        plan.place.at("size").refuse(wanted, str(plan.size))
        return None
    return {ALL: plan.size} if plan.column is None else proportional_sizes(counts, plan.size)


def _check_reserve(plan: ReadSample, left: dict[str, int], doubt: int) -> bool:
    """`left` are the rows that each stratum has beyond its size."""
    least = min(left.values(), default=0)
    if plan.reserve is None or not left:
        return False
    if least + doubt < plan.reserve:
        wanted = f"at most {max(least, 0)}, for no more rows are left"
        plan.place.at("reserve").refuse(wanted, str(plan.reserve))
    return least >= plan.reserve


def _check_census(plan: ReadSample, counts: Counter[str], doubt: int) -> bool:
    """A census takes every row, so that sizes can only say what is there, and nothing is left."""
    total = sum(counts.values())
    fine = True
    if plan.size is not None and plan.size_certain and not total <= plan.size <= total + doubt:
        plan.place.at("size").refuse(f"{total}, for every row is taken", str(plan.size))
        fine = False
    if plan.sizes is not None and plan.column is not None and not doubt:
        for name in [*plan.sizes, *(n for n in sorted(counts) if n not in plan.sizes)]:
            if plan.sizes.get(name, 0) != counts[name]:
                place = plan.place.at("by").at(plan.column).at(name)
                found = str(plan.sizes[name]) if name in plan.sizes else ""
                place.refuse(f"{counts[name]}, for every row is taken", found)
                fine = False
    if plan.reserve:
        plan.place.at("reserve").refuse("0, for every row is taken", str(plan.reserve))
        fine = False
    return fine


def _drawn(plan: ReadSample, frame: ReadFrame) -> Sample | None:
    drawn = draw(plan.plan(), [Referral(*pair) for pair in _left(plan, frame).items()])
    plan.withdrawals = [(_numbered(w, drawn.size), place) for w, place in plan.withdrawals]
    if not _Withdrawing(drawn).all_fit(plan.withdrawals):
        return None
    return after_withdrawals(drawn, [withdrawal for withdrawal, _ in plan.withdrawals])


def _numbered(withdrawal: Withdrawal, size: int) -> Withdrawal:
    return Withdrawal(case_number(int(withdrawal.case), size), withdrawal.reason, withdrawal.by)


class _Withdrawing:
    """Goes through withdrawals and tells of each that is wrong in itself.

    After one that is wrong it is not known which reserve of its stratum comes next, so that of
    the others there only what is no reserve at all is refused.
    """

    def __init__(self, drawn: Draw) -> None:
        self._size = drawn.size
        self._stratum_of = {case.number or "": case.stratum for case in drawn.cases}
        self._several = len(drawn.strata) > 1
        self._withdrawn: set[str] = set()
        self._waiting: dict[str, list[str]] = {stratum.name: [] for stratum in drawn.strata}
        for reserve in drawn.reserves:
            self._waiting[reserve.stratum].append(reserve.referral_id)
        self._doubtful: set[str] = set()

    def all_fit(self, withdrawals: Iterable[tuple[Withdrawal, Value]]) -> bool:
        """Whether the sample bears all of them out, in their order."""
        fit = [self._fits(withdrawal, place) for withdrawal, place in withdrawals]
        return all(fit)

    def _fits(self, withdrawal: Withdrawal, place: Value) -> bool:
        number = withdrawal.case
        known = number in self._stratum_of and number not in self._withdrawn
        if not known:
            place.at("case").refuse(IN_SAMPLE, number)
        self._withdrawn.add(number)
        if withdrawal.by is None:
            return known
        stratum = self._stratum_of[number] if known else self._named_in(withdrawal.by)
        wanted = self._wanted(stratum, withdrawal.by) if known else None
        if wanted is not None:
            place.at("by").refuse(wanted, withdrawal.by)
        if wanted is not None or not known:
            self._doubtful.add(stratum)
        if withdrawal.by in self._waiting[stratum]:
            self._waiting[stratum].remove(withdrawal.by)
        self._stratum_of[case_number(len(self._stratum_of) + 1, self._size)] = stratum
        return known and wanted is None

    def _named_in(self, referral: str) -> str:
        """The stratum that has this reserve; where none has, the first is as good as any."""
        names = [name for name, waiting in self._waiting.items() if referral in waiting]
        return next(iter(names or self._waiting))

    def _wanted(self, stratum: str, named: str) -> str | None:
        """What should stand in place of the reserve named; None where it is the right one."""
        waiting = self._waiting[stratum]
        of_stratum = f" of the stratum {stratum}" if self._several else ""
        if not waiting:
            return f"no replacement, for no reserve{of_stratum} is left"
        if stratum in self._doubtful:
            return None if named in waiting else f"a reserve{of_stratum} that is not used yet"
        return None if named == waiting[0] else f"the next reserve{of_stratum}, {waiting[0]}"


def case_numbers(
    terms: ReadTerms, frame: ReadFrame | None, sample: Sample | None
) -> tuple[frozenset[str], int] | None:
    """The numbers that cases of the sample have, and the size of the draw; None if unknown.

    They follow from the plan alone where the draw itself cannot be relied on; what is in doubt
    there is taken in favour of a case.
    """
    if sample is not None:
        return frozenset(case.number for case in sample.cases), sample.drawn.size
    plan = terms.sample
    if plan is None or plan.most_replacements is None:
        return None
    size = _planned_size(plan, frame)
    if size is None or not 0 < size <= MOST_CASES:
        return None
    numbers = range(1, size + plan.most_replacements + 1)
    return frozenset(case_number(number, size) for number in numbers), size


def _planned_size(plan: ReadSample, frame: ReadFrame | None) -> int | None:
    sizes = [plan.size] if plan.size is not None else []
    if plan.sizes is not None and plan.by_certain:
        sizes.append(sum(plan.sizes.values()))
    takes_all = plan.method is not None and plan.method is not Method.RANDOM
    if takes_all and frame is not None and frame.complete:
        sizes.append(len(_left(plan, frame)) + frame.doubtful_rows)
    return max(sizes, default=None)


def check_withdrawn_numbers(plan: ReadSample, numbers: frozenset[str], size: int) -> None:
    """Where nothing could be drawn: each case withdrawn is one of the sample's, and once."""
    seen: set[str] = set()
    for withdrawal, place in plan.withdrawals:
        number = case_number(int(withdrawal.case), size)
        if number not in numbers or number in seen:
            place.at("case").refuse(IN_SAMPLE, withdrawal.case)
        seen.add(number)
