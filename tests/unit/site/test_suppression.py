"""Figures under five, and all from which they could be worked out, are not shown outside."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from safehub.audit.reports.standing import SMALLEST_SHOWN, StandingFigure, suppressed

SIZES = st.integers(0, 12)


def figure(
    name: str, n: int | None, *, of: int | None = None, question: str = "", answer: str = ""
) -> StandingFigure:
    is_count = answer not in {"min", "median", "max"}
    text = None if n is None else str(n)
    return StandingFigure(f"A.{name}", question, answer, "case", "", text, of, is_count=is_count)


def counts(returned: int, owed: int, silent: int, unknown: int) -> dict[str, int]:
    """The counts of cases: returned; known and owed; awaited and not known of; not known."""
    return {
        "asked": returned + owed + silent + unknown,
        "known": returned + owed,
        "not_known": unknown,
        "returned": returned,
        "awaited": owed + silent,
    }


def certain(values: set[int]) -> bool:
    """Whether a reader is sure that somebody is counted, and fewer than five."""
    return all(0 < value < SMALLEST_SHOWN for value in values)


def test_counts_leave_nobody_to_be_worked_out() -> None:
    """Every round of up to 14 cases against every other that would show the same page."""
    pages: dict[tuple[tuple[str, int], ...], list[tuple[int, ...]]] = {}
    for parts in product(range(15), repeat=4):
        if sum(parts) > 14:
            continue
        found = counts(*parts)
        hidden = suppressed(tuple(figure(name, n) for name, n in found.items()))
        page = tuple((name, n) for name, n in found.items() if f"A.{name}" not in hidden)
        pages.setdefault(page, []).append(parts)
    assert len(pages) > 50
    for page, rounds in pages.items():
        for position in range(4):
            assert not certain({parts[position] for parts in rounds}), page
        for name in ("known", "not_known", "returned", "awaited"):
            assert not certain({counts(*parts)[name] for parts in rounds}), (name, page)


@settings(max_examples=300)
@given(answers=st.lists(SIZES, min_size=1, max_size=4), extra=SIZES)
def test_answers_stand_or_fall_with_their_question(answers: list[int], extra: int) -> None:
    of = sum(answers) + extra
    group = tuple(
        figure(f"q.{place}", n, of=of, question="q", answer=str(place))
        for place, n in enumerate(answers)
    )
    hidden = suppressed(group)
    assert len(hidden) in {0, len(group)}
    if not hidden:
        numbers = [*answers, of, *(of - n for n in answers)]
        assert not any(0 < n < SMALLEST_SHOWN for n in numbers)


def test_met_good_goes_with_the_grades() -> None:
    grades = [
        figure("grade.good", 20, question="overall", answer="good"),
        figure("grade.inadequate", 1, question="overall", answer="inadequate"),
        figure("met_good", 20, of=21),
        figure("overall.good", 22, of=30, question="overall", answer="good"),
        figure("plan.yes", 9, of=9, question="plan", answer="yes"),
    ]
    assert suppressed(tuple(grades)) == {one.name for one in grades[:4]}


def test_least_and_greatest_are_never_shown() -> None:
    ages = tuple(
        figure(f"age.{word}", n, question="age", answer=word)
        for word, n in (("n", 30), ("min", 6), ("median", 9), ("max", 15))
    )
    assert suppressed(ages) == {"A.age.min", "A.age.max"}
