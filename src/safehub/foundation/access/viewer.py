"""Who looks or acts: a person, under one membership, for one request or command."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from safehub.foundation.access.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person acting under one membership. Keys only: a viewer may be written to a log.

    `organisation` and `partnership` are keys; None for the machine itself. `unit` names the
    respondent within the organisation, such as one practice; blank for all of it. All times are
    aware. `via` is page, command, worker, api or test.
    """

    role: Role
    person: int | None = None
    membership: int | None = None
    organisation: int | None = None
    partnership: int | None = None
    unit: str = ""
    is_active: bool = True
    valid_from: dt.datetime | None = None
    valid_to: dt.datetime | None = None
    trained_until: dt.date | None = None
    has_break_glass: bool = False
    stepped_up_at: dt.datetime | None = None
    at: dt.datetime | None = None
    request_id: str = ""
    purpose: str = ""
    via: str = "page"
    operating_user: str = ""
