"""`safehub clocks …`: explain a deadline, look at the calendar and change it."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import click

from safehub.cli.telling import write_out
from safehub.foundation.errors import NotFound, NotPossible

if TYPE_CHECKING:
    from safehub.foundation.clocks.calendar import Calendar, Override
    from safehub.foundation.clocks.kinds import ClockRule
    from safehub.foundation.clocks.models import CalendarVersion

_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
_LAST_YEAR = 2100
_TIME = click.DateTime(["%H:%M"])


def _start() -> None:
    from safehub.config.starting import start

    start()


def _print(told: dict[str, Any]) -> None:
    write_out(json.dumps(told, ensure_ascii=False, indent=2) + "\n")


@click.group()
def clocks() -> None:
    """Deadlines: how one is reckoned, and the calendar of working days.

    \b
    Examples:
      safehub clocks explain hub_hours:4 2026-12-24T16:30
      safehub clocks calendar
    """


@clocks.command(short_help="Show how a deadline is reckoned, step by step.")
@click.argument("rule")
@click.argument("start")
@_JSON
def explain(rule: str, start: str, as_json: bool) -> None:
    """Reckon RULE from START by the calendar in force, and show each step. Nothing is stored.

    RULE is a clock of the product by its code, or a way of counting with a number:
    end_of_working_day:N, elapsed_hours:N or hub_hours:N. START is a time in London, such as
    2026-12-24T16:30, or one with its offset, such as 2026-10-25T01:30+00:00.

    \b
    Examples:
      safehub clocks explain end_of_working_day:3 2026-12-24T16:30
      safehub clocks explain hub_hours:4 2026-12-24T16:30 --json
    """
    _start()
    from safehub.foundation.clocks.queries import calendar_in_force
    from safehub.foundation.clocks.rules import due
    from safehub.foundation.clocks.working import working

    found, at, calendar = rule_named(rule), moment_of(start), calendar_in_force()
    steps, due_at = working(found, at, calendar), due(found, at, calendar)
    if not as_json:
        click.echo("\n".join([*steps, f"by version {calendar.number} of the calendar"]))
        return
    _print(
        {
            "rule": found.code,
            "label": found.label,
            "counting": found.counting.value,
            "number": found.number,
            "source": found.source,
            "started_at": _stamp(at),
            "due_at": _stamp(due_at),
            "calendar": calendar.number,
            "working": steps,
        }
    )


def _stamp(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


def rule_named(name: str) -> ClockRule:
    """The declared clock of that code, or one made of a way of counting. Raises NotFound."""
    from safehub.foundation.clocks.kinds import ClockRule, Counting
    from safehub.foundation.declarations import declared

    rules = declared().clocks
    if name in rules:
        return rules[name]
    counting, _, number = name.partition(":")
    if counting in {one.value for one in Counting} and number.isascii() and number.isdigit():
        return ClockRule(name, name, Counting(counting), int(number), "given on the command line")
    known = ", ".join([*sorted(rules), *(f"{one.value}:N" for one in Counting)])
    raise NotFound(f"There is no clock {name}: give one of {known}.")


def moment_of(text: str) -> dt.datetime:
    """The instant that the text names. Raises NotPossible where London has it never or twice."""
    from safehub.foundation.clocks.calendar import FIRST_YEAR, LONDON

    try:
        at = dt.datetime.fromisoformat(text)
        is_far = not FIRST_YEAR <= at.year <= _LAST_YEAR
    except ValueError:
        is_far = True
    if is_far:
        raise NotPossible(
            f"{text} is no time from {FIRST_YEAR} to {_LAST_YEAR}: "
            "write it as 2026-12-24T16:30, a time in London."
        )
    if at.tzinfo is not None:
        return at.astimezone(dt.UTC)
    first, second = at.replace(tzinfo=LONDON), at.replace(tzinfo=LONDON, fold=1)
    if first.astimezone(dt.UTC).astimezone(LONDON).replace(tzinfo=None) != at:
        raise NotPossible(f"{text} never was in London: the clocks went forward over it.")
    if first.utcoffset() != second.utcoffset():
        raise NotPossible(
            f"{text} comes twice in London, since the clocks go back: say which, "
            f"{at.isoformat()}+01:00 or {at.isoformat()}+00:00."
        )
    return first.astimezone(dt.UTC)


@clocks.command(short_help="Show the calendar in force, or change it with a reason.")
@click.option(
    "--close", "closed", nargs=2, multiple=True, metavar="DAY LABEL", help="A day not worked."
)
@click.option(
    "--work", "worked", nargs=2, multiple=True, metavar="DAY LABEL", help="A day that is worked."
)
@click.option("--forget", multiple=True, metavar="DAY", help="Take the override of DAY away.")
@click.option("--opens", type=_TIME, metavar="HH:MM", help="When the hub opens.")
@click.option("--closes", type=_TIME, metavar="HH:MM", help="When the hub closes.")
@click.option("--reason", help="Why the calendar is changed; must be given with a change.")
@_JSON
def calendar(
    closed: tuple[tuple[str, str], ...],
    worked: tuple[tuple[str, str], ...],
    forget: tuple[str, ...],
    opens: dt.datetime | None,
    closes: dt.datetime | None,
    reason: str | None,
    as_json: bool,
) -> None:
    """Show the overrides of the calendar in force, the hub's hours, and every version made.

    With a change and its reason, a new version is made first. Versions before stay as they are,
    and so do deadlines that go already.

    \b
    Examples:
      safehub clocks calendar
      safehub clocks calendar --close 2027-05-10 "day of mourning" --reason "proclaimed on 3 May"
      safehub clocks calendar --work 2027-05-31 "office open" --reason "agreed by the board"
    """
    _start()
    from safehub.foundation.clocks.calendar import Override
    from safehub.foundation.clocks.queries import calendar_in_force, versions_made

    overrides = [
        Override(_day(day), is_working, label)
        for given, is_working in ((closed, False), (worked, True))
        for day, label in given
    ]
    if overrides or forget or opens or closes or reason:
        _change(overrides, [_day(one) for one in forget], opens, closes, reason or "")
    found, versions = calendar_in_force(), versions_made()
    if as_json:
        _print(_as_data(found, versions))
    else:
        click.echo("\n".join(_as_lines(found, versions)))


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise NotPossible(f"{text} is no day: write it as 2027-05-10.") from error


def _change(
    overrides: list[Override],
    forget: list[dt.date],
    opens: dt.datetime | None,
    closes: dt.datetime | None,
    reason: str,
) -> None:
    from safehub.cli.acting import acting
    from safehub.foundation.clocks.commands import edit_calendar
    from safehub.foundation.clocks.queries import calendar_in_force

    edit_calendar(
        based_on=calendar_in_force().number,
        reason=reason,
        by=acting(),
        overrides=overrides,
        forget=forget,
        opens=opens.time() if opens else None,
        closes=closes.time() if closes else None,
    )


def _as_data(found: Calendar, versions: list[CalendarVersion]) -> dict[str, Any]:
    return {
        "version": found.number,
        "opens": f"{found.opens:%H:%M}",
        "closes": f"{found.closes:%H:%M}",
        "first_year": found.first,
        "last_year": found.last,
        "overrides": [
            {"day": one.day.isoformat(), "is_working": one.is_working, "label": one.label}
            for one in found.overrides.values()
        ],
        "versions": [
            {"number": one.number, "made_at": _stamp(one.made_at), "reason": one.reason}
            for one in versions
        ],
    }


def _as_lines(found: Calendar, versions: list[CalendarVersion]) -> list[str]:
    from safehub.foundation.clocks.words import day_words, moment_words

    return [
        f"Version {found.number}: the bank holidays of England, {found.first} to {found.last}",
        f"The hub is open {found.opens:%H:%M} to {found.closes:%H:%M} on working days",
        *(
            f"{day_words(one.day)} {'worked' if one.is_working else 'not worked'}: {one.label}"
            for one in found.overrides.values()
        ),
        *([] if found.overrides else ["No day is overridden"]),
        *(f"Version {one.number}, {moment_words(one.made_at)}: {one.reason}" for one in versions),
    ]
