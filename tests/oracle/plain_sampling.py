"""Draws the sample again: rank by SHA-256, stratum by stratum, and number the cases by rank."""

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import Any

from .plain_reading import Pack, Row, Settings


@dataclass
class Drawn:
    """A referral drawn, or held in reserve; a reserve's `case` is blank until it is used."""

    referral_id: str
    stratum: str
    reserve: bool
    case: str = ""


@dataclass(frozen=True)
class Sample:
    """`asked` holds the numbers of the cases that were not withdrawn, in order."""

    report: dict[str, Any]
    referrals: list[Drawn]
    asked: list[str]
    size: int
    population: int
    is_random: bool
    is_stratified: bool

    def number(self, written: str) -> str:
        """A case as it stands in the sample: `1` is `01`."""
        return case_number(int(written), self.size) if written.isdecimal() else written


def draw(pack: Pack) -> Sample:
    plan = pack.audit["sample"]
    excluded = {item["referral_id"] for item in plan.get("exclude") or []}
    eligible = [row for row in pack.frame if row["referral_id"] not in excluded]
    strata = planned_strata(plan, eligible)
    size = sum(taken for _, _, taken in strata)
    chosen, reserves = choose(strata, plan["seed"], int(plan.get("reserve", 0)))
    for position, referral in enumerate(chosen, start=1):
        referral.case = case_number(position, size)
    gone, unreplaced = withdraw(plan, reserves, size)
    cases = [drawn.case for drawn in chosen + reserves if drawn.case]
    return Sample(
        report=report(pack, plan, strata, len(reserves), unreplaced),
        referrals=chosen + reserves,
        asked=sorted((case for case in cases if case not in gone), key=int),
        size=size,
        population=sum(len(rows) for _, rows, _ in strata),
        is_random=plan.get("method", "random") == "random",
        is_stratified=bool(plan.get("by")),
    )


def case_number(position: int, size: int) -> str:
    return str(position).zfill(max(2, len(str(size))))


def rank(seed: str, referral_id: str) -> str:
    return hashlib.sha256(f"{int(seed)}|{referral_id}".encode()).hexdigest()


def planned_strata(plan: Settings, rows: list[Row]) -> list[tuple[str, list[Row], int]]:
    """Give each stratum's name, its rows less exclusions, and how many are to be drawn."""
    if not plan.get("by"):
        groups, sizes = {"all": rows}, {"all": int(plan.get("size", len(rows)))}
    else:
        ((column, wanted),) = plan["by"].items()
        names = sorted({row[column] for row in rows}) if wanted == "proportional" else list(wanted)
        groups = {name: [row for row in rows if row[column] == name] for name in names}
        if wanted == "proportional":
            counts = {name: len(members) for name, members in groups.items()}
            sizes = shares(int(plan.get("size", len(rows))), counts)
        else:
            sizes = {name: int(wanted[name]) for name in names}
    if plan.get("method", "random") != "random":
        sizes = {name: len(members) for name, members in groups.items()}
    return [(name, members, sizes[name]) for name, members in groups.items()]


def shares(size: int, counts: dict[str, int]) -> dict[str, int]:
    """Share by largest remainders in whole numbers; equal remainders go by value."""
    total = sum(counts.values())
    given = {name: size * count // total for name, count in counts.items()}
    by_remainder = sorted(counts, key=lambda name: (-(size * counts[name] % total), name))
    extra = Counter(by_remainder[: size - sum(given.values())])
    return {name: given[name] + extra[name] for name in counts}


def choose(
    strata: list[tuple[str, list[Row], int]], seed: str, reserve: int
) -> tuple[list[Drawn], list[Drawn]]:
    """Give the drawn and the reserves, each by rank over the whole sample."""
    picked: list[Drawn] = []
    for name, rows, size in strata:
        ids = sorted((row["referral_id"] for row in rows), key=lambda each: rank(seed, each))
        picked += [Drawn(each, name, reserve=False) for each in ids[:size]]
        picked += [Drawn(each, name, reserve=True) for each in ids[size : size + reserve]]
    picked.sort(key=lambda drawn: rank(seed, drawn.referral_id))
    return [one for one in picked if not one.reserve], [one for one in picked if one.reserve]


def withdraw(plan: Settings, reserves: list[Drawn], size: int) -> tuple[set[str], int]:
    """Number the reserves used; give the cases withdrawn and how many have no replacement."""
    gone: set[str] = set()
    used = 0
    for item in plan.get("replaced") or []:
        gone.add(case_number(int(item["case"]), size))
        if item.get("by"):
            used += 1
            reserve = next(one for one in reserves if one.referral_id == item["by"])
            reserve.case = case_number(size + used, size)
    return gone, len(gone) - used


def report(
    pack: Pack,
    plan: Settings,
    strata: list[tuple[str, list[Row], int]],
    reserves: int,
    unreplaced: int,
) -> dict[str, Any]:
    written: dict[str, Any] = {
        "unit": plan.get("unit", "referral"),
        "method": plan.get("method", "random"),
        "frame": len(pack.frame),
        "excluded": len(plan.get("exclude") or []),
        "drawn": sum(size for _, _, size in strata),
        "reserve": reserves,
        "withdrawn": unreplaced,
        "seed": int(plan["seed"]),
        "frame_sha256": pack.frame_sha256,
        "strata": [
            {"name": name, "frame": len(rows), "drawn": size} for name, rows, size in strata
        ],
    }
    if pack.outside_period is not None:
        written["outside_period"] = pack.outside_period
    return written
