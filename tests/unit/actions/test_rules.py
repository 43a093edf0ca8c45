"""How an action stands on a day, in words; and when its owner is reminded."""

from __future__ import annotations

import datetime as dt

import pytest

from safehub.audit.actions.rules import is_escalated, is_overdue, rag_of, reminder_on

DUE = dt.date(2026, 9, 30)


def day(after: int) -> dt.date:
    return DUE + dt.timedelta(days=after)


@pytest.mark.parametrize(
    ("status", "progress", "due_on", "after", "level", "words"),
    [
        ("open", "on_track", DUE, -60, "green", "Green: on track"),
        ("open", "on_track", DUE, -15, "green", "Green: on track"),
        ("open", "on_track", DUE, -14, "amber", "Amber: due soon and not begun"),
        ("in_progress", "on_track", DUE, 0, "green", "Green: on track"),
        ("in_progress", "on_track", DUE, 1, "red", "Red: overdue by 1 day"),
        ("in_progress", "on_track", DUE, 30, "red", "Red: overdue by 30 days, escalated"),
        ("in_progress", "on_track", DUE, 27, "red", "Red: overdue by 27 days"),
        ("in_progress", "on_track", DUE, 28, "red", "Red: overdue by 28 days, escalated"),
        ("in_progress", "behind", DUE, -60, "amber", "Amber: behind"),
        ("in_progress", "stuck", DUE, -60, "red", "Red: it cannot go on without help"),
        ("in_progress", "stuck", None, 0, "red", "Red: it cannot go on without help"),
        ("open", "on_track", None, 0, "amber", "Amber: no date is set"),
        ("done", "behind", DUE, 30, "done", "Done: whether it works is still to be checked"),
        ("closed", "stuck", DUE, 30, "closed", "Closed: somebody else found that it works"),
    ],
)
def test_how_an_action_stands(
    status: str, progress: str, due_on: dt.date | None, after: int, level: str, words: str
) -> None:
    rag = rag_of(status=status, progress=progress, due_on=due_on, on=day(after))
    assert (rag.level, rag.words) == (level, words)


@pytest.mark.parametrize("status", ["open", "in_progress"])
def test_it_is_overdue_after_its_day_and_escalated_after_four_weeks(status: str) -> None:
    assert [is_overdue(status, DUE, day(after)) for after in (0, 1)] == [False, True]
    assert [is_escalated(status, DUE, day(after)) for after in (27, 28)] == [False, True]
    assert not is_overdue(status, None, day(99))
    assert not is_escalated(status, None, day(99))


@pytest.mark.parametrize("status", ["done", "closed"])
def test_what_is_finished_is_never_overdue(status: str) -> None:
    assert not is_overdue(status, DUE, day(99))
    assert not is_escalated(status, DUE, day(99))


@pytest.mark.parametrize(
    ("after", "reminder"),
    [(-15, None), (-14, -14), (-2, -14), (-1, -1), (0, -1), (1, 1), (6, 1), (7, 7), (90, 28)],
)
def test_the_reminder_that_it_is_time_for(after: int, reminder: int | None) -> None:
    assert reminder_on(DUE, day(after)) == reminder
