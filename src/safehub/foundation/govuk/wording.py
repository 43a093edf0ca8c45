"""How dates, times and counts are written on a page."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone


def day(on: dt.date | None) -> str:
    """`3 November 2026`; blank for none. A datetime is shown as its day in London."""
    if on is None:
        return ""
    if isinstance(on, dt.datetime):
        on = timezone.localtime(on)
    return f"{on.day} {on:%B %Y}"


def moment(at: dt.datetime | None) -> str:
    """`3 November 2026 at 2:05pm`, London time; blank for none."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    half = "am" if local.hour < 12 else "pm"
    return f"{day(local)} at {local.hour % 12 or 12}:{local.minute:02d}{half}"


def plural(count: int, one: str, many: str = "") -> str:
    """`1 return`, `2 returns`; `many` where it is not `one` with an s."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def named(label: str) -> str:
    """A label at the head of a sentence; one that is a question cannot stand there itself."""
    return f"The answer to “{label}”" if label.endswith("?") else label


def lowered(label: str) -> str:
    """A label within a sentence: `Date of birth` to `date of birth`, and `NHS number` as it is."""
    first = label.split(" ", 1)[0]
    return (
        label
        if len(first) > 1 and first[1:].lower() != first[1:]
        else label[:1].lower() + label[1:]
    )
