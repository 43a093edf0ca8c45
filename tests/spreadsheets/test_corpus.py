"""Each workbook of the corpus comes to the words written beside it, or to its answers."""

from __future__ import annotations

from collections import Counter

import pytest

from safehub.audit.returns.workbooks.filled import held_against

from .catalogue import CATALOGUE, EXPECTED, Spoiled
from .rounds import stored


def test_catalogue_is_long_and_names_are_its_own() -> None:
    assert len(CATALOGUE) >= 100
    assert [name for name, times in Counter(c.name for c in CATALOGUE).items() if times > 1] == []


@pytest.mark.parametrize("case", CATALOGUE, ids=lambda case: str(case.name))
def test_workbook_comes_to_its_words(case: Spoiled) -> None:
    whose = {"agency": case.agency, "respondent": case.respondent}
    read = held_against(stored(), case.data(), name=case.file, **whose)
    lines = [str(mistake) for mistake in read.mistakes]
    assert len(lines) == len(case.wrong), lines
    for line, words in zip(lines, case.wrong, strict=True):
        assert all(word in line for word in words), (line, words)
        assert "\n" not in line
        assert "None" not in line
    assert len(read.remarks) == (1 if case.remarks else 0), read.remarks
    assert all(word in read.remarks[0] for word in case.remarks)
    assert read.is_refused == bool(case.wrong)
    if case.wrong:
        assert read.rows == ()
        assert read.changes == ()
        return
    by_case = {row.case: row for row in read.rows}
    wanted = {**EXPECTED, **case.answers}
    assert dict(by_case["01"].answers) == {
        name: text for name, text in wanted.items() if text is not None
    }
