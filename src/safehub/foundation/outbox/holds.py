"""Holds: reasons for which a message that would reach a family must not go, such as a death."""

from __future__ import annotations

from collections.abc import Callable

from safehub.foundation.errors import Misconfigured
from safehub.foundation.records import RecordRef

# Asked with the record that the message is about; true: the message must not go.
Hold = Callable[[RecordRef | None], bool]

_HOLDS: dict[str, Hold] = {}


def register_hold(code: str, asks: Hold) -> None:
    """Let the outbox ask before anything goes to a family. Called in an app's `ready`."""
    if _HOLDS.setdefault(code, asks) is not asks:
        raise Misconfigured(f"Two holds are called {code}.")


def drop_hold(code: str) -> None:
    """Ask this one no more."""
    _HOLDS.pop(code, None)


def hold_on(about: RecordRef | None) -> str:
    """The code of the first hold that stops a message about the record; blank: none does.

    Asked while the message is handed over, in the same transaction, and not when it was written:
    a death may come between.
    """
    return next((code for code, asks in sorted(_HOLDS.items()) if asks(about)), "")
