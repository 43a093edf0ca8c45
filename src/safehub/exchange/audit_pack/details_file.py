"""Reading and writing `meeting_details.yaml`: when and where the meeting is, and its minutes.

And why it opened the round without a quorum.
"""

from __future__ import annotations

from safehub.audit.meetings.attending.rows import Details
from safehub.exchange.audit_pack.yaml_files import Value
from safehub.exchange.audit_pack.yaml_writing import Data, keyed

FILE = "meeting_details.yaml"
_MOST_TIME = 40


def read_details(root: Value) -> Details:
    """What the file says; each key may be absent."""
    keys = root.keys((), ("planned_on", "starts_at", "place", "link", "minutes", "without_quorum"))
    starts_at = keys.read("starts_at", Value.optional_text) or ""
    if len(starts_at) > _MOST_TIME:
        keys["starts_at"].refuse(f"at most {_MOST_TIME} characters")
    return Details(
        planned_on=keys.read("planned_on", Value.date),
        starts_at=starts_at,
        place=keys.read("place", Value.optional_text) or "",
        link=keys.read("link", Value.optional_text) or "",
        minutes=keys.read("minutes", Value.optional_text) or "",
        without_quorum=keys.read("without_quorum", Value.optional_text) or "",
    )


def details_data(details: Details) -> Data:
    """The file."""
    return keyed(
        planned_on=details.planned_on,
        starts_at=details.starts_at,
        place=details.place,
        link=details.link,
        minutes=details.minutes,
        without_quorum=details.without_quorum or None,
    )
