"""A frame as it was sent in: what was read of it, and what is wrong with it.

What reads the formats is named by the setting FRAME_READER, so that this app knows none of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string

from safehub.audit.sampling.commands import FrameEntry
from safehub.foundation.mistakes import Mistake

ENDINGS = (".csv", ".xml")


@dataclass(frozen=True)
class SentFrame:
    """The entries that were read, in file order; with mistakes none is to be kept.

    `file` is the name under which it is kept; `outside_period` counts referrals of a return that
    lie outside the period of the audit and were left out.
    """

    file: str
    columns: tuple[str, ...]
    entries: tuple[FrameEntry, ...]
    outside_period: int
    mistakes: tuple[Mistake, ...]


Reader = Callable[[bytes, str, dt.date, dt.date], SentFrame]


def read_frame_file(data: bytes, name: str, first: dt.date, last: dt.date) -> SentFrame:
    """Read a frame of the period from `first` to `last`, both of them in it."""
    reader: Reader = import_string(settings.FRAME_READER)
    return reader(data, name, first, last)
