"""Whether a coding that is begun may be left to somebody else now."""

from __future__ import annotations

import datetime as dt

from django.db.models import Max
from django.utils import timezone

from safehub.audit.coding.models import CodedText
from safehub.audit.coding.queries import coder_of, coding_open
from safehub.audit.coding.states import FIRST, SECOND
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.govuk.wording import day

# As long as text that was not sent is kept for whoever typed it.
LEFT_ALONE = dt.timedelta(days=14)
TAKEN = (
    "Somebody else has begun to code this text. Choose another, or ask them to let it go on its "
    "page."
)
FINISHED = (
    "This coding was finished meanwhile, so that nothing you sent was added to it. If it should "
    "count, ask the audit coordinator."
)
DROPPED = (
    "This text was let go of, which others may do once nothing was marked in it for 14 days: what "
    "you had marked in it before was dropped, and what you sent now is not marked. "
)
FREE = "To code it after all, open the text again: what you sent is kept there."
GONE_ON = "Somebody else codes it by now. Choose another text, or ask the audit coordinator."


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


def begun_as(viewer: Viewer, text: CodedText) -> str:
    """How the coding stands as the viewer opens it: which one, and whether it is theirs already."""
    mine = viewer.person is not None and coder_of(text) == viewer.person
    return f"{coding_open(text)}{_MINE if mine else _NOBODYS}"


def why_not_on(viewer: Viewer, text: CodedText, begun: str) -> str:
    """Why what was marked in a coding that was opened so is not taken; blank where it is.

    `begun` is as `begun_as` gave it; anything else says nothing. No query.
    """
    coding, mine = begun[:1], begun[1:] == _MINE
    if coding not in {str(FIRST), str(SECOND)} or begun[1:] not in {_MINE, _NOBODYS}:
        coding, mine = "", False
    if coding and coding != str(coding_open(text)):
        return FINISHED
    coder = coder_of(text)
    if coder is not None and coder == viewer.person:
        return ""
    if mine:
        return DROPPED + (FREE if coder is None else GONE_ON)
    return "" if coder is None else TAKEN


_MINE, _NOBODYS = "m", "n"
