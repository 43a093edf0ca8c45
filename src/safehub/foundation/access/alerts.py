"""What the edges do with a refusal: it goes to the trail, and some are alerts besides."""

from __future__ import annotations

from safehub.foundation.access.commands import raise_alert
from safehub.foundation.access.decision import Refusal
from safehub.foundation.access.queries import policy
from safehub.foundation.access.reasons import Reason
from safehub.foundation.access.states import AlertKind
from safehub.foundation.trail.commands import record_refusal

# An action that nobody declares is still a try: it is recorded under this event.
UNKNOWN_ACTION = "access.unknown_action"


def record_refusal_of(refusal: Refusal) -> None:
    """Record the refusal in a transaction of its own. Nothing for somebody who is not signed in.

    A conflicted look alerts the privacy officer besides, and a try at a seal its guardians. Raises
    TrailUnavailable.
    """
    if refusal.viewer is None:
        return
    event = refusal.action if refusal.action in policy().actions else UNKNOWN_ACTION
    record_refusal(event, by=refusal.viewer, on=refusal.on, reason=refusal.reason)
    if refusal.on is None:
        return
    if refusal.reason is Reason.CONFLICTED:
        raise_alert(what=AlertKind.CONFLICTED_LOOK, on=refusal.on, by=refusal.viewer)
    elif refusal.action == "record.protect" and refusal.reason is Reason.SEALED:
        raise_alert(what=AlertKind.SEAL_TRIED, on=refusal.on, by=refusal.viewer)
