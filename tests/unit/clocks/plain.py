"""A second reckoning of every deadline: minute by minute and day by day, with nothing of the
product, no list of holidays but the government's own typed in here, and no time zone database.

Bank holidays of England and Wales as published at www.gov.uk/bank-holidays, and for the years that
the page has dropped by the London Gazette. British Summer Time by the Summer Time Order 2002: from
01:00 UTC on the last Sunday of March to 01:00 UTC on the last Sunday of October.
"""

from __future__ import annotations

import datetime as dt

BANK_HOLIDAYS = {
    dt.date.fromisoformat(f"{year}-{day}")
    for year, days in {
        2018: "01-01 03-30 04-02 05-07 05-28 08-27 12-25 12-26",
        2019: "01-01 04-19 04-22 05-06 05-27 08-26 12-25 12-26",
        2020: "01-01 04-10 04-13 05-08 05-25 08-31 12-25 12-28",
        2021: "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28",
        2022: "01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27",
        2023: "01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26",
        2024: "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26",
        2025: "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26",
        2026: "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28",
        2027: "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28",
        2028: "01-03 04-14 04-17 05-01 05-29 08-28 12-25 12-26",
    }.items()
    for day in days.split()
}
MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)
OPENS, CLOSES = 8 * 60 + 45, 17 * 60

Span = tuple[dt.datetime, dt.datetime]


def last_sunday(year: int, month: int) -> dt.date:
    day = dt.date(year, month, 31)
    while day.weekday() != 6:
        day -= DAY
    return day


def is_summer(at: dt.datetime) -> bool:
    one = dt.time(1, tzinfo=dt.UTC)
    begins = dt.datetime.combine(last_sunday(at.year, 3), one)
    return begins <= at < dt.datetime.combine(last_sunday(at.year, 10), one)


def wall(at: dt.datetime) -> dt.datetime:
    """What a clock on a wall in London shows, as a time without a zone."""
    return (at + (dt.timedelta(hours=1) if is_summer(at) else dt.timedelta())).replace(tzinfo=None)


def is_worked(day: dt.date, overrides: dict[dt.date, bool]) -> bool:
    if day in overrides:
        return overrides[day]
    return day.weekday() < 5 and day not in BANK_HOLIDAYS


def is_paused(at: dt.datetime, pauses: list[Span]) -> bool:
    return any(begins <= at < ends for begins, ends in pauses)


def hub_hours(
    start: dt.datetime,
    number: int,
    pauses: list[Span],
    overrides: dict[dt.date, bool],
) -> dt.datetime:
    """Start and pauses must be on whole minutes."""
    counted, at = 0, start
    while counted < number * 60:
        shown = wall(at)
        is_open = OPENS <= shown.hour * 60 + shown.minute < CLOSES
        counted += is_open and is_worked(shown.date(), overrides) and not is_paused(at, pauses)
        at += MINUTE
    return at


def elapsed_hours(start: dt.datetime, number: int, pauses: list[Span]) -> dt.datetime:
    counted, at = 0, start
    while counted < number * 60:
        counted += not is_paused(at, pauses)
        at += MINUTE
    return at


def end_of_working_day(
    start: dt.datetime,
    number: int,
    pauses: list[Span],
    overrides: dict[dt.date, bool],
) -> dt.datetime:
    """Looks for the last second of a day on the wall, hour by hour, from the day of receipt on."""
    still = set()
    for begins, ends in pauses:
        day = wall(begins).date()
        while day <= wall(ends).date():
            still.add(day)
            day += DAY
    counted, day = 0, wall(start).date()
    while counted < number:
        day += DAY
        counted += is_worked(day, overrides) and day not in still
    at = dt.datetime.combine(day, dt.time(20, 59, 59), dt.UTC)
    while wall(at) != dt.datetime.combine(day, dt.time(23, 59, 59)):
        at += dt.timedelta(hours=1)
    return at


def due(
    rule: str,
    number: int,
    start: dt.datetime,
    pauses: list[Span] | None = None,
    overrides: dict[dt.date, bool] | None = None,
) -> dt.datetime:
    if rule == "hub_hours":
        return hub_hours(start, number, pauses or [], overrides or {})
    if rule == "elapsed_hours":
        return elapsed_hours(start, number, pauses or [])
    return end_of_working_day(start, number, pauses or [], overrides or {})
