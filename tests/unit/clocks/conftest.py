"""A viewer, a rule that some app would declare, and a record that has clocks."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine

from safehub.foundation import declarations
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.clocks import commands
from safehub.foundation.clocks.kinds import ClockRule, Counting
from safehub.foundation.records import RecordRef

DECIDE = ClockRule("decide", "Decide what follows", Counting.END_OF_WORKING_DAY, 1, "a test")
CHECK = ClockRule("check", "Answer the checks", Counting.HUB_HOURS, 4, "a test")
VISIT = ClockRule("visit", "See the child", Counting.ELAPSED_HOURS, 24, "a test")
TEN = ClockRule("ten", "Assess", Counting.END_OF_WORKING_DAY, 10, "a test")
ABOUT = RecordRef("agencies.agency", 7)
# A Friday; the Monday after the next one is the late summer bank holiday.
NOW = dt.datetime(2026, 8, 21, 9, tzinfo=dt.UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Friday 21 August 2026, 10:00 in London, and it stands still."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def operator(clock: time_machine.Traveller) -> Viewer:
    return Viewer(role=Role.LOCAL_OPERATOR, via="command", operating_user="tester")


Clocks = dict[str, ClockRule]


@pytest.fixture(autouse=True)
def declared_clocks(monkeypatch: pytest.MonkeyPatch) -> Clocks:
    """The rules of an app that stands in for those to come."""
    whole = declarations.declared()
    clocks = {rule.code: rule for rule in (DECIDE, CHECK, VISIT, TEN)}
    stated = dataclasses.replace(whole, clocks={**whole.clocks, **clocks})
    monkeypatch.setattr(commands, "declared", lambda: stated)
    return stated.clocks
