"""The invented sampling frame and the draw from it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from hashlib import sha256
from random import Random

from safehub.demo.partnership import AGE_BANDS, OUTCOMES, Round

RESERVE = 2

_AGE_WEIGHTS = (5, 14, 20, 26, 27, 8)
_AGE_IN_YEARS = {"under_1": (0, 1), "1_4": (1, 5), "5_9": (5, 10), "10_15": (10, 16)}
_OUTCOME_WEIGHTS = (36, 26, 27, 11)
_NEEDS = {"N1": 50, "N5": 17, "N4": 12, "N3": 10, "N2": 5, "N6": 3, "N8": 2, "N7": 1}
_SOURCES = {
    "unborn": {"3F": 50, "3A": 15, "6": 20, "5B": 15},
    "under_1": {"3B": 34, "6": 34, "3E": 14, "1A": 8, "9": 10},
    "1_4": {"3B": 24, "6": 32, "2B": 14, "3A": 8, "3E": 8, "1A": 6, "9": 8},
    "older": {"6": 30, "2A": 34, "5A": 8, "3C": 6, "3A": 4, "1A": 6, "4": 4, "9": 8},
}
_EXCLUDED_BECAUSE = (
    "Part of the practice review now under way.",
    "Record closed to readers by order of the family court.",
)

FRAME_HEADINGS = (
    "referral_id",
    "child_id",
    "birth_or_due_on",
    "referred_on",
    "source_code",
    "outcome",
    "previous_referrals_12m",
    "primary_need",
    "age_band",
)


@dataclass(frozen=True, slots=True)
class Referral:
    """A row of the frame. An unborn child has the date on which it is due."""

    referral_id: str
    child_id: str
    birth_or_due_on: date
    referred_on: date
    source_code: str
    outcome: str
    previous_referrals_12m: int
    primary_need: str
    age_band: str

    def cells(self) -> list[str]:
        """The row as frame.csv writes it."""
        return [str(getattr(self, heading)) for heading in FRAME_HEADINGS]


@dataclass(frozen=True, slots=True)
class Sample:
    """What was drawn: cases by number, one of them withdrawn for a reserve of its stratum.

    Nothing is withdrawn where the next number would need one more digit than the others have.
    """

    seed: int
    sizes: dict[str, int]
    excluded: tuple[tuple[str, str], ...]
    drawn: dict[str, Referral]
    withdrawn: str | None = None
    replaced_by: str | None = None

    def asked(self) -> dict[str, Referral]:
        """Every case that agencies are asked about, the replacement last."""
        return {case: row for case, row in self.drawn.items() if case != self.withdrawn}


def rank(seed: int, referral_id: str) -> str:
    """The referral's permanent random number: the pack format's rule, lowest drawn first."""
    return sha256(f"{seed}|{referral_id}".encode()).hexdigest()


def stratum_sizes(cases: int) -> dict[str, int]:
    """As many of each outcome as of any other, so that the rare ones are read too."""
    return {
        outcome: cases // len(OUTCOMES) + (place < cases % len(OUTCOMES))
        for place, outcome in enumerate(OUTCOMES)
    }


def age_band(birth_or_due_on: date, on: date) -> str:
    """The band on that day; `over_17` for somebody who is no child any more."""
    if birth_or_due_on > on:
        return "unborn"
    had_birthday = (on.month, on.day) >= (birth_or_due_on.month, birth_or_due_on.day)
    years = on.year - birth_or_due_on.year - (not had_birthday)
    for band, (least, below) in _AGE_IN_YEARS.items():
        if least <= years < below:
            return band
    return "16_17" if years < 18 else "over_17"


def make_frame(rng: Random, terms: Round, cases: int, rows: int) -> list[Referral]:
    """`rows` referrals in order of date, enough of each outcome to draw `cases` and reserves."""
    outcomes = _outcomes(rng, cases, rows)
    days = (terms.period_to - terms.period_from).days
    dates = sorted(terms.period_from + timedelta(rng.randint(0, days)) for _ in range(rows))
    births: list[date] = []
    seen: dict[int, list[date]] = {}
    frame = []
    for number, (day, outcome) in enumerate(zip(dates, outcomes, strict=True), start=1):
        child = _child(rng, births, day)
        band = age_band(births[child], day)
        earlier = seen.setdefault(child, [])
        recent = sum((day - before).days <= 365 for before in earlier)
        earlier.append(day)
        frame.append(
            Referral(
                referral_id=f"F{terms.period_from:%y}-{number:05d}",
                child_id=f"C{terms.period_from:%y}{child + 1:05d}",
                birth_or_due_on=births[child],
                referred_on=day,
                source_code=_weighted(rng, _SOURCES.get(band, _SOURCES["older"])),
                outcome=outcome,
                previous_referrals_12m=recent + rng.choices((0, 1, 2), (82, 14, 4))[0],
                primary_need=_weighted(rng, _NEEDS),
                age_band=band,
            )
        )
    return frame


def draw(rng: Random, frame: Sequence[Referral], cases: int) -> Sample:
    """Draw `cases` by outcome, then withdraw one and let its stratum's first reserve stand in."""
    seed = rng.randrange(10_000_000, 100_000_000)
    gone = rng.sample([row.referral_id for row in frame], len(_EXCLUDED_BECAUSE))
    left = sorted(
        (row for row in frame if row.referral_id not in gone),
        key=lambda row: rank(seed, row.referral_id),
    )
    sizes = stratum_sizes(cases)
    strata = {name: [row for row in left if row.outcome == name] for name in sizes}
    chosen = {row.referral_id for name, size in sizes.items() for row in strata[name][:size]}
    sample = [row for row in left if row.referral_id in chosen]
    width = max(2, len(str(cases)))
    drawn = {f"{number:0{width}d}": row for number, row in enumerate(sample, start=1)}
    result = Sample(seed, sizes, tuple(zip(gone, _EXCLUDED_BECAUSE, strict=True)), drawn)
    if len(str(cases + 1)) > width:
        return result
    withdrawn = rng.choice(list(drawn))
    outcome = drawn[withdrawn].outcome
    reserve = strata[outcome][sizes[outcome]]
    drawn = {**drawn, f"{cases + 1:0{width}d}": reserve}
    return replace(result, drawn=drawn, withdrawn=withdrawn, replaced_by=reserve.referral_id)


def _outcomes(rng: Random, cases: int, rows: int) -> list[str]:
    spare = RESERVE + len(_EXCLUDED_BECAUSE)
    outcomes = [
        outcome for outcome, size in stratum_sizes(cases).items() for _ in range(size + spare)
    ]
    if rows < len(outcomes):
        raise ValueError(f"A frame for {cases} cases needs {len(outcomes)} rows or more.")
    outcomes += rng.choices(OUTCOMES, _OUTCOME_WEIGHTS, k=rows - len(outcomes))
    rng.shuffle(outcomes)
    return outcomes


def _child(rng: Random, births: list[date], day: date) -> int:
    """One referral in five is about a child referred before; the others bring a new child."""
    if births and rng.random() < 0.2:
        again = rng.randrange(len(births))
        if age_band(births[again], day) != "over_17":
            return again
    band = rng.choices(AGE_BANDS, _AGE_WEIGHTS)[0]
    births.append(_birth(rng, band, day))
    return len(births) - 1


def _birth(rng: Random, band: str, day: date) -> date:
    if band == "unborn":
        return day + timedelta(rng.randint(10, 190))
    least, below = _AGE_IN_YEARS.get(band, (16, 18))
    return day - timedelta(rng.randint(least * 366, below * 365 - 1))


def _weighted(rng: Random, weights: dict[str, int]) -> str:
    return rng.choices(tuple(weights), tuple(weights.values()))[0]
