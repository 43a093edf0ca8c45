"""The years in which boards plan: from April to March."""

from __future__ import annotations

import datetime as dt

APRIL = 4


def plan_year(day: dt.date) -> str:
    """`2026 to 2027` for a day from 1 April 2026 to 31 March 2027."""
    first = day.year if day.month >= APRIL else day.year - 1
    return f"{first} to {first + 1}"
