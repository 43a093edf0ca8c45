"""Whether a coding that is begun may be left to somebody else now."""

from __future__ import annotations

import datetime as dt

from django.db.models import Max
from django.utils import timezone

from safehub.audit.coding.models import CodedText
from safehub.audit.coding.queries import coder_of, coding_open
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.govuk.wording import day

# As long as text that was not sent is kept for whoever typed it.
LEFT_ALONE = dt.timedelta(days=14)


def last_marked(text: CodedText) -> dt.datetime | None:
    """When the coding that is open marked anything last; None where it marks nothing. One query."""
    found = text.codes.filter(coding=coding_open(text)).aggregate(last=Max("coded_at"))
    last: dt.datetime | None = found["last"]
    return last


def why_not_yet(viewer: Viewer, text: CodedText) -> str:
    """Why the viewer does not let go of what somebody else has marked; blank where they may.

    It says when, and not what: what is marked shows to nobody but whoever codes. One query.
    """
    if coder_of(text) in {None, viewer.person}:
        return ""
    last = last_marked(text)
    if last is None or (viewer.at or timezone.now()) >= last + LEFT_ALONE:
        return ""
    return (
        f"Somebody else is coding this text: they marked it last on {day(last)}, and what they "
        "marked would be dropped. Ask them to finish it, or to let it go themselves. If they mark "
        f"nothing more, you can let it go from {day(last + LEFT_ALONE + dt.timedelta(days=1))} on."
    )
