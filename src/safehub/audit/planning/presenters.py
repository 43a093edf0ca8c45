"""What pages say of the plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from urllib.parse import urlsplit

from django.urls import reverse

from safehub.audit.programmes.feeds.ics import Day
from safehub.audit.programmes.models import AuditStep, PlannedAudit
from safehub.audit.programmes.planning.years import plan_year
from safehub.audit.programmes.states import CommissionStatus, Origin
from safehub.audit.programmes.steps import WORDS, Step
from safehub.foundation.govuk.parts import Fact, Link, Tag
from safehub.foundation.govuk.wording import day

PLANNED = Tag("Planned", "blue")
BEGUN = Tag("Being commissioned", "yellow")
COMMISSIONED = Tag("Commissioned", "green")
DROPPED = Tag("Taken off the plan", "grey")


def state_of(planned: PlannedAudit) -> Tag:
    """How far it is."""
    if planned.dropped_at is not None:
        return DROPPED
    if planned.commission is None:
        return PLANNED
    return COMMISSIONED if planned.commission.status == CommissionStatus.SIGNED else BEGUN


def years_of(planned: Sequence[PlannedAudit]) -> list[tuple[str, list[list[object]]]]:
    """The plan year by year, a row for each audit."""
    years: dict[str, list[list[object]]] = {}
    for one in planned:
        years.setdefault(plan_year(one.begins_on), []).append(
            [
                Link(one.title, reverse("programme:planned", args=[one.pk])),
                one.theme,
                origin_of(one),
                day(one.begins_on),
                state_of(one),
            ]
        )
    return list(years.items())


def origin_of(planned: PlannedAudit) -> str:
    """Where the theme came from."""
    origin = Origin(planned.origin).label
    return f"{origin}: {planned.origin_words}" if planned.origin_words else origin


def step_rows(steps: Iterable[AuditStep]) -> list[list[object]]:
    """A row for each day that comes."""
    return [
        [
            f"{one.on:%A} {day(one.on)}",
            WORDS[Step(one.code)],
            Link(one.audit.title, reverse("audit:round", args=[one.audit.reference])),
        ]
        for one in steps
    ]


def calendar_days(steps: Iterable[AuditStep], whole: Callable[[str], str]) -> list[Day]:
    """A day of the calendar for each step: its words, the audit's title and a link.

    `whole` makes a whole address of a path.
    """
    return [
        Day(
            uid=f"step-{one.pk}@{urlsplit(whole('/')).hostname}",
            on=one.on,
            title=f"{WORDS[Step(one.code)]}: {one.audit.title}",
            link=whole(reverse("audit:round", args=[one.audit.reference])),
        )
        for one in steps
    ]


def planned_facts(planned: PlannedAudit) -> list[Fact]:
    """What is known of it."""
    return [
        Fact("Theme", planned.theme),
        Fact("Where the theme came from", origin_of(planned)),
        Fact("Begins", day(planned.begins_on)),
        Fact("Year", plan_year(planned.begins_on)),
    ]
