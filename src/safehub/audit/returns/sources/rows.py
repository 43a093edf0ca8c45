"""A source of a return as a plain row."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

# Those of the model, for a reader of packs, which needs no store.
KINDS = ("practitioner", "child", "family")
PRACTITIONER = KINDS[0]


@dataclass(frozen=True)
class SourceTaken:
    """What a source said on a return, or why it was not asked; who recorded it is not told.

    `key` is the return: agency, respondent and case. `is_safe` is None of a practitioner.
    """

    key: tuple[str, str, str]
    kind: str
    is_safe: bool | None
    asked_on: dt.date | None
    by_whom: str
    words: str
    not_asked_because: str
    recorded_at: dt.datetime
