"""Figures under five, and all from which they could be worked out, are not shown outside."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from factories.people import operator
from factories.world import whole_world
from safehub.audit.reports.material import material_of
from safehub.audit.reports.publishing.suppressing import hidden_in
from safehub.audit.reports.queries import figures_standing
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
        hidden = suppressed(tuple(figure(name, n) for name, n in found.items()), {})
        page = tuple((name, n) for name, n in found.items() if f"A.{name}" not in hidden)
        pages.setdefault(page, []).append(parts)
    assert len(pages) > 50
    for page, rounds in pages.items():
        for position in range(4):
            assert not certain({parts[position] for parts in rounds}), page
        for name in ("known", "not_known", "returned", "awaited"):
            assert not certain({counts(*parts)[name] for parts in rounds}), (name, page)


@trying(max_examples=300)
@given(answers=st.lists(SIZES, min_size=1, max_size=4), extra=SIZES)
def test_answers_stand_or_fall_with_their_question(answers: list[int], extra: int) -> None:
    of = sum(answers) + extra
    group = tuple(
        figure(f"q.{place}", n, of=of, question="q", answer=str(place))
        for place, n in enumerate(answers)
    )
    hidden = suppressed(group, {})
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
    assert suppressed(tuple(grades), {}) == {one.name for one in grades[:4]}


def test_least_and_greatest_are_never_shown() -> None:
    ages = tuple(
        figure(f"age.{word}", n, question="age", answer=word)
        for word, n in (("n", 30), ("min", 6), ("median", 9), ("max", 15))
    )
    assert suppressed(ages, {}) == {"A.age.min", "A.age.max"}


def test_questions_that_tell_of_each_other_are_hidden_together() -> None:
    """How many were not asked the last says how many answered the one before it with no."""
    figures = tuple(
        figure(f"{question}.{answer}", n, of=37, question=question, answer=answer)
        for question, answers in {
            "p": {"yes": 35, "no": 2},
            "q": {"yes": 30, "not_asked": 7},
            "r": {"yes": 25, "not_asked": 12},
            "apart": {"yes": 30, "no": 7},
        }.items()
        for answer, n in answers.items()
    )
    group = frozenset({"p", "q", "r"})
    hidden = suppressed(figures, dict.fromkeys(group, group))
    assert hidden == {one.name for one in figures if one.question in group}
    assert suppressed(figures, {}) == {"A.p.yes", "A.p.no"}


@pytest.mark.django_db
def test_a_page_hides_what_a_published_report_hides(settings: Settings, tmp_path: Path) -> None:
    """The same numbers of the same round: whoever is shown both learns no more."""
    settings.UPLOADS = tmp_path / "uploads"
    world = whole_world(tmp_path)
    material = material_of(world.audit)
    published = hidden_in(material)
    shown = figures_standing(operator(), world.audit)
    assert shown
    for agency in shown:
        wanted = published[agency.code].groups
        hidden = {one.question for one in agency.figures if one.name in agency.hidden}
        asked = {one.question for one in agency.figures if one.question}
        # The least and the greatest answer are hidden by themselves.
        whole = {
            name
            for name in hidden & asked
            if all(one.name in agency.hidden for one in agency.figures if one.question == name)
        }
        assert whole == wanted & asked, agency.code
