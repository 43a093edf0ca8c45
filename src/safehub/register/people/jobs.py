"""What the worker does for the register of people when it is asked to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from safehub.foundation.outbox.jobs import job
from safehub.register.people.looking import HIDDEN_JOB
from safehub.register.people.looks.commands import tell_of_looked_up, tell_of_recorded


@job(HIDDEN_JOB)
def tell_of_hidden_people(payload: Mapping[str, Any]) -> None:
    """Look whether what was typed, or recorded, is like anybody who is sealed from who did it."""
    if "look_up" in payload:
        tell_of_looked_up(key=payload["look_up"])
    else:
        tell_of_recorded(individual=payload["individual"], membership=payload["membership"])
