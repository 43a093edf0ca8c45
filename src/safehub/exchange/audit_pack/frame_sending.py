"""Reading a frame that was sent in on a page, by the same rules as that of a pack."""

from __future__ import annotations

import datetime as dt

from safehub.audit.sampling.commands import FrameEntry
from safehub.audit.sampling.uploading import SentFrame
from safehub.exchange.audit_pack.frame_file import read_frame
from safehub.exchange.audit_pack.terms_file import ReadTerms
from safehub.foundation.mistakes import Mistakes


def read_upload(data: bytes, name: str, first: dt.date, last: dt.date) -> SentFrame:
    """The frame in a CSV file, or in a CIN Census return, by the ending of the name."""
    file = "frame.xml" if name.lower().endswith(".xml") else "frame.csv"
    mistakes = Mistakes()
    terms = ReadTerms(period_from=first, period_to=last)
    read = read_frame(file, data, terms, mistakes.of(file))
    return SentFrame(
        file=file,
        columns=read.columns,
        entries=tuple(
            FrameEntry(row.referral_id, row.child_id, row.referred_on, row.further)
            for row in read.rows
        ),
        outside_period=read.outside_period,
        mistakes=tuple(mistakes),
    )
