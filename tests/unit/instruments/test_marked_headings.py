"""A marked copy finds the column whose heading XLSForm takes for another spelling."""

from __future__ import annotations

import io

import openpyxl
import pytest

from factories.tools import workbook
from safehub.foundation.documents.marking import marked_copy
from safehub.instruments.uploading import sent_in


@pytest.mark.parametrize("heading", ["list_name", "list name", "List Name"])
def test_a_mistake_is_marked_under_any_spelling_of_its_heading(heading: str) -> None:
    sheets = {
        "survey": [["type", "name", "label"], ["select_one yn", "known", "Known?"]],
        "choices": [["name", "label", heading], ["yes", "Yes", "yn"], ["no", "No", ""]],
    }
    data = workbook(sheets)
    sent = sent_in(data, "tool.xlsx")
    assert [one.place for one in sent.mistakes] == ["sheet choices, row 3, column list_name"]
    book = openpyxl.load_workbook(io.BytesIO(marked_copy(data, sent.mistakes)))
    assert book["choices"]["C3"].comment is not None
