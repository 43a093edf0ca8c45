"""Which returns are chosen, which grade stands, and what the figures say with either."""

from __future__ import annotations

import hashlib

import pytest

from safehub.audit.moderation.figures import (
    NONE_PAIRED,
    NONE_SEVERAL,
    Looked,
    agreement_of,
    both_graded,
)
from safehub.audit.moderation.rules import (
    Scale,
    cases_apart,
    moderated_grade,
    rank_of,
    share_drawn,
    triggers_met,
)
from safehub.audit.moderation.states import Trigger
from safehub.audit.returns.rows import ReturnRow

GRADES = ("outstanding", "good", "poor", "inadequate")
SCALE = Scale("grade", GRADES, (*GRADES, "na"))


def row(case: str, grade: str = "", agency: str = "CSC", who: str = "", **more: str) -> ReturnRow:
    answers = {"known": "yes", **({"grade": grade} if grade else {}), **more}
    return ReturnRow(agency, who, case, "submitted", answers)


def looked(case: str, first: str | None, *seconds: str, agency: str = "CSC") -> Looked:
    return Looked((agency, "", case), first, seconds)


def test_a_share_is_drawn_by_permanent_random_numbers() -> None:
    rows = [row(f"{number:02}") for number in range(1, 31)]
    plain = sorted(
        (hashlib.sha256(f"42|CSC||{one.case}".encode()).hexdigest(), one.case) for one in rows
    )
    drawn = share_drawn(42, rows, 10)
    assert [key[2] for key in drawn] == [case for _, case in plain[:3]]
    assert rank_of(42, ("CSC", "", "01")) == hashlib.sha256(b"42|CSC||01").hexdigest()
    # In whatever order they come; and a larger share holds the smaller one.
    assert share_drawn(42, rows[::-1], 10) == drawn
    assert share_drawn(42, rows, 20)[:3] == drawn
    # Rounded up: something is looked at, and at most all.
    assert len(share_drawn(42, rows, 1)) == 1
    assert len(share_drawn(42, rows, 100)) == 30
    assert share_drawn(42, [], 10) == []


def test_each_trigger_chooses_what_it_says() -> None:
    rows = [
        row("01", "outstanding"),
        row("01", "poor", "POLICE"),
        row("02", "good"),
        row("02", "poor", "POLICE"),
        row("03", "inadequate"),
        row("04"),
        row("05", "good", immediate_risk="yes"),
        row("06", "na"),
    ]

    def chosen(*triggers: str) -> list[str]:
        return [f"{key[0]} {key[2]}" for key in triggers_met(SCALE, rows, triggers)]

    assert chosen(Trigger.LOWEST) == ["CSC 03"]
    assert chosen(Trigger.HIGHEST) == ["CSC 01"]
    assert chosen(Trigger.NO_GRADE) == ["CSC 04", "CSC 06"]
    assert chosen(Trigger.IMMEDIATE_RISK) == ["CSC 05"]
    assert chosen(Trigger.APART) == ["CSC 01", "POLICE 01"]
    assert chosen() == []
    both = triggers_met(SCALE, rows, [Trigger.APART, Trigger.HIGHEST])
    assert both["CSC", "", "01"] == [Trigger.HIGHEST, Trigger.APART]


def test_respondents_of_one_agency_lie_not_apart_from_each_other() -> None:
    two = [row("01", "outstanding", "GP", "Elm"), row("01", "inadequate", "GP", "Oak")]
    assert cases_apart(SCALE, two) == frozenset()
    assert cases_apart(SCALE, [*two, row("01", "good")]) == {"01"}


@pytest.mark.parametrize(
    ("grades", "stands"),
    [
        (["good"], "good"),
        (["good", "poor"], "poor"),
        (["good", "good", "poor"], "good"),
        (["na", "good"], "good"),
        (["na"], "na"),
        ([], None),
    ],
)
def test_the_moderated_grade(grades: list[str], stands: str | None) -> None:
    assert moderated_grade(SCALE, grades) == stands


def test_agreement_rests_on_returns_that_have_both_grades() -> None:
    looks = [
        looked("01", "good", "good"),
        looked("02", "good", "poor"),
        looked("03", "outstanding", "inadequate"),
        looked("04", None, "poor"),
        looked("05", "na", "good"),
    ]
    found = agreement_of(SCALE, looks)
    assert (found.looks, found.pairs, found.same, found.within_one) == (5, 3, 1, 2)
    assert str(found.percent) == "33.3"
    assert found.cohen.value is not None
    assert (found.several, found.fleiss.reason) == (0, NONE_SEVERAL)
    none = agreement_of(SCALE, [looked("04", None, "poor")])
    assert (none.pairs, none.percent, none.cohen.reason) == (0, None, NONE_PAIRED)
    assert none.alpha.reason == NONE_PAIRED


def test_fleiss_kappa_rests_on_those_that_as_many_graded() -> None:
    looks = [
        looked("01", "good", "good", "poor"),
        looked("02", "poor", "poor", "poor"),
        looked("03", "good", "good"),
        looked("04", "good", "poor", "poor", "poor"),
    ]
    found = agreement_of(SCALE, looks)
    assert (found.several, found.raters) == (2, 3)
    # By hand: agreeing pairs 2 and 6 of 6; shares 2/6 and 4/6.
    assert str(found.fleiss.value) == "0.250"


def test_each_agency_is_counted_with_either_grade() -> None:
    rows = [
        row("01", "good"),
        row("02", "good"),
        row("03"),
        row("04", "na"),
        row("01", "good", "GP", "Elm"),
        row("01", "poor", "GP", "Oak"),
    ]
    looks = [
        looked("02", "good", "inadequate"),
        looked("03", None, "outstanding"),
        Looked(("GP", "Oak", "01"), "poor", ("good",)),
    ]
    csc, gp = both_graded(SCALE, ["outstanding", "good"], rows, looks, ["CSC", "POLICE", "GP"])
    assert (csc.own.good, csc.own.of, csc.moderated.good, csc.moderated.of) == (2, 2, 2, 3)
    assert csc.own.grades == {
        "outstanding": 0,
        "good": 2,
        "poor": 0,
        "inadequate": 0,
        "na": 1,
        "not_graded": 1,
    }
    assert csc.moderated.grades["inadequate"] == 1
    # One case, under its lowest grade.
    assert (gp.own.good, gp.own.of, gp.moderated.good, gp.moderated.of) == (0, 1, 1, 1)
    assert (csc.looks, gp.looks) == (2, 1)
