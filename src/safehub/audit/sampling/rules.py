"""Drawing a sample by permanent random numbers.

Each referral has one rank for one seed, whatever the order of the frame or the machine: the
SHA-256 of `seed|referral_id`. Method: Ohlsson (1995), "Coordination of samples using permanent
random numbers"; the largest-remainder method for proportional strata (Hare quota).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from safehub.audit.programmes.plans import Method, Plan, Withdrawal

ALL = "all"


@dataclass(frozen=True)
class Stratum:
    """A stratum with its number of rows after exclusions and of cases drawn."""

    name: str
    frame: int
    drawn: int


@dataclass(frozen=True)
class Referral:
    """What a draw needs to know of a row of the frame; `stratum` is ALL without strata."""

    referral_id: str
    stratum: str = ALL


@dataclass(frozen=True)
class DrawnCase:
    """A row that was drawn, or is held in reserve and then has no number yet."""

    referral_id: str
    stratum: str
    number: str | None


@dataclass(frozen=True)
class Draw:
    """The outcome of a draw: cases by number, reserves by rank."""

    strata: tuple[Stratum, ...]
    cases: tuple[DrawnCase, ...]
    reserves: tuple[DrawnCase, ...]

    @property
    def size(self) -> int:
        """How many cases the plan drew; replacements are not counted."""
        return len(self.cases)


def passed_over(seed: int, families: Iterable[tuple[str, str]]) -> set[str]:
    """Who is not drawn where one child of each family is: all of a family but its first by rank.

    `families` gives each referral with its family; a blank family is a family of its own. So one
    household does not count several times, and who stays in follows from the seed alone. Rule:
    Cochran (1977), "Sampling Techniques", subsampling with one unit of each cluster (chapter
    unconfirmed). Families weigh alike then, and a child of a large one has the smaller chance.
    """
    first: dict[str, tuple[str, str]] = {}
    every: list[tuple[str, str]] = []
    for referral, family in families:
        if family:
            every.append((referral, family))
            place = (rank(seed, referral), referral)
            first[family] = min(first.get(family, place), place)
    return {referral for referral, family in every if first[family][1] != referral}


class TooFew(ValueError):  # noqa: N818 - reads as what it says
    """A stratum has fewer rows than the plan asks of it."""

    def __init__(self, stratum: str, found: int, wanted: int) -> None:
        super().__init__(f"{stratum}: {found} rows, {wanted} wanted")
        self.stratum, self.found, self.wanted = stratum, found, wanted


def rank(seed: int, referral_id: str) -> str:
    """The permanent random number of a referral: 64 hexadecimal digits, lowest first."""
    return hashlib.sha256(f"{seed}|{referral_id}".encode()).hexdigest()


def case_number(position: int, size: int) -> str:
    """The number of the `position`-th case: two digits, or as many as the sample needs.

    The width follows the size that was drawn, so that a replacement renames no other case.
    """
    return str(position).zfill(max(2, len(str(size))))


def proportional_sizes(counts: Mapping[str, int], size: int) -> dict[str, int]:
    """`size` shared out over strata in order of value: largest remainders, ties by value."""
    total = sum(counts.values())
    if not total:
        return {}
    names = sorted(counts)
    sizes = {name: size * counts[name] // total for name in names}
    by_remainder = sorted(names, key=lambda name: (-(size * counts[name] % total), name))
    for name in by_remainder[: size - sum(sizes.values())]:
        sizes[name] += 1
    return sizes


def stratum_sizes(plan: Plan, counts: Mapping[str, int]) -> dict[str, int]:
    """How many cases each stratum gives, in the order in which strata are listed.

    `counts` are the rows of the frame less exclusions, by value of the stratifying column.
    """
    takes_all = plan.method is not Method.RANDOM
    if plan.column is None:
        total = sum(counts.values())
        return {ALL: total if takes_all else plan.size or 0}
    if plan.sizes is not None:
        return dict(plan.sizes)
    if takes_all:
        return {name: counts[name] for name in sorted(counts)}
    return proportional_sizes(counts, plan.size or 0)


def draw(plan: Plan, frame: Iterable[Referral]) -> Draw:
    """Draw the plan from the frame less exclusions. Raises TooFew for a stratum that is short.

    The same frame, seed and plan draw the same cases on any machine, for ever.
    """
    rows = list(frame)
    counts = Counter(row.stratum for row in rows)
    sizes = stratum_sizes(plan, counts)
    ranked: dict[str, list[tuple[str, str]]] = {name: [] for name in sizes}
    for row in rows:
        if row.stratum in ranked:
            ranked[row.stratum].append((rank(plan.seed, row.referral_id), row.referral_id))
    chosen: list[tuple[str, str, str]] = []
    kept: list[tuple[str, str, str]] = []
    for name, size in sizes.items():
        if len(ranked[name]) < size + plan.reserve:
            raise TooFew(name, len(ranked[name]), size + plan.reserve)
        ranked[name].sort()
        drawn = [(place, referral, name) for place, referral in ranked[name]]
        chosen += drawn[:size]
        kept += drawn[size : size + plan.reserve]
    return Draw(
        strata=tuple(Stratum(name, counts[name], size) for name, size in sizes.items()),
        cases=tuple(
            DrawnCase(referral, stratum, case_number(position, len(chosen)))
            for position, (_, referral, stratum) in enumerate(sorted(chosen), start=1)
        ),
        reserves=tuple(DrawnCase(referral, stratum, None) for _, referral, stratum in sorted(kept)),
    )


@dataclass(frozen=True)
class SampledCase:
    """A case of the sample as it stands: numbered, perhaps withdrawn, perhaps a reserve used."""

    number: str
    referral_id: str
    stratum: str
    is_reserve: bool = False
    is_withdrawn: bool = False


class WrongReplacement(ValueError):  # noqa: N818 - reads as what it says
    """A withdrawal that the sample does not bear out: `found` in `key`, where `wanted` was."""

    def __init__(self, position: int, key: str, found: str, wanted: str) -> None:
        super().__init__(f"{key}: {found}, {wanted} wanted")
        self.position, self.key, self.found, self.wanted = position, key, found, wanted


IN_SAMPLE = "a case of the sample that was not withdrawn before"


@dataclass(frozen=True)
class Sample:
    """The sample after withdrawals: every numbered case, and the reserves not yet used."""

    drawn: Draw
    cases: tuple[SampledCase, ...]
    reserves: tuple[DrawnCase, ...]

    @property
    def asked(self) -> tuple[SampledCase, ...]:
        """The cases that agencies are asked about: in the sample and not withdrawn."""
        return tuple(case for case in self.cases if not case.is_withdrawn)

    @property
    def withdrawn_without_replacement(self) -> int:
        """How many cases the sample lost."""
        return self.drawn.size - len(self.asked)


def after_withdrawals(drawn: Draw, withdrawals: Sequence[Withdrawal]) -> Sample:
    """The sample once the withdrawals are made, in their order.

    A replacement is the next reserve of the same stratum and takes the next new number. Raises
    WrongReplacement for the first that cannot be made.
    """
    cases = {
        case.number or "": SampledCase(case.number or "", case.referral_id, case.stratum)
        for case in drawn.cases
    }
    reserves = list(drawn.reserves)
    for position, withdrawal in enumerate(withdrawals):
        _withdraw(cases, reserves, withdrawal, position, drawn.size)
    return Sample(drawn, tuple(cases.values()), tuple(reserves))


def _withdraw(
    cases: dict[str, SampledCase],
    reserves: list[DrawnCase],
    withdrawal: Withdrawal,
    position: int,
    size: int,
) -> None:
    case = cases.get(withdrawal.case)
    if case is None or case.is_withdrawn:
        raise WrongReplacement(position, "case", withdrawal.case, IN_SAMPLE)
    cases[case.number] = replace(case, is_withdrawn=True)
    if withdrawal.by is None:
        return
    reserve = _next_reserve(reserves, case.stratum, withdrawal.by, position)
    reserves.remove(reserve)
    number = case_number(len(cases) + 1, size)
    cases[number] = SampledCase(number, reserve.referral_id, reserve.stratum, is_reserve=True)


def _next_reserve(
    reserves: Sequence[DrawnCase], stratum: str, named: str, position: int
) -> DrawnCase:
    following = next((reserve for reserve in reserves if reserve.stratum == stratum), None)
    if following is None:
        wanted = f"no replacement, for the stratum {stratum} has no reserve left"
        raise WrongReplacement(position, "by", named, wanted)
    if following.referral_id != named:
        wanted = f"the next reserve of the stratum {stratum}, {following.referral_id}"
        raise WrongReplacement(position, "by", named, wanted)
    return following
