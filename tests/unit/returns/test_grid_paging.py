"""The grid of a large round: fifty cases a page, and totals of the whole of it."""

from __future__ import annotations

from collections import Counter
from itertools import product

import pytest
from django.urls import reverse
from django.utils import timezone

from factories.large import LargeRound
from factories.people import make_viewer
from safehub.audit.returns.grid import Answer, Settled, Standing, settled_by, standing_of
from safehub.audit.returns.models import Return, ReturnVersion, SignOff, WorkingReturn
from safehub.audit.returns.queries import grid_for
from safehub.foundation.access.decision import visible_to
from safehub.foundation.govuk.paging import paged

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("asked", "number"),
    [(None, 1), ("", 1), ("2", 2), ("3", 3), ("4", 3), ("0", 1), ("-1", 1), ("x", 1), ("²", 1)],
)
def test_the_nearest_page_is_shown(asked: str | None, number: int) -> None:
    assert paged(asked, size=50, total=130).number == number


def test_pages_part_the_list() -> None:
    whole = list(range(130))
    parts = [whole[paged(str(number), size=50, total=130).part] for number in (1, 2, 3)]
    assert [len(part) for part in parts] == [50, 50, 30]
    assert [one for part in parts for one in part] == whole
    assert paged("3", size=50, total=130).words("Cases") == "Cases 101 to 130 of 130"
    assert paged(None, size=50, total=50).words("Cases") == ""
    assert paged("9", size=50, total=0).part == slice(0, 50)


def test_each_case_is_on_one_page_and_totals_are_of_all() -> None:
    """The totals are counted once more here, cell by cell, from every return that is seen."""
    large = LargeRound(cases=130, agencies=3)
    _signed_and_begun(large)
    viewer = make_viewer(large.coordinating)
    grids = [grid_for(viewer, large.audit, str(number)) for number in (1, 2, 3)]
    assert all(grids)
    pages = [grid for grid in grids if grid is not None]
    shown = [number for page in pages for number in page.cases]
    assert shown == [one.number for one in large.cases]
    by_cell: dict[tuple[str, str], list[Answer]] = {}
    for code, number, status, known, signed in visible_to(
        viewer, "return.see", Return.objects.all()
    ).values_list(
        *("participant__code", "case__number", "versions__status"),
        *("versions__known", "versions__sign_off__outcome"),
    ):
        answer = Answer(status, known, signed or "")
        by_cell.setdefault((code, number or ""), []).append(answer)
    begun = set(WorkingReturn.objects.values_list("participant__code", "case__number"))

    def standing(code: str, number: str) -> Standing:
        answers = tuple(by_cell.get((code, number), ()))
        return standing_of(answers, is_begun=(code, number) in begun)

    stands = [one.number or "" for one in large.cases if one.withdrawal_position is None]
    for page in pages:
        assert page.asked == len(stands)
        for code, counts in page.counts.items():
            plain = Counter(standing(code, one) for one in stands)
            assert counts == {one: plain[one] for one in Standing}
            assert all(plain[one] for one in Standing)
        for number in page.cases:
            for code, _ in page.agencies:
                assert page.cells[number, code].standing is standing(code, number)


def _signed_and_begun(large: LargeRound) -> None:
    """Of the versions some are accepted and some sent back; on every fifth case one is begun."""
    now = timezone.now()
    for at, version in enumerate(ReturnVersion.objects.order_by("pk")):
        outcome = ("accepted", "sent_back", "")[at % 3]
        if outcome and version.status == "submitted":
            SignOff.objects.create(version=version, outcome=outcome, reason="Why?", signed_at=now)
            answer = Answer(version.status, version.known, outcome)
            Return.objects.filter(versions=version).update(settled=settled_by(answer))
    for participant in large.audit.participants.all():
        for case in large.cases[::5]:
            WorkingReturn.objects.create(
                participant=participant,
                case=case,
                tool_version=large.audit.tool_version,
                started_at=now,
                updated_at=now,
            )


def test_a_reader_goes_from_page_to_page() -> None:
    large = LargeRound(cases=60, agencies=2)
    address = reverse("audit:round", args=["voices"])
    first = large.coordinator.get(address).content.decode()
    assert "Cases 1 to 50 of 60" in first
    assert ("?page=2" in first, "?page=0" in first) == (True, False)
    second = large.coordinator.get(f"{address}?page=2").content.decode()
    assert "Cases 51 to 60 of 60" in second
    assert ("?page=1" in second, "?page=3" in second) == (True, False)
    assert [">050<" in one for one in (first, second)] == [True, False]
    assert [">052<" in one for one in (first, second)] == [False, True]


def test_what_one_return_settles_is_where_its_agency_stands() -> None:
    """The words by which totals are counted, beside those by which a cell is shown."""
    stands = {
        Settled.NOTHING: Standing.AWAITED,
        Settled.NOT_KNOWN: Standing.NOT_KNOWN,
        Settled.NOT_KNOWN_SENT_BACK: Standing.SENT_BACK,
        Settled.KNOWN: Standing.AWAITED,
        Settled.ACCEPTED: Standing.ACCEPTED,
        Settled.RETURNED: Standing.RETURNED,
        Settled.SENT_BACK: Standing.SENT_BACK,
    }
    for status, known, signed in product(
        ("submitted", "draft"), ("yes", "no", ""), ("", "accepted", "sent_back")
    ):
        if signed and status != "submitted":
            continue
        answer = Answer(status, known, signed)
        expected = Standing.AWAITED if not known else standing_of((answer,))
        assert stands[settled_by(answer)] is expected, answer
