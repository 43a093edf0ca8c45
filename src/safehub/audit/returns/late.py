"""What comes once the meeting has opened the round: it is not taken, and it is not lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from safehub.audit.programmes.models import Audit
from safehub.foundation.access.reasons import Reason
from safehub.foundation.errors import EditConflict, NotAllowed
from safehub.foundation.govuk.wording import day

Found = TypeVar("Found")
Form = TypeVar("Form")
Done = TypeVar("Done")


def too_late(audit: Audit) -> str:
    """Why nothing more is taken, and whom to ask; blank while the round is gathering."""
    if audit.opened_at is None:
        return ""
    return (
        f"The round was opened on {day(audit.opened_at)}, so nothing more can be sent from here. "
        "If it should still count, ask the audit coordinator."
    )


def is_late(refused: NotAllowed) -> bool:
    """Whether something is refused for no other reason than that the round is opened by now."""
    return refused.refusal is not None and refused.refusal.reason is Reason.STATUS


def opened_or_late(opened: Callable[[str], Found], action: str, sees: str) -> tuple[Found, bool]:
    """What is opened for an action, and whether the meeting came first: then to be read alone.

    `opened` opens it for an action, and `sees` is the one that reads it. Raises Absent, NotAllowed.
    """
    try:
        return opened(action), False
    except NotAllowed as refused:
        if not is_late(refused):
            raise
    return opened(sees), True


def in_time(audit: Audit, act: Callable[[Form], Done]) -> Callable[[Form], Done]:
    """The act of a form, which the meeting may overtake: then as what somebody else changed.

    So what was typed stays on the page and is kept.
    """

    def acted(form: Form) -> Done:
        try:
            return act(form)
        except NotAllowed as refused:
            audit.refresh_from_db(fields=["opened_at"])
            if not is_late(refused) or audit.opened_at is None:
                raise
            raise EditConflict(too_late(audit)) from refused

    return acted
