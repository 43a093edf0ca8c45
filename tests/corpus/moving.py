"""The form that moves a round to a newer version of its tool, as its coordinator has it open."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from corpus.opened import Opened, Registered
from factories.moving import CHANGE, MovingRound
from safehub.audit.returns.revising import forms


def move() -> Opened:
    small = MovingRound()
    small.working()
    keys: dict[str, Any] = {
        "before": small.audit.tool_version_id,
        "version": small.publish(CHANGE).pk,
    }
    data = {name: str(key) for name, key in keys.items()}
    address = reverse("audit:change_tool", args=["voices"])
    return Opened(small.office, address, forms.MoveRoundForm(**keys), data)


FORMS = [Registered("move-round", move)]
