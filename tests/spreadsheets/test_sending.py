"""Who answers for an agency may send in its own workbook, and no other."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from django.utils import timezone

from factories.answering import SmallRound
from safehub.audit.programmes.models import Participant
from safehub.audit.returns.models import Return
from safehub.audit.returns.workbooks.commands import take_workbook
from safehub.audit.returns.workbooks.filled import Filled, read_filled
from safehub.audit.returns.workbooks.queries import blanks
from safehub.audit.returns.workbooks.writing import write_workbook
from safehub.audit.sampling.models import Case, FrameReferral
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.errors import NotAllowed
from safehub.register.accounts.queries import viewer_of

pytestmark = pytest.mark.django_db

ANSWERS: dict[str, Any] = {
    "status": "submitted", "known": "yes", "visits": 2, "told": "no", "why_not": "Not safe.",
    "order": "school home clinic", "good": "yes", "age[1]": 4, "spoken[1]": "yes",
}  # fmt: skip


PLAN = {"unit": "referral", "method": "random", "seed": "1", "size": 1, "reserve": 0,
        "column": None, "sizes": None}  # fmt: skip


def filled_in(round_: SmallRound, respondent: str = "", **values: Any) -> Filled:
    round_.audit.sampling_plan = PLAN
    round_.audit.save()
    FrameReferral.objects.update(further={"area": "north"})
    Case.objects.update(number="01")
    (blank,) = [blank for _, blank in blanks(round_.audit) if blank.agency.code == "police"]
    out = io.BytesIO()
    write_workbook(out, blank)
    book = openpyxl.load_workbook(out)
    sheet = book["returns"]
    columns = {str(cell.value): place for place, cell in enumerate(sheet[1], start=1)}
    for name, value in {**ANSWERS, "respondent": respondent or None, **values}.items():
        sheet.cell(2, columns[name]).value = value
    saved = io.BytesIO()
    book.save(saved)
    return read_filled(saved.getvalue(), round_.audit, name="ours.xlsx")


def viewer(round_: SmallRound) -> Viewer:
    return viewer_of(round_.asha, at=timezone.now())


def test_auditor_of_the_agency_sends_its_workbook() -> None:
    round_ = SmallRound()
    filled = filled_in(round_)
    assert [str(mistake) for mistake in filled.mistakes] == []
    taken = take_workbook(audit=round_.audit, filled=filled, by=viewer(round_))
    assert taken.received.new == 1
    (row,) = filled.rows
    assert row.answers["double"] == "4"
    assert row.answers["age[1]"] == "4"
    assert Return.objects.get().participant == round_.participant


def test_nobody_sends_the_workbook_of_another_agency() -> None:
    round_ = SmallRound()
    other = Participant.objects.get(pk=round_.participant.pk)
    filled = replace(filled_in(round_), agency="housing")
    with pytest.raises(NotAllowed, match="the workbook of another agency"):
        take_workbook(audit=other.audit, filled=filled, by=viewer(round_))
    assert not Return.objects.exists()


def test_respondent_sends_its_own_answers_alone() -> None:
    round_ = SmallRound(unit="Elm Surgery", respondent_unit="GP practice")
    theirs = filled_in(round_, "Oak Surgery")
    with pytest.raises(NotAllowed, match="Elm Surgery alone"):
        take_workbook(audit=round_.audit, filled=theirs, by=viewer(round_))
    own = filled_in(round_, "Elm Surgery")
    take_workbook(audit=round_.audit, filled=own, by=viewer(round_))
    assert Return.objects.get().respondent == "Elm Surgery"
