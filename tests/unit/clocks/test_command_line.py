"""`safehub clocks …` as it is typed."""

from __future__ import annotations

import json

import pytest
import time_machine
from click.testing import CliRunner, Result

from safehub.cli import main
from safehub.foundation.clocks.commands import FIRST_REASON
from safehub.foundation.clocks.models import CalendarVersion

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def still(clock: time_machine.Traveller) -> None:
    """At the moment of the other tests."""


def safehub(*words: str) -> Result:
    return CliRunner().invoke(main, words, catch_exceptions=False)


def test_explain_shows_each_step() -> None:
    done = safehub("clocks", "explain", "end_of_working_day:1", "2018-03-29T16:30")
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "Thu 29 Mar 2018 16:30 BST received; the day of receipt does not count",
        "Fri 30 Mar 2018 bank holiday, Good Friday",
        "Sat 31 Mar 2018 to Sun 1 Apr 2018 weekend",
        "Mon 2 Apr 2018 bank holiday, Easter Monday",
        "Tue 3 Apr 2018 working day 1",
        "due Tue 3 Apr 2018 23:59 BST",
        "by version 1 of the calendar",
    ]
    assert not CalendarVersion.objects.exists()


def test_explain_as_json_says_the_same() -> None:
    told = json.loads(safehub("clocks", "explain", "hub_hours:4", "2018-03-29", "--json").stdout)
    assert (told["started_at"], told["due_at"]) == ("2018-03-28T23:00:00Z", "2018-03-29T11:45:00Z")
    assert (told["counting"], told["number"], told["calendar"]) == ("hub_hours", 4, 1)
    assert told["working"][-1] == "due Thu 29 Mar 2018 12:45 BST"


@pytest.mark.parametrize(
    ("rule", "start", "said"),
    [
        ("lunch", "2018-03-29T16:30", "There is no clock lunch"),
        ("hub_hours:x", "2018-03-29T16:30", "There is no clock hub_hours:x"),
        ("hub_hours:0", "2018-03-29T16:30", "at least 1"),
        ("hub_hours:4", "yesterday", "is no time"),
        ("hub_hours:4", "2026-03-29T01:30", "never was in London"),
        ("hub_hours:4", "2026-10-25T01:30", "comes twice"),
        ("end_of_working_day:4", "1999-12-20T01:30", "2000 to 2100"),
        ("end_of_working_day:4", "2036-12-31T01:30", "2000 to 2036"),
        ("elapsed_hours:4", "0001-01-01T00:30", "is no time"),
        ("elapsed_hours:4", "9999-12-31T23:30", "is no time"),
        ("elapsed_hours:99999999999", "2026-10-20T01:30", "at most 100000"),
    ],
)
def test_explain_refuses_in_a_sentence(rule: str, start: str, said: str) -> None:
    done = safehub("clocks", "explain", rule, start)
    assert done.exit_code == 1
    assert said in done.stderr


@pytest.mark.parametrize(("offset", "due"), [("+01:00", "00:30"), ("+00:00", "01:30")])
def test_hour_that_comes_twice_is_named_by_its_offset(offset: str, due: str) -> None:
    start = f"2026-10-25T01:30{offset}"
    told = json.loads(safehub("clocks", "explain", "elapsed_hours:24", start, "--json").stdout)
    assert told["due_at"] == f"2026-10-26T{due}:00Z"


def test_calendar_without_overrides_says_so() -> None:
    assert safehub("clocks", "calendar").stdout.splitlines() == [
        "Version 1: the bank holidays of England, 2000 to 2036",
        "The hub is open 08:45 to 17:00 on working days",
        "No day is overridden",
    ]


def test_calendar_is_changed_with_a_reason() -> None:
    done = safehub(
        *("clocks", "calendar", "--close", "2026-09-01", "day of mourning"),
        *("--work", "2026-09-05", "exercise", "--closes", "16:30", "--reason", "proclaimed"),
    )
    assert done.stdout.splitlines() == [
        "Version 2: the bank holidays of England, 2000 to 2036",
        "The hub is open 08:45 to 16:30 on working days",
        "Tue 1 Sep 2026 not worked: day of mourning",
        "Sat 5 Sep 2026 worked: exercise",
        f"Version 1, Fri 21 Aug 2026 10:00 BST: {FIRST_REASON}",
        "Version 2, Fri 21 Aug 2026 10:00 BST: proclaimed",
    ]
    done = safehub("clocks", "calendar", "--forget", "2026-09-01", "--reason", "not kept", "--json")
    told = json.loads(done.stdout)
    assert told["version"] == 3
    assert told["overrides"] == [
        {"day": "2026-09-05", "is_working": True, "label": "exercise"},
    ]
    assert [version["number"] for version in told["versions"]] == [1, 2, 3]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--close", "2026-09-01", "mourning"], "Say why"),
        (["--close", "soon", "mourning", "--reason", "x"], "soon is no day"),
        (["--opens", "17:30", "--reason", "x"], "hub hours"),
        (["--forget", "2026-09-01", "--reason", "x"], "so already"),
    ],
)
def test_change_that_will_not_do_changes_nothing(words: list[str], said: str) -> None:
    done = safehub("clocks", "calendar", *words)
    assert done.exit_code == 1
    assert said in done.stderr
    assert not CalendarVersion.objects.exists()
