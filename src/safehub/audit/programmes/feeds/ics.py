"""Writing a calendar as iCalendar text (RFC 5545): whole days, each with a title and a link."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

# Octets of a line, without its end (RFC 5545, 3.1).
LONGEST_LINE = 75


@dataclass(frozen=True)
class Day:
    """One day of a calendar. `uid` is the same at each fetch; `link` is a whole address."""

    uid: str
    on: dt.date
    title: str
    link: str


def calendar_of(days: Iterable[Day], *, name: str, made_at: dt.datetime) -> bytes:
    """The calendar as the bytes of an .ics file. `made_at` is aware."""
    lines = list(_lines(days, name, made_at))
    return b"".join(_folded(line) for line in lines)


def _lines(days: Iterable[Day], name: str, made_at: dt.datetime) -> Iterator[str]:
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Safehub//Audits//EN")
    yield f"X-WR-CALNAME:{_escaped(name)}"
    stamp = f"{made_at.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"
    for one in days:
        yield "BEGIN:VEVENT"
        yield f"UID:{_escaped(one.uid)}"
        yield f"DTSTAMP:{stamp}"
        yield f"DTSTART;VALUE=DATE:{one.on:%Y%m%d}"
        # The first day that is no longer part of it.
        yield f"DTEND;VALUE=DATE:{one.on + dt.timedelta(days=1):%Y%m%d}"
        yield f"SUMMARY:{_escaped(one.title)}"
        yield f"URL:{one.link}"
        yield "TRANSP:TRANSPARENT"
        yield "END:VEVENT"
    yield "END:VCALENDAR"


def _escaped(text: str) -> str:
    """On one line, with the signs that part values escaped (RFC 5545, 3.3.11)."""
    plain = " ".join(text.split())
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _folded(line: str) -> bytes:
    """Cut into lines of 75 octets, never within a character; a further one begins with a space."""
    rows, row = [], b""
    for sign in line:
        octets = sign.encode()
        if len(row) + len(octets) > LONGEST_LINE:
            rows.append(row)
            row = b" "
        row += octets
    return b"\r\n".join([*rows, row]) + b"\r\n"
