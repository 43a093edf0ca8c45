"""Random small packs, valid by construction: a tool, a frame, a plan and rows that fit them."""

from __future__ import annotations

import random
from typing import Any

from .drafts import Draft, Row
from .small import choices_of, frame_of, questions_of, returns_of, terms_of

LISTS = {
    "yes_no": ("yes", "no"),
    "yes_no_na": ("yes", "no", "na"),
    "further": ("yes", "partly", "no"),
    "letters": ("a", "b", "c", "d"),
    "grades": ("high", "middle", "low", "na"),
    "steps": ("first", "second"),
}
TYPES = (
    *("integer", "decimal", "date", "text"),
    *(f"select_one {name}" for name in LISTS),
    *("select_multiple letters", "select_multiple steps"),
)


def condition(rng: random.Random, asked: list[Row]) -> str:
    """A condition on one or two of the questions before."""
    parts = [_part(rng, rng.choice(asked)) for _ in range(rng.randint(1, 2))]
    joined = rng.choice([" and ", " or "]).join(parts)
    return f"not({joined})" if rng.random() < 0.2 else joined


def _part(rng: random.Random, question: Row) -> str:
    name = f"${{{question['name']}}}"
    kind, _, choices = question["type"].partition(" ")
    if kind in {"integer", "decimal"}:
        return f"{name} {rng.choice(['>', '<=', '=', '!='])} {rng.randrange(8)}"
    if kind == "select_multiple":
        return f"selected({name}, '{rng.choice(LISTS[choices])}')"
    if kind == "select_one":
        return f"{name} {rng.choice(['=', '!='])} '{rng.choice(LISTS[choices])}'"
    return f"{name} {rng.choice(['=', '!='])} ''"


def survey(rng: random.Random) -> list[Row]:
    """`known`, some random questions, half of them under a group, and the grade."""
    rows: list[Row] = [{"type": "select_one yes_no", "name": "known", "required": "yes"}]
    rows.append({"type": "begin_group", "name": "all", "relevant": "${known} = 'yes'"})
    asked = rows[:1]
    inside = False
    for number in range(rng.randint(1, 7)):
        if rng.random() < 0.3:
            rows.append({"type": "end_group"} if inside else _group(rng, number, asked))
            inside = not inside
        row = {"type": rng.choice(TYPES), "name": f"q{number}"}
        if rng.random() < 0.5:
            row["relevant"] = condition(rng, asked)
        if rng.random() < 0.2:
            row["required"] = "yes"
        rows.append(row)
        asked = [*asked, row]
    if inside:
        rows.append({"type": "end_group"})
    rows.append({"type": "select_one grades", "name": "grade"})
    if rng.random() < 0.5:
        rows.append({"type": "select_one yes_no", "name": "immediate_risk"})
    return [*rows, {"type": "end_group"}]


def _group(rng: random.Random, number: int, asked: list[Row]) -> Row:
    return {"type": "begin_group", "name": f"g{number}", "relevant": condition(rng, asked)}


def plan(rng: random.Random, frame: list[Row]) -> dict[str, Any]:
    areas = sorted({row["area"] for row in frame})
    held = {area: sum(row["area"] == area for row in frame) for area in areas}
    fewest = min(held.values())
    made: dict[str, Any] = {"unit": "referral", "seed": rng.randrange(10**9)}
    match rng.randrange(4):
        case 0:
            return made | {"method": rng.choice(["census", "purposive"])}
        case 1:
            named = rng.sample(areas, rng.randint(1, len(areas)))
            sizes = {area: rng.randint(1, held[area] - 1) for area in named}
            return made | {"by": {"area": sizes}, "reserve": rng.randint(0, 1)}
        case 2:
            size = rng.randint(len(areas), fewest)
            return made | {"by": {"area": "proportional"}, "size": size}
        case _:
            size = rng.randint(1, len(frame) - 2)
            return made | {"size": size, "reserve": rng.randint(0, 2)}


def size_of(sample: dict[str, Any], frame: list[Row]) -> int:
    if sample.get("method", "random") != "random":
        return len(frame)
    sizes = sample.get("by", {}).get("area")
    return sum(sizes.values()) if isinstance(sizes, dict) else int(sample["size"])


def random_pack(rng: random.Random) -> Draft:
    areas = ("north", "south", "east", "Über", "=west")[: rng.randint(1, 5)]
    frame = frame_of(rng.randint(5 * len(areas), 30), areas)
    sample = plan(rng, frame)
    size = size_of(sample, frame)
    cases = [f"{case:02}" for case in range(1, size + 1)]
    rows = survey(rng)
    names: dict[str, tuple[str, ...]] = {"CSC": ("",), "SCHOOLS": ("Oak", "Ivy", "=Elm", "")}
    if rng.random() < 0.7:
        names["POLICE"] = ("",)
    required = frozenset(row["name"] for row in rows if row.get("required"))
    returns = returns_of(rng, cases, questions_of(rows, LISTS), names, required)
    if rng.random() < 0.3 and size > 1:
        withdrawn = rng.sample(cases, rng.randint(1, min(3, size - 1)))
        sample["replaced"] = [{"case": case, "reason": "Entered twice."} for case in withdrawn]
    terms = terms_of(sample=sample)
    if rng.random() < 0.2:
        del terms["grading"]
    else:
        terms["grading"]["met_good"] = rng.sample(["high", "middle", "low"], rng.randint(1, 2))
    return Draft(
        terms=terms, survey=rows, choices=choices_of(LISTS), frame=frame,
        returns=returns or [{"agency": "CSC", "case": "01", "status": "not_returned"}],
        summative=[{"agency": "HEALTH", "figures": [{"cases_known": 2}]}],
    )  # fmt: skip
