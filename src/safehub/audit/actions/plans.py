"""An action as plain data."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from safehub.audit.actions.states import ActionStatus


@dataclass(frozen=True)
class ActionTerms:
    """What is to be done about a gap. `person` is never published."""

    gap: str
    text: str
    owner_agency: str
    person: str = ""
    due_on: dt.date | None = None
    measure: str = ""
    status: ActionStatus = ActionStatus.OPEN
