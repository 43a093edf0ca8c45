"""What one request has read or was refused, until it is written just before the answer is sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace

from safehub.foundation.access.viewer import Viewer
from safehub.foundation.records import RecordRef
from safehub.foundation.trail.writing import Happening

_Same = tuple[str, RecordRef | None, str, Viewer]


@dataclass
class TrailBuffer:
    """Happenings of one request: the same event, record and outcome is one row for each viewer."""

    noted: dict[_Same, Happening] = field(default_factory=dict)

    def add(self, happening: Happening) -> None:
        """Keep it; classes and detail of one that is there already are joined to it."""
        same = (happening.event, happening.on, happening.outcome, happening.by)
        known = self.noted.get(same)
        if known is not None:
            happening = replace(
                known,
                reason=known.reason or happening.reason,
                classes=known.classes | happening.classes,
                detail={**(known.detail or {}), **(happening.detail or {})},
            )
        self.noted[same] = happening

    def take(self) -> list[Happening]:
        """All of it, and nothing is left."""
        taken = list(self.noted.values())
        self.noted.clear()
        return taken


_current: ContextVar[TrailBuffer | None] = ContextVar("trail_buffer", default=None)


def current_buffer() -> TrailBuffer | None:
    """The buffer of the request that is being answered; None outside one."""
    return _current.get()


@contextmanager
def buffering() -> Iterator[TrailBuffer]:
    """Opened by the edge around one request. What is still noted at the end is dropped unsaid:
    the edge calls `commands.write_noted` before it, or `drop` what the answer did not show.
    """
    token = _current.set(TrailBuffer())
    try:
        buffer = _current.get()
        assert buffer is not None  # noqa: S101 - set two lines above
        yield buffer
    finally:
        _current.reset(token)
